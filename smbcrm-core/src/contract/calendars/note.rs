//! Notes about appointments.

use super::{at_nine, calendar, now, says, unchecked};
use crate::ErrorKind::{Invalid, NotFound};
use crate::calendars::operations::{CREATE_NOTE, DELETE_NOTE, LIST_NOTES, UPDATE_NOTE};
use crate::calendars::{CalendarType, ListAppointmentNotes, WriteAppointmentNote};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{AppointmentId, ContactId, NoteId};

cases! {
    notes_are_written_and_paged => [CREATE_NOTE, LIST_NOTES],
    a_note_is_changed_and_deleted => [UPDATE_NOTE, DELETE_NOTE, LIST_NOTES],
    bounds_are_kept => [CREATE_NOTE, LIST_NOTES],
    unknown_ones_are_named => [CREATE_NOTE, LIST_NOTES, UPDATE_NOTE, DELETE_NOTE],
}

async fn appointment(stage: &Stage) -> Result<(AppointmentId, ContactId), Failure> {
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let booked =
        stage.crm.calendars().create_appointment(unchecked(stage, &made.id, &contact.id, start)).await?;
    Ok((booked.id, contact.id.clone()))
}

async fn notes_are_written_and_paged(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (id, contact) = appointment(stage).await?;
    let note = calendars.create_note(&id, WriteAppointmentNote::new("One").user_id("USER1")).await?;
    ensure_eq!((note.body.as_str(), note.contact_id.as_ref()), ("One", Some(&contact)));
    ensure_eq!(note.user_id.as_ref().map(AsRef::as_ref), Some("USER1"));
    ensure!(note.date_added.is_some(), "it has a date");
    for _ in 0..2 {
        stage.hands.advance(std::time::Duration::from_millis(5)).await;
        calendars.create_note(&id, WriteAppointmentNote::new("More")).await?;
    }
    let page = calendars.list_notes(&id, ListAppointmentNotes::new(2, 0)).await?;
    ensure_eq!((page.notes.len(), page.has_more), (2, true));
    let rest = calendars.list_notes(&id, ListAppointmentNotes::new(2, 2)).await?;
    ensure_eq!((rest.notes.as_slice(), rest.has_more), (&[note][..], false)); // the oldest comes last
    Ok(())
}

async fn a_note_is_changed_and_deleted(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (id, _) = appointment(stage).await?;
    let note = calendars.create_note(&id, WriteAppointmentNote::new("One").user_id("USER1")).await?;
    let changed = calendars.update_note(&id, &note.id, WriteAppointmentNote::new("Two")).await?;
    ensure_eq!((changed.body.as_str(), &changed.user_id), ("Two", &note.user_id));
    calendars.delete_note(&id, &note.id).await?;
    ensure!(
        calendars.list_notes(&id, ListAppointmentNotes::new(20, 0)).await?.notes.is_empty(),
        "it is gone"
    );
    Ok(())
}

async fn bounds_are_kept(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (id, _) = appointment(stage).await?;
    let long = calendars.create_note(&id, WriteAppointmentNote::new("x".repeat(5001))).await;
    says(&refused(long, Invalid, 422)?, "body must be shorter than or equal to 5000 characters")?;
    calendars.create_note(&id, WriteAppointmentNote::new("é".repeat(5000))).await?;
    let empty = calendars.create_note(&id, WriteAppointmentNote::new("")).await;
    says(&refused(empty, Invalid, 422)?, "body should not be empty")?;
    let many = calendars.list_notes(&id, ListAppointmentNotes::new(21, 0)).await;
    says(&refused(many, Invalid, 422)?, "limit must not be greater than 20")?;
    let none = calendars.list_notes(&id, ListAppointmentNotes::new(0, 0)).await;
    says(&refused(none, Invalid, 422)?, "limit must not be less than 1")
}

async fn unknown_ones_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (id, _) = appointment(stage).await?;
    let (nothing, note) = (AppointmentId::from("no-such-event"), NoteId::from("no-such-note"));
    let missing = "Appointment with id no-such-event not found";
    let text = || WriteAppointmentNote::new("x");
    says(&refused(calendars.create_note(&nothing, text()).await, NotFound, 400)?, missing)?;
    let listed = calendars.list_notes(&nothing, ListAppointmentNotes::new(10, 0)).await;
    says(&refused(listed, NotFound, 400)?, missing)?;
    let missing = "Note with id no-such-note not found";
    says(&refused(calendars.update_note(&id, &note, text()).await, NotFound, 400)?, missing)?;
    says(&refused(calendars.delete_note(&id, &note).await, NotFound, 400)?, missing)
}
