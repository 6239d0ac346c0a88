//! Deliveries: an event on its way to one endpoint.

use chrono::{DateTime, Utc};

use crate::smarfle::event::EventKind;
use crate::types::{Extra, Text, WebhookDeliveryId, WebhookEndpointId};
use crate::{open_enum, record, request};

/// What became of a delivery.
#[open_enum]
pub enum DeliveryStatus {
    /// It is to be sent, again perhaps.
    Pending = "pending",
    /// It was answered with 2xx.
    Delivered = "delivered",
    /// It was given up.
    Failed = "failed",
}

/// One try.
#[record(snake_case)]
pub struct DeliveryAttempt {
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// The answer's status, where there was an answer.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// What went wrong.
    pub error: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An event on its way to an endpoint. It is tried up to five times within 24 hours.
#[record(snake_case)]
pub struct Delivery {
    /// Its id, which is the envelope's too: the same over attempts, those by hand included.
    pub id: WebhookDeliveryId,
    /// Where it goes.
    pub endpoint_id: WebhookEndpointId,
    /// What it tells of.
    pub event: EventKind,
    /// The address that it was last queued for, without a query.
    pub url: Text,
    /// What became of it.
    pub status: DeliveryStatus,
    /// What was tried, the newest twenty.
    pub attempts: Vec<DeliveryAttempt>,
    /// How often it was tried in all.
    pub attempt_count: u64,
    /// When it is tried next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the event happened.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub completed_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which deliveries to list.
#[request(snake_case)]
pub struct ListDeliveries {
    /// To which endpoint.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// What became of them; `failed` for the failure log.
    pub status: Option<DeliveryStatus>,
    /// Of which event.
    pub event: Option<EventKind>,
    /// How many: 1 to 200, and 50 unless set.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<Text>,
}

/// Deliveries, newest first.
#[record(snake_case)]
pub struct DeliveryPage {
    /// Them.
    pub deliveries: Vec<Delivery>,
    /// Where to go on; `None` at the end.
    pub next_cursor: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
