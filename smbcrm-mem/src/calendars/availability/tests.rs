//! The engine's promises, on random calendars, zones and bookings.

use std::collections::HashSet;

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;

use super::*;

const ZONES: [&str; 7] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Pacific/Apia",
];

/// Instants around which clocks change somewhere, and one where nothing happens.
const MOMENTS: [&str; 6] = [
    "2026-03-05T00:00:00Z",
    "2026-03-27T00:00:00Z",
    "2026-10-02T00:00:00Z",
    "2026-10-23T00:00:00Z",
    "2018-11-02T00:00:00Z",
    "2026-06-15T00:00:00Z",
];

fn millis(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().unwrap().timestamp_millis()
}

fn stretch() -> impl Strategy<Value = Stretch> {
    (0u32..1440, 1u32..1440).prop_map(|(from, length)| Stretch { from, to: (from + length).min(1440) })
}

fn hours(zone: &'static str) -> impl Strategy<Value = Hours> {
    let days = prop::collection::vec(prop::collection::vec(stretch(), 0..3), 7);
    let dates = prop::collection::vec((0u64..14, prop::collection::vec(stretch(), 0..2)), 0..3);
    (days, dates, 0..MOMENTS.len()).prop_map(move |(days, dates, moment)| {
        let mut hours = Hours::new(zone.parse().unwrap());
        for (slot, day) in hours.weekdays.iter_mut().zip(days) {
            *slot = day;
        }
        let first = DateTime::from_timestamp_millis(millis(MOMENTS[moment])).unwrap().date_naive();
        hours.dates.extend(dates.into_iter().map(|(offset, day)| (first + chrono::Days::new(offset), day)));
        hours
    })
}

prop_compose! {
    fn rules()(
        zone in 0..ZONES.len(),
        other in 0..ZONES.len(),
        kind in prop::sample::select(vec![
            Kind::Preferred, Kind::Balanced, Kind::Class, Kind::Collective, Kind::Event,
        ]),
        members in 1usize..4,
    )(
        zone in Just(zone),
        kind in Just(kind),
        hours in prop::option::weighted(0.9, hours(ZONES[zone])),
        schedules in prop::collection::vec(prop::option::weighted(0.3, hours(ZONES[other])), members),
        priorities in prop::collection::vec(0u8..3, members),
        duration in 1i64..180,
        interval in 5i64..120,
        before in 0i64..45,
        after in 0i64..45,
        per_slot in 1u32..4,
        per_day in prop::option::weighted(0.3, 1u32..5),
        notice in prop::option::weighted(0.3, (0u32..72).prop_map(Period::Hours)),
        horizon in prop::option::weighted(0.3, (1u32..20).prop_map(Period::Days)),
        hidden in prop::sample::select(vec![0u32, 0, 0, 30, 100]),
        rooms in prop::collection::vec((any::<bool>(), 0u32..3), 0..3),
    ) -> Rules {
        let people = schedules.into_iter().zip(priorities).enumerate();
        Rules {
            calendar: "CAL".into(),
            kind,
            zone: ZONES[zone].parse().unwrap(),
            hours,
            members: people.map(|(at, (schedule, priority))| Member {
                user: format!("U{at}").into(),
                priority,
                primary: at == 0,
                schedules: schedule.into_iter().collect(),
            }).collect(),
            resources: rooms.into_iter().enumerate().map(|(at, (room, amount))| Resource {
                id: format!("R{at}").into(), room, amount: amount + 1,
            }).collect(),
            duration: duration * MINUTE,
            interval: interval * MINUTE,
            before: before * MINUTE,
            after: after * MINUTE,
            per_slot, per_day, notice, horizon, hidden,
        }
    }
}

fn ask(range: Span, length: Option<i64>, now: i64) -> Ask<'static> {
    Ask { range, length, now, any_date: false, users: None, except: &[] }
}

fn owners(offer: &Offer, rules: &Rules) -> Vec<Owner> {
    let mut owners: Vec<Owner> = offer.team.iter().cloned().map(Owner::User).collect();
    owners.push(Owner::Calendar(rules.calendar.clone()));
    owners.extend(offer.resources.iter().cloned().map(Owner::Resource));
    owners
}

/// Books an offer as the product does.
fn book(diary: &mut Diary, rules: &Rules, offer: &Offer, number: usize) {
    let entry = Entry {
        event: format!("E{number}").into(),
        calendar: rules.calendar.clone(),
        lead: offer.team.first().cloned().unwrap_or_default(),
        span: offer.span,
        occupied: offer.span.padded(rules.before, rules.after),
        block: false,
        busy: true,
    };
    diary.put(&owners(offer, rules), &entry);
}

