//! Appointments. The record is nested, unlike every other event's.

use super::{Payload, Subject};
use crate::calendars::{Appointment, AppointmentStatus};
use crate::record;
use crate::types::{
    AppointmentId, CalendarGroupId, CalendarId, ContactId, Extra, LocationId, OffsetTime, Text, UserId,
};

/// An appointment was booked, changed or deleted.
///
/// The documentation shows updates and deletions under the type `AppointmentCreate`: where an update arrives as a
/// create, it is read as one.
#[record]
pub struct AppointmentEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The appointment.
    pub appointment: EventAppointment,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An appointment, as far as an event shows it.
#[record]
pub struct EventAppointment {
    /// Its id.
    #[serde(skip_serializing_if = "AppointmentId::is_empty")]
    pub id: AppointmentId,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// Its calendar.
    pub calendar_id: Option<CalendarId>,
    /// Who comes.
    pub contact_id: Option<ContactId>,
    /// The group of its calendar.
    pub group_id: Option<CalendarGroupId>,
    /// Its status.
    pub appointment_status: Option<AppointmentStatus>,
    /// Who takes it.
    pub assigned_user_id: Option<UserId>,
    /// All users who take part.
    pub users: Option<Vec<UserId>>,
    /// Notes.
    pub notes: Option<Text>,
    /// What booked it, such as `booking_widget`.
    pub source: Option<Text>,
    /// When it starts.
    pub start_time: Option<OffsetTime>,
    /// When it ends.
    pub end_time: Option<OffsetTime>,
    /// When it was booked.
    pub date_added: Option<OffsetTime>,
    /// When it was changed.
    pub date_updated: Option<OffsetTime>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Appointment> for AppointmentEvent {
    fn from(it: &Appointment) -> Self {
        let appointment = EventAppointment {
            id: it.id.clone(),
            address: it.address.clone(),
            title: Some(it.title.clone()),
            calendar_id: it.calendar_id.clone(),
            contact_id: it.contact_id.clone(),
            group_id: it.group_id.clone(),
            appointment_status: it.appointment_status.clone(),
            assigned_user_id: it.assigned_user_id.clone(),
            users: Some(it.users.clone()),
            notes: it.notes.clone(),
            source: it.created_by.as_ref().map(|author| author.source.clone()),
            start_time: Some(it.start_time),
            end_time: Some(it.end_time),
            date_added: it.date_added.map(OffsetTime::from),
            date_updated: it.date_updated.map(OffsetTime::from),
            extra: Extra::default(),
        };
        Self { location_id: it.location_id.clone(), appointment, extra: Extra::default() }
    }
}

impl Payload for AppointmentEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.appointment.id.as_str(), &self.location_id).of(self.appointment.contact_id.as_ref())
    }
}
