//! Every documented example, with values of our own: typed, and written as it was read.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::*;

/// A documented example: the event it stands for, and its body. The documentation leaves the type out of some and
/// writes a wrong one into others.
#[derive(Deserialize)]
struct Sample {
    documented: EventKind,
    body: Map<String, Value>,
}

fn samples() -> Vec<Sample> {
    serde_json::from_str(include_str!("samples.json")).unwrap()
}

/// The body as it goes over the wire: with the event's type, and what deliveries carry beside.
fn delivered(sample: &Sample) -> Value {
    let mut body = sample.body.clone();
    if body.get("type").and_then(Value::as_str).is_none_or(|kind| !EventKind::from(kind).is_known()) {
        if let Some(own) = body.shift_remove("type") {
            body.insert("priceType".to_owned(), own);
        }
        body.insert("type".to_owned(), json!(sample.documented));
    }
    body.insert("timestamp".to_owned(), json!("2026-03-01T09:30:01.250Z"));
    body.insert("webhookId".to_owned(), json!("6f3f2f2e-0000-4000-8000-000000000001"));
    body.insert("appId".to_owned(), json!("APP0000000000000001"));
    body.insert("versionId".to_owned(), json!("VER0000000000000001"));
    Value::Object(body)
}

#[test]
fn every_documented_example_is_typed_and_written_as_it_was_read() {
    for sample in samples() {
        let body = delivered(&sample);
        let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(read.event.kind().as_str(), body["type"].as_str().unwrap());
        assert!(!matches!(read.event, Event::Unknown(_)), "{:?}", read.event);
        let debug = format!("{read:?}");
        assert!(!debug.contains("Extra(Some"), "a documented key has no field: {debug}");
        assert_eq!(serde_json::to_value(&read).unwrap(), body);
        let text = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<WebhookEvent>(&text).unwrap(), read);
        assert_eq!(text.matches("\"appId\"").count(), 1, "{text}");
    }
}

#[test]
fn every_documented_example_fits_the_event_it_stands_for() {
    for sample in samples() {
        let event = Event::from_parts(sample.documented.clone(), sample.body.clone());
        assert_eq!(event.kind(), sample.documented);
        assert!(!matches!(event, Event::Unknown(_)), "{event:?}");
        let written = serde_json::to_value(&event).unwrap();
        for (key, value) in sample.body {
            let key = if key == "type" && value == "one_time" { "priceType" } else { &key };
            if key != "type" {
                assert_eq!(written[key], value, "{}: {key}", sample.documented);
            }
        }
    }
}

#[test]
fn every_type_is_documented_or_named_by_it() {
    let documented: BTreeSet<_> = samples().into_iter().map(|sample| sample.documented).collect();
    let beyond: Vec<_> = EventKind::ALL.iter().filter(|kind| !documented.contains(kind)).collect();
    assert_eq!(beyond, [&EventKind::UserUpdate, &EventKind::UserDelete]);
    assert!(documented.iter().all(EventKind::is_known));
    assert_eq!(EventKind::ALL.len(), EventKind::KNOWN.len());
}

#[test]
fn every_event_says_what_it_is_about() {
    for sample in samples() {
        let event = Event::from_parts(sample.documented.clone(), sample.body.clone());
        let subject = event.subject().unwrap();
        // An e-mail's id stands in for the message's, and the example of a text message has neither.
        let unnamed = matches!(event, Event::InboundMessage(_) | Event::OutboundMessage(_))
            && !["messageId", "emailMessageId"].iter().any(|key| sample.body.contains_key(*key));
        assert_eq!(subject.record.is_empty(), unnamed, "{event:?}");
        let about_contact = sample.body.get("contactId").and_then(Value::as_str);
        if about_contact.is_some() {
            assert_eq!(subject.contact.map(ContactId::as_str), about_contact);
        }
    }
}

#[test]
fn an_unknown_type_survives_whole() {
    let body = json!({
        "type": "MoonPhase", "phase": "full", "lit": 0.98, "seen": null, "by": { "appId": [1, 2] },
        "timestamp": "2026-03-01T09:30:00.000Z", "webhookId": "W1", "appId": "A1", "versionId": "V1",
    });
    let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
    let Event::Unknown(event) = &read.event else { panic!("{read:?}") };
    assert_eq!((event.kind.as_str(), event.payload.len(), &event.misfit), ("MoonPhase", 4, &None));
    assert_eq!(read.event.subject(), None);
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
}

