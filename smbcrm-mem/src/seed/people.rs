//! Planting contacts and their opportunities.

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::{Contact, CreateContact, CreateNote, CreateTask};
use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::locations::FieldModel;
use smbcrm_core::opportunities::{CreateOpportunity, Opportunity, OpportunityStatus, SetStatus};
use smbcrm_core::types::{ContactId, Text};

use super::SeedError;
use super::draft::{ContactDraft, NoteDraft, OpportunityDraft};
use super::plant::at;
use crate::world::State;

impl State {
    pub(super) fn plant_contact(
        &mut self,
        draft: &ContactDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let mut input = CreateContact::new(&self.location.id);
        macro_rules! give {
            ($($field:ident),*) => {$(
                if let Some(value) = &draft.$field {
                    input = input.$field(value.clone());
                }
            )*};
        }
        give!(name, first_name, last_name, email, phone, company_name, address1, city, state, country);
        give!(postal_code, website, timezone, source, assigned_to, date_of_birth);
        input.dnd = draft.dnd.then_some(true);
        input.tags = Some(draft.tags.clone()).filter(|tags| !tags.is_empty());
        let fields = self.custom_inputs(&FieldModel::Contact, &draft.custom_fields, path)?;
        input.custom_fields = Some(fields).filter(|fields| !fields.is_empty());
        let business = match &draft.business {
            None => None,
            Some(name) => Some(self.business_called(name).ok_or_else(|| {
                SeedError::new(format!("{path}.business"), format!("there is no `{name}`"))
            })?),
        };
        let added = draft.date_added.unwrap_or(now);
        let made = self.create_contact(input.into(), added).map_err(at(path.to_owned()))?;
        let mut contact = Contact::clone(&made);
        if let Some(id) = &draft.id {
            if self.contacts.get(id).is_some() {
                return Err(SeedError::new(format!("{path}.id"), "another contact has this id"));
            }
            // What was made under a minted id is made again under the one that is wanted.
            self.delete_contact(&made.id);
            contact.id = id.into();
            self.put_new_contact(contact.clone());
        }
        let mut emails = Vec::with_capacity(draft.additional_emails.len());
        for (n, email) in draft.additional_emails.iter().enumerate() {
            let place = format!("{path}.additionalEmails[{n}]");
            emails
                .push(normalise_email(email).map_err(|_| SeedError::new(place, "must be an email"))?.into());
        }
        self.edit_contact(&contact.id, draft.date_updated.unwrap_or(added), |contact| {
            contact.additional_emails = emails;
            contact.business_id = business;
            contact.followers.clone_from(&draft.followers);
            if let Some(kind) = &draft.kind {
                contact.kind = kind.clone();
            }
        })
        .map_err(at(path.to_owned()))?;
        self.plant_notes_and_tasks(&contact.id, draft, path, added, now)
    }

    fn plant_notes_and_tasks(
        &mut self,
        contact: &ContactId,
        draft: &ContactDraft,
        path: &str,
        added: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        for (n, note) in draft.notes.iter().enumerate() {
            let (input, on) = match note {
                NoteDraft::Body(body) => (CreateNote::new(body), added),
                NoteDraft::Full(full) => {
                    let mut input = CreateNote::new(&full.body);
                    input.title.clone_from(&full.title);
                    input.user_id.clone_from(&full.user_id);
                    (input, full.date_added.unwrap_or(added))
                }
            };
            self.create_note(contact, input, on).map_err(at(format!("{path}.notes[{n}]")))?;
        }
        for (n, task) in draft.tasks.iter().enumerate() {
            let mut input = CreateTask::new(&task.title, task.due_date.unwrap_or(now), task.completed);
            input.body.clone_from(&task.body);
            input.assigned_to.clone_from(&task.assigned_to);
            self.create_task(contact, input, added).map_err(at(format!("{path}.tasks[{n}]")))?;
        }
        Ok(())
    }

    /// The contact that a seed calls by id, e-mail or phone.
    pub(super) fn contact_called(&self, name: &str) -> Option<ContactId> {
        if let Some(contact) = self.contacts.get(name) {
            return Some(contact.id.clone());
        }
        let email = normalise_email(name).ok();
        let phone = normalise_phone(name, self.region()).ok();
        let matches = self.matches(email.as_deref(), phone.as_deref());
        self.duplicate_rule().find(&matches).map(|found| found.id)
    }

    pub(super) fn plant_opportunity(
        &mut self,
        draft: &OpportunityDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let nothing = |field: &str, name: &str| {
            SeedError::new(format!("{path}.{field}"), format!("there is no `{name}`"))
        };
        let contact =
            self.contact_called(&draft.contact).ok_or_else(|| nothing("contact", &draft.contact))?;
        let pipeline = match &draft.pipeline {
            None => self.pipelines.first().ok_or_else(|| nothing("pipeline", "pipeline"))?,
            Some(name) => self
                .pipelines
                .iter()
                .find(|known| known.id == **name || known.name == *name)
                .ok_or_else(|| nothing("pipeline", name))?,
        };
        let stage = match &draft.stage {
            None => None,
            Some(name) => {
                let known = pipeline.stages.iter().find(|known| known.id == **name || known.name == *name);
                Some(known.ok_or_else(|| nothing("stage", name))?.id.clone())
            }
        };
        let reason = match &draft.lost_reason {
            None => None,
            Some(name) => Some(self.lost_reason_named(name).ok_or_else(|| nothing("lostReason", name))?),
        };
        let mut input = CreateOpportunity::new(
            &pipeline.id,
            &self.location.id,
            &draft.name,
            draft.status.clone(),
            contact,
        );
        input.pipeline_stage_id = stage;
        input.monetary_value = draft.monetary_value;
        input.assigned_to.clone_from(&draft.assigned_to);
        input.source.clone_from(&draft.source);
        input.custom_fields =
            Some(self.custom_inputs(&FieldModel::Opportunity, &draft.custom_fields, path)?);
        let added = draft.date_added.unwrap_or(now);
        let moved = draft.date_updated.unwrap_or(added);
        let mut made = self.create_opportunity(input, added).map_err(at(path.to_owned()))?;
        if let Some(reason) = reason {
            let lost = SetStatus::new(OpportunityStatus::Lost).lost_reason_id(reason);
            let place = format!("{path}.lostReason");
            if draft.status != OpportunityStatus::Lost {
                return Err(SeedError::new(place, "only a lost opportunity has one"));
            }
            made = self.change_opportunity(&made.id, lost.into(), moved).map_err(at(place))?;
        }
        let mut opportunity = Opportunity::clone(&made);
        if let Some(id) = &draft.id {
            if self.opportunities.get(id).is_some() {
                return Err(SeedError::new(format!("{path}.id"), "another opportunity has this id"));
            }
            self.opportunities.remove(made.id.as_str());
            opportunity.id = Text::from(id).into();
        }
        opportunity.followers.clone_from(&draft.followers);
        opportunity.last_stage_change_at = Some(moved);
        opportunity.last_status_change_at = Some(moved);
        opportunity.last_action_date = Some(moved);
        opportunity.updated_at = moved;
        self.put_opportunity(opportunity);
        Ok(())
    }
}
