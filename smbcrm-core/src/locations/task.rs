//! Tasks across the contacts of a sub-account.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::types::{BusinessId, ContactId, Cursor, Extra, LocationId, TaskId, Text, UserId};
use crate::{record, request};

/// Which tasks to find.
#[request]
pub struct SearchTasks {
    /// Of these contacts.
    pub contact_id: Option<Vec<ContactId>>,
    /// Done or open.
    pub completed: Option<bool>,
    /// Of these users.
    pub assigned_to: Option<Vec<UserId>>,
    /// Words in the title.
    pub query: Option<Text>,
    /// How many a page: 25 unless given.
    pub limit: Option<u32>,
    /// How many to skip.
    pub skip: Option<u32>,
    /// Of this business.
    pub business_id: Option<BusinessId>,
}

/// A task as a search shows it: with its contact and assignee.
#[record]
pub struct LocationTask {
    /// Its id; this answer writes `_id`.
    #[serde(rename = "_id", alias = "id")]
    pub id: TaskId,
    /// What to do, in a line.
    pub title: Text,
    /// What to do, at length.
    pub body: Option<Text>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// When it is due.
    pub due_date: Option<DateTime<Utc>>,
    /// Whether it is done.
    pub completed: bool,
    /// Who does it.
    pub assigned_to: Option<UserId>,
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact's business.
    pub business_id: Option<BusinessId>,
    /// Who does it, in detail.
    pub assigned_to_user_details: Option<Value>,
    /// The contact, in detail.
    pub contact_details: Option<Value>,
    /// Its state in a word, such as `pending` or `completed`.
    pub status: Option<Text>,
    /// The group that this state belongs to.
    pub status_group: Option<Text>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// When it was changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// When it was created, once more.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed, once more.
    pub updated_at: Option<DateTime<Utc>>,
    /// Where the search goes on behind this task.
    pub search_after: Cursor,
    /// Fields this version has no name for.
    pub extra: Extra,
}
