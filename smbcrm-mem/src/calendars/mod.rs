//! Calendars, answered from state.

mod availability;
mod book;
mod booking;
mod calendar;
mod check;
mod event;
mod group;
mod note;
mod notification;
mod notify;
mod place;
mod planted;
mod rebooking;
mod resource;
mod rules;
mod schedule;
mod slots;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smbcrm_core::calendars::operations as op;
use smbcrm_core::calendars::*;
use smbcrm_core::operation::Operation;
use smbcrm_core::types::{
    AppointmentId, CalendarGroupId, CalendarId, CalendarNotificationId, CalendarResourceId, NoteId,
    ScheduleId,
};
use smbcrm_core::{Error, Result};

pub(crate) use availability::{Edge, instant};
pub(crate) use book::{Book, StoredEvent, StoredNote, StoredNotification};
pub(crate) use notify::Reminder;

use crate::MemCrm;
use crate::refusal;
use crate::world::{Owned, State, StoredUser};

fn missing_calendar(id: &CalendarId) -> Error {
    refusal::not_found("Calendar", id.as_str())
}

fn missing_group(id: &CalendarGroupId) -> Error {
    refusal::not_found("Calendar group", id.as_str())
}

fn missing_appointment(id: &AppointmentId) -> Error {
    refusal::not_found("Appointment", id.as_str())
}

fn missing_event(id: &AppointmentId) -> Error {
    refusal::not_found("Event", id.as_str())
}

fn missing_resource(id: &CalendarResourceId) -> Error {
    refusal::not_found("Resource", id.as_str())
}

fn missing_schedule(id: &ScheduleId) -> Error {
    refusal::missing_schedule(id.as_str())
}

type At = DateTime<Utc>;

impl MemCrm {
    /// The users who may be told of an appointment: they are the agency's, and behind another lock.
    fn told_users(&self) -> Owned<StoredUser> {
        self.world.directory.read().users.clone()
    }

    fn read_calendar<T>(
        &self,
        operation: &'static Operation,
        id: &CalendarId,
        read: impl Fn(&State, &Arc<Calendar>) -> Result<T>,
    ) -> Result<T> {
        let find = |state: &State| state.book.calendar(id).map(|calendar| read(state, calendar));
        let found = self.read_record(operation, id.as_str(), find, || missing_calendar(id))?;
        found.map_err(|error| error.during(operation))
    }

    fn write_calendar<T>(
        &self,
        operation: &'static Operation,
        id: &CalendarId,
        change: impl FnOnce(&mut State) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.book.calendar(id).is_some();
        self.write_record(operation, id.as_str(), holds, |state, _| change(state), || missing_calendar(id))
    }

    fn write_group<T>(
        &self,
        operation: &'static Operation,
        id: &CalendarGroupId,
        change: impl FnOnce(&mut State) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.book.groups.iter().any(|known| known.id == *id);
        self.write_record(operation, id.as_str(), holds, |state, _| change(state), || missing_group(id))
    }

    fn write_event<T>(
        &self,
        operation: &'static Operation,
        id: &AppointmentId,
        missing: fn(&AppointmentId) -> Error,
        change: impl FnOnce(&mut State, At) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.book.event(id).is_some();
        self.write_record(operation, id.as_str(), holds, change, || missing(id))
    }

    fn write_resource<T>(
        &self,
        operation: &'static Operation,
        kind: &ResourceType,
        id: &CalendarResourceId,
        change: impl FnOnce(&mut State) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.resource(kind, id).is_some();
        self.write_record(operation, id.as_str(), holds, |state, _| change(state), || missing_resource(id))
    }

    fn write_schedule<T>(
        &self,
        operation: &'static Operation,
        id: &ScheduleId,
        change: impl FnOnce(&mut State, At) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.schedule(id).is_some();
        self.write_record(operation, id.as_str(), holds, change, || missing_schedule(id))
    }
}

#[async_trait]
impl Calendars for MemCrm {
    async fn list_groups(&self, query: ListCalendarGroups) -> Result<Vec<CalendarGroup>> {
        self.read(&op::LIST_GROUPS, &query.location_id, |state| Ok(state.book.groups.to_vec()))
    }

