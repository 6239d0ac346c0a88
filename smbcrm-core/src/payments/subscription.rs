//! Subscriptions: what is paid again and again.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{OrderContact, OrderSource, OrderedOn, PaymentProvider};
use crate::types::{ContactId, Extra, LocationId, Money, SubscriptionId, Text, UserId};
use crate::{open_enum, record};

/// How a subscription stands.
#[open_enum]
pub enum SubscriptionStatus {
    /// It is paid.
    Active = "active",
    /// It is being tried.
    Trial = "trial",
    /// It was ended.
    Canceled = "canceled",
    /// It rests.
    Suspended = "suspended",
    /// It never came about.
    Failed = "failed",
    /// A payment is missing.
    Incomplete = "incomplete",
    /// It is not paid any more.
    Unpaid = "unpaid",
    /// It has run its time.
    Expired = "expired",
    /// It is under way.
    Pending = "pending",
}

/// A subscription, as one is fetched.
#[record]
pub struct Subscription {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: SubscriptionId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// The sub-account.
    pub alt_id: LocationId,
    /// Who pays.
    pub contact_id: Option<ContactId>,
    /// The contact as it was then.
    pub contact_snapshot: Option<Box<OrderContact>>,
    /// The coupon that was used: `code`, `_id`, `discountType`, `discountValue`.
    pub coupon: Option<Map<String, Value>>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What is paid each time.
    pub amount: Option<Money>,
    /// How it stands.
    pub status: Option<SubscriptionStatus>,
    /// Whether real money is moved.
    pub live_mode: Option<bool>,
    /// What is paid for, such as `order`.
    pub entity_type: Option<Text>,
    /// Its id.
    pub entity_id: Option<Text>,
    /// Where that came about.
    pub entity_source: Option<OrderSource>,
    /// What the provider calls it.
    pub subscription_id: Option<Text>,
    /// It as the provider tells it.
    pub subscription_snapshot: Option<Map<String, Value>>,
    /// Who moves the money: `type`, and the account there.
    pub payment_provider: Option<PaymentProvider>,
    /// The address that it was made from.
    pub ip_address: Option<Text>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// What the shop keeps with it.
    pub meta: Option<Map<String, Value>>,
    /// Whether somebody marked it as a test.
    pub mark_as_test: Option<bool>,
    /// When it is paid: `executeAt`, or `rrule`.
    pub schedule: Option<Map<String, Value>>,
    /// What it is paid with by itself: `customerId`, `paymentMethodId`.
    pub auto_payment: Option<Map<String, Value>>,
    /// What is paid for, as it was then: `name`.
    pub recurring_product: Option<Map<String, Value>>,
    /// When it was ended.
    pub canceled_at: Option<DateTime<Utc>>,
    /// The user who ended it.
    pub canceled_by: Option<UserId>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A subscription, as a list shows it.
#[record]
pub struct ListedSubscription {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: SubscriptionId,
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// Who pays.
    pub contact_id: Option<ContactId>,
    /// Their name.
    pub contact_name: Option<Text>,
    /// Their e-mail.
    pub contact_email: Option<Text>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What is paid each time.
    pub amount: Option<Money>,
    /// How it stands.
    pub status: SubscriptionStatus,
    /// Whether real money is moved.
    pub live_mode: Option<bool>,
    /// What is paid for, such as `order`.
    pub entity_type: Option<Text>,
    /// Its id.
    pub entity_id: Option<Text>,
    /// Where that came about, such as `funnel`.
    pub entity_source_type: Text,
    /// What that is called.
    pub entity_source_name: Option<Text>,
    /// Its id.
    pub entity_source_id: Option<Text>,
    /// The page.
    pub entity_source_meta: Option<OrderedOn>,
    /// What the provider calls it.
    pub subscription_id: Option<Text>,
    /// It as the provider tells it.
    pub subscription_snapshot: Option<Map<String, Value>>,
    /// Who moves the money, such as `stripe`.
    pub payment_provider_type: Option<Text>,
    /// The account there.
    pub payment_provider_connected_account: Option<Text>,
    /// The address that it was made from.
    pub ip_address: Option<Text>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of subscriptions.
#[record]
pub struct SubscriptionPage {
    /// The subscriptions, newest first.
    #[serde(rename = "data")]
    pub subscriptions: Vec<ListedSubscription>,
    /// How many there are in all.
    pub total_count: u64,
}
