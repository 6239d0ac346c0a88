//! Who is told of an appointment, when, and in which words.

use std::time::Duration;

use chrono::TimeDelta;
use futures::executor::block_on;
use smbcrm_core::calendars::NotificationChannel::{Email, InApp, Sms};
use smbcrm_core::calendars::NotificationReceiver as To;
use smbcrm_core::calendars::NotificationType as Of;
use smbcrm_core::calendars::*;
use smbcrm_core::contacts::{Contacts, DndSetting, DndSettings, DndStatus, UpdateContact};
use smbcrm_core::conversations::{Conversations, ListMessages, MessageSource};
use smbcrm_core::types::{AppointmentId, CalendarId};
use smbcrm_core::users::User;

use super::{calendar, slots, world};
use crate::MemCrm;

const DAY: &str = "2026-06-02T00:00:00Z";

fn notify(crm: &MemCrm, calendar: &CalendarId, rules: Vec<CreateNotification>) -> Vec<Notification> {
    block_on(crm.create_notifications(calendar, rules)).unwrap()
}

fn rule(to: To, by: NotificationChannel, of: Of) -> CreateNotification {
    CreateNotification::new(to, by, of)
}

/// Receivers and subjects or texts of everything that was sent, and nothing twice.
fn told(crm: &MemCrm) -> Vec<String> {
    let outbox = crm.admin().outbox();
    crm.admin().clear_outbox();
    let line = |sent: &std::sync::Arc<crate::Outgoing>| match (sent.email(), sent.text()) {
        (Some(email), _) => {
            format!("{}: {}", email.to.join(","), email.subject.as_deref().unwrap_or_default())
        }
        (_, Some(text)) => format!("{}: {}", text.to.as_deref().unwrap_or_default(), text.body),
        _ => String::new(),
    };
    outbox.iter().map(line).collect()
}

fn change(crm: &MemCrm, id: &AppointmentId, change: UpdateAppointment) {
    block_on(crm.update_appointment(id, change)).unwrap();
}

#[test]
fn people_are_told_what_happens() {
    let (crm, ada) = world("America/New_York", "2026-06-01T00:00:00Z");
    let mut user = User::default();
    user.id = "U".into();
    user.name = "Mia Stone".into();
    user.email = "mia@vale.example".into();
    crm.admin().add_user(user);
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    notify(
        &crm,
        &made.id,
        vec![
            rule(To::Contact, Email, Of::Confirmation)
                .subject("Hello {{contact.first_name}}, {{ appointment.start_time }} with {{appointment.user.name}}")
                .body("{{nobody.knows}} {{calendar.name}}"),
            rule(To::AssignedUser, Email, Of::Confirmation).additional_email_ids(["boss@vale.example"]),
            rule(To::Contact, Email, Of::Reschedule),
            rule(To::Contact, Email, Of::Cancellation).subject("Off"),
            rule(To::Contact, InApp, Of::Cancellation),
            rule(To::Contact, Email, Of::Booked).subject("Not yet confirmed"),
            rule(To::Contact, Sms, Of::Confirmation), // she has no phone
            rule(To::Contact, Email, Of::Cancellation).subject("Never").is_active(false),
        ],
    );
    let free = slots(&crm, &made.id, DAY, 1);
    let booking = |at| CreateAppointment::new(&made.id, "ZONED", &ada.id, at);
    let booked = block_on(crm.create_appointment(booking(free[0]))).unwrap();
    let email = crm.admin().outbox()[0].email().cloned().unwrap();
    assert_eq!(email.html, "{{nobody.knows}} Calls");
    assert_eq!(
        told(&crm),
        [
            "ada@vale.example: Hello Ada, Tuesday, June 2, 2026 9:00 AM with Mia Stone",
            "mia@vale.example: Appointment confirmed: Ada",
            "boss@vale.example: Appointment confirmed: Ada",
        ]
    );
    change(&crm, &booked.id, UpdateAppointment::new().title("First call"));
    assert!(told(&crm).is_empty(), "a new title is no news");
    change(&crm, &booked.id, UpdateAppointment::new().start_time(free[3]));
    assert_eq!(told(&crm), ["ada@vale.example: Appointment rescheduled: First call"]);
    change(&crm, &booked.id, UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled));
    assert_eq!(told(&crm), ["ada@vale.example: Off"]);
    change(&crm, &booked.id, UpdateAppointment::new().appointment_status(AppointmentStatus::NoShow));
    assert!(told(&crm).is_empty(), "it was off already");
    // One that is not confirmed yet is told in other words, and the confirmation when it comes.
    let new = block_on(crm.create_appointment(booking(free[5]).appointment_status(AppointmentStatus::New)));
    assert_eq!(told(&crm), ["ada@vale.example: Not yet confirmed"]);
    change(&crm, &new.unwrap().id, UpdateAppointment::new().appointment_status(AppointmentStatus::Confirmed));
    assert_eq!(told(&crm).len(), 3);
    // What the contact was told is in the conversation, as an automation's.
    let thread = crm.admin().conversation(&ada.id).unwrap();
    let messages = block_on(crm.list_messages(&thread, ListMessages::new())).unwrap().messages;
    assert_eq!(messages.len(), 5);
    assert!(messages.iter().all(|message| message.source == Some(MessageSource::Workflow)));
}

