//! Whom a calendar tells of its appointments.

use crate::types::{CalendarNotificationId, Derived, Extra, Text};
use crate::{open_enum, record, request};

/// Who is told.
#[open_enum]
pub enum NotificationReceiver {
    /// The contact.
    Contact = "contact",
    /// Guests.
    Guest = "guest",
    /// The user who takes the appointment.
    AssignedUser = "assignedUser",
    /// E-mail addresses.
    Emails = "emails",
    /// Phone numbers.
    PhoneNumbers = "phoneNumbers",
    /// The business.
    Business = "business",
}

/// How they are told.
#[open_enum]
pub enum NotificationChannel {
    /// By e-mail.
    Email = "email",
    /// In the app.
    InApp = "inApp",
    /// By SMS.
    Sms = "sms",
    /// By WhatsApp.
    WhatsApp = "whatsapp",
}

/// What they are told of.
#[open_enum]
pub enum NotificationType {
    /// It was booked.
    Booked = "booked",
    /// It was confirmed.
    Confirmation = "confirmation",
    /// It was cancelled.
    Cancellation = "cancellation",
    /// It is near.
    Reminder = "reminder",
    /// It is over.
    FollowUp = "followup",
    /// It was moved.
    Reschedule = "reschedule",
}

/// How long before or after an appointment.
#[request]
pub struct TimeOffset {
    /// How many units.
    pub time_offset: Option<f64>,
    /// The unit, such as `mins`, `hours` or `days`.
    pub unit: Option<Text>,
}

/// Which notifications to list.
#[request]
pub struct ListNotifications {
    /// Active ones only, or inactive ones only.
    pub is_active: Option<bool>,
    /// Deleted ones instead.
    pub deleted: Option<bool>,
    /// How many at most: 100 unless given.
    pub limit: Option<u32>,
    /// How many to skip.
    pub skip: Option<u32>,
}

/// A notification to create.
#[request]
pub struct CreateNotification {
    /// Who is told.
    pub receiver_type: NotificationReceiver,
    /// How.
    pub channel: NotificationChannel,
    /// Of what.
    pub notification_type: NotificationType,
    /// Whether it is active; it is unless told otherwise.
    pub is_active: Option<bool>,
    /// The template; none for notifications in the app.
    pub template_id: Option<Text>,
    /// The text; none for notifications in the app.
    pub body: Option<Text>,
    /// The subject; none for notifications in the app.
    pub subject: Option<Text>,
    /// How long after the appointment a follow-up goes out.
    pub after_time: Option<Vec<TimeOffset>>,
    /// How long before the appointment a reminder goes out.
    pub before_time: Option<Vec<TimeOffset>>,
    /// More e-mail addresses.
    pub additional_email_ids: Option<Vec<Text>>,
    /// More phone numbers.
    pub additional_phone_numbers: Option<Vec<Text>>,
    /// Users who are told, by id, or `sub_account_admin`.
    pub selected_users: Option<Vec<Text>>,
    /// The sender's address.
    pub from_address: Option<Text>,
    /// The sender's name.
    pub from_name: Option<Text>,
    /// The sender's phone number.
    pub from_number: Option<Text>,
}

/// Changes to a notification. What is not set stays.
#[request]
pub struct UpdateNotification {
    /// Who is told.
    pub receiver_type: Option<NotificationReceiver>,
    /// How.
    pub channel: Option<NotificationChannel>,
    /// Of what.
    pub notification_type: Option<NotificationType>,
    /// Whether it is active.
    pub is_active: Option<bool>,
    /// Whether it is deleted; it can be brought back.
    pub deleted: Option<bool>,
    /// The template.
    pub template_id: Option<Text>,
    /// The text.
    pub body: Option<Text>,
    /// The subject.
    pub subject: Option<Text>,
    /// How long after the appointment a follow-up goes out.
    pub after_time: Option<Vec<TimeOffset>>,
    /// How long before the appointment a reminder goes out.
    pub before_time: Option<Vec<TimeOffset>>,
    /// More e-mail addresses.
    pub additional_email_ids: Option<Vec<Text>>,
    /// More phone numbers.
    pub additional_phone_numbers: Option<Vec<Text>>,
    /// Users who are told.
    pub selected_users: Option<Vec<Text>>,
    /// The sender's address.
    pub from_address: Option<Text>,
    /// The sender's name.
    pub from_name: Option<Text>,
    /// The sender's phone number.
    pub from_number: Option<Text>,
}

/// A rule by which a calendar notifies people.
#[record]
pub struct Notification {
    /// Its id. The wire writes `_id`.
    #[serde(rename = "_id", alias = "id")]
    pub id: CalendarNotificationId,
    /// Who is told.
    pub receiver_type: Option<NotificationReceiver>,
    /// How.
    pub channel: Option<NotificationChannel>,
    /// Of what.
    pub notification_type: Option<NotificationType>,
    /// Whether it is active.
    pub is_active: Option<bool>,
    /// Whether it is deleted.
    pub deleted: Option<bool>,
    /// The template.
    pub template_id: Option<Text>,
    /// The text.
    pub body: Option<Text>,
    /// The subject.
    pub subject: Option<Text>,
    /// How long after the appointment a follow-up goes out.
    pub after_time: Vec<TimeOffset>,
    /// How long before the appointment a reminder goes out.
    pub before_time: Vec<TimeOffset>,
    /// More e-mail addresses.
    pub additional_email_ids: Vec<Text>,
    /// More phone numbers.
    pub additional_phone_numbers: Vec<Text>,
    /// More WhatsApp numbers.
    pub additional_whatsapp_numbers: Vec<Text>,
    /// Users who are told.
    pub selected_users: Vec<Text>,
    /// The sender's address.
    pub from_address: Option<Text>,
    /// The sender's name.
    pub from_name: Option<Text>,
    /// The sender's phone number.
    pub from_number: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
    // The answer is the record itself, so its trace id stands among the fields; it is none of them.
    #[serde(rename = "traceId", skip_serializing)]
    #[schema(skip)]
    trace_id: Derived,
}

/// What changing or deleting a notification answers.
#[record]
pub struct NotificationChanged {
    /// What was done, in a sentence.
    pub message: Text,
}
