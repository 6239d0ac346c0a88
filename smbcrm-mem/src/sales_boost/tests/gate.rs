//! Armed faults, the journal, and secrets that nobody sees.

use smbcrm_core::ErrorKind;
use smbcrm_core::sales_boost::operations as op;

use super::*;
use crate::{CallFilter, Fault, PlanStatus};

#[test]
fn an_armed_fault_hits_and_stands_in_the_journal() {
    let (crm, _, made) = told();
    let (_, key) = crm.admin().create_sales_boost_key("ci");
    let account = crm.sales_boost().with_key(key.expose());
    crm.faults().arm(Fault::on(&op::GET).first(1).status(503));
    assert_eq!(block_on(account.get(&made.integration.id)).unwrap_err().status(), Some(503));
    assert!(block_on(account.get(&made.integration.id)).is_ok());
    let calls = crm.admin().calls_where(&CallFilter::new().operation("sales-boost.get"));
    let seen: Vec<_> = calls.iter().map(|call| (call.caller.as_str(), call.fault.is_some())).collect();
    assert_eq!(seen.last(), Some(&("ci", false)));
}

#[test]
fn an_answer_that_is_lost_was_carried_out() {
    let crm = MemCrm::new();
    crm.faults().arm(Fault::on(&op::CREATE_WEBHOOK).first(1).reset_after_commit());
    let error = block_on(crm.sales_boost().create_webhook(webhook(URL))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(block_on(crm.sales_boost().list()).unwrap().len(), 1);
}

#[test]
fn the_owner_is_limited_by_nothing() {
    let crm = MemCrm::new();
    crm.admin().sales_boost().set_plan(PlanStatus::Inactive);
    for _ in 0..100 {
        assert!(block_on(crm.sales_boost().list()).is_ok());
    }
    let (_, key) = crm.admin().create_sales_boost_key("ci");
    let error = block_on(crm.sales_boost().with_key(key.expose()).list()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, Some("forbidden")));
    crm.admin().sales_boost().set_plan(PlanStatus::Trialing);
    assert!(block_on(crm.sales_boost().with_key(key.expose()).list()).is_ok());
}

#[test]
fn a_session_opens_until_everybody_is_signed_out() {
    let crm = MemCrm::new();
    let session = crm.admin().sales_boost().sign_in("ada");
    let account = crm.sales_boost().with_session(session.expose());
    let made = block_on(account.create_webhook(webhook(URL))).unwrap().integration;
    let via = made.created_via.unwrap();
    assert_eq!((via.channel.as_str(), via.api_key), ("dashboard", None));
    crm.admin().sales_boost().sign_out();
    assert_eq!(block_on(account.list()).unwrap_err().status(), Some(401));
    assert!(block_on(crm.sales_boost().with_key(session.expose()).list()).is_err(), "a session is no key");
}

#[test]
fn a_key_that_was_revoked_is_shown_as_such() {
    let crm = MemCrm::new();
    let (key, value) = crm.admin().create_sales_boost_key("ci");
    let account = crm.sales_boost().with_key(value.expose());
    let id = block_on(account.create_webhook(webhook(URL))).unwrap().integration.id;
    crm.admin().sales_boost().revoke_key(key.id).unwrap();
    assert_eq!(block_on(account.get(&id)).unwrap_err().status(), Some(401));
    let shown = block_on(crm.sales_boost().get(&id)).unwrap();
    assert!(shown.created_via.unwrap().api_key.unwrap().revoked);
}

#[test]
fn consent_for_a_key_that_was_revoked_meanwhile_connects_nothing() {
    use smbcrm_core::sales_boost::{Returned, StartConnection};
    let crm = MemCrm::new();
    let (key, value) = crm.admin().create_sales_boost_key("ci");
    let account = crm.sales_boost().with_key(value.expose());
    let begun = block_on(account.start(&ProviderId::HubSpot, StartConnection::new())).unwrap();
    let back = crm.admin().sales_boost().consent(&begun.authorization_url).unwrap();
    crm.admin().sales_boost().revoke_key(key.id).unwrap();
    let end = block_on(account.callback(&ProviderId::HubSpot, Returned::from_url(&back))).unwrap();
    assert!(end.location.ends_with("hubspot_error=key_revoked"), "{}", end.location);
    assert!(block_on(crm.sales_boost().list()).unwrap().is_empty());
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let (crm, sink, made) = told();
    let (_, key) = crm.admin().create_sales_boost_key("ci");
    block_on(crm.sales_boost().test(&made.integration.id)).unwrap();
    let account = crm.sales_boost().with_key(key.expose());
    let secret = made.signing_secret.expose();
    let state = crm.world.sales_boost.read();
    let printed = format!("{made:?} {account:?} {crm:?} {state:?} {:?}", sink.received());
    for hidden in [secret, key.expose(), &secret[5..], &key.expose()[9..]] {
        assert!(!printed.contains(hidden), "a secret is printed");
    }
}

#[test]
fn the_journal_of_a_callback_keeps_no_state() {
    use smbcrm_core::sales_boost::Returned;
    let crm = MemCrm::new();
    let returned = Returned::new().state("st_canary").code("code_canary");
    block_on(crm.sales_boost().callback(&ProviderId::HubSpot, returned)).unwrap();
    assert!(!format!("{:?}", crm.admin().calls()).contains("canary"));
}
