//! Faults in process: where they hit, when, what they do, and what is counted.

use std::time::Duration;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::json;
use smbcrm_core::contacts::{CreateContact, SearchContacts, UpsertContact, operations as op};
use smbcrm_core::operation::{Loopback, Method};
use smbcrm_core::types::ContactId;
use smbcrm_core::{Crm, Error, ErrorKind, Result};

use crate::{CallFilter, Effect, Fault, FaultAnswer, MemCrm, Scopes, TokenLevel, When, Wire};

fn create(crm: &MemCrm, email: &str) -> Result<ContactId> {
    let contact = CreateContact::new(crm.location()).email(email);
    block_on(crm.contacts().create(contact)).map(|contact| contact.id.clone())
}

fn upsert(crm: &MemCrm, email: &str) -> Result<bool> {
    block_on(crm.contacts().upsert(UpsertContact::new(crm.location()).email(email))).map(|done| done.new)
}

fn total(crm: &MemCrm) -> Result<u64> {
    let page = block_on(crm.contacts().search(SearchContacts::new(crm.location(), 1)))?;
    Ok(page.total)
}

fn kinds(outcomes: impl IntoIterator<Item = Result<bool>>) -> Vec<Option<ErrorKind>> {
    outcomes.into_iter().map(|outcome| outcome.err().map(|error: Error| error.kind())).collect()
}

fn token(crm: &MemCrm, name: &str) -> MemCrm {
    let level = TokenLevel::Location(crm.location().clone());
    crm.with_token(crm.admin().create_token(name, level, Scopes::All).1.expose())
}

#[test]
fn a_fault_hits_when_it_is_told_to() {
    let lost = Some(ErrorKind::Unavailable);
    for (when, hits) in [
        (When::Always, [lost, lost, lost, lost, lost]),
        (When::First(2), [lost, lost, None, None, None]),
        (When::Nth(3), [None, None, lost, None, None]),
        (When::Every(2), [None, lost, None, lost, None]),
        (When::Chance { of: 0.0, seed: 1 }, [None; 5]),
        (When::Chance { of: 1.0, seed: 1 }, [lost; 5]),
    ] {
        let crm = MemCrm::new();
        crm.faults().arm(Fault::on(&op::UPSERT).when(when).reset());
        assert_eq!(kinds((0..5).map(|_| upsert(&crm, "ada@vale.example"))), hits, "{when:?}");
        let armed = &crm.faults().list()[0];
        assert_eq!(armed.hits, hits.iter().flatten().count() as u64, "{armed}");
        assert_eq!(crm.faults().not_hit().is_empty(), armed.hits > 0);
    }
}

