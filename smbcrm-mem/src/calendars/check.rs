//! What a calendar may not be.

use std::collections::HashSet;

use smbcrm_core::Result;
use smbcrm_core::calendars::{AvailabilityType, Calendar, CalendarType, Hours};

use super::rules;
use crate::refusal;
use crate::world::State;

/// How many times a calendar's series recurs at most.
const MAX_RECURRENCES: u32 = 24;

impl State {
    /// Refuses a calendar that cannot be, naming every field that is wrong.
    pub(super) fn check_calendar(&self, calendar: &Calendar) -> Result<()> {
        let mut wrong = Vec::new();
        if calendar.name.trim().is_empty() {
            wrong.push("name should not be empty".to_owned());
        }
        enums(calendar, &mut wrong);
        amounts(calendar, &mut wrong);
        hours(calendar, &mut wrong);
        members(calendar, &mut wrong);
        recurrence(calendar, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(group) = &calendar.group_id
            && !self.book.groups.iter().any(|known| known.id == *group)
        {
            return Err(refusal::not_found("Calendar group", group.as_str()));
        }
        let slug = calendar.slug.as_ref();
        let taken =
            |known: &&std::sync::Arc<Calendar>| known.id != calendar.id && known.slug.as_ref() == slug;
        if slug.is_some() && self.book.calendars.iter().any(|known| taken(&known)) {
            return Err(refusal::bad_request("A calendar with this slug already exists"));
        }
        Ok(())
    }
}

fn enums(calendar: &Calendar, wrong: &mut Vec<String>) {
    macro_rules! known {
        ($($field:ident: $name:literal),* $(,)?) => {$(
            if calendar.$field.as_ref().is_some_and(|value| !value.is_known()) {
                wrong.push(concat!($name, " must be a valid enum value").to_owned());
            }
        )*};
    }
    known!(
        calendar_type: "calendarType", event_type: "eventType", widget_type: "widgetType",
        slot_duration_unit: "slotDurationUnit", slot_interval_unit: "slotIntervalUnit",
        slot_buffer_unit: "slotBufferUnit", pre_buffer_unit: "preBufferUnit",
        allow_booking_after_unit: "allowBookingAfterUnit", allow_booking_for_unit: "allowBookingForUnit",
        form_submit_type: "formSubmitType", guest_type: "guestType",
    );
    if calendar.allow_booking_for_unit == Some(smbcrm_core::calendars::PeriodUnit::Hours) {
        wrong.push("allowBookingForUnit must be a valid enum value".to_owned());
    }
    let types = [AvailabilityType::OPEN_HOURS, AvailabilityType::DATES];
    if calendar.availability_type.is_some_and(|kind| !types.contains(&kind)) {
        wrong.push("availabilityType must be one of the following values: 0, 1".to_owned());
    }
    let places = calendar.location_configurations.iter();
    let members =
        calendar.team_members.iter().flat_map(|member| member.location_configurations.iter().flatten());
    if places.chain(members).any(|place| !place.kind.is_known()) {
        wrong.push("locationConfigurations.kind must be a valid enum value".to_owned());
    }
}

fn amounts(calendar: &Calendar, wrong: &mut Vec<String>) {
    let at_least_one = [
        ("slotDuration", calendar.slot_duration),
        ("slotInterval", calendar.slot_interval),
        ("appoinmentPerSlot", calendar.appointments_per_slot),
        ("appoinmentPerDay", calendar.appointments_per_day),
    ];
    for (name, amount) in at_least_one {
        if amount == Some(0) {
            wrong.push(format!("{name} must not be less than 1"));
        }
    }
    if calendar.look_busy_config.as_ref().is_some_and(|look| look.percentage > 100) {
        wrong.push("lookBusyConfig.LookBusyPercentage must not be greater than 100".to_owned());
    }
}

fn hours(calendar: &Calendar, wrong: &mut Vec<String>) {
    for (at, open) in calendar.open_hours.iter().enumerate() {
        if open.days_of_the_week.iter().any(|day| *day > 6) {
            wrong.push(format!("openHours.{at}.each value in daysOfTheWeek must not be greater than 6"));
        }
        stretches(&format!("openHours.{at}"), &open.hours, wrong);
    }
    for (at, date) in calendar.availabilities.iter().enumerate() {
        if rules::date_of(&date.date).is_none() {
            wrong.push(format!("availabilities.{at}.date must be a valid ISO 8601 date string"));
        }
        stretches(&format!("availabilities.{at}"), &date.hours, wrong);
    }
}

fn stretches(path: &str, hours: &[Hours], wrong: &mut Vec<String>) {
    for (at, stretch) in hours.iter().enumerate() {
        let known = wrong.len();
        let limits = [
            ("openHour", stretch.open_hour, 23),
            ("openMinute", stretch.open_minute, 60),
            ("closeHour", stretch.close_hour, 23),
            ("closeMinute", stretch.close_minute, 60),
        ];
        for (name, value, limit) in limits {
            if value > limit {
                wrong.push(format!("{path}.hours.{at}.{name} must not be greater than {limit}"));
            }
        }
        if wrong.len() == known && rules::stretch(stretch).is_none() {
            wrong.push(format!("{path}.hours.{at} must close after it opens"));
        }
    }
}

/// The member rules of each type.
fn members(calendar: &Calendar, wrong: &mut Vec<String>) {
    let members = &calendar.team_members;
    for (at, member) in members.iter().enumerate() {
        if member.user_id.is_empty() {
            wrong.push(format!("teamMembers.{at}.userId should not be empty"));
        }
        if member.priority.is_some_and(|priority| ![0.0, 0.5, 1.0].contains(&priority)) {
            wrong.push(format!("teamMembers.{at}.priority must be one of the following values: 0, 0.5, 1"));
        }
    }
    let mut seen = HashSet::new();
    if !members.iter().all(|member| seen.insert(&member.user_id)) {
        wrong.push("teamMembers must not name a user twice".to_owned());
    }
    let primaries = members.iter().filter(|member| member.is_primary.unwrap_or(false)).count();
    let places = |most: usize| {
        members
            .iter()
            .all(|member| member.location_configurations.as_ref().is_none_or(|all| all.len() <= most))
    };
    match calendar.calendar_type.as_ref() {
        Some(CalendarType::Event) => {}
        Some(CalendarType::Personal) => {
            if members.len() != 1 {
                wrong.push("teamMembers must contain exactly 1 element".to_owned());
            }
        }
        kind => {
            if members.is_empty() {
                wrong.push("teamMembers must contain at least 1 elements".to_owned());
            }
            let one_place = matches!(kind, Some(CalendarType::ClassBooking | CalendarType::Collective));
            if one_place && !places(1) {
                wrong.push(
                    "teamMembers.locationConfigurations must contain no more than 1 elements".to_owned(),
                );
            }
        }
    }
    if calendar.calendar_type == Some(CalendarType::Collective) {
        if primaries != 1 && !members.is_empty() {
            wrong.push("teamMembers must contain exactly one primary member".to_owned());
        }
    } else if primaries > 1 {
        wrong.push("teamMembers must contain no more than one primary member".to_owned());
    }
    if members.len() > 1 && !places(1) {
        let text = "teamMembers.locationConfigurations must contain no more than 1 elements";
        if !wrong.iter().any(|known| known == text) {
            wrong.push(text.to_owned());
        }
    }
}

fn recurrence(calendar: &Calendar, wrong: &mut Vec<String>) {
    if let Some(recurring) = &calendar.recurring {
        if recurring.freq.as_ref().is_some_and(|freq| !freq.is_known()) {
            wrong.push("recurring.freq must be a valid enum value".to_owned());
        }
        if recurring.booking_option.as_ref().is_some_and(|option| !option.is_known()) {
            wrong.push("recurring.bookingOption must be a valid enum value".to_owned());
        }
        let status = recurring.booking_overlap_default_status.as_deref();
        if status.is_some_and(|status| !["confirmed", "new"].contains(&status)) {
            wrong.push("recurring.bookingOverlapDefaultStatus must be a valid enum value".to_owned());
        }
        match recurring.count {
            Some(0) => wrong.push("recurring.count must not be less than 1".to_owned()),
            Some(count) if count > MAX_RECURRENCES => {
                wrong.push(format!("recurring.count must not be greater than {MAX_RECURRENCES}"));
            }
            _ => {}
        }
    }
    if calendar.enable_recurring.unwrap_or(false) && calendar.team_members.len() > 1 {
        wrong.push("enableRecurring must not be used with more than one team member".to_owned());
    }
}