fn block(diary: &mut Diary, user: usize, start: i64, end: i64, number: usize) {
    let span = Span::new(start, end);
    let entry = Entry {
        event: format!("B{number}").into(),
        calendar: CalendarId::default(),
        lead: format!("U{user}").into(),
        span,
        occupied: span,
        block: true,
        busy: true,
    };
    diary.put(&[Owner::User(format!("U{user}").into())], &entry);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Every slot that is listed can be booked, and what is booked is not listed again once its seats are taken;
    /// nobody is ever in two places.
    #[test]
    fn what_is_listed_can_be_booked_and_no_booked_time_is_listed(
        rules in rules(),
        moment in 0..MOMENTS.len(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0i64..90), 1..12),
        blocks in prop::collection::vec((0usize..3, 0i64..10 * 24 * 60, 1i64..2_000), 0..4),
    ) {
        let now = millis(MOMENTS[moment]);
        let range = Span::new(now, now + 10 * DAY);
        let mut diary = Diary::default();
        for (number, (user, start, length)) in blocks.iter().enumerate() {
            block(&mut diary, *user, now + start * MINUTE, now + (start + length) * MINUTE, number);
        }
        let mut booked: Vec<Offer> = Vec::new();
        for (number, (pick, longer)) in picks.iter().enumerate() {
            let listed = offers(&rules, &diary, &ask(range, None, now));
            prop_assert!(listed.windows(2).all(|pair| pair[0].span < pair[1].span), "in order, each once");
            if listed.is_empty() {
                break;
            }
            let slot = pick.get(&listed).span;
            prop_assert!(range.start <= slot.start && slot.start < range.end);
            // The booking asks about that instant alone. A longer one may be refused, its own length never.
            let at = Span::new(slot.start, slot.start + 1);
            let exact = offers(&rules, &diary, &ask(at, Some(slot.length()), now));
            prop_assert_eq!(exact.len(), 1);
            let longer = offers(&rules, &diary, &ask(at, Some(slot.length() + longer * MINUTE), now));
            let offer = longer.into_iter().next().unwrap_or_else(|| exact[0].clone());
            book(&mut diary, &rules, &offer, number);
            booked.push(offer);
        }
        let listed: HashSet<i64> =
            offers(&rules, &diary, &ask(range, None, now)).iter().map(|offer| offer.span.start).collect();
        for offer in &booked {
            let mates: Vec<&Offer> = booked.iter().filter(|other| other.span.start == offer.span.start).collect();
            let seats = match rules.kind {
                Kind::Event | Kind::Collective => rules.per_slot as usize,
                _ => rules.per_slot as usize * rules.members.len(),
            };
            prop_assert!(mates.len() <= seats);
            if mates.len() == seats {
                prop_assert!(!listed.contains(&offer.span.start), "a full slot is not listed");
            }
            // Whoever takes part has no other appointment, and no block, meanwhile.
            for other in booked.iter().filter(|other| other.span.start != offer.span.start) {
                let shared = offer.team.iter().any(|user| other.team.contains(user)) || rules.kind == Kind::Event;
                let padded = |span: Span| span.padded(rules.before, rules.after);
                prop_assert!(!shared || !padded(offer.span).overlaps(padded(other.span)));
            }
            for (user, start, length) in &blocks {
                let blocked = Span::new(now + start * MINUTE, now + (start + length) * MINUTE);
                let user = UserId::from(format!("U{user}"));
                prop_assert!(!offer.team.contains(&user) || !offer.span.overlaps(blocked));
            }
            // Local hours hold it: its first and last moments are open on the clocks on the wall.
            if let Some(hours) = &rules.hours {
                let near = offer.span.padded(DAY, DAY);
                prop_assert!(hours.windows(near).iter().any(|window| window.holds(offer.span)));
            }
        }
        if let Some(limit) = rules.per_day {
            for user in &rules.members {
                let mut days = std::collections::HashMap::new();
                for offer in booked.iter().filter(|offer| offer.team.contains(&user.user)) {
                    *days.entry(zone::date(rules.zone, offer.span.start)).or_insert(0u32) += 1;
                }
                prop_assert!(days.values().all(|count| *count <= limit));
            }
        }
        // Rooms and equipment are never over-booked.
        for resource in &rules.resources {
            for offer in booked.iter().filter(|offer| offer.resources.contains(&resource.id)) {
                let padded = offer.span.padded(rules.before, rules.after);
                let at = booked.iter().filter(|other| {
                    let span = other.span.padded(rules.before, rules.after);
                    other.resources.contains(&resource.id)
                        && span.start <= padded.start && padded.start < span.end
                });
                let at: Vec<_> = at.collect();
                prop_assert!(at.len() <= resource.amount as usize);
                prop_assert!(!resource.room || at.iter().all(|other| other.team.first() == offer.team.first()));
            }
        }
    }

    /// A window is answered alike on its own and as a part of a longer one.
    #[test]
    fn windows_add_up(rules in rules(), moment in 0..MOMENTS.len(), cut in 1i64..10 * 24 * 60) {
        let now = millis(MOMENTS[moment]);
        let diary = Diary::default();
        let list = |start, end| -> Vec<Span> {
            offers(&rules, &diary, &ask(Span::new(start, end), None, now)).into_iter().map(|o| o.span).collect()
        };
        let (middle, end) = (now + cut * MINUTE, now + 10 * DAY);
        let mut parts = list(now, middle);
        parts.extend(list(middle, end));
        prop_assert_eq!(parts, list(now, end));
    }

    /// No rule, however odd, makes the engine panic or run away.
    #[test]
    fn no_rule_panics(
        mut rules in rules(),
        lengths in prop::array::uniform4(prop::sample::select(vec![0i64, 1, MINUTE, HOUR, DAY, i64::from(u32::MAX) * HOUR])),
        now in 0i64..253_402_300_799_000,
        units in prop::array::uniform2(prop::sample::select(vec![0u32, 1, u32::MAX])),
        per_slot in prop::sample::select(vec![0u32, 1, u32::MAX]),
    ) {
        [rules.duration, rules.interval, rules.before, rules.after] = lengths;
        rules.notice = Some(Period::Months(units[0]));
        rules.horizon = Some(Period::Days(units[1]));
        rules.per_slot = per_slot;
        let _ = offers(&rules, &Diary::default(), &ask(Span::new(now, now + 2 * DAY), None, now));
        rules.notice = None;
        rules.horizon = None;
        let _ = offers(&rules, &Diary::default(), &ask(Span::new(now, now + 2 * DAY), Some(lengths[0]), now));
    }

    /// The diary finds what a look at everything finds, each once.
    #[test]
    fn the_diary_is_a_list_of_entries(
        entries in prop::collection::vec((0usize..3, 0i64..20 * 24 * 60, 1i64..5_000), 0..30),
        window in (0i64..20 * 24 * 60, 1i64..10_000),
        removed in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let mut diary = Diary::default();
        for (number, (user, start, length)) in entries.iter().enumerate() {
            block(&mut diary, *user, start * MINUTE, (start + length) * MINUTE, number);
        }
        let mut gone = HashSet::new();
        for index in removed.iter().filter(|_| !entries.is_empty()) {
            let number = index.index(entries.len());
            let (user, start, length) = entries[number];
            if gone.insert(number) {
                let span = Span::new(start * MINUTE, (start + length) * MINUTE);
                let owner = Owner::User(format!("U{user}").into());
                let entry = diary.within(&owner, span).into_iter().find(|entry| *entry.event.as_str() == *format!("B{number}"));
                let entry = entry.cloned().unwrap();
                diary.remove(&[owner], &entry);
            }
        }
        let asked = Span::new(window.0 * MINUTE, (window.0 + window.1) * MINUTE);
        for user in 0..3 {
            let mut found: Vec<String> = diary.within(&Owner::User(format!("U{user}").into()), asked)
                .iter().map(|entry| entry.event.to_string()).collect();
            let mut expected: Vec<String> = entries.iter().enumerate()
                .filter(|(number, (owner, start, length))| {
                    let span = Span::new(start * MINUTE, (start + length) * MINUTE);
                    *owner == user && !gone.contains(number) && span.overlaps(asked)
                })
                .map(|(number, _)| format!("B{number}")).collect();
            found.sort();
            expected.sort();
            prop_assert_eq!(found, expected);
        }
    }
}