#[test]
fn chance_is_the_same_in_every_run_and_about_as_likely_as_told() {
    let run = |seed| {
        let crm = MemCrm::new();
        crm.faults().arm(Fault::on(&op::UPSERT).chance(0.25, seed).reset());
        kinds((0..400).map(|_| upsert(&crm, "ada@vale.example")))
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    assert!((60..140).contains(&first.iter().flatten().count()));
}

#[test]
fn a_fault_ends_at_its_time() {
    let crm = MemCrm::new();
    let end = crm.clock().now() + Duration::from_secs(60);
    crm.faults().arm(Fault::on(&op::UPSERT).always().until(end).status(503));
    assert!(upsert(&crm, "ada@vale.example").is_err());
    crm.clock().advance(Duration::from_secs(60));
    assert!(upsert(&crm, "ada@vale.example").is_ok());
}

#[test]
fn a_fault_hits_only_what_it_is_armed_for() {
    let crm = MemCrm::new();
    let (one, other) = (token(&crm, "one"), token(&crm, "other"));
    let id = create(&crm, "ada@vale.example").unwrap();
    let get = |crm: &MemCrm| block_on(crm.contacts().get(&id)).is_ok();
    let arm = |trigger: crate::Trigger| {
        crm.faults().clear();
        crm.faults().arm(trigger.always().reset());
    };
    arm(Fault::anywhere().token("one"));
    assert_eq!((get(&one), get(&other), get(&crm)), (false, true, true));
    arm(Fault::anywhere().token("owner"));
    assert_eq!((get(&one), get(&other), get(&crm)), (true, true, false));
    arm(Fault::anywhere().product("opportunities"));
    assert!(get(&crm));
    arm(Fault::anywhere().product("contacts").method(Method::Post));
    assert_eq!((get(&crm), total(&crm).is_ok()), (true, false));
    arm(Fault::anywhere().location("LOC00000000000000009"));
    assert!(get(&crm) && total(&crm).is_ok());
    arm(Fault::anywhere().location(crm.location()));
    assert!(!get(&crm) && total(&crm).is_err());
    // A fault comes before the token is looked at: a bad one meets it as well.
    arm(Fault::on(&op::GET));
    let nobody = crm.with_token("nonsense");
    assert_eq!(block_on(nobody.contacts().get(&id)).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn what_is_committed_is_committed_and_what_is_not_is_not() {
    for fault in [
        Fault::on(&op::CREATE).reset(),
        Fault::on(&op::CREATE).silence(),
        Fault::on(&op::CREATE).status(500),
        Fault::on(&op::CREATE).cut_body(),
        Fault::on(&op::CREATE).html_page(502),
    ] {
        for (fault, there) in [(fault.clone().before(), 0), (fault.after_commit(), 1)] {
            let crm = MemCrm::new();
            crm.faults().arm(fault.clone());
            let error = create(&crm, "ada@vale.example").unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Ambiguous, 1), "{fault}: {error}");
            assert_eq!(total(&crm).unwrap(), there, "{fault}");
            crm.faults().assert_all_hit();
        }
    }
}

#[test]
fn an_answer_is_read_as_a_client_would() {
    let crm = MemCrm::new();
    let fails = |fault: Fault| {
        crm.faults().arm(fault);
        create(&crm, "ada@vale.example").unwrap_err()
    };
    let refused =
        fails(Fault::on(&op::CREATE).answer(422, json!({ "message": ["phone is odd"] })).after_commit());
    assert_eq!((refused.kind(), refused.status()), (ErrorKind::Invalid, Some(422)));
    assert_eq!((refused.messages(), total(&crm).unwrap()), (&["phone is odd".to_owned()][..], 1));

    let busy =
        fails(Fault::on(&op::CREATE).answer_with(FaultAnswer::new(503, "down").header("Retry-After", "2")));
    assert_eq!((busy.kind(), busy.retry_after()), (ErrorKind::Unavailable, Some(Duration::from_secs(2))));
    assert_eq!(fails(Fault::on(&op::CREATE).too_many()).kind(), ErrorKind::RateLimited);
    assert_eq!(fails(Fault::on(&op::CREATE).html_page(200)).kind(), ErrorKind::Decode);
    assert_eq!(fails(Fault::on(&op::CREATE).truncated_json()).kind(), ErrorKind::Decode);
}

#[test]
fn latency_moves_the_clock_and_adds_to_what_else_goes_wrong() {
    let crm = MemCrm::new();
    crm.faults().arm_all([
        Fault::anywhere().always().delay(Duration::from_secs(5)),
        Fault::on(&op::UPSERT).nth(2).reset(),
    ]);
    let start = crm.clock().now();
    assert_eq!(
        kinds((0..3).map(|_| upsert(&crm, "a@vale.example"))),
        [None, Some(ErrorKind::Unavailable), None]
    );
    assert!((crm.clock().now() - start).num_seconds() >= 15);
}

#[test]
fn faults_of_one_call_are_a_script() {
    let crm = MemCrm::new();
    crm.faults().arm_all([Fault::on(&op::UPSERT).first(2).too_many(), Fault::on(&op::UPSERT).status(503)]);
    let limited = Some(ErrorKind::RateLimited);
    let seen = kinds((0..4).map(|_| upsert(&crm, "a@vale.example")));
    assert_eq!(seen, [limited, limited, Some(ErrorKind::Unavailable), None]);
    crm.faults().assert_all_hit();
    assert!(crm.world.faults.is_idle(), "what has hit as often as it is to costs nothing any more");
}

#[test]
fn what_was_not_hit_is_named() {
    let crm = MemCrm::new();
    crm.faults().assert_all_hit();
    crm.faults().arm(Fault::on(&op::UPSERT).first(2).reset());
    let late = crm.faults().arm(Fault::on(&op::CREATE).nth(3).reset().named("the third"));
    upsert(&crm, "ada@vale.example").unwrap_err();
    let assert = std::panic::AssertUnwindSafe(|| crm.faults().assert_all_hit());
    let said = std::panic::catch_unwind(assert).unwrap_err();
    let said = said.downcast_ref::<String>().unwrap();
    assert!(said.contains("fault-1 (contacts.upsert, the first 2 calls: resets the connection)"), "{said}");
    assert!(said.contains("applied to 1 calls, hit 1, 1 to come") && said.contains("the third"), "{said}");
    upsert(&crm, "ada@vale.example").unwrap_err();
    assert!(crm.faults().disarm(late) && !crm.faults().disarm(late));
    crm.faults().assert_all_hit();
    assert_eq!(crm.faults().list()[0].remaining, Some(0));
}

#[test]
fn reads_lag_behind_by_writes() {
    let crm = MemCrm::new();
    let first = create(&crm, "before@vale.example").unwrap();
    crm.faults().arm(Fault::on(&op::SEARCH).always().stale_by_writes(2));
    assert_eq!(total(&crm).unwrap(), 1, "what came before is seen");
    for (written, seen) in [(1, 1), (2, 1), (3, 2), (4, 3)] {
        create(&crm, &format!("n{written}@vale.example")).unwrap();
        assert_eq!(total(&crm).unwrap(), seen, "after {written}");
    }
    // A refused write is none, and who asks by id sees what is there.
    create(&crm, "n1@vale.example").unwrap_err();
    assert_eq!(total(&crm).unwrap(), 3);
    block_on(crm.contacts().delete(&first)).unwrap();
    assert_eq!(block_on(crm.contacts().get(&first)).unwrap_err().kind(), ErrorKind::NotFound);
    crm.faults().clear();
    assert_eq!(total(&crm).unwrap(), 4);
}

#[test]
fn reads_lag_behind_by_time_and_events_do_not() {
    let crm = MemCrm::new();
    crm.faults().arm(Fault::anywhere().product("contacts").always().stale_for(Duration::from_secs(5)));
    let id = create(&crm, "ada@vale.example").unwrap();
    assert_eq!(total(&crm).unwrap(), 0);
    assert!(block_on(crm.contacts().get(&id)).is_err());
    crm.clock().advance(Duration::from_secs(5));
    assert_eq!(total(&crm).unwrap(), 1);
    let events = crm.admin().events().len();
    create(&crm, "grace@marsh.example").unwrap();
    assert_eq!(total(&crm).unwrap(), 1);
    assert_eq!(crm.admin().events().len(), events + 1);
    crm.clock().advance(Duration::from_secs(6));
    assert_eq!(total(&crm).unwrap(), 2);
    crm.faults().assert_all_hit();
}

#[test]
fn the_loopback_and_the_wire_lose_answers_too() {
    let crm = MemCrm::new();
    let level = TokenLevel::Location(crm.location().clone());
    let secret = crm.admin().create_token("wire", level, Scopes::All).1;
    let doors: [Box<dyn Crm>; 2] =
        [Box::new(Loopback::new(crm.clone())), Box::new(Wire::new(&crm, secret.expose()))];
    for (at, door) in doors.into_iter().enumerate() {
        let contact = || CreateContact::new(crm.location()).email(format!("n{at}@vale.example"));
        crm.faults().arm(Fault::on(&op::CREATE).reset_after_commit());
        let lost = block_on(door.contacts().create(contact())).unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::Ambiguous, "{lost}");
        let again = block_on(door.contacts().create(contact())).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Duplicate, "it was carried out");
        crm.faults().arm(Fault::on(&op::SEARCH).silence());
        let search = door.contacts().search(SearchContacts::new(crm.location(), 1));
        assert_eq!(block_on(search).unwrap_err().kind(), ErrorKind::Unavailable);
    }
    crm.faults().assert_all_hit();
}

