//! Recurring appointments.

use chrono::TimeDelta;

use super::{TAKEN, at_nine, booking, calendar, create, first_slot, later, now, open, says, unchecked};
use crate::ErrorKind::{Conflict, Invalid, NotFound};
use crate::calendars::operations::{
    CREATE_APPOINTMENT, CREATE_NOTE, DELETE_EVENT, FREE_SLOTS, GET_APPOINTMENT, LIST_EVENTS, LIST_NOTES,
    UPDATE_APPOINTMENT,
};
use crate::calendars::{
    Appointment, BookingOption, CalendarType, CreateBlockSlot, ListAppointmentNotes, ListEvents, Recurring,
    RecurringFrequency, UpdateAppointment, WriteAppointmentNote,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::error::Result;
use crate::types::{CalendarId, OffsetTime};

cases! {
    a_rule_makes_instances => [CREATE_APPOINTMENT, LIST_EVENTS, GET_APPOINTMENT],
    an_instance_changes_alone => [UPDATE_APPOINTMENT, DELETE_EVENT, LIST_EVENTS],
    a_series_moves_as_a_whole => [UPDATE_APPOINTMENT, LIST_EVENTS, CREATE_NOTE, LIST_NOTES],
    a_deleted_series_is_gone => [DELETE_EVENT, LIST_EVENTS, GET_APPOINTMENT],
    a_rule_that_makes_no_sense_is_refused => [CREATE_APPOINTMENT],
    a_recurring_calendar_books_a_series => [CREATE_APPOINTMENT, LIST_EVENTS, FREE_SLOTS],
}

async fn events(
    stage: &Stage,
    calendar: &CalendarId,
    from: OffsetTime,
) -> Result<Vec<std::sync::Arc<Appointment>>> {
    let until = from.get() + TimeDelta::days(60);
    let query = ListEvents::new(&stage.location, from, until).calendar_id(calendar);
    stage.crm.calendars().list_events(query).await
}

async fn a_rule_makes_instances(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let rule = "RRULE:FREQ=DAILY;INTERVAL=1;COUNT=3";
    let booked =
        calendars.create_appointment(unchecked(stage, &made.id, &contact.id, start).rrule(rule)).await?;
    ensure_eq!((booked.is_recurring, booked.rrule.as_deref()), (Some(true), Some(rule)));
    let listed = events(stage, &made.id, start).await?;
    ensure_eq!(listed.len(), 3);
    for event in &listed {
        ensure_eq!(event.master_event_id.as_ref(), Some(&booked.id));
        let millis = event.start_time.instant().timestamp_millis();
        ensure_eq!(event.id.as_str(), format!("{}_{millis}_1800", booked.id));
        ensure_eq!(calendars.get_appointment(&event.id).await?.appointment, **event);
    }
    ensure_eq!(listed[0].start_time.instant(), start.instant());
    ensure!(listed[2].start_time.instant() - start.instant() >= TimeDelta::hours(47), "a day apart");
    ensure_eq!(calendars.get_appointment(&booked.id).await?.appointment.rrule.as_deref(), Some(rule));
    // Without the flag the rule does not count.
    let slot = first_slot(stage, &made.id).await?;
    let single =
        calendars.create_appointment(booking(stage, &made.id, &contact.id, slot).rrule(rule)).await?;
    ensure_eq!(single.is_recurring, Some(false));
    Ok(())
}

async fn an_instance_changes_alone(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let input = unchecked(stage, &made.id, &contact.id, start).rrule("FREQ=DAILY;COUNT=3");
    let booked = calendars.create_appointment(input).await?;
    let listed = events(stage, &made.id, start).await?;
    calendars.update_appointment(&listed[1].id, UpdateAppointment::new().title("Just this one")).await?;
    calendars.delete_event(&listed[0].id).await?;
    let left = events(stage, &made.id, start).await?;
    ensure_eq!(left.len(), 2);
    ensure_eq!(left[0].title.as_str(), "Just this one");
    ensure!(left[1].title != left[0].title, "the other one is as it was");
    calendars.get_appointment(&booked.id).await?;
    Ok(())
}

async fn a_series_moves_as_a_whole(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let input = unchecked(stage, &made.id, &contact.id, start).rrule("FREQ=DAILY;COUNT=3");
    let booked = calendars.create_appointment(input).await?;
    let before = events(stage, &made.id, start).await?;
    let renamed = UpdateAppointment::new().title("All of them");
    calendars.update_appointment(&booked.id, renamed).await?;
    let after = events(stage, &made.id, start).await?;
    ensure!(after.iter().all(|event| event.title == "All of them"), "each has the title");
    ensure!(before.iter().zip(&after).all(|(one, other)| one.id == other.id), "ids stay where times stay");
    ensure!(before.iter().all(|one| one.id.ends_with_millis(one.start_time)), "an id tells the first start");
    let second = &before[1].id;
    calendars.create_note(second, WriteAppointmentNote::new("Bring the samples")).await?;
    let there = later(start, 120);
    let moved = UpdateAppointment::new().start_time(there).ignore_free_slot_validation(true);
    calendars.update_appointment(&booked.id, moved).await?;
    let after = events(stage, &made.id, start).await?;
    ensure_eq!(after.len(), 3);
    for (one, other) in before.iter().zip(&after) {
        ensure_eq!(other.start_time.instant() - one.start_time.instant(), TimeDelta::hours(2));
        ensure_eq!(other.id, one.id);
    }
    let notes = calendars.list_notes(second, ListAppointmentNotes::new(10, 0)).await?.notes;
    ensure_eq!(notes.len(), 1);
    // A new rule makes new instances: the ones that it has no place for are gone.
    let weekly = UpdateAppointment::new().rrule("FREQ=WEEKLY;COUNT=2").ignore_free_slot_validation(true);
    calendars.update_appointment(&booked.id, weekly).await?;
    let after = events(stage, &made.id, start).await?;
    ensure_eq!(after.len(), 2);
    ensure_eq!(after[1].start_time.instant() - after[0].start_time.instant(), TimeDelta::days(7));
    refused(calendars.get_appointment(second).await, NotFound, 400)?;
    Ok(())
}

trait EndsWithMillis {
    fn ends_with_millis(&self, at: OffsetTime) -> bool;
}

impl EndsWithMillis for crate::types::AppointmentId {
    fn ends_with_millis(&self, at: OffsetTime) -> bool {
        Appointment::instance_of(self).is_some_and(|(_, start, _)| start.instant() == Some(at.instant()))
    }
}

async fn a_deleted_series_is_gone(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let input = unchecked(stage, &made.id, &contact.id, start).rrule("FREQ=WEEKLY;COUNT=4");
    let booked = calendars.create_appointment(input).await?;
    let instance = events(stage, &made.id, start).await?[1].id.clone();
    calendars.delete_event(&booked.id).await?;
    ensure!(events(stage, &made.id, start).await?.is_empty(), "none is left");
    refused(calendars.get_appointment(&instance).await, NotFound, 400)?;
    refused(calendars.get_appointment(&booked.id).await, NotFound, 400)?;
    Ok(())
}

async fn a_rule_that_makes_no_sense_is_refused(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    for rule in ["sometimes", "FREQ=NEVER", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY"] {
        let input = unchecked(stage, &made.id, &contact.id, start).rrule(rule);
        let error = refused(calendars.create_appointment(input).await, Invalid, 422)?;
        says(&error, "rrule must be a valid recurrence rule")?;
    }
    ensure!(events(stage, &made.id, start).await?.is_empty(), "nothing was booked");
    Ok(())
}

async fn a_recurring_calendar_books_a_series(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let contact = stage.contact().await?;
    for (option, expected) in
        [(BookingOption::Skip, 2), (BookingOption::Continue, 3), (BookingOption::BookNext, 3)]
    {
        let user = stage.unique("user");
        let recurring =
            Recurring::new().freq(RecurringFrequency::Daily).count(3).booking_option(option.clone());
        let input = open(stage, CalendarType::Personal, &[&user]).enable_recurring(true).recurring(recurring);
        let made = create(stage, input).await?;
        let slot = first_slot(stage, &made.id).await?;
        // The second day's slot is blocked.
        let blocked = later(slot, 24 * 60);
        let block = CreateBlockSlot::new(&stage.location, blocked, later(blocked, 30))
            .assigned_user_id(user.as_str());
        calendars.create_block_slot(block).await?;
        let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
        ensure_eq!(booked.is_recurring, Some(true));
        let listed = events(stage, &made.id, slot).await?;
        ensure_eq!(listed.len(), expected);
        let at_block = listed.iter().filter(|event| event.start_time.instant() == blocked.instant()).count();
        ensure_eq!(at_block, usize::from(option == BookingOption::Continue));
        let again = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await;
        says(&refused(again, Conflict, 400)?, TAKEN)?;
    }
    Ok(())
}
