//! Events on their way: queued under the lock of what they tell of, sent by the engine that sends everything, kept with
//! what came of each attempt.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::smarfle::event::{Envelope, Event, EventKind, SignatureEncoding};
use smbcrm_core::smarfle::settings::{
    Delivery, DeliveryAttempt, DeliveryPage, DeliveryStatus, ListDeliveries, TestResult,
};
use smbcrm_core::types::{Text, WebhookDeliveryId, WebhookEndpointId, time};

use super::audit::{Actor, Entry};
use super::endpoints::{StoredEndpoint, without_query};
use super::gate::Call;
use super::page::Page;
use super::{MemSmarfle, State, ids, refusal};
use crate::delivery::{DeliveryState, Origin, Parcel, Reply, Signature};
use crate::world::World;
use crate::{Answer, PostError, RetryOn, RetrySchedule};

/// How many deliveries an organisation keeps: those that wait, and the newest of those that are over.
pub(super) const DELIVERIES: usize = 5_000;

/// How many attempts of a delivery are kept.
const ATTEMPTS: usize = 20;

/// What an attempt is in the audit log.
const ACTION: &str = "delivery.attempt";

/// A delivery as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredDelivery {
    endpoint: u64,
    event: EventKind,
    url: Text,
    body: Text,
    status: DeliveryStatus,
    attempts: Vec<DeliveryAttempt>,
    count: u64,
    created_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    /// The engine's number of the parcel that it was last queued as, and how many of its attempts are known.
    parcel: u64,
    known: u32,
}

impl std::fmt::Debug for StoredDelivery {
    /// Without its body and the query of its address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredDelivery({} to {})", self.event, without_query(&self.url))
    }
}

impl StoredDelivery {
    fn is_over(&self) -> bool {
        self.status != DeliveryStatus::Pending
    }

    fn show(&self, number: u64, world: &World) -> Delivery {
        let mut shown = Delivery::default();
        shown.id = ids::id(ids::DELIVERY, number);
        shown.endpoint_id = ids::id(ids::ENDPOINT, self.endpoint);
        shown.event = self.event.clone();
        shown.url = without_query(&self.url).into();
        shown.status = self.status.clone();
        shown.attempts.clone_from(&self.attempts);
        shown.attempt_count = self.count;
        shown.created_at = Some(self.created_at);
        shown.completed_at = self.completed_at;
        if !self.is_over() {
            let book = world.exchange.moment();
            shown.next_attempt_at = book.get(self.parcel).and_then(|entry| time::from_millis(entry.due_at));
        }
        shown
    }

    fn add(
        &mut self,
        at: DateTime<Utc>,
        status: Option<u16>,
        latency: Option<Duration>,
        error: Option<Text>,
    ) {
        let mut attempt = DeliveryAttempt::default();
        attempt.at = Some(at);
        attempt.status_code = status;
        attempt.latency_ms = latency.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        attempt.error = error;
        if self.attempts.len() >= ATTEMPTS {
            self.attempts.remove(0);
        }
        self.attempts.push(attempt);
    }

    fn end(&mut self, at: DateTime<Utc>, status: DeliveryStatus) {
        self.status = status;
        self.completed_at = Some(at);
    }
}

impl State {
    /// Tells an organisation's endpoints of an event: each that wants it gets a delivery of its own.
    pub(super) fn emit(&mut self, world: &World, org: u64, event: &Event) {
        let kind = event.kind();
        let wanting: Vec<u64> = self
            .endpoints
            .of(org)
            .filter(|(_, endpoint)| endpoint.wants(&kind))
            .map(|(number, _)| number)
            .collect();
        for endpoint in wanting {
            self.post(world, org, endpoint, event);
        }
    }

    fn post(&mut self, world: &World, org: u64, number: u64, event: &Event) {
        let now = world.clock.now();
        let Some(endpoint) = self.endpoints.get(org, number).cloned() else { return };
        let delivery = self.deliveries.next();
        let body = self.body(org, delivery, event, now);
        let parcel = self.parcel(org, delivery, &endpoint, &body);
        let parcel = world.exchange.post(parcel, world.clock.millis()).number();
        self.deliveries.add(org, |_| StoredDelivery {
            endpoint: number,
            event: event.kind(),
            url: endpoint.url,
            body,
            status: DeliveryStatus::Pending,
            attempts: Vec::new(),
            count: 0,
            created_at: now,
            completed_at: None,
            parcel,
            known: 0,
        });
        self.deliveries.trim(org, DELIVERIES, StoredDelivery::is_over);
    }

