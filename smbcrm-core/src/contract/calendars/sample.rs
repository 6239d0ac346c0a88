//! One of each record of the product, for the sweep over all operations.

use serde_json::{Value, json};

use super::{at_nine, calendar, now, unchecked};
use crate::calendars::{
    CalendarType, CreateBlockSlot, CreateCalendarGroup, CreateCalendarResource, CreateNotification,
    CreateSchedule, NotificationChannel, NotificationReceiver, NotificationType, ResourceType,
    WriteAppointmentNote,
};
use crate::contract::{Failure, Stage};
use crate::operation::Operation;
use crate::types::{ContactId, Text};

/// Ids of records on a stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    calendar: Text,
    group: Text,
    appointment: Text,
    block: Text,
    note: Text,
    room: Text,
    notification: Text,
    schedule: Text,
    contact: Text,
    slug: Text,
    day: i64,
}

impl Sample {
    pub(crate) async fn make(stage: &Stage, contact: &ContactId) -> Result<Self, Failure> {
        let calendars = stage.crm.calendars();
        let calendar = calendar(stage, CalendarType::ServiceBooking, &["USER1"]).await?;
        let slug = Text::from(stage.unique("group"));
        let group = CreateCalendarGroup::new(&stage.location, "Sweep", "All of it", &slug);
        let group = calendars.create_group(group).await?;
        stage.discard(&group.id);
        let start = at_nine(now(stage).await?, 3);
        let appointment =
            calendars.create_appointment(unchecked(stage, &calendar.id, contact, start)).await?;
        let hour = start.instant() + chrono::TimeDelta::hours(1);
        let block = CreateBlockSlot::new(&stage.location, start, hour).assigned_user_id("USER2");
        let block = calendars.create_block_slot(block).await?;
        stage.discard(&block.id);
        let note = calendars.create_note(&appointment.id, WriteAppointmentNote::new("Hello")).await?;
        let room = CreateCalendarResource::new(&stage.location, "Blue", "A room", 1, 0, 4, [&calendar.id]);
        let room = calendars.create_resource(&ResourceType::Rooms, room).await?;
        stage.discard((&ResourceType::Rooms, &room.id));
        let notification = CreateNotification::new(
            NotificationReceiver::Contact,
            NotificationChannel::Email,
            NotificationType::Booked,
        );
        let notifications = calendars.create_notifications(&calendar.id, vec![notification]).await?;
        let schedule =
            CreateSchedule::new(&stage.location, "USER1", "Hours", "UTC").calendar_ids([&calendar.id]);
        let schedule = calendars.create_schedule(schedule).await?;
        stage.discard(&schedule.id);
        Ok(Self {
            calendar: calendar.id.as_text().clone(),
            group: group.id.as_text().clone(),
            appointment: appointment.id.as_text().clone(),
            block: block.id.as_text().clone(),
            note: note.id.as_text().clone(),
            room: room.id.as_text().clone(),
            notification: notifications.first().map(|made| made.id.as_text().clone()).unwrap_or_default(),
            schedule: schedule.id.as_text().clone(),
            contact: contact.as_text().clone(),
            slug: stage.unique("slug").into(),
            day: start.instant().timestamp_millis(),
        })
    }

    /// The same calls with ids that nobody has.
    pub(crate) fn unknown(&self) -> Self {
        let id = || Text::from("nothing");
        Self {
            calendar: id(),
            group: id(),
            appointment: id(),
            block: id(),
            note: id(),
            room: id(),
            notification: id(),
            schedule: id(),
            ..self.clone()
        }
    }

    pub(crate) fn param(&self, operation: &Operation, name: &str) -> &str {
        match (operation.name, name) {
            ("update_block_slot", "eventId") => &self.block,
            (_, "eventId" | "appointmentId") => &self.appointment,
            (_, "calendarId") => &self.calendar,
            (_, "groupId") => &self.group,
            (_, "noteId") => &self.note,
            (_, "notificationId") => &self.notification,
            (_, "resourceType") => "rooms",
            (name, "id") if name.ends_with("_resource") => &self.room,
            _ => &self.schedule,
        }
    }

    pub(crate) fn query(&self, operation: &Operation, location: &str) -> Value {
        let window = json!({ "startDate": self.day, "endDate": self.day + 86_400_000 });
        match operation.name {
            "free_slots" => window,
            "list_events" | "list_blocked_slots" => {
                json!({ "locationId": location, "startTime": self.day, "endTime": self.day + 86_400_000,
                    "calendarId": self.calendar })
            }
            "list_notes" => json!({ "limit": 10, "offset": 0 }),
            "list_notifications" => json!({}),
            "list_schedules" => json!({ "locationId": location, "userId": "USER1" }),
            _ => json!({ "locationId": location }),
        }
    }

    pub(crate) fn body(&self, operation: &Operation, location: &str) -> Value {
        match operation.name {
            "create_group" => {
                json!({ "locationId": location, "name": "a", "description": "b", "slug": self.slug })
            }
            "update_group" => json!({ "name": "a", "description": "b", "slug": self.slug }),
            "set_group_status" => json!({ "isActive": true }),
            "validate_group_slug" => json!({ "locationId": location, "slug": self.slug }),
            "create_appointment" => {
                json!({ "locationId": location, "calendarId": self.calendar, "contactId": self.contact,
                    "startTime": "2031-06-03T09:00:00+00:00", "ignoreFreeSlotValidation": true })
            }
            "create_block_slot" => {
                json!({ "locationId": location, "assignedUserId": "USER2",
                    "startTime": "2031-06-03T09:00:00+00:00", "endTime": "2031-06-03T10:00:00+00:00" })
            }
            "create_note" | "update_note" => json!({ "body": "Hello" }),
            "create_resource" => {
                json!({ "locationId": location, "name": "Green", "description": "b", "quantity": 1,
                    "outOfService": 0, "capacity": 2, "calendarIds": [] })
            }
            "create_notifications" => {
                json!([{ "receiverType": "contact", "channel": "email", "notificationType": "booked" }])
            }
            "create_schedule" => {
                json!({ "locationId": location, "userId": "USER1", "name": "Hours", "timezone": "UTC" })
            }
            "create" => json!({ "locationId": location, "name": "Sweep", "calendarType": "event" }),
            _ => json!({}),
        }
    }
}
