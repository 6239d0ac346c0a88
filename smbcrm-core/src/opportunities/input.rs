//! What writes of opportunities take.

use super::OpportunityStatus;
use crate::types::{
    ContactId, CustomFieldInput, LocationId, LostReasonId, Money, OpportunityId, PipelineId, StageId, Text,
    UserId,
};
use crate::{open_enum, request};

/// An opportunity to create.
#[request]
pub struct CreateOpportunity {
    /// Its pipeline.
    pub pipeline_id: PipelineId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// Open, won, lost or abandoned.
    pub status: OpportunityStatus,
    /// The contact.
    pub contact_id: ContactId,
    /// Its stage; the pipeline's first unless given.
    pub pipeline_stage_id: Option<StageId>,
    /// What it is worth.
    pub monetary_value: Option<Money>,
    /// The user who owns it.
    pub assigned_to: Option<UserId>,
    /// Where it came from.
    pub source: Option<Text>,
    /// Custom fields.
    pub custom_fields: Option<Vec<CustomFieldInput>>,
}

/// Changes to an opportunity. What is not set stays.
#[request]
pub struct UpdateOpportunity {
    /// Its pipeline; moves it to that pipeline's first stage unless a stage is given.
    pub pipeline_id: Option<PipelineId>,
    /// Its name.
    pub name: Option<Text>,
    /// Its stage.
    pub pipeline_stage_id: Option<StageId>,
    /// Open, won, lost or abandoned.
    pub status: Option<OpportunityStatus>,
    /// What it is worth.
    pub monetary_value: Option<Money>,
    /// The user who owns it.
    pub assigned_to: Option<UserId>,
    /// Custom fields; fields not named here stay.
    pub custom_fields: Option<Vec<CustomFieldInput>>,
}

/// A new status.
#[request]
pub struct SetStatus {
    /// Open, won, lost or abandoned.
    pub status: OpportunityStatus,
    /// Why it was lost.
    pub lost_reason_id: Option<LostReasonId>,
}

/// Add or remove followers.
#[open_enum]
pub enum FollowersAction {
    /// Add them.
    Add = "add",
    /// Remove them.
    Remove = "remove",
}

/// An opportunity to create or to update.
///
/// Matched by `id` when given, else by contact and pipeline. The documentation marks the three follower fields as
/// required and leaves `contact_id` out; the wire wants `contact_id` to create, so it is here.
#[request]
pub struct UpsertOpportunity {
    /// Its pipeline.
    pub pipeline_id: PipelineId,
    /// The sub-account.
    pub location_id: LocationId,
    /// The opportunity to update.
    pub id: Option<OpportunityId>,
    /// The contact; needed to create, and to find one without an id.
    pub contact_id: Option<ContactId>,
    /// Users to add to or remove from its followers.
    pub followers: Option<Vec<UserId>>,
    /// Whether all followers are removed first.
    pub is_remove_all_followers: Option<bool>,
    /// What happens to `followers`.
    pub followers_action_type: Option<FollowersAction>,
    /// Its name.
    pub name: Option<Text>,
    /// Open, won, lost or abandoned.
    pub status: Option<OpportunityStatus>,
    /// Its stage.
    pub pipeline_stage_id: Option<StageId>,
    /// What it is worth.
    pub monetary_value: Option<Money>,
    /// The user who owns it.
    pub assigned_to: Option<UserId>,
    /// Why it was lost.
    pub lost_reason_id: Option<LostReasonId>,
}

/// Whether every follower goes.
#[request]
pub struct RemoveAllFollowers {
    /// Remove all of them, whatever the body names.
    pub is_remove_all_followers: Option<bool>,
}