    /// What a delivery says, in the envelope that the organisation's are in.
    fn body(&self, org: u64, delivery: u64, event: &Event, now: DateTime<Utc>) -> Text {
        let mut envelope = Envelope::default();
        envelope.id = ids::id(ids::DELIVERY, delivery);
        envelope.event = event.kind();
        envelope.created_at = Some(now);
        envelope.organization_id = ids::id(ids::ORGANIZATION, org);
        envelope.data = event.data();
        self.org(org).envelope.write(&envelope).into()
    }

    fn parcel(&self, org: u64, delivery: u64, endpoint: &StoredEndpoint, body: &Text) -> Parcel {
        let config = self.org(org).signature;
        let (header, prefix, secret) = (config.header, config.prefix, endpoint.secret.clone());
        let signature = match config.encoding {
            SignatureEncoding::Base64 => Signature::Base64 { header, prefix, secret },
            _ => Signature::Hex { header, prefix, secret },
        };
        Parcel {
            method: http::Method::POST,
            url: endpoint.url.clone(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: Bytes::copy_from_slice(body.as_bytes()),
            // "Any non-2xx", which a 410 is too.
            schedule: RetrySchedule::five_over_a_day().only_on(RetryOn::Anything),
            // Nobody waits for anybody: an address that is down would hold up the rest for a day.
            order: Text::default(),
            origin: Origin::Smarfle(delivery),
            signature: Some(signature),
            public_only: false,
        }
    }

    /// Ends what waits for an endpoint.
    pub(super) fn end_waiting(&mut self, world: &World, org: u64, endpoint: u64, why: &str) {
        let waits =
            |(_, delivery): &(u64, &StoredDelivery)| delivery.endpoint == endpoint && !delivery.is_over();
        let waiting: Vec<(u64, u64)> = self
            .deliveries
            .of(org)
            .filter(waits)
            .map(|(number, delivery)| (number, delivery.parcel))
            .collect();
        let (now, millis) = (world.clock.now(), world.clock.millis());
        for (number, parcel) in waiting {
            world.exchange.change(|book| book.end(parcel, DeliveryState::Failed, why, millis));
            self.deliveries.edit(org, number, |delivery| {
                delivery.add(now, None, None, Some(why.into()));
                delivery.end(now, DeliveryStatus::Failed);
            });
        }
    }

    /// Writes down what an attempt came to.
    fn attempted(&mut self, world: &World, number: u64, reply: &Reply) {
        let Some(org) = self.deliveries.owner(number) else { return };
        let now = world.clock.now();
        let was_tried = self.deliveries.edit(org, number, |delivery| {
            let is_news = reply.attempts > delivery.known;
            // It was ended before it could be sent: it found no room.
            let is_dropped = reply.attempts == delivery.known && reply.is_over && !delivery.is_over();
            // Of a parcel from before it was queued again, or told twice after a crash.
            if delivery.parcel != reply.delivery.number() || !(is_news || is_dropped) {
                return false;
            }
            let latency = is_news.then(|| Duration::from_micros(reply.micros));
            delivery.add(now, reply.status, latency, reply.error.clone());
            delivery.known = reply.attempts;
            delivery.count += u64::from(is_news);
            if reply.is_over {
                let ended =
                    if reply.is_success() { DeliveryStatus::Delivered } else { DeliveryStatus::Failed };
                delivery.end(now, ended);
            } else {
                (delivery.status, delivery.completed_at) = (DeliveryStatus::Pending, None);
            }
            is_news
        });
        if was_tried == Some(true) {
            self.note_attempt(org, number, now, reply.status, reply.is_success());
        }
    }

    fn note_attempt(&mut self, org: u64, number: u64, at: DateTime<Utc>, status: Option<u16>, is_good: bool) {
        self.count_delivery(org, at);
        self.note(
            org,
            Entry {
                at,
                actor: Actor::System,
                action: ACTION.into(),
                target: Some(ids::id(ids::DELIVERY, number)),
                status,
                is_failed: !is_good,
                is_billed: false,
            },
        );
    }

    fn delivery_page(&self, world: &World, org: u64, wanted: &ListDeliveries) -> Result<DeliveryPage> {
        let page = Page::read(wanted.limit, wanted.cursor.as_ref())?;
        let endpoint = wanted.endpoint_id.as_ref().map(|id| ids::number(ids::ENDPOINT, id.as_str()));
        let is_wanted = |delivery: &StoredDelivery| {
            endpoint.is_none_or(|endpoint| delivery.endpoint == endpoint)
                && wanted.status.as_ref().is_none_or(|status| delivery.status == *status)
                && wanted.event.as_ref().is_none_or(|event| delivery.event == *event)
        };
        let found = self.deliveries.before(org, page.before).rev();
        let found = found.filter(|(_, delivery)| is_wanted(delivery));
        let (deliveries, next_cursor) =
            page.take(found.map(|(number, delivery)| (number, delivery.show(number, world))));
        let mut shown = DeliveryPage::default();
        shown.deliveries = deliveries;
        shown.next_cursor = next_cursor;
        Ok(shown)
    }
}

impl MemSmarfle {
    /// Told what an attempt of a delivery came to.
    pub(crate) fn attempted(&self, delivery: u64, reply: &Reply) {
        let world = &self.crm.world;
        world.smarfle.change(world, |state| state.attempted(world, delivery, reply));
    }

