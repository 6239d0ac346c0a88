//! A table: records, look-ups and the indexes over them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::index::{Lookup, Slab, SlotSet, hash_of};

use super::filter::Filter;
use super::indexes::{Indexes, Need};
use super::page;
use super::plan::Plan;
use super::query::{Direction, Hits, Page, Query, Sort};
use super::value::{Record, Value, any_value};
use crate::world::tape;

/// Up to this many records, looking at each is about as fast as an index and much cheaper than keeping one.
/// (In tests a few records are many, so that small tables exercise the indexes.)
const LARGE: usize = if cfg!(test) { 16 } else { 512 };

/// What is told of a record that differs: as it was, as it is.
pub(crate) type Differing<'a, R> = dyn FnMut(Option<&Arc<R>>, Option<&Arc<R>>) + 'a;

/// Records of one kind, searchable.
///
/// A clone is a *fork*: it shares everything with the original until either side writes, and neither sees the
/// other's writes. Cloning copies a few dozen pointers whatever the size of the table.
pub(crate) struct Table<R: Record> {
    pub(super) slab: Slab<R>,
    ids: Lookup,
    /// The occupied slots.
    pub(super) live: SlotSet,
    pub(super) indexes: Indexes<R::Field>,
    own_order: Vec<Sort<R::Field>>,
}

impl<R: Record> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            slab: self.slab.clone(),
            ids: self.ids.clone(),
            live: self.live.clone(),
            indexes: self.indexes.clone(),
            own_order: self.own_order.clone(),
        }
    }
}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Record> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} records)", self.len())
    }
}

impl<R: Record> Table<R> {
    /// An empty table whose own order is that of the ids.
    pub(crate) fn new() -> Self {
        Self {
            slab: Slab::default(),
            ids: Lookup::default(),
            live: SlotSet::Empty,
            indexes: Indexes::default(),
            own_order: Vec::new(),
        }
    }

    /// Makes [`find`](Self::find) by a field a hash look-up, from the start. Values need not be unique.
    pub(crate) fn keyed_by(mut self, field: R::Field) -> Self {
        if self.indexes.key(&field).is_none() {
            self.indexes.add_key(field, &self.slab);
        }
        self
    }

    /// Sets the table's own order, which queries without a sort have, and indexes it from the start.
    pub(crate) fn ordered_by(mut self, field: R::Field, direction: Direction) -> Self {
        self.own_order = vec![Sort { field: field.clone(), direction }];
        self.indexes.build(Need::Ranks(field), &self.slab);
        self.indexes.build(Need::Order(self.own_order.clone()), &self.slab);
        self
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.slab.len()
    }