#[test]
fn nobody_is_told_who_is_not_to_be() {
    let (crm, ada) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    let all = [Of::Booked, Of::Confirmation, Of::Reschedule, Of::Cancellation];
    let rules: Vec<_> = all.into_iter().map(|of| rule(To::Contact, Email, of)).collect();
    let mut rules = notify(&crm, &made.id, rules);
    let free = slots(&crm, &made.id, DAY, 1);
    let booking = |at| CreateAppointment::new(&made.id, "ZONED", &ada.id, at);
    let booked = block_on(crm.create_appointment(booking(free[0]).to_notify(false))).unwrap();
    change(&crm, &booked.id, UpdateAppointment::new().start_time(free[1]).to_notify(false));
    let off = UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled).to_notify(false);
    change(&crm, &booked.id, off);
    assert!(told(&crm).is_empty(), "toNotify is false");
    block_on(crm.create_appointment(booking(free[0]))).unwrap();
    assert_eq!(told(&crm).len(), 1, "and true unless given");
    // A refused booking is no news.
    block_on(crm.create_appointment(booking(free[0]))).unwrap_err();
    // A contact who does not want to be disturbed is not.
    let mut settings = DndSettings::default();
    settings.email = Some(DndSetting::new(DndStatus::Active));
    block_on(Contacts::update(&crm, &ada.id, UpdateContact::new().dnd_settings(settings))).unwrap();
    block_on(crm.create_appointment(booking(free[2]))).unwrap();
    block_on(Contacts::update(&crm, &ada.id, UpdateContact::new().dnd_settings(DndSettings::default())))
        .unwrap();
    // Nor is anybody by a rule that was deleted.
    block_on(crm.delete_notification(&made.id, &rules.remove(1).id)).unwrap();
    block_on(crm.create_appointment(booking(free[3]))).unwrap();
    assert!(told(&crm).is_empty());
}

#[test]
fn the_calendars_own_alerts_count_as_well() {
    let (crm, ada) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    let older = LegacyNotification::new(true, false, false, true, "one@vale.example, two@vale.example");
    let change = UpdateCalendar::new().notifications([older]).alert_email("two@vale.example");
    block_on(Calendars::update(&crm, &made.id, change)).unwrap();
    let slot = slots(&crm, &made.id, DAY, 1)[0];
    block_on(crm.create_appointment(CreateAppointment::new(&made.id, "ZONED", &ada.id, slot))).unwrap();
    let receivers: Vec<_> =
        told(&crm).iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(receivers, ["ada@vale.example", "one@vale.example", "two@vale.example"], "each once");
}

#[test]
fn reminders_come_before_and_follow_ups_after() {
    let (crm, ada) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    let offset = |count: f64, unit: &str| TimeOffset::new().time_offset(count).unit(unit);
    notify(
        &crm,
        &made.id,
        vec![
            rule(To::Contact, Email, Of::Reminder).subject("Soon").before_time([
                offset(1.0, "hours"),
                offset(2.0, "days"), // already over when it is booked
            ]),
            rule(To::Contact, Email, Of::FollowUp).subject("Thanks").after_time([offset(15.0, "mins")]),
        ],
    );
    let at = |hour: i64| -> smbcrm_core::types::OffsetTime {
        (super::instant(DAY) + TimeDelta::hours(hour)).into()
    };
    let booking = |hour| CreateAppointment::new(&made.id, "ZONED", &ada.id, at(hour));
    let kept = block_on(crm.create_appointment(booking(10))).unwrap();
    let off = block_on(crm.create_appointment(booking(11))).unwrap();
    block_on(crm.create_appointment(booking(12).to_notify(false))).unwrap();
    change(&crm, &off.id, UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled));
    change(&crm, &kept.id, UpdateAppointment::new().start_time(at(14)).to_notify(false));
    let until = |hour: i64, minute: i64| {
        let to = super::instant(DAY) + TimeDelta::hours(hour) + TimeDelta::minutes(minute);
        crm.clock().advance((to - crm.clock().now()).to_std().unwrap_or(Duration::ZERO));
        told(&crm)
    };
    assert!(until(12, 59).is_empty(), "it was moved, and the others are off or quiet");
    assert_eq!(until(13, 0), ["ada@vale.example: Soon"]);
    assert!(until(14, 44).is_empty());
    assert_eq!(until(14, 45), ["ada@vale.example: Thanks"]);
    assert!(until(40, 0).is_empty());
}
