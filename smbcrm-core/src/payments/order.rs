//! Orders.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::types::{ContactId, Extra, LocationId, Money, OrderId, Text, UserId};
use crate::{open_enum, record};

/// How an order stands.
#[open_enum]
pub enum OrderStatus {
    /// It is not paid, or not yet paid in full.
    Pending = "pending",
    /// It is paid.
    Completed = "completed",
}

/// How much of an order is paid.
#[open_enum]
pub enum OrderPaymentStatus {
    /// All of it.
    Paid = "paid",
    /// Nothing.
    Unpaid = "unpaid",
    /// It was paid back.
    Refunded = "refunded",
    /// A part.
    PartiallyPaid = "partially_paid",
}

/// An order, as one is fetched.
#[record]
pub struct Order {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// Who ordered.
    pub contact_id: Option<ContactId>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What it comes to.
    pub amount: Option<Money>,
    /// How it stands.
    pub status: OrderStatus,
    /// Whether real money is meant.
    pub live_mode: Option<bool>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// Whether the goods were handed over, such as `unfulfilled`.
    pub fulfillment_status: Option<Text>,
    /// The contact as it was then.
    pub contact_snapshot: Option<Box<OrderContact>>,
    /// How the amount comes about.
    pub amount_summary: Option<OrderAmounts>,
    /// Where it was placed.
    pub source: Option<OrderSource>,
    /// What was ordered.
    pub items: Option<Vec<OrderItem>>,
    /// The coupon that was used: `code`, `_id`.
    pub coupon: Option<Map<String, Value>>,
    /// What tells its visit from others.
    pub tracking_id: Option<Text>,
    /// What tells its browser from others.
    pub fingerprint: Option<Text>,
    /// What the shop keeps with it.
    pub meta: Option<Map<String, Value>>,
    /// Whether somebody marked it as a test.
    pub mark_as_test: Option<bool>,
    /// Whether its taxes were reckoned automatically.
    pub automatic_taxes_calculated: Option<bool>,
    /// Who reckoned them.
    pub tax_calculation_provider: Option<Value>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An order, as a list shows it.
#[record]
pub struct ListedOrder {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// Who ordered.
    pub contact_id: Option<ContactId>,
    /// Their name.
    pub contact_name: Option<Text>,
    /// Their e-mail.
    pub contact_email: Option<Text>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What it comes to.
    pub amount: Option<Money>,
    /// What the goods come to.
    pub subtotal: Option<Money>,
    /// What is taken off.
    pub discount: Option<Money>,
    /// How it stands.
    pub status: OrderStatus,
    /// Whether real money is meant.
    pub live_mode: Option<bool>,
    /// How many products it is of.
    pub total_products: Option<u32>,
    /// What it was placed in, such as `funnel`.
    pub source_type: Text,
    /// More exactly, such as `one_step_order_form`.
    pub source_sub_type: Option<Text>,
    /// What that is called.
    pub source_name: Option<Text>,
    /// Its id.
    pub source_id: Option<Text>,
    /// The page.
    pub source_meta: Option<OrderedOn>,
    /// The coupon that was used.
    pub coupon_code: Option<Text>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// Whether the goods were handed over, such as `unfulfilled`.
    pub fulfillment_status: Option<Text>,
    /// How many products are paid once.
    pub onetime_products: Option<u32>,
    /// How many products are paid again and again.
    pub recurring_products: Option<u32>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of orders.
#[record]
pub struct OrderPage {
    /// The orders, newest first.
    #[serde(rename = "data")]
    pub orders: Vec<ListedOrder>,
    /// How many there are in all.
    pub total_count: u64,
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
    pub meta: Option<OrderedOn>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The page that an order was placed on.
#[record]
pub struct OrderedOn {
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
