//! Telling people of appointments: what the calendar's notifications say, and when.
//!
//! What happens is told at once ([`State::tell`]); reminders and follow-ups are kept with their time
//! ([`State::plan_reminders`]) and told when the clock passes it. Whether the rule still stands and the appointment
//! still takes place is looked at then.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::calendars::{
    Appointment, AppointmentStatus, Calendar, LegacyNotification, Notification, NotificationChannel,
    NotificationReceiver, NotificationType, TimeOffset,
};
use smbcrm_core::conversations::MessageType;
use smbcrm_core::types::{AppointmentId, CalendarNotificationId, OffsetTime, Text};
use smbcrm_core::users::User;

use super::availability::{DAY, HOUR, MINUTE};
use super::book::{StoredEvent, millis};
use crate::conversations::Notice;
use crate::world::{State, StoredUser};

/// The word for the sub-account's own people among selected users.
const ADMIN: &str = "sub_account_admin";

/// A reminder or follow-up to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reminder {
    /// What tells it from the others: the three of below.
    pub(crate) id: Text,
    pub(crate) at: i64,
    pub(crate) event: AppointmentId,
    rule: CalendarNotificationId,
}

/// What a new appointment is told as: booked where it still has to be confirmed, else confirmed.
pub(super) fn of_booking(status: Option<&AppointmentStatus>) -> Option<NotificationType> {
    match status? {
        AppointmentStatus::New => Some(NotificationType::Booked),
        AppointmentStatus::Confirmed => Some(NotificationType::Confirmation),
        _ => None,
    }
}

/// What a change is told as. One that is called off is not told to be moved as well.
pub(super) fn of_change(before: &Appointment, after: &Appointment) -> Vec<NotificationType> {
    use AppointmentStatus::{Cancelled, Confirmed, Invalid, NoShow};
    let off = |event: &Appointment| matches!(event.appointment_status, Some(Cancelled | NoShow | Invalid));
    if off(after) {
        return if off(before) { Vec::new() } else { vec![NotificationType::Cancellation] };
    }
    let mut told = Vec::new();
    if after.appointment_status == Some(Confirmed) && before.appointment_status != Some(Confirmed) {
        told.push(NotificationType::Confirmation);
    }
    if millis(before.start_time) != millis(after.start_time) {
        told.push(NotificationType::Reschedule);
    }
    told
}

impl State {
    /// Tells people what happened to an appointment.
    pub(super) fn tell(
        &mut self,
        event: &Appointment,
        happened: &NotificationType,
        users: &[StoredUser],
        now: DateTime<Utc>,
    ) {
        let Some(calendar) = event.calendar_id.as_ref().and_then(|id| self.book.calendar(id)).cloned() else {
            return;
        };
        let own = self.book.notifications.iter().filter(|known| known.calendar == calendar.id);
        let own = own.map(|known| &known.notification).filter(|rule| stands(rule)).cloned();
        let rules = own.filter(|rule| rule.notification_type.as_ref() == Some(happened));
        let rules: Vec<Notification> = rules.chain(older(&calendar, happened)).collect();
        let mut told = HashSet::new();
        for rule in &rules {
            self.tell_by(rule, event, &calendar, users, &mut told, now);
        }
    }

    /// Tells everybody whom a rule names and who was not told yet.
    fn tell_by(
        &mut self,
        rule: &Notification,
        event: &Appointment,
        calendar: &Calendar,
        users: &[StoredUser],
        told: &mut HashSet<(Text, Text)>,
        now: DateTime<Utc>,
    ) {
        let (Some(channel), Some(contact)) = (channel(rule), event.contact_id.clone()) else { return };
        let receivers = self.receivers(rule, event, &channel, users);
        if receivers.is_empty() {
            return;
        }
        let (subject, body) = self.words(rule, event, calendar, &channel, users);
        let from = if channel.is_email() { &rule.from_address } else { &rule.from_number };
        let from = from.as_ref().filter(|from| !from.is_empty());
        for (to_contact, to) in receivers {
            if told.insert((channel.as_str().into(), to.clone())) {
                let notice = Notice {
                    contact: contact.clone(),
                    to_contact,
                    channel: channel.clone(),
                    to,
                    from: from.cloned(),
                    subject: subject.clone(),
                    body: body.clone(),
                };
                self.give_notice(notice, now);
            }
        }
    }

