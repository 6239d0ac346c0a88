//! Calendars: when people can be met, and what is booked.
//!
//! A calendar has hours, members and rules; [`Calendars::free_slots`] says when it can be booked, and
//! [`Calendars::create_appointment`] books a slot. Of several who want the last one exactly one gets it; the others are
//! refused with 400 `The slot you have selected is no longer available.`
//!
//! ```
//! use chrono::{Duration, Utc};
//! use smbcrm_core::{Crm, Result, calendars::{CreateAppointment, FreeSlotsQuery}};
//! use smbcrm_core::types::{CalendarId, ContactId};
//!
//! async fn book_the_next_slot(crm: &dyn Crm, calendar: &CalendarId, contact: &ContactId) -> Result<()> {
//!     let now = Utc::now();
//!     let week = FreeSlotsQuery::new(now, now + Duration::days(7)).timezone("Europe/Berlin");
//!     let Some(slot) = crm.calendars().free_slots(calendar, week).await?.iter().next() else { return Ok(()) };
//!     let booking = CreateAppointment::new(calendar, "LOC1", contact, slot).title("First call");
//!     println!("booked: {}", crm.calendars().create_appointment(booking).await?.id);
//!     Ok(())
//! }
//! ```

mod appointment;
mod calendar;
mod calendar_input;
mod event;
mod group;
mod hours;
mod member;
mod note;
mod notification;
mod resource;
mod schedule;
mod slots;

use std::sync::Arc;

pub use appointment::*;
pub use calendar::*;
pub use calendar_input::*;
pub use event::*;
pub use group::*;
pub use hours::*;
pub use member::*;
pub use note::*;
pub use notification::*;
pub use resource::*;
pub use schedule::*;
pub use slots::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{
    AppointmentId, CalendarGroupId, CalendarId, CalendarNotificationId, CalendarResourceId, NoteId,
    ScheduleId,
};

/// The product's facts.
pub static CALENDARS: Product = Product {
    name: "calendars",
    version: "2021-04-15",
    summary: "Calendars, their free slots and what is booked in them.",
};

