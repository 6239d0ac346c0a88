//! What a sub-account keeps of its calendars.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::calendars::{
    Appointment, AppointmentNote, AppointmentStatus, Calendar, CalendarGroup, CalendarResource,
    MeetingLocationType, Notification, Schedule,
};
use smbcrm_core::types::{AppointmentId, CalendarId, ContactId};

use super::availability::{Diary, Entry, Owner, Span};
use super::notify::Reminder;
use crate::search::{Record, Table, Value};
use crate::world::{Owned, Row};

/// Calendars and all that belongs to them. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    /// In the order in which they were made, as everything here.
    pub(crate) calendars: Owned<Arc<Calendar>>,
    pub(crate) groups: Owned<CalendarGroup>,
    pub(crate) resources: Owned<CalendarResource>,
    pub(crate) schedules: Owned<Schedule>,
    pub(crate) notifications: Owned<StoredNotification>,
    /// What is to be told of appointments later, the earliest first.
    pub(crate) reminders: Owned<Reminder>,
    pub(crate) notes: Table<StoredNote>,
    pub(crate) events: Table<StoredEvent>,
    /// Says of the events when they keep whom busy. Changed by [`Book::put_event`] and [`Book::remove_event`] only.
    pub(super) diary: Diary,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            calendars: Owned::default(),
            groups: Owned::default(),
            resources: Owned::default(),
            schedules: Owned::default(),
            notifications: Owned::default(),
            reminders: Owned::default(),
            notes: Table::new().keyed_by(ByAppointment),
            events: Table::new().keyed_by(EventKey::Contact).keyed_by(EventKey::Master),
            diary: Diary::default(),
        }
    }
}

/// A notification and its calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredNotification {
    pub(crate) calendar: CalendarId,
    pub(crate) notification: Notification,
}

/// A note and its appointment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredNote {
    pub(crate) appointment: AppointmentId,
    pub(crate) note: AppointmentNote,
}

/// An appointment, an instance of one, a series as a whole, or a blocked slot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredEvent {
    pub(super) record: Arc<Appointment>,
    pub(super) meeting_location_type: Option<MeetingLocationType>,
    /// With the buffers of its calendar.
    pub(super) occupied: Span,
    pub(super) block: bool,
    /// A series as a whole: its instances take up time, it does not, and lists leave it out.
    pub(super) series: bool,
}

impl StoredEvent {
    pub(crate) fn shared(&self) -> Arc<Appointment> {
        Arc::clone(&self.record)
    }

    /// Whether it is an appointment that takes place: no blocked slot, and no series as a whole.
    pub(crate) fn is_meeting(&self) -> bool {
        !self.block && !self.series
    }

    /// Whether it is an appointment or an instance of one, and no blocked slot.
    pub(crate) fn is_appointment(&self) -> bool {
        !self.block
    }

    /// The record, as it is shown.
    pub(crate) fn appointment(&self) -> &Appointment {
        &self.record
    }

    pub(super) fn span(&self) -> Span {
        Span::new(millis(self.record.start_time), millis(self.record.end_time))
    }

    /// Whether it keeps anybody busy.
    pub(super) fn is_busy(&self) -> bool {
        use AppointmentStatus::{Cancelled, Invalid};
        self.block || !matches!(self.record.appointment_status, Some(Cancelled | Invalid))
    }

    fn entry(&self) -> Entry {
        Entry {
            event: self.record.id.clone(),
            calendar: self.record.calendar_id.clone().unwrap_or_default(),
            lead: self.record.assigned_user_id.clone().unwrap_or_default(),
            span: self.span(),
            occupied: self.occupied,
            block: self.block,
            busy: self.is_busy(),
        }
    }

    fn owners(&self) -> Vec<Owner> {
        let record = &self.record;
        let users = record.assigned_user_id.iter().chain(&record.users);
        let mut owners: Vec<Owner> = users.cloned().map(Owner::User).collect();
        owners.extend(record.calendar_id.iter().cloned().map(Owner::Calendar));
        owners.extend(record.assigned_resources.iter().cloned().map(Owner::Resource));
        owners
    }
}

pub(super) fn millis(at: smbcrm_core::types::OffsetTime) -> i64 {
    at.get().timestamp_millis()
}

