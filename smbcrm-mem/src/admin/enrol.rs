//! What contacts get from products that are not here yet: appointments, campaigns, workflows, further addresses.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::{Contact, ContactAppointment};
use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::types::{
    AppointmentId, CampaignId, ContactId, ConversationId, LocationId, Text, WorkflowId,
};

use crate::Admin;
use crate::world::{Campaign, State, Workflow};

impl Admin<'_> {
    /// Books an appointment as it is; its contact lists it and can be found by it (`lastAppointment`).
    ///
    /// Nobody asks whether its time is free; from then on it is taken. An empty id is minted; the sub-account is filled
    /// in. One of the same id is replaced. Times are local to the sub-account; without them it begins now, for half an
    /// hour. `None` when there is no such sub-account.
    pub fn add_appointment(
        &self,
        location: &LocationId,
        appointment: ContactAppointment,
    ) -> Option<AppointmentId> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.plant_appointment(appointment, now))
    }

    /// The conversation of a contact, which it has from its creation on. `None` when there is no such contact.
    pub fn conversation(&self, contact: &ContactId) -> Option<ConversationId> {
        let directory = self.crm.world.directory.read();
        directory.candidates(contact.as_str()).find_map(|sub| sub.state.read().conversation_of(contact))
    }

    /// Makes a campaign that contacts may be enrolled in. `None` when there is no such sub-account.
    pub fn add_campaign(&self, location: &LocationId, name: impl Into<Text>) -> Option<CampaignId> {
        let now = self.crm.world.clock.stamp();
        self.edit(location, |state| {
            let id = state.ids.record();
            state.campaigns.push(Campaign::new(id.clone(), name.into(), now));
            id.into()
        })
    }

    /// The campaigns and their names, in the order they were made. `None` when there is no such sub-account.
    pub fn campaigns(&self, location: &LocationId) -> Option<Vec<(CampaignId, Text)>> {
        let named = |known: &Campaign| (CampaignId::from(&known.id), known.name.clone());
        self.edit(location, |state| state.campaigns.iter().map(named).collect())
    }

    /// The workflows and their names, in the order they were made. `None` when there is no such sub-account.
    pub fn workflows(&self, location: &LocationId) -> Option<Vec<(WorkflowId, Text)>> {
        let named = |known: &Workflow| (WorkflowId::from(&known.id), known.name.clone());
        self.edit(location, |state| state.workflows.iter().map(named).collect())
    }

    /// Makes a workflow that contacts may be enrolled in; its id is a UUID. `None` when there is no such
    /// sub-account.
    pub fn add_workflow(&self, location: &LocationId, name: impl Into<Text>) -> Option<WorkflowId> {
        let now = self.crm.world.clock.stamp();
        self.edit(location, |state| {
            let id = Text::from(state.ids.uuid());
            state.workflows.push(Workflow::new(id.clone(), name.into(), now));
            id.into()
        })
    }

    /// Publishes a campaign, or makes it a draft again. A new one is published. `None` when there is no such one.
    pub fn publish_campaign(&self, location: &LocationId, id: &CampaignId, published: bool) -> Option<()> {
        let now = self.crm.world.clock.stamp();
        self.edit(location, |state| {
            let mut list = state.campaigns.edit();
            let found = list.iter_mut().find(|known| known.id == *id.as_str())?;
            found.publish(published, now);
            Some(())
        })?
    }

    /// Publishes a workflow, or makes it a draft again; either makes a new version of it. A new one is published.
    /// `None` when there is no such one.
    pub fn publish_workflow(&self, location: &LocationId, id: &WorkflowId, published: bool) -> Option<()> {
        let now = self.crm.world.clock.stamp();
        self.edit(location, |state| {
            let mut list = state.workflows.edit();
            let found = list.iter_mut().find(|known| known.id == *id.as_str())?;
            found.publish(published, now);
            drop(list);
            state.workflow_switched(id.as_str(), now.timestamp_millis());
            Some(())
        })?
    }

    /// Ends a contact's run through a workflow, as its last step would: the contact is no longer found by
    /// `activeWorkflows` but by `finishedWorkflows`, and may be enrolled again.
    ///
    /// `None` when there is no such contact or no run under way.
    pub fn finish_workflow(&self, contact: &ContactId, workflow: &WorkflowId) -> Option<()> {
        self.edit_home(contact, |state, now| state.finish_workflow(contact, workflow, now).then_some(()))
    }

    /// Replaces a contact's additional e-mails, which the API shows but does not write. They are stored in lower
    /// case, as the API stores e-mails; an upsert with one of them makes it the primary one.
    ///
    /// The contact is stamped as with any other change. `None` when there is no such contact.
    pub fn set_additional_emails<T: AsRef<str>>(
        &self,
        contact: &ContactId,
        emails: impl IntoIterator<Item = T>,
    ) -> Option<Arc<Contact>> {
        let stored = |email: T| {
            let email = email.as_ref();
            Text::from(normalise_email(email).unwrap_or_else(|_| email.trim().to_lowercase()))
        };
        let emails = emails.into_iter().map(stored).collect();
        self.edit_home(contact, |state, now| {
            state.edit_contact(contact, now, |contact| contact.additional_emails = emails).ok()
        })
    }

    /// Replaces a contact's additional phones, which the API shows but does not write. They are stored as E.164
    /// where they can be read as phones of the sub-account's country, else as they are.
    ///
    /// The contact is stamped as with any other change. `None` when there is no such contact.
    pub fn set_additional_phones<T: AsRef<str>>(
        &self,
        contact: &ContactId,
        phones: impl IntoIterator<Item = T>,
    ) -> Option<Arc<Contact>> {
        let phones: Vec<String> = phones.into_iter().map(|phone| phone.as_ref().to_owned()).collect();
        self.edit_home(contact, |state, now| {
            let stored = |phone: String| Text::from(normalise_phone(&phone, state.region()).unwrap_or(phone));
            let phones = phones.into_iter().map(stored).collect();
            state.edit_contact(contact, now, |contact| contact.additional_phones = phones).ok()
        })
    }

    /// Changes the sub-account that holds a contact; `None` when none does.
    fn edit_home<T>(
        &self,
        contact: &ContactId,
        change: impl FnOnce(&mut State, DateTime<Utc>) -> Option<T>,
    ) -> Option<T> {
        let directory = self.crm.world.directory.read();
        for sub in directory.candidates(contact.as_str()) {
            let mut state = sub.state.write();
            if state.contacts.get(contact.as_str()).is_some() {
                let now = self.crm.world.clock.stamp();
                return self.crm.world.alter_held(sub, &mut state, |state| change(state, now));
            }
        }
        None
    }
}
