//! Appointments.

use chrono::{DateTime, Utc};

use crate::types::{
    AppointmentId, CalendarGroupId, CalendarId, CalendarResourceId, ContactId, Derived, Extra, LocationId,
    OffsetTime, Text, UserId,
};
use crate::{open_enum, record, request};

/// What became of an appointment.
#[open_enum]
pub enum AppointmentStatus {
    /// Booked, not yet confirmed.
    New = "new",
    /// Confirmed.
    Confirmed = "confirmed",
    /// Cancelled; its time is free again.
    Cancelled = "cancelled",
    /// The contact came.
    Showed = "showed",
    /// The contact did not come.
    NoShow = "noshow",
    /// Not to be counted; its time is free again.
    Invalid = "invalid",
    /// Under way. Read only.
    Active = "active",
    /// Over. Read only.
    Completed = "completed",
}

/// The kind of a meeting's place, as an appointment names it.
#[open_enum]
pub enum MeetingLocationType {
    /// Any text.
    Custom = "custom",
    /// Zoom.
    Zoom = "zoom",
    /// Google Meet.
    GoogleMeet = "gmeet",
    /// A phone call.
    Phone = "phone",
    /// An address.
    Address = "address",
    /// Microsoft Teams.
    MsTeams = "ms_teams",
    /// Google.
    Google = "google",
}

/// An appointment to book.
///
/// The time must be a free slot of the calendar, unless told otherwise.
#[request]
pub struct CreateAppointment {
    /// The calendar.
    pub calendar_id: CalendarId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who comes.
    pub contact_id: ContactId,
    /// When it starts: a slot as [`super::Calendars::free_slots`] answers it.
    pub start_time: OffsetTime,
    /// When it ends; after the calendar's slot duration unless given. May be later, where that time is free too.
    pub end_time: Option<OffsetTime>,
    /// Its title; the calendar's unless given.
    pub title: Option<Text>,
    /// The kind of place; `custom` where an `address` is given.
    pub meeting_location_type: Option<MeetingLocationType>,
    /// Which of the calendar's places: the `meeting_id` of one.
    pub meeting_location_id: Option<Text>,
    /// Whether `meeting_location_type` and `address` win over the calendar's place.
    pub override_location_config: Option<bool>,
    /// Its status; `confirmed` unless the calendar does not confirm at once, `new` then.
    pub appointment_status: Option<AppointmentStatus>,
    /// Who takes it; a free member is chosen unless given.
    pub assigned_user_id: Option<UserId>,
    /// What it is about.
    pub description: Option<Text>,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Whether the calendar's booking notice and horizon are ignored.
    pub ignore_date_range: Option<bool>,
    /// Whether automations run; they do unless told otherwise.
    pub to_notify: Option<bool>,
    /// Whether any time at all may be booked. Ignores notice and horizon as well.
    pub ignore_free_slot_validation: Option<bool>,
    /// Recurs by this RFC 5545 rule; with `ignore_free_slot_validation` only, and without `DTSTART`.
    pub rrule: Option<Text>,
}

/// Changes to an appointment. What is not set stays. Its contact and sub-account are fixed.
#[request]
pub struct UpdateAppointment {
    /// Another calendar.
    pub calendar_id: Option<CalendarId>,
    /// When it starts; moving it moves its end along unless that is given.
    pub start_time: Option<OffsetTime>,
    /// When it ends.
    pub end_time: Option<OffsetTime>,
    /// Its title.
    pub title: Option<Text>,
    /// The kind of place.
    pub meeting_location_type: Option<MeetingLocationType>,
    /// Which of the calendar's places.
    pub meeting_location_id: Option<Text>,
    /// Whether `meeting_location_type` and `address` win over the calendar's place.
    pub override_location_config: Option<bool>,
    /// Its status.
    pub appointment_status: Option<AppointmentStatus>,
    /// Who takes it.
    pub assigned_user_id: Option<UserId>,
    /// What it is about.
    pub description: Option<Text>,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Whether the calendar's booking notice and horizon are ignored.
    pub ignore_date_range: Option<bool>,
    /// Whether automations run; they do unless told otherwise.
    pub to_notify: Option<bool>,
    /// Whether any time at all may be booked.
    pub ignore_free_slot_validation: Option<bool>,
    /// Recurs by this RFC 5545 rule; with `ignore_free_slot_validation` only.
    pub rrule: Option<Text>,
}

/// What booking or changing an appointment answers. It says less than [`Appointment`]: no dates of its own.
#[record]
pub struct BookedAppointment {
    /// Its id.
    pub id: AppointmentId,
    /// Its calendar.
    pub calendar_id: CalendarId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who comes.
    pub contact_id: ContactId,
    /// When it starts.
    pub start_time: Option<OffsetTime>,
    /// When it ends.
    pub end_time: Option<OffsetTime>,
    /// Its title.
    pub title: Option<Text>,
    /// The kind of place.
    pub meeting_location_type: Option<MeetingLocationType>,
    /// Its status.
    pub appointment_status: Option<AppointmentStatus>,
    /// Who takes it.
    pub assigned_user_id: Option<UserId>,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Whether it recurs.
    pub is_recurring: Option<bool>,
    /// The rule it recurs by.
    pub rrule: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
    // The answer is the record itself, so its trace id stands among the fields; it is none of them.
    #[serde(rename = "traceId", skip_serializing)]
    #[schema(skip)]
    trace_id: Derived,
}

/// Who booked or changed an appointment.
#[record]
pub struct EventAuthor {
    /// The user.
    pub user_id: Option<UserId>,
    /// Where it came from, such as `booking_widget` or `third_party`.
    pub source: Text,
}

/// An event of a calendar: an appointment, one instance of a recurring one, or a blocked slot.
#[record]
pub struct Appointment {
    /// Its id; of an instance `<master id>_<start, epoch milliseconds>_<duration, seconds>`.
    pub id: AppointmentId,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Its title.
    pub title: Text,
    /// Its calendar. A user's blocked slot has none.
    pub calendar_id: Option<CalendarId>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who comes.
    pub contact_id: Option<ContactId>,
    /// The group of its calendar.
    pub group_id: Option<CalendarGroupId>,
    /// Its status.
    pub appointment_status: Option<AppointmentStatus>,
    /// Who takes it.
    pub assigned_user_id: Option<UserId>,
    /// The other users who take part.
    pub users: Vec<UserId>,
    /// Notes.
    pub notes: Option<Text>,
    /// What it is about.
    pub description: Option<Text>,
    /// Whether it recurs.
    pub is_recurring: Option<bool>,
    /// The rule it recurs by.
    pub rrule: Option<Text>,
    /// When it starts.
    pub start_time: OffsetTime,
    /// When it ends.
    pub end_time: OffsetTime,
    /// When it was booked.
    pub date_added: Option<DateTime<Utc>>,
    /// When it was changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// Rooms and equipment.
    pub assigned_resources: Vec<CalendarResourceId>,
    /// Who booked it.
    pub created_by: Option<EventAuthor>,
    /// The appointment that an instance belongs to.
    pub master_event_id: Option<AppointmentId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An appointment that was asked for.
#[record]
pub struct FoundAppointment {
    /// The appointment. The specification calls it `event`; both are read.
    #[serde(alias = "event")]
    pub appointment: Appointment,
}
