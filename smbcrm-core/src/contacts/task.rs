//! Tasks of a contact.

use chrono::{DateTime, Utc};

use crate::types::{ContactId, Extra, TaskId, Text, UserId};
use crate::{record, request};

/// Something to do for a contact.
#[record]
pub struct Task {
    /// Its id. Task searches call it `_id`.
    #[serde(alias = "_id")]
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
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A task to create.
#[request]
pub struct CreateTask {
    /// What to do, in a line.
    pub title: Text,
    /// When it is due.
    pub due_date: DateTime<Utc>,
    /// Whether it is done already.
    pub completed: bool,
    /// What to do, at length.
    pub body: Option<Text>,
    /// Who does it.
    pub assigned_to: Option<UserId>,
}

/// Changes to a task. What is not set stays.
#[request]
pub struct UpdateTask {
    /// What to do, in a line.
    pub title: Option<Text>,
    /// When it is due.
    pub due_date: Option<DateTime<Utc>>,
    /// Whether it is done.
    pub completed: Option<bool>,
    /// What to do, at length.
    pub body: Option<Text>,
    /// Who does it.
    pub assigned_to: Option<UserId>,
}

/// Whether a task is done.
#[request]
pub struct CompleteTask {
    /// Done, or open again.
    pub completed: bool,
}

impl From<bool> for CompleteTask {
    fn from(completed: bool) -> Self {
        Self::new(completed)
    }
}