    /// Sends a test event to an endpoint, now and once. Nothing is locked while it is under way.
    pub(super) async fn send_test(&self, call: &mut Call<'_>, id: &WebhookEndpointId) -> Result<TestResult> {
        let (number, endpoint) = call.endpoint_to_test(id)?;
        let (world, org) = (&self.crm.world, call.org());
        let (delivery, parcel) = call.change(|state| {
            let (now, delivery) = (world.clock.now(), state.deliveries.next());
            let body = state.body(org, delivery, &Event::Test, now);
            let parcel = state.parcel(org, delivery, &endpoint, &body);
            state.deliveries.add(org, |_| StoredDelivery {
                endpoint: number,
                event: EventKind::Test,
                url: endpoint.url.clone(),
                body,
                // What is under way when a process ends has failed for whoever reads of it.
                status: DeliveryStatus::Failed,
                attempts: Vec::new(),
                count: 0,
                created_at: now,
                completed_at: None,
                parcel: 0,
                known: 0,
            });
            state.deliveries.trim(org, DELIVERIES, StoredDelivery::is_over);
            (delivery, parcel)
        });
        let (answer, took) = self.crm.send_now(&parcel).await;
        let (status, error) = outcome(&answer);
        let is_good = error.is_none();
        let ended = if is_good { DeliveryStatus::Delivered } else { DeliveryStatus::Failed };
        call.change(|state| {
            let now = world.clock.now();
            state.deliveries.edit(org, delivery, |delivery| {
                delivery.add(now, status, Some(took), error.clone());
                delivery.count += 1;
                delivery.end(now, ended.clone());
            });
            state.note_attempt(org, delivery, now, status, is_good);
        });
        let mut result = TestResult::default();
        result.delivery_id = ids::id(ids::DELIVERY, delivery);
        result.status = ended;
        result.status_code = status;
        result.latency_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        result.error = error;
        Ok(result)
    }
}

/// What an answer means: its status, and what went wrong.
fn outcome(answer: &Result<Answer, PostError>) -> (Option<u16>, Option<Text>) {
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => (Some(answer.status), None),
        Ok(answer) => (Some(answer.status), Some(format!("answered with {}", answer.status).into())),
        Err(error) => (None, Some(error.to_string().into())),
    }
}

impl Call<'_> {
    pub(super) fn list_deliveries(&self, wanted: &ListDeliveries) -> Result<DeliveryPage> {
        let world = &self.smarfle.crm.world;
        self.read(|state| state.delivery_page(world, self.org(), wanted))
    }

    pub(super) fn redeliver(&mut self, id: &WebhookDeliveryId) -> Result<Delivery> {
        self.concerns(id);
        let (world, org) = (&self.smarfle.crm.world, self.org());
        let number = ids::number(ids::DELIVERY, id.as_str());
        self.change(|state| {
            let missing = || refusal::not_found("delivery", id.as_str());
            let delivery = state.deliveries.get(org, number).ok_or_else(missing)?;
            if !delivery.is_over() {
                return Err(refusal::conflict("The delivery still waits to be sent."));
            }
            let endpoint = state.endpoints.get(org, delivery.endpoint);
            let endpoint = endpoint.ok_or_else(|| refusal::conflict("Its endpoint was removed."))?;
            if !endpoint.active {
                return Err(refusal::conflict("Its endpoint is switched off."));
            }
            let (endpoint, body) = (endpoint.clone(), delivery.body.clone());
            let parcel = state.parcel(org, number, &endpoint, &body);
            let parcel = world.exchange.post(parcel, world.clock.millis()).number();
            let shown = state.deliveries.edit(org, number, |delivery| {
                delivery.url = endpoint.url;
                delivery.status = DeliveryStatus::Pending;
                delivery.completed_at = None;
                (delivery.parcel, delivery.known) = (parcel, 0);
                delivery.show(number, world)
            });
            shown.ok_or_else(missing)
        })
    }
}
