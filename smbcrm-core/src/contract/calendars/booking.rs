//! Booking appointments.

use chrono::TimeDelta;
use futures::future::join_all;

use super::{
    TAKEN, at_nine, booking, calendar, create, first_slot, later, now, open, says, slots, unchecked,
};
use crate::ErrorKind::{Conflict, Invalid, NotFound};
use crate::calendars::operations::{CREATE_APPOINTMENT, FREE_SLOTS, GET_APPOINTMENT};
use crate::calendars::{
    AppointmentStatus, CalendarType, LocationConfiguration, LocationKind, MeetingLocationType, PeriodUnit,
    TeamMember,
};
use crate::contacts::SearchContacts;
use crate::contacts::operations::{LIST_APPOINTMENTS, SEARCH};
use crate::contract::{HandOrSkip, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::search::ContactField;
use crate::types::{OffsetTime, UserId};

cases! {
    a_slot_is_booked => [CREATE_APPOINTMENT, GET_APPOINTMENT],
    what_is_not_free_is_refused => [CREATE_APPOINTMENT],
    one_of_many_gets_the_last_seat => [CREATE_APPOINTMENT, FREE_SLOTS],
    a_longer_meeting_is_taken_where_it_is_free => [CREATE_APPOINTMENT],
    date_range_and_validation_can_be_ignored => [CREATE_APPOINTMENT],
    new_where_the_calendar_does_not_confirm => [CREATE_APPOINTMENT],
    a_member_can_be_named => [CREATE_APPOINTMENT],
    places_come_from_the_member => [CREATE_APPOINTMENT],
    wrong_bookings_are_named => [CREATE_APPOINTMENT],
    a_booking_without_a_sub_account => [CREATE_APPOINTMENT],
    the_contact_has_its_appointments => [CREATE_APPOINTMENT, LIST_APPOINTMENTS, SEARCH],
}

async fn a_slot_is_booked(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let input = booking(stage, &made.id, &contact.id, slot).title("First call").description("About chairs");
    let booked = calendars.create_appointment(input).await?;
    ensure!(!booked.id.is_empty(), "it has an id");
    ensure_eq!((&booked.calendar_id, &booked.contact_id), (&made.id, &contact.id));
    ensure_eq!(booked.title.as_deref(), Some("First call"));
    ensure_eq!(booked.appointment_status, Some(AppointmentStatus::Confirmed));
    ensure_eq!(booked.assigned_user_id, Some(UserId::from("USER1")));
    let found = calendars.get_appointment(&booked.id).await?.appointment;
    ensure_eq!(found.id, booked.id);
    ensure_eq!(found.start_time.to_string(), slot.to_string());
    ensure_eq!(found.end_time.instant() - slot.instant(), TimeDelta::minutes(30));
    ensure_eq!(found.description.as_deref(), Some("About chairs"));
    ensure!(found.date_added.is_some() && found.date_updated == found.date_added, "it has its dates");
    let plain = booking(stage, &made.id, &contact.id, later(slot, 30));
    ensure_eq!(calendars.create_appointment(plain).await?.title.as_deref(), Some("Ada Vale"));
    Ok(())
}

async fn what_is_not_free_is_refused(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::Personal, &["USER1"])
        .allow_booking_for(10)
        .allow_booking_for_unit(PeriodUnit::Days);
    let made = create(stage, input).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    let days = |days: i64| OffsetTime::from(slot.get() + TimeDelta::days(days));
    for (why, at) in [
        ("taken", slot),
        ("off the grid", later(slot, 40)),
        ("outside of the hours", later(slot, 13 * 60)),
        ("past", days(-10)),
        ("beyond the horizon", days(30)),
    ] {
        let answer = calendars.create_appointment(booking(stage, &made.id, &contact.id, at)).await;
        ensure!(answer.is_err(), "{why}: {at} was booked");
        says(&refused(answer, Conflict, 400)?, TAKEN)?;
    }
    Ok(())
}

async fn one_of_many_gets_the_last_seat(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let attempts = (0..20).map(|_| calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)));
    let mut won = 0;
    for answer in join_all(attempts).await {
        if answer.is_ok() {
            won += 1;
        } else {
            says(&refused(answer, Conflict, 400)?, TAKEN)?;
        }
    }
    ensure_eq!(won, 1);
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "it is not listed any more");
    Ok(())
}

async fn a_longer_meeting_is_taken_where_it_is_free(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let long = booking(stage, &made.id, &contact.id, slot).end_time(later(slot, 90));
    let booked = calendars.create_appointment(long).await?;
    ensure_eq!(booked.end_time.map(|end| end.instant()), Some(later(slot, 90).instant()));
    let free = slots(stage, &made.id).await?;
    for minutes in [0, 30, 60] {
        ensure!(!free.contains(&later(slot, minutes)), "it takes up all of its time");
    }
    ensure!(free.contains(&later(slot, 90)), "and no more");
    let over = booking(stage, &made.id, &contact.id, later(slot, 90)).end_time(later(slot, 24 * 60));
    says(&refused(calendars.create_appointment(over).await, Conflict, 400)?, TAKEN)
}

