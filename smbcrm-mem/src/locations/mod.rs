//! Locations, answered from state.

mod account;
mod country;
mod custom_field;
mod custom_value;
mod paging;
mod recurrence;
mod recurring_task;
mod slug;
mod tag;
mod task;
mod template;
#[cfg(test)]
mod tests;
mod timezone;
mod upload;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::locations::operations as op;
use smbcrm_core::locations::{
    CreateCustomField, CreateLocation, CreateRecurringTask, CustomField, CustomValue, DeleteLocation,
    ListCustomFields, ListTemplates, Location, LocationDeleted, LocationTask, Locations, RecurringTask,
    RecurringTaskDeleted, SearchLocations, SearchTasks, Tag, TagName, TemplatePage, UpdateCustomField,
    UpdateLocation, UpdateRecurringTask, UploadFiles, UploadedFiles, WriteCustomValue,
};
use smbcrm_core::types::{
    ContactId, CustomFieldId, CustomValueId, LocationId, RecurringTaskId, TagId, TemplateId, Text,
};

use crate::MemCrm;
use crate::world::Sub;

pub(crate) use account::{filled, profile};
pub(crate) use paging::PageSize;
pub(crate) use slug::slug;
pub(crate) use upload::most_files;

impl MemCrm {
    /// Has the recurring tasks of a sub-account catch up with the clock. Costs a glance where none is due.
    pub(crate) fn catch_up(&self, sub: &Sub) -> usize {
        let now = self.world.clock.now();
        if !sub.state.read().recurring_tasks_due(now) {
            return 0;
        }
        self.world.alter(sub, |state| state.run_recurring_tasks(now))
    }

    /// As [`catch_up`](Self::catch_up), for the sub-account that holds a contact, if one does.
    pub(crate) fn catch_up_with(&self, contact: &ContactId) {
        let home = {
            let directory = self.world.directory.read();
            let holds = |sub: &&Arc<Sub>| sub.state.read().contacts.get(contact.as_str()).is_some();
            directory.candidates(contact.as_str()).find(holds).map(Arc::clone)
        };
        if let Some(sub) = home {
            self.catch_up(&sub);
        }
    }
}

#[async_trait]
impl Locations for MemCrm {
    async fn search(&self, query: SearchLocations) -> Result<Vec<Location>> {
        self.enter_account(&op::SEARCH, |directory| directory.search_locations(&query))
            .map_err(|error| error.during(&op::SEARCH))
    }

    async fn get(&self, location_id: &LocationId) -> Result<Location> {
        self.read(&op::GET, location_id, |state| Ok(Location::clone(&state.location)))
    }

    async fn update(&self, location_id: &LocationId, location: UpdateLocation) -> Result<Location> {
        self.change_account(&op::UPDATE, |directory, _| directory.update_location(location_id, &location))
    }

    async fn delete(&self, location_id: &LocationId, _query: DeleteLocation) -> Result<LocationDeleted> {
        self.change_account(&op::DELETE, |directory, _| directory.delete_location(location_id))?;
        let mut done = LocationDeleted::default();
        done.success = true;
        done.message = format!("Deleted location with id: {location_id}").into();
        Ok(done)
    }

    async fn create(&self, location: CreateLocation) -> Result<Location> {
        let seed = self.world.seed;
        self.change_account(&op::CREATE, |directory, now| directory.create_location(&location, seed, now))
    }

    async fn list_tags(&self, location_id: &LocationId) -> Result<Vec<Tag>> {
        self.read(&op::LIST_TAGS, location_id, |state| Ok(state.list_tags()))
    }

    async fn create_tag(&self, location_id: &LocationId, tag: TagName) -> Result<Tag> {
        self.write(&op::CREATE_TAG, location_id, |state, _| state.create_tag(&tag.name))
    }

    async fn get_tag(&self, location_id: &LocationId, tag_id: &TagId) -> Result<Tag> {
        self.read(&op::GET_TAG, location_id, |state| state.get_tag(tag_id))
    }

    async fn update_tag(&self, location_id: &LocationId, tag_id: &TagId, tag: TagName) -> Result<Tag> {
        self.write(&op::UPDATE_TAG, location_id, |state, now| state.rename_tag(tag_id, &tag.name, now))
    }

    async fn delete_tag(&self, location_id: &LocationId, tag_id: &TagId) -> Result<()> {
        self.write(&op::DELETE_TAG, location_id, |state, now| state.delete_tag(tag_id, now))
    }

    async fn search_tasks(&self, location_id: &LocationId, search: SearchTasks) -> Result<Vec<LocationTask>> {
        let sub = self.enter(&op::SEARCH_TASKS, location_id)?;
        self.catch_up(&sub);
        let state = sub.state.read();
        state.search_tasks(&search).map_err(|error| error.during(&op::SEARCH_TASKS))
    }

