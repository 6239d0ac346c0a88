//! Locations: sub-accounts, and what is defined on them – tags, custom fields and values, templates, tasks.
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::locations::{CustomFieldType, ListCustomFields, CreateCustomField};
//!
//! async fn colour_field(crm: &dyn Crm) -> Result<()> {
//!     let location = "LOC1".into();
//!     let field = CreateCustomField::new("Favourite colour", CustomFieldType::Text);
//!     let made = crm.locations().create_custom_field(&location, field).await?;
//!     let all = crm.locations().list_custom_fields(&location, ListCustomFields::new()).await?;
//!     assert!(all.iter().any(|field| field.id == made.id));
//!     Ok(())
//! }
//! ```

mod custom_field;
mod custom_value;
mod mapping;
mod model;
mod recurring_task;
mod tag;
mod task;
mod template;

pub use custom_field::*;
pub use custom_value::*;
pub use mapping::*;
pub use model::*;
pub use recurring_task::*;
pub use tag::*;
pub use task::*;
pub use template::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{CustomFieldId, CustomValueId, LocationId, RecurringTaskId, TagId, TemplateId};

/// The product's facts.
pub static LOCATIONS: Product = Product {
    name: "locations",
    version: "2021-07-28",
    summary: "Sub-accounts and what is defined on them: tags, custom fields and values, templates, tasks.",
};