    /// Who is told, and whether it is the contact.
    fn receivers(
        &self,
        rule: &Notification,
        event: &Appointment,
        channel: &MessageType,
        users: &[StoredUser],
    ) -> Vec<(bool, Text)> {
        use NotificationReceiver as To;
        let by_email = channel.is_email();
        let of_user = |id: &str| {
            let user = users.iter().find(|known| !known.is_deleted() && known.user.id == *id)?;
            if by_email { Some(user.user.email.clone()) } else { user.user.phone.clone() }
        };
        let business = || if by_email { self.location.email.clone() } else { self.location.phone.clone() };
        let mut found = Vec::new();
        match rule.receiver_type {
            Some(To::Contact) => {
                let contact = event.contact_id.as_ref().and_then(|id| self.contacts.get(id.as_str()));
                let to = contact
                    .and_then(|contact| if by_email { contact.email.clone() } else { contact.phone.clone() });
                found.extend(to.map(|to| (true, to)));
            }
            Some(To::AssignedUser) => {
                let team = event.assigned_user_id.iter().chain(&event.users);
                found.extend(team.filter_map(|user| of_user(user.as_str())).map(|to| (false, to)));
            }
            Some(To::Business) => found.extend(business().map(|to| (false, to))),
            // Nobody says who the guests are.
            _ => {}
        }
        for selected in &rule.selected_users {
            let to = if *selected == *ADMIN { business() } else { of_user(selected) };
            found.extend(to.map(|to| (false, to)));
        }
        let more = match channel {
            MessageType::Whatsapp => &rule.additional_whatsapp_numbers,
            MessageType::Sms => &rule.additional_phone_numbers,
            _ => &rule.additional_email_ids,
        };
        found.extend(more.iter().map(|to| (false, to.clone())));
        found.retain(|(_, to)| !to.trim().is_empty());
        found
    }

    /// Subject and text: the rule's own, its template's, or a plain sentence.
    fn words(
        &self,
        rule: &Notification,
        event: &Appointment,
        calendar: &Calendar,
        channel: &MessageType,
        users: &[StoredUser],
    ) -> (Text, Text) {
        let template = rule.template_id.as_deref().and_then(|id| {
            let known =
                self.templates.iter().find(|known| *known.template.id.as_str() == *id && !known.deleted)?;
            Some(&known.template.template)
        });
        let said = |text: Option<&str>| text.filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let subject = said(rule.subject.as_deref())
            .or_else(|| said(template?.subject.as_deref()))
            .unwrap_or_else(|| format!("{}: {{{{appointment.title}}}}", headline(rule)));
        let of_template = template.and_then(|template| {
            if channel.is_email() { template.html.as_deref() } else { template.body.as_deref() }
        });
        let body = said(rule.body.as_deref()).or_else(|| said(of_template)).unwrap_or_else(|| {
            format!("{}: {{{{appointment.title}}}}, {{{{appointment.start_time}}}}", headline(rule))
        });
        let fill = |text: &str| fill(text, |field| self.written(field, event, calendar, users));
        (fill(&subject), fill(&body))
    }

