//! What an organisation has: clients, work orders, invoices, bookings. No API answers with them but for the client of
//! a lead; they are what events carry. (All fields beyond the lead's are assumed.)

use chrono::{DateTime, Utc};

use crate::types::{BookingId, Extra, Money, SmarfleClientId, SmarfleInvoiceId, Text, WorkOrderId};
use crate::{open_enum, record};

/// Where a client stands.
#[open_enum]
pub enum ClientStatus {
    /// A person who asked.
    Lead = "lead",
    /// A customer.
    Active = "active",
    /// Not one any more.
    Inactive = "inactive",
}

/// A client.
#[record(snake_case)]
pub struct Client {
    /// Its id.
    pub id: SmarfleClientId,
    /// Where it stands.
    pub status: ClientStatus,
    /// The first name.
    pub first_name: Option<Text>,
    /// The last name.
    pub last_name: Option<Text>,
    /// The e-mail address, trimmed and in lower case.
    pub email: Option<Text>,
    /// The phone as it was given.
    pub phone: Option<Text>,
    /// The phone as `+` and digits, where it could be read.
    pub phone_normalized: Option<Text>,
    /// Whatever else is known.
    pub notes: Option<Text>,
    /// Whether the person agreed to be sent texts.
    pub sms_consent: bool,
    /// Where and how the person agreed.
    pub sms_consent_source: Option<Text>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How far a work order has come.
#[open_enum]
pub enum WorkOrderStatus {
    /// It is to be done.
    Open = "open",
    /// It is done.
    Completed = "completed",
}

/// Something to be done for a client.
#[record(snake_case)]
pub struct WorkOrder {
    /// Its id.
    pub id: WorkOrderId,
    /// For whom.
    pub client_id: SmarfleClientId,
    /// What is to be done.
    pub title: Text,
    /// How far it has come.
    pub status: WorkOrderStatus,
    /// What it costs.
    pub total: Option<Money>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How far an invoice has come.
#[open_enum]
pub enum InvoiceStatus {
    /// It was sent.
    Sent = "sent",
    /// It was paid.
    Paid = "paid",
}

/// An invoice to a client.
#[record(snake_case)]
pub struct Invoice {
    /// Its id.
    pub id: SmarfleInvoiceId,
    /// To whom.
    pub client_id: SmarfleClientId,
    /// For what, where it is for a work order.
    pub work_order_id: Option<WorkOrderId>,
    /// How much, in major units.
    pub amount: Money,
    /// In which currency: three letters.
    pub currency: Text,
    /// How far it has come.
    pub status: InvoiceStatus,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Somebody booked.
#[record(snake_case)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Who.
    pub client_id: SmarfleClientId,
    /// What.
    pub service: Text,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// Whatever else was said.
    pub notes: Option<Text>,
    /// When it was booked.
    pub created_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
