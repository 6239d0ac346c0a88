//! What was sent to an integration, and what came of it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{DeliveryId, LeadId};
use crate::types::{Extra, Text};
use crate::{open_enum, record, request};

/// What became of a delivery.
#[open_enum]
pub enum DeliveryStatus {
    /// It is to be sent, again perhaps.
    Pending = "pending",
    /// It arrived.
    Success = "success",
    /// It did not, and is not tried again by itself.
    Failed = "failed",
}

/// What came of something that was tried while one waited. A failure is an answer too, and no error.
#[open_enum]
pub enum OutcomeStatus {
    /// It arrived.
    Success = "success",
    /// It did not.
    Failed = "failed",
}

/// One line of an integration's log.
#[record]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// The event.
    pub event_type: Text,
    /// Where to; `None` for CRMs.
    #[plain]
    pub target_url: Option<Text>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// The last answer's status; `None` when there was no answer.
    #[plain]
    pub status_code: Option<u16>,
    /// How often it was tried.
    pub attempt_count: u32,
    /// How long the last answer took, in milliseconds.
    #[plain]
    pub latency_ms: Option<u64>,
    /// Why the last attempt failed.
    #[plain]
    pub error_message: Option<Text>,
    /// The first 1 000 characters of the last answer.
    #[plain]
    pub response_body: Option<Text>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was over.
    #[plain]
    #[serde(with = "crate::types::time::iso_option")]
    #[schema(Option<DateTime<Utc>>)]
    pub completed_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What came of a test or a retry. One that failed is an answer like any other.
#[record]
pub struct Attempt {
    /// Whether it arrived.
    pub status: OutcomeStatus,
    /// The answer's status.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Attempt {
    /// Whether it arrived.
    pub fn succeeded(&self) -> bool {
        self.status == OutcomeStatus::Success
    }
}

/// A lead to push to one integration, now: exactly one of the two.
///
/// ```
/// use serde_json::json;
/// use smbcrm_core::sales_boost::PushLead;
///
/// let known = PushLead::known(7);
/// let own = PushLead::own([("companyName", json!("Vale & Co"))]);
/// assert!(known.lead.is_none() && own.lead_id.is_none());
/// ```
#[request]
pub struct PushLead {
    /// A lead of the database: a new one costs a credit, an owned one nothing.
    pub lead_id: Option<LeadId>,
    /// The caller's own data: free, and not kept track of.
    pub lead: Option<Map<String, Value>>,
}

impl PushLead {
    /// A lead of the database.
    #[must_use]
    pub fn known(id: impl Into<LeadId>) -> Self {
        Self::new().lead_id(id)
    }

    /// Data of one's own.
    #[must_use]
    pub fn own<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Self {
        let fields: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self::new().lead(fields)
    }
}

/// What came of a push. One that failed is an answer like any other.
#[record]
pub struct Pushed {
    /// Whether it arrived.
    pub status: OutcomeStatus,
    /// Whether it stands in the history of exported leads.
    pub tracked: bool,
    /// What it cost: 0 or 1.
    pub credits_used: u32,
    /// What the destination said.
    pub result: Option<Map<String, Value>>,
    /// Why it failed.
    pub error: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Pushed {
    /// Whether it arrived.
    pub fn succeeded(&self) -> bool {
        self.status == OutcomeStatus::Success
    }
}
