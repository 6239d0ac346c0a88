//! Notes about appointments.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::calendars::{
    AppointmentNote, AppointmentNotePage, ListAppointmentNotes, NoteAuthor, WriteAppointmentNote,
};
use smbcrm_core::types::{AppointmentId, NoteId};

use super::book::StoredNote;
use super::missing_appointment;
use crate::refusal;
use crate::world::State;

const MAX_PAGE: u32 = 20;
const MAX_BODY: usize = 5_000;

fn check_body(body: &str) -> Result<()> {
    if body.trim().is_empty() {
        return Err(refusal::empty("body"));
    }
    if body.chars().count() > MAX_BODY {
        let text = format!("body must be shorter than or equal to {MAX_BODY} characters");
        return Err(refusal::invalid(vec![text]));
    }
    Ok(())
}

impl State {
    /// A page of an appointment's notes, newest first.
    pub(super) fn appointment_notes(
        &self,
        id: &AppointmentId,
        query: &ListAppointmentNotes,
    ) -> Result<AppointmentNotePage> {
        if query.limit == 0 {
            return Err(refusal::invalid(vec!["limit must not be less than 1".to_owned()]));
        }
        if query.limit > MAX_PAGE {
            return Err(refusal::invalid(vec![format!("limit must not be greater than {MAX_PAGE}")]));
        }
        let mut notes: Vec<_> = self.book.notes_of(id).collect();
        notes.sort_by(|a, b| (b.note.date_added, &b.note.id).cmp(&(a.note.date_added, &a.note.id)));
        let (skip, take) = (query.offset as usize, query.limit as usize);
        let mut page = AppointmentNotePage::default();
        page.has_more = notes.len() > skip.saturating_add(take);
        page.notes = notes.iter().skip(skip).take(take).map(|note| note.note.clone()).collect();
        Ok(page)
    }

    pub(super) fn write_appointment_note(
        &mut self,
        id: &AppointmentId,
        input: WriteAppointmentNote,
        now: DateTime<Utc>,
    ) -> Result<AppointmentNote> {
        check_body(&input.body)?;
        let Some(event) = self.book.event(id) else { return Err(missing_appointment(id)) };
        let mut note = AppointmentNote::default();
        note.contact_id.clone_from(&event.record.contact_id);
        note.id = self.ids.record().into();
        note.date_added = Some(now);
        Ok(self.put_appointment_note(id, note, input))
    }

    fn put_appointment_note(
        &mut self,
        id: &AppointmentId,
        mut note: AppointmentNote,
        input: WriteAppointmentNote,
    ) -> AppointmentNote {
        note.body = input.body;
        if let Some(user) = input.user_id {
            let mut author = NoteAuthor::default();
            author.id = user.clone();
            note.created_by = Some(author);
            note.user_id = Some(user);
        }
        self.book.notes.put(Arc::new(StoredNote { appointment: id.clone(), note: note.clone() }));
        note
    }

    fn appointment_note(&self, id: &AppointmentId, note: &NoteId) -> Result<&AppointmentNote> {
        let found = self.book.notes.get(note.as_str()).filter(|known| known.appointment == *id);
        found.map(|known| &known.note).ok_or_else(|| refusal::not_found("Note", note.as_str()))
    }

    pub(super) fn rewrite_appointment_note(
        &mut self,
        id: &AppointmentId,
        note: &NoteId,
        input: WriteAppointmentNote,
    ) -> Result<AppointmentNote> {
        let known = self.appointment_note(id, note)?.clone();
        check_body(&input.body)?;
        Ok(self.put_appointment_note(id, known, input))
    }

    pub(super) fn delete_appointment_note(&mut self, id: &AppointmentId, note: &NoteId) -> Result<()> {
        self.appointment_note(id, note)?;
        self.book.notes.remove(note.as_str());
        Ok(())
    }
}