    /// What a merge field stands for; `None` where it is none of those that are known.
    fn written(
        &self,
        field: &str,
        event: &Appointment,
        calendar: &Calendar,
        users: &[StoredUser],
    ) -> Option<String> {
        let contact = event.contact_id.as_ref().and_then(|id| self.contacts.get(id.as_str()));
        let text = |text: Option<&Text>| text.map(ToString::to_string).unwrap_or_default();
        let zone = self.zone();
        let at =
            |at: OffsetTime| at.get().with_timezone(&zone).format("%A, %B %-d, %Y %-I:%M %p").to_string();
        let user = || -> Option<&User> {
            let lead = event.assigned_user_id.as_ref()?;
            users.iter().find(|known| known.user.id == *lead).map(|known| &*known.user)
        };
        Some(match field {
            "contact.name" => contact.map(|contact| contact.full_name()).unwrap_or_default(),
            "contact.first_name" => text(contact.and_then(|contact| contact.first_name.as_ref())),
            "contact.last_name" => text(contact.and_then(|contact| contact.last_name.as_ref())),
            "contact.email" => text(contact.and_then(|contact| contact.email.as_ref())),
            "contact.phone" => text(contact.and_then(|contact| contact.phone.as_ref())),
            "appointment.title" => event.title.to_string(),
            "appointment.start_time" => at(event.start_time),
            "appointment.end_time" => at(event.end_time),
            "appointment.meeting_location" => text(event.address.as_ref()),
            "appointment.user.name" => user().map(|user| user.name.to_string()).unwrap_or_default(),
            "calendar.name" => calendar.name.to_string(),
            "location.name" => self.location.name.to_string(),
            _ => return None,
        })
    }

    /// Keeps what is to be told of an event before it begins and after it ends.
    pub(super) fn plan_reminders(&mut self, event: &StoredEvent, now: DateTime<Utc>) {
        if event.series || event.block || !event.is_busy() {
            return;
        }
        let record = &event.record;
        let own = self.book.notifications.iter();
        let own = own.filter(|known| Some(&known.calendar) == record.calendar_id.as_ref());
        let mut planned = Vec::new();
        for rule in own.map(|known| &known.notification).filter(|rule| stands(rule)) {
            let mut plan = |at: i64| {
                if at > now.timestamp_millis() {
                    let id = format!("{} {} {at}", record.id, rule.id).into();
                    planned.push(Reminder { id, at, event: record.id.clone(), rule: rule.id.clone() });
                }
            };
            match rule.notification_type {
                Some(NotificationType::Reminder) => {
                    let before = rule.before_time.iter().filter_map(length);
                    before.for_each(|before| plan(millis(record.start_time).saturating_sub(before)));
                }
                Some(NotificationType::FollowUp) => {
                    let after = rule.after_time.iter().filter_map(length);
                    after.for_each(|after| plan(millis(record.end_time).saturating_add(after)));
                }
                _ => {}
            }
        }
        planned.into_iter().for_each(|reminder| self.put_reminder(reminder));
    }

    /// Keeps a reminder behind those that come earlier.
    pub(crate) fn put_reminder(&mut self, reminder: Reminder) {
        let place = self.book.reminders.partition_point(|known| known.at <= reminder.at);
        self.book.reminders.insert(place, reminder);
    }

    /// Forgets what was to be told of an event; whether there was anything.
    pub(super) fn drop_reminders(&mut self, event: &AppointmentId) -> bool {
        let any = self.book.reminders.iter().any(|known| known.event == *event);
        if any {
            self.book.reminders.edit().retain(|known| known.event != *event);
        }
        any
    }

    /// When the next of it is to be told, in milliseconds.
    pub(crate) fn next_reminder(&self) -> Option<i64> {
        self.book.reminders.first().map(|first| first.at)
    }

    /// Whether anything is to be told by now.
    pub(crate) fn has_reminders(&self, now: i64) -> bool {
        self.book.reminders.first().is_some_and(|first| first.at <= now)
    }

    /// Tells what is due.
    pub(crate) fn remind(&mut self, now: i64, users: &[StoredUser]) {
        let ripe = self.book.reminders.partition_point(|known| known.at <= now);
        if ripe == 0 {
            return;
        }
        let ripe: Vec<Reminder> = self.book.reminders.edit().drain(..ripe).collect();
        for Reminder { at, event, rule, .. } in ripe {
            let Some(event) = self.book.event(&event).filter(|event| event.is_busy()).cloned() else {
                continue;
            };
            let record = &event.record;
            let found = self.book.notifications.iter().find(|known| known.notification.id == rule);
            let rule = found.map(|known| &known.notification).filter(|rule| stands(rule)).cloned();
            let calendar = record.calendar_id.as_ref().and_then(|id| self.book.calendar(id)).cloned();
            let (Some(rule), Some(calendar)) = (rule, calendar) else { continue };
            let at = smbcrm_core::types::time::from_millis(at).unwrap_or_default();
            self.tell_by(&rule, record, &calendar, users, &mut HashSet::new(), at);
        }
    }
}

