//! Transactions: money that was, or was to be, moved.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{OrderContact, OrderSource, OrderedOn};
use crate::types::{
    ContactId, Extra, InvoiceId, LocationId, Money, SubscriptionId, Text, TransactionId, UserId,
};
use crate::{open_enum, record};

/// What became of a transaction.
#[open_enum]
pub enum TransactionStatus {
    /// The money came.
    Succeeded = "succeeded",
    /// It is under way.
    Pending = "pending",
    /// It did not come.
    Failed = "failed",
    /// It was paid back.
    Refunded = "refunded",
}

/// A transaction, as one is fetched.
#[record]
pub struct Transaction {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: TransactionId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// The sub-account.
    pub alt_id: LocationId,
    /// Who paid.
    pub contact_id: Option<ContactId>,
    /// The contact that was merged into this one.
    pub merged_from_contact_id: Option<ContactId>,
    /// The contact as it was then.
    pub contact_snapshot: Option<Box<OrderContact>>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What was paid.
    pub amount: Option<Money>,
    /// What became of it.
    pub status: Option<TransactionStatus>,
    /// Whether real money was moved.
    pub live_mode: Option<bool>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// When the money came.
    pub fulfilled_at: Option<DateTime<Utc>>,
    /// What was paid for, such as `order`.
    pub entity_type: Option<Text>,
    /// Its id.
    pub entity_id: Option<Text>,
    /// Where that came about.
    pub entity_source: Option<OrderSource>,
    /// What the provider calls the charge.
    pub charge_id: Option<Text>,
    /// The charge as the provider tells it.
    pub charge_snapshot: Option<Map<String, Value>>,
    /// The invoice.
    pub invoice_id: Option<InvoiceId>,
    /// The subscription.
    pub subscription_id: Option<SubscriptionId>,
    /// Who moved the money: `type`, and the account there.
    pub payment_provider: Option<PaymentProvider>,
    /// What it was paid with: `card`, with its `brand` and `last4`.
    pub payment_method: Option<Map<String, Value>>,
    /// The address that it was made from.
    pub ip_address: Option<Text>,
    /// What the shop keeps with it.
    pub meta: Option<Map<String, Value>>,
    /// Whether somebody marked it as a test.
    pub mark_as_test: Option<bool>,
    /// Whether others belong to it.
    pub is_parent: Option<bool>,
    /// What of it was paid back.
    pub amount_refunded: Option<Money>,
    /// Its receipt.
    pub receipt_id: Option<Text>,
    /// Whether the accounting service knows of it.
    pub qbo_synced: Option<bool>,
    /// What the accounting service answered.
    pub qbo_response: Option<Map<String, Value>>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Who moves money.
#[record]
pub struct PaymentProvider {
    /// Which one, such as `stripe`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// The account there, with its `_id`.
    pub connected_account: Option<Map<String, Value>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A transaction, as a list shows it.
#[record]
pub struct ListedTransaction {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: TransactionId,
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Text,
    /// Who paid.
    pub contact_id: Option<ContactId>,
    /// The contact that was merged into this one.
    pub merged_from_contact_id: Option<ContactId>,
    /// Their name.
    pub contact_name: Option<Text>,
    /// Their e-mail.
    pub contact_email: Option<Text>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What was paid.
    pub amount: Option<Money>,
    /// What became of it.
    pub status: TransactionStatus,
    /// Whether real money was moved.
    pub live_mode: Option<bool>,
    /// What was paid for, such as `order`.
    pub entity_type: Option<Text>,
    /// Its id.
    pub entity_id: Option<Text>,
    /// Where that came about, such as `funnel`.
    pub entity_source_type: Text,
    /// More exactly, such as `two_step_order_form`.
    pub entity_source_sub_type: Option<Text>,
    /// What that is called.
    pub entity_source_name: Option<Text>,
    /// Its id.
    pub entity_source_id: Option<Text>,
    /// The page.
    pub entity_source_meta: Option<OrderedOn>,
    /// The subscription.
    pub subscription_id: Option<SubscriptionId>,
    /// What the provider calls the charge.
    pub charge_id: Option<Text>,
    /// The charge as the provider tells it.
    pub charge_snapshot: Option<Map<String, Value>>,
    /// Who moved the money, such as `stripe`.
    pub payment_provider_type: Option<Text>,
    /// The account there.
    pub payment_provider_connected_account: Option<Text>,
    /// The address that it was made from.
    pub ip_address: Option<Text>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// What of it was paid back.
    pub amount_refunded: Option<Money>,
    /// What it was paid with: `card`, with its `brand` and `last4`.
    pub payment_method: Option<Map<String, Value>>,
    /// When the money came.
    pub fulfilled_at: Option<DateTime<Utc>>,
    /// The user who made it.
    pub created_by: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of transactions.
#[record]
pub struct TransactionPage {
    /// The transactions, newest first.
    #[serde(rename = "data")]
    pub transactions: Vec<ListedTransaction>,
    /// How many there are in all.
    pub total_count: u64,
}
