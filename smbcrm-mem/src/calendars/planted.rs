//! Appointments that a test plants, in the form in which contacts show them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use smbcrm_core::calendars::{Appointment, AppointmentStatus, EventAuthor};
use smbcrm_core::contacts::ContactAppointment;
use smbcrm_core::types::AppointmentId;

use super::availability::{Edge, MINUTE, Span, instant};
use super::book::{StoredEvent, millis};
use super::booking::end_after;
use super::rules::DEFAULT_MINUTES;
use super::slots::offset;
use crate::world::State;

impl State {
    /// Books an appointment as it is, without asking whether its time is free; from then on it is.
    ///
    /// One without an id gets one, one without a start begins now, and one without an end behind it is half an hour
    /// long. Its times are local to the sub-account.
    pub(crate) fn plant_appointment(
        &mut self,
        planted: ContactAppointment,
        now: DateTime<Utc>,
    ) -> AppointmentId {
        let zone = self.zone();
        let at = |local: NaiveDateTime| offset(zone, instant(zone, local, Edge::Start));
        let mut record = Appointment::default();
        record.id = if planted.id.is_empty() { self.ids.record().into() } else { planted.id };
        record.location_id = self.location.id.clone();
        record.calendar_id = planted.calendar_id;
        record.title = planted.title.unwrap_or_default();
        record.contact_id = planted.contact_id;
        record.group_id = planted.group_id.map(Into::into);
        let cancelled = planted.status.as_deref() == Some("cancelled");
        let status = if cancelled { AppointmentStatus::Cancelled } else { AppointmentStatus::Confirmed };
        record.appointment_status =
            Some(planted.appointment_status.map_or(status, |status| status.as_str().into()));
        record.assigned_user_id = planted.assigned_user_id;
        record.users = planted.users;
        record.notes = planted.notes;
        record.address = planted.address;
        record.start_time = planted.start_time.map_or_else(|| offset(zone, now.timestamp_millis()), at);
        let end = planted.end_time.map(at).filter(|end| *end > record.start_time);
        let length = i64::from(DEFAULT_MINUTES) * MINUTE;
        record.end_time = end.unwrap_or_else(|| end_after(record.start_time, length));
        record.is_recurring = Some(false);
        let stamp = |local: Option<NaiveDateTime>| local.map_or(now, |local| at(local).instant());
        record.date_added = Some(stamp(planted.date_added));
        record.date_updated = Some(stamp(planted.date_updated));
        record.assigned_resources = planted.assigned_resources.into_iter().map(Into::into).collect();
        let mut author = EventAuthor::default();
        author.source = "planted".into();
        record.created_by = Some(author);
        record.extra = planted.extra;
        let id = record.id.clone();
        self.book.put_event(StoredEvent {
            occupied: Span::new(millis(record.start_time), millis(record.end_time)),
            record: Arc::new(record),
            meeting_location_type: None,
            block: false,
            series: false,
        });
        id
    }
}
