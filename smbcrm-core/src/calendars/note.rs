//! Notes about an appointment.

use chrono::{DateTime, Utc};

use crate::types::{ContactId, Extra, NoteId, Text, UserId};
use crate::{record, request};

/// Which notes to list.
#[request]
pub struct ListAppointmentNotes {
    /// How many, 1 to 20.
    pub limit: u32,
    /// How many to skip.
    pub offset: u32,
}

/// A note to add, or what a note becomes.
#[request]
pub struct WriteAppointmentNote {
    /// What it says, up to 5000 characters.
    pub body: Text,
    /// Who wrote it.
    pub user_id: Option<UserId>,
}

/// Who wrote a note.
#[record]
pub struct NoteAuthor {
    /// The user.
    pub id: UserId,
    /// Their name.
    pub name: Option<Text>,
}

/// A note about an appointment.
#[record]
pub struct AppointmentNote {
    /// Its id.
    pub id: NoteId,
    /// What it says.
    pub body: Text,
    /// Who wrote it.
    pub user_id: Option<UserId>,
    /// When it was written.
    pub date_added: Option<DateTime<Utc>>,
    /// The contact of the appointment.
    pub contact_id: Option<ContactId>,
    /// Who wrote it, by name.
    pub created_by: Option<NoteAuthor>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of notes, newest first.
#[record]
pub struct AppointmentNotePage {
    /// The notes.
    pub notes: Vec<AppointmentNote>,
    /// Whether there are more.
    pub has_more: bool,
}