#[test]
fn the_wire_repeats_and_in_process_nothing_is() {
    let crm = MemCrm::new();
    crm.faults().arm(Fault::on(&op::CREATE).duplicate());
    create(&crm, "ada@vale.example").unwrap();
    assert_eq!(crm.faults().not_hit().len(), 1);
    let level = TokenLevel::Location(crm.location().clone());
    let secret = crm.admin().create_token("wire", level, Scopes::All).1;
    let wire = Wire::new(&crm, secret.expose());
    let contact = CreateContact::new(crm.location()).email("grace@marsh.example");
    let twice = block_on(wire.contacts().create(contact)).unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Duplicate);
    assert_eq!(total(&crm).unwrap(), 2);
    crm.faults().assert_all_hit();
}

#[test]
fn the_journal_tells_what_was_met() {
    let crm = MemCrm::new();
    crm.faults().arm(Fault::on(&op::UPSERT).reset());
    upsert(&crm, "ada@vale.example").unwrap_err();
    upsert(&crm, "ada@vale.example").unwrap();
    let calls = crm.admin().calls_where(&CallFilter::new().faulty(true));
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].location.as_ref(), Some(crm.location()));
    let fault = calls[0].fault.as_deref();
    assert_eq!(fault, Some("fault-1: contacts.upsert, the first call: resets the connection"));
}