/// Whether a rule counts.
fn stands(rule: &Notification) -> bool {
    rule.is_active.unwrap_or(true) && !rule.deleted.unwrap_or(false)
}

/// What leaves the house; a notification in the app does not.
fn channel(rule: &Notification) -> Option<MessageType> {
    match rule.channel.as_ref()? {
        NotificationChannel::Email => Some(MessageType::Email),
        NotificationChannel::Sms => Some(MessageType::Sms),
        NotificationChannel::WhatsApp => Some(MessageType::Whatsapp),
        _ => None,
    }
}

/// The rules that a calendar itself carries: its older notifications and its alerts, by e-mail.
fn older(calendar: &Calendar, happened: &NotificationType) -> Vec<Notification> {
    let mut rules = Vec::new();
    let mut rule = |to: NotificationReceiver, more: Vec<Text>| {
        let mut rule = Notification::default();
        rule.receiver_type = Some(to);
        rule.channel = Some(NotificationChannel::Email);
        rule.notification_type = Some(happened.clone());
        rule.additional_email_ids = more;
        rules.push(rule);
    };
    let booked = matches!(happened, NotificationType::Booked | NotificationType::Confirmation);
    for LegacyNotification {
        should_send_to_contact,
        should_send_to_user,
        should_send_to_selected_users,
        selected_users,
        ..
    } in calendar.notifications.iter().filter(|_| booked)
    {
        if *should_send_to_contact {
            rule(NotificationReceiver::Contact, Vec::new());
        }
        if *should_send_to_user {
            rule(NotificationReceiver::AssignedUser, Vec::new());
        }
        if *should_send_to_selected_users {
            let emails = selected_users.split(',').map(|email| email.trim().into()).collect();
            rule(NotificationReceiver::Emails, emails);
        }
    }
    if calendar.should_send_alert_emails_to_assigned_member.unwrap_or(false) {
        rule(NotificationReceiver::AssignedUser, Vec::new());
    }
    if let Some(alert) = &calendar.alert_email {
        rule(NotificationReceiver::Emails, vec![alert.clone()]);
    }
    rules
}

/// What a message is about, where nobody has written a text.
fn headline(rule: &Notification) -> &'static str {
    match rule.notification_type {
        Some(NotificationType::Booked) => "Appointment booked",
        Some(NotificationType::Cancellation) => "Appointment cancelled",
        Some(NotificationType::Reminder) => "Appointment reminder",
        Some(NotificationType::FollowUp) => "Thank you for your appointment",
        Some(NotificationType::Reschedule) => "Appointment rescheduled",
        _ => "Appointment confirmed",
    }
}

/// A length in milliseconds; `None` where it says none.
fn length(offset: &TimeOffset) -> Option<i64> {
    let unit = match offset.unit.as_deref().unwrap_or("mins") {
        unit if unit.starts_with("min") => MINUTE,
        unit if unit.starts_with("hour") => HOUR,
        unit if unit.starts_with("day") => DAY,
        unit if unit.starts_with("week") => 7 * DAY,
        _ => return None,
    };
    // Out of range it saturates, and is never reached.
    offset.time_offset.map(|count| (count * unit as f64) as i64)
}

/// A text with its merge fields filled in. What is no field that is known stays as it is.
fn fill(text: &str, field: impl Fn(&str) -> Option<String>) -> Text {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let known = after.split_once("}}").and_then(|(name, rest)| Some((field(name.trim())?, rest)));
        rest = match known {
            Some((value, behind)) => {
                filled.push_str(&value);
                behind
            }
            None => {
                filled.push_str("{{");
                after
            }
        };
    }
    filled.push_str(rest);
    filled.into()
}
