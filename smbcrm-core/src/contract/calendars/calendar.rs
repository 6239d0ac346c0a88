//! Creating, changing, listing and deleting calendars.

use super::{calendar, create, first_slot, nine_to_five, open, says, slots, unchecked};
use crate::ErrorKind::{Duplicate, Invalid, NotFound};
use crate::calendars::operations::{CREATE, DELETE, GET, GET_APPOINTMENT, LIST, UPDATE};
use crate::calendars::{
    AvailabilityType, CalendarType, CreateCalendar, DateAvailability, Distribution, DurationUnit, Hours,
    ListCalendars, LookBusy, OpenHours, Recurring, TeamMember, UpdateCalendar,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::CalendarId;

cases! {
    a_calendar_is_created_with_the_defaults => [CREATE, GET],
    calendars_are_listed => [LIST],
    an_update_changes_what_it_names => [UPDATE, GET],
    a_deleted_calendar_is_gone => [DELETE, GET, LIST, GET_APPOINTMENT],
    everything_that_is_wrong_is_named => [CREATE, UPDATE],
    slugs_are_unique => [CREATE, UPDATE],
    dates_change_one_by_one => [UPDATE],
    unknown_groups_are_named => [CREATE],
}

async fn a_calendar_is_created_with_the_defaults(stage: &Stage) -> Verdict {
    let name = stage.unique("Sales calls");
    let input = CreateCalendar::new(&stage.location, &name)
        .calendar_type(CalendarType::RoundRobin)
        .team_members([TeamMember::new("USER1")]);
    let made = create(stage, input).await?;
    ensure!(!made.id.is_empty(), "it has an id");
    ensure_eq!(made.name.as_str(), name);
    ensure_eq!(made.location_id, stage.location);
    ensure_eq!(
        (made.slot_duration, made.slot_duration_unit.clone()),
        (Some(30), Some(DurationUnit::Minutes))
    );
    ensure_eq!(made.slot_interval, Some(30));
    ensure_eq!(made.appointments_per_slot, Some(1));
    ensure_eq!(made.event_type, Some(Distribution::Availability));
    ensure_eq!((made.is_active, made.auto_confirm), (Some(true), Some(true)));
    ensure_eq!(made.team_members.first().and_then(|member| member.priority), Some(0.5));
    ensure!(made.slug.as_ref().is_some_and(|slug| !slug.is_empty()), "it has a slug");
    ensure!(slots(stage, &made.id).await?.is_empty(), "without hours it is never open");
    ensure_eq!(stage.crm.calendars().get(&made.id).await?, made);
    Ok(())
}

async fn calendars_are_listed(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let one = calendar(stage, CalendarType::Event, &[]).await?;
    let draft = create(stage, open(stage, CalendarType::Event, &[]).is_active(false)).await?;
    let all = calendars.list(ListCalendars::new(&stage.location)).await?;
    ensure!(all.contains(&one) && all.contains(&draft), "both are listed");
    let live = calendars.list(ListCalendars::new(&stage.location).show_drafted(false)).await?;
    ensure!(live.contains(&one) && !live.contains(&draft), "drafts can be left out");
    ensure!(slots(stage, &draft.id).await?.is_empty(), "a draft cannot be booked");
    let none = calendars.list(ListCalendars::new(&stage.location).group_id("no-such-group")).await?;
    ensure!(none.is_empty(), "a group that is not there has no calendars");
    Ok(())
}

async fn an_update_changes_what_it_names(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1", "USER2"]).await?;
    let change = UpdateCalendar::new()
        .name("Renamed")
        .team_members([TeamMember::new("USER3").priority(1.0)])
        .slot_duration(1)
        .slot_duration_unit(DurationUnit::Hours)
        .look_busy_config(LookBusy::new(false, 20));
    let changed = calendars.update(&made.id, change).await?;
    ensure_eq!(changed.name.as_str(), "Renamed");
    ensure_eq!(changed.team_members.len(), 1); // the array is replaced, not merged
    ensure_eq!(changed.team_members[0].user_id, "USER3");
    ensure_eq!((changed.slot_duration, changed.slot_interval), (Some(1), Some(30)));
    ensure_eq!(changed.open_hours, made.open_hours);
    ensure_eq!(changed.slug, made.slug);
    ensure_eq!(calendars.get(&made.id).await?, changed);
    Ok(())
}

async fn a_deleted_calendar_is_gone(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let at = first_slot(stage, &made.id).await?;
    let booked = calendars.create_appointment(unchecked(stage, &made.id, &contact.id, at)).await?;
    calendars.delete(&made.id).await?;
    says(
        &refused(calendars.get(&made.id).await, NotFound, 400)?,
        &format!("Calendar with id {} not found", made.id),
    )?;
    let all = calendars.list(ListCalendars::new(&stage.location)).await?;
    ensure!(!all.iter().any(|known| known.id == made.id), "it is not listed");
    refused(calendars.get_appointment(&booked.id).await, NotFound, 400)?;
    let unknown = CalendarId::from("no-such-calendar");
    refused(calendars.delete(&unknown).await, NotFound, 400)?;
    refused(calendars.update(&unknown, UpdateCalendar::new().name("x")).await, NotFound, 400)?;
    Ok(())
}

async fn everything_that_is_wrong_is_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let hours = OpenHours::new([7u32], [Hours::new(24, 0, 17, 61)]);
    let backwards = OpenHours::new([1u32], [Hours::new(17, 0, 9, 0)]);
    let input = CreateCalendar::new(&stage.location, " ")
        .calendar_type(CalendarType::RoundRobin)
        .team_members([TeamMember::new("USER1").priority(0.7)])
        .slot_duration(0)
        .slot_interval(0)
        .open_hours([hours, backwards])
        .recurring(Recurring::new().count(25))
        .look_busy_config(LookBusy::new(true, 101));
    let error = refused(calendars.create(input).await, Invalid, 422)?;
    for text in [
        "name should not be empty",
        "teamMembers.0.priority must be one of the following values: 0, 0.5, 1",
        "slotDuration must not be less than 1",
        "slotInterval must not be less than 1",
        "openHours.0.each value in daysOfTheWeek must not be greater than 6",
        "openHours.0.hours.0.openHour must not be greater than 23",
        "openHours.0.hours.0.closeMinute must not be greater than 60",
        "openHours.1.hours.0 must close after it opens",
        "recurring.count must not be greater than 24",
        "lookBusyConfig.LookBusyPercentage must not be greater than 100",
    ] {
        says(&error, text)?;
    }
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1"]).await?;
    let error = calendars.update(&made.id, UpdateCalendar::new().name("New name").slot_duration(0)).await;
    says(&refused(error, Invalid, 422)?, "slotDuration must not be less than 1")?;
    ensure_eq!(calendars.get(&made.id).await?, made);
    Ok(())
}

