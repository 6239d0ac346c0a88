//! What writes of an opportunity bring, checked before anything changes.

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::locations::FieldModel;
use smbcrm_core::opportunities::{
    CreateOpportunity, Opportunity, OpportunityStatus, SetStatus, UpdateOpportunity, UpsertOpportunity,
};
use smbcrm_core::types::{
    CustomFieldInput, CustomFieldValue, LostReasonId, Money, PipelineId, StageId, Text, UserId,
};

use super::pipeline::Place;
use crate::contacts::{custom_field_values, merge};
use crate::search::translate::Complaints;
use crate::world::State;

/// The fields that the writes have in common; what is `None` stays.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(super) pipeline_id: Option<PipelineId>,
    pub(super) pipeline_stage_id: Option<StageId>,
    pub(super) name: Option<Text>,
    pub(super) status: Option<OpportunityStatus>,
    pub(super) lost_reason_id: Option<LostReasonId>,
    pub(super) monetary_value: Option<Money>,
    pub(super) assigned_to: Option<UserId>,
    pub(super) source: Option<Text>,
    pub(super) custom_fields: Option<Vec<CustomFieldInput>>,
}

impl From<&CreateOpportunity> for Changes {
    fn from(input: &CreateOpportunity) -> Self {
        Self {
            pipeline_id: Some(input.pipeline_id.clone()),
            pipeline_stage_id: input.pipeline_stage_id.clone(),
            name: Some(input.name.clone()),
            status: Some(input.status.clone()),
            lost_reason_id: None,
            monetary_value: input.monetary_value,
            assigned_to: input.assigned_to.clone(),
            source: input.source.clone(),
            custom_fields: input.custom_fields.clone(),
        }
    }
}

impl From<UpdateOpportunity> for Changes {
    fn from(input: UpdateOpportunity) -> Self {
        Self {
            pipeline_id: input.pipeline_id,
            pipeline_stage_id: input.pipeline_stage_id,
            name: input.name,
            status: input.status,
            monetary_value: input.monetary_value,
            assigned_to: input.assigned_to,
            custom_fields: input.custom_fields,
            ..Self::default()
        }
    }
}

impl From<&UpsertOpportunity> for Changes {
    fn from(input: &UpsertOpportunity) -> Self {
        Self {
            pipeline_id: Some(input.pipeline_id.clone()),
            pipeline_stage_id: input.pipeline_stage_id.clone(),
            name: input.name.clone(),
            status: input.status.clone(),
            lost_reason_id: input.lost_reason_id.clone(),
            monetary_value: input.monetary_value,
            assigned_to: input.assigned_to.clone(),
            ..Self::default()
        }
    }
}

impl From<SetStatus> for Changes {
    fn from(input: SetStatus) -> Self {
        Self { status: Some(input.status), lost_reason_id: input.lost_reason_id, ..Self::default() }
    }
}

/// Changes that make sense: the place is known, custom fields go by id.
#[derive(Debug)]
pub(super) struct Checked {
    /// Where it moves to; `None` leaves it where it is.
    pub(super) place: Option<Place>,
    name: Option<Text>,
    status: Option<OpportunityStatus>,
    lost_reason_id: Option<LostReasonId>,
    monetary_value: Option<Money>,
    assigned_to: Option<UserId>,
    source: Option<Text>,
    custom: Vec<CustomFieldValue>,
}

impl Changes {
    /// Checks everything against the opportunity as it is now, or lists all that is wrong beside what `complaints`
    /// says already.
    pub(super) fn check(
        self,
        state: &State,
        now: Option<&Opportunity>,
        mut complaints: Complaints,
    ) -> Result<Checked> {
        use OpportunityStatus::{Abandoned, Lost, Open, Won};

        let name = self.name.map(|name| Text::from(name.trim()));
        if name.as_ref().is_some_and(|name| name.is_empty()) {
            complaints.shape("name should not be empty");
        }
        match &self.status {
            None | Some(Open | Won | Lost | Abandoned) => {}
            // A filter's value and no state of an opportunity, although the write's declared values include it.
            Some(OpportunityStatus::All) => {
                complaints.shape("status must be one of the following values: open, won, lost, abandoned");
            }
            Some(_) => complaints.shape("status must be a valid enum value"),
        }
        if self.monetary_value.is_some_and(|value| value < Money::ZERO) {
            complaints.shape("monetaryValue must not be less than 0");
        }
        if let Some(id) = &self.lost_reason_id {
            if self.status.as_ref().or(now.map(|now| &now.status)) != Some(&Lost) {
                complaints.shape("lostReasonId should only be given with the status lost");
            } else if state.lost_reason(id.as_str()).is_none() {
                complaints.domain(format!("Lost reason with id {id} not found"));
            }
        }
        let from =
            now.map(|now| Place { pipeline: now.pipeline_id.clone(), stage: now.pipeline_stage_id.clone() });
        let place = state.place(self.pipeline_id.as_ref(), self.pipeline_stage_id.as_ref(), from.as_ref());
        let place = place.unwrap_or_else(|message| {
            complaints.domain(message);
            None
        });
        let mut wrong = Vec::new();
        let inputs = self.custom_fields.unwrap_or_default();
        let custom = custom_field_values(state, &FieldModel::Opportunity, inputs, &mut wrong);
        wrong.into_iter().for_each(|message| complaints.shape(message));
        complaints.into_result()?;
        Ok(Checked {
            place,
            name,
            status: self.status,
            lost_reason_id: self.lost_reason_id,
            monetary_value: self.monetary_value,
            assigned_to: self.assigned_to,
            source: self.source,
            custom,
        })
    }
}

impl Checked {
    /// Writes the changes into an opportunity. The stamps of stage and status move only when those do.
    pub(super) fn apply(self, opportunity: &mut Opportunity, now: DateTime<Utc>) {
        if let Some(place) = self.place
            && (place.pipeline != opportunity.pipeline_id || place.stage != opportunity.pipeline_stage_id)
        {
            opportunity.pipeline_id = place.pipeline;
            opportunity.pipeline_stage_id = place.stage;
            opportunity.last_stage_change_at = Some(now);
        }
        if let Some(status) = self.status
            && status != opportunity.status
        {
            // Why it was lost says nothing about an opportunity that is lost no more.
            opportunity.lost_reason_id = None;
            opportunity.status = status;
            opportunity.last_status_change_at = Some(now);
        }
        if self.lost_reason_id.is_some() {
            opportunity.lost_reason_id = self.lost_reason_id;
        }
        if let Some(name) = self.name {
            opportunity.name = name;
        }
        if self.monetary_value.is_some() {
            opportunity.monetary_value = self.monetary_value;
        }
        // An empty owner or source takes the value away: the wire has no other way to say so.
        if let Some(user) = self.assigned_to {
            opportunity.assigned_to = Some(user).filter(|user| !user.is_empty());
        }
        if let Some(source) = self.source {
            opportunity.source = Some(source).filter(|source| !source.is_empty());
        }
        merge(&mut opportunity.custom_fields, self.custom);
        opportunity.updated_at = now;
        opportunity.last_action_date = Some(now);
    }
}
