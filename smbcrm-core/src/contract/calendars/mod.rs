//! What every implementation of the product calendars must do.

mod appointment;
mod booking;
mod calendar;
mod event;
mod group;
mod kinds;
mod note;
mod notification;
mod resource;
mod sample;
mod schedule;
mod series;
mod slots;

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

pub(super) use sample::Sample;

use super::{Case, Failure, Stage, Verdict};
use crate::calendars::{
    Calendar, CalendarType, CreateAppointment, CreateCalendar, FreeSlotsQuery, Hours, OpenHours, TeamMember,
};
use crate::error::{Error, Result};
use crate::types::{CalendarId, ContactId, OffsetTime};

/// The product's cases, concept by concept.
pub(super) static CASES: &[&[Case]] = &[
    calendar::CASES,
    kinds::CASES,
    slots::CASES,
    booking::CASES,
    appointment::CASES,
    series::CASES,
    event::CASES,
    note::CASES,
    group::CASES,
    resource::CASES,
    notification::CASES,
    schedule::CASES,
];

/// What a booking is told whose slot is not free, word for word.
const TAKEN: &str = "The slot you have selected is no longer available.";

/// Whether a refusal says this, word for word.
fn says(error: &Error, text: &str) -> Verdict {
    if error.messages().iter().any(|message| message == text) {
        return Ok(());
    }
    Err(Failure::new(format!("expected {text:?} among {:?}", error.messages())))
}

/// What time it is there: a record that is written says so.
async fn now(stage: &Stage) -> Result<DateTime<Utc>> {
    Ok(stage.contact().await?.date_added)
}

/// Nine o'clock UTC, so many days from now.
fn at_nine(now: DateTime<Utc>, days: u64) -> OffsetTime {
    let date = now.date_naive().checked_add_days(Days::new(days)).unwrap_or(now.date_naive());
    date.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()).and_utc().into()
}

/// Every day from nine to five.
fn nine_to_five() -> [OpenHours; 1] {
    [OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(9, 0, 17, 0)])]
}

/// A calendar to create that is open every day from nine to five.
fn open(stage: &Stage, kind: CalendarType, members: &[&str]) -> CreateCalendar {
    let mut team: Vec<TeamMember> = members.iter().map(|user| TeamMember::new(*user)).collect();
    if kind == CalendarType::Collective
        && let Some(first) = team.first_mut()
    {
        *first = first.clone().is_primary(true);
    }
    CreateCalendar::new(&stage.location, stage.unique("calendar"))
        .calendar_type(kind)
        .team_members(team)
        .open_hours(nine_to_five())
}

/// Such a calendar; it goes when the case is over.
async fn calendar(stage: &Stage, kind: CalendarType, members: &[&str]) -> Result<Arc<Calendar>> {
    create(stage, open(stage, kind, members)).await
}

/// A calendar; it goes when the case is over.
async fn create(stage: &Stage, input: CreateCalendar) -> Result<Arc<Calendar>> {
    let made = stage.crm.calendars().create(input).await?;
    stage.discard(&made.id);
    Ok(made)
}

/// The week from tomorrow on.
async fn week(stage: &Stage) -> Result<FreeSlotsQuery> {
    let start = now(stage).await? + TimeDelta::days(1);
    Ok(FreeSlotsQuery::new(start, start + TimeDelta::days(7)))
}

/// The slots of that week.
async fn slots(stage: &Stage, calendar: &CalendarId) -> Result<Vec<OffsetTime>> {
    let query = week(stage).await?;
    Ok(stage.crm.calendars().free_slots(calendar, query).await?.iter().collect())
}

/// The first of them.
async fn first_slot(stage: &Stage, calendar: &CalendarId) -> std::result::Result<OffsetTime, Failure> {
    let slots = slots(stage, calendar).await?;
    slots.first().copied().ok_or_else(|| Failure::new("the calendar has no free slot in a week"))
}

/// A booking of a slot.
fn booking(stage: &Stage, calendar: &CalendarId, contact: &ContactId, at: OffsetTime) -> CreateAppointment {
    CreateAppointment::new(calendar, &stage.location, contact, at)
}

/// A booking of any time.
fn unchecked(stage: &Stage, calendar: &CalendarId, contact: &ContactId, at: OffsetTime) -> CreateAppointment {
    booking(stage, calendar, contact, at).ignore_free_slot_validation(true)
}

fn later(at: OffsetTime, minutes: i64) -> OffsetTime {
    (at.get() + TimeDelta::minutes(minutes)).into()
}