    async fn get_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
    ) -> Result<RecurringTask> {
        let sub = self.enter(&op::GET_RECURRING_TASK, location_id)?;
        self.catch_up(&sub);
        let state = sub.state.read();
        state.get_recurring_task(id).map_err(|error| error.during(&op::GET_RECURRING_TASK))
    }

    async fn update_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
        task: UpdateRecurringTask,
    ) -> Result<RecurringTask> {
        self.write(&op::UPDATE_RECURRING_TASK, location_id, |state, now| {
            state.update_recurring_task(id, task, now)
        })
    }

    async fn delete_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
    ) -> Result<RecurringTaskDeleted> {
        self.write(&op::DELETE_RECURRING_TASK, location_id, |state, now| state.delete_recurring_task(id, now))
    }

    async fn create_recurring_task(
        &self,
        location_id: &LocationId,
        task: CreateRecurringTask,
    ) -> Result<RecurringTask> {
        self.write(&op::CREATE_RECURRING_TASK, location_id, |state, now| {
            state.create_recurring_task(task, now)
        })
    }

    async fn list_custom_fields(
        &self,
        location_id: &LocationId,
        query: ListCustomFields,
    ) -> Result<Vec<CustomField>> {
        self.read(&op::LIST_CUSTOM_FIELDS, location_id, |state| state.list_custom_fields(&query))
    }

    async fn create_custom_field(
        &self,
        location_id: &LocationId,
        field: CreateCustomField,
    ) -> Result<CustomField> {
        self.write(&op::CREATE_CUSTOM_FIELD, location_id, |state, now| state.create_custom_field(field, now))
    }

    async fn get_custom_field(&self, location_id: &LocationId, id: &CustomFieldId) -> Result<CustomField> {
        self.read(&op::GET_CUSTOM_FIELD, location_id, |state| state.get_custom_field(id))
    }

    async fn update_custom_field(
        &self,
        location_id: &LocationId,
        id: &CustomFieldId,
        field: UpdateCustomField,
    ) -> Result<CustomField> {
        self.write(&op::UPDATE_CUSTOM_FIELD, location_id, |state, now| {
            state.update_custom_field(id, field, now)
        })
    }

    async fn delete_custom_field(&self, location_id: &LocationId, id: &CustomFieldId) -> Result<()> {
        self.write(&op::DELETE_CUSTOM_FIELD, location_id, |state, now| state.delete_custom_field(id, now))
    }

    async fn upload_files(&self, location_id: &LocationId, files: UploadFiles) -> Result<UploadedFiles> {
        let base = Arc::clone(&self.world.base_url.read());
        self.write(&op::UPLOAD_FILES, location_id, |state, _| state.upload_files(files, &base))
    }

    async fn list_custom_values(&self, location_id: &LocationId) -> Result<Vec<CustomValue>> {
        self.read(&op::LIST_CUSTOM_VALUES, location_id, |state| Ok(state.custom_values.to_vec()))
    }

    async fn create_custom_value(
        &self,
        location_id: &LocationId,
        value: WriteCustomValue,
    ) -> Result<CustomValue> {
        self.write(&op::CREATE_CUSTOM_VALUE, location_id, |state, _| state.create_custom_value(value))
    }

    async fn get_custom_value(&self, location_id: &LocationId, id: &CustomValueId) -> Result<CustomValue> {
        self.read(&op::GET_CUSTOM_VALUE, location_id, |state| state.get_custom_value(id))
    }

    async fn update_custom_value(
        &self,
        location_id: &LocationId,
        id: &CustomValueId,
        value: WriteCustomValue,
    ) -> Result<CustomValue> {
        self.write(&op::UPDATE_CUSTOM_VALUE, location_id, |state, _| state.update_custom_value(id, value))
    }

    async fn delete_custom_value(&self, location_id: &LocationId, id: &CustomValueId) -> Result<()> {
        self.write(&op::DELETE_CUSTOM_VALUE, location_id, |state, _| state.delete_custom_value(id))
    }

    async fn list_timezones(&self, location_id: &LocationId) -> Result<Vec<Text>> {
        self.read(&op::LIST_TIMEZONES, location_id, |_| Ok(timezone::names()))
    }

    async fn list_templates(&self, location_id: &LocationId, query: ListTemplates) -> Result<TemplatePage> {
        self.read(&op::LIST_TEMPLATES, location_id, |state| state.list_templates(&query))
    }

    async fn delete_template(&self, location_id: &LocationId, id: &TemplateId) -> Result<()> {
        self.write(&op::DELETE_TEMPLATE, location_id, |state, _| state.delete_template(id))
    }
}
