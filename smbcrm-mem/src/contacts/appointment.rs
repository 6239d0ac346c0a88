//! A contact's appointments, as far as contacts show them.

use chrono::{DateTime, Utc};
use smbcrm_core::calendars::{Appointment, AppointmentStatus};
use smbcrm_core::contacts::ContactAppointment;
use smbcrm_core::types::{ContactId, Text};

use crate::world::State;

impl State {
    /// A contact's appointments, the earliest first (assumed; the wire's order is not known). Each instance of a
    /// series is listed on its own.
    pub(crate) fn appointments_of(&self, contact: &ContactId) -> Vec<ContactAppointment> {
        let mut appointments: Vec<_> =
            self.book.of_contact(contact).map(|event| self.in_local_time(event.appointment())).collect();
        appointments.sort_by(|a, b| (a.start_time, &a.id).cmp(&(b.start_time, &b.id)));
        appointments
    }

    fn in_local_time(&self, event: &Appointment) -> ContactAppointment {
        let zone = self.zone();
        let local = |at: DateTime<Utc>| Some(at.with_timezone(&zone).naive_local());
        let status = event.appointment_status.as_ref();
        let booked = if status == Some(&AppointmentStatus::Cancelled) { "cancelled" } else { "booked" };
        let mut shown = ContactAppointment::default();
        shown.id = event.id.clone();
        shown.calendar_id.clone_from(&event.calendar_id);
        shown.status = Some(booked.into());
        shown.title = Some(event.title.clone());
        shown.assigned_user_id.clone_from(&event.assigned_user_id);
        shown.notes.clone_from(&event.notes);
        shown.start_time = local(event.start_time.instant());
        shown.end_time = local(event.end_time.instant());
        shown.address.clone_from(&event.address);
        shown.location_id = Some(event.location_id.clone());
        shown.contact_id.clone_from(&event.contact_id);
        shown.group_id = event.group_id.as_ref().map(Text::from);
        shown.appointment_status = status.map(|status| status.as_str().into());
        shown.users.clone_from(&event.users);
        shown.date_added = event.date_added.and_then(local);
        shown.date_updated = event.date_updated.and_then(local);
        shown.assigned_resources = event.assigned_resources.iter().map(Text::from).collect();
        shown.extra.clone_from(&event.extra);
        shown
    }
}
