//! Whom calendars notify.

use smbcrm_core::Result;
use smbcrm_core::calendars::{
    CreateNotification, ListNotifications, Notification, NotificationChanged, UpdateNotification,
};
use smbcrm_core::types::{CalendarId, CalendarNotificationId};

use super::book::StoredNotification;
use crate::refusal;
use crate::world::State;

/// How many are listed unless told otherwise.
const PAGE: u32 = 100;

fn missing(id: &CalendarNotificationId) -> smbcrm_core::Error {
    refusal::not_found("Notification", id.as_str())
}

fn check(path: &str, notification: &Notification, wrong: &mut Vec<String>) {
    let known = [
        ("receiverType", notification.receiver_type.as_ref().is_none_or(|it| it.is_known())),
        ("channel", notification.channel.as_ref().is_none_or(|it| it.is_known())),
        ("notificationType", notification.notification_type.as_ref().is_none_or(|it| it.is_known())),
    ];
    for (name, _) in known.iter().filter(|(_, known)| !known) {
        wrong.push(format!("{path}{name} must be a valid enum value"));
    }
    for (name, times) in [("afterTime", &notification.after_time), ("beforeTime", &notification.before_time)]
    {
        let negative = |offset: f64| !offset.is_finite() || offset < 0.0;
        if times.iter().any(|time| time.time_offset.is_some_and(negative)) {
            wrong.push(format!("{path}{name}.timeOffset must not be less than 0"));
        }
    }
}

fn changed(what: &str) -> NotificationChanged {
    let mut changed = NotificationChanged::default();
    changed.message = format!("Notification {what} successfully").into();
    changed
}

impl State {
    pub(super) fn list_notifications(
        &self,
        calendar: &CalendarId,
        query: &ListNotifications,
    ) -> Vec<Notification> {
        let deleted = query.deleted.unwrap_or(false);
        let of_calendar = self.book.notifications.iter().filter(|known| known.calendar == *calendar);
        let wanted = of_calendar.map(|known| &known.notification).filter(|known| {
            known.deleted.unwrap_or(false) == deleted
                && query.is_active.is_none_or(|active| known.is_active.unwrap_or(true) == active)
        });
        let (skip, take) = (query.skip.unwrap_or(0) as usize, query.limit.unwrap_or(PAGE) as usize);
        wanted.skip(skip).take(take).cloned().collect()
    }

    pub(super) fn create_notifications(
        &mut self,
        calendar: &CalendarId,
        inputs: Vec<CreateNotification>,
    ) -> Result<Vec<Notification>> {
        if inputs.is_empty() {
            return Err(refusal::empty_list("notifications"));
        }
        let mut made: Vec<Notification> = inputs.into_iter().map(notification).collect();
        let mut wrong = Vec::new();
        for (at, notification) in made.iter().enumerate() {
            check(&format!("{at}."), notification, &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        for notification in &mut made {
            notification.id = self.ids.record().into();
            let stored =
                StoredNotification { calendar: calendar.clone(), notification: notification.clone() };
            self.book.notifications.push(stored);
        }
        Ok(made)
    }

    fn stored_notification(
        &self,
        calendar: &CalendarId,
        id: &CalendarNotificationId,
    ) -> Result<&Notification> {
        let mut all = self.book.notifications.iter();
        let found = all.find(|known| known.calendar == *calendar && known.notification.id == *id);
        found.map(|known| &known.notification).ok_or_else(|| missing(id))
    }

    pub(super) fn notification(
        &self,
        calendar: &CalendarId,
        id: &CalendarNotificationId,
    ) -> Result<Notification> {
        let found = self.stored_notification(calendar, id)?;
        if found.deleted.unwrap_or(false) { Err(missing(id)) } else { Ok(found.clone()) }
    }

    pub(super) fn update_notification(
        &mut self,
        calendar: &CalendarId,
        id: &CalendarNotificationId,
        input: UpdateNotification,
    ) -> Result<NotificationChanged> {
        let mut notification = self.stored_notification(calendar, id)?.clone();
        macro_rules! given {
            (options: $($option:ident)*; lists: $($list:ident)*) => {
                $(notification.$option = input.$option.or(notification.$option);)*
                $(notification.$list = input.$list.unwrap_or(notification.$list);)*
            };
        }
        given!(
            options: receiver_type channel notification_type is_active deleted template_id body subject from_address from_name
                from_number;
            lists: after_time before_time additional_email_ids additional_phone_numbers selected_users
        );
        let mut wrong = Vec::new();
        check("", &notification, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.replace(notification);
        Ok(changed("updated"))
    }

    fn replace(&mut self, notification: Notification) {
        let mut all = self.book.notifications.edit();
        if let Some(slot) = all.iter_mut().find(|known| known.notification.id == notification.id) {
            slot.notification = notification;
        }
    }

    /// Deletes a notification; it stays, marked as deleted.
    pub(super) fn delete_notification(
        &mut self,
        calendar: &CalendarId,
        id: &CalendarNotificationId,
    ) -> Result<NotificationChanged> {
        let mut notification = self.notification(calendar, id)?;
        notification.deleted = Some(true);
        self.replace(notification);
        Ok(changed("deleted"))
    }
}

fn notification(input: CreateNotification) -> Notification {
    let mut made = Notification::default();
    made.receiver_type = Some(input.receiver_type);
    made.channel = Some(input.channel);
    made.notification_type = Some(input.notification_type);
    made.is_active = Some(input.is_active.unwrap_or(true));
    made.deleted = Some(false);
    made.template_id = input.template_id;
    made.body = input.body;
    made.subject = input.subject;
    made.after_time = input.after_time.unwrap_or_default();
    made.before_time = input.before_time.unwrap_or_default();
    made.additional_email_ids = input.additional_email_ids.unwrap_or_default();
    made.additional_phone_numbers = input.additional_phone_numbers.unwrap_or_default();
    made.selected_users = input.selected_users.unwrap_or_default();
    made.from_address = input.from_address;
    made.from_name = input.from_name;
    made.from_number = input.from_number;
    made
}