    async fn create_group(&self, group: CreateCalendarGroup) -> Result<CalendarGroup> {
        let location = group.location_id.clone();
        self.write(&op::CREATE_GROUP, &location, |state, _| state.create_group(group))
    }

    async fn validate_group_slug(&self, slug: ValidateGroupSlug) -> Result<SlugAvailability> {
        self.read(&op::VALIDATE_GROUP_SLUG, &slug.location_id, |state| {
            if slug.slug.trim().is_empty() {
                return Err(refusal::empty("slug"));
            }
            let mut said = SlugAvailability::default();
            said.available = state.is_group_slug_free(&slug.slug, None);
            Ok(said)
        })
    }

    async fn update_group(
        &self,
        group_id: &CalendarGroupId,
        group: UpdateCalendarGroup,
    ) -> Result<CalendarGroup> {
        self.write_group(&op::UPDATE_GROUP, group_id, |state| state.update_group(group_id, group))
    }

    async fn delete_group(&self, group_id: &CalendarGroupId) -> Result<()> {
        self.write_group(&op::DELETE_GROUP, group_id, |state| {
            state.delete_group(group_id);
            Ok(())
        })
    }

    async fn set_group_status(
        &self,
        group_id: &CalendarGroupId,
        status: SetCalendarGroupStatus,
    ) -> Result<()> {
        self.write_group(&op::SET_GROUP_STATUS, group_id, |state| {
            state.change_group(group_id, |group| group.is_active = Some(status.is_active)).map(drop)
        })
    }

    async fn create_appointment(&self, appointment: CreateAppointment) -> Result<BookedAppointment> {
        let location = appointment.location_id.clone();
        if location.is_empty() {
            let refused = |_: &_| Err(refusal::no_location_of_appointment().during(&op::CREATE_APPOINTMENT));
            return self.enter_account(&op::CREATE_APPOINTMENT, refused);
        }
        let users = self.told_users();
        self.write(&op::CREATE_APPOINTMENT, &location, |state, now| {
            state.book_appointment(appointment, &users, now)
        })
    }

    async fn get_appointment(&self, event_id: &AppointmentId) -> Result<FoundAppointment> {
        let find = |state: &State| {
            let event = state.book.event(event_id).filter(|event| !event.block)?;
            let mut found = FoundAppointment::default();
            found.appointment = Appointment::clone(event.appointment());
            Some(found)
        };
        self.read_record(&op::GET_APPOINTMENT, event_id.as_str(), find, || missing_appointment(event_id))
    }

    async fn update_appointment(
        &self,
        event_id: &AppointmentId,
        appointment: UpdateAppointment,
    ) -> Result<BookedAppointment> {
        let users = self.told_users();
        self.write_event(&op::UPDATE_APPOINTMENT, event_id, missing_appointment, |state, now| {
            state.change_appointment(event_id, &appointment, &users, now)
        })
    }

    async fn list_events(&self, query: ListEvents) -> Result<Vec<Arc<Appointment>>> {
        self.read(&op::LIST_EVENTS, &query.location_id, |state| state.list_events(&query, false))
    }

    async fn list_blocked_slots(&self, query: ListEvents) -> Result<Vec<Arc<Appointment>>> {
        self.read(&op::LIST_BLOCKED_SLOTS, &query.location_id, |state| state.list_events(&query, true))
    }

    async fn create_block_slot(&self, slot: CreateBlockSlot) -> Result<BlockSlot> {
        let location = slot.location_id.clone();
        self.write(&op::CREATE_BLOCK_SLOT, &location, |state, now| state.create_block(slot, now))
    }

    async fn update_block_slot(&self, event_id: &AppointmentId, slot: UpdateBlockSlot) -> Result<BlockSlot> {
        self.write_event(&op::UPDATE_BLOCK_SLOT, event_id, missing_event, |state, now| {
            state.change_block(event_id, slot, now)
        })
    }

