//! Which slots a calendar offers.

use std::collections::HashMap;

use chrono::NaiveDate;
use smbcrm_core::types::{AppointmentId, CalendarResourceId, UserId};

use super::diary::{Diary, Ledger, Owner};
use super::span::{DAY, MINUTE, Span, merged};
use super::{Entry, Hours, Kind, Rules, zone};

/// What is asked of a calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Slots that begin in it.
    pub(crate) range: Span,
    /// How long the meeting is; the calendar's own duration unless given.
    pub(crate) length: Option<i64>,
    pub(crate) now: i64,
    /// Whether booking notice and horizon do not count. The past stays past.
    pub(crate) any_date: bool,
    /// Taken by one of these; by any member unless given.
    pub(crate) users: Option<&'a [UserId]>,
    /// Events that do not count: the ones that are about to be moved.
    pub(crate) except: &'a [AppointmentId],
}

/// A slot that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) span: Span,
    /// Who takes it, the first first. Filled in where a booking asks ([`Ask::length`] is given).
    pub(crate) team: Vec<UserId>,
    /// The rooms and equipment that it takes, filled in likewise.
    pub(crate) resources: Vec<CalendarResourceId>,
}

/// The slots of a calendar that can be booked, in order.
pub(crate) fn offers(rules: &Rules, diary: &Diary, ask: &Ask<'_>) -> Vec<Offer> {
    let search = Search::new(rules, diary, ask);
    let mut offers = Vec::new();
    for span in search.candidates() {
        if let Some((lead, room)) = search.pick(span) {
            let (team, resources) = match ask.length {
                Some(_) => (search.team(lead), search.needs(room)),
                None => (Vec::new(), Vec::new()),
            };
            offers.push(Offer { span, team, resources });
        }
    }
    offers
}

/// The rooms and equipment that a meeting gets whose time is not checked: of what the calendar needs whatever is free.
/// Nothing is ever booked twice.
pub(crate) fn spare(
    rules: &Rules,
    diary: &Diary,
    span: Span,
    lead: Option<&UserId>,
    except: &[AppointmentId],
) -> Vec<CalendarResourceId> {
    if rules.resources.is_empty() {
        return Vec::new();
    }
    let users = lead.map(std::slice::from_ref);
    let ask = Ask {
        range: Span::new(span.start, span.start + 1),
        length: Some(span.length()),
        now: i64::MIN,
        any_date: true,
        users,
        except,
    };
    let search = Search::new(rules, diary, &ask);
    let seat = search.seats.iter().position(|seat| search.is_named(seat)).unwrap_or(0);
    let room = search.room(span, seat).flatten();
    let resources = rules.resources.iter().enumerate();
    let free = resources.filter(|(at, resource)| match resource.room {
        true => room == Some(*at),
        false => search.is_free(*at, span),
    });
    free.map(|(_, resource)| resource.id.clone()).collect()
}

/// Somebody who may take a slot: a member, or an event calendar itself.
struct Seat<'a> {
    /// Which member; `None` for an event calendar.
    member: Option<usize>,
    ledger: Ledger<'a>,
    /// When they are available; always unless given.
    open: Option<Vec<Span>>,
    /// How many appointments they have on a date, where there is a limit.
    booked: HashMap<NaiveDate, u32>,
    /// How many appointments of this calendar they have at all.
    load: u32,
}

struct Search<'a> {
    rules: &'a Rules,
    ask: &'a Ask<'a>,
    length: i64,
    seats: Vec<Seat<'a>>,
    /// One a resource of the rules.
    shelves: Vec<Ledger<'a>>,
}

impl<'a> Search<'a> {
    fn new(rules: &'a Rules, diary: &'a Diary, ask: &'a Ask<'a>) -> Self {
        let length = ask.length.unwrap_or(rules.duration).max(1);
        // Whole local days, for the daily limit, and whatever the last slot reaches into.
        let reach = ask.range.padded(2 * DAY + rules.before, 2 * DAY + length + rules.after);
        let read = |owner: &Owner| Ledger::read(diary, owner, reach, ask.except);
        let mut search = Self { rules, ask, length, seats: Vec::new(), shelves: Vec::new() };
        if rules.kind == Kind::Event {
            let ledger = read(&Owner::Calendar(rules.calendar.clone()));
            search.seats.push(search.seat(None, ledger, &[], 0));
        }
        let wanted = |user: &UserId| {
            // All members of a collective calendar are needed, whoever was asked for.
            rules.kind == Kind::Collective || ask.users.is_none_or(|users| users.contains(user))
        };
        for (at, member) in rules.members.iter().enumerate() {
            if rules.kind != Kind::Event && wanted(&member.user) {
                let ledger = read(&Owner::User(member.user.clone()));
                let load = diary.load(&rules.calendar, &member.user);
                search.seats.push(search.seat(Some(at), ledger, &member.schedules, load));
            }
        }
        if let (Kind::Collective, Some(users)) = (rules.kind, ask.users)
            && !rules.members.iter().any(|member| users.contains(&member.user))
        {
            search.seats.clear();
        }
        search.shelves =
            rules.resources.iter().map(|resource| read(&Owner::Resource(resource.id.clone()))).collect();
        search
    }