#[test]
fn a_payload_that_does_not_fit_survives_and_says_where() {
    let body =
        json!({ "type": "ContactCreate", "id": "C1", "customFields": [{ "id": 7, "value": "secret" }] });
    let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
    let Event::Unknown(event) = &read.event else { panic!("{read:?}") };
    assert_eq!(event.kind, EventKind::ContactCreate);
    assert_eq!(event.misfit.as_deref(), Some("customFields[0].id"));
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
}

#[test]
fn what_the_wire_is_known_to_leave_out_may_be_missing() {
    let task = json!({ "type": "TaskCreate", "locationId": "L", "id": "T", "title": "Call back" });
    let read: Event = serde_json::from_value(task.clone()).unwrap();
    let Event::TaskCreate(payload) = &read else { panic!("{read:?}") };
    assert_eq!((&payload.contact_id, &payload.body), (&None, &None));
    assert_eq!(serde_json::to_value(&read).unwrap(), task);

    let nulls: Event =
        serde_json::from_value(json!({ "type": "ContactCreate", "id": "C", "tags": null, "email": null }))
            .unwrap();
    let Event::ContactCreate(payload) = &nulls else { panic!("{nulls:?}") };
    assert_eq!((payload.tags.len(), &payload.email), (0, &None));
}

#[test]
fn without_a_type_there_is_no_event() {
    for body in [
        json!({ "id": "C1" }),
        json!({ "type": 7 }),
        json!({ "type": null }),
        json!([]),
        json!("ContactCreate"),
    ] {
        assert!(serde_json::from_value::<Event>(body.clone()).is_err(), "{body}");
        assert!(serde_json::from_value::<WebhookEvent>(body).is_err());
    }
}

#[test]
fn stamps_and_ids_that_do_not_read_are_kept_with_the_event() {
    let body = json!({ "type": "ContactCreate", "id": "C", "tags": [], "attachments": [], "customFields": [],
        "timestamp": "noon", "webhookId": 7, "appId": null, "versionId": {} });
    let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
    assert_eq!((&read.timestamp, &read.webhook_id, &read.app_id), (&None, &None, &None));
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
    // A stamp may be milliseconds since 1970, too.
    let body = json!({ "type": "MoonPhase", "timestamp": 1_772_357_400_000_i64 });
    let read: WebhookEvent = serde_json::from_value(body).unwrap();
    assert_eq!(read.timestamp.unwrap().timestamp(), 1_772_357_400);
}

#[test]
fn an_event_is_two_words_wide() {
    assert_eq!(size_of::<Event>(), 2 * size_of::<usize>());
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zA-Z0-9 :.-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z_]{1,8}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever a documented example is turned into, reading it never fails, and what was read is written and read
    /// again the same.
    #[test]
    fn a_damaged_payload_is_still_an_event(
        which in 0usize..1000, key in 0usize..50, value in json_value(), added in "[a-z]{1,10}",
    ) {
        let all = samples();
        let mut body = delivered(&all[which % all.len()]);
        let fields = body.as_object_mut().unwrap();
        let keys: Vec<_> = fields.keys().filter(|key| *key != "type").cloned().collect();
        fields.insert(keys[key % keys.len()].clone(), value.clone());
        if added != "type" {
            fields.insert(added, value);
        }
        let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        for (key, value) in body.as_object().unwrap() {
            // A null says nothing, nor does an id without text, and both may be left out.
            let is_silent = value.is_null() || (value == "" && (key == "id" || key.ends_with("Id")));
            prop_assert!(is_silent || written.get(key).is_some(), "{} is gone from {}", key, written);
        }
        prop_assert_eq!(serde_json::from_value::<WebhookEvent>(written).unwrap(), read);
    }

    #[test]
    fn an_unknown_event_is_written_as_it_was_read(value in json_value()) {
        let body = json!({ "type": "Unheard", "what": value });
        let read: WebhookEvent = serde_json::from_value(body.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), body);
    }
}