#[test]
fn a_fork_and_a_reset_begin_without_faults() {
    let crm = MemCrm::new();
    crm.faults().arm(Fault::anywhere().always().reset());
    assert!(create(&crm.fork(), "ada@vale.example").is_ok());
    crm.admin().reset();
    assert!(create(&crm, "ada@vale.example").is_ok());
}

#[test]
fn a_document_says_what_is_wrong_with_it() {
    for (document, said) in [
        (json!({ "operation": "contacts.upsrt", "do": "reset" }), "did you mean contacts.upsert?"),
        (json!({ "product": "contact", "do": "reset" }), "did you mean contacts?"),
        (json!({ "method": "FETCH", "do": "reset" }), "method"),
        (json!({ "do": "reset", "when": { "nth": 0 } }), "counts from 1"),
        (json!({ "do": "reset", "when": { "chance": { "of": 2.0 } } }), "probability"),
        (json!({ "do": { "answer": { "status": 99 } } }), "99"),
        (json!({ "do": { "answer": { "status": 200, "headers": { "a b": "c" } } } }), "no header"),
        (json!({ "do": "explode" }), "explode"),
        (json!({ "when": "always" }), "do"),
        (json!({ "do": "reset", "bogus": 1 }), "bogus"),
    ] {
        let error = serde_json::from_value::<Fault>(document.clone()).unwrap_err().to_string();
        assert!(error.contains(said), "{document}: {error}");
    }
    let by_id: Fault =
        serde_json::from_value(json!({ "operation": "upsert-contact", "do": "reset" })).unwrap();
    assert_eq!(by_id, Fault::on(&op::UPSERT).reset());
}

fn effects() -> impl Strategy<Value = Effect> {
    let documents = [
        json!("reset"),
        json!("silence"),
        json!("cutBody"),
        json!("stallBody"),
        json!("malformedChunk"),
        json!("wrongLength"),
        json!("truncatedJson"),
        json!("duplicate"),
        json!({ "htmlPage": 502 }),
        json!({ "delay": 1500 }),
        json!({ "stale": { "writes": 3 } }),
        json!({ "stale": { "millis": 5000 } }),
        json!({ "tooMany": "window" }),
        json!({ "tooMany": { "retryAfter": 2 } }),
        json!({ "answer": { "status": 503, "headers": { "retry-after": "1" }, "body": { "a": [1] } } }),
    ];
    prop::sample::select(documents.to_vec()).prop_map(|document| serde_json::from_value(document).unwrap())
}

proptest! {
    #[test]
    fn a_fault_is_its_document(
        effect in effects(),
        when in prop_oneof![
            Just(When::Always),
            (1u32..9).prop_map(When::Nth),
            (1u32..9).prop_map(When::First),
            (1u32..9).prop_map(When::Every),
            (0.0..1.0f64, any::<u64>()).prop_map(|(of, seed)| When::Chance { of, seed }),
        ],
        after in any::<bool>(),
    ) {
        let fault = Fault::on(&op::UPSERT).token("app").location("LOC1").when(when).effect(effect).named("n");
        let fault = if after { fault.after_commit() } else { fault.before() };
        let document = serde_json::to_value(&fault).unwrap();
        prop_assert_eq!(serde_json::from_value::<Fault>(document.clone()).unwrap(), fault.clone(), "{}", document);
        prop_assert!(!fault.to_string().is_empty());
    }

    #[test]
    fn hits_are_never_more_than_calls_nor_than_told(calls in 1u64..30, n in 1u32..9, every in any::<bool>()) {
        let crm = MemCrm::new();
        let trigger = Fault::on(&op::UPSERT);
        crm.faults().arm(if every { trigger.every(n) } else { trigger.first(n) }.reset());
        let failed = (0..calls).filter(|_| upsert(&crm, "a@vale.example").is_err()).count() as u64;
        let armed = &crm.faults().list()[0];
        prop_assert_eq!(armed.hits, failed);
        let wanted = if every { calls / u64::from(n) } else { calls.min(u64::from(n)) };
        prop_assert_eq!(failed, wanted);
    }
}