    fn seat(&self, member: Option<usize>, ledger: Ledger<'a>, schedules: &[Hours], load: u32) -> Seat<'a> {
        let reach = self.ask.range.padded(DAY, DAY + self.length);
        let open = (!schedules.is_empty())
            .then(|| merged(schedules.iter().flat_map(|hours| hours.windows(reach)).collect()));
        let mut booked = HashMap::new();
        if self.rules.per_day.is_some() {
            for entry in ledger.entries().iter().filter(|entry| self.own(entry)) {
                *booked.entry(zone::date(self.rules.zone, entry.span.start)).or_default() += 1;
            }
        }
        Seat { member, ledger, open, booked, load }
    }

    /// Whether an entry is an appointment of this calendar.
    fn own(&self, entry: &Entry) -> bool {
        !entry.block && entry.calendar == self.rules.calendar
    }

    /// The slots of the hours within range, notice and horizon, whether or not anybody is free.
    fn candidates(&self) -> Vec<Span> {
        let rules = self.rules;
        let (mut first, mut last) = (self.ask.range.start.max(self.ask.now), self.ask.range.end - 1);
        if !self.ask.any_date {
            let after = |period: super::Period| period.after(rules.zone, self.ask.now);
            first = first.max(rules.notice.map_or(i64::MIN, after));
            last = last.min(rules.horizon.map_or(i64::MAX, after));
        }
        if first > last {
            return Vec::new();
        }
        let reach = Span::new(first, last + 1);
        let windows = match &rules.hours {
            Some(hours) => hours.windows(reach),
            None => {
                let schedules = rules.members.iter().flat_map(|member| &member.schedules);
                schedules.flat_map(|hours| hours.windows(reach)).collect()
            }
        };
        let interval = rules.interval.max(MINUTE);
        let mut slots = Vec::new();
        for window in windows {
            // The first slot of the window's own grid that is not too early.
            let steps = (first - window.start).max(0).saturating_add(interval - 1) / interval;
            let mut start = window.start + steps * interval;
            while start <= last && start + self.length <= window.end {
                if !self.hides(start) {
                    slots.push(Span::new(start, start + self.length));
                }
                start += interval;
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Whether the calendar looks busy at a slot: the same ones in every answer.
    fn hides(&self, start: i64) -> bool {
        if self.rules.hidden == 0 {
            return false;
        }
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        let bytes = self.rules.calendar.as_str().bytes().chain(start.to_le_bytes());
        let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325, fnv);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        (hash ^ (hash >> 33)) % 100 < u64::from(self.rules.hidden)
    }

    /// How many are in the very same slot, if somebody can take another one.
    fn taken(&self, seat: &Seat<'_>, slot: Span) -> Option<u32> {
        if seat.open.as_ref().is_some_and(|open| !open.iter().any(|window| window.holds(slot))) {
            return None;
        }
        if let Some(limit) = self.rules.per_day {
            let booked = seat.booked.get(&zone::date(self.rules.zone, slot.start));
            if booked.copied().unwrap_or_default() >= limit {
                return None;
            }
        }
        let mut taken = 0;
        for entry in seat.ledger.overlapping(slot.padded(self.rules.before, self.rules.after)) {
            if !(self.own(entry) && entry.span.start == slot.start) {
                return None;
            }
            taken += 1;
        }
        (taken < self.rules.per_slot).then_some(taken)
    }

    /// Who takes a slot and in which room, if somebody can.
    fn pick(&self, slot: Span) -> Option<(usize, Option<usize>)> {
        if !self.has_equipment(slot) {
            return None;
        }
        if self.rules.kind == Kind::Collective {
            let lead = self.lead();
            if self.seats.is_empty() || self.seats.iter().any(|seat| self.taken(seat, slot).is_none()) {
                return None;
            }
            return self.room(slot, lead).map(|room| (lead, room));
        }
        let mut best = None;
        for (at, seat) in self.seats.iter().enumerate() {
            let Some(taken) = self.taken(seat, slot) else { continue };
            let Some(room) = self.room(slot, at) else { continue };
            let rank = self.rank(seat, taken);
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, (at, room)));
            }
            if self.ask.length.is_none() {
                break; // a list does not say who takes a slot
            }
        }
        best.map(|(_, found)| found)
    }

