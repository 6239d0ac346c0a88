//! A calendar as the availability engine sees it.

use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;
use smbcrm_core::calendars::{
    AvailabilityType, Calendar, CalendarType, Distribution, DurationUnit, Hours as WireHours, PeriodUnit,
    ResourceType, Schedule, ScheduleDay, ScheduleRuleType,
};

use super::availability::{HOUR, Hours, Kind, MINUTE, Member, Period, Resource, Rules, Stretch};
use crate::world::State;

/// What the documentation says of a slot that a calendar says nothing of.
pub(super) const DEFAULT_MINUTES: u32 = 30;

const DAY_MINUTES: u32 = 24 * 60;

impl State {
    pub(super) fn rules(&self, calendar: &Calendar) -> Rules {
        let zone = self.zone();
        Rules {
            calendar: calendar.id.clone(),
            kind: kind(calendar),
            zone,
            hours: hours(calendar, zone),
            members: self.members(calendar),
            resources: self.resources_of(calendar),
            duration: length(
                calendar.slot_duration.or(Some(DEFAULT_MINUTES)),
                calendar.slot_duration_unit.as_ref(),
            ),
            interval: length(
                calendar.slot_interval.or(Some(DEFAULT_MINUTES)),
                calendar.slot_interval_unit.as_ref(),
            ),
            before: length(calendar.pre_buffer, calendar.pre_buffer_unit.as_ref()),
            after: length(calendar.slot_buffer, calendar.slot_buffer_unit.as_ref()),
            per_slot: calendar.appointments_per_slot.unwrap_or(1),
            per_day: calendar.appointments_per_day,
            notice: period(calendar.allow_booking_after, calendar.allow_booking_after_unit.as_ref()),
            horizon: period(calendar.allow_booking_for, calendar.allow_booking_for_unit.as_ref()),
            hidden: calendar
                .look_busy_config
                .as_ref()
                .filter(|look| look.enabled)
                .map_or(0, |look| look.percentage),
        }
    }

    fn members(&self, calendar: &Calendar) -> Vec<Member> {
        let members = calendar.team_members.iter().map(|member| Member {
            user: member.user_id.clone(),
            // 0, 0.5 and 1 are all there are.
            priority: match member.priority.unwrap_or(0.5) {
                low if low < 0.25 => 0,
                high if high > 0.75 => 2,
                _ => 1,
            },
            primary: member.is_primary.unwrap_or(false),
            schedules: self
                .book
                .schedules
                .iter()
                .filter(|schedule| {
                    schedule.user_id == member.user_id && schedule.calendar_ids.contains(&calendar.id)
                })
                .map(schedule_hours)
                .collect(),
        });
        members.collect()
    }

    fn resources_of(&self, calendar: &Calendar) -> Vec<Resource> {
        let booked = |calendars: &[_]| calendars.contains(&calendar.id);
        let resources =
            self.book.resources.iter().filter(|known| known.is_active && booked(&known.calendar_ids));
        resources
            .map(|known| {
                let room = known.resource_type == Some(ResourceType::Rooms);
                let pieces = known.quantity.unwrap_or(1).saturating_sub(known.out_of_service.unwrap_or(0));
                Resource {
                    id: known.id.clone(),
                    room,
                    amount: if room { known.capacity.unwrap_or(1) } else { pieces },
                }
            })
            .collect()
    }
}

fn kind(calendar: &Calendar) -> Kind {
    match calendar.calendar_type {
        Some(CalendarType::Event) => Kind::Event,
        Some(CalendarType::ClassBooking) => Kind::Class,
        Some(CalendarType::Collective) => Kind::Collective,
        _ if calendar.event_type == Some(Distribution::EqualDistribution) => Kind::Balanced,
        _ => Kind::Preferred,
    }
}

/// A length in milliseconds.
fn length(amount: Option<u32>, unit: Option<&DurationUnit>) -> i64 {
    let unit = if unit == Some(&DurationUnit::Hours) { HOUR } else { MINUTE };
    i64::from(amount.unwrap_or(0)) * unit
}

fn period(amount: Option<u32>, unit: Option<&PeriodUnit>) -> Option<Period> {
    let amount = amount.filter(|amount| *amount > 0)?;
    Some(match unit {
        Some(PeriodUnit::Hours) => Period::Hours(amount),
        Some(PeriodUnit::Weeks) => Period::Days(amount.saturating_mul(7)),
        Some(PeriodUnit::Months) => Period::Months(amount),
        _ => Period::Days(amount),
    })
}

/// A calendar's own hours; `None` where it has none at all.
fn hours(calendar: &Calendar, zone: Tz) -> Option<Hours> {
    let (weekly, dated) = match calendar.availability_type {
        Some(AvailabilityType::OPEN_HOURS) => (true, false),
        Some(AvailabilityType::DATES) => (false, true),
        _ => (true, true),
    };
    let mut hours = Hours::new(zone);
    let mut any = !weekly;
    for open in calendar.open_hours.iter().filter(|_| weekly) {
        any = true;
        for day in &open.days_of_the_week {
            if let Some(weekday) = hours.weekdays.get_mut(*day as usize) {
                weekday.extend(open.hours.iter().filter_map(stretch));
            }
        }
    }
    for date in calendar.availabilities.iter().filter(|date| dated && !date.deleted.unwrap_or(false)) {
        any = true;
        if let Some(day) = date_of(&date.date) {
            hours.dates.entry(day).or_default().extend(date.hours.iter().filter_map(stretch));
        }
    }
    any.then_some(hours)
}

/// The date that an availability is for: the first ten characters of its midnight.
pub(super) fn date_of(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

/// Minutes of a day, unless they end before they begin. Midnight closes a day, it does not open one.
pub(super) fn stretch(hours: &WireHours) -> Option<Stretch> {
    let from = hours.open_hour * 60 + hours.open_minute;
    let to = hours.close_hour * 60 + hours.close_minute;
    let to = if to == 0 { DAY_MINUTES } else { to };
    (from < to && to <= DAY_MINUTES).then_some(Stretch { from, to })
}

/// The minute of a day that a text like `09:00` names.
pub(super) fn minute_of(text: &str) -> Option<u32> {
    if text.trim() == "24:00" {
        return Some(DAY_MINUTES);
    }
    let time = NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}

fn schedule_hours(schedule: &Schedule) -> Hours {
    let mut hours = Hours::new(schedule.timezone.parse().unwrap_or(Tz::UTC));
    for rule in &schedule.rules {
        let stretches = rule.intervals.iter().filter_map(|interval| {
            let (from, to) = (minute_of(&interval.from)?, minute_of(&interval.to)?);
            let to = if to == 0 { DAY_MINUTES } else { to };
            (from < to).then_some(Stretch { from, to })
        });
        match rule.kind {
            ScheduleRuleType::Date => {
                if let Some(date) = rule.date.as_deref().and_then(date_of) {
                    hours.dates.entry(date).or_default().extend(stretches);
                }
            }
            _ => {
                let day = rule.day.as_ref().and_then(weekday);
                if let Some(weekday) = day.and_then(|day| hours.weekdays.get_mut(day)) {
                    weekday.extend(stretches);
                }
            }
        }
    }
    hours
}

/// The number of a day, Sunday first.
fn weekday(day: &ScheduleDay) -> Option<usize> {
    ScheduleDay::KNOWN.iter().position(|known| *known == day.as_str())
}
