//! Opportunities.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::opportunities::{Opportunity, OpportunityStatus};
use crate::record;
use crate::types::{ContactId, Extra, LocationId, Money, OpportunityId, PipelineId, StageId, Text, UserId};

/// An opportunity was created, changed or deleted.
///
/// One change brings several events: `OpportunityUpdate` with every other, and the one that says what was changed.
#[record]
pub struct OpportunityEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The opportunity.
    #[serde(skip_serializing_if = "OpportunityId::is_empty")]
    pub id: OpportunityId,
    /// The user who owns it.
    pub assigned_to: Option<UserId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// What it is worth, in the sub-account's currency.
    pub monetary_value: Option<Money>,
    /// Its name.
    pub name: Option<Text>,
    /// Its pipeline.
    pub pipeline_id: Option<PipelineId>,
    /// Its stage.
    pub pipeline_stage_id: Option<StageId>,
    /// Where it came from.
    pub source: Option<Text>,
    /// What became of it.
    pub status: Option<OpportunityStatus>,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Opportunity> for OpportunityEvent {
    fn from(it: &Opportunity) -> Self {
        Self {
            location_id: it.location_id.clone(),
            id: it.id.clone(),
            assigned_to: it.assigned_to.clone(),
            contact_id: Some(it.contact_id.clone()),
            monetary_value: it.monetary_value,
            name: Some(it.name.clone()),
            pipeline_id: Some(it.pipeline_id.clone()),
            pipeline_stage_id: Some(it.pipeline_stage_id.clone()),
            source: it.source.clone(),
            status: Some(it.status.clone()),
            date_added: Some(it.created_at),
            extra: Extra::default(),
        }
    }
}

impl Payload for OpportunityEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}
