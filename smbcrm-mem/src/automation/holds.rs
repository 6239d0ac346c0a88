//! Whether conditions hold: those of contact and opportunity by the search grammar, all others by merge fields.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use smbcrm_core::contacts::Contact;
use smbcrm_core::opportunities::Opportunity;
use smbcrm_core::search::{
    self as api, CustomFieldType, Leaf, OpportunityField, Scalar, Schema, Target, Test, ValueKind,
};
use smbcrm_core::types::{ContactId, time};

use super::merge::Facts;
use super::run::About;
use crate::contacts::contact_key;
use crate::search::{Value, translate};
use crate::world::{ByContact, ContactKey, EnrolmentKind, OpportunityKey, State};

impl State {
    /// Whether all conditions hold for what a run or a trigger is about.
    pub(crate) fn holds_all(
        &self,
        filters: &[api::Filter],
        contact: Option<&ContactId>,
        about: &About,
        outputs: Option<&Map<String, Json>>,
        now: i64,
    ) -> bool {
        let facts = self.facts(contact, about, outputs, now);
        filters.iter().all(|filter| self.holds(filter, &facts))
    }

    pub(super) fn holds(&self, filter: &api::Filter, facts: &Facts<'_>) -> bool {
        match filter {
            api::Filter::Leaf(leaf) => self.leaf_holds(leaf, facts),
            api::Filter::All(parts) => parts.iter().all(|part| self.holds(part, facts)),
            api::Filter::Any(parts) => parts.iter().any(|part| self.holds(part, facts)),
            _ => false,
        }
    }

    /// The field of a contact that the contact search knows by a name, and what its values are.
    pub(super) fn contact_field(&self, name: &str) -> Option<(ContactKey, ValueKind)> {
        let data_type = |id: &str| self.custom_type(id);
        let field = Schema::contacts().resolve(name, data_type)?;
        let key = match field.target {
            Target::Custom { id, option: Some(option), .. } => {
                ContactKey::CustomOption(id.into(), option.into())
            }
            Target::Custom { id, data_type: CustomFieldType::Date, .. } => ContactKey::CustomDate(id.into()),
            Target::Custom { id, .. } => ContactKey::Custom(id.into()),
            Target::Standard(rule) => contact_key(rule.name)?,
            _ => return None,
        };
        Some((key, field.kind))
    }

    pub(super) fn custom_type(&self, id: &str) -> Option<CustomFieldType> {
        let field = self.fields().find(|field| field.id == *id)?;
        CustomFieldType::from_wire(field.data_type.as_str())
    }

    fn leaf_holds(&self, leaf: &Leaf, facts: &Facts<'_>) -> bool {
        let negated = matches!(leaf.test, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists);
        if let Some((key, kind)) = self.contact_field(&leaf.field) {
            return match &facts.contact {
                Some(contact) => translate::test::<Contact>(key, kind, &leaf.test).matches(contact),
                None => negated,
            };
        }
        if let Some(holds) =
            facts.contact.as_ref().and_then(|contact| self.beside(contact, &leaf.field, &leaf.test))
        {
            return holds;
        }
        if let Some((key, kind)) = self.deal_field(&leaf.field) {
            return match &facts.opportunity {
                Some(deal) => translate::test::<Opportunity>(key, kind, &leaf.test).matches(deal),
                None => negated,
            };
        }
        passes(&leaf.test, self.field(&leaf.field, facts).as_ref())
    }

    fn deal_field(&self, name: &str) -> Option<(OpportunityKey, ValueKind)> {
        let name = name.strip_prefix("opportunity.")?;
        if let Some(id) = name.strip_prefix("custom_fields.") {
            let kind = self.custom_type(id)?;
            let key = match kind {
                CustomFieldType::Date => OpportunityKey::CustomDate(id.into()),
                _ => OpportunityKey::Custom(id.into()),
            };
            return Some((key, kind.rule().1));
        }
        let key = match name {
            name if name == OpportunityField::Id.name() => OpportunityKey::Id,
            "name" => OpportunityKey::Name,
            "monetary_value" | "lead_value" => OpportunityKey::MonetaryValue,
            "pipeline_id" => OpportunityKey::PipelineId,
            "pipeline_stage_id" => OpportunityKey::StageId,
            "status" => OpportunityKey::Status,
            "lost_reason_id" => OpportunityKey::LostReasonId,
            "source" => OpportunityKey::Source,
            "assigned_to" => OpportunityKey::AssignedTo,
            "followers" => OpportunityKey::Followers,
            "date_added" => OpportunityKey::DateAdded,
            "date_updated" => OpportunityKey::DateUpdated,
            "last_status_change_date" => OpportunityKey::StatusChanged,
            "last_stage_change_date" => OpportunityKey::StageChanged,
            _ => return None,
        };
        let kind = match key {
            OpportunityKey::MonetaryValue => ValueKind::Number,
            OpportunityKey::DateAdded
            | OpportunityKey::DateUpdated
            | OpportunityKey::StatusChanged
            | OpportunityKey::StageChanged => ValueKind::Instant,
            _ => ValueKind::Text,
        };
        Some((key, kind))
    }