/// A calendar of one member, open for some hours every day.
fn simple(zone: &str, from: u32, to: u32) -> Rules {
    let mut hours = Hours::new(zone.parse().unwrap());
    hours.weekdays.iter_mut().for_each(|day| day.push(Stretch { from, to }));
    Rules {
        calendar: "CAL".into(),
        kind: Kind::Preferred,
        zone: zone.parse().unwrap(),
        hours: Some(hours),
        members: vec![Member { user: "U0".into(), priority: 1, primary: false, schedules: Vec::new() }],
        resources: Vec::new(),
        duration: 30 * MINUTE,
        interval: 30 * MINUTE,
        before: 0,
        after: 0,
        per_slot: 1,
        per_day: None,
        notice: None,
        horizon: None,
        hidden: 0,
    }
}

fn starts(rules: &Rules, diary: &Diary, from: &str, days: i64) -> Vec<String> {
    let now = millis(from);
    let found = offers(rules, diary, &ask(Span::new(now, now + days * DAY), None, now));
    found
        .iter()
        .map(|offer| {
            let at = rules.zone.timestamp_millis_opt(offer.span.start).unwrap();
            at.format("%dT%H:%M%:z").to_string()
        })
        .collect()
}

#[test]
fn clocks_that_change_leave_whole_slots() {
    // Midnight to four: an hour less on the night in spring, and one more in autumn where it falls into those hours.
    for (zone, spring, autumn, slots) in [
        ("America/New_York", "2026-03-08T05:00:00Z", "2026-11-01T04:00:00Z", (6, 10)),
        ("Europe/London", "2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z", (6, 10)),
        ("America/Sao_Paulo", "2018-11-04T02:30:00Z", "2018-02-18T02:30:00Z", (6, 8)),
    ] {
        let rules = simple(zone, 0, 240);
        let night = |from: &str| {
            let from = millis(from);
            offers(&rules, &Diary::default(), &ask(Span::new(from, from + 12 * HOUR), None, from)).len()
        };
        assert_eq!((night(spring), night(autumn)), slots, "{zone}");
    }
    let lord_howe = simple("Australia/Lord_Howe", 60, 180);
    let listed = starts(&lord_howe, &Diary::default(), "2026-10-03T14:00:00Z", 1);
    assert_eq!(listed[..3], ["04T01:00+10:30", "04T01:30+10:30", "04T02:30+11:00"]);
    let listed = starts(&lord_howe, &Diary::default(), "2026-04-04T13:00:00Z", 1);
    assert_eq!(
        listed,
        ["05T01:00+11:00", "05T01:30+11:00", "05T01:30+10:30", "05T02:00+10:30", "05T02:30+10:30"]
    );
    let new_york = simple("America/New_York", 60, 180);
    assert_eq!(
        starts(&new_york, &Diary::default(), "2026-03-08T05:00:00Z", 1),
        ["08T01:00-05:00", "08T01:30-05:00"]
    );
}

