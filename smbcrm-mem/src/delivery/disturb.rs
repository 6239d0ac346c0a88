//! Deliveries gone wrong on purpose.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smbcrm_core::types::Text;

use super::exchange::chance;

/// What goes wrong with deliveries, how often, decided by a seed: the same seed, the same accidents.
///
/// Probabilities are from 0 to 1 and apply to each delivery (corruption: to each attempt) on its own.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_mem::{Disturbance, MemCrm};
///
/// let crm = MemCrm::new();
/// crm.admin().disturb(Disturbance::new(7).duplicate(0.2).delay(0.1, Duration::from_secs(90)));
/// crm.admin().calm();
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Disturbance {
    /// What the accidents are decided by.
    pub seed: u64,
    /// Only deliveries to this endpoint; `None` is all, workflow steps included.
    pub endpoint: Option<Text>,
    /// How many are lost: never sent, without an error. They can be redelivered.
    pub drop: f64,
    /// How many are late.
    pub delay: f64,
    /// By how much, in milliseconds.
    pub delay_millis: u64,
    /// How many arrive twice.
    pub duplicate: f64,
    /// How many overtake the one before.
    pub reorder: f64,
    /// How many attempts arrive with a body that was changed after it was signed.
    pub corrupt: f64,
}

impl Disturbance {
    /// Nothing goes wrong yet.
    pub fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Only deliveries to this endpoint.
    #[must_use]
    pub fn endpoint(mut self, id: impl Into<Text>) -> Self {
        self.endpoint = Some(id.into());
        self
    }

    /// Loses so many.
    #[must_use]
    pub fn drop(mut self, share: f64) -> Self {
        self.drop = share;
        self
    }

    /// Delays so many, by so much.
    #[must_use]
    pub fn delay(mut self, share: f64, by: Duration) -> Self {
        self.delay = share;
        self.delay_millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Sends so many twice.
    #[must_use]
    pub fn duplicate(mut self, share: f64) -> Self {
        self.duplicate = share;
        self
    }

    /// Lets so many overtake the one before.
    #[must_use]
    pub fn reorder(mut self, share: f64) -> Self {
        self.reorder = share;
        self
    }

    /// Corrupts so many attempts.
    #[must_use]
    pub fn corrupt(mut self, share: f64) -> Self {
        self.corrupt = share;
        self
    }

    pub(super) fn strikes(&self, share: f64, id: u64, attempt: u32, what: &str) -> bool {
        share > 0.0 && chance(self.seed, id, attempt, what) < share
    }

    pub(super) fn spares(&self, endpoint: Option<&str>) -> bool {
        self.endpoint.is_some() && self.endpoint.as_deref() != endpoint
    }

    /// A body with one byte changed; an empty one gets one.
    pub(super) fn corrupted(&self, body: &[u8], id: u64, attempt: u32) -> Vec<u8> {
        let mut body = body.to_vec();
        let at = (chance(self.seed, id, attempt, "where") * body.len() as f64) as usize;
        match body.get_mut(at) {
            Some(byte) => *byte ^= 0x01,
            None => body.push(b'?'),
        }
        body
    }
}
