//! Notes about a contact.

use chrono::{DateTime, Utc};

use crate::types::{ContactId, Extra, NoteId, Text, UserId};
use crate::{record, request};

/// Something written down about a contact.
#[record]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The text.
    pub body: Text,
    /// Who wrote it.
    pub user_id: Option<UserId>,
    /// When.
    pub date_added: Option<DateTime<Utc>>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// A heading.
    pub title: Option<Text>,
    /// A colour, `#RRGGBB`.
    pub color: Option<Text>,
    /// Whether it stays on top.
    pub pinned: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A note to create.
#[request]
pub struct CreateNote {
    /// The text.
    pub body: Text,
    /// Who writes it.
    pub user_id: Option<UserId>,
    /// A heading.
    pub title: Option<Text>,
    /// A colour, `#RRGGBB`.
    pub color: Option<Text>,
    /// Whether it stays on top.
    pub pinned: Option<bool>,
}

/// Changes to a note. What is not set stays.
#[request]
pub struct UpdateNote {
    /// The text.
    pub body: Option<Text>,
    /// Who writes it.
    pub user_id: Option<UserId>,
    /// A heading.
    pub title: Option<Text>,
    /// A colour, `#RRGGBB`.
    pub color: Option<Text>,
    /// Whether it stays on top.
    pub pinned: Option<bool>,
}
