//! Contacts, answered from state.

mod appointment;
mod bulk;
mod custom;
mod enrolment;
mod fields;
mod follower;
mod list;
mod note;
mod query;
mod store;
mod tag;
mod task;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::contacts::operations as op;
use smbcrm_core::contacts::{
    BulkBusiness, BulkBusinessDone, BulkTags, BulkTagsDone, BusinessContacts, CompleteTask, Contact,
    ContactAppointment, ContactList, ContactPage, ContactTags, Contacts, CreateContact, CreateNote,
    CreateTask, DuplicateContact, Enrol, FindDuplicate, Followers, FollowersAdded, FollowersRemoved,
    ListByBusiness, ListContacts, Note, SearchContacts, TagChange, TagNames, Task, UpdateContact, UpdateNote,
    UpdateTask, UpsertContact, UpsertedContact,
};
use smbcrm_core::operation::Operation;
use smbcrm_core::types::{BusinessId, CampaignId, ContactId, LocationId, NoteId, TaskId, WorkflowId};
use smbcrm_core::{Error, Result};

pub(crate) use custom::{custom_date, custom_field_values, custom_values, merge};
pub(crate) use fields::Fields;
pub(crate) use list::page_meta;
pub(crate) use query::key as contact_key;
pub(crate) use tag::given as given_tags;

use crate::MemCrm;
use crate::refusal;
use crate::search::{Hits, Query, Record, Table};
use crate::world::State;

/// What the wire says of a contact that does not exist.
pub(crate) fn missing(id: &ContactId) -> Error {
    refusal::no_such("Contact", id.as_str())
}

impl MemCrm {
    /// Passes the gate and reads one contact's sub-account.
    pub(crate) fn read_contact<T>(
        &self,
        operation: &'static Operation,
        id: &ContactId,
        find: impl Fn(&State, &Arc<Contact>) -> Result<T>,
    ) -> Result<T> {
        let found = |state: &State| state.contacts.get(id.as_str()).map(|contact| find(state, contact));
        self.read_record(operation, id.as_str(), found, || missing(id))?
            .map_err(|error| error.during(operation))
    }

    /// Passes the gate and changes one contact's sub-account; the contact exists while `change` runs.
    pub(crate) fn write_contact<T>(
        &self,
        operation: &'static Operation,
        id: &ContactId,
        change: impl FnOnce(&mut State, chrono::DateTime<chrono::Utc>) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.contacts.get(id.as_str()).is_some();
        self.write_record(operation, id.as_str(), holds, change, || missing(id))
    }

    /// Runs a query over one of a sub-account's tables, building the indexes it asks for first.
    ///
    /// The query is made under the lock that it is run under, so that what it was checked against still holds.
    pub(crate) fn query<R: Record, T>(
        &self,
        operation: &'static Operation,
        location: &LocationId,
        table: impl Fn(&State) -> &Table<R>,
        table_mut: impl Fn(&mut State) -> &mut Table<R>,
        query: impl Fn(&State) -> Result<Query<R>>,
        answer: impl Fn(&State, &Query<R>, Hits<R>) -> T,
    ) -> Result<T> {
        let sub = self.enter(operation, location)?;
        let named = |error: Error| error.during(operation);
        {
            let state = sub.state.read();
            let query = query(&state).map_err(named)?;
            let table = table(&state);
            if !table.needs(&query) {
                let hits = table.search(&query);
                return Ok(answer(&state, &query, hits));
            }
        }
        let mut state = sub.state.write();
        let query = query(&state).map_err(named)?;
        table_mut(&mut state).prepare(&query);
        let hits = table(&state).search(&query);
        Ok(answer(&state, &query, hits))
    }
}

#[async_trait]
impl Contacts for MemCrm {
    async fn search(&self, search: SearchContacts) -> Result<ContactPage> {
        self.query(
            &op::SEARCH,
            &search.location_id,
            |state| &state.contacts,
            |state| &mut state.contacts,
            |state| state.contact_query(&search),
            State::contact_page,
        )
    }

    async fn find_duplicate(&self, query: FindDuplicate) -> Result<DuplicateContact> {
        self.read(&op::FIND_DUPLICATE, &query.location_id, |state| state.find_duplicate(&query))
    }