    async fn free_slots(&self, calendar_id: &CalendarId, query: FreeSlotsQuery) -> Result<FreeSlots> {
        let now = self.clock().now();
        self.read_calendar(&op::FREE_SLOTS, calendar_id, |state, calendar| {
            state.free_slots(calendar, &query, now)
        })
    }

    async fn get(&self, calendar_id: &CalendarId) -> Result<Arc<Calendar>> {
        self.read_calendar(&op::GET, calendar_id, |_, calendar| Ok(Arc::clone(calendar)))
    }

    async fn update(&self, calendar_id: &CalendarId, calendar: UpdateCalendar) -> Result<Arc<Calendar>> {
        self.write_calendar(&op::UPDATE, calendar_id, |state| state.update_calendar(calendar_id, calendar))
    }

    async fn delete(&self, calendar_id: &CalendarId) -> Result<()> {
        self.write_calendar(&op::DELETE, calendar_id, |state| {
            state.delete_calendar(calendar_id);
            Ok(())
        })
    }

    async fn delete_event(&self, event_id: &AppointmentId) -> Result<()> {
        self.write_event(&op::DELETE_EVENT, event_id, missing_event, |state, _| {
            state.delete_event(event_id);
            Ok(())
        })
    }

    async fn list_notes(
        &self,
        appointment_id: &AppointmentId,
        query: ListAppointmentNotes,
    ) -> Result<AppointmentNotePage> {
        let find = |state: &State| {
            state.book.event(appointment_id).map(|_| state.appointment_notes(appointment_id, &query))
        };
        let missing = || missing_appointment(appointment_id);
        let page = self.read_record(&op::LIST_NOTES, appointment_id.as_str(), find, missing)?;
        page.map_err(|error| error.during(&op::LIST_NOTES))
    }

    async fn create_note(
        &self,
        appointment_id: &AppointmentId,
        note: WriteAppointmentNote,
    ) -> Result<AppointmentNote> {
        self.write_event(&op::CREATE_NOTE, appointment_id, missing_appointment, |state, now| {
            state.write_appointment_note(appointment_id, note, now)
        })
    }

    async fn update_note(
        &self,
        appointment_id: &AppointmentId,
        note_id: &NoteId,
        note: WriteAppointmentNote,
    ) -> Result<AppointmentNote> {
        self.write_event(&op::UPDATE_NOTE, appointment_id, missing_appointment, |state, _| {
            state.rewrite_appointment_note(appointment_id, note_id, note)
        })
    }

    async fn delete_note(&self, appointment_id: &AppointmentId, note_id: &NoteId) -> Result<()> {
        self.write_event(&op::DELETE_NOTE, appointment_id, missing_appointment, |state, _| {
            state.delete_appointment_note(appointment_id, note_id)
        })
    }

