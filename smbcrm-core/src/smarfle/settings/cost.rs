//! What the calls cost.

use chrono::NaiveDate;

use crate::types::{ApiKeyId, Extra, Money, Text};
use crate::{record, request};

/// Which days to report on, by UTC. All of them unless set.
#[request(snake_case)]
pub struct CostPeriod {
    /// The first day: `2026-10-01`.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// What a day's calls cost.
#[record(snake_case)]
pub struct DayCost {
    /// The day: `2026-10-01`.
    pub day: Text,
    /// How many calls are charged.
    pub calls: u64,
    /// How many attempts of deliveries were made. They are not charged.
    pub deliveries: u64,
    /// What the calls cost.
    pub cost: Money,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What a key's calls cost.
#[record(snake_case)]
pub struct KeyCost {
    /// The key.
    pub key_id: ApiKeyId,
    /// What it is called.
    pub name: Text,
    /// How many calls are charged.
    pub calls: u64,
    /// What they cost.
    pub cost: Money,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What the calls of a period cost. Only calls of the API with a key are charged, refused ones too; deliveries, what the
/// limit turns away, and these settings are not.
#[record(snake_case)]
pub struct CostReport {
    /// The currency: `USD`.
    pub currency: Text,
    /// The price of one call.
    pub price_per_call: Money,
    /// How many calls are charged.
    pub calls: u64,
    /// How many attempts of deliveries were made.
    pub deliveries: u64,
    /// What the calls cost.
    pub total: Money,
    /// Day by day, oldest first; days without anything are left out.
    pub by_day: Vec<DayCost>,
    /// Key by key, oldest first.
    pub by_key: Vec<KeyCost>,
    /// What is charged and what is not, in words.
    pub note: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}
