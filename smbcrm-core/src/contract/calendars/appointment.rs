//! Changing and deleting appointments.

use chrono::TimeDelta;

use super::{TAKEN, booking, calendar, first_slot, later, says, slots};
use crate::ErrorKind::{Conflict, Invalid, NotFound};
use crate::calendars::operations::{DELETE_EVENT, FREE_SLOTS, GET_APPOINTMENT, UPDATE_APPOINTMENT};
use crate::calendars::{AppointmentStatus, CalendarType, UpdateAppointment};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{AppointmentId, UserId};

cases! {
    an_appointment_moves => [UPDATE_APPOINTMENT, GET_APPOINTMENT, FREE_SLOTS],
    it_moves_to_free_slots_only => [UPDATE_APPOINTMENT],
    cancelling_frees_the_time => [UPDATE_APPOINTMENT, FREE_SLOTS],
    somebody_else_takes_it => [UPDATE_APPOINTMENT],
    it_moves_to_another_calendar => [UPDATE_APPOINTMENT, FREE_SLOTS],
    a_deleted_appointment_is_gone => [DELETE_EVENT, GET_APPOINTMENT, FREE_SLOTS],
    unknown_appointments_are_named => [GET_APPOINTMENT, UPDATE_APPOINTMENT, DELETE_EVENT],
    statuses_that_nobody_sets_are_refused => [UPDATE_APPOINTMENT],
}

async fn an_appointment_moves(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    let there = later(slot, 60);
    let change = UpdateAppointment::new().start_time(there).title("Moved");
    let moved = calendars.update_appointment(&booked.id, change).await?;
    ensure_eq!((moved.start_time, moved.end_time), (Some(there), Some(later(there, 30))));
    let found = calendars.get_appointment(&booked.id).await?.appointment;
    ensure_eq!((found.title.as_str(), found.start_time), ("Moved", there));
    ensure_eq!((found.assigned_user_id, found.contact_id), (Some("USER1".into()), Some(contact.id.clone())));
    let free = slots(stage, &made.id).await?;
    ensure!(free.contains(&slot) && !free.contains(&there), "the time moved with it");
    // An appointment is not in its own way.
    let half = UpdateAppointment::new().start_time(there).end_time(later(there, 60));
    calendars.update_appointment(&booked.id, half).await?;
    Ok(())
}

async fn it_moves_to_free_slots_only(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let there = later(slot, 60);
    let one = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    calendars.create_appointment(booking(stage, &made.id, &contact.id, there)).await?;
    let before = calendars.get_appointment(&one.id).await?.appointment;
    let change = UpdateAppointment::new().start_time(there).title("Moved");
    says(&refused(calendars.update_appointment(&one.id, change.clone()).await, Conflict, 400)?, TAKEN)?;
    ensure_eq!(calendars.get_appointment(&one.id).await?.appointment, before);
    let anyway = calendars.update_appointment(&one.id, change.ignore_free_slot_validation(true)).await?;
    ensure_eq!(anyway.start_time, Some(there));
    Ok(())
}

async fn cancelling_frees_the_time(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    let status = |status: AppointmentStatus| UpdateAppointment::new().appointment_status(status);
    let cancelled = calendars.update_appointment(&booked.id, status(AppointmentStatus::Cancelled)).await?;
    ensure_eq!(cancelled.appointment_status, Some(AppointmentStatus::Cancelled));
    ensure!(slots(stage, &made.id).await?.contains(&slot), "it is free again");
    let other = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    let back = calendars.update_appointment(&booked.id, status(AppointmentStatus::Confirmed)).await;
    says(&refused(back, Conflict, 400)?, TAKEN)?;
    calendars.delete_event(&other.id).await?;
    calendars.update_appointment(&booked.id, status(AppointmentStatus::Confirmed)).await?;
    for done in [AppointmentStatus::Showed, AppointmentStatus::NoShow] {
        let changed = calendars.update_appointment(&booked.id, status(done.clone())).await?;
        ensure_eq!(changed.appointment_status, Some(done));
    }
    Ok(())
}

async fn somebody_else_takes_it(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1", "USER2"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let mine = booking(stage, &made.id, &contact.id, slot).assigned_user_id("USER1");
    let booked = calendars.create_appointment(mine.clone()).await?;
    let theirs = UpdateAppointment::new().assigned_user_id("USER2");
    let changed = calendars.update_appointment(&booked.id, theirs).await?;
    ensure_eq!(changed.assigned_user_id, Some(UserId::from("USER2")));
    let other = calendars.create_appointment(mine).await?;
    let busy = UpdateAppointment::new().assigned_user_id("USER2");
    says(&refused(calendars.update_appointment(&other.id, busy).await, Conflict, 400)?, TAKEN)
}

async fn it_moves_to_another_calendar(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let one = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let two = calendar(stage, CalendarType::Personal, &["USER2"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &one.id).await?;
    let booked = calendars.create_appointment(booking(stage, &one.id, &contact.id, slot)).await?;
    let moved =
        calendars.update_appointment(&booked.id, UpdateAppointment::new().calendar_id(&two.id)).await?;
    ensure_eq!((moved.calendar_id, moved.assigned_user_id), (two.id.clone(), Some("USER2".into())));
    ensure!(slots(stage, &one.id).await?.contains(&slot), "the first is free again");
    ensure!(!slots(stage, &two.id).await?.contains(&slot), "the second is taken");
    let nowhere = UpdateAppointment::new().calendar_id("no-such-calendar");
    refused(calendars.update_appointment(&booked.id, nowhere).await, NotFound, 400)?;
    Ok(())
}

async fn a_deleted_appointment_is_gone(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    calendars.delete_event(&booked.id).await?;
    refused(calendars.get_appointment(&booked.id).await, NotFound, 400)?;
    refused(calendars.delete_event(&booked.id).await, NotFound, 400)?;
    ensure!(slots(stage, &made.id).await?.contains(&slot), "its time is free again");
    ensure!(stage.crm.contacts().list_appointments(&contact.id).await?.is_empty(), "the contact has none");
    Ok(())
}

async fn unknown_appointments_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let unknown = AppointmentId::from("no-such-event");
    let missing = "Appointment with id no-such-event not found";
    says(&refused(calendars.get_appointment(&unknown).await, NotFound, 400)?, missing)?;
    let changed = calendars.update_appointment(&unknown, UpdateAppointment::new().title("x")).await;
    says(&refused(changed, NotFound, 400)?, missing)?;
    let deleted = refused(calendars.delete_event(&unknown).await, NotFound, 400)?;
    says(&deleted, "Event with id no-such-event not found")
}

async fn statuses_that_nobody_sets_are_refused(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    let active = UpdateAppointment::new().appointment_status(AppointmentStatus::Active);
    let error = refused(calendars.update_appointment(&booked.id, active).await, Invalid, 422)?;
    says(&error, "appointmentStatus must be a valid enum value")?;
    let end = (slot.get() - TimeDelta::hours(1)).with_timezone(&chrono::Utc);
    let backwards = calendars.update_appointment(&booked.id, UpdateAppointment::new().end_time(end)).await;
    says(&refused(backwards, Invalid, 422)?, "endTime must be after startTime")
}
