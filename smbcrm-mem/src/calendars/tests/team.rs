//! Who takes an appointment, and with which rooms and equipment.

use chrono::TimeDelta;
use futures::executor::block_on;
use smbcrm_core::calendars::*;
use smbcrm_core::types::{CalendarResourceId, OffsetTime, UserId};

use super::{calendar, slots, taken, world};

const DAY: &str = "2026-06-02T00:00:00Z";

#[test]
fn whoever_is_named_leads_a_collective_meeting() {
    let (crm, ada) = world("UTC", "2026-06-01T00:00:00Z");
    let hours = [OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(9, 0, 17, 0)])];
    let team = [TeamMember::new("A"), TeamMember::new("B").is_primary(true), TeamMember::new("C")];
    let input = CreateCalendar::new("ZONED", "All")
        .calendar_type(CalendarType::Collective)
        .team_members(team)
        .open_hours(hours);
    let made = block_on(Calendars::create(&crm, input)).unwrap();
    let free = slots(&crm, &made.id, DAY, 1);
    let users = |users: &[&str]| users.iter().copied().map(UserId::from).collect::<Vec<_>>();
    for (at, named, team) in [(0, None, ["B", "A", "C"]), (1, Some("C"), ["C", "A", "B"])] {
        let mut input = CreateAppointment::new(&made.id, "ZONED", &ada.id, free[at]);
        input.assigned_user_id = named.map(UserId::from);
        let booked = block_on(crm.create_appointment(input)).unwrap();
        let found = block_on(crm.get_appointment(&booked.id)).unwrap().appointment;
        assert_eq!((found.assigned_user_id, found.users), (Some(team[0].into()), users(&team[1..])));
    }
    // Another one takes over, and it stays theirs when it moves.
    let booked = CreateAppointment::new(&made.id, "ZONED", &ada.id, free[2]);
    let booked = block_on(crm.create_appointment(booked)).unwrap();
    for change in
        [UpdateAppointment::new().assigned_user_id("A"), UpdateAppointment::new().start_time(free[5])]
    {
        let changed = block_on(crm.update_appointment(&booked.id, change)).unwrap();
        assert_eq!(changed.assigned_user_id, Some("A".into()));
    }
    let stranger = CreateAppointment::new(&made.id, "ZONED", &ada.id, free[7]).assigned_user_id("X");
    assert!(taken(&block_on(crm.create_appointment(stranger)).unwrap_err()));
}

#[test]
fn an_unchecked_booking_takes_what_is_free_and_nothing_twice() {
    let (crm, ada) = world("UTC", "2026-06-01T00:00:00Z");
    let made = calendar(&crm, CalendarType::ServiceBooking, &["U", "V"]);
    let resource = |kind: ResourceType, name: &str| {
        let input = CreateCalendarResource::new("ZONED", name, "", 1u32, 0u32, 1u32, [made.id.clone()]);
        block_on(crm.create_resource(&kind, input)).unwrap().id
    };
    let laser = resource(ResourceType::Equipments, "Laser");
    let rooms = [resource(ResourceType::Rooms, "One"), resource(ResourceType::Rooms, "Two")];
    // Outside of the hours, so that only an unchecked booking gets it.
    let night: OffsetTime = (super::instant(DAY) + TimeDelta::hours(22)).into();
    let book = |user: &str| {
        let input = CreateAppointment::new(&made.id, "ZONED", &ada.id, night)
            .ignore_free_slot_validation(true)
            .assigned_user_id(user);
        let booked = block_on(crm.create_appointment(input)).unwrap();
        let mut found = block_on(crm.get_appointment(&booked.id)).unwrap().appointment.assigned_resources;
        found.sort();
        (booked.id, found)
    };
    let sorted = |mut ids: Vec<&CalendarResourceId>| -> Vec<CalendarResourceId> {
        ids.sort();
        ids.into_iter().cloned().collect()
    };
    let (first, resources) = book("U");
    assert_eq!(resources, sorted(vec![&laser, &rooms[0]]));
    assert_eq!(book("V").1, [rooms[1].clone()], "the other room; there is one laser only");
    assert!(book("V").1.is_empty(), "and then nothing is left");
    // Moved without a check it takes what is free there.
    let there: OffsetTime = (super::instant(DAY) + TimeDelta::hours(23)).into();
    let change = UpdateAppointment::new().start_time(there).ignore_free_slot_validation(true);
    block_on(crm.update_appointment(&first, change)).unwrap();
    let moved = block_on(crm.get_appointment(&first)).unwrap().appointment;
    assert_eq!(moved.assigned_resources.len(), 2);
    assert!(book("U").1.contains(&laser), "what it left is free again");
}