    /// Who leads a collective meeting: whoever was asked for, the primary member if they were among them or nobody
    /// was.
    fn lead(&self) -> usize {
        let primary = self.seats.iter().position(|seat| self.is_primary(seat) && self.is_wanted(seat));
        primary.or_else(|| self.seats.iter().position(|seat| self.is_named(seat))).unwrap_or(0)
    }

    fn is_wanted(&self, seat: &Seat<'_>) -> bool {
        self.ask.users.is_none() || self.is_named(seat)
    }

    fn is_named(&self, seat: &Seat<'_>) -> bool {
        let user = seat.member.and_then(|at| self.rules.members.get(at)).map(|member| &member.user);
        user.is_some_and(|user| self.ask.users.is_some_and(|users| users.contains(user)))
    }

    fn is_primary(&self, seat: &Seat<'_>) -> bool {
        seat.member.and_then(|at| self.rules.members.get(at)).is_some_and(|member| member.primary)
    }

    /// Who comes first: the lowest. Among equals it is the order of the team.
    fn rank(&self, seat: &Seat<'_>, taken: u32) -> (u32, u32, u32) {
        let priority =
            seat.member.and_then(|at| self.rules.members.get(at)).map_or(0, |member| member.priority);
        let priority = u32::from(u8::MAX - priority);
        match self.rules.kind {
            Kind::Balanced => (seat.load, priority, 0),
            Kind::Class => (u32::MAX - taken, seat.load, priority),
            Kind::Preferred | Kind::Collective | Kind::Event => (priority, seat.load, 0),
        }
    }

    fn user(&self, seat: usize) -> Option<&UserId> {
        let member = self.seats.get(seat)?.member?;
        Some(&self.rules.members.get(member)?.user)
    }

    /// Everybody who takes part, the lead first.
    fn team(&self, lead: usize) -> Vec<UserId> {
        let mut team: Vec<UserId> = self.user(lead).cloned().into_iter().collect();
        if self.rules.kind == Kind::Collective {
            team.extend(
                (0..self.seats.len()).filter(|at| *at != lead).filter_map(|at| self.user(at).cloned()),
            );
        }
        team
    }

    fn has_equipment(&self, slot: Span) -> bool {
        let mut equipment = self.rules.resources.iter().enumerate().filter(|(_, resource)| !resource.room);
        equipment.all(|(at, _)| self.is_free(at, slot))
    }

    /// Whether there is a piece left of some equipment.
    fn is_free(&self, resource: usize, slot: Span) -> bool {
        let span = slot.padded(self.rules.before, self.rules.after);
        let (Some(known), Some(shelf)) = (self.rules.resources.get(resource), self.shelves.get(resource))
        else {
            return false;
        };
        let users: Vec<Span> = shelf.overlapping(span).map(|entry| entry.occupied).collect();
        most_at_once(&users, span) < known.amount
    }

    /// A room for a slot: `Some(None)` where none is needed, `None` where none is free.
    fn room(&self, slot: Span, seat: usize) -> Option<Option<usize>> {
        let span = slot.padded(self.rules.before, self.rules.after);
        let lead = self.user(seat);
        let mut needed = false;
        for (at, (resource, shelf)) in self.rules.resources.iter().zip(&self.shelves).enumerate() {
            if !resource.room {
                continue;
            }
            needed = true;
            // People of the same meeting share a room; nobody else does.
            let same = |entry: &Entry| {
                self.own(entry)
                    && entry.span.start == slot.start
                    && lead.is_none_or(|lead| entry.lead == *lead)
            };
            let (mut people, mut others) = (0, false);
            for entry in shelf.overlapping(span) {
                if same(entry) { people += 1 } else { others = true }
            }
            if !others && people < resource.amount {
                return Some(Some(at));
            }
        }
        (!needed).then_some(None)
    }

    /// The room that was picked, and all equipment.
    fn needs(&self, room: Option<usize>) -> Vec<CalendarResourceId> {
        let resources = self.rules.resources.iter().enumerate();
        resources
            .filter(|(at, resource)| !resource.room || Some(*at) == room)
            .map(|(_, resource)| resource.id.clone())
            .collect()
    }
}

/// How many of the spans there are at once, at most, within another.
fn most_at_once(spans: &[Span], within: Span) -> u32 {
    let at = |instant: i64| spans.iter().filter(|span| span.start <= instant && instant < span.end).count();
    let most = spans.iter().map(|span| at(span.start.max(within.start))).max().unwrap_or_default();
    u32::try_from(most).unwrap_or(u32::MAX)
}
