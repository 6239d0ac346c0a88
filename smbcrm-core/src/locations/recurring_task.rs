//! Recurring tasks: a task again and again, by a rule.

use chrono::{DateTime, Utc};

use crate::types::{ContactId, Extra, LocationId, RecurringTaskId, Text, UserId};
use crate::{open_enum, record, request};

/// How often a recurring task recurs.
#[open_enum]
pub enum IntervalType {
    /// Every so many years.
    Yearly = "yearly",
    /// Every so many months.
    Monthly = "monthly",
    /// Every so many weeks.
    Weekly = "weekly",
    /// Every so many days.
    Daily = "daily",
    /// Every so many hours.
    Hourly = "hourly",
}

/// A day of the week.
#[open_enum]
pub enum Weekday {
    /// Monday.
    Monday = "MO",
    /// Tuesday.
    Tuesday = "TU",
    /// Wednesday.
    Wednesday = "WE",
    /// Thursday.
    Thursday = "TH",
    /// Friday.
    Friday = "FR",
    /// Saturday.
    Saturday = "SA",
    /// Sunday.
    Sunday = "SU",
}

/// When a recurring task recurs.
#[request]
pub struct RecurrenceRule {
    /// The unit.
    pub interval_type: IntervalType,
    /// Every so many units, from 1.
    pub interval: u32,
    /// From when on.
    pub start_date: DateTime<Utc>,
    /// How many seconds after each occurrence the task is due.
    pub due_after_seconds: u64,
    /// Until when.
    pub end_date: Option<DateTime<Utc>>,
    /// On this day of the month: 1 to 27, or 31 for its last day.
    pub day_of_month: Option<u32>,
    /// On this day of the week.
    pub day_of_week: Option<Weekday>,
    /// In this month, 1 to 12.
    pub month_of_year: Option<u32>,
    /// How many times at most.
    pub count: Option<u32>,
    /// Whether a task is made though the one before it is overdue.
    pub create_task_if_over_due: Option<bool>,
}

impl Default for RecurrenceRule {
    fn default() -> Self {
        Self::new(IntervalType::Daily, 1, DateTime::<Utc>::UNIX_EPOCH, 0)
    }
}

/// A task that recurs.
#[record]
pub struct RecurringTask {
    /// Its id.
    pub id: RecurringTaskId,
    /// What to do, in a line.
    pub title: Text,
    /// What to do, at length.
    pub description: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it recurs.
    pub rrule_options: RecurrenceRule,
    /// How many times it has been carried out.
    pub total_occurrence: u64,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Who does it.
    pub assigned_to: Option<UserId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A recurring task to create.
///
/// Every occurrence makes one task for each contact, or one without a contact where none is named. The first owner
/// is who does them.
#[request]
pub struct CreateRecurringTask {
    /// What to do, in a line.
    pub title: Text,
    /// When it recurs.
    pub rrule_options: RecurrenceRule,
    /// What to do, at length.
    pub description: Option<Text>,
    /// The contacts.
    pub contact_ids: Option<Vec<ContactId>>,
    /// The users who do it.
    pub owners: Option<Vec<UserId>>,
    /// Whether to make no task right away. Otherwise the first one is made at once.
    pub ignore_task_creation: Option<bool>,
}

/// Changes to a recurring task. What is not set stays.
#[request]
pub struct UpdateRecurringTask {
    /// What to do, in a line.
    pub title: Option<Text>,
    /// What to do, at length.
    pub description: Option<Text>,
    /// The contacts.
    pub contact_ids: Option<Vec<ContactId>>,
    /// The users who do it.
    pub owners: Option<Vec<UserId>>,
    /// When it recurs.
    pub rrule_options: Option<RecurrenceRule>,
    /// Whether to make no task right away. A change makes none in any case.
    pub ignore_task_creation: Option<bool>,
}

/// A deleted recurring task.
#[record]
pub struct RecurringTaskDeleted {
    /// Its id.
    pub id: RecurringTaskId,
    /// Whether it was deleted.
    pub success: bool,
}
