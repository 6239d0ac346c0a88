//! The account outlives snapshots, forks and processes.

use std::time::Duration;

use smbcrm_core::sales_boost::{DeliveryStatus, IntegrationStatus, UpdateIntegration};
use smbcrm_core::webhooks::{Incoming, Secret, Timestamped, Verify};

use super::*;
use crate::{Answer, Clock};

/// A file that goes when the test is over.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("smbcrm-sales-boost-{name}-{}.world", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn open(file: &File, sink: &Sink) -> MemCrm {
    let crm = MemCrm::builder().clock(Clock::fixed()).persist(&file.0).unwrap();
    crm.admin().sink("https://hooks.example.com/", sink.clone());
    crm
}

#[test]
fn a_file_has_integrations_deliveries_keys_and_secrets() {
    let (file, sink) = (File::new("all"), Sink::new());
    let crm = open(&file, &sink);
    let (key, value) = crm.admin().create_sales_boost_key("lasting");
    let account = crm.sales_boost().with_key(value.expose());
    let made = block_on(account.create_webhook(webhook(URL).api_key("their-key"))).unwrap();
    let id = made.integration.id;
    let renamed = UpdateIntegration::new().display_name("kept");
    block_on(account.update(&id, renamed)).unwrap();
    crm.admin().sales_boost().set_credits(7);
    sink.answer(Answer::new(500));
    receive(&crm, 1);
    receive(&crm, 1);
    block_on(crm.run_until_idle());
    let before = (block_on(account.get(&id)).unwrap(), block_on(account.list_deliveries(&id)).unwrap());
    assert_eq!(before.1.iter().filter(|line| line.status == DeliveryStatus::Pending).count(), 2);
    let session = crm.admin().sales_boost().sign_in("owner");
    drop(account);
    drop(crm);

    for checkpoint in [false, true] {
        let crm = open(&file, &sink);
        let account = crm.sales_boost().with_key(value.expose());
        assert_eq!(block_on(account.get(&id)).unwrap(), before.0);
        assert_eq!(block_on(account.list_deliveries(&id)).unwrap(), before.1);
        let settings = crm.admin().sales_boost().settings();
        assert_eq!(settings.credits, 5);
        assert_eq!(crm.admin().sales_boost().leads().len(), 2);
        assert_eq!(crm.admin().sales_boost().keys()[0].id, key.id);
        assert!(block_on(crm.sales_boost().with_session(session.expose()).list()).is_ok());
        if checkpoint {
            continue;
        }
        crm.checkpoint().unwrap();
    }

    // What was to be sent still is, signed with the secret that was shown.
    let crm = open(&file, &sink);
    sink.take();
    sink.answer(Answer::new(200));
    block_on(crm.advance(Duration::from_secs(60)));
    let sent = sink.take();
    assert_eq!(sent.len(), 2);
    for one in &sent {
        let headers: http::HeaderMap = one
            .headers
            .iter()
            .map(|(name, value)| {
                let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
                (name, http::HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let scheme = Timestamped::sales_boost([&Secret::from(&made.signing_secret)]);
        assert!(scheme.verify(&Incoming::new(&headers, &one.body)).is_ok());
        assert_eq!(one.header("x-smb-api-key"), Some("their-key"));
    }
    let account = crm.sales_boost().with_key(value.expose());
    let log = block_on(account.list_deliveries(&id)).unwrap();
    assert!(log.iter().all(|line| line.status == DeliveryStatus::Success), "{log:?}");
    // Numbers go on where they were.
    block_on(account.delete(&id)).unwrap();
    drop((account, crm));
    let crm = open(&file, &sink);
    assert!(block_on(crm.sales_boost().list()).unwrap().is_empty());
    assert!(block_on(crm.sales_boost().create_webhook(webhook(URL))).unwrap().integration.id > id);
}

#[test]
fn a_file_remembers_what_a_connection_was_begun_with() {
    use smbcrm_core::sales_boost::{Returned, StartConnection};
    let (file, sink) = (File::new("consent"), Sink::new());
    let crm = open(&file, &sink);
    let begun = block_on(crm.sales_boost().start(&ProviderId::HubSpot, StartConnection::new())).unwrap();
    let back = crm.admin().sales_boost().consent(&begun.authorization_url).unwrap();
    drop(crm);
    let crm = open(&file, &sink);
    let returned = Returned::from_url(&back);
    let end = block_on(crm.sales_boost().callback(&ProviderId::HubSpot, returned.clone())).unwrap();
    assert!(end.location.contains("connected=hubspot"), "{}", end.location);
    drop(crm);
    let crm = open(&file, &sink);
    assert_eq!(block_on(crm.sales_boost().list()).unwrap().len(), 1);
    let again = block_on(crm.sales_boost().callback(&ProviderId::HubSpot, returned)).unwrap();
    assert!(again.location.contains("hubspot_error=invalid_state"), "{}", again.location);
}

#[test]
fn a_fork_and_a_snapshot_have_an_account_of_their_own() {
    let (crm, _, made) = told();
    let id = made.integration.id;
    let moment = crm.snapshot();
    let fork = crm.fork();
    let off = UpdateIntegration::new().status(IntegrationStatus::Disabled);
    block_on(fork.sales_boost().update(&id, off)).unwrap();
    assert_eq!(block_on(crm.sales_boost().get(&id)).unwrap().status, IntegrationStatus::Connected);
    block_on(crm.sales_boost().delete(&id)).unwrap();
    crm.admin().sales_boost().set_credits(0);
    assert_eq!(block_on(fork.sales_boost().list()).unwrap().len(), 1);
    crm.restore(&moment);
    assert_eq!(block_on(crm.sales_boost().get(&id)).unwrap(), made.integration);
    assert_eq!(crm.admin().sales_boost().settings().credits, 1_000);
}

#[test]
fn the_log_is_shortened_and_never_loses_what_is_still_to_be_sent() {
    let (crm, sink, made) = told();
    let id = made.integration.id;
    sink.answer(Answer::new(500));
    receive(&crm, 1);
    block_on(crm.run_until_idle()); // it waits for its second attempt
    sink.answer(Answer::new(200));
    for _ in 0..2_600 {
        receive(&crm, 1);
    }
    crm.admin().sales_boost().set_credits(10_000);
    for _ in 0..30 {
        receive(&crm, 100);
    }
    block_on(crm.run_until_idle());
    for _ in 0..2_600 {
        block_on(crm.sales_boost().test(&id)).unwrap();
    }
    let kept = crm.world.sales_boost.read().deliveries.len();
    assert!(kept <= 2_500, "{kept}");
    let waiting = || {
        let state = crm.world.sales_boost.read();
        state.deliveries.iter().filter(|(_, line)| line.shown.status == DeliveryStatus::Pending).count()
    };
    assert_eq!(waiting(), 1);
    block_on(crm.advance(Duration::from_secs(60)));
    assert_eq!(waiting(), 0);
}
