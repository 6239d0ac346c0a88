//! When a user is available.

use chrono::{DateTime, NaiveDate, Utc};

use crate::types::{CalendarId, Extra, LocationId, ScheduleId, Text, UserId};
use crate::{open_enum, record, request};

/// What a rule applies to.
#[open_enum]
pub enum ScheduleRuleType {
    /// A weekday, every week.
    Weekday = "wday",
    /// One date, instead of its weekday.
    Date = "date",
}

/// A day of the week.
#[open_enum]
pub enum ScheduleDay {
    /// Sunday.
    Sunday = "sunday",
    /// Monday.
    Monday = "monday",
    /// Tuesday.
    Tuesday = "tuesday",
    /// Wednesday.
    Wednesday = "wednesday",
    /// Thursday.
    Thursday = "thursday",
    /// Friday.
    Friday = "friday",
    /// Saturday.
    Saturday = "saturday",
}

/// A stretch of a day, in the schedule's time zone.
#[request]
pub struct ScheduleInterval {
    /// When it starts: `09:00`.
    pub from: Text,
    /// When it ends: `17:00`. `24:00` and `00:00` are the end of the day (assumed).
    pub to: Text,
}

/// When a user is available on a weekday or a date.
#[request]
pub struct ScheduleRule {
    /// What it applies to.
    #[serde(rename = "type")]
    pub kind: ScheduleRuleType,
    /// The hours; none at all means not available.
    pub intervals: Vec<ScheduleInterval>,
    /// The date of a date's rule: `2026-04-15`.
    pub date: Option<Text>,
    /// The day of a weekday's rule.
    pub day: Option<ScheduleDay>,
}

impl ScheduleRule {
    /// The hours of a weekday, as pairs of `09:00`-like texts.
    #[must_use]
    pub fn on(day: ScheduleDay, hours: &[(&str, &str)]) -> Self {
        Self::new(ScheduleRuleType::Weekday, intervals(hours)).day(day)
    }

    /// The hours of one date; none at all makes it a day off.
    #[must_use]
    pub fn at(date: NaiveDate, hours: &[(&str, &str)]) -> Self {
        Self::new(ScheduleRuleType::Date, intervals(hours)).date(date.format("%Y-%m-%d").to_string())
    }
}

fn intervals(hours: &[(&str, &str)]) -> Vec<ScheduleInterval> {
    hours.iter().map(|(from, to)| ScheduleInterval::new(*from, *to)).collect()
}

/// Which schedules to list.
#[request]
pub struct ListSchedules {
    /// The sub-account.
    pub location_id: LocationId,
    /// Of this user.
    pub user_id: UserId,
    /// That apply to this calendar.
    pub calendar_id: Option<CalendarId>,
    /// How many to skip.
    pub skip: Option<u32>,
    /// How many at most: 50 unless given, 500 at most.
    pub limit: Option<u32>,
}

/// A schedule to create.
#[request]
pub struct CreateSchedule {
    /// The sub-account.
    pub location_id: LocationId,
    /// The user.
    pub user_id: UserId,
    /// Its name.
    pub name: Text,
    /// The time zone of its hours, an IANA name.
    pub timezone: Text,
    /// When the user is available.
    pub rules: Option<Vec<ScheduleRule>>,
    /// The calendars that it applies to.
    pub calendar_ids: Option<Vec<CalendarId>>,
}

/// Changes to a schedule. What is not set stays.
#[request]
pub struct UpdateSchedule {
    /// Its name.
    pub name: Option<Text>,
    /// When the user is available; replaces all rules.
    pub rules: Option<Vec<ScheduleRule>>,
    /// The time zone of its hours.
    pub timezone: Option<Text>,
}

/// When a user is available for some calendars.
#[record]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Its name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// When the user is available.
    pub rules: Vec<ScheduleRule>,
    /// The time zone of its hours.
    pub timezone: Text,
    /// When it was created.
    pub date_added: DateTime<Utc>,
    /// When it was changed.
    pub date_updated: DateTime<Utc>,
    /// The user.
    pub user_id: UserId,
    /// The calendars that it applies to.
    pub calendar_ids: Vec<CalendarId>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Fields this version has no name for.
    pub extra: Extra,
}
