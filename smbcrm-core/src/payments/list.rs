//! What lists of payments take, and what says whose a record is.

use chrono::NaiveDate;

use super::OrderPaymentStatus;
use crate::forms::days;
use crate::types::{ContactId, LocationId, SubscriptionId, Text};
use crate::{open_enum, request};

/// What kind of account owns a record.
#[open_enum]
pub enum AltType {
    /// A sub-account.
    Location = "location",
}

/// Whether real money is meant.
#[open_enum]
pub enum PaymentMode {
    /// It is.
    Live = "live",
    /// It is not.
    Test = "test",
}

/// Whose order to fetch.
#[request]
pub struct OfOrder {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names. The assistants' tool sends it, though the description does not know it here.
    pub alt_type: Option<AltType>,
    /// The sub-account again.
    pub location_id: Option<LocationId>,
}

/// Whose transaction to fetch.
#[request]
pub struct OfTransaction {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names.
    pub alt_type: AltType,
    /// The sub-account again.
    pub location_id: Option<LocationId>,
}

/// Whose subscription to fetch.
#[request]
pub struct OfSubscription {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names.
    pub alt_type: AltType,
}

/// Which orders to list.
#[request]
pub struct ListOrders {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names. The description does not know it here; see [`OfOrder`].
    pub alt_type: Option<AltType>,
    /// The sub-account again.
    pub location_id: Option<LocationId>,
    /// That stand so: `completed`.
    pub status: Option<Text>,
    /// Of which so much is paid.
    pub payment_status: Option<OrderPaymentStatus>,
    /// Of real money, or not.
    pub payment_mode: Option<PaymentMode>,
    /// From the beginning of this day.
    #[serde(deserialize_with = "days::start_at")]
    pub start_at: Option<NaiveDate>,
    /// To the end of this day.
    #[serde(deserialize_with = "days::end_at")]
    pub end_at: Option<NaiveDate>,
    /// With this in the name of what it was placed in, or of who ordered.
    pub search: Option<Text>,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// Of these products of a funnel, separated by commas.
    pub funnel_product_ids: Option<Text>,
    /// Placed in this funnel, shop or form.
    pub source_id: Option<Text>,
    /// How many a page: 10 unless given.
    pub limit: Option<u32>,
    /// How many to skip.
    pub offset: Option<u32>,
}

/// Which transactions to list.
#[request]
pub struct ListTransactions {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names.
    pub alt_type: AltType,
    /// The sub-account again.
    pub location_id: Option<LocationId>,
    /// Of real money, or not.
    pub payment_mode: Option<PaymentMode>,
    /// From the beginning of this day.
    #[serde(deserialize_with = "days::start_at")]
    pub start_at: Option<NaiveDate>,
    /// To the end of this day.
    #[serde(deserialize_with = "days::end_at")]
    pub end_at: Option<NaiveDate>,
    /// For what came about in this: `funnel`.
    pub entity_source_type: Option<Text>,
    /// More exactly: `two_step_order_form`.
    pub entity_source_sub_type: Option<Text>,
    /// With this in the name of where it came about, or of who paid.
    pub search: Option<Text>,
    /// Of this subscription.
    pub subscription_id: Option<SubscriptionId>,
    /// For this order or invoice.
    pub entity_id: Option<Text>,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// How many a page: 10 unless given.
    pub limit: Option<u32>,
    /// How many to skip.
    pub offset: Option<u32>,
}

/// Which subscriptions to list.
#[request]
pub struct ListSubscriptions {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names.
    pub alt_type: AltType,
    /// Of this order.
    pub entity_id: Option<Text>,
    /// Of real money, or not.
    pub payment_mode: Option<PaymentMode>,
    /// From the beginning of this day.
    #[serde(deserialize_with = "days::start_at")]
    pub start_at: Option<NaiveDate>,
    /// To the end of this day.
    #[serde(deserialize_with = "days::end_at")]
    pub end_at: Option<NaiveDate>,
    /// For what came about in this: `funnel`.
    pub entity_source_type: Option<Text>,
    /// With this in the name of where it came about, or of who pays.
    pub search: Option<Text>,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// This one.
    pub id: Option<SubscriptionId>,
    /// How many a page: 10 unless given.
    pub limit: Option<u32>,
    /// How many to skip.
    pub offset: Option<u32>,
    /// With how many payments were collected.
    pub get_payments_collected_count: Option<bool>,
}
