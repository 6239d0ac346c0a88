//! Notes about a contact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::{CreateNote, Note, UpdateNote};
use smbcrm_core::types::{ContactId, NoteId, Text};
use smbcrm_core::{Error, Result};

use crate::refusal;
use crate::search::Value;
use crate::world::{ByContact, State};

fn missing(id: &NoteId) -> Error {
    refusal::no_such("Note", id.as_str())
}

fn check_body(body: &str) -> Result<()> {
    if body.is_empty() { Err(refusal::empty("body")) } else { Ok(()) }
}

/// An optional text as it is kept: an empty one is none, which is the one way to take it off again (assumed).
fn kept(text: Text) -> Option<Text> {
    (!text.is_empty()).then_some(text)
}

impl State {
    /// A contact's notes, newest first. Pinned ones keep their place (assumed).
    pub(crate) fn notes_of(&self, contact: &ContactId) -> Vec<Note> {
        let mut notes: Vec<_> = self.notes.find(&ByContact, Value::Text(contact.as_str())).collect();
        notes.sort_by(|a, b| (b.date_added, &b.id).cmp(&(a.date_added, &a.id)));
        notes.into_iter().map(|note| Note::clone(note)).collect()
    }

    /// One note about a contact; another contact's is not found here.
    pub(crate) fn note(&self, contact: &ContactId, id: &NoteId) -> Result<&Arc<Note>> {
        let found = self.notes.get(id.as_str());
        found.filter(|note| note.contact_id.as_ref() == Some(contact)).ok_or_else(|| missing(id))
    }

    pub(crate) fn create_note(
        &mut self,
        contact: &ContactId,
        input: CreateNote,
        now: DateTime<Utc>,
    ) -> Result<Note> {
        check_body(&input.body)?;
        let mut note = Note::default();
        note.id = self.ids.record().into();
        note.body = input.body;
        note.user_id = input.user_id;
        note.date_added = Some(now);
        note.contact_id = Some(contact.clone());
        note.title = input.title.and_then(kept);
        note.color = input.color.and_then(kept);
        note.pinned = Some(input.pinned.unwrap_or(false));
        self.notes.put(Arc::new(note.clone()));
        Ok(note)
    }

    /// Changes a note. When it was written stays: the record has no other date.
    pub(crate) fn update_note(
        &mut self,
        contact: &ContactId,
        id: &NoteId,
        input: UpdateNote,
    ) -> Result<Note> {
        let mut note = Note::clone(self.note(contact, id)?);
        if let Some(body) = input.body {
            check_body(&body)?;
            note.body = body;
        }
        if let Some(title) = input.title {
            note.title = kept(title);
        }
        if let Some(color) = input.color {
            note.color = kept(color);
        }
        note.user_id = input.user_id.or(note.user_id);
        note.pinned = input.pinned.or(note.pinned);
        self.notes.put(Arc::new(note.clone()));
        Ok(note)
    }

    pub(crate) fn delete_note(&mut self, contact: &ContactId, id: &NoteId) -> Result<()> {
        self.note(contact, id)?;
        self.notes.remove(id.as_str());
        Ok(())
    }
}
