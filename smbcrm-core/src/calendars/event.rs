//! What is in calendars during a window of time, and slots that are blocked.

use super::Appointment;
use crate::types::{
    AppointmentId, CalendarGroupId, CalendarId, Derived, EpochMillis, Extra, LocationId, OffsetTime, Text,
    UserId,
};
use crate::{record, request};

/// Which events to list. One of `user_id`, `calendar_id` and `group_id` must be given.
#[request]
pub struct ListEvents {
    /// The sub-account.
    pub location_id: LocationId,
    /// From when on: what ends at or before it is not listed.
    pub start_time: EpochMillis,
    /// Until when: what starts after it is not listed.
    pub end_time: EpochMillis,
    /// Taken by this user.
    pub user_id: Option<UserId>,
    /// Of this calendar.
    pub calendar_id: Option<CalendarId>,
    /// Of this group's calendars.
    pub group_id: Option<CalendarGroupId>,
}

/// A slot to block: nothing can be booked in it. Give a calendar (an event calendar) or a user, not both.
#[request]
pub struct CreateBlockSlot {
    /// The sub-account.
    pub location_id: LocationId,
    /// When it starts.
    pub start_time: OffsetTime,
    /// When it ends.
    pub end_time: OffsetTime,
    /// Its title.
    pub title: Option<Text>,
    /// The event calendar.
    pub calendar_id: Option<CalendarId>,
    /// The user.
    pub assigned_user_id: Option<UserId>,
}

/// Changes to a blocked slot. What is not set stays.
#[request]
pub struct UpdateBlockSlot {
    /// The sub-account; only its own is taken.
    pub location_id: Option<LocationId>,
    /// When it starts.
    pub start_time: Option<OffsetTime>,
    /// When it ends.
    pub end_time: Option<OffsetTime>,
    /// Its title.
    pub title: Option<Text>,
    /// The event calendar.
    pub calendar_id: Option<CalendarId>,
    /// The user.
    pub assigned_user_id: Option<UserId>,
}

/// A blocked slot.
#[record]
pub struct BlockSlot {
    /// Its id.
    pub id: AppointmentId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its title.
    pub title: Text,
    /// When it starts.
    pub start_time: OffsetTime,
    /// When it ends.
    pub end_time: OffsetTime,
    /// The calendar.
    pub calendar_id: Option<CalendarId>,
    /// The user.
    pub assigned_user_id: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
    // The answer is the record itself, so its trace id stands among the fields; it is none of them.
    #[serde(rename = "traceId", skip_serializing)]
    #[schema(skip)]
    trace_id: Derived,
}

impl Appointment {
    /// The start in epoch milliseconds and the length in seconds that an instance's id ends with; `None` for the id
    /// of anything else.
    pub fn instance_of(id: &AppointmentId) -> Option<(AppointmentId, EpochMillis, u32)> {
        let mut parts = id.as_str().rsplitn(3, '_');
        let seconds = parts.next()?.parse().ok()?;
        let start: i64 = parts.next()?.parse().ok()?;
        Some((parts.next()?.into(), start.into(), seconds))
    }

    /// The id of an instance of a recurring appointment.
    pub fn instance_id(master: &AppointmentId, start: EpochMillis, seconds: u32) -> AppointmentId {
        format!("{master}_{}_{seconds}", start.get()).into()
    }
}