    async fn list_tasks(&self, contact_id: &ContactId) -> Result<Vec<Task>> {
        self.catch_up_with(contact_id);
        self.read_contact(&op::LIST_TASKS, contact_id, |state, _| Ok(state.tasks_of(contact_id)))
    }

    async fn create_task(&self, contact_id: &ContactId, task: CreateTask) -> Result<Task> {
        self.write_contact(&op::CREATE_TASK, contact_id, |state, now| {
            state.create_task(contact_id, task, now)
        })
    }

    async fn get_task(&self, contact_id: &ContactId, task_id: &TaskId) -> Result<Task> {
        self.read_contact(&op::GET_TASK, contact_id, |state, _| {
            state.task(contact_id, task_id).map(|stored| stored.task.clone())
        })
    }

    async fn update_task(&self, contact_id: &ContactId, task_id: &TaskId, task: UpdateTask) -> Result<Task> {
        self.write_contact(&op::UPDATE_TASK, contact_id, |state, now| {
            state.update_task(contact_id, task_id, task, now)
        })
    }

    async fn delete_task(&self, contact_id: &ContactId, task_id: &TaskId) -> Result<()> {
        self.write_contact(&op::DELETE_TASK, contact_id, |state, _| state.delete_task(contact_id, task_id))
    }

    async fn complete_task(
        &self,
        contact_id: &ContactId,
        task_id: &TaskId,
        done: CompleteTask,
    ) -> Result<Task> {
        self.write_contact(&op::COMPLETE_TASK, contact_id, |state, now| {
            state.complete_task(contact_id, task_id, done.completed, now)
        })
    }

    async fn list_appointments(&self, contact_id: &ContactId) -> Result<Vec<ContactAppointment>> {
        self.read_contact(
            &op::LIST_APPOINTMENTS,
            contact_id,
            |state, _| Ok(state.appointments_of(contact_id)),
        )
    }

    async fn add_tags(&self, contact_id: &ContactId, tags: TagNames) -> Result<ContactTags> {
        self.write_contact(&op::ADD_TAGS, contact_id, |state, now| {
            let tags = tag::given(&tags.tags)?;
            state.add_tags(contact_id, &tags, now).map(tag::TagsChanged::answer)
        })
    }

    async fn remove_tags(&self, contact_id: &ContactId, tags: TagNames) -> Result<ContactTags> {
        self.write_contact(&op::REMOVE_TAGS, contact_id, |state, now| {
            let tags = tag::given(&tags.tags)?;
            state.remove_tags(contact_id, &tags, now).map(tag::TagsChanged::answer)
        })
    }

    async fn list_notes(&self, contact_id: &ContactId) -> Result<Vec<Note>> {
        self.read_contact(&op::LIST_NOTES, contact_id, |state, _| Ok(state.notes_of(contact_id)))
    }

    async fn create_note(&self, contact_id: &ContactId, note: CreateNote) -> Result<Note> {
        self.write_contact(&op::CREATE_NOTE, contact_id, |state, now| {
            state.create_note(contact_id, note, now)
        })
    }

    async fn get_note(&self, contact_id: &ContactId, note_id: &NoteId) -> Result<Note> {
        self.read_contact(&op::GET_NOTE, contact_id, |state, _| {
            state.note(contact_id, note_id).map(|note| Note::clone(note))
        })
    }

    async fn update_note(&self, contact_id: &ContactId, note_id: &NoteId, note: UpdateNote) -> Result<Note> {
        self.write_contact(&op::UPDATE_NOTE, contact_id, |state, _| {
            state.update_note(contact_id, note_id, note)
        })
    }

    async fn delete_note(&self, contact_id: &ContactId, note_id: &NoteId) -> Result<()> {
        self.write_contact(&op::DELETE_NOTE, contact_id, |state, _| state.delete_note(contact_id, note_id))
    }

    async fn bulk_update_tags(&self, change: &TagChange, update: BulkTags) -> Result<BulkTagsDone> {
        let operation = &op::BULK_UPDATE_TAGS;
        // This operation has its own words for no sub-account at all, where others answer as for a foreign one.
        if update.location_id.is_empty() {
            return self.enter_account(operation, |_| Err(refusal::no_location_id().during(operation)));
        }
        self.write(operation, &update.location_id, |state, now| state.bulk_update_tags(change, &update, now))
    }