/// Sub-accounts and what is defined on them.
#[api(product = LOCATIONS)]
pub trait Locations: Send + Sync {
    /// Searches the sub-accounts of an agency.
    #[get("/locations/search", id = "search-locations", scope = "locations.readonly", access = agency,
        key = "locations")]
    async fn search(&self, query: SearchLocations) -> Result<Vec<Location>>;

    /// Fetches one sub-account.
    #[get("/locations/{location_id}", id = "get-location", scope = "locations.readonly", access = any,
        key = "location")]
    async fn get(&self, location_id: &LocationId) -> Result<Location>;

    /// Changes a sub-account. What is not set stays.
    #[put("/locations/{location_id}", id = "put-location", scope = "locations.write", access = agency)]
    async fn update(&self, location_id: &LocationId, location: UpdateLocation) -> Result<Location>;

    /// Deletes a sub-account with everything in it.
    #[delete("/locations/{location_id}", id = "delete-location", scope = "locations.internal-access-only",
        access = agency)]
    async fn delete(&self, location_id: &LocationId, query: DeleteLocation) -> Result<LocationDeleted>;

    /// Creates a sub-account.
    #[post("/locations/", id = "create-location", scope = "locations.write", access = agency, status = 200)]
    async fn create(&self, location: CreateLocation) -> Result<Location>;

    /// Lists the tags defined on a sub-account, by name.
    #[get(
        "/locations/{location_id}/tags",
        id = "get-location-tags",
        scope = "locations/tags.readonly",
        key = "tags"
    )]
    async fn list_tags(&self, location_id: &LocationId) -> Result<Vec<Tag>>;

    /// Defines a tag.
    #[post(
        "/locations/{location_id}/tags",
        id = "create-tag",
        scope = "locations/tags.write",
        key = "tag",
        status = 200
    )]
    async fn create_tag(&self, location_id: &LocationId, tag: TagName) -> Result<Tag>;

    /// Fetches one tag's definition.
    #[get(
        "/locations/{location_id}/tags/{tag_id}",
        id = "get-tag-by-id",
        scope = "locations/tags.readonly",
        assumed_scope,
        key = "tag"
    )]
    async fn get_tag(&self, location_id: &LocationId, tag_id: &TagId) -> Result<Tag>;

    /// Renames a tag, on every contact that carries it.
    #[put(
        "/locations/{location_id}/tags/{tag_id}",
        id = "update-tag",
        scope = "locations/tags.write",
        assumed_scope,
        key = "tag"
    )]
    async fn update_tag(&self, location_id: &LocationId, tag_id: &TagId, tag: TagName) -> Result<Tag>;

    /// Deletes a tag's definition and takes it off every contact.
    #[delete(
        "/locations/{location_id}/tags/{tag_id}",
        id = "delete-tag",
        scope = "locations/tags.write",
        assumed_scope,
        ack = "succeded"
    )]
    async fn delete_tag(&self, location_id: &LocationId, tag_id: &TagId) -> Result<()>;

    /// Searches the tasks of all contacts of a sub-account.
    #[post(
        "/locations/{location_id}/tasks/search",
        id = "task-search",
        scope = "locations/tasks.readonly",
        key = "tasks",
        status = 200,
        read
    )]
    async fn search_tasks(&self, location_id: &LocationId, search: SearchTasks) -> Result<Vec<LocationTask>>;

    /// Fetches one recurring task.
    #[get(
        "/locations/{location_id}/recurring-tasks/{id}",
        id = "get-recurring-task-by-id",
        scope = "locations/tasks.readonly",
        assumed_scope,
        key = "recurringTask"
    )]
    async fn get_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
    ) -> Result<RecurringTask>;

    /// Changes a recurring task.
    #[put(
        "/locations/{location_id}/recurring-tasks/{id}",
        id = "update-recurring-task",
        scope = "locations/tasks.write",
        assumed_scope,
        key = "recurringTask"
    )]
    async fn update_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
        task: UpdateRecurringTask,
    ) -> Result<RecurringTask>;

    /// Deletes a recurring task; the tasks it has made stay.
    #[delete(
        "/locations/{location_id}/recurring-tasks/{id}",
        id = "delete-recurring-task",
        scope = "locations/tasks.write",
        assumed_scope
    )]
    async fn delete_recurring_task(
        &self,
        location_id: &LocationId,
        id: &RecurringTaskId,
    ) -> Result<RecurringTaskDeleted>;

    /// Creates a recurring task: a task for each contact, again and again by a rule.
    #[post(
        "/locations/{location_id}/recurring-tasks",
        id = "create-recurring-task",
        scope = "locations/tasks.write",
        assumed_scope,
        key = "recurringTask"
    )]
    async fn create_recurring_task(
        &self,
        location_id: &LocationId,
        task: CreateRecurringTask,
    ) -> Result<RecurringTask>;

    /// Lists the custom fields of contacts, opportunities or both.
    #[get(
        "/locations/{location_id}/customFields",
        id = "get-custom-fields",
        scope = "locations/customFields.readonly",
        key = "customFields"
    )]
    async fn list_custom_fields(
        &self,
        location_id: &LocationId,
        query: ListCustomFields,
    ) -> Result<Vec<CustomField>>;

    /// Defines a custom field.
    #[post(
        "/locations/{location_id}/customFields",
        id = "create-custom-field",
        scope = "locations/customFields.write",
        key = "customField"
    )]
    async fn create_custom_field(
        &self,
        location_id: &LocationId,
        field: CreateCustomField,
    ) -> Result<CustomField>;

    /// Fetches one custom field by its id, or by its key (`contact.favourite_colour`).
    #[get(
        "/locations/{location_id}/customFields/{id}",
        id = "get-custom-field",
        scope = "locations/customFields.readonly",
        assumed_scope,
        key = "customField"
    )]
    async fn get_custom_field(&self, location_id: &LocationId, id: &CustomFieldId) -> Result<CustomField>;

    /// Changes a custom field. Its type stays.
    #[put(
        "/locations/{location_id}/customFields/{id}",
        id = "update-custom-field",
        scope = "locations/customFields.write",
        assumed_scope,
        key = "customField"
    )]
    async fn update_custom_field(
        &self,
        location_id: &LocationId,
        id: &CustomFieldId,
        field: UpdateCustomField,
    ) -> Result<CustomField>;

    /// Deletes a custom field and its values on every record.
    #[delete(
        "/locations/{location_id}/customFields/{id}",
        id = "delete-custom-field",
        scope = "locations/customFields.write",
        assumed_scope,
        ack = "succeded"
    )]
    async fn delete_custom_field(&self, location_id: &LocationId, id: &CustomFieldId) -> Result<()>;

    /// Uploads files for a file custom field; answers with their addresses.
    #[post("/locations/{location_id}/customFields/upload", id = "upload-file-customFields",
        scope = "locations/customFields.write", body = multipart, status = 200)]
    async fn upload_files(&self, location_id: &LocationId, files: UploadFiles) -> Result<UploadedFiles>;

    /// Lists the custom values of a sub-account.
    #[get(
        "/locations/{location_id}/customValues",
        id = "get-custom-values",
        scope = "locations/customValues.readonly",
        key = "customValues"
    )]
    async fn list_custom_values(&self, location_id: &LocationId) -> Result<Vec<CustomValue>>;

    /// Creates a custom value.
    #[post(
        "/locations/{location_id}/customValues",
        id = "create-custom-value",
        scope = "locations/customValues.write",
        key = "customValue"
    )]
    async fn create_custom_value(
        &self,
        location_id: &LocationId,
        value: WriteCustomValue,
    ) -> Result<CustomValue>;

    /// Fetches one custom value.
    #[get(
        "/locations/{location_id}/customValues/{id}",
        id = "get-custom-value",
        scope = "locations/customValues.readonly",
        assumed_scope,
        key = "customValue"
    )]
    async fn get_custom_value(&self, location_id: &LocationId, id: &CustomValueId) -> Result<CustomValue>;

    /// Changes a custom value; needs both its name and its value.
    #[put(
        "/locations/{location_id}/customValues/{id}",
        id = "update-custom-value",
        scope = "locations/customValues.write",
        assumed_scope,
        key = "customValue"
    )]
    async fn update_custom_value(
        &self,
        location_id: &LocationId,
        id: &CustomValueId,
        value: WriteCustomValue,
    ) -> Result<CustomValue>;

    /// Deletes a custom value.
    #[delete(
        "/locations/{location_id}/customValues/{id}",
        id = "delete-custom-value",
        scope = "locations/customValues.write",
        assumed_scope,
        ack = "succeded"
    )]
    async fn delete_custom_value(&self, location_id: &LocationId, id: &CustomValueId) -> Result<()>;

    /// Lists the time zones that a sub-account may use.
    #[get(
        "/locations/{location_id}/timezones",
        id = "get-timezones",
        scope = "locations.readonly",
        key = "timeZones"
    )]
    async fn list_timezones(&self, location_id: &LocationId) -> Result<Vec<crate::types::Text>>;

    /// Lists e-mail, SMS and WhatsApp templates.
    #[get(
        "/locations/{location_id}/templates",
        id = "GET-all-or-email-sms-templates",
        scope = "locations/templates.readonly"
    )]
    async fn list_templates(&self, location_id: &LocationId, query: ListTemplates) -> Result<TemplatePage>;

    /// Deletes a template.
    #[delete(
        "/locations/{location_id}/templates/{id}",
        id = "DELETE-an-email-sms-template",
        scope = "locations/templates.write",
        assumed_scope,
        ack = "succeded"
    )]
    async fn delete_template(&self, location_id: &LocationId, id: &TemplateId) -> Result<()>;
}
