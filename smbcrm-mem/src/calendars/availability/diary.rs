//! Who and what is busy when: an index of events by whom they keep busy, and by day.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use smbcrm_core::types::{AppointmentId, CalendarId, CalendarResourceId, UserId};

use super::span::Span;

/// Whom an event concerns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    User(UserId),
    Calendar(CalendarId),
    Resource(CalendarResourceId),
}

/// An event, as far as others have to make room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) event: AppointmentId,
    /// Empty for a user's blocked slot.
    pub(crate) calendar: CalendarId,
    /// Who takes it; empty for nobody.
    pub(crate) lead: UserId,
    /// The event itself.
    pub(crate) span: Span,
    /// The event with the buffers that its calendar had when it was booked.
    pub(crate) occupied: Span,
    /// Whether it is a blocked slot rather than an appointment.
    pub(crate) block: bool,
    /// Whether it keeps its owners busy; a cancelled one does not, but is listed.
    pub(crate) busy: bool,
}

type Days = BTreeMap<i64, Arc<Vec<Entry>>>;

/// Entries by owner and day.
///
/// An entry is in the list of every day that it touches: looking into a window costs as much as the window holds,
/// whatever was or will be booked outside of it. A clone shares everything that neither side writes to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    owners: Arc<HashMap<Owner, Arc<Days>, foldhash::fast::FixedState>>,
    /// How many appointments keep a user busy in a calendar.
    loads: Arc<HashMap<(CalendarId, UserId), u32, foldhash::fast::FixedState>>,
}

impl Diary {
    pub(crate) fn put(&mut self, owners: &[Owner], entry: &Entry) {
        for owner in owners {
            let days = Arc::make_mut(&mut self.owners).entry(owner.clone()).or_default();
            let days = Arc::make_mut(days);
            for day in entry.occupied.days() {
                Arc::make_mut(days.entry(day).or_default()).push(entry.clone());
            }
        }
        self.count(entry, |load| *load += 1);
    }

    pub(crate) fn remove(&mut self, owners: &[Owner], entry: &Entry) {
        let all = Arc::make_mut(&mut self.owners);
        for owner in owners {
            let Some(days) = all.get_mut(owner) else { continue };
            let days = Arc::make_mut(days);
            for day in entry.occupied.days() {
                let Some(list) = days.get_mut(&day) else { continue };
                Arc::make_mut(list).retain(|known| known.event != entry.event);
                if list.is_empty() {
                    days.remove(&day);
                }
            }
            if days.is_empty() {
                all.remove(owner);
            }
        }
        self.count(entry, |load| *load = load.saturating_sub(1));
    }

    fn count(&mut self, entry: &Entry, change: impl FnOnce(&mut u32)) {
        if entry.busy && !entry.block && !entry.lead.is_empty() {
            let key = (entry.calendar.clone(), entry.lead.clone());
            change(Arc::make_mut(&mut self.loads).entry(key).or_default());
        }
    }

    /// How many appointments of a calendar a user has, cancelled ones left out.
    pub(crate) fn load(&self, calendar: &CalendarId, user: &UserId) -> u32 {
        self.loads.get(&(calendar.clone(), user.clone())).copied().unwrap_or_default()
    }

    /// What overlaps a span, buffers included, by start; each entry once.
    pub(crate) fn within(&self, owner: &Owner, span: Span) -> Vec<&Entry> {
        let mut found = Vec::new();
        let Some(days) = self.owners.get(owner) else { return found };
        let asked = span.days();
        for (day, list) in days.range(asked.clone()) {
            found.extend(list.iter().filter(|entry| {
                let first = *entry.occupied.days().start();
                first.max(*asked.start()) == *day && entry.occupied.overlaps(span)
            }));
        }
        found.sort_unstable_by(|a, b| (a.occupied, &a.event).cmp(&(b.occupied, &b.event)));
        found
    }
}

/// The busy entries of an owner in a window, ready to be asked of many slots.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    entries: Vec<&'a Entry>,
    /// The latest end among the entries up to each.
    reach: Vec<i64>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn read(diary: &'a Diary, owner: &Owner, span: Span, except: &[AppointmentId]) -> Self {
        let mut entries = diary.within(owner, span);
        entries.retain(|entry| entry.busy && !except.contains(&entry.event));
        let reach = entries.iter().scan(i64::MIN, |reach, entry| {
            *reach = (*reach).max(entry.occupied.end);
            Some(*reach)
        });
        Self { reach: reach.collect(), entries }
    }

    pub(crate) fn entries(&self) -> &[&'a Entry] {
        &self.entries
    }

    /// What overlaps a span.
    pub(crate) fn overlapping(&self, span: Span) -> impl Iterator<Item = &'a Entry> {
        let first = self.reach.partition_point(|reach| *reach <= span.start);
        let rest = self.entries.get(first..).unwrap_or_default();
        rest.iter()
            .take_while(move |entry| entry.occupied.start < span.end)
            .filter(move |entry| entry.occupied.overlaps(span))
            .copied()
    }
}