    /// Whether there are no records.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record with an id.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<R>> {
        // Each candidate's record is looked up once, for the comparison, and kept.
        let mut found = None;
        self.ids.find(hash_of(id), |slot| {
            found = self.slab.get(slot).filter(|record| record.id() == id);
            found.is_some()
        })?;
        found
    }

    /// The slots of the records with these ids.
    pub(super) fn slots_of<'a>(&self, ids: impl Iterator<Item = &'a str>) -> SlotSet {
        SlotSet::from_unsorted(ids.filter_map(|id| self.slot_of(hash_of(id), id)).collect())
    }

    fn slot_of(&self, hash: u64, id: &str) -> Option<u32> {
        self.ids.find(hash, |slot| self.slab.get(slot).is_some_and(|record| record.id() == id))
    }

    /// The records with a value, in no particular order: by hash if the table is keyed by the field, else by
    /// looking at every record.
    pub(crate) fn find<'a, 'v>(
        &'a self,
        field: &'v R::Field,
        value: Value<'v>,
    ) -> impl Iterator<Item = &'a Arc<R>> + use<'a, 'v, R> {
        let key = self.indexes.key(field);
        let keyed = key.map(|lookup| lookup.find_all(value.hash())).into_iter().flatten();
        let scanned = key.is_none().then(|| self.slab.iter()).into_iter().flatten();
        keyed
            .filter_map(|slot| self.slab.get(slot))
            .chain(scanned.map(|(_, record)| record))
            .filter(move |record| any_value(&***record, field, |other| other.equals(value)))
    }

    /// The record with a value that comes first by an order; see [`find`](Self::find).
    pub(crate) fn find_first<'a>(
        &'a self,
        field: &R::Field,
        value: Value<'_>,
        order: impl Fn(&R, &R) -> Ordering,
    ) -> Option<&'a Arc<R>> {
        let mut first: Option<&Arc<R>> = None;
        let mut look = |record: &'a Arc<R>| {
            // What follows a match is cloning the `Arc`. Reading its count now lets that part of the record come from
            // memory together with the value; an atomic increment only sets out when the comparison is through.
            std::hint::black_box(Arc::strong_count(record));
            if any_value(&**record, field, |other| other.equals(value))
                && first.is_none_or(|known| order(record, known).is_lt())
            {
                first = Some(record);
            }
        };
        match self.indexes.key(field) {
            Some(lookup) => {
                lookup.find_all(value.hash()).filter_map(|slot| self.slab.get(slot)).for_each(&mut look);
            }
            None => self.iter().for_each(&mut look),
        }
        first
    }

    /// One record with a value, whichever comes first; see [`find`](Self::find).
    pub(crate) fn find_one(&self, field: &R::Field, value: Value<'_>) -> Option<&Arc<R>> {
        let holds = |record: &Arc<R>| any_value(&**record, field, |other| other.equals(value));
        let Some(lookup) = self.indexes.key(field) else { return self.iter().find(|record| holds(record)) };
        let mut found = None;
        lookup.find(value.hash(), |slot| {
            found = self.slab.get(slot).filter(|record| holds(record));
            found.is_some()
        })?;
        found
    }

    /// Every record, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<R>> {
        self.slab.iter().map(|(_, record)| record)
    }

    /// The records that are not the very same ones in `after`, by id. What both share is not looked at.
    pub(crate) fn each_difference(&self, after: &Self, visit: &mut Differing<'_, R>) {
        for (old, new) in self.slab.unshared(&after.slab) {
            // A record may have moved to another slot: its id tells.
            if let Some(old) = old {
                let new = after.get(old.id());
                if new.is_none_or(|new| !Arc::ptr_eq(old, new)) {
                    visit(Some(old), new);
                }
            }
            if let Some(new) = new
                && self.get(new.id()).is_none()
            {
                visit(None, Some(new));
            }
        }
    }

    /// Stores a record. Returns the one of the same id that it replaces.
    pub(crate) fn put(&mut self, record: Arc<R>) -> Option<Arc<R>> {
        let hash = hash_of(record.id());
        let Some(slot) = self.slot_of(hash, record.id()) else {
            let slot = self.slab.insert(record);
            self.ids.insert(hash, slot);
            self.live.insert(slot);
            let record = self.slab.get(slot)?;
            tape::note(|| None, || R::row(record));
            self.indexes.insert(slot, &**record, &self.slab);
            return None;
        };
        let old = self.slab.get(slot)?;
        let moved = self.indexes.uproot(slot, &**old, &*record, &self.slab);
        let old = self.slab.replace(slot, record)?;
        let new = self.slab.get(slot)?;
        tape::note(|| R::row(&old), || R::row(new));
        self.indexes.replace(slot, &*old, &**new, &moved, &self.slab);
        Some(old)
    }

    /// Removes and returns the record with an id.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Arc<R>> {
        let hash = hash_of(id);
        let slot = self.slot_of(hash, id)?;
        let record = self.slab.get(slot).map(Arc::clone)?;
        tape::note(|| R::row(&record), || None);
        self.indexes.remove(slot, &*record, &self.slab);
        self.ids.remove(hash, slot);
        self.live.remove(slot);
        self.slab.remove(slot)
    }

    /// Whether a query would be faster with an index that is not there yet; see [`prepare`](Self::prepare).
    pub(crate) fn needs(&self, query: &Query<R>) -> bool {
        let mut missing = false;
        if self.len() > LARGE {
            self.each_need(query, &mut |need| missing = missing || !self.indexes.has(&need));
        }
        missing
    }

    /// Builds the indexes that a query wants. On a small table nothing is built.
    pub(crate) fn prepare(&mut self, query: &Query<R>) {
        if self.len() <= LARGE {
            return;
        }
        let mut needs = Vec::new();
        self.each_need(query, &mut |need| needs.push(need));
        for need in needs {
            self.indexes.build(need, &self.slab);
        }
    }

    fn each_need(&self, query: &Query<R>, visit: &mut dyn FnMut(Need<R::Field>)) {
        let sort = self.sort_of(query);
        if let Some(first) = sort.first() {
            visit(Need::Ranks(first.field.clone()));
        }
        visit(Need::Order(sort.to_vec()));
        self.filter_needs(&query.filter, visit);
    }

    fn filter_needs(&self, filter: &Filter<R>, visit: &mut dyn FnMut(Need<R::Field>)) {
        match filter {
            Filter::All | Filter::Ids(_) | Filter::Where(_) => {}
            Filter::And(filters) | Filter::Or(filters) => {
                filters.iter().for_each(|filter| self.filter_needs(filter, visit));
            }
            Filter::Not(filter) => self.filter_needs(filter, visit),
            // A key answers by hash; a dictionary of values that hardly repeat would only cost memory.
            Filter::Eq(field, _) if self.indexes.key(field).is_some() => {}
            Filter::Eq(field, _) => visit(Need::Terms(field.clone())),
            Filter::Contains(field, _) => visit(Need::Parts(field.clone())),
            Filter::Words(fields, _) => fields.iter().for_each(|field| visit(Need::Parts(field.clone()))),
            Filter::Exists(field) => visit(Need::Presence(field.clone())),
            Filter::Range(field, _) => visit(Need::Ranks(field.clone())),
        }
    }

    fn sort_of<'a>(&'a self, query: &'a Query<R>) -> &'a [Sort<R::Field>] {
        if query.sort.is_empty() { &self.own_order } else { &query.sort }
    }

    /// Answers a query, whether or not it has been prepared.
    pub(crate) fn search(&self, query: &Query<R>) -> Hits<R> {
        page::take(self, &Plan::of(self, &query.filter), self.sort_of(query), &query.page)
    }

    /// The place of the last record of an answer; `None` if there is none.
    #[cfg(test)]
    pub(crate) fn place_of_last(&self, query: &Query<R>, hits: &Hits<R>) -> Option<super::Cursor> {
        hits.records.last().map(|record| super::Cursor::of(&**record, self.sort_of(query)))
    }

    /// The record that comes first in the table's own order.
    pub(crate) fn first(&self) -> Option<Arc<R>> {
        if self.is_empty() {
            return None;
        }
        self.search(&Query::new(Filter::All).page(Page::first(1))).records.into_iter().next()
    }

    /// How many records pass a filter.
    pub(crate) fn count(&self, filter: &Filter<R>) -> u64 {
        match Plan::of(self, filter) {
            Plan::All => self.len() as u64,
            plan => plan.resolve(self).len() as u64,
        }
    }
}
