//! Notifications of a calendar.

use super::{booking, calendar, first_slot, later, says};
use crate::ErrorKind::{Invalid, NotFound};
use crate::calendars::operations::{
    CREATE_APPOINTMENT, CREATE_NOTIFICATIONS, DELETE_NOTIFICATION, GET_NOTIFICATION, LIST_NOTIFICATIONS,
    UPDATE_APPOINTMENT, UPDATE_NOTIFICATION,
};
use crate::calendars::{
    AppointmentStatus, CalendarType, CreateNotification, ListNotifications, NotificationChannel,
    NotificationReceiver, NotificationType, TimeOffset, UpdateAppointment, UpdateNotification,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::{Direction, ListMessages, SearchConversations};
use crate::types::CalendarNotificationId;

cases! {
    notifications_are_created_and_read => [CREATE_NOTIFICATIONS, GET_NOTIFICATION, LIST_NOTIFICATIONS],
    a_notification_is_changed => [UPDATE_NOTIFICATION, GET_NOTIFICATION, LIST_NOTIFICATIONS],
    a_deleted_notification_is_kept_aside => [DELETE_NOTIFICATION, GET_NOTIFICATION, LIST_NOTIFICATIONS, UPDATE_NOTIFICATION],
    wrong_notifications_are_named => [CREATE_NOTIFICATIONS, UPDATE_NOTIFICATION],
    people_are_told_unless_they_are_not_to_be => [CREATE_NOTIFICATIONS, CREATE_APPOINTMENT, UPDATE_APPOINTMENT],
    unknown_notifications_are_named => [GET_NOTIFICATION, UPDATE_NOTIFICATION, DELETE_NOTIFICATION],
}

fn reminder() -> CreateNotification {
    CreateNotification::new(
        NotificationReceiver::Contact,
        NotificationChannel::Email,
        NotificationType::Reminder,
    )
    .subject("Soon")
    .before_time([TimeOffset::new().time_offset(1.0).unit("hours")])
}

async fn notifications_are_created_and_read(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let other = reminder().is_active(false).selected_users(["USER1"]);
    let other = other.from_address("desk@contract.example").from_name("Desk").from_number("+15005550100");
    let inputs = vec![reminder(), other];
    let created = calendars.create_notifications(&made.id, inputs).await?;
    ensure_eq!(created.len(), 2);
    ensure_eq!((created[0].subject.as_deref(), created[0].is_active), (Some("Soon"), Some(true)));
    ensure_eq!(created[0].before_time.len(), 1);
    ensure_eq!(created[1].from_address.as_deref(), Some("desk@contract.example"));
    ensure_eq!(calendars.get_notification(&made.id, &created[1].id).await?, created[1]);
    ensure_eq!(calendars.list_notifications(&made.id, ListNotifications::new()).await?, created);
    let active = calendars.list_notifications(&made.id, ListNotifications::new().is_active(true)).await?;
    ensure_eq!(active, created[..1]);
    let second = calendars.list_notifications(&made.id, ListNotifications::new().skip(1).limit(1)).await?;
    ensure_eq!(second, created[1..]);
    Ok(())
}

async fn a_notification_is_changed(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let created = calendars.create_notifications(&made.id, vec![reminder()]).await?;
    let change = UpdateNotification::new().subject("Very soon").is_active(false);
    let said = calendars.update_notification(&made.id, &created[0].id, change).await?;
    ensure!(!said.message.is_empty(), "it says so");
    let found = calendars.get_notification(&made.id, &created[0].id).await?;
    ensure_eq!((found.subject.as_deref(), found.is_active), (Some("Very soon"), Some(false)));
    ensure_eq!(found.before_time, created[0].before_time);
    Ok(())
}

async fn a_deleted_notification_is_kept_aside(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let created = calendars.create_notifications(&made.id, vec![reminder()]).await?;
    let id = &created[0].id;
    calendars.delete_notification(&made.id, id).await?;
    refused(calendars.get_notification(&made.id, id).await, NotFound, 400)?;
    ensure!(calendars.list_notifications(&made.id, ListNotifications::new()).await?.is_empty(), "it is gone");
    let deleted = calendars.list_notifications(&made.id, ListNotifications::new().deleted(true)).await?;
    ensure_eq!(deleted.iter().map(|known| &known.id).collect::<Vec<_>>(), [id]);
    calendars.update_notification(&made.id, id, UpdateNotification::new().deleted(false)).await?;
    calendars.get_notification(&made.id, id).await?;
    Ok(())
}

async fn wrong_notifications_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    refused(calendars.create_notifications(&made.id, vec![]).await, Invalid, 422)?;
    let negative = reminder().before_time([TimeOffset::new().time_offset(-1.0).unit("hours")]);
    let error = calendars.create_notifications(&made.id, vec![reminder(), negative]).await;
    says(&refused(error, Invalid, 422)?, "1.beforeTime.timeOffset must not be less than 0")?;
    let odd = CreateNotification::new("contact", "pigeon", "reminder");
    refused(calendars.create_notifications(&made.id, vec![odd]).await, Invalid, 422)?;
    let listed = calendars.list_notifications(&made.id, ListNotifications::new()).await?;
    ensure!(listed.is_empty(), "all of them or none");
    Ok(())
}

