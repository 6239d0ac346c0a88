//! Schedules of users.

use chrono::Timelike;

use super::{calendar, create, open, says, slots};
use crate::ErrorKind::{Invalid, NotFound};
use crate::calendars::operations::{
    ADD_SCHEDULE_TO_CALENDAR, CREATE_SCHEDULE, DELETE_SCHEDULE, FREE_SLOTS, GET_SCHEDULE, LIST_SCHEDULES,
    REMOVE_SCHEDULE_FROM_CALENDAR, UPDATE_SCHEDULE,
};
use crate::calendars::{
    CalendarType, CreateSchedule, ListSchedules, OpenHours, Schedule, ScheduleDay, ScheduleRule,
    UpdateSchedule,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::error::Result;
use crate::types::ScheduleId;

cases! {
    a_schedule_is_created_and_read => [CREATE_SCHEDULE, GET_SCHEDULE, LIST_SCHEDULES],
    a_schedule_is_changed_and_deleted => [UPDATE_SCHEDULE, DELETE_SCHEDULE, GET_SCHEDULE, LIST_SCHEDULES],
    a_schedule_narrows_the_calendars_hours =>
        [ADD_SCHEDULE_TO_CALENDAR, REMOVE_SCHEDULE_FROM_CALENDAR, FREE_SLOTS],
    a_schedule_opens_a_calendar_without_hours => [CREATE_SCHEDULE, FREE_SLOTS],
    a_date_overrides_its_weekday => [UPDATE_SCHEDULE, FREE_SLOTS],
    wrong_schedules_are_named => [CREATE_SCHEDULE, UPDATE_SCHEDULE, LIST_SCHEDULES],
    unknown_schedules_are_named => [
        GET_SCHEDULE, UPDATE_SCHEDULE, DELETE_SCHEDULE, ADD_SCHEDULE_TO_CALENDAR, REMOVE_SCHEDULE_FROM_CALENDAR,
    ],
}

fn every_day(from: &str, to: &str) -> Vec<ScheduleRule> {
    let days = ScheduleDay::KNOWN.iter().map(|day| ScheduleDay::from(*day));
    days.map(|day| ScheduleRule::on(day, &[(from, to)])).collect()
}

async fn schedule(stage: &Stage, user: &str, rules: Vec<ScheduleRule>) -> Result<Schedule> {
    let location = stage.crm.locations().get(&stage.location).await?;
    let zone = location.timezone.clone().unwrap_or_else(|| "UTC".into());
    let input = CreateSchedule::new(&stage.location, user, "Hours", zone).rules(rules);
    let made = stage.crm.calendars().create_schedule(input).await?;
    stage.discard(&made.id);
    Ok(made)
}

async fn a_schedule_is_created_and_read(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let made = schedule(stage, &user, every_day("09:00", "12:00")).await?;
    ensure_eq!((made.name.as_str(), made.rules.len(), made.deleted), ("Hours", 7, false));
    ensure_eq!(made.user_id, user.as_str());
    ensure_eq!(made.date_added, made.date_updated);
    ensure_eq!(calendars.get_schedule(&made.id).await?, made);
    let query = || ListSchedules::new(&stage.location, user.as_str());
    ensure_eq!(calendars.list_schedules(query()).await?, [made]);
    ensure!(calendars.list_schedules(query().skip(1)).await?.is_empty(), "there is only one");
    ensure!(calendars.list_schedules(query().calendar_id("no-such-calendar")).await?.is_empty(), "of none");
    Ok(())
}

async fn a_schedule_is_changed_and_deleted(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let made = schedule(stage, &user, every_day("09:00", "12:00")).await?;
    let change = UpdateSchedule::new()
        .name("Short")
        .rules([ScheduleRule::on(ScheduleDay::Monday, &[("09:00", "10:00")])]);
    let changed = calendars.update_schedule(&made.id, change).await?;
    ensure_eq!((changed.name.as_str(), changed.rules.len()), ("Short", 1));
    ensure_eq!(changed.timezone, made.timezone);
    calendars.delete_schedule(&made.id).await?;
    let deleted = calendars.get_schedule(&made.id).await?;
    ensure!(deleted.deleted && deleted.rules.is_empty(), "it says that it is deleted: {deleted:?}");
    refused(calendars.update_schedule(&made.id, UpdateSchedule::new().name("Again")).await, NotFound, 404)?;
    refused(calendars.delete_schedule(&made.id).await, NotFound, 404)?;
    let left = calendars.list_schedules(ListSchedules::new(&stage.location, user.as_str())).await?;
    ensure!(left.is_empty(), "it is not listed");
    Ok(())
}

async fn a_schedule_narrows_the_calendars_hours(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let made = calendar(stage, CalendarType::Personal, &[&user]).await?;
    let all = slots(stage, &made.id).await?;
    let hours = schedule(stage, &user, every_day("08:00", "11:00")).await?;
    calendars.add_schedule_to_calendar(&hours.id, &made.id).await?;
    calendars.add_schedule_to_calendar(&hours.id, &made.id).await?; // once is enough
    ensure_eq!(calendars.get_schedule(&hours.id).await?.calendar_ids.iter().collect::<Vec<_>>(), [&made.id]);
    let narrowed = slots(stage, &made.id).await?;
    ensure!(!narrowed.is_empty() && narrowed.len() < all.len(), "{} of {}", narrowed.len(), all.len());
    ensure!(narrowed.iter().all(|slot| (9..11).contains(&slot.get().hour())), "both must be open");
    calendars.remove_schedule_from_calendar(&hours.id, &made.id).await?;
    ensure_eq!(slots(stage, &made.id).await?, all);
    Ok(())
}

async fn a_schedule_opens_a_calendar_without_hours(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let none: [OpenHours; 0] = [];
    let made = create(stage, open(stage, CalendarType::Personal, &[&user]).open_hours(none)).await?;
    ensure!(slots(stage, &made.id).await?.is_empty(), "it is never open");
    let hours = schedule(stage, &user, every_day("20:00", "21:00")).await?;
    calendars.add_schedule_to_calendar(&hours.id, &made.id).await?;
    let free = slots(stage, &made.id).await?;
    ensure_eq!(free.len(), 14); // two a day
    ensure!(free.iter().all(|slot| slot.get().hour() == 20), "when the user is available");
    Ok(())
}

async fn a_date_overrides_its_weekday(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let made = calendar(stage, CalendarType::Personal, &[&user]).await?;
    let hours = schedule(stage, &user, every_day("09:00", "17:00")).await?;
    calendars.add_schedule_to_calendar(&hours.id, &made.id).await?;
    let all = slots(stage, &made.id).await?;
    let Some(date) = all.get(all.len() / 2).map(|slot| slot.get().date_naive()) else { return Ok(()) };
    let of_date = all.iter().filter(|slot| slot.get().date_naive() == date).count();
    let mut rules = every_day("09:00", "17:00");
    rules.push(ScheduleRule::at(date, &[]));
    calendars.update_schedule(&hours.id, UpdateSchedule::new().rules(rules)).await?;
    let free = slots(stage, &made.id).await?;
    ensure!(!free.iter().any(|slot| slot.get().date_naive() == date), "a day off");
    ensure_eq!(free.len() + of_date, all.len());
    Ok(())
}

async fn wrong_schedules_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let rules = [
        ScheduleRule::on(ScheduleDay::Monday, &[("9 o'clock", "10:00"), ("12:00", "11:00")]),
        ScheduleRule::new("date", Vec::<crate::calendars::ScheduleInterval>::new()).date("soon"),
        ScheduleRule::new("wday", Vec::<crate::calendars::ScheduleInterval>::new()),
    ];
    let input = CreateSchedule::new(&stage.location, "USER1", " ", "Mars/Olympus").rules(rules);
    let error = refused(calendars.create_schedule(input).await, Invalid, 422)?;
    for text in [
        "name should not be empty",
        "timezone must be a valid IANA time zone",
        "rules.0.intervals.0.from must be a time of the form HH:MM",
        "rules.0.intervals.1.to must be after from",
        "rules.1.date must be a date of the form YYYY-MM-DD",
        "rules.2.day should not be empty",
    ] {
        says(&error, text)?;
    }
    let made = schedule(stage, "USER1", vec![]).await?;
    let change = UpdateSchedule::new().name("New").timezone("nowhere");
    refused(calendars.update_schedule(&made.id, change).await, Invalid, 422)?;
    ensure_eq!(calendars.get_schedule(&made.id).await?, made);
    let unknown =
        CreateSchedule::new(&stage.location, "USER1", "a", "UTC").calendar_ids(["no-such-calendar"]);
    refused(calendars.create_schedule(unknown).await, NotFound, 400)?;
    let query = ListSchedules::new(&stage.location, "USER1").limit(501);
    says(&refused(calendars.list_schedules(query).await, Invalid, 422)?, "limit must not be greater than 500")
}

async fn unknown_schedules_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let unknown = ScheduleId::from("nothing");
    let missing = "Schedule with id nothing not found";
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    says(&refused(calendars.get_schedule(&unknown).await, NotFound, 404)?, missing)?;
    says(
        &refused(calendars.update_schedule(&unknown, UpdateSchedule::new()).await, NotFound, 404)?,
        missing,
    )?;
    says(&refused(calendars.delete_schedule(&unknown).await, NotFound, 404)?, missing)?;
    says(&refused(calendars.add_schedule_to_calendar(&unknown, &made.id).await, NotFound, 404)?, missing)?;
    says(
        &refused(calendars.remove_schedule_from_calendar(&unknown, &made.id).await, NotFound, 404)?,
        missing,
    )?;
    let hours = schedule(stage, "USER1", vec![]).await?;
    let nowhere = calendars.add_schedule_to_calendar(&hours.id, &"no-such-calendar".into()).await;
    refused(nowhere, NotFound, 400)?;
    let apart = calendars.remove_schedule_from_calendar(&hours.id, &made.id).await;
    refused(apart, NotFound, 400)?;
    Ok(())
}
