//! What is to be sent outlives the process.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;

/// Through JSON and back, as a log on disk would keep it.
fn written(rows: &[ExchangeRow]) -> Vec<ExchangeRow> {
    let text = serde_json::to_string(rows).expect("rows are plain");
    serde_json::from_str(&text).expect("they were written so")
}

fn reborn(rows: Vec<ExchangeRow>, sink: &Sink) -> MemCrm {
    let crm = MemCrm::new();
    crm.admin().sink("https://app.example/", sink.clone());
    crm.world.exchange.restore_rows(rows);
    crm
}

#[test]
fn an_attempt_that_was_under_way_is_made_again() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    for name in ["a", "b", "c"] {
        create(&crm, &format!("{name}@vale.example"));
    }
    sink.answer_next(Answer::new(200));
    sink.answer_next(Answer::new(500));
    block_on(crm.run_until_idle());
    let due = crm.next_due().expect("the second waits");
    crm.clock().set(due);
    let rows = {
        let _under_way = crm.world.exchange.claim(crm.clock().millis()).expect("it is due");
        written(&crm.world.exchange.rows()) // the last that is heard of this world
    };

    emails(&sink);
    let crm = reborn(rows, &sink);
    assert_eq!(states(&crm), [DeliveryState::Delivered, DeliveryState::Waiting, DeliveryState::Waiting]);
    crm.clock().set(due);
    block_on(crm.run_until_idle());
    assert_eq!(emails(&sink), ["b", "c"]);
    assert_eq!(crm.admin().delivery(2).expect("it is kept").attempts.len(), 2);
    create(&crm, "d@vale.example");
    assert_eq!(crm.admin().deliveries(&DeliveryFilter::new()).last().map(|it| it.id), Some(4.into()));
    assert_eq!(crm.admin().add_endpoint(endpoint()).expect("it makes sense").id.as_str(), "endpoint-2");
}

#[test]
fn a_log_of_changes_tells_the_same_as_a_checkpoint() {
    let log: Arc<Mutex<Vec<ExchangeRow>>> = Arc::default();
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://app.example/", sink.clone());
    let kept = Arc::clone(&log);
    crm.world.exchange.record(Arc::new(move |rows| kept.lock().extend(rows)));
    crm.admin().add_endpoint(endpoint().retries(thrice())).expect("the settings make sense");
    crm.admin().limit_deliveries(5, 1 << 20);
    sink.answer_next(Answer::new(500));
    for number in 0..7 {
        create(&crm, &format!("{number}@vale.example"));
        block_on(crm.advance(Duration::from_secs(61)));
    }
    let moment = crm.snapshot();
    let step = Origin::Step {
        location: crm.location().clone(),
        run: "1".into(),
        step: "1".into(),
        wants_reply: true,
    };
    crm.world.exchange.post(parcel("", step), crm.clock().millis());
    block_on(crm.send_parcels());
    crm.admin().redeliver(5);
    crm.admin().disable_endpoint("endpoint-1");

    let again = reborn(written(&log.lock()), &sink);
    let text = |crm: &MemCrm| serde_json::to_string(&crm.world.exchange.rows()).expect("rows are plain");
    assert_eq!(text(&again), text(&crm));
    assert!(again.world.exchange.reply().is_some());

    crm.restore(&moment);
    let again = reborn(written(&log.lock()), &sink);
    assert_eq!(text(&again).len(), text(&crm).len(), "another moment is told of too");
    assert!(again.world.exchange.reply().is_none() && again.admin().endpoints()[0].enabled);
}

#[cfg(feature = "rsa")]
#[test]
fn a_key_that_was_made_at_random_is_kept() {
    let (crm, sink) = told(endpoint().legacy_signature());
    let again = reborn(written(&crm.world.exchange.rows()), &sink);
    assert_eq!(again.admin().webhook_keys(), crm.admin().webhook_keys());
    assert!(again.admin().webhook_keys().rsa.is_some());
    assert_ne!(
        MemCrm::builder().seed(9).build().admin().webhook_keys().ed25519,
        crm.admin().webhook_keys().ed25519
    );
}