async fn people_are_told_unless_they_are_not_to_be(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let tell = |of| {
        CreateNotification::new(NotificationReceiver::Contact, NotificationChannel::Email, of)
            .body("<p>News</p>")
    };
    let of = [NotificationType::Confirmation, NotificationType::Reschedule, NotificationType::Cancellation];
    calendars.create_notifications(&made.id, of.into_iter().map(tell).collect()).await?;
    let contact = stage.contact().await?;
    let thread = SearchConversations::new(&stage.location).contact_id(&contact.id);
    let told = async || {
        let found = stage.crm.conversations().search(thread.clone()).await?;
        let Some(thread) = found.conversations.first() else { return Ok(Vec::new()) };
        let page = stage.crm.conversations().list_messages(&thread.id, ListMessages::new()).await?;
        Ok::<_, crate::Error>(page.messages)
    };
    let slot = first_slot(stage, &made.id).await?;
    let quiet = booking(stage, &made.id, &contact.id, slot).to_notify(false);
    let quiet = calendars.create_appointment(quiet).await?;
    let there = UpdateAppointment::new().start_time(later(slot, 60)).to_notify(false);
    calendars.update_appointment(&quiet.id, there).await?;
    ensure!(told().await?.is_empty(), "nobody was to be told");

    let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    ensure_eq!(told().await?.len(), 1);
    calendars.update_appointment(&booked.id, UpdateAppointment::new().start_time(later(slot, 120))).await?;
    ensure_eq!(told().await?.len(), 2);
    let off = UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled);
    calendars.update_appointment(&booked.id, off).await?;
    let told = told().await?;
    ensure_eq!(told.len(), 3);
    ensure!(told.iter().all(|message| message.direction == Direction::Outbound), "each goes to the contact");
    Ok(())
}

async fn unknown_notifications_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (one, two) =
        (calendar(stage, CalendarType::Event, &[]).await?, calendar(stage, CalendarType::Event, &[]).await?);
    let unknown = CalendarNotificationId::from("nothing");
    let missing = "Notification with id nothing not found";
    says(&refused(calendars.get_notification(&one.id, &unknown).await, NotFound, 400)?, missing)?;
    let changed = calendars.update_notification(&one.id, &unknown, UpdateNotification::new()).await;
    says(&refused(changed, NotFound, 400)?, missing)?;
    says(&refused(calendars.delete_notification(&one.id, &unknown).await, NotFound, 400)?, missing)?;
    let created = calendars.create_notifications(&one.id, vec![reminder()]).await?;
    refused(calendars.get_notification(&two.id, &created[0].id).await, NotFound, 400)?;
    Ok(())
}
