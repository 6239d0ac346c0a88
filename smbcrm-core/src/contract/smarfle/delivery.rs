//! What goes out: seven events, five attempts, and again by hand.

use std::time::Duration;

use super::{Happening, Received, Stage};
use crate::ErrorKind;
use crate::contract::{Failure, HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::event::{Envelope, Event, EventKind};
use crate::smarfle::settings::{
    CreateEndpoint, Delivery, DeliveryStatus, ListDeliveries, NewEndpoint, UpdateEndpoint, operations as op,
};
use crate::smarfle::{ClientStatus, CreateLead, InvoiceStatus, Organization, WorkOrderStatus};
use crate::types::Money;

cases! { on Stage:
    the_seven_events_are_told => [op::CREATE_ENDPOINT, op::LIST_DELIVERIES],
    only_what_was_chosen_is_told => [op::CREATE_ENDPOINT, op::UPDATE_ENDPOINT],
    five_attempts_within_a_day_and_the_failure_log => [op::LIST_DELIVERIES],
    an_attempt_that_succeeds_is_the_last => [op::LIST_DELIVERIES],
    again_by_hand_with_the_same_id => [op::REDELIVER],
    what_cannot_be_sent_again => [op::REDELIVER],
    what_is_switched_off_is_told_nothing => [op::UPDATE_ENDPOINT, op::DELETE_ENDPOINT],
    a_test_event => [op::TEST_ENDPOINT],
    deliveries_in_pages => [op::LIST_DELIVERIES],
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An endpoint of the receiver that is told of everything.
async fn listening(stage: &Stage, settings: &dyn Organization) -> Result<NewEndpoint, Failure> {
    let url = stage.receiver().await?;
    Ok(settings.create_endpoint(CreateEndpoint::new(url, EventKind::ALL)).await?)
}

fn envelope(received: &Received) -> Result<Envelope, Failure> {
    serde_json::from_slice(&received.body).map_err(|error| Failure::new(format!("no envelope: {error}")))
}

/// What was received since, opened.
async fn told(stage: &Stage) -> Result<Vec<(Envelope, Event)>, Failure> {
    stage.advance(Duration::ZERO).await?;
    let mut told = Vec::new();
    for received in stage.received().await? {
        let envelope = envelope(&received)?;
        let event =
            envelope.read().map_err(|error| Failure::new(format!("not what it should carry: {error}")))?;
        told.push((envelope, event));
    }
    Ok(told)
}

async fn deliveries(settings: &dyn Organization, wanted: ListDeliveries) -> Result<Vec<Delivery>, Failure> {
    Ok(settings.list_deliveries(wanted).await?.deliveries)
}

/// Whether the default signature is there and genuine.
fn is_genuine(received: &Received, secret: &str) -> bool {
    let Some((_, value)) = received.headers.iter().find(|(name, _)| name == "x-smarfle-signature") else {
        return false;
    };
    if !value.starts_with("sha256=") {
        return false;
    }
    #[cfg(feature = "webhooks")]
    {
        use crate::smarfle::event::SignatureConfig;
        use crate::webhooks::{Incoming, Verify as _};
        let mut headers = http::HeaderMap::new();
        let Ok(value) = http::HeaderValue::from_str(value) else { return false };
        headers.insert("x-smarfle-signature", value);
        let scheme = SignatureConfig::default().scheme([secret]);
        scheme.verify(&Incoming::new(&headers, &received.body)).is_ok()
    }
    #[cfg(not(feature = "webhooks"))]
    {
        let _ = secret;
        true
    }
}

async fn the_seven_events_are_told(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = listening(stage, &*settings).await?;
    let lead = stage.api.create(CreateLead::new().email("ada@vale.example")).await?.client;
    stage.advance(Duration::ZERO).await?;
    let first = stage.received().await?;
    ensure_eq!(first.len(), 1);
    ensure!(is_genuine(&first[0], made.secret.expose()), "{:?}", first[0].headers);
    ensure!(!is_genuine(&first[0], "another secret") || !cfg!(feature = "webhooks"));
    let envelope = envelope(&first[0])?;
    ensure!(!envelope.id.is_empty() && !envelope.organization_id.is_empty() && envelope.created_at.is_some());
    ensure!(matches!(envelope.read(), Ok(Event::ClientCreated(client)) if client == lead));

    stage.happen(Happening::ClientAdded("bob@vale.example".into())).await?;
    stage.happen(Happening::PhoneChanged(lead.id.clone(), "(202) 555-0123".into())).await?;
    let order = stage.happen(Happening::WorkOrderCreated(lead.id.clone())).await?;
    stage.happen(Happening::WorkOrderCompleted(order.clone().into())).await?;
    let amount: Money = "99.95".parse().map_err(|error| Failure::new(format!("{error}")))?;
    let invoice = stage.happen(Happening::InvoiceSent(lead.id.clone(), amount)).await?;
    stage.happen(Happening::InvoicePaid(invoice.clone().into())).await?;
    let booking = stage.happen(Happening::BookingReceived(lead.id.clone())).await?;
    let told = told(stage).await?;
    let kinds: Vec<EventKind> = told.iter().map(|(envelope, _)| envelope.event.clone()).collect();
    ensure_eq!(kinds, EventKind::ALL);
    for (_, event) in &told {
        match event {
            Event::ClientCreated(client) => ensure_eq!(client.status, ClientStatus::Active),
            Event::ClientUpdated(updated) => {
                ensure_eq!(
                    (&updated.client.id, updated.changed.as_slice()),
                    (&lead.id, ["phone".into()].as_slice())
                );
            }
            Event::WorkOrderCreated(told) => {
                ensure_eq!((told.id.as_str(), &told.status), (order.as_str(), &WorkOrderStatus::Open));
            }
            Event::WorkOrderCompleted(told) => {
                ensure_eq!((told.id.as_str(), &told.status), (order.as_str(), &WorkOrderStatus::Completed));
                ensure!(told.completed_at.is_some());
            }
            Event::InvoiceSent(told) => {
                ensure_eq!(
                    (told.id.as_str(), told.amount, &told.status),
                    (invoice.as_str(), amount, &InvoiceStatus::Sent)
                );
            }
            Event::InvoicePaid(told) => {
                ensure_eq!(
                    (told.id.as_str(), told.amount, &told.status),
                    (invoice.as_str(), amount, &InvoiceStatus::Paid)
                );
            }
            Event::BookingReceived(told) => ensure_eq!(told.id.as_str(), booking.as_str()),
            other => return Err(Failure::new(format!("nobody let this happen: {other:?}"))),
        }
    }
    let kept = deliveries(&*settings, ListDeliveries::new()).await?;
    ensure_eq!(kept.len(), 8);
    ensure!(
        kept.iter()
            .all(|delivery| delivery.status == DeliveryStatus::Delivered && delivery.attempt_count == 1)
    );
    // Nothing happens twice.
    for again in [Happening::WorkOrderCompleted(order.into()), Happening::InvoicePaid(invoice.into())] {
        let again = stage.hands.happen(again).await.ok_or_skip("needs an organisation that works")?;
        refused(again, ErrorKind::Conflict, 409)?;
    }
    Ok(())
}

async fn only_what_was_chosen_is_told(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let url = stage.receiver().await?;
    let made = settings.create_endpoint(CreateEndpoint::new(url, [EventKind::ClientUpdated])).await?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    ensure!(told(stage).await?.is_empty());
    stage.api.create(CreateLead::new().email("ada@vale.example").first_name("Ada")).await?;
    // A lead that adds nothing changes nothing.
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    let updates = told(stage).await?;
    ensure_eq!(updates.len(), 1);
    ensure!(matches!(&updates[0].1, Event::ClientUpdated(it) if it.changed == ["first_name"]));
    let both = UpdateEndpoint::new().events([EventKind::ClientCreated]);
    settings.update_endpoint(&made.endpoint.id, both).await?;
    stage.api.create(CreateLead::new().email("bob@vale.example")).await?;
    ensure_eq!(told(stage).await?.len(), 1);
    Ok(())
}

async fn five_attempts_within_a_day_and_the_failure_log(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    listening(stage, &*settings).await?;
    stage.hands.answer(500).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(Duration::ZERO).await?;
    let waiting = deliveries(&*settings, ListDeliveries::new().status(DeliveryStatus::Pending)).await?;
    ensure_eq!(waiting.len(), 1);
    ensure!(waiting[0].attempt_count == 1 && waiting[0].next_attempt_at > waiting[0].created_at);
    stage.advance(DAY).await?;
    let received = stage.received().await?;
    ensure_eq!(received.len(), 5);
    ensure!(received.iter().all(|it| it.body == received[0].body), "the same id and body each time");
    let failed = deliveries(&*settings, ListDeliveries::new().status(DeliveryStatus::Failed)).await?;
    ensure_eq!(failed.len(), 1);
    let failed = &failed[0];
    ensure_eq!((failed.attempt_count, failed.attempts.len(), failed.next_attempt_at), (5, 5, None));
    ensure!(
        failed.attempts.iter().all(|attempt| attempt.status_code == Some(500) && attempt.error.is_some())
    );
    let at: Vec<_> = failed.attempts.iter().filter_map(|attempt| attempt.at).collect();
    let waits: Vec<_> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    ensure!(waits.windows(2).all(|pair| pair[1] > pair[0] * 2), "each wait is longer: {waits:?}");
    ensure!(failed.completed_at.is_some());
    stage.advance(7 * DAY).await?;
    ensure!(stage.received().await?.is_empty(), "it was given up");
    Ok(())
}

async fn an_attempt_that_succeeds_is_the_last(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    listening(stage, &*settings).await?;
    stage.hands.answer(302).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(Duration::from_secs(10 * 60)).await?;
    stage.hands.answer(204).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.advance(DAY).await?;
    ensure_eq!(stage.received().await?.len(), 3);
    let kept = deliveries(&*settings, ListDeliveries::new()).await?;
    ensure_eq!((kept.len(), &kept[0].status, kept[0].attempt_count), (1, &DeliveryStatus::Delivered, 3));
    Ok(())
}

async fn again_by_hand_with_the_same_id(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = listening(stage, &*settings).await?;
    stage.hands.answer(500).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(DAY).await?;
    let before = stage.received().await?;
    let failed = deliveries(&*settings, ListDeliveries::new().status(DeliveryStatus::Failed)).await?;
    stage.hands.answer(200).await.ok_or_skip("needs a receiver of webhooks")?;
    // It goes to where the endpoint is now, signed with what its secret is now.
    let change = UpdateEndpoint::new().secret("another-secret-0123");
    settings.update_endpoint(&made.endpoint.id, change).await?;
    let again = settings.redeliver(&failed[0].id).await?;
    ensure_eq!((&again.id, &again.status), (&failed[0].id, &DeliveryStatus::Pending));
    stage.advance(Duration::ZERO).await?;
    let after = stage.received().await?;
    ensure_eq!(after.len(), 1);
    ensure_eq!(after[0].body, before[0].body);
    ensure_eq!(envelope(&after[0])?.id, failed[0].id);
    ensure!(is_genuine(&after[0], "another-secret-0123"));
    let kept = deliveries(&*settings, ListDeliveries::new()).await?;
    ensure_eq!((kept.len(), &kept[0].status, kept[0].attempt_count), (1, &DeliveryStatus::Delivered, 6));
    // What was delivered can be sent again as well.
    settings.redeliver(&failed[0].id).await?;
    stage.advance(Duration::ZERO).await?;
    ensure_eq!(stage.received().await?.len(), 1);
    Ok(())
}

async fn what_cannot_be_sent_again(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = listening(stage, &*settings).await?;
    for id in ["dlv_999", "nonsense", "key_1"] {
        refused(settings.redeliver(&id.into()).await, ErrorKind::NotFound, 404)?;
    }
    stage.hands.answer(500).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(Duration::ZERO).await?;
    let waiting = deliveries(&*settings, ListDeliveries::new()).await?;
    refused(settings.redeliver(&waiting[0].id).await, ErrorKind::Conflict, 409)?;
    settings.delete_endpoint(&made.endpoint.id).await?;
    refused(settings.redeliver(&waiting[0].id).await, ErrorKind::Conflict, 409)?;
    Ok(())
}

async fn what_is_switched_off_is_told_nothing(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = listening(stage, &*settings).await?;
    stage.hands.answer(503).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(Duration::ZERO).await?;
    ensure_eq!(stage.received().await?.len(), 1);
    settings.update_endpoint(&made.endpoint.id, UpdateEndpoint::new().active(false)).await?;
    let ended = deliveries(&*settings, ListDeliveries::new().endpoint_id(&made.endpoint.id)).await?;
    ensure_eq!((ended.len(), &ended[0].status, ended[0].attempt_count), (1, &DeliveryStatus::Failed, 1));
    stage.api.create(CreateLead::new().email("bob@vale.example")).await?;
    stage.advance(2 * DAY).await?;
    ensure!(stage.received().await?.is_empty());
    refused(settings.redeliver(&ended[0].id).await, ErrorKind::Conflict, 409)?;
    refused(settings.test_endpoint(&made.endpoint.id).await, ErrorKind::Conflict, 409)?;

    stage.hands.answer(200).await.ok_or_skip("needs a receiver of webhooks")?;
    settings.update_endpoint(&made.endpoint.id, UpdateEndpoint::new().active(true)).await?;
    settings.redeliver(&ended[0].id).await?;
    stage.advance(Duration::ZERO).await?;
    ensure_eq!(stage.received().await?.len(), 1);
    // What waits for an endpoint that goes fails with it.
    stage.hands.answer(503).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("cy@vale.example")).await?;
    stage.advance(Duration::ZERO).await?;
    settings.delete_endpoint(&made.endpoint.id).await?;
    stage.advance(2 * DAY).await?;
    ensure_eq!(stage.received().await?.len(), 1);
    ensure!(deliveries(&*settings, ListDeliveries::new().status(DeliveryStatus::Pending)).await?.is_empty());
    Ok(())
}

async fn a_test_event(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = listening(stage, &*settings).await?;
    let good = settings.test_endpoint(&made.endpoint.id).await?;
    ensure_eq!((&good.status, good.status_code, &good.error), (&DeliveryStatus::Delivered, Some(200), &None));
    let received = stage.received().await?;
    ensure_eq!(received.len(), 1);
    ensure!(is_genuine(&received[0], made.secret.expose()));
    let told = envelope(&received[0])?;
    ensure_eq!((&told.event, &told.id), (&EventKind::Test, &good.delivery_id));

    stage.hands.answer(500).await.ok_or_skip("needs a receiver of webhooks")?;
    let bad = settings.test_endpoint(&made.endpoint.id).await?;
    ensure_eq!((&bad.status, bad.status_code), (&DeliveryStatus::Failed, Some(500)));
    ensure!(bad.error.is_some());
    stage.advance(DAY).await?;
    ensure_eq!(stage.received().await?.len(), 1);
    let kept = deliveries(&*settings, ListDeliveries::new().event(EventKind::Test)).await?;
    ensure_eq!(kept.iter().map(|it| it.attempt_count).collect::<Vec<_>>(), [1, 1]);
    ensure_eq!((&kept[0].id, &kept[1].id), (&bad.delivery_id, &good.delivery_id));
    Ok(())
}

async fn deliveries_in_pages(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    listening(stage, &*settings).await?;
    for at in 0..5 {
        stage.api.create(CreateLead::new().email(format!("ada{at}@vale.example"))).await?;
    }
    stage.advance(Duration::ZERO).await?;
    let (mut seen, mut wanted) = (Vec::new(), ListDeliveries::new().limit(2_u32));
    for _ in 0..5 {
        let page = settings.list_deliveries(wanted.clone()).await?;
        ensure!(page.deliveries.len() <= 2);
        seen.extend(page.deliveries.into_iter().map(|delivery| delivery.id));
        let Some(cursor) = page.next_cursor else { break };
        wanted = wanted.cursor(cursor);
    }
    let all: Vec<_> = deliveries(&*settings, ListDeliveries::new())
        .await?
        .into_iter()
        .map(|delivery| delivery.id)
        .collect();
    ensure_eq!((seen.len(), &seen), (5, &all));
    let wrong = [
        ListDeliveries::new().limit(0_u32),
        ListDeliveries::new().limit(201_u32),
        ListDeliveries::new().cursor("x"),
    ];
    for wrong in wrong {
        refused(settings.list_deliveries(wrong).await, ErrorKind::Invalid, 422)?;
    }
    Ok(())
}