async fn slugs_are_unique(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let slug = stage.unique("slug");
    let one = create(stage, open(stage, CalendarType::Event, &[]).slug(&slug)).await?;
    refused(calendars.create(open(stage, CalendarType::Event, &[]).slug(&slug)).await, Duplicate, 400)?;
    let two = calendar(stage, CalendarType::Event, &[]).await?;
    ensure!(one.slug != two.slug, "a slug that is made up is new");
    refused(calendars.update(&two.id, UpdateCalendar::new().slug(&slug)).await, Duplicate, 400)?;
    calendars.update(&one.id, UpdateCalendar::new().slug(&slug)).await?; // its own may stay
    Ok(())
}

async fn dates_change_one_by_one(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let day = |date: &str| DateAvailability::new(format!("{date}T00:00:00.000Z"), [Hours::new(10, 0, 11, 0)]);
    let both = UpdateCalendar::new()
        .availability_type(AvailabilityType::DATES)
        .availabilities([day("2031-03-01"), day("2031-03-02")]);
    let changed = calendars.update(&made.id, both).await?;
    ensure_eq!(changed.availabilities.len(), 2);
    let Some(id) = changed.availabilities[0].id.clone() else {
        return Err(crate::contract::Failure::new("a date has an id"));
    };
    let gone = UpdateCalendar::new().availabilities([day("2031-03-01").id(&id).deleted(true)]);
    let changed = calendars.update(&made.id, gone).await?;
    ensure_eq!(changed.availabilities.len(), 1);
    ensure!(changed.availabilities[0].date.starts_with("2031-03-02"), "the other one stays");
    let unknown = UpdateCalendar::new().availabilities([day("2031-03-01").id("no-such-date")]);
    refused(calendars.update(&made.id, unknown).await, NotFound, 400)?;
    let open_again = UpdateCalendar::new().clear_availability_type().open_hours(nine_to_five());
    ensure_eq!(calendars.update(&made.id, open_again).await?.availability_type, None);
    Ok(())
}

async fn unknown_groups_are_named(stage: &Stage) -> Verdict {
    let input = open(stage, CalendarType::Event, &[]).group_id("no-such-group");
    let error = refused(stage.crm.calendars().create(input).await, NotFound, 400)?;
    says(&error, "Calendar group with id no-such-group not found")
}
