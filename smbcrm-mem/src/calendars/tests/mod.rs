//! Tests of what only the in-memory CRM can show: threads, forks, snapshots, other zones, other calendars' settings.

mod notify;
mod promise;
mod team;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use smbcrm_core::calendars::*;
use smbcrm_core::contacts::{Contact, Contacts, CreateContact};
use smbcrm_core::locations::Location;
use smbcrm_core::types::{CalendarId, ContactId, OffsetTime};
use smbcrm_core::{Error, Result};

use crate::{Clock, MemCrm};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A world in a zone, at a time, with one contact.
fn world(zone: &str, now: &str) -> (MemCrm, Arc<Contact>) {
    let crm = MemCrm::builder().clock(Clock::virtual_at(instant(now))).location("HOME").build();
    let mut location = Location::default();
    location.id = "ZONED".into();
    location.timezone = Some(zone.into());
    crm.admin().add_location(location);
    let contact = CreateContact::new("ZONED").first_name("Ada").email("ada@vale.example");
    let contact = block_on(Contacts::create(&crm, contact)).unwrap();
    (crm, contact)
}

fn calendar(crm: &MemCrm, kind: CalendarType, users: &[&str]) -> Arc<Calendar> {
    let hours = [OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(9, 0, 17, 0)])];
    let team = users.iter().map(|user| TeamMember::new(*user));
    let input =
        CreateCalendar::new("ZONED", "Calls").calendar_type(kind).team_members(team).open_hours(hours);
    block_on(Calendars::create(crm, input)).unwrap()
}

fn slots(crm: &MemCrm, calendar: &CalendarId, from: &str, days: i64) -> Vec<OffsetTime> {
    let from = instant(from);
    let query = FreeSlotsQuery::new(from, from + TimeDelta::days(days));
    block_on(crm.free_slots(calendar, query)).unwrap().iter().collect()
}

fn book(
    crm: &MemCrm,
    calendar: &CalendarId,
    contact: &ContactId,
    at: OffsetTime,
) -> Result<BookedAppointment> {
    block_on(crm.create_appointment(CreateAppointment::new(calendar, "ZONED", contact, at)))
}

fn taken(error: &Error) -> bool {
    error.status() == Some(400) && error.messages() == ["The slot you have selected is no longer available."]
}