async fn date_range_and_validation_can_be_ignored(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::Personal, &["USER1"])
        .allow_booking_after(3)
        .allow_booking_after_unit(PeriodUnit::Weeks);
    let made = create(stage, input).await?;
    let open_now = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &open_now.id).await?;
    let soon = booking(stage, &made.id, &contact.id, slot);
    says(&refused(calendars.create_appointment(soon.clone()).await, Conflict, 400)?, TAKEN)?;
    calendars.create_appointment(soon.clone().ignore_date_range(true)).await?;
    let again = calendars.create_appointment(soon.clone().ignore_date_range(true)).await;
    says(&refused(again, Conflict, 400)?, TAKEN)?; // only notice and range are ignored
    calendars.create_appointment(soon.ignore_free_slot_validation(true)).await?;
    Ok(())
}

async fn new_where_the_calendar_does_not_confirm(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = create(stage, open(stage, CalendarType::Event, &[]).auto_confirm(false)).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure_eq!(booked.appointment_status, Some(AppointmentStatus::New));
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "its time is taken all the same");
    Ok(())
}

async fn a_member_can_be_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1", "USER2"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let theirs = booking(stage, &made.id, &contact.id, slot).assigned_user_id("USER2");
    let booked = calendars.create_appointment(theirs.clone()).await?;
    ensure_eq!(booked.assigned_user_id, Some(UserId::from("USER2")));
    says(&refused(calendars.create_appointment(theirs).await, Conflict, 400)?, TAKEN)?;
    let stranger = booking(stage, &made.id, &contact.id, slot).assigned_user_id("USER9");
    says(&refused(calendars.create_appointment(stranger).await, Conflict, 400)?, TAKEN)
}

async fn places_come_from_the_member(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let place = LocationConfiguration::new(LocationKind::Physical).location("1 High Street");
    let team = [TeamMember::new("USER1").location_configurations([place])];
    let made = create(stage, open(stage, CalendarType::Personal, &[]).team_members(team)).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure_eq!(booked.address.as_deref(), Some("1 High Street"));
    let own = booking(stage, &made.id, &contact.id, later(slot, 30)).address("Elsewhere");
    let booked = calendars.create_appointment(own).await?;
    ensure_eq!(booked.address.as_deref(), Some("Elsewhere"));
    ensure_eq!(booked.meeting_location_type, Some(MeetingLocationType::Custom));
    Ok(())
}

async fn wrong_bookings_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let plain = || booking(stage, &made.id, &contact.id, slot);
    let backwards = calendars.create_appointment(plain().end_time(later(slot, -30))).await;
    says(&refused(backwards, Invalid, 422)?, "endTime must be after startTime")?;
    let status = calendars.create_appointment(plain().appointment_status(AppointmentStatus::Completed)).await;
    says(&refused(status, Invalid, 422)?, "appointmentStatus must be a valid enum value")?;
    let nobody = booking(stage, &made.id, &"no-such-contact".into(), slot);
    let error = refused(calendars.create_appointment(nobody).await, NotFound, 400)?;
    says(&error, "Contact with id no-such-contact not found")?;
    let nowhere = booking(stage, &"no-such-calendar".into(), &contact.id, slot);
    let error = refused(calendars.create_appointment(nowhere).await, NotFound, 400)?;
    says(&error, "Calendar with id no-such-calendar not found")?;
    ensure!(slots(stage, &made.id).await?.contains(&slot), "nothing was booked");
    Ok(())
}

async fn a_booking_without_a_sub_account(stage: &Stage) -> Verdict {
    let request = WireRequest::new(&CREATE_APPOINTMENT, "/calendars/events/appointments");
    let start = at_nine(now(stage).await?, 2);
    let body = serde_json::json!({ "calendarId": "a", "contactId": "b", "startTime": start });
    let sent =
        stage.hands.wire(request.json(&body)).await.ok_or_skip("the wire cannot be spoken directly here")?;
    let answer: serde_json::Value = serde_json::from_slice(&sent.body).unwrap_or_default();
    ensure_eq!((sent.status, answer["message"].as_str()), (400, Some("Location ID is required.")));
    Ok(())
}

async fn the_contact_has_its_appointments(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 3);
    let booked = calendars.create_appointment(unchecked(stage, &made.id, &contact.id, start)).await?;
    let listed = stage.crm.contacts().list_appointments(&contact.id).await?;
    ensure_eq!(listed.len(), 1);
    ensure_eq!((&listed[0].id, listed[0].calendar_id.as_ref()), (&booked.id, Some(&made.id)));
    // The times are the sub-account's own, without an offset.
    let location = stage.crm.locations().get(&stage.location).await?;
    let local = listed[0].start_time.map(|at| (at.and_utc() - start.instant()).num_hours().abs());
    ensure!(
        local.is_some_and(|hours| hours <= 14),
        "{:?} is local to {:?}",
        listed[0].start_time,
        location.timezone
    );
    let ends = listed[0].end_time.zip(listed[0].start_time).map(|(end, start)| end - start);
    ensure_eq!(ends, Some(TimeDelta::minutes(30)));
    let email = contact.email.as_deref().unwrap_or_default();
    let theirs = ContactField::LastAppointment.exists().and(ContactField::Email.eq(email));
    let search = SearchContacts::new(&stage.location, 10).filters([theirs]);
    ensure_eq!(stage.crm.contacts().search(search).await?.contacts.len(), 1);
    Ok(())
}
