//! What the contract cannot ask for: bounds, files, forks, faults, and the receiver kit at the other end.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use futures::executor::block_on;
use smbcrm_core::smarfle::event::{
    Envelope, EnvelopeConfig, Event, EventKind, SignatureConfig, SignatureEncoding,
};
use smbcrm_core::smarfle::settings::{
    ActorKind, CostPeriod, CreateEndpoint, CreateKey, DeliveryStatus, ListAudit, ListDeliveries, RotateKey,
    operations as settings,
};
use smbcrm_core::smarfle::{CreateLead, Leads, Settings, operations as leads};
use smbcrm_core::webhooks::{Clock as ReceiverClock, DeliveryId, MemoryStore, Receiver, Rejection};
use smbcrm_core::{ErrorKind, Result};

use super::*;
use crate::{Answer, Fault, MemCrm, Outbound, Sink};

const HOOKS: &str = "https://app.example/hooks";

fn ada() -> CreateLead {
    CreateLead::new().email("ada@vale.example").first_name("Ada")
}

/// A world with a receiver that is told of everything. With the receiver, and its secret.
async fn listening() -> Result<(MemCrm, Sink, String)> {
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://app.example/", sink.clone());
    let made = crm.smarfle().create_endpoint(CreateEndpoint::new(HOOKS, EventKind::ALL)).await?;
    Ok((crm, sink, made.secret.expose().to_owned()))
}

