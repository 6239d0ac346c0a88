//! Reasons for losing an opportunity.

use chrono::{DateTime, Utc};

use crate::types::{LocationId, LostReasonId, Text};
use crate::{record, request};

/// Which reasons to list.
#[request]
pub struct ListLostReasons {
    /// The sub-account.
    pub location_id: LocationId,
    /// With exactly this name.
    pub name: Option<Text>,
    /// Deleted ones instead.
    pub deleted: Option<bool>,
    /// With this in the name.
    pub query: Option<Text>,
    /// How many to skip.
    pub skip: Option<u32>,
    /// How many a page: 100 unless given.
    pub limit: Option<u32>,
    /// Whether to count them all.
    pub get_count: Option<bool>,
}

/// A page of reasons.
#[record]
pub struct LostReasonPage {
    /// The reasons.
    pub lost_reasons: Vec<LostReason>,
    /// How many there are in all, where the count was asked for.
    pub total: Option<u64>,
}

/// A reason for losing an opportunity.
#[record]
pub struct LostReason {
    /// Its id.
    pub id: LostReasonId,
    /// Its name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
}