    async fn get_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
    ) -> Result<CalendarResource> {
        let find = |state: &State| state.resource(resource_type, resource_id).cloned();
        self.read_record(&op::GET_RESOURCE, resource_id.as_str(), find, || missing_resource(resource_id))
    }

    async fn update_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
        resource: UpdateCalendarResource,
    ) -> Result<CalendarResource> {
        self.write_resource(&op::UPDATE_RESOURCE, resource_type, resource_id, |state| {
            state.update_resource(resource_type, resource_id, resource)
        })
    }

    async fn delete_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
    ) -> Result<()> {
        self.write_resource(&op::DELETE_RESOURCE, resource_type, resource_id, |state| {
            state.delete_resource(resource_id);
            Ok(())
        })
    }

    async fn list_resources(
        &self,
        resource_type: &ResourceType,
        query: ListCalendarResources,
    ) -> Result<Vec<CalendarResource>> {
        self.read(&op::LIST_RESOURCES, &query.location_id, |state| {
            resource::check_type(resource_type)?;
            Ok(state.list_resources(resource_type, &query))
        })
    }

    async fn create_resource(
        &self,
        resource_type: &ResourceType,
        resource: CreateCalendarResource,
    ) -> Result<CalendarResource> {
        let location = resource.location_id.clone();
        self.write(&op::CREATE_RESOURCE, &location, |state, _| state.create_resource(resource_type, resource))
    }

    async fn list_notifications(
        &self,
        calendar_id: &CalendarId,
        query: ListNotifications,
    ) -> Result<Vec<Notification>> {
        self.read_calendar(&op::LIST_NOTIFICATIONS, calendar_id, |state, _| {
            Ok(state.list_notifications(calendar_id, &query))
        })
    }

    async fn create_notifications(
        &self,
        calendar_id: &CalendarId,
        notifications: Vec<CreateNotification>,
    ) -> Result<Vec<Notification>> {
        self.write_calendar(&op::CREATE_NOTIFICATIONS, calendar_id, |state| {
            state.create_notifications(calendar_id, notifications)
        })
    }

    async fn get_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
    ) -> Result<Notification> {
        self.read_calendar(&op::GET_NOTIFICATION, calendar_id, |state, _| {
            state.notification(calendar_id, notification_id)
        })
    }

    async fn update_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
        notification: UpdateNotification,
    ) -> Result<NotificationChanged> {
        self.write_calendar(&op::UPDATE_NOTIFICATION, calendar_id, |state| {
            state.update_notification(calendar_id, notification_id, notification)
        })
    }

    async fn delete_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
    ) -> Result<NotificationChanged> {
        self.write_calendar(&op::DELETE_NOTIFICATION, calendar_id, |state| {
            state.delete_notification(calendar_id, notification_id)
        })
    }

    async fn list_schedules(&self, query: ListSchedules) -> Result<Vec<Schedule>> {
        self.read(&op::LIST_SCHEDULES, &query.location_id, |state| state.list_schedules(&query))
    }

    async fn get_schedule(&self, schedule_id: &ScheduleId) -> Result<Schedule> {
        let find = |state: &State| state.any_schedule(schedule_id).cloned();
        self.read_record(&op::GET_SCHEDULE, schedule_id.as_str(), find, || missing_schedule(schedule_id))
    }

    async fn update_schedule(&self, schedule_id: &ScheduleId, schedule: UpdateSchedule) -> Result<Schedule> {
        self.write_schedule(&op::UPDATE_SCHEDULE, schedule_id, |state, now| {
            state.update_schedule(schedule_id, schedule, now)
        })
    }

    async fn delete_schedule(&self, schedule_id: &ScheduleId) -> Result<()> {
        self.write_schedule(&op::DELETE_SCHEDULE, schedule_id, |state, now| {
            state.delete_schedule(schedule_id, now);
            Ok(())
        })
    }

    async fn create_schedule(&self, schedule: CreateSchedule) -> Result<Schedule> {
        let location = schedule.location_id.clone();
        self.write(&op::CREATE_SCHEDULE, &location, |state, now| state.create_schedule(schedule, now))
    }

    async fn add_schedule_to_calendar(
        &self,
        schedule_id: &ScheduleId,
        calendar_id: &CalendarId,
    ) -> Result<()> {
        self.write_schedule(&op::ADD_SCHEDULE_TO_CALENDAR, schedule_id, |state, now| {
            state.associate(schedule_id, calendar_id, true, now)
        })
    }

    async fn remove_schedule_from_calendar(
        &self,
        schedule_id: &ScheduleId,
        calendar_id: &CalendarId,
    ) -> Result<()> {
        self.write_schedule(&op::REMOVE_SCHEDULE_FROM_CALENDAR, schedule_id, |state, now| {
            state.associate(schedule_id, calendar_id, false, now)
        })
    }

    async fn list(&self, query: ListCalendars) -> Result<Vec<Arc<Calendar>>> {
        self.read(&op::LIST, &query.location_id, |state| Ok(state.list_calendars(&query)))
    }

    async fn create(&self, calendar: CreateCalendar) -> Result<Arc<Calendar>> {
        let location = calendar.location_id.clone();
        self.write(&op::CREATE, &location, |state, _| state.create_calendar(calendar))
    }
}
