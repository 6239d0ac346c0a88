//! The opportunity's record.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::types::{
    ContactId, Cursor, CustomFieldValue, Extra, LocationId, LostReasonId, Money, OpportunityId, PipelineId,
    StageId, Text, UserId,
};
use crate::{open_enum, record};

/// What became of an opportunity.
#[open_enum]
pub enum OpportunityStatus {
    /// Still open.
    Open = "open",
    /// Won.
    Won = "won",
    /// Lost; a reason may say why.
    Lost = "lost",
    /// Given up.
    Abandoned = "abandoned",
    /// Any status. A filter only: no opportunity has it.
    All = "all",
}

/// A deal with a contact, in a stage of a pipeline.
#[record]
pub struct Opportunity {
    /// Its id.
    pub id: OpportunityId,
    /// Its name.
    pub name: Text,
    /// What it is worth, in the sub-account's currency.
    pub monetary_value: Option<Money>,
    /// Its pipeline.
    pub pipeline_id: PipelineId,
    /// Its stage. The wire says it twice, as `pipelineStageId` and `pipelineStageUId`.
    #[serde(flatten, with = "stage_twice")]
    #[schema(stage_twice::Spelt)]
    #[plain]
    pub pipeline_stage_id: StageId,
    /// The user who owns it.
    pub assigned_to: Option<UserId>,
    /// What became of it.
    pub status: OpportunityStatus,
    /// Where it came from.
    pub source: Option<Text>,
    /// When its status changed.
    pub last_status_change_at: Option<DateTime<Utc>>,
    /// When its stage changed.
    pub last_stage_change_at: Option<DateTime<Utc>>,
    /// When anything happened to it.
    pub last_action_date: Option<DateTime<Utc>>,
    /// The version of the search index's document: 1 so far. Declared as text, seen as a number.
    #[serde(default, deserialize_with = "number_or_text", skip_serializing_if = "Option::is_none")]
    #[plain]
    pub index_version: Option<u32>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The contact.
    pub contact_id: ContactId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Why it was lost.
    pub lost_reason_id: Option<LostReasonId>,
    /// The contact, as far as an opportunity shows it.
    pub contact: Option<OpportunityContact>,
    /// The contact's notes, where they were asked for.
    pub notes: Vec<Value>,
    /// The contact's tasks, where they were asked for.
    pub tasks: Vec<Value>,
    /// The contact's appointments, where they were asked for.
    pub calendar_events: Vec<Value>,
    /// The contact's unread conversations, where they were asked for.
    pub un_read_conversations: Vec<Value>,
    /// Custom fields that hold something.
    #[serde(serialize_with = "field_values::serialize", default)]
    #[schema(Vec<field_values::OpportunityFieldValue>)]
    #[plain]
    pub custom_fields: Vec<CustomFieldValue>,
    /// Users who follow it.
    pub followers: Vec<UserId>,
    /// The stage's chance of success, 0 to 100, where the pipeline has one.
    pub forecast_probability: Option<f64>,
    /// Where a search goes on behind this opportunity: `[epoch milliseconds, id]`.
    #[serde(rename = "sort")]
    pub search_after: Option<Cursor>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A contact, as far as an opportunity shows it.
#[record]
pub struct OpportunityContact {
    /// Its id.
    pub id: ContactId,
    /// Its full name.
    pub name: Option<Text>,
    /// Its company.
    pub company_name: Option<Text>,
    /// Its e-mail.
    pub email: Option<Text>,
    /// Its phone.
    pub phone: Option<Text>,
    /// Its tags.
    pub tags: Vec<Text>,
}

/// What an upsert did.
#[record]
pub struct UpsertedOpportunity {
    /// The opportunity as it is now.
    pub opportunity: std::sync::Arc<Opportunity>,
    /// Whether it was created; otherwise it was updated.
    pub new: bool,
}

/// Reads `1` and `"1"` alike; anything else is no version.
fn number_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

/// An opportunity's stage is spelt twice; reading takes whichever is there.
mod stage_twice {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::types::StageId;

    /// Both spellings.
    #[crate::record]
    pub(super) struct Spelt {
        /// Its stage.
        #[serde(rename = "pipelineStageId")]
        #[plain]
        id: Option<StageId>,
        /// Its stage, once more.
        #[serde(rename = "pipelineStageUId")]
        #[plain]
        uid: Option<StageId>,
    }

    pub(super) fn serialize<S: Serializer>(stage: &StageId, serializer: S) -> Result<S::Ok, S::Error> {
        Spelt { id: Some(stage.clone()), uid: Some(stage.clone()) }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StageId, D::Error> {
        let spelt = Spelt::deserialize(deserializer)?;
        Ok(spelt.id.or(spelt.uid).unwrap_or_default())
    }
}

/// Opportunities spell a custom field's value `fieldValue`, contacts `value`.
mod field_values {
    use serde::{Serialize, Serializer};

    use crate::types::{CustomFieldId, CustomFieldValue, FieldValue};

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Written<'a> {
        id: &'a CustomFieldId,
        field_value: &'a FieldValue,
    }

    /// A custom field's value on an opportunity: the field's id and what it holds.
    #[crate::record]
    pub(super) struct OpportunityFieldValue {
        /// The field.
        id: CustomFieldId,
        /// What it holds.
        field_value: FieldValue,
    }

    pub(super) fn serialize<S: Serializer>(
        fields: &[CustomFieldValue],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(fields.iter().map(|field| Written { id: &field.id, field_value: &field.value }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_wire_says_twice_is_read_once_and_written_twice() {
        let wire = json!({
            "id": "OPP1", "name": "Ten chairs", "pipelineId": "P", "pipelineStageId": "S", "pipelineStageUId": "S",
            "status": "open", "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
            "indexVersion": "1", "sort": [1, "OPP1"], "relations": [],
            "customFields": [{ "id": "CF", "fieldValue": "x" }],
        });
        let read: Opportunity = serde_json::from_value(wire).unwrap();
        assert_eq!((read.pipeline_stage_id.as_str(), read.index_version), ("S", Some(1)));
        assert_eq!(read.extra.keys().collect::<Vec<_>>(), ["relations"]);
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!((&written["pipelineStageId"], &written["pipelineStageUId"]), (&json!("S"), &json!("S")));
        assert_eq!(written["customFields"], json!([{ "id": "CF", "fieldValue": "x" }]));
        assert_eq!(serde_json::from_value::<Opportunity>(written).unwrap(), read);
        let uid_only: Opportunity = serde_json::from_value(json!({ "pipelineStageUId": "S" })).unwrap();
        assert_eq!(uid_only.pipeline_stage_id, "S");
    }
}
