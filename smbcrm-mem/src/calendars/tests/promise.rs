//! The promise, through the API: every slot that is listed can be booked, and no booked time is listed again.
//!
//! The availability engine has a test of its own with odder rules; this one goes the way an app goes, with calendars
//! as they are created, schedules in other zones and the nights on which clocks change.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use proptest::prelude::*;
use smbcrm_core::ErrorKind;
use smbcrm_core::calendars::*;
use smbcrm_core::types::OffsetTime;

use super::{book, instant, taken, world};
use crate::MemCrm;

/// Zones, and a day or two before their clocks change: forward, back, by half an hour, at midnight, and over the date
/// line.
const NIGHTS: [(&str, &str); 10] = [
    ("America/New_York", "2026-03-07T00:00:00Z"),
    ("America/New_York", "2026-10-31T00:00:00Z"),
    ("Europe/Berlin", "2026-03-28T00:00:00Z"),
    ("Europe/Berlin", "2026-10-24T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-03T12:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-02T12:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-14T00:00:00Z"),
    ("Pacific/Apia", "2011-12-29T00:00:00Z"),
    ("Asia/Kolkata", "2026-06-01T00:00:00Z"),
];

const DAYS: i64 = 3;

#[derive(Debug, Clone)]
struct Plan {
    night: usize,
    viewer: usize,
    kind: CalendarType,
    members: usize,
    hours: Vec<(u32, u32)>,
    duration: u32,
    interval: u32,
    buffers: (u32, u32),
    per_slot: u32,
    per_day: Option<u32>,
    schedule: Option<(usize, u32, u32)>,
    room: bool,
    picks: Vec<prop::sample::Index>,
}

prop_compose! {
    fn plan()(
        night in 0..NIGHTS.len(),
        viewer in 0..NIGHTS.len(),
        kind in prop::sample::select(vec![
            CalendarType::RoundRobin, CalendarType::Event, CalendarType::ClassBooking, CalendarType::Collective,
            CalendarType::ServiceBooking, CalendarType::Personal,
        ]),
        members in 1usize..4,
        hours in prop::collection::vec((0u32..20, 1u32..9), 1..3),
        duration in prop::sample::select(vec![15u32, 30, 45, 60, 90]),
        interval in prop::sample::select(vec![15u32, 20, 30, 60]),
        buffers in (0u32..20, 0u32..20),
        per_slot in 1u32..3,
        per_day in prop::option::weighted(0.3, 1u32..4),
        schedule in prop::option::weighted(0.4, (0..NIGHTS.len(), 0u32..12, 4u32..12)),
        room in any::<bool>(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) -> Plan {
        let members = if kind == CalendarType::Personal { 1 } else { members };
        Plan { night, viewer, kind, members, hours, duration, interval, buffers, per_slot, per_day, schedule, room, picks }
    }
}

fn user(at: usize) -> String {
    format!("USER{at}")
}

fn create(crm: &MemCrm, plan: &Plan) -> Arc<Calendar> {
    let hours =
        plan.hours.iter().map(|(from, length)| Hours::new(*from, 0u32, (from + length).min(23), 0u32));
    let open = OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], hours.collect::<Vec<_>>());
    let mut input = CreateCalendar::new("ZONED", "Calls")
        .calendar_type(plan.kind.clone())
        .open_hours([open])
        .slot_duration(plan.duration)
        .slot_interval(plan.interval)
        .pre_buffer(plan.buffers.0)
        .slot_buffer(plan.buffers.1)
        .appointments_per_slot(plan.per_slot);
    input.appointments_per_day = plan.per_day;
    if plan.kind != CalendarType::Event {
        let collective = plan.kind == CalendarType::Collective;
        let team = (0..plan.members).map(|at| TeamMember::new(user(at)).is_primary(collective && at == 0));
        input = input.team_members(team);
    }
    let made = block_on(Calendars::create(crm, input)).unwrap();
    if let Some((zone, from, length)) = plan.schedule {
        let every_day = ScheduleDay::KNOWN.iter().map(|day| {
            let hours = (format!("{from:02}:00"), format!("{:02}:00", (from + length).min(23)));
            ScheduleRule::on(ScheduleDay::from(*day), &[(&hours.0, &hours.1)])
        });
        let input = CreateSchedule::new("ZONED", user(0), "Own", NIGHTS[zone].0)
            .rules(every_day.collect::<Vec<_>>())
            .calendar_ids([made.id.clone()]);
        block_on(crm.create_schedule(input)).unwrap();
    }
    if plan.room && plan.kind == CalendarType::ServiceBooking {
        let room =
            CreateCalendarResource::new("ZONED", "Room", "", 1u32, 0u32, plan.per_slot, [made.id.clone()]);
        block_on(crm.create_resource(&ResourceType::Rooms, room)).unwrap();
    }
    made
}