fn headers(outbound: &Outbound) -> http::HeaderMap {
    let pairs = outbound.headers.iter();
    pairs
        .filter_map(|(name, value)| Some((name.parse::<http::HeaderName>().ok()?, value.parse().ok()?)))
        .collect()
}

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("smbcrm-smarfle-{name}-{}.world", std::process::id())))
    }

    fn open(&self) -> MemCrm {
        MemCrm::builder().persist(&self.0).expect("the file can be opened")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", ".lock", ".new"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

#[test]
fn a_receiver_handles_each_event_once_however_often_it_comes() {
    block_on(async {
        let (crm, sink, secret) = listening().await?;
        sink.answer_next(Answer::new(500));
        crm.smarfle().create(ada()).await?;
        crm.advance(Duration::from_secs(3600)).await;
        let sent = sink.take();
        assert_eq!(sent.len(), 2);

        let names = EnvelopeConfig::default();
        let receiver = Receiver::new(SignatureConfig::default().scheme([secret.as_str()]))
            .allow_undated()
            .store(MemoryStore::new().clock(ReceiverClock::system()))
            .delivery_id(DeliveryId::Body(names.id_pointer().into()));
        let first =
            receiver.receive::<Envelope>(&headers(&sent[0]), &sent[0].body).await.expect("it is genuine");
        assert!(matches!(first.value.read(), Ok(Event::ClientCreated(_))));
        first.done().await.expect("it is kept");
        let again = receiver.receive::<Envelope>(&headers(&sent[1]), &sent[1].body).await;
        assert!(matches!(again, Err(Rejection::Duplicate)));

        // By hand it has the same id as well.
        let delivery = &crm.smarfle().list_deliveries(ListDeliveries::new()).await?.deliveries[0];
        crm.smarfle().redeliver(&delivery.id).await?;
        crm.run_until_idle().await;
        let by_hand = &sink.take()[0];
        let again = receiver.receive::<Envelope>(&headers(by_hand), &by_hand.body).await;
        assert!(matches!(again, Err(Rejection::Duplicate)));
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn signature_and_envelope_are_what_they_are_set_to() {
    block_on(async {
        let (crm, sink, secret) = listening().await?;
        let signature = SignatureConfig {
            header: "X-Hook-Sign".into(),
            prefix: "v1,".into(),
            encoding: SignatureEncoding::Base64,
        };
        let envelope =
            EnvelopeConfig { event: "type".into(), data: "payload".into(), ..EnvelopeConfig::default() };
        let config = SmarfleConfig {
            signature: signature.clone(),
            envelope: envelope.clone(),
            requests_per_minute: 7,
        };
        crm.admin().smarfle().configure(config.clone())?;
        assert_eq!(crm.admin().smarfle().organization().config, config);
        crm.smarfle().create(ada()).await?;
        crm.run_until_idle().await;
        let sent = &sink.take()[0];
        assert!(sent.header("x-hook-sign").is_some_and(|value| value.starts_with("v1,")));
        let receiver = Receiver::new(signature.scheme([secret.as_str()])).allow_undated();
        assert!(receiver.verify(&headers(sent), &sent.body).is_ok());
        let told = envelope.read(&sent.body).expect("it is an envelope");
        assert_eq!((told.event.clone(), told.organization_id.as_str()), (EventKind::ClientCreated, "org_1"));
        assert!(String::from_utf8_lossy(&sent.body).contains(r#""type":"client_created""#));

        let wrong = SignatureConfig { header: "Content-Type".into(), ..SignatureConfig::default() };
        let wrong = SmarfleConfig { signature: wrong, ..config.clone() };
        assert_eq!(crm.admin().smarfle().configure(wrong).unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(crm.admin().smarfle().organization().config, config, "nothing changed");
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn a_file_keeps_all_of_it() {
    let file = File::new("all");
    block_on(async {
        let crm = file.open();
        let admin = crm.admin();
        admin.sink("https://app.example/", Sink::new());
        let other = admin.add_smarfle_organization("Other")?;
        let smarfle = crm.smarfle();
        let old = smarfle.create_key(CreateKey::new("site")).await?;
        let new = smarfle.rotate_key(&old.key.id, RotateKey::new().overlap_seconds(3600_u64)).await?;
        let dead = smarfle.create_key(CreateKey::new("dead")).await?;
        smarfle.revoke_key(&dead.key.id).await?;
        let (_, theirs) = other.create_key("theirs")?;
        let session = admin.smarfle().create_session("owner")?;
        smarfle.create_endpoint(CreateEndpoint::new("https://down.example/", EventKind::ALL)).await?;
        let down = Sink::new();
        down.answer(Answer::new(500));
        admin.sink("https://down.example/", down.clone());
        let client = smarfle.with_key(new.value.expose()).create(ada()).await?.client;
        let order = admin.smarfle().create_work_order(&NewWorkOrder::new(&client.id, "mow").total(80))?;
        let invoice = NewInvoice::new(&client.id, 80).work_order(&order.id);
        let invoice = admin.smarfle().send_invoice(&invoice)?;
        admin.smarfle().receive_booking(&NewBooking::new(&client.id, "mow", crm.clock().now()))?;
        smarfle.with_key(theirs.expose()).create(ada()).await?;
        crm.run_until_idle().await;
        assert_eq!(down.take().len(), 4, "each was tried once");
        let before = smarfle.list_deliveries(ListDeliveries::new()).await?;
        let (log, costs) =
            (smarfle.list_audit(ListAudit::new()).await?, smarfle.get_costs(CostPeriod::new()).await?);
        drop((smarfle, crm));

        let crm = file.open();
        let (admin, smarfle) = (crm.admin(), crm.smarfle());
        let (up, _) = (Sink::new(), admin.sink("https://app.example/", Sink::new()));
        admin.sink("https://down.example/", up.clone());
        assert_eq!(admin.smarfle_organizations().len(), 2);
        assert_eq!(smarfle.list_deliveries(ListDeliveries::new()).await?, before);
        let after = smarfle.list_audit(ListAudit::new().limit(200_u32)).await?.entries;
        assert!(log.entries.iter().all(|entry| after.contains(entry)));
        assert_eq!(smarfle.get_costs(CostPeriod::new()).await?, costs);
        for good in [&old.value, &new.value] {
            assert!(smarfle.with_key(good.expose()).verify().await?.valid);
        }
        assert!(smarfle.with_key(dead.value.expose()).verify().await.is_err());
        assert_eq!(smarfle.with_key(theirs.expose()).verify().await?.organization, "Other");
        assert!(!smarfle.with_key(session.expose()).list_endpoints().await?.is_empty());
        // Known people are known, and what there is is where it was.
        let again = smarfle.with_key(new.value.expose()).create(ada()).await?;
        assert_eq!((again.created, &again.client.id), (false, &client.id));
        assert!(admin.smarfle().pay_invoice(&invoice.id).is_ok());
        assert_eq!(admin.smarfle().bookings().len(), 1);
        assert_eq!(admin.smarfle().notifications().len(), 2);
        // What waited goes on waiting, and is sent.
        crm.advance(Duration::from_secs(24 * 3600)).await;
        let all = smarfle.list_deliveries(ListDeliveries::new()).await?.deliveries;
        assert!(all.iter().all(|delivery| delivery.status == DeliveryStatus::Delivered), "{all:?}");
        assert_eq!(up.take().len(), 5);
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn a_fork_and_a_snapshot_have_their_own() {
    block_on(async {
        let (crm, sink, _) = listening().await?;
        let (_, key) = crm.admin().smarfle().create_key("site")?;
        let moment = crm.snapshot();
        let fork = crm.fork();
        fork.smarfle().with_key(key.expose()).create(ada()).await?;
        fork.run_until_idle().await;
        assert_eq!((sink.take().len(), crm.admin().smarfle().clients().len()), (1, 0));
        crm.smarfle().create(ada()).await?;
        crm.restore(&moment);
        crm.advance(Duration::from_secs(3600)).await;
        assert!(crm.admin().smarfle().clients().is_empty() && sink.take().is_empty());
        assert!(crm.smarfle().with_key(key.expose()).create(ada()).await?.created);
        crm.admin().reset();
        assert!(crm.smarfle().with_key(key.expose()).verify().await.is_err(), "it was made after the start");
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn the_log_is_bounded_and_the_costs_are_right_all_the_same() {
    block_on(async {
        let crm = MemCrm::new();
        let config = SmarfleConfig { requests_per_minute: u32::MAX, ..SmarfleConfig::default() };
        crm.admin().smarfle().configure(config)?;
        let (_, key) = crm.admin().smarfle().create_key("site")?;
        let site = crm.smarfle().with_key(key.expose());
        for _ in 0..audit::ENTRIES + 10 {
            site.verify().await?;
        }
        let held = crm.world.smarfle.read().audit.len(state::FIRST);
        assert_eq!(held, audit::ENTRIES);
        let costs = crm.smarfle().get_costs(CostPeriod::new()).await?;
        assert_eq!((costs.calls, costs.total.to_string()), (10_010, "30.03".to_owned()));
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn deliveries_that_are_over_make_room() {
    block_on(async {
        let (crm, sink, _) = listening().await?;
        let world = &crm.world;
        for at in 0..delivering::DELIVERIES + 5 {
            crm.smarfle().create(CreateLead::new().email(format!("a{at}@vale.example"))).await?;
            if at % 500 == 0 {
                crm.run_until_idle().await;
            }
        }
        crm.run_until_idle().await;
        assert!(sink.len() >= delivering::DELIVERIES);
        crm.smarfle().create(ada()).await?;
        assert_eq!(world.smarfle.read().deliveries.len(state::FIRST), delivering::DELIVERIES);
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn whatever_is_not_2xx_is_tried_again() {
    block_on(async {
        let (crm, sink, _) = listening().await?;
        for status in [410, 301, 404] {
            sink.answer_next(Answer::new(status));
        }
        sink.fail_next(crate::PostError::Timeout);
        crm.smarfle().create(ada()).await?;
        crm.advance(Duration::from_secs(24 * 3600)).await;
        let delivery = &crm.smarfle().list_deliveries(ListDeliveries::new()).await?.deliveries[0];
        let codes: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.status_code).collect();
        assert_eq!(codes, [Some(410), Some(301), Some(404), None, Some(200)]);
        assert_eq!(delivery.status, DeliveryStatus::Delivered);
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn faults_are_met_in_process_too() {
    block_on(async {
        let (crm, sink, _) = listening().await?;
        let (_, key) = crm.admin().smarfle().create_key("site")?;
        let site = crm.smarfle().with_key(key.expose());
        crm.faults().arm(Fault::on(&leads::CREATE).first(1).status(503));
        // Nobody can know whether a create that was answered so was carried out.
        assert_eq!(site.create(ada()).await.unwrap_err().kind(), ErrorKind::Ambiguous);
        assert!(crm.admin().smarfle().clients().is_empty());

        // Carried out, and the answer is lost: asking again finds the same client.
        crm.faults().arm(Fault::on(&leads::CREATE).first(1).reset_after_commit());
        assert_eq!(site.create(ada()).await.unwrap_err().kind(), ErrorKind::Ambiguous);
        let again = site.create(ada()).await?;
        assert!(!again.created);
        assert_eq!(crm.admin().smarfle().clients().len(), 1);
        crm.run_until_idle().await;
        assert_eq!(sink.take().len(), 1, "one event for one client");

        crm.faults().arm(Fault::on(&settings::CREATE_KEY).first(1).status(500));
        assert!(crm.smarfle().create_key(CreateKey::new("x")).await.is_err());
        let calls = crm.admin().calls();
        let of = |name: &str| calls.iter().filter(|call| call.operation.as_deref() == Some(name)).count();
        assert!(of("smarfle.create") >= 2, "{calls:?}");
        assert!(calls.iter().any(|call| call.caller == "site"));
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn the_team_reads_what_the_lead_said() {
    block_on(async {
        let crm = MemCrm::new();
        crm.smarfle().create(ada().last_name("Reyes").notes("a quote").phone("555-0177")).await?;
        crm.smarfle().create(CreateLead::new().phone("555 0177").notes("hurry")).await?;
        let told = crm.admin().smarfle().notifications();
        assert_eq!(told[0].subject, "New lead: Ada Reyes");
        assert_eq!(told[0].body, "e-mail: ada@vale.example\nphone: 555-0177\nnotes: a quote");
        assert_eq!(told[1].subject, "Another lead of a known client: somebody without a name");
        assert_eq!(
            (told[1].body.as_str(), &told[1].client_id),
            ("phone: 555 0177\nnotes: hurry", &told[0].client_id)
        );
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn what_happens_keeps_to_the_rules() {
    let crm = MemCrm::new();
    let smarfle = crm.admin().smarfle();
    let other = crm.admin().add_smarfle_organization("Other").unwrap();
    let ada = smarfle.add_client(&ada()).unwrap();
    let bob = smarfle.add_client(&CreateLead::new().email("bob@vale.example")).unwrap();
    let kind = |outcome: smbcrm_core::Error| outcome.kind();
    let same = smarfle.add_client(&CreateLead::new().email("ADA@vale.example"));
    assert_eq!(kind(same.unwrap_err()), ErrorKind::Conflict);
    let taken = SmarfleClientChange { email: Some("ada@vale.example".into()), ..Default::default() };
    assert_eq!(kind(smarfle.update_client(&bob.id, taken).unwrap_err()), ErrorKind::Conflict);
    let neither = SmarfleClientChange { email: Some("".into()), ..Default::default() };
    assert_eq!(kind(smarfle.update_client(&bob.id, neither).unwrap_err()), ErrorKind::Invalid);
    let moved = SmarfleClientChange { email: Some("rob@vale.example".into()), ..Default::default() };
    smarfle.update_client(&bob.id, moved).unwrap();
    assert!(smarfle.add_client(&CreateLead::new().email("bob@vale.example")).is_ok(), "it is free again");

    let order = smarfle.create_work_order(&NewWorkOrder::new(&ada.id, "mow")).unwrap();
    assert_eq!(
        kind(smarfle.create_work_order(&NewWorkOrder::new(&ada.id, " ")).unwrap_err()),
        ErrorKind::Invalid
    );
    let negative = NewWorkOrder::new(&ada.id, "mow").total(-1);
    assert_eq!(kind(smarfle.create_work_order(&negative).unwrap_err()), ErrorKind::Invalid);
    assert_eq!(kind(other.complete_work_order(&order.id).unwrap_err()), ErrorKind::NotFound);
    assert_eq!(
        kind(other.create_work_order(&NewWorkOrder::new(&ada.id, "mow")).unwrap_err()),
        ErrorKind::NotFound
    );
    for wrong in [
        NewInvoice::new(&ada.id, 0),
        NewInvoice::new(&ada.id, "1.005".parse::<smbcrm_core::types::Money>().unwrap()),
        NewInvoice::new(&ada.id, 1).currency("usd"),
    ] {
        assert_eq!(kind(smarfle.send_invoice(&wrong).unwrap_err()), ErrorKind::Invalid, "{wrong:?}");
    }
    let stolen = NewInvoice::new(&bob.id, 1).work_order(&order.id);
    assert_eq!(kind(smarfle.send_invoice(&stolen).unwrap_err()), ErrorKind::Conflict);
    let invoice = smarfle.send_invoice(&NewInvoice::new(&ada.id, 1).work_order(&order.id)).unwrap();
    assert_eq!(kind(other.pay_invoice(&invoice.id).unwrap_err()), ErrorKind::NotFound);
    assert!(other.invoices().is_empty() && other.clients().is_empty() && other.work_orders().is_empty());
}

#[test]
fn keys_of_ones_own_and_sessions_that_end() {
    block_on(async {
        let crm = MemCrm::new();
        let smarfle = crm.admin().smarfle();
        smarfle.install_key("mine", "smf_0123456789abcdef")?;
        assert!(crm.smarfle().with_key("smf_0123456789abcdef").verify().await?.valid);
        assert_eq!(
            smarfle.install_key("twice", "smf_0123456789abcdef").unwrap_err().kind(),
            ErrorKind::Conflict
        );
        assert_eq!(smarfle.install_key("short", "smf_1").unwrap_err().kind(), ErrorKind::Invalid);
        let session = smarfle.create_session("owner")?;
        let owner = crm.smarfle().with_key(session.expose());
        assert!(owner.list_keys().await.is_ok());
        smarfle.end_sessions();
        assert_eq!(owner.list_keys().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        // The server's own key is the same each time, unless it was revoked.
        let first = smarfle.lasting_key("server");
        assert_eq!(smarfle.lasting_key("server"), first);
        let id = crm.smarfle().list_keys().await?.into_iter().find(|key| key.name == "server").unwrap().id;
        crm.smarfle().revoke_key(&id).await?;
        assert_ne!(smarfle.lasting_key("server"), first);
        let nobody = crm.smarfle().organization(&"org_9".into());
        assert_eq!(nobody.create(ada()).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(nobody.create_key(CreateKey::new("x")).await.unwrap_err().kind(), ErrorKind::NotFound);
        let owner = crm.smarfle().list_audit(ListAudit::new().actor("owner")).await?.entries;
        assert!(owner.iter().any(|entry| entry.actor == ActorKind::Owner && !entry.billed));
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

/// A counter that is out of order.
#[derive(Debug)]
struct Broken;

#[async_trait]
impl RateWindow for Broken {
    async fn take(&self, _: &str, _: u32, _: Duration, _: i64) -> Result<Taken, WindowError> {
        Err(WindowError::new("out of order"))
    }
}

#[test]
fn what_cannot_be_counted_is_refused() {
    block_on(async {
        let crm = MemCrm::new();
        let (_, key) = crm.admin().smarfle().create_key("site")?;
        crm.admin().set_smarfle_window(Broken);
        let error = crm.smarfle().with_key(key.expose()).create(ada()).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(503)));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
        assert!(crm.admin().smarfle().clients().is_empty());
        assert_eq!(crm.smarfle().get_costs(CostPeriod::new()).await?.calls, 0);
        crm.admin().set_smarfle_window(MemoryWindow::default());
        assert!(crm.smarfle().with_key(key.expose()).create(ada()).await?.created);
        Ok::<_, smbcrm_core::Error>(())
    })
    .unwrap();
}

#[test]
fn of_many_leads_of_one_person_one_makes_the_client() {
    let crm = MemCrm::new();
    let made = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| block_on(crm.smarfle().create(ada())).expect("it is taken").created))
            .collect();
        tries.into_iter().map(|it| it.join().expect("no panic")).filter(|made| *made).count()
    });
    assert_eq!((made, crm.admin().smarfle().clients().len()), (1, 1));
}
