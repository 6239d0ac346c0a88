//! Users' schedules.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use smbcrm_core::Result;
use smbcrm_core::calendars::{
    CreateSchedule, ListSchedules, Schedule, ScheduleRule, ScheduleRuleType, UpdateSchedule,
};
use smbcrm_core::types::{CalendarId, ScheduleId};

use super::rules::{date_of, minute_of};
use super::{missing_calendar, missing_schedule};
use crate::refusal;
use crate::world::State;

const PAGE: u32 = 50;
const MAX_PAGE: u32 = 500;

fn check(schedule: &Schedule) -> Result<()> {
    let mut wrong = Vec::new();
    if schedule.name.trim().is_empty() {
        wrong.push("name should not be empty".to_owned());
    }
    if schedule.user_id.is_empty() {
        wrong.push("userId should not be empty".to_owned());
    }
    if schedule.timezone.parse::<Tz>().is_err() {
        wrong.push("timezone must be a valid IANA time zone".to_owned());
    }
    for (at, rule) in schedule.rules.iter().enumerate() {
        check_rule(&format!("rules.{at}"), rule, &mut wrong);
    }
    if wrong.is_empty() { Ok(()) } else { Err(refusal::invalid(wrong)) }
}

fn check_rule(path: &str, rule: &ScheduleRule, wrong: &mut Vec<String>) {
    match rule.kind {
        ScheduleRuleType::Weekday => match &rule.day {
            None => wrong.push(format!("{path}.day should not be empty")),
            Some(day) if !day.is_known() => wrong.push(format!("{path}.day must be a valid enum value")),
            Some(_) => {}
        },
        ScheduleRuleType::Date => {
            let date = rule.date.as_deref().unwrap_or_default();
            if date.len() != 10 || date_of(date).is_none() {
                wrong.push(format!("{path}.date must be a date of the form YYYY-MM-DD"));
            }
        }
        _ => wrong.push(format!("{path}.type must be a valid enum value")),
    }
    for (at, interval) in rule.intervals.iter().enumerate() {
        let (from, to) = (minute_of(&interval.from), minute_of(&interval.to));
        for (name, minute) in [("from", from), ("to", to)] {
            if minute.is_none() {
                wrong.push(format!("{path}.intervals.{at}.{name} must be a time of the form HH:MM"));
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && to != 0
            && to <= from
        {
            wrong.push(format!("{path}.intervals.{at}.to must be after from"));
        }
    }
}

impl State {
    pub(super) fn schedule(&self, id: &ScheduleId) -> Option<&Schedule> {
        self.any_schedule(id).filter(|known| !known.deleted)
    }

    /// A schedule, deleted or not.
    pub(super) fn any_schedule(&self, id: &ScheduleId) -> Option<&Schedule> {
        self.book.schedules.iter().find(|known| known.id == *id)
    }

    pub(super) fn list_schedules(&self, query: &ListSchedules) -> Result<Vec<Schedule>> {
        match query.limit {
            Some(0) => return Err(refusal::invalid(vec!["limit must not be less than 1".to_owned()])),
            Some(limit) if limit > MAX_PAGE => {
                return Err(refusal::invalid(vec![format!("limit must not be greater than {MAX_PAGE}")]));
            }
            _ => {}
        }
        let wanted = self.book.schedules.iter().filter(|known| {
            !known.deleted
                && known.user_id == query.user_id
                && query.calendar_id.as_ref().is_none_or(|calendar| known.calendar_ids.contains(calendar))
        });
        let (skip, take) = (query.skip.unwrap_or(0) as usize, query.limit.unwrap_or(PAGE) as usize);
        Ok(wanted.skip(skip).take(take).cloned().collect())
    }

    pub(super) fn create_schedule(&mut self, input: CreateSchedule, now: DateTime<Utc>) -> Result<Schedule> {
        let mut schedule = Schedule::default();
        schedule.name = input.name;
        schedule.location_id = self.location.id.clone();
        schedule.rules = input.rules.unwrap_or_default();
        schedule.timezone = input.timezone;
        (schedule.date_added, schedule.date_updated) = (now, now);
        schedule.user_id = input.user_id;
        for calendar in input.calendar_ids.unwrap_or_default() {
            if self.book.calendar(&calendar).is_none() {
                return Err(missing_calendar(&calendar));
            }
            if !schedule.calendar_ids.contains(&calendar) {
                schedule.calendar_ids.push(calendar);
            }
        }
        check(&schedule)?;
        schedule.id = self.ids.record().into();
        self.book.schedules.push(schedule.clone());
        Ok(schedule)
    }

    pub(super) fn change_schedule(
        &mut self,
        id: &ScheduleId,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut Schedule),
    ) -> Result<Schedule> {
        let Some(known) = self.schedule(id) else { return Err(missing_schedule(id)) };
        let mut schedule = known.clone();
        change(&mut schedule);
        check(&schedule)?;
        schedule.date_updated = now;
        if let Some(slot) = self.book.schedules.edit().iter_mut().find(|known| known.id == *id) {
            slot.clone_from(&schedule);
        }
        Ok(schedule)
    }

    pub(super) fn update_schedule(
        &mut self,
        id: &ScheduleId,
        input: UpdateSchedule,
        now: DateTime<Utc>,
    ) -> Result<Schedule> {
        self.change_schedule(id, now, |schedule| {
            if let Some(name) = input.name {
                schedule.name = name;
            }
            if let Some(rules) = input.rules {
                schedule.rules = rules;
            }
            if let Some(timezone) = input.timezone {
                schedule.timezone = timezone;
            }
        })
    }

    /// Deletes a schedule and its rules. It can still be fetched, and then says that it is deleted (assumed).
    pub(super) fn delete_schedule(&mut self, id: &ScheduleId, now: DateTime<Utc>) {
        if let Some(known) = self.book.schedules.edit().iter_mut().find(|known| known.id == *id) {
            known.deleted = true;
            known.date_updated = now;
            known.rules.clear();
            known.calendar_ids.clear();
        }
    }

    /// Applies a schedule to a calendar, or takes it off.
    pub(super) fn associate(
        &mut self,
        id: &ScheduleId,
        calendar: &CalendarId,
        applies: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if applies && self.book.calendar(calendar).is_none() {
            return Err(missing_calendar(calendar));
        }
        let known = self.schedule(id).is_some_and(|known| known.calendar_ids.contains(calendar));
        if !applies && !known {
            return Err(missing_calendar(calendar));
        }
        if applies && known {
            return Ok(());
        }
        let change = |schedule: &mut Schedule| {
            schedule.calendar_ids.retain(|known| known != calendar);
            if applies {
                schedule.calendar_ids.push(calendar.clone());
            }
        };
        self.change_schedule(id, now, change).map(drop)
    }
}
