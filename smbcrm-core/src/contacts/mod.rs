//! Contacts: the people a sub-account talks to, with their tags, tasks, notes and followers.
//!
//! Writing goes through the sub-account's duplicate rule: [`Contacts::create`] refuses a duplicate (and names the
//! existing contact), [`Contacts::upsert`] updates it. Searching goes through [`Contacts::search`] and its filters
//! ([`crate::search`]).
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::contacts::{SearchContacts, UpsertContact};
//!
//! async fn tag_the_new_ones(crm: &dyn Crm) -> Result<()> {
//!     let lead = UpsertContact::new("LOC1").first_name("Ada").email("ada@vale.example");
//!     let done = crm.contacts().upsert(lead).await?;
//!     if done.new {
//!         crm.contacts().add_tags(&done.contact.id, vec!["web-lead"].into()).await?;
//!     }
//!     let page = crm.contacts().search(SearchContacts::new("LOC1", 50).query("ada")).await?;
//!     println!("{} of {}", page.contacts.len(), page.total);
//!     Ok(())
//! }
//! ```

mod bulk;
mod input;
mod list;
mod model;
mod note;
mod search;
mod task;
mod wire;

use std::sync::Arc;

pub use bulk::*;
pub use input::*;
pub use list::*;
pub use model::*;
pub use note::*;
pub use search::*;
pub use task::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{BusinessId, CampaignId, ContactId, NoteId, TaskId, WorkflowId};

/// The product's facts.
pub static CONTACTS: Product =
    Product { name: "contacts", version: "2021-07-28", summary: "People a sub-account talks to." };