#[test]
fn of_many_threads_one_gets_the_last_seat() {
    let (crm, contact) = world("America/New_York", "2026-06-01T00:00:00Z");
    let calendar = calendar(&crm, CalendarType::Personal, &["U"]);
    let slot = slots(&crm, &calendar.id, "2026-06-02T00:00:00Z", 1)[0];
    let won: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| match book(&crm, &calendar.id, &contact.id, slot) {
                    Ok(_) => 1,
                    Err(error) => {
                        assert!(taken(&error), "{error}");
                        0
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(won, 1);
    assert!(!slots(&crm, &calendar.id, "2026-06-02T00:00:00Z", 1).contains(&slot));
}

#[test]
fn offsets_follow_the_clocks() {
    for (zone, from, before, after) in [
        ("America/New_York", "2026-03-07T05:00:00Z", "-05:00", "-04:00"),
        ("Europe/London", "2026-10-23T23:00:00Z", "+01:00", "+00:00"),
        ("Australia/Lord_Howe", "2026-10-02T13:30:00Z", "+10:30", "+11:00"),
        ("America/Sao_Paulo", "2018-11-03T03:00:00Z", "-03:00", "-02:00"),
    ] {
        let (crm, contact) = world(zone, "2018-01-01T00:00:00Z");
        let calendar = calendar(&crm, CalendarType::Personal, &["U"]);
        let free = slots(&crm, &calendar.id, from, 3);
        assert!(free.iter().any(|slot| slot.to_string().ends_with(before)), "{zone}: {free:?}");
        assert!(free.iter().any(|slot| slot.to_string().ends_with(after)), "{zone}: {free:?}");
        for slot in &free {
            assert!(slot.get().format("%H:%M").to_string().as_str() >= "09:00", "{zone}: {slot}");
            book(&crm, &calendar.id, &contact.id, *slot).unwrap();
        }
        assert!(slots(&crm, &calendar.id, from, 3).is_empty(), "{zone}");
    }
}

#[test]
fn forks_and_snapshots_have_their_own_bookings() {
    let (crm, contact) = world("UTC", "2026-06-01T00:00:00Z");
    let calendar = calendar(&crm, CalendarType::Personal, &["U"]);
    let day = "2026-06-02T00:00:00Z";
    let slot = slots(&crm, &calendar.id, day, 1)[0];
    let before = crm.snapshot();
    let fork = crm.fork();
    book(&crm, &calendar.id, &contact.id, slot).unwrap();
    assert!(slots(&fork, &calendar.id, day, 1).contains(&slot));
    book(&fork, &calendar.id, &contact.id, slot).unwrap();
    crm.restore(&before);
    assert!(slots(&crm, &calendar.id, day, 1).contains(&slot));
    assert!(block_on(crm.list_appointments(&contact.id)).unwrap().is_empty());
}

#[test]
fn the_contact_sees_local_time() {
    let (crm, contact) = world("America/New_York", "2026-06-01T00:00:00Z");
    let calendar = calendar(&crm, CalendarType::Event, &[]);
    book(&crm, &calendar.id, &contact.id, "2026-06-02T13:00:00Z".parse().unwrap()).unwrap();
    let listed = block_on(crm.list_appointments(&contact.id)).unwrap();
    assert_eq!(listed[0].start_time.unwrap().to_string(), "2026-06-02 09:00:00");
    block_on(Contacts::delete(&crm, &contact.id)).unwrap();
    let from = instant("2026-06-02T00:00:00Z");
    let query = ListEvents::new("ZONED", from, from + TimeDelta::days(1)).calendar_id(&calendar.id);
    assert!(block_on(crm.list_events(query)).unwrap().is_empty(), "its appointments go with the contact");
    assert_eq!(slots(&crm, &calendar.id, "2026-06-02T00:00:00Z", 1).len(), 16);
}

#[test]
fn a_series_keeps_its_time_of_day() {
    let (crm, contact) = world("America/New_York", "2026-03-01T00:00:00Z");
    let calendar = calendar(&crm, CalendarType::Personal, &["U"]);
    let start: OffsetTime = "2026-03-06T09:00:00-05:00".parse().unwrap();
    let input = CreateAppointment::new(&calendar.id, "ZONED", &contact.id, start)
        .ignore_free_slot_validation(true)
        .rrule("FREQ=DAILY;COUNT=4");
    let booked = block_on(crm.create_appointment(input)).unwrap();
    let listed = || {
        let from = instant("2026-03-01T00:00:00Z");
        let query = ListEvents::new("ZONED", from, from + TimeDelta::days(30)).calendar_id(&calendar.id);
        let events = block_on(crm.list_events(query)).unwrap();
        events.iter().map(|event| event.start_time.to_string()[8..].to_owned()).collect::<Vec<_>>()
    };
    let offsets = |hour: &str| {
        [("06", "-05:00"), ("07", "-05:00"), ("08", "-04:00"), ("09", "-04:00")]
            .map(|(day, offset)| format!("{day}T{hour}:00:00{offset}"))
    };
    assert_eq!(listed(), offsets("09"));
    let there: OffsetTime = "2026-03-06T11:00:00-05:00".parse().unwrap();
    block_on(crm.update_appointment(&booked.id, UpdateAppointment::new().start_time(there))).unwrap();
    assert_eq!(listed(), offsets("11"));
    // It cannot move where one of its instances is in somebody's way, and then none of them moves.
    let other: OffsetTime = "2026-03-08T14:00:00-04:00".parse().unwrap();
    book(&crm, &calendar.id, &contact.id, other).unwrap();
    let there: OffsetTime = "2026-03-06T14:00:00-05:00".parse().unwrap();
    let change = UpdateAppointment::new().start_time(there);
    assert!(taken(&block_on(crm.update_appointment(&booked.id, change)).unwrap_err()));
    block_on(crm.delete_event(&booked.id)).unwrap();
    assert_eq!(listed(), ["08T14:00:00-04:00"]);
}

#[test]
fn contacts_get_the_member_as_their_owner_where_the_calendar_says_so() {
    let (crm, contact) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    let slot = slots(&crm, &made.id, "2026-06-02T00:00:00Z", 1)[0];
    book(&crm, &made.id, &contact.id, slot).unwrap();
    assert_eq!(block_on(Contacts::get(&crm, &contact.id)).unwrap().assigned_to, None);
    let assigns = UpdateCalendar::new().should_assign_contact_to_team_member(true);
    block_on(Calendars::update(&crm, &made.id, assigns)).unwrap();
    let slot = slots(&crm, &made.id, "2026-06-02T00:00:00Z", 1)[0];
    book(&crm, &made.id, &contact.id, slot).unwrap();
    assert_eq!(block_on(Contacts::get(&crm, &contact.id)).unwrap().assigned_to, Some("U".into()));
}

#[test]
fn a_refusal_changes_nothing() {
    let (crm, contact) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::Personal, &["U"]);
    let fork = crm.fork();
    let bad = CreateCalendar::new("ZONED", "").calendar_type(CalendarType::Personal);
    block_on(Calendars::create(&crm, bad)).unwrap_err();
    let past = "2020-01-01T09:00:00Z".parse().unwrap();
    assert!(taken(&book(&crm, &made.id, &contact.id, past).unwrap_err()));
    let dates =
        ["never", "2031-01-01T00:00:00.000Z"].map(|date| DateAvailability::new(date, Vec::<Hours>::new()));
    block_on(Calendars::update(&crm, &made.id, UpdateCalendar::new().availabilities(dates))).unwrap_err();
    // Not even the next id is another one.
    let (one, other) = (calendar(&crm, CalendarType::Event, &[]), calendar(&fork, CalendarType::Event, &[]));
    assert_eq!(one, other);
}
