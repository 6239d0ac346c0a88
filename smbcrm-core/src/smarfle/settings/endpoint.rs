//! Endpoints: where events go.

use chrono::{DateTime, Utc};

use crate::smarfle::event::EventKind;
use crate::types::Hidden;
use crate::types::{Extra, Text, WebhookDeliveryId, WebhookEndpointId};
use crate::{record, request};

use super::DeliveryStatus;

/// An address that is told of events.
#[record(snake_case)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// The address.
    pub url: Text,
    /// What it is told of.
    pub events: Vec<EventKind>,
    /// Whether it is told anything.
    pub active: bool,
    /// The secret's first characters.
    pub secret_masked: Text,
    /// When it was added.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An endpoint with its secret, which is shown this once.
#[record(snake_case)]
pub struct NewEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// What its deliveries are signed with.
    pub secret: Hidden,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An endpoint to add.
#[request(snake_case)]
pub struct CreateEndpoint {
    /// The address: `https`, up to 2,048 characters, and public. On this machine `http` will do.
    pub url: Text,
    /// What it is told of: at least one of the seven events.
    pub events: Vec<EventKind>,
    /// What its deliveries are signed with: 16 to 200 printable characters; drawn unless set.
    pub secret: Option<Hidden>,
    /// Whether it is told anything; `true` unless set.
    pub active: Option<bool>,
}

/// Changes to an endpoint. What is not set stays.
#[request(snake_case)]
pub struct UpdateEndpoint {
    /// The address.
    pub url: Option<Text>,
    /// What it is told of.
    pub events: Option<Vec<EventKind>>,
    /// What its deliveries are signed with from now on.
    pub secret: Option<Hidden>,
    /// Whether it is told anything.
    pub active: Option<bool>,
}

/// What came of a test event.
#[record(snake_case)]
pub struct TestResult {
    /// The delivery, as it stands in the list.
    pub delivery_id: WebhookDeliveryId,
    /// Delivered, or failed.
    pub status: DeliveryStatus,
    /// The answer's status, where there was an answer.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// What went wrong.
    pub error: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
