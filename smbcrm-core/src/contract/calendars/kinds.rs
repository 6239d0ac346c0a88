//! The six types of calendar: which members each has, and who takes an appointment.

use super::{TAKEN, booking, calendar, create, first_slot, open, says, slots};
use crate::ErrorKind::{Conflict, Invalid};
use crate::calendars::operations::{CREATE, CREATE_APPOINTMENT, FREE_SLOTS, GET_APPOINTMENT};
use crate::calendars::{CalendarType, Distribution, TeamMember};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::UserId;

cases! {
    each_type_has_its_member_rules => [CREATE],
    a_round_robin_is_full_when_every_member_is => [CREATE_APPOINTMENT, FREE_SLOTS],
    equal_distribution_takes_turns => [CREATE_APPOINTMENT],
    the_preferred_member_comes_first => [CREATE_APPOINTMENT],
    a_class_has_seats => [CREATE_APPOINTMENT, FREE_SLOTS],
    a_collective_takes_everybody => [CREATE_APPOINTMENT, FREE_SLOTS, GET_APPOINTMENT],
    members_are_busy_in_all_calendars => [CREATE_APPOINTMENT, FREE_SLOTS],
    an_event_calendar_needs_nobody => [CREATE_APPOINTMENT, FREE_SLOTS],
}

async fn each_type_has_its_member_rules(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    for kind in [
        CalendarType::RoundRobin,
        CalendarType::ClassBooking,
        CalendarType::Collective,
        CalendarType::ServiceBooking,
    ] {
        let none = calendars.create(open(stage, kind, &[])).await;
        says(&refused(none, Invalid, 422)?, "teamMembers must contain at least 1 elements")?;
    }
    for members in [&[][..], &["USER1", "USER2"]] {
        let wrong = calendars.create(open(stage, CalendarType::Personal, members)).await;
        says(&refused(wrong, Invalid, 422)?, "teamMembers must contain exactly 1 element")?;
    }
    for primaries in [[false, false], [true, true]] {
        let team =
            primaries.iter().zip(["USER1", "USER2"]).map(|(is, user)| TeamMember::new(user).is_primary(*is));
        let wrong = open(stage, CalendarType::Collective, &[]).team_members(team);
        let error = refused(calendars.create(wrong).await, Invalid, 422)?;
        says(&error, "teamMembers must contain exactly one primary member")?;
    }
    let twice = calendars.create(open(stage, CalendarType::RoundRobin, &["USER1", "USER1"])).await;
    says(&refused(twice, Invalid, 422)?, "teamMembers must not name a user twice")?;
    calendar(stage, CalendarType::Event, &[]).await?;
    calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    calendar(stage, CalendarType::Collective, &["USER1", "USER2"]).await?;
    Ok(())
}

async fn a_round_robin_is_full_when_every_member_is(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1", "USER2"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let one = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure!(slots(stage, &made.id).await?.contains(&slot), "the other member is free");
    let two = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure!(one.assigned_user_id != two.assigned_user_id, "they share");
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "nobody is left");
    let three = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await;
    says(&refused(three, Conflict, 400)?, TAKEN)
}

async fn equal_distribution_takes_turns(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::RoundRobin, &["USER1", "USER2", "USER3"])
        .event_type(Distribution::EqualDistribution);
    let made = create(stage, input).await?;
    let contact = stage.contact().await?;
    let mut users = Vec::new();
    for slot in slots(stage, &made.id).await?.into_iter().take(6) {
        let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
        users.extend(booked.assigned_user_id);
    }
    for user in ["USER1", "USER2", "USER3"] {
        ensure_eq!(users.iter().filter(|known| **known == user).count(), 2);
    }
    Ok(())
}

async fn the_preferred_member_comes_first(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let team = [TeamMember::new("USER1").priority(0.0), TeamMember::new("USER2").priority(1.0)];
    let made = create(stage, open(stage, CalendarType::RoundRobin, &[]).team_members(team)).await?;
    let contact = stage.contact().await?;
    for slot in slots(stage, &made.id).await?.into_iter().take(3) {
        let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
        ensure_eq!(booked.assigned_user_id, Some(UserId::from("USER2")));
        let next = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
        ensure_eq!(next.assigned_user_id, Some(UserId::from("USER1")));
    }
    Ok(())
}

async fn a_class_has_seats(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::ClassBooking, &["USER1"]).appointments_per_slot(3);
    let made = create(stage, input).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    for _ in 0..3 {
        ensure!(slots(stage, &made.id).await?.contains(&slot), "there is a seat");
        calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    }
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "the class is full");
    let more = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await;
    says(&refused(more, Conflict, 400)?, TAKEN)
}

async fn a_collective_takes_everybody(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Collective, &["USER1", "USER2"]).await?;
    let own = calendar(stage, CalendarType::Personal, &["USER2"]).await?;
    let contact = stage.contact().await?;
    let all = slots(stage, &made.id).await?;
    let (first, second) = (all[0], all[1]);
    calendars.create_appointment(booking(stage, &own.id, &contact.id, first)).await?;
    ensure!(!slots(stage, &made.id).await?.contains(&first), "one of them is busy");
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, second)).await?;
    ensure_eq!(booked.assigned_user_id, Some(UserId::from("USER1"))); // the primary one
    let found = calendars.get_appointment(&booked.id).await?.appointment;
    ensure_eq!(found.users, [UserId::from("USER2")]);
    ensure!(!slots(stage, &own.id).await?.contains(&second), "all of them are busy then");
    Ok(())
}

async fn members_are_busy_in_all_calendars(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let one = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let two = calendar(stage, CalendarType::ServiceBooking, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &one.id).await?;
    calendars.create_appointment(booking(stage, &one.id, &contact.id, slot)).await?;
    ensure!(!slots(stage, &two.id).await?.contains(&slot), "busy is busy");
    let other = calendars.create_appointment(booking(stage, &two.id, &contact.id, slot)).await;
    says(&refused(other, Conflict, 400)?, TAKEN)
}

async fn an_event_calendar_needs_nobody(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let other = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure_eq!(booked.assigned_user_id, None);
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "it is taken");
    ensure!(slots(stage, &other.id).await?.contains(&slot), "and free in another calendar");
    Ok(())
}