    /// What is kept beside one contact; looking it up costs what that contact has, not what all have.
    fn beside(&self, contact: &Arc<Contact>, name: &str, test: &Test) -> Option<bool> {
        let of = || Value::Text(contact.id.as_str());
        let texts: Json = match name {
            "activeWorkflows" | "finishedWorkflows" => {
                let finished = name == "finishedWorkflows";
                let of = self.enrolments.find(&ByContact, of()).filter(|known| {
                    known.kind == EnrolmentKind::Workflow
                        && if finished { known.finished } else { known.active }
                });
                of.map(|known| Json::from(known.target.as_str())).collect()
            }
            "opportunities" => {
                let Test::Nested(tests) = test else { return Some(false) };
                let mut deals = self.opportunities.find(&OpportunityKey::ContactId, of());
                return Some(deals.any(|deal| {
                    tests.iter().all(|test| {
                        let value = match test.field.as_str() {
                            "pipelineId" => deal.pipeline_id.as_str(),
                            "pipelineStageId" => deal.pipeline_stage_id.as_str(),
                            _ => deal.status.as_str(),
                        };
                        test.values.iter().any(|wanted| wanted.as_text().eq_ignore_ascii_case(value))
                    })
                }));
            }
            "lastAppointment" => {
                let starts = self.book.of_contact(&contact.id).filter(|event| event.is_meeting());
                let last = starts.map(|event| event.appointment().start_time.get().timestamp_millis()).max();
                last.map_or(Json::Null, Json::from)
            }
            // Nothing has told this CRM of opened mails or WhatsApp numbers.
            "isValidWhatsapp" | "lastEmailClickedDate" | "lastEmailOpenedDate" => Json::Null,
            _ => return None,
        };
        Some(passes(test, Some(&texts)))
    }
}

/// Whether a value, or one of a list, passes a test.
fn passes(test: &Test, value: Option<&Json>) -> bool {
    let values: &[Json] = match value {
        None | Some(Json::Null) => &[],
        Some(Json::Array(values)) => values,
        Some(Json::String(text)) if text.is_empty() => &[],
        Some(one) => std::slice::from_ref(one),
    };
    let any = |check: &dyn Fn(&Json) -> bool| values.iter().any(check);
    match test {
        Test::Eq(wanted) => any(&|value| wanted.iter().any(|wanted| same(wanted, value))),
        Test::NotEq(wanted) => !any(&|value| wanted.iter().any(|wanted| same(wanted, value))),
        Test::Contains(text) => any(&|value| folded(value).contains(&text.to_lowercase())),
        Test::NotContains(text) => !any(&|value| folded(value).contains(&text.to_lowercase())),
        Test::Exists => !values.is_empty(),
        Test::NotExists => values.is_empty(),
        Test::Range(range) => any(&|value| within(range, value)),
        _ => false,
    }
}

fn folded(value: &Json) -> String {
    smbcrm_core::workflows::definition::merge::as_text(value).to_lowercase()
}

fn same(wanted: &Scalar, value: &Json) -> bool {
    match (wanted.as_number(), number(value)) {
        (Some(wanted), Some(value)) => wanted == value,
        _ => wanted.as_text().to_lowercase() == folded(value),
    }
}

fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Whether a value lies in a range: as a number, or as a date where the limits are dates.
fn within(range: &api::Range, value: &Json) -> bool {
    if let (Some(bounds), Some(value)) = (range.numbers(), number(value)) {
        return bounds.contains(&value);
    }
    let millis = value.as_i64().or_else(|| time::parse(value.as_str()?).map(|at| at.timestamp_millis()));
    match (range.millis(), millis) {
        (Some(bounds), Some(value)) => bounds.contains(&value),
        _ => false,
    }
}
