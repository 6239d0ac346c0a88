//! What is sent verifies with the receiver kit, and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use http::{HeaderMap, HeaderName, HeaderValue};
use smbcrm_core::sales_boost::{CreateWebhook, EventType, Integrations, ProviderId, WebhookEvent};
use smbcrm_core::webhooks::{Clock, Incoming, MemoryStore, Receiver, Rejection, Secret, Timestamped, Verify};

use super::*;
use crate::{Answer, Outbound};

fn headers(sent: &Outbound) -> HeaderMap {
    let pairs = sent.headers.iter().map(|(name, value)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    });
    pairs.collect()
}

/// What the world sends when it is tested.
fn tested() -> (Secret, Outbound) {
    let (crm, sink, made) = told();
    assert!(block_on(crm.sales_boost().test(&made.integration.id)).unwrap().succeeded());
    ((&made.signing_secret).into(), sink.take().remove(0))
}

#[test]
fn a_delivery_verifies_with_the_secret_that_was_shown() {
    let (secret, sent) = tested();
    let headers = headers(&sent);
    let proof = Timestamped::sales_boost([&secret]).verify(&Incoming::new(&headers, &sent.body)).unwrap();
    let time = headers["x-smb-timestamp"].to_str().unwrap();
    assert_eq!(proof.timestamp.unwrap().timestamp().to_string(), time);
}

#[test]
fn what_was_altered_or_signed_by_another_is_refused() {
    let (secret, sent) = tested();
    let headers = headers(&sent);
    let scheme = Timestamped::sales_boost([&secret]);
    let mut altered = sent.body.to_vec();
    let at = altered.len() / 2;
    altered[at] ^= 1;
    let refused = scheme.verify(&Incoming::new(&headers, &altered)).unwrap_err();
    assert!(matches!(refused, Rejection::BadSignature));
    let stranger = Timestamped::sales_boost(["smbs_another"]);
    assert!(matches!(stranger.verify(&Incoming::new(&headers, &sent.body)), Err(Rejection::BadSignature)));
    // The time is signed along.
    let mut later = headers.clone();
    let said = headers["x-smb-signature"].to_str().unwrap();
    let (time, mac) = said.split_once(",v1=").unwrap();
    let time: i64 = time.trim_start_matches("t=").parse().unwrap();
    let moved = format!("t={},v1={mac}", time + 1);
    later.insert("x-smb-signature", HeaderValue::from_str(&moved).unwrap());
    assert!(matches!(scheme.verify(&Incoming::new(&later, &sent.body)), Err(Rejection::BadSignature)));
    later.remove("x-smb-signature");
    assert!(matches!(scheme.verify(&Incoming::new(&later, &sent.body)), Err(Rejection::Unsigned)));
}

#[test]
fn a_receiver_takes_an_old_secret_while_it_is_rotated_out() {
    let (secret, sent) = tested();
    let headers = headers(&sent);
    let incoming = Incoming::new(&headers, &sent.body);
    let rotating = Timestamped::sales_boost([&Secret::from("smbs_the_next_one"), &secret]);
    assert_eq!(rotating.verify(&incoming).unwrap().key, 1);
    let rotated = Timestamped::sales_boost([&Secret::from("smbs_the_next_one")]);
    assert!(rotated.verify(&incoming).is_err());
}

#[test]
fn a_receiver_takes_each_delivery_once_and_none_that_is_late() {
    let (crm, sink, made) = told();
    sink.answer_next(Answer::new(500));
    receive(&crm, 1);
    block_on(crm.run_until_idle());
    block_on(crm.advance(Duration::from_secs(3)));
    let sent = sink.take();
    assert_eq!(sent.len(), 2, "it was tried again");
    let at = Arc::new(parking_lot::Mutex::new(crm.clock().now()));
    let now = Arc::clone(&at);
    let clock = Clock::new(move || *now.lock());
    let scheme = Timestamped::sales_boost([&Secret::from(&made.signing_secret)]);
    let store = MemoryStore::new().clock(clock.clone());
    let id = smbcrm_core::webhooks::DeliveryId::Body("/id".into());
    let receiver = Receiver::new(scheme).clock(clock).delivery_id(id).store(store);
    let receive = |sent: &Outbound| {
        let (headers, body) = (headers(sent), sent.body.clone());
        let receiver = receiver.clone();
        block_on(async move {
            let delivery = receiver.receive::<WebhookEvent>(&headers, &body).await?;
            let event = delivery.value.clone();
            delivery.done().await.unwrap();
            Ok::<_, Rejection>(event)
        })
    };
    assert_eq!(receive(&sent[0]).unwrap().event, EventType::LeadCreated);
    assert!(matches!(receive(&sent[1]), Err(Rejection::Duplicate)), "a repetition has the same id");
    *at.lock() += Duration::from_secs(3_600);
    assert!(matches!(receive(&sent[1]), Err(Rejection::TooOld)));
}

#[test]
fn each_integration_has_a_secret_of_its_own() {
    let (crm, sink, made) = told();
    let other = CreateWebhook::new(ProviderId::Make, URL, [EventType::LeadCreated]);
    let other = block_on(crm.sales_boost().create_webhook(other)).unwrap();
    assert!(block_on(crm.sales_boost().test(&other.integration.id)).unwrap().succeeded());
    let sent = sink.take().remove(0);
    let headers = headers(&sent);
    let incoming = Incoming::new(&headers, &sent.body);
    assert!(Timestamped::sales_boost([&Secret::from(&other.signing_secret)]).verify(&incoming).is_ok());
    assert!(Timestamped::sales_boost([&Secret::from(&made.signing_secret)]).verify(&incoming).is_err());
}

#[test]
fn only_a_switch_lets_it_go_where_a_name_leads_inside() {
    let (crm, sink, made) = told();
    let test = || block_on(crm.sales_boost().test(&made.integration.id)).unwrap();
    test();
    receive(&crm, 1);
    block_on(crm.run_until_idle());
    let sent = sink.take();
    assert!(sent.len() == 2 && sent.iter().all(|sent| sent.public_only), "whatever the sender allows");
    crm.admin().sales_boost().allow_loopback_targets(true);
    test();
    assert!(!sink.take().remove(0).public_only);
}
