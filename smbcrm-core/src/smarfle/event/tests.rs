use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::smarfle::{Booking, Client, ClientStatus, Invoice, WorkOrder};
use crate::types::Text;

fn envelope(event: &Event) -> Envelope {
    Envelope {
        id: "dlv_1".into(),
        event: event.kind(),
        created_at: crate::types::time::from_millis(1_790_000_000_000),
        organization_id: "org_1".into(),
        data: event.data(),
        extra: crate::types::Extra::default(),
    }
}

fn every_event() -> Vec<Event> {
    let client = Client { id: "cli_1".into(), status: ClientStatus::Lead, ..Client::default() };
    let invoice = Invoice { amount: "99.95".parse().unwrap(), currency: "USD".into(), ..Invoice::default() };
    let mut updated = ClientUpdated { client: client.clone(), ..ClientUpdated::default() };
    updated.changed = vec!["phone".into()];
    vec![
        Event::ClientCreated(client),
        Event::ClientUpdated(updated),
        Event::WorkOrderCreated(WorkOrder::default()),
        Event::WorkOrderCompleted(WorkOrder::default()),
        Event::InvoiceSent(invoice.clone()),
        Event::InvoicePaid(invoice),
        Event::BookingReceived(Booking::default()),
    ]
}

#[test]
fn the_seven_events_survive_the_wire() {
    let names = EnvelopeConfig::default();
    let events = every_event();
    assert_eq!(events.iter().map(Event::kind).collect::<Vec<_>>(), EventKind::ALL);
    for event in events {
        let told = envelope(&event);
        let body = names.write(&told);
        assert_eq!(names.read(body.as_bytes()).unwrap(), told);
        let plain: Envelope = serde_json::from_str(&body).unwrap();
        assert_eq!(plain.read().unwrap(), event);
    }
}

#[test]
fn what_has_no_name_here_is_kept() {
    let body = json!({ "id": "dlv_1", "event": "estimate_sent", "data": { "n": 1 }, "attempt": 2 });
    let told: Envelope = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(told.read().unwrap(), Event::Other("estimate_sent".into(), json!({ "n": 1 })));
    assert_eq!(told.extra["attempt"], 2);
    let again: Value = serde_json::from_str(&EnvelopeConfig::default().write(&told)).unwrap();
    assert_eq!(again["attempt"], 2);
    let wrong = json!({ "event": "invoice_paid", "data": { "client": {} } });
    assert!(serde_json::from_value::<Envelope>(wrong).unwrap().read().is_err());
}

#[test]
fn configurations_that_make_no_sense_are_refused() {
    let twice = EnvelopeConfig { event: "id".into(), ..EnvelopeConfig::default() };
    assert!(twice.check().unwrap_err().to_string().contains("two members"));
    assert!(EnvelopeConfig { data: "".into(), ..EnvelopeConfig::default() }.check().is_err());
    assert_eq!(EnvelopeConfig { id: "a/b~c".into(), ..EnvelopeConfig::default() }.id_pointer(), "/a~1b~0c");
    let header = |name: &str| SignatureConfig { header: name.into(), ..SignatureConfig::default() }.check();
    for bad in ["", "x y", "x:y", "ü", "Content-Type", "host"] {
        assert!(header(bad).is_err(), "{bad}");
    }
    assert!(header("X-Hub-Signature-256").is_ok());
    assert!(SignatureConfig { prefix: "a b".into(), ..SignatureConfig::default() }.check().is_err());
}

#[cfg(feature = "webhooks")]
#[test]
fn a_signature_is_genuine_where_it_was_made_for_and_nowhere_else() {
    use crate::webhooks::{Incoming, Outgoing, Sign as _, Verify as _};

    for encoding in [SignatureEncoding::Hex, SignatureEncoding::Base64] {
        let config = SignatureConfig { encoding, ..SignatureConfig::default() };
        let scheme = config.scheme(["whs_0123456789abcdef"]);
        let mut headers = http::HeaderMap::new();
        scheme.sign(&Outgoing::new("", chrono::Utc::now(), b"{}"), &mut headers).unwrap();
        assert!(headers["x-smarfle-signature"].to_str().unwrap().starts_with("sha256="));
        assert!(scheme.verify(&Incoming::new(&headers, b"{}")).is_ok());
        assert!(scheme.verify(&Incoming::new(&headers, b"{ }")).is_err());
        assert!(config.scheme(["another"]).verify(&Incoming::new(&headers, b"{}")).is_err());
        let other = SignatureConfig { prefix: "v1=".into(), ..config.clone() };
        assert!(other.scheme(["whs_0123456789abcdef"]).verify(&Incoming::new(&headers, b"{}")).is_err());
        // Two secrets are good at a time while one is changed for the other.
        let proof = config.scheme(["new", "whs_0123456789abcdef"]).verify(&Incoming::new(&headers, b"{}"));
        assert_eq!(proof.unwrap().key, 1);
    }
}

proptest! {
    #[test]
    fn any_envelope_is_read_back_under_any_names(
        names in prop::collection::hash_set("[a-z_/~.]{1,8}", 5),
        id in ".{0,12}",
        event in "[a-z_]{1,20}",
        extra in "[A-Z]{1,8}",
    ) {
        let mut names = names.into_iter().map(Text::from);
        let mut next = || names.next().unwrap();
        let config = EnvelopeConfig {
            id: next(), event: next(), created_at: next(), organization_id: next(), data: next(),
        };
        prop_assert!(config.check().is_ok());
        let mut told = envelope(&Event::Other(event.into(), json!({ "x": [1, null] })));
        told.id = id.into();
        told.extra.insert(extra, 1);
        prop_assert_eq!(config.read(config.write(&told).as_bytes()).unwrap(), told);
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in any::<Vec<u8>>()) {
        if let Ok(told) = EnvelopeConfig::default().read(&body) {
            let _ = told.read();
        }
    }
}
