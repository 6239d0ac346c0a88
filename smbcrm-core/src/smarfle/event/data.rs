//! The envelope and what is in it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::smarfle::{Booking, Client, Invoice, WorkOrder};
use crate::types::{Extra, OrganizationId, Text, WebhookDeliveryId};
use crate::{open_enum, record};

/// What an event is about.
#[open_enum]
pub enum EventKind {
    /// A client was made: by hand, or by a lead.
    ClientCreated = "client_created",
    /// A client was changed.
    ClientUpdated = "client_updated",
    /// A work order was made.
    WorkOrderCreated = "work_order_created",
    /// A work order was completed.
    WorkOrderCompleted = "work_order_completed",
    /// An invoice was sent to a client.
    InvoiceSent = "invoice_sent",
    /// An invoice was paid.
    InvoicePaid = "invoice_paid",
    /// Somebody booked.
    BookingReceived = "booking_received",
    /// Nothing happened: somebody tries whether events arrive. (Assumed; no endpoint is set to it.)
    Test = "test",
}

impl EventKind {
    /// The seven events that an endpoint may be told of.
    pub const ALL: [Self; 7] = [
        Self::ClientCreated,
        Self::ClientUpdated,
        Self::WorkOrderCreated,
        Self::WorkOrderCompleted,
        Self::InvoiceSent,
        Self::InvoicePaid,
        Self::BookingReceived,
    ];
}

/// An event as it is delivered. (Assumed.)
#[record(snake_case)]
pub struct Envelope {
    /// The delivery's id: the same over attempts, those by hand included.
    pub id: WebhookDeliveryId,
    /// What it is about.
    pub event: EventKind,
    /// When it happened.
    pub created_at: Option<DateTime<Utc>>,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What it carries; [`read`](Self::read) reads it.
    pub data: Value,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Envelope {
    /// What it carries, typed. Events this version has no name for come as they are.
    ///
    /// # Errors
    /// When a known event carries something else than it should.
    pub fn read(&self) -> serde_json::Result<Event> {
        let data = &self.data;
        Ok(match &self.event {
            EventKind::ClientCreated => Event::ClientCreated(keyed(data, "client")?),
            EventKind::ClientUpdated => Event::ClientUpdated(ClientUpdated::deserialize(data)?),
            EventKind::WorkOrderCreated => Event::WorkOrderCreated(keyed(data, "work_order")?),
            EventKind::WorkOrderCompleted => Event::WorkOrderCompleted(keyed(data, "work_order")?),
            EventKind::InvoiceSent => Event::InvoiceSent(keyed(data, "invoice")?),
            EventKind::InvoicePaid => Event::InvoicePaid(keyed(data, "invoice")?),
            EventKind::BookingReceived => Event::BookingReceived(keyed(data, "booking")?),
            EventKind::Test => Event::Test,
            other => Event::Other(other.as_str().into(), data.clone()),
        })
    }
}

fn keyed<'de, T: Deserialize<'de>>(data: &'de Value, key: &'static str) -> serde_json::Result<T> {
    let value = data.get(key).ok_or_else(|| serde::de::Error::missing_field(key))?;
    T::deserialize(value)
}

/// A client was changed.
#[record(snake_case)]
pub struct ClientUpdated {
    /// The client as it is now.
    pub client: Client,
    /// The names of the fields that changed.
    pub changed: Vec<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What happened, with the record that it happened to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A client was made.
    ClientCreated(Client),
    /// A client was changed.
    ClientUpdated(ClientUpdated),
    /// A work order was made.
    WorkOrderCreated(WorkOrder),
    /// A work order was completed.
    WorkOrderCompleted(WorkOrder),
    /// An invoice was sent.
    InvoiceSent(Invoice),
    /// An invoice was paid.
    InvoicePaid(Invoice),
    /// Somebody booked.
    BookingReceived(Booking),
    /// A test.
    Test,
    /// An event this version has no name for.
    Other(Text, Value),
}

impl Event {
    /// What it is about.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::ClientCreated(_) => EventKind::ClientCreated,
            Self::ClientUpdated(_) => EventKind::ClientUpdated,
            Self::WorkOrderCreated(_) => EventKind::WorkOrderCreated,
            Self::WorkOrderCompleted(_) => EventKind::WorkOrderCompleted,
            Self::InvoiceSent(_) => EventKind::InvoiceSent,
            Self::InvoicePaid(_) => EventKind::InvoicePaid,
            Self::BookingReceived(_) => EventKind::BookingReceived,
            Self::Test => EventKind::Test,
            Self::Other(name, _) => EventKind::from(name.as_str()),
        }
    }

    /// What an envelope carries of it.
    pub fn data(&self) -> Value {
        match self {
            Self::ClientCreated(client) => json!({ "client": client }),
            Self::ClientUpdated(updated) => plain(updated),
            Self::WorkOrderCreated(order) | Self::WorkOrderCompleted(order) => json!({ "work_order": order }),
            Self::InvoiceSent(invoice) | Self::InvoicePaid(invoice) => json!({ "invoice": invoice }),
            Self::BookingReceived(booking) => json!({ "booking": booking }),
            Self::Test => json!({ "message": "This is a test." }),
            Self::Other(_, data) => data.clone(),
        }
    }
}

/// Records are plain data, which JSON has a form for.
fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
