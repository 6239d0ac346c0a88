//! Planting: a seed's records go through the same checks as the API's, so that a seed cannot hold what a call could
//! not have made.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use smbcrm_core::locations::{CreateCustomField, FieldModel, Template, TemplateContent, WriteCustomValue};
use smbcrm_core::types::{CustomFieldInput, LostReasonId, Text};

use super::SeedError;
use super::draft::{CustomFieldDraft, LocationDraft, Named, PipelineDraft, TemplateDraft};
use crate::world::{Campaign, State, Workflow};

/// Says where a refusal happened.
pub(super) fn at(path: String) -> impl FnOnce(smbcrm_core::Error) -> SeedError {
    move |error| SeedError::new(path, error.messages().join(", "))
}

/// What a new sub-account has.
const FIRST_PIPELINE: (&str, [&str; 4]) = ("Sales", ["New", "Contacted", "Proposal", "Closed"]);

impl State {
    /// Fills a sub-account that holds nothing yet.
    pub(super) fn plant(
        &mut self,
        draft: &LocationDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        if let Some(zone) = &self.location.timezone
            && zone.parse::<chrono_tz::Tz>().is_err()
        {
            return Err(SeedError::new(format!("{path}.timezone"), "it must be a valid IANA time zone"));
        }
        if draft.pipelines.is_empty() {
            self.add_pipeline(FIRST_PIPELINE.0, FIRST_PIPELINE.1, now);
        }
        for (n, pipeline) in draft.pipelines.iter().enumerate() {
            self.plant_pipeline(pipeline, &format!("{path}.pipelines[{n}]"), now)?;
        }
        for (n, field) in draft.custom_fields.iter().enumerate() {
            self.plant_custom_field(field, now).map_err(at(format!("{path}.customFields[{n}]")))?;
        }
        for (n, value) in draft.custom_values.iter().enumerate() {
            let made = self.create_custom_value(WriteCustomValue::new(&value.name, &value.value));
            made.map_err(at(format!("{path}.customValues[{n}]")))?;
            if let (Some(id), Some(made)) = (&value.id, self.custom_values.edit().last_mut()) {
                made.id = id.into();
            }
        }
        for (n, tag) in draft.tags.iter().enumerate() {
            self.create_tag(tag).map_err(at(format!("{path}.tags[{n}]")))?;
        }
        draft.templates.iter().for_each(|template| self.plant_template(template, now));
        for reason in &draft.lost_reasons {
            let id = self.id_of(reason);
            self.add_lost_reason(id.into(), reason.name().clone(), now);
        }
        for campaign in &draft.campaigns {
            let id = self.id_of(campaign);
            self.campaigns.push(Campaign::new(id, campaign.name().clone(), now));
        }
        for workflow in &draft.workflows {
            let id = workflow.id().cloned().unwrap_or_else(|| self.ids.uuid().into());
            self.workflows.push(Workflow::new(id, workflow.name().clone(), now));
        }
        self.plant_products(draft, path, now)?;
        for (n, contact) in draft.contacts.iter().enumerate() {
            self.plant_contact(contact, &format!("{path}.contacts[{n}]"), now)?;
        }
        for (n, opportunity) in draft.opportunities.iter().enumerate() {
            self.plant_opportunity(opportunity, &format!("{path}.opportunities[{n}]"), now)?;
        }
        for (n, agent) in draft.agents.iter().enumerate() {
            self.plant_agent(agent, now).map_err(at(format!("{path}.agents[{n}]")))?;
        }
        self.plant_till(draft, path, now)?;
        self.plant_press(draft, path, now)
    }

    fn id_of(&mut self, named: &Named) -> Text {
        named.id().cloned().unwrap_or_else(|| self.ids.record())
    }

    fn plant_pipeline(
        &mut self,
        draft: &PipelineDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        if draft.name.trim().is_empty() {
            return Err(SeedError::new(format!("{path}.name"), "name should not be empty"));
        }
        if draft.stages.is_empty() {
            return Err(SeedError::new(format!("{path}.stages"), "there must be at least one"));
        }
        if self.pipelines.iter().any(|known| known.name == draft.name) {
            return Err(SeedError::new(format!("{path}.name"), "another pipeline has this name"));
        }
        self.add_pipeline(draft.name.clone(), draft.stages.iter().map(|stage| stage.name().clone()), now);
        if let Some(made) = self.pipelines.edit().last_mut() {
            if let Some(id) = &draft.id {
                made.id = id.into();
            }
            for (stage, draft) in made.stages.iter_mut().zip(&draft.stages) {
                if let Some(id) = draft.id() {
                    stage.id = id.into();
                }
            }
        }
        Ok(())
    }

    fn plant_custom_field(
        &mut self,
        draft: &CustomFieldDraft,
        now: DateTime<Utc>,
    ) -> smbcrm_core::Result<()> {
        let mut input =
            CreateCustomField::new(&draft.name, draft.data_type.clone()).model(draft.model.clone());
        input.placeholder.clone_from(&draft.placeholder);
        input.field_key.clone_from(&draft.field_key);
        if !draft.options.is_empty() {
            input = input.options(draft.options.iter());
        }
        self.create_custom_field(input, now)?;
        if let (Some(id), Some(made)) = (&draft.id, self.custom_fields.edit().last_mut()) {
            made.field.id = id.into();
        }
        Ok(())
    }

    fn plant_template(&mut self, draft: &TemplateDraft, now: DateTime<Utc>) {
        let mut template = Template::default();
        template.id = draft.id.clone().unwrap_or_default().into();
        template.name = draft.name.clone();
        template.kind = draft.kind.clone();
        template.date_added = Some(now);
        template.template = TemplateContent::default();
        template.template.body.clone_from(&draft.body);
        template.template.subject.clone_from(&draft.subject);
        template.template.html.clone_from(&draft.html);
        let origin = self.location.id.as_text().clone();
        self.put_template(origin, template);
    }

    /// Values by name, key or id as the writes take them.
    pub(super) fn custom_inputs(
        &self,
        model: &FieldModel,
        values: &Map<String, Value>,
        path: &str,
    ) -> Result<Vec<CustomFieldInput>, SeedError> {
        let input = |(name, value): (&String, &Value)| {
            let is_meant = |field: &&smbcrm_core::locations::CustomField| {
                let short = field.field_key.split_once('.').map(|(_, short)| short);
                field.model == *model
                    && (field.id == **name
                        || field.name == *name
                        || field.field_key == *name
                        || short == Some(name.as_str()))
            };
            let field = self.fields().find(is_meant).ok_or_else(|| {
                SeedError::new(
                    format!("{path}.customFields.{name}"),
                    format!("no {model} field is called so"),
                )
            })?;
            Ok(CustomFieldInput::new(&field.id, value.clone()))
        };
        values.iter().map(input).collect()
    }

    pub(super) fn lost_reason_named(&self, name: &str) -> Option<LostReasonId> {
        let is_meant =
            |reason: &smbcrm_core::opportunities::LostReason| reason.id == *name || reason.name == *name;
        self.lost_reasons.iter().find(|known| is_meant(&known.reason)).map(|known| known.reason.id.clone())
    }
}