impl Book {
    pub(crate) fn calendar(&self, id: &CalendarId) -> Option<&Arc<Calendar>> {
        self.calendars.iter().find(|calendar| calendar.id == *id)
    }

    pub(crate) fn event(&self, id: &AppointmentId) -> Option<&Arc<StoredEvent>> {
        self.events.get(id.as_str())
    }

    /// Stores an event in place of the one of its id.
    pub(crate) fn put_event(&mut self, event: StoredEvent) -> Arc<StoredEvent> {
        self.erase(&event.record.id);
        if !event.series {
            self.diary.put(&event.owners(), &event.entry());
        }
        let event = Arc::new(event);
        self.events.put(Arc::clone(&event));
        event
    }

    fn erase(&mut self, id: &AppointmentId) {
        if let Some(old) = self.events.get(id.as_str())
            && !old.series
        {
            self.diary.remove(&old.owners(), &old.entry());
        }
    }

    /// Removes an event alone; `false` when there is none.
    pub(crate) fn drop_event(&mut self, id: &AppointmentId) -> bool {
        self.erase(id);
        self.events.remove(id.as_str()).is_some()
    }

    /// Removes an event and its notes.
    pub(super) fn remove_event(&mut self, id: &AppointmentId) {
        self.drop_event(id);
        let notes: Vec<_> = self.notes_of(id).map(|note| note.note.id.clone()).collect();
        notes.iter().for_each(|note| drop(self.notes.remove(note.as_str())));
    }

    pub(super) fn notes_of(&self, id: &AppointmentId) -> impl Iterator<Item = &Arc<StoredNote>> {
        self.notes.find(&ByAppointment, Value::Text(id.as_str()))
    }

    /// The instances of a series, in order.
    pub(super) fn instances(&self, master: &AppointmentId) -> Vec<Arc<StoredEvent>> {
        let found = self.events.find(&EventKey::Master, Value::Text(master.as_str()));
        let mut instances: Vec<_> = found.cloned().collect();
        instances.sort_by(|a, b| (a.span(), &a.record.id).cmp(&(b.span(), &b.record.id)));
        instances
    }

    /// A contact's appointments, each instance of a series on its own.
    pub(crate) fn of_contact(&self, contact: &ContactId) -> impl Iterator<Item = &Arc<StoredEvent>> {
        let found = self.events.find(&CONTACT, Value::Text(contact.as_str()));
        let contact = contact.clone();
        found.filter(move |event| !event.series && event.record.contact_id.as_ref() == Some(&contact))
    }

    /// Every appointment, each instance of a series on its own.
    pub(crate) fn appointments(&self) -> impl Iterator<Item = &Arc<StoredEvent>> {
        self.events.iter().filter(|event| !event.series && !event.block)
    }

    /// Forgets a contact's appointments.
    pub(crate) fn forget_contact(&mut self, contact: &ContactId) {
        let found = self.events.find(&CONTACT, Value::Text(contact.as_str()));
        let gone: Vec<_> = found.map(|event| event.record.id.clone()).collect();
        gone.iter().for_each(|id| self.remove_event(id));
    }
}

static CONTACT: EventKey = EventKey::Contact;

/// What an event is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EventKey {
    Contact,
    Master,
}

impl Record for StoredEvent {
    type Field = EventKey;

    fn id(&self) -> &str {
        self.record.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Event(Arc::clone(record)))
    }

    fn values(&self, field: &EventKey, visit: &mut dyn FnMut(Value<'_>)) {
        let text = match field {
            EventKey::Contact => self.record.contact_id.as_ref().map(AsRef::as_ref),
            EventKey::Master => self.record.master_event_id.as_ref().map(AsRef::as_ref),
        };
        text.into_iter().for_each(|text| visit(Value::Text(text)));
    }
}

/// The one key of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByAppointment;

impl Record for StoredNote {
    type Field = ByAppointment;

    fn id(&self) -> &str {
        self.note.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::EventNote(Arc::clone(record)))
    }

    fn values(&self, _: &ByAppointment, visit: &mut dyn FnMut(Value<'_>)) {
        visit(Value::Text(self.appointment.as_str()));
    }
}