fn listed(crm: &MemCrm, calendar: &Calendar, from: DateTime<Utc>, zone: Option<&str>) -> Vec<OffsetTime> {
    let mut query = FreeSlotsQuery::new(from, from + TimeDelta::days(DAYS));
    query.timezone = zone.map(Into::into);
    block_on(crm.free_slots(&calendar.id, query)).unwrap().iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_listed_can_be_booked_and_what_is_booked_is_not_listed(plan in plan()) {
        let (zone, from) = NIGHTS[plan.night];
        let (crm, contact) = world(zone, from);
        let from = instant(from);
        let made = create(&crm, &plan);

        // Whoever looks sees the same instants, on clocks of their own.
        let viewer = NIGHTS[plan.viewer].0;
        let free = listed(&crm, &made, from, None);
        let instants = |slots: &[OffsetTime]| slots.iter().map(OffsetTime::instant).collect::<Vec<_>>();
        prop_assert_eq!(instants(&free), instants(&listed(&crm, &made, from, Some(viewer))));
        prop_assert!(free.windows(2).all(|pair| pair[0].instant() < pair[1].instant()));

        // Each can be booked, as it was listed: in a world of its own, so that none is in another's way.
        for slot in &free {
            let booked = book(&crm.fork(), &made.id, &contact.id, *slot);
            prop_assert!(booked.is_ok(), "{} of {:?}: {:?}", slot, plan, booked);
        }

        // Booked until it is gone it is not listed, and another booking is refused; and then the rest still holds.
        let mut full: HashMap<DateTime<Utc>, OffsetTime> = HashMap::new();
        for pick in &plan.picks {
            let left = listed(&crm, &made, from, None);
            if left.is_empty() {
                break;
            }
            let slot = *pick.get(&left);
            let mut seats = 0;
            while listed(&crm, &made, from, None).contains(&slot) {
                prop_assert!(book(&crm, &made.id, &contact.id, slot).is_ok());
                seats += 1;
                prop_assert!(seats <= plan.per_slot as usize * plan.members, "more than there are seats");
            }
            full.insert(slot.instant(), slot);
            for slot in full.values() {
                let refused = book(&crm, &made.id, &contact.id, *slot).unwrap_err();
                prop_assert!(taken(&refused) && refused.kind() == ErrorKind::Conflict);
            }
        }
        let left = listed(&crm, &made, from, None);
        prop_assert!(left.iter().all(|slot| !full.contains_key(&slot.instant())));
        for slot in &left {
            prop_assert!(book(&crm.fork(), &made.id, &contact.id, *slot).is_ok());
        }
    }
}

/// Of so many people who want the last seats as many get one as there are, whatever the threads do.
#[test]
fn seats_are_never_oversold() {
    for (night, seats) in [(1, 1u32), (3, 3), (5, 7)] {
        let (zone, from) = NIGHTS[night];
        let (crm, contact) = world(zone, from);
        let open = OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(9, 0, 17, 0)]);
        let input = CreateCalendar::new("ZONED", "Class")
            .calendar_type(CalendarType::ClassBooking)
            .team_members([TeamMember::new("U")])
            .open_hours([open])
            .appointments_per_slot(seats);
        let made = block_on(Calendars::create(&crm, input)).unwrap();
        for slot in listed(&crm, &made, instant(from), None).into_iter().step_by(9) {
            let won: usize = std::thread::scope(|scope| {
                let try_it = || usize::from(book(&crm, &made.id, &contact.id, slot).is_ok());
                let threads: Vec<_> = (0..12).map(|_| scope.spawn(try_it)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            assert_eq!(won, seats as usize, "{slot}");
            assert!(!listed(&crm, &made, instant(from), None).contains(&slot));
        }
    }
}
