//! Orders. The event is the record itself, with `_id` and `altId`.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::payments::{Order, OrderAmounts, OrderContact, OrderItem, OrderSource};
use crate::record;
use crate::types::{ContactId, Extra, LocationId, Money, OrderId, Text};

/// An order was placed, or its status changed.
#[record]
pub struct OrderEvent {
    /// The sub-account.
    pub location_id: Option<LocationId>,
    /// The order.
    #[serde(rename = "_id", skip_serializing_if = "OrderId::is_empty")]
    pub id: OrderId,
    /// Whose it is: with the type `location` the sub-account's id.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Option<Text>,
    /// How it stands, such as `pending`.
    pub status: Option<Text>,
    /// Taxes, summed up by rate.
    pub tax_summary: Option<Vec<OrderTax>>,
    /// Whether the goods were handed over, such as `unfulfilled`.
    pub fulfillment_status: Option<Text>,
    /// Who ordered.
    pub contact_id: Option<ContactId>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What it comes to.
    pub amount: Option<Money>,
    /// Whether real money is meant.
    pub live_mode: Option<bool>,
    /// How the amount comes about.
    pub amount_summary: Option<OrderAmounts>,
    /// Where it was placed.
    pub source: Option<OrderSource>,
    /// When it was placed.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The contact as it was then.
    pub contact_snapshot: Option<Box<OrderContact>>,
    /// What was ordered.
    pub items: Option<Vec<OrderItem>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A tax of an order.
#[record]
pub struct OrderTax {
    /// Names the tax.
    #[serde(rename = "_id")]
    pub id: Option<Text>,
    /// What it is called.
    pub name: Option<Text>,
    /// `inclusive` or `exclusive`.
    pub calculation: Option<Text>,
    /// Per cent.
    pub rate: Option<Money>,
    /// What it comes to.
    pub amount: Option<Money>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for OrderEvent {
    fn subject(&self) -> Subject<'_> {
        let location = self.location_id.as_ref().unwrap_or(&self.alt_id);
        Subject::new(self.id.as_str(), location).of(self.contact_id.as_ref())
    }
}

impl From<&Order> for OrderEvent {
    fn from(order: &Order) -> Self {
        Self {
            location_id: Some(order.alt_id.clone()),
            id: order.id.clone(),
            alt_id: order.alt_id.clone(),
            alt_type: Some(order.alt_type.clone()),
            status: Some(order.status.as_str().into()),
            tax_summary: None,
            fulfillment_status: order.fulfillment_status.clone(),
            contact_id: order.contact_id.clone(),
            currency: order.currency.clone(),
            amount: order.amount,
            live_mode: order.live_mode,
            amount_summary: order.amount_summary.clone(),
            source: order.source.clone(),
            created_at: Some(order.created_at),
            updated_at: Some(order.updated_at),
            contact_snapshot: order.contact_snapshot.clone(),
            items: order.items.clone(),
            extra: order.extra.clone(),
        }
    }
}