/// Calendars, their free slots and what is booked in them.
#[api(product = CALENDARS)]
pub trait Calendars: Send + Sync {
    /// Lists the groups of calendars.
    #[get(
        "/calendars/groups",
        id = "get-groups",
        scope = "calendars/groups.readonly",
        location = "locationId",
        key = "groups"
    )]
    async fn list_groups(&self, query: ListCalendarGroups) -> Result<Vec<CalendarGroup>>;

    /// Creates a group; refused when its slug is taken.
    #[post(
        "/calendars/groups",
        id = "create-calendar-group",
        scope = "calendars/groups.write",
        location = "locationId",
        key = "group"
    )]
    async fn create_group(&self, group: CreateCalendarGroup) -> Result<CalendarGroup>;

    /// Says whether a group's slug is free.
    #[post(
        "/calendars/groups/validate-slug",
        id = "validate-groups-slug",
        scope = "calendars/groups.write",
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn validate_group_slug(&self, slug: ValidateGroupSlug) -> Result<SlugAvailability>;

    /// Changes a group.
    #[put("/calendars/groups/{group_id}", id = "edit-group", scope = "calendars/groups.write", key = "group")]
    async fn update_group(
        &self,
        group_id: &CalendarGroupId,
        group: UpdateCalendarGroup,
    ) -> Result<CalendarGroup>;

    /// Deletes a group. Its calendars stay, without a group.
    #[delete(
        "/calendars/groups/{group_id}",
        id = "delete-group",
        scope = "calendars/groups.write",
        ack = "success"
    )]
    async fn delete_group(&self, group_id: &CalendarGroupId) -> Result<()>;

    /// Says whether a group can be booked.
    #[put(
        "/calendars/groups/{group_id}/status",
        id = "disable-group",
        scope = "calendars/groups.write",
        ack = "success"
    )]
    async fn set_group_status(
        &self,
        group_id: &CalendarGroupId,
        status: SetCalendarGroupStatus,
    ) -> Result<()>;

    /// Books an appointment.
    ///
    /// Refused when the time is not a free slot, unless `ignore_free_slot_validation` is set. A free member is chosen unless
    /// one is named.
    #[post(
        "/calendars/events/appointments",
        id = "create-appointment",
        scope = "calendars/events.write",
        location = "locationId",
        status = 200
    )]
    async fn create_appointment(&self, appointment: CreateAppointment) -> Result<BookedAppointment>;

    /// Fetches one appointment, or one instance of a recurring one.
    #[get(
        "/calendars/events/appointments/{event_id}",
        id = "get-appointment",
        scope = "calendars/events.readonly"
    )]
    async fn get_appointment(&self, event_id: &AppointmentId) -> Result<FoundAppointment>;

    /// Changes an appointment; a new time or calendar is checked as a booking is.
    ///
    /// The id of an instance changes that instance alone, the master's the whole series.
    #[put(
        "/calendars/events/appointments/{event_id}",
        id = "edit-appointment",
        scope = "calendars/events.write"
    )]
    async fn update_appointment(
        &self,
        event_id: &AppointmentId,
        appointment: UpdateAppointment,
    ) -> Result<BookedAppointment>;

    /// Lists the appointments of a calendar, a user or a group during a window of time.
    #[get(
        "/calendars/events",
        id = "get-calendar-events",
        scope = "calendars/events.readonly",
        location = "locationId",
        key = "events"
    )]
    async fn list_events(&self, query: ListEvents) -> Result<Vec<Arc<Appointment>>>;

    /// Lists the blocked slots of a calendar, a user or a group during a window of time.
    #[get(
        "/calendars/blocked-slots",
        id = "get-blocked-slots",
        scope = "calendars/events.readonly",
        location = "locationId",
        key = "events"
    )]
    async fn list_blocked_slots(&self, query: ListEvents) -> Result<Vec<Arc<Appointment>>>;

    /// Blocks a time of a user or of an event calendar.
    #[post(
        "/calendars/events/block-slots",
        id = "create-block-slot",
        scope = "calendars/events.write",
        location = "locationId"
    )]
    async fn create_block_slot(&self, slot: CreateBlockSlot) -> Result<BlockSlot>;

    /// Changes a blocked slot.
    #[put(
        "/calendars/events/block-slots/{event_id}",
        id = "edit-block-slot",
        scope = "calendars/events.write",
        status = 201
    )]
    async fn update_block_slot(&self, event_id: &AppointmentId, slot: UpdateBlockSlot) -> Result<BlockSlot>;

    /// Lists the free slots of a calendar by date. A window of more than 31 days is refused.
    #[get("/calendars/{calendar_id}/free-slots", id = "get-slots", scope = "calendars.readonly")]
    async fn free_slots(&self, calendar_id: &CalendarId, query: FreeSlotsQuery) -> Result<FreeSlots>;

    /// Fetches one calendar.
    #[get("/calendars/{calendar_id}", id = "get-calendar", scope = "calendars.readonly", key = "calendar")]
    async fn get(&self, calendar_id: &CalendarId) -> Result<Arc<Calendar>>;

    /// Changes a calendar. `team_members` and `open_hours` replace what there is.
    #[put("/calendars/{calendar_id}", id = "update-calendar", scope = "calendars.write", key = "calendar")]
    async fn update(&self, calendar_id: &CalendarId, calendar: UpdateCalendar) -> Result<Arc<Calendar>>;

    /// Deletes a calendar and what is booked in it.
    #[delete("/calendars/{calendar_id}", id = "delete-calendar", scope = "calendars.write", ack = "success")]
    async fn delete(&self, calendar_id: &CalendarId) -> Result<()>;

    /// Deletes an appointment, one instance of a recurring one, or a blocked slot.
    #[delete(
        "/calendars/events/{event_id}",
        id = "delete-event",
        scope = "calendars/events.write",
        ack = "succeeded",
        status = 201
    )]
    async fn delete_event(&self, event_id: &AppointmentId) -> Result<()>;

    /// Lists an appointment's notes, newest first.
    #[get(
        "/calendars/appointments/{appointment_id}/notes",
        id = "get-appointment-notes",
        scope = "calendars/events.readonly"
    )]
    async fn list_notes(
        &self,
        appointment_id: &AppointmentId,
        query: ListAppointmentNotes,
    ) -> Result<AppointmentNotePage>;

    /// Adds a note to an appointment.
    #[post(
        "/calendars/appointments/{appointment_id}/notes",
        id = "create-appointment-note",
        scope = "calendars/events.write",
        key = "note"
    )]
    async fn create_note(
        &self,
        appointment_id: &AppointmentId,
        note: WriteAppointmentNote,
    ) -> Result<AppointmentNote>;

    /// Changes a note of an appointment.
    #[put(
        "/calendars/appointments/{appointment_id}/notes/{note_id}",
        id = "update-appointment-note",
        scope = "calendars/events.write",
        key = "note"
    )]
    async fn update_note(
        &self,
        appointment_id: &AppointmentId,
        note_id: &NoteId,
        note: WriteAppointmentNote,
    ) -> Result<AppointmentNote>;

    /// Deletes a note of an appointment.
    #[delete(
        "/calendars/appointments/{appointment_id}/notes/{note_id}",
        id = "delete-appointment-note",
        scope = "calendars/events.write",
        ack = "success"
    )]
    async fn delete_note(&self, appointment_id: &AppointmentId, note_id: &NoteId) -> Result<()>;

    /// Fetches one room or equipment.
    #[get(
        "/calendars/resources/{resource_type}/{resource_id:id}",
        id = "get-calendar-resource",
        scope = "calendars/resources.readonly"
    )]
    async fn get_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
    ) -> Result<CalendarResource>;

    /// Changes a room or equipment.
    #[put(
        "/calendars/resources/{resource_type}/{resource_id:id}",
        id = "update-calendar-resource",
        scope = "calendars/resources.write"
    )]
    async fn update_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
        resource: UpdateCalendarResource,
    ) -> Result<CalendarResource>;

    /// Deletes a room or equipment.
    #[delete(
        "/calendars/resources/{resource_type}/{resource_id:id}",
        id = "delete-calendar-resource",
        scope = "calendars/resources.write",
        ack = "success"
    )]
    async fn delete_resource(
        &self,
        resource_type: &ResourceType,
        resource_id: &CalendarResourceId,
    ) -> Result<()>;

    /// Lists rooms or equipment.
    #[get(
        "/calendars/resources/{resource_type}",
        id = "fetch-calendar-resources",
        scope = "calendars/resources.readonly",
        location = "locationId"
    )]
    async fn list_resources(
        &self,
        resource_type: &ResourceType,
        query: ListCalendarResources,
    ) -> Result<Vec<CalendarResource>>;

    /// Creates a room or equipment.
    #[post(
        "/calendars/resources/{resource_type}",
        id = "create-calendar-resource",
        scope = "calendars/resources.write",
        location = "locationId"
    )]
    async fn create_resource(
        &self,
        resource_type: &ResourceType,
        resource: CreateCalendarResource,
    ) -> Result<CalendarResource>;

    /// Lists a calendar's notifications.
    #[get(
        "/calendars/{calendar_id}/notifications",
        id = "get-event-notification",
        scope = "calendars/events.readonly"
    )]
    async fn list_notifications(
        &self,
        calendar_id: &CalendarId,
        query: ListNotifications,
    ) -> Result<Vec<Notification>>;

    /// Adds notifications to a calendar.
    #[post(
        "/calendars/{calendar_id}/notifications",
        id = "create-event-notification",
        scope = "calendars/events.write",
        status = 200
    )]
    async fn create_notifications(
        &self,
        calendar_id: &CalendarId,
        notifications: Vec<CreateNotification>,
    ) -> Result<Vec<Notification>>;

    /// Fetches one notification.
    #[get(
        "/calendars/{calendar_id}/notifications/{notification_id}",
        id = "find-event-notification",
        scope = "calendars/events.readonly"
    )]
    async fn get_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
    ) -> Result<Notification>;

    /// Changes a notification.
    #[put(
        "/calendars/{calendar_id}/notifications/{notification_id}",
        id = "update-event-notification",
        scope = "calendars/events.write"
    )]
    async fn update_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
        notification: UpdateNotification,
    ) -> Result<NotificationChanged>;

    /// Deletes a notification.
    #[delete(
        "/calendars/{calendar_id}/notifications/{notification_id}",
        id = "delete-event-notification",
        scope = "calendars/events.write"
    )]
    async fn delete_notification(
        &self,
        calendar_id: &CalendarId,
        notification_id: &CalendarNotificationId,
    ) -> Result<NotificationChanged>;

    /// Lists a user's schedules.
    #[get(
        "/calendars/schedules/search",
        id = "getAllSchedules",
        scope = "calendars.readonly",
        location = "locationId",
        key = "schedules"
    )]
    async fn list_schedules(&self, query: ListSchedules) -> Result<Vec<Schedule>>;

    /// Fetches one schedule.
    #[get(
        "/calendars/schedules/{schedule_id:id}",
        missing = 404,
        id = "getScheduleById",
        scope = "calendars.readonly",
        key = "schedule"
    )]
    async fn get_schedule(&self, schedule_id: &ScheduleId) -> Result<Schedule>;

    /// Changes a schedule. `rules` replaces all of its rules.
    #[put(
        "/calendars/schedules/{schedule_id:id}",
        missing = 404,
        id = "updateSchedule",
        scope = "calendars.write",
        key = "schedule"
    )]
    async fn update_schedule(&self, schedule_id: &ScheduleId, schedule: UpdateSchedule) -> Result<Schedule>;

    /// Deletes a schedule and its rules.
    #[delete(
        "/calendars/schedules/{schedule_id:id}",
        missing = 404,
        id = "deleteSchedule",
        scope = "calendars.write",
        ack = "success"
    )]
    async fn delete_schedule(&self, schedule_id: &ScheduleId) -> Result<()>;

    /// Creates a schedule of a user.
    #[post(
        "/calendars/schedules",
        id = "createSchedule",
        scope = "calendars.write",
        location = "locationId",
        key = "schedule"
    )]
    async fn create_schedule(&self, schedule: CreateSchedule) -> Result<Schedule>;

    /// Applies a schedule to a calendar.
    #[put(
        "/calendars/schedules/{schedule_id:id}/associations/{calendar_id}",
        missing = 404,
        id = "add-calendar-to-schedule",
        scope = "calendars.write",
        ack = "success"
    )]
    async fn add_schedule_to_calendar(
        &self,
        schedule_id: &ScheduleId,
        calendar_id: &CalendarId,
    ) -> Result<()>;

    /// Takes a schedule off a calendar.
    #[delete(
        "/calendars/schedules/{schedule_id:id}/associations/{calendar_id}",
        missing = 404,
        id = "remove-calendar-from-schedule",
        scope = "calendars.write",
        ack = "success"
    )]
    async fn remove_schedule_from_calendar(
        &self,
        schedule_id: &ScheduleId,
        calendar_id: &CalendarId,
    ) -> Result<()>;

    /// Lists the calendars.
    #[get(
        "/calendars/",
        id = "get-calendars",
        scope = "calendars.readonly",
        location = "locationId",
        key = "calendars"
    )]
    async fn list(&self, query: ListCalendars) -> Result<Vec<Arc<Calendar>>>;

    /// Creates a calendar. Its type decides which members it may have.
    #[post(
        "/calendars/",
        id = "create-calendar",
        scope = "calendars.write",
        location = "locationId",
        key = "calendar",
        status = 200
    )]
    async fn create(&self, calendar: CreateCalendar) -> Result<Arc<Calendar>>;
}