#[test]
fn equals_share_and_the_preferred_come_first() {
    let mut rules = simple("UTC", 540, 1020);
    rules.members = (0..3)
        .map(|at| Member {
            user: format!("U{at}").into(),
            priority: [0, 2, 1][at],
            primary: false,
            schedules: Vec::new(),
        })
        .collect();
    let now = millis("2026-06-15T00:00:00Z");
    let mut diary = Diary::default();
    let take = |rules: &Rules, diary: &mut Diary, number: usize| {
        let start = now + 9 * HOUR + number as i64 * 30 * MINUTE;
        let offer = offers(rules, diary, &ask(Span::new(start, start + 1), Some(30 * MINUTE), now)).remove(0);
        book(diary, rules, &offer, number);
        offer.team[0].to_string()
    };
    let taken: Vec<String> = (0..3).map(|number| take(&rules, &mut diary, number)).collect();
    assert_eq!(taken, ["U1", "U1", "U1"], "availability: the preferred one while they are free");
    rules.kind = Kind::Balanced;
    let taken: Vec<String> = (3..8).map(|number| take(&rules, &mut diary, number)).collect();
    assert_eq!(taken, ["U2", "U0", "U2", "U0", "U2"], "balance: whoever has the fewest, the preferred first");
}

#[test]
fn a_busy_look_is_the_same_every_time() {
    let mut rules = simple("UTC", 0, 1440);
    rules.hidden = 40;
    let once = starts(&rules, &Diary::default(), "2026-06-15T00:00:00Z", 10);
    assert_eq!(once, starts(&rules, &Diary::default(), "2026-06-15T00:00:00Z", 10));
    assert!((240..340).contains(&once.len()), "{} of 480", once.len());
    rules.hidden = 100;
    assert!(starts(&rules, &Diary::default(), "2026-06-15T00:00:00Z", 10).is_empty());
}
