//! Contacts, their notes and their tasks.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Payload, Subject};
use crate::contacts::{Contact, DndSettings, Note, Task};
use crate::record;
use crate::types::{ContactId, CustomFieldValue, Extra, LocationId, NoteId, TaskId, Text, UserId};

/// A contact was created, changed or deleted, or its tags or do-not-disturb settings were changed.
#[record]
pub struct ContactEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The contact.
    #[serde(skip_serializing_if = "ContactId::is_empty")]
    pub id: ContactId,
    /// Street address.
    pub address1: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// Company, as text.
    pub company_name: Option<Text>,
    /// ISO 3166 alpha-2 country.
    pub country: Option<Text>,
    /// Where the contact came from.
    pub source: Option<Text>,
    /// When the contact was created.
    pub date_added: Option<DateTime<Utc>>,
    /// Birthday. The wire writes that day's midnight.
    #[plain]
    #[serde(with = "super::day::midnight", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    pub date_of_birth: Option<NaiveDate>,
    /// Do not disturb, on every channel.
    pub dnd: Option<bool>,
    /// Do not disturb by channel; with `ContactDndUpdate` only.
    pub dnd_settings: Option<DndSettings>,
    /// Primary e-mail.
    pub email: Option<Text>,
    /// First and last name together.
    pub name: Option<Text>,
    /// Given name.
    pub first_name: Option<Text>,
    /// Family name.
    pub last_name: Option<Text>,
    /// Primary phone.
    pub phone: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Tags.
    pub tags: Vec<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// Addresses of files. Documented, and never filled.
    pub attachments: Vec<Text>,
    /// The user who owns the contact.
    pub assigned_to: Option<UserId>,
    /// Custom fields that hold something.
    pub custom_fields: Vec<CustomFieldValue>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Contact> for ContactEvent {
    /// What an event says about a contact. Channel settings are left out: `ContactDndUpdate` alone has them.
    fn from(it: &Contact) -> Self {
        Self {
            location_id: it.location_id.clone(),
            id: it.id.clone(),
            address1: it.address1.clone(),
            city: it.city.clone(),
            state: it.state.clone(),
            company_name: it.company_name.clone(),
            country: it.country.clone(),
            source: it.source.clone(),
            date_added: Some(it.date_added),
            date_of_birth: it.date_of_birth,
            dnd: Some(it.dnd),
            dnd_settings: None,
            email: it.email.clone(),
            name: Some(it.full_name()).filter(|name| !name.is_empty()).map(Text::from),
            first_name: it.first_name.clone(),
            last_name: it.last_name.clone(),
            phone: it.phone.clone(),
            postal_code: it.postal_code.clone(),
            tags: it.tags.clone(),
            website: it.website.clone(),
            attachments: Vec::new(),
            assigned_to: it.assigned_to.clone(),
            custom_fields: it.custom_fields.clone(),
            extra: Extra::default(),
        }
    }
}

impl Payload for ContactEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(&self.id)
    }
}

/// A note was written, changed or deleted. It does not say by whom.
#[record]
pub struct NoteEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The note.
    #[serde(skip_serializing_if = "NoteId::is_empty")]
    pub id: NoteId,
    /// The text.
    pub body: Option<Text>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// When it was written.
    pub date_added: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl NoteEvent {
    /// What an event says about a note of a sub-account.
    pub fn of(note: &Note, location: impl Into<LocationId>) -> Self {
        Self {
            location_id: location.into(),
            id: note.id.clone(),
            body: Some(note.body.clone()),
            contact_id: note.contact_id.clone(),
            date_added: note.date_added,
            extra: Extra::default(),
        }
    }
}

impl Payload for NoteEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}

/// A task was created, done or deleted. `TaskCreate` was seen without its contact and its text.
#[record]
pub struct TaskEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The task.
    #[serde(skip_serializing_if = "TaskId::is_empty")]
    pub id: TaskId,
    /// Who does it.
    pub assigned_to: Option<UserId>,
    /// What to do, at length.
    pub body: Option<Text>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// What to do, in a line.
    pub title: Option<Text>,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// When it is due.
    pub due_date: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl TaskEvent {
    /// What an event says about a task of a sub-account that was created at an instant.
    pub fn of(task: &Task, location: impl Into<LocationId>, date_added: DateTime<Utc>) -> Self {
        Self {
            location_id: location.into(),
            id: task.id.clone(),
            assigned_to: task.assigned_to.clone(),
            body: task.body.clone(),
            contact_id: task.contact_id.clone(),
            title: Some(task.title.clone()),
            date_added: Some(date_added),
            due_date: task.due_date,
            extra: Extra::default(),
        }
    }
}

impl Payload for TaskEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}
