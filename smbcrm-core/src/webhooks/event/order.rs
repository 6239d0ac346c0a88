//! Orders. The event is the record itself, with `_id` and `altId`.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Payload, Subject};
use crate::record;
use crate::types::{ContactId, Extra, LocationId, Money, OrderId, Text, UserId};

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

/// How an order's amount comes about.
#[record]
pub struct OrderAmounts {
    /// The goods.
    pub subtotal: Option<Money>,
    /// What is taken off.
    pub discount: Option<Money>,
    /// Taxes.
    pub tax: Option<Money>,
    /// Sending it.
    pub shipping: Option<Money>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Where an order was placed.
#[record]
pub struct OrderSource {
    /// What it is, such as `website`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// More exactly, such as `store`.
    pub sub_type: Option<Text>,
    /// Its id.
    pub id: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// The page.
    pub meta: Option<OrderPage>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The page that an order was placed on.
#[record]
pub struct OrderPage {
    /// The funnel's step.
    pub step_id: Option<Text>,
    /// The page.
    pub page_id: Option<Text>,
    /// Its domain.
    pub domain: Option<Text>,
    /// Its path.
    pub page_url: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A contact as it was when it ordered.
#[record]
pub struct OrderContact {
    /// The contact.
    pub id: Option<ContactId>,
    /// The sub-account.
    pub location_id: Option<LocationId>,
    /// Given name.
    pub first_name: Option<Text>,
    /// Family name.
    pub last_name: Option<Text>,
    /// First and last name together.
    pub name: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// Company, as text.
    pub company_name: Option<Text>,
    /// Do not disturb.
    pub dnd: Option<bool>,
    /// Where the contact came from.
    pub source: Option<Text>,
    /// Street address.
    pub address1: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Tags.
    pub tags: Option<Vec<Text>>,
    /// ISO 3166 alpha-2 country.
    pub country: Option<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// The user who owns the contact.
    pub assigned_to: Option<UserId>,
    /// When the contact was created.
    pub date_added: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Something that was ordered.
#[record]
pub struct OrderItem {
    /// What it is.
    pub name: Option<Text>,
    /// How many.
    pub qty: Option<Money>,
    /// The product as it was then.
    pub product: Option<Value>,
    /// Its price as it was then.
    pub price: Option<Value>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for OrderEvent {
    fn subject(&self) -> Subject<'_> {
        let location = self.location_id.as_ref().unwrap_or(&self.alt_id);
        Subject::new(self.id.as_str(), location).of(self.contact_id.as_ref())
    }
}