    async fn bulk_set_business(&self, update: BulkBusiness) -> Result<BulkBusinessDone> {
        self.write(&op::BULK_SET_BUSINESS, &update.location_id, |state, now| {
            state.bulk_set_business(&update, now)
        })
    }

    async fn get(&self, contact_id: &ContactId) -> Result<Arc<Contact>> {
        self.read_contact(&op::GET, contact_id, |_, contact| Ok(Arc::clone(contact)))
    }

    async fn create(&self, contact: CreateContact) -> Result<Arc<Contact>> {
        let location = contact.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_contact(contact.into(), now))
    }

    async fn upsert(&self, contact: UpsertContact) -> Result<UpsertedContact> {
        let location = contact.location_id.clone();
        let create_new = contact.create_new_if_duplicate_allowed.unwrap_or(false);
        self.write(&op::UPSERT, &location, |state, now| state.upsert_contact(contact.into(), create_new, now))
    }

    async fn update(&self, contact_id: &ContactId, contact: UpdateContact) -> Result<Arc<Contact>> {
        self.write_contact(&op::UPDATE, contact_id, |state, now| {
            state.update_contact(contact_id, contact.into(), now)
        })
    }

    async fn delete(&self, contact_id: &ContactId) -> Result<()> {
        self.write_contact(&op::DELETE, contact_id, |state, _| {
            state.delete_contact(contact_id);
            Ok(())
        })
    }

    async fn list_by_business(
        &self,
        business_id: &BusinessId,
        query: ListByBusiness,
    ) -> Result<BusinessContacts> {
        self.query(
            &op::LIST_BY_BUSINESS,
            &query.location_id,
            |state| &state.contacts,
            |state| &mut state.contacts,
            |state| match state.business(business_id) {
                Some(_) => list::business_query(business_id, &query),
                None => Err(crate::businesses::missing(business_id)),
            },
            |_, _, hits| list::business_contacts(hits),
        )
    }

    async fn add_followers(&self, contact_id: &ContactId, followers: Followers) -> Result<FollowersAdded> {
        self.write_contact(&op::ADD_FOLLOWERS, contact_id, |state, now| {
            state.add_followers(contact_id, followers.followers, now)
        })
    }

    async fn remove_followers(
        &self,
        contact_id: &ContactId,
        followers: Followers,
    ) -> Result<FollowersRemoved> {
        self.write_contact(&op::REMOVE_FOLLOWERS, contact_id, |state, now| {
            state.remove_followers(contact_id, &followers.followers, now)
        })
    }

    async fn add_to_campaign(&self, contact_id: &ContactId, campaign_id: &CampaignId) -> Result<()> {
        self.write_contact(&op::ADD_TO_CAMPAIGN, contact_id, |state, _| {
            state.add_to_campaign(contact_id, campaign_id)
        })
    }

    async fn remove_from_campaign(&self, contact_id: &ContactId, campaign_id: &CampaignId) -> Result<()> {
        self.write_contact(&op::REMOVE_FROM_CAMPAIGN, contact_id, |state, _| {
            state.remove_from_campaign(contact_id, campaign_id)
        })
    }

    async fn remove_from_all_campaigns(&self, contact_id: &ContactId) -> Result<()> {
        self.write_contact(&op::REMOVE_FROM_ALL_CAMPAIGNS, contact_id, |state, _| {
            state.remove_from_all_campaigns(contact_id);
            Ok(())
        })
    }

    async fn add_to_workflow(
        &self,
        contact_id: &ContactId,
        workflow_id: &WorkflowId,
        enrol: Enrol,
    ) -> Result<()> {
        self.write_contact(&op::ADD_TO_WORKFLOW, contact_id, |state, now| {
            state.add_to_workflow(contact_id, workflow_id, &enrol, now)
        })
    }

    async fn remove_from_workflow(
        &self,
        contact_id: &ContactId,
        workflow_id: &WorkflowId,
        _: Enrol,
    ) -> Result<()> {
        self.write_contact(&op::REMOVE_FROM_WORKFLOW, contact_id, |state, now| {
            state.remove_from_workflow(contact_id, workflow_id, now)
        })
    }

    async fn list(&self, query: ListContacts) -> Result<ContactList> {
        self.query(
            &op::LIST,
            &query.location_id,
            |state| &state.contacts,
            |state| &mut state.contacts,
            |_| list::location_query(&query),
            |_, asked, hits| list::contact_list(asked, hits),
        )
    }
}