/// People a sub-account talks to: leads, customers, everyone else.
#[api(product = CONTACTS)]
pub trait Contacts: Send + Sync {
    /// Finds contacts by filters, free text and sort order.
    ///
    /// At most 500 a page. `page` reaches the first 10 000 records only; a cursor (`search_after`) goes on for ever.
    #[post(
        "/contacts/search",
        id = "search-contacts-advanced",
        scope = "contacts.readonly",
        location = "locationId",
        status = 200,
        read
    )]
    async fn search(&self, search: SearchContacts) -> Result<ContactPage>;

    /// Finds the contact that a create with this e-mail or phone would collide with.
    ///
    /// Where duplicates are disallowed the sub-account's order of identifiers decides, else e-mail before phone.
    #[get(
        "/contacts/search/duplicate",
        id = "get-duplicate-contact",
        scope = "contacts.readonly",
        location = "locationId"
    )]
    async fn find_duplicate(&self, query: FindDuplicate) -> Result<DuplicateContact>;

    /// Lists a contact's tasks.
    #[get("/contacts/{contact_id}/tasks", id = "get-all-tasks", scope = "contacts.readonly", key = "tasks")]
    async fn list_tasks(&self, contact_id: &ContactId) -> Result<Vec<Task>>;

    /// Adds a task to a contact.
    #[post("/contacts/{contact_id}/tasks", id = "create-task", scope = "contacts.write", key = "task")]
    async fn create_task(&self, contact_id: &ContactId, task: CreateTask) -> Result<Task>;

    /// Fetches one task of a contact.
    #[get(
        "/contacts/{contact_id}/tasks/{task_id}",
        id = "get-task",
        scope = "contacts.readonly",
        key = "task"
    )]
    async fn get_task(&self, contact_id: &ContactId, task_id: &TaskId) -> Result<Task>;

    /// Changes a task.
    #[put(
        "/contacts/{contact_id}/tasks/{task_id}",
        id = "update-task",
        scope = "contacts.write",
        key = "task"
    )]
    async fn update_task(&self, contact_id: &ContactId, task_id: &TaskId, task: UpdateTask) -> Result<Task>;

    /// Deletes a task.
    #[delete(
        "/contacts/{contact_id}/tasks/{task_id}",
        id = "delete-task",
        scope = "contacts.write",
        ack = "succeded"
    )]
    async fn delete_task(&self, contact_id: &ContactId, task_id: &TaskId) -> Result<()>;

    /// Marks a task as completed or as open again.
    #[put(
        "/contacts/{contact_id}/tasks/{task_id}/completed",
        id = "update-task-completed",
        scope = "contacts.write",
        key = "task"
    )]
    async fn complete_task(
        &self,
        contact_id: &ContactId,
        task_id: &TaskId,
        done: CompleteTask,
    ) -> Result<Task>;

    /// Lists a contact's appointments, in the sub-account's local time.
    #[get(
        "/contacts/{contact_id}/appointments",
        id = "get-appointments-for-contact",
        scope = "contacts.readonly",
        key = "events"
    )]
    async fn list_appointments(&self, contact_id: &ContactId) -> Result<Vec<ContactAppointment>>;

    /// Adds tags to a contact; answers with all of its tags.
    ///
    /// A name that is new to the sub-account defines the tag there.
    #[post("/contacts/{contact_id}/tags", id = "add-tags", scope = "contacts.write", idempotent)]
    async fn add_tags(&self, contact_id: &ContactId, tags: TagNames) -> Result<ContactTags>;

    /// Removes tags from a contact; answers with the ones that stay.
    #[delete("/contacts/{contact_id}/tags", id = "remove-tags", scope = "contacts.write")]
    async fn remove_tags(&self, contact_id: &ContactId, #[body] tags: TagNames) -> Result<ContactTags>;

    /// Lists a contact's notes, newest first.
    #[get("/contacts/{contact_id}/notes", id = "get-all-notes", scope = "contacts.readonly", key = "notes")]
    async fn list_notes(&self, contact_id: &ContactId) -> Result<Vec<Note>>;

    /// Adds a note to a contact.
    #[post("/contacts/{contact_id}/notes", id = "create-note", scope = "contacts.write", key = "note")]
    async fn create_note(&self, contact_id: &ContactId, note: CreateNote) -> Result<Note>;

    /// Fetches one note of a contact.
    #[get(
        "/contacts/{contact_id}/notes/{note_id:id}",
        id = "get-note",
        scope = "contacts.readonly",
        key = "note"
    )]
    async fn get_note(&self, contact_id: &ContactId, note_id: &NoteId) -> Result<Note>;

    /// Changes a note.
    #[put(
        "/contacts/{contact_id}/notes/{note_id:id}",
        id = "update-note",
        scope = "contacts.write",
        key = "note"
    )]
    async fn update_note(&self, contact_id: &ContactId, note_id: &NoteId, note: UpdateNote) -> Result<Note>;

    /// Deletes a note.
    #[delete(
        "/contacts/{contact_id}/notes/{note_id:id}",
        id = "delete-note",
        scope = "contacts.write",
        ack = "succeded"
    )]
    async fn delete_note(&self, contact_id: &ContactId, note_id: &NoteId) -> Result<()>;

    /// Adds tags to, or removes them from, many contacts at once.
    #[post(
        "/contacts/bulk/tags/update/{change:type}",
        id = "create-association",
        scope = "contacts.write",
        assumed_scope,
        location = "locationId",
        idempotent
    )]
    async fn bulk_update_tags(&self, change: &TagChange, update: BulkTags) -> Result<BulkTagsDone>;

    /// Puts up to 50 contacts into a business, or takes them out of theirs.
    #[post(
        "/contacts/bulk/business",
        id = "add-remove-contact-from-business",
        scope = "contacts.write",
        assumed_scope,
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn bulk_set_business(&self, update: BulkBusiness) -> Result<BulkBusinessDone>;

    /// Fetches one contact.
    #[get("/contacts/{contact_id}", id = "get-contact", scope = "contacts.readonly", key = "contact")]
    async fn get(&self, contact_id: &ContactId) -> Result<Arc<Contact>>;

    /// Changes a contact. `tags` replaces all of its tags; unnamed custom fields stay.
    #[put(
        "/contacts/{contact_id}",
        id = "update-contact",
        scope = "contacts.write",
        key = "contact",
        ack = "succeded"
    )]
    async fn update(&self, contact_id: &ContactId, contact: UpdateContact) -> Result<Arc<Contact>>;

    /// Deletes a contact.
    #[delete("/contacts/{contact_id}", id = "delete-contact", scope = "contacts.write", ack = "succeded")]
    async fn delete(&self, contact_id: &ContactId) -> Result<()>;

    /// Creates the contact, or updates the one that the sub-account's duplicate rule matches.
    ///
    /// When e-mail and phone match two contacts, the first identifier of the rule wins and the other field is not
    /// written. `tags` replaces all tags. An *additional* e-mail that matches becomes the primary one.
    #[post(
        "/contacts/upsert",
        id = "upsert-contact",
        scope = "contacts.write",
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn upsert(&self, contact: UpsertContact) -> Result<UpsertedContact>;

    /// Lists the contacts of a business.
    #[get(
        "/contacts/business/{business_id}",
        id = "get-contacts-by-businessId",
        scope = "contacts.readonly",
        location = "locationId"
    )]
    async fn list_by_business(
        &self,
        business_id: &BusinessId,
        query: ListByBusiness,
    ) -> Result<BusinessContacts>;

    /// Adds followers (users) to a contact.
    #[post(
        "/contacts/{contact_id}/followers",
        id = "add-followers-contact",
        scope = "contacts.write",
        idempotent
    )]
    async fn add_followers(&self, contact_id: &ContactId, followers: Followers) -> Result<FollowersAdded>;

    /// Removes followers from a contact.
    #[delete("/contacts/{contact_id}/followers", id = "remove-followers-contact", scope = "contacts.write")]
    async fn remove_followers(
        &self,
        contact_id: &ContactId,
        #[body] followers: Followers,
    ) -> Result<FollowersRemoved>;

    /// Enrols a contact in a campaign.
    #[post(
        "/contacts/{contact_id}/campaigns/{campaign_id}",
        id = "add-contact-to-campaign",
        scope = "contacts.write",
        ack = "succeded",
        idempotent
    )]
    async fn add_to_campaign(&self, contact_id: &ContactId, campaign_id: &CampaignId) -> Result<()>;

    /// Takes a contact out of a campaign.
    #[delete(
        "/contacts/{contact_id}/campaigns/{campaign_id}",
        id = "remove-contact-from-campaign",
        scope = "contacts.write",
        ack = "succeded"
    )]
    async fn remove_from_campaign(&self, contact_id: &ContactId, campaign_id: &CampaignId) -> Result<()>;

    /// Takes a contact out of every campaign.
    #[delete(
        "/contacts/{contact_id}/campaigns/removeAll",
        id = "remove-contact-from-every-campaign",
        scope = "contacts.write",
        ack = "succeded"
    )]
    async fn remove_from_all_campaigns(&self, contact_id: &ContactId) -> Result<()>;

    /// Enrols a contact in a workflow.
    #[post(
        "/contacts/{contact_id}/workflow/{workflow_id}",
        id = "add-contact-to-workflow",
        scope = "contacts.write",
        ack = "succeded",
        status = 200
    )]
    async fn add_to_workflow(
        &self,
        contact_id: &ContactId,
        workflow_id: &WorkflowId,
        enrol: Enrol,
    ) -> Result<()>;

    /// Takes a contact out of a workflow.
    #[delete(
        "/contacts/{contact_id}/workflow/{workflow_id}",
        id = "delete-contact-from-workflow",
        scope = "contacts.write",
        ack = "succeded"
    )]
    async fn remove_from_workflow(
        &self,
        contact_id: &ContactId,
        workflow_id: &WorkflowId,
        #[body] enrol: Enrol,
    ) -> Result<()>;

    /// Lists contacts by date. Deprecated by the API in favour of [`Contacts::search`], and still answered.
    #[get(
        "/contacts/",
        id = "get-contacts",
        scope = "contacts.readonly",
        location = "locationId",
        deprecated
    )]
    async fn list(&self, query: ListContacts) -> Result<ContactList>;

    /// Creates a contact; refused when the sub-account disallows duplicates and the contact exists.
    #[post(
        "/contacts/",
        id = "create-contact",
        scope = "contacts.write",
        location = "locationId",
        key = "contact"
    )]
    async fn create(&self, contact: CreateContact) -> Result<Arc<Contact>>;
}
