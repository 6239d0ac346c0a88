//! The indexes of a table: which there are, how they are built, how a write maintains them.

use std::cmp::Ordering;

use crate::index::{Column, Lookup, Order, Slab, SlotSet, Terms, Trigrams};

use super::query::{Direction, Sort, compare_records};
use super::value::{Record, Term, Value, each_value, first_value};

/// Every index of a table. Each list is short (one element for each field that was ever asked for), so it is
/// searched from the front.
#[derive(Clone, Debug)]
pub(super) struct Indexes<F> {
    keys: Vec<(F, Lookup)>,
    dictionaries: Vec<(F, Dictionary)>,
    present: Vec<(F, SlotSet)>,
    ranks: Vec<(F, Ranks)>,
    orders: Vec<SortIndex<F>>,
}

/// Something that an index could answer faster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need<F> {
    /// Slots by whole term.
    Terms(F),
    /// Slots by part of a text.
    Parts(F),
    /// Slots that have any value.
    Presence(F),
    /// Ranks by slot.
    Ranks(F),
    /// Slots in an order.
    Order(Vec<Sort<F>>),
}

/// The terms of a field and, once somebody searched for a part of them, their trigrams.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    pub(super) terms: Terms<Term>,
    pub(super) parts: Option<Trigrams>,
}

/// The rank of each slot's first value.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks {
    pub(super) column: Column,
    /// How many records have more than one value; while there are any, the column cannot decide ranges.
    pub(super) several: usize,
}

/// The slots of a table in one sort order.
///
/// Kept ascending by the first criterion, with records without a value at the end; a descending sort walks it
/// backwards. Entries whose ranks tie are compared in full by looking at their records.
#[derive(Clone, Debug)]
pub(super) struct SortIndex<F> {
    sort: Vec<Sort<F>>,
    pub(super) order: Order<u64>,
}

fn find<'a, F: PartialEq, T>(list: &'a [(F, T)], field: &F) -> Option<&'a T> {
    list.iter().find(|(name, _)| name == field).map(|(_, index)| index)
}

impl<F> Default for Indexes<F> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            dictionaries: Vec::new(),
            present: Vec::new(),
            ranks: Vec::new(),
            orders: Vec::new(),
        }
    }
}

impl<F: Clone + Eq> Indexes<F> {
    pub(super) fn key(&self, field: &F) -> Option<&Lookup> {
        find(&self.keys, field)
    }

    pub(super) fn dictionary(&self, field: &F) -> Option<&Dictionary> {
        find(&self.dictionaries, field)
    }

    pub(super) fn present(&self, field: &F) -> Option<&SlotSet> {
        find(&self.present, field)
    }

    pub(super) fn ranks(&self, field: &F) -> Option<&Ranks> {
        find(&self.ranks, field)
    }

    /// An index whose order, one way or the other, is the sort's.
    pub(super) fn order(&self, sort: &[Sort<F>]) -> Option<&SortIndex<F>> {
        self.orders.iter().find(|index| index.serves(sort))
    }

    /// An index that has a field as its first criterion.
    pub(super) fn order_by_first(&self, field: &F) -> Option<&SortIndex<F>> {
        self.orders.iter().find(|index| index.sort.first().is_some_and(|first| first.field == *field))
    }

    /// Whether an index answers a need.
    pub(super) fn has(&self, need: &Need<F>) -> bool {
        match need {
            Need::Terms(field) => self.key(field).is_some() || self.dictionary(field).is_some(),
            Need::Parts(field) => self.dictionary(field).is_some_and(|d| d.parts.is_some()),
            Need::Presence(field) => self.present(field).is_some(),
            Need::Ranks(field) => self.ranks(field).is_some(),
            Need::Order(sort) => self.order(sort).is_some(),
        }
    }

    /// Makes a field a key, from the records there are.
    pub(super) fn add_key<R: Record<Field = F>>(&mut self, field: F, slab: &Slab<R>) {
        let mut lookup = Lookup::default();
        for (slot, record) in slab.iter() {
            hashes(&**record, &field).into_iter().for_each(|hash| lookup.insert(hash, slot));
        }
        self.keys.push((field, lookup));
    }

    /// Builds the index that answers a need, unless there is one.
    pub(super) fn build<R: Record<Field = F>>(&mut self, need: Need<F>, slab: &Slab<R>) {
        if self.has(&need) {
            return;
        }
        match need {
            Need::Terms(field) => {
                let mut dictionary = Dictionary::default();
                for (slot, record) in slab.iter() {
                    each_value(&**record, &field, |value| dictionary.add(&Term::from(value), slot));
                }
                self.dictionaries.push((field, dictionary));
            }
            Need::Parts(field) => {
                if self.dictionary(&field).is_none() {
                    // A keyed field has no dictionary until somebody searches for parts of its values.
                    let mut dictionary = Dictionary::default();
                    for (slot, record) in slab.iter() {
                        each_value(&**record, &field, |value| dictionary.add(&Term::from(value), slot));
                    }
                    self.dictionaries.push((field.clone(), dictionary));
                }
                if let Some((_, dictionary)) = self.dictionaries.iter_mut().find(|(name, _)| *name == field) {
                    dictionary.index_parts();
                }
            }
            Need::Presence(field) => {
                let has_value = |record: &R| first_value(record, &field, |_| ()).is_some();
                let slots =
                    slab.iter().filter(|(_, record)| has_value(record)).map(|(slot, _)| slot).collect();
                self.present.push((field, SlotSet::from_sorted(slots)));
            }
            Need::Ranks(field) => {
                let mut ranks = Ranks::default();
                for (slot, record) in slab.iter() {
                    ranks.add(slot, &**record, &field);
                }
                self.ranks.push((field, ranks));
            }
            Need::Order(sort) => {
                let index = SortIndex::build(&sort, slab);
                self.orders.push(index);
            }
        }
    }

    /// Notes a new record. It must be in the slab already.
    pub(super) fn insert<R: Record<Field = F>>(&mut self, slot: u32, record: &R, slab: &Slab<R>) {
        for (field, lookup) in &mut self.keys {
            hashes(record, field).into_iter().for_each(|hash| lookup.insert(hash, slot));
        }
        for (field, dictionary) in &mut self.dictionaries {
            each_value(record, field, |value| dictionary.add(&Term::from(value), slot));
        }
        for (field, present) in &mut self.present {
            if first_value(record, field, |_| ()).is_some() {
                present.insert(slot);
            }
        }
        for (field, ranks) in &mut self.ranks {
            ranks.add(slot, record, field);
        }
        for index in &mut self.orders {
            index.insert(slot, record, slab);
        }
    }

    /// Forgets a record. It must still be in the slab.
    pub(super) fn remove<R: Record<Field = F>>(&mut self, slot: u32, record: &R, slab: &Slab<R>) {
        for (field, lookup) in &mut self.keys {
            for hash in hashes(record, field) {
                lookup.remove(hash, slot);
            }
        }
        for (field, dictionary) in &mut self.dictionaries {
            for term in terms(record, field) {
                dictionary.remove(&term, slot);
            }
        }
        for (_, present) in &mut self.present {
            present.remove(slot);
        }
        for (field, ranks) in &mut self.ranks {
            ranks.remove(slot, record, field);
        }
        for index in &mut self.orders {
            index.remove(slot, record, slab);
        }
    }

    /// Takes a record out of the orders in which its new version stands elsewhere; the old version must still be
    /// in the slab. Returns which orders those are, for [`replace`](Self::replace).
    pub(super) fn uproot<R: Record<Field = F>>(
        &mut self,
        slot: u32,
        old: &R,
        new: &R,
        slab: &Slab<R>,
    ) -> Vec<bool> {
        let mut moved = Vec::with_capacity(self.orders.len());
        for index in &mut self.orders {
            // The ids are the same, so only a sort value can make a difference.
            let moves = compare_records(&index.sort, old, new).is_ne();
            if moves {
                index.remove(slot, old, slab);
            }
            moved.push(moves);
        }
        moved
    }

    /// Notes what changed from one version of a record to the next. The new one must be in the slab, and
    /// [`uproot`](Self::uproot) must have been called before it got there.
    pub(super) fn replace<R: Record<Field = F>>(
        &mut self,
        slot: u32,
        old: &R,
        new: &R,
        moved: &[bool],
        slab: &Slab<R>,
    ) {
        // Most updates leave most fields as they were, and comparing is much cheaper than hashing and folding twice.
        let same = |field: &F| same_values(old, new, field);
        for (field, lookup) in self.keys.iter_mut().filter(|(field, _)| !same(field)) {
            let (before, after) = (hashes(old, field), hashes(new, field));
            for &hash in before.iter().filter(|hash| !after.contains(hash)) {
                lookup.remove(hash, slot);
            }
            for &hash in after.iter().filter(|hash| !before.contains(hash)) {
                lookup.insert(hash, slot);
            }
        }
        for (field, dictionary) in self.dictionaries.iter_mut().filter(|(field, _)| !same(field)) {
            let (before, after) = (terms(old, field), terms(new, field));
            for term in before.iter().filter(|term| !after.contains(term)) {
                dictionary.remove(term, slot);
            }
            for term in after.iter().filter(|term| !before.contains(term)) {
                dictionary.add(term, slot);
            }
        }
        for (field, present) in &mut self.present {
            if first_value(new, field, |_| ()).is_some() {
                present.insert(slot);
            } else {
                present.remove(slot);
            }
        }
        for (field, ranks) in &mut self.ranks {
            ranks.replace(slot, old, new, field);
        }
        for (index, _) in self.orders.iter_mut().zip(moved).filter(|(_, moves)| **moves) {
            index.insert(slot, new, slab);
        }
    }
}

/// Whether two versions of a record have the same values of a field, letter for letter. May say no where it would take
/// long to tell.
fn same_values<R: Record>(old: &R, new: &R, field: &R::Field) -> bool {
    const FEW: usize = 8;
    let (mut count, mut same) = (0_usize, true);
    each_value(old, field, |before| {
        // The values are only ever visited, so the other version is visited again for each.
        let mut at = 0;
        let mut found = false;
        if same && count < FEW {
            each_value(new, field, |after| {
                found |= at == count && before.is_identical(after);
                at += 1;
            });
        }
        same = same && found;
        count += 1;
    });
    let mut after = 0;
    each_value(new, field, |_| after += 1);
    same && count == after
}

/// The distinct hashes of a record's values of a field.
fn hashes<R: Record>(record: &R, field: &R::Field) -> Vec<u64> {
    let mut hashes = Vec::new();
    each_value(record, field, |value| {
        let hash = value.hash();
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    });
    hashes
}

/// The distinct terms of a field of a record.
fn terms<R: Record>(record: &R, field: &R::Field) -> Vec<Term> {
    let mut terms = Vec::new();
    each_value(record, field, |value| {
        let term = Term::from(value);
        if !terms.contains(&term) {
            terms.push(term);
        }
    });
    terms
}

impl Dictionary {
    fn add(&mut self, term: &Term, slot: u32) {
        let new = self.terms.add(term, slot);
        if let (Some(id), Some(parts), Term::Text(text)) = (new, &mut self.parts, term) {
            parts.add(id, text);
        }
    }

    fn remove(&mut self, term: &Term, slot: u32) {
        let gone = self.terms.remove(term, slot);
        if let (Some(id), Some(parts), Term::Text(text)) = (gone, &mut self.parts, term) {
            parts.remove(id, text);
        }
    }

    fn index_parts(&mut self) {
        let mut parts = Trigrams::default();
        for (id, term, _) in self.terms.iter() {
            if let Term::Text(text) = term {
                parts.add(id, text);
            }
        }
        self.parts = Some(parts);
    }

    /// The sets of slots of every text that contains a folded pattern.
    pub(super) fn containing<'a>(&'a self, pattern: &str) -> Vec<&'a SlotSet> {
        let holds = |term: &Term| matches!(term, Term::Text(text) if text.contains(pattern));
        match self.parts.as_ref().and_then(|parts| parts.candidates(pattern)) {
            Some(ids) => {
                let mut sets = Vec::new();
                ids.for_each(|id| {
                    sets.extend(self.terms.by_id(id).filter(|(term, _)| holds(term)).map(|(_, slots)| slots));
                });
                sets
            }
            // Shorter than a trigram: every term is looked at, which for names and cities are not many.
            None => self.terms.iter().filter(|(_, term, _)| holds(term)).map(|(_, _, slots)| slots).collect(),
        }
    }
}

impl Ranks {
    fn measure<R: Record>(record: &R, field: &R::Field) -> (u64, bool) {
        let (mut rank, mut count) = (Column::ABSENT, 0_usize);
        each_value(record, field, |value| {
            count += 1;
            if count == 1 {
                rank = value.rank();
            }
        });
        (rank, count > 1)
    }

    fn add<R: Record>(&mut self, slot: u32, record: &R, field: &R::Field) {
        let (rank, several) = Self::measure(record, field);
        self.column.set(slot, rank);
        self.several += usize::from(several);
    }

    fn remove<R: Record>(&mut self, slot: u32, record: &R, field: &R::Field) {
        let (_, several) = Self::measure(record, field);
        self.column.set(slot, Column::ABSENT);
        self.several = self.several.saturating_sub(usize::from(several));
    }

    fn replace<R: Record>(&mut self, slot: u32, old: &R, new: &R, field: &R::Field) {
        let ((before, had_several), (after, has_several)) =
            (Self::measure(old, field), Self::measure(new, field));
        if before != after {
            self.column.set(slot, after);
        }
        self.several = (self.several + usize::from(has_several)).saturating_sub(usize::from(had_several));
    }
}

impl<F: Clone + Eq> SortIndex<F> {
    fn serves(&self, sort: &[Sort<F>]) -> bool {
        match (self.sort.as_slice(), sort) {
            ([own], [asked]) => own.field == asked.field,
            (own, asked) => own == asked,
        }
    }

    /// The rank by which a record stands in an order.
    pub(super) fn rank<R: Record<Field = F>>(sort: &[Sort<F>], record: &R) -> u64 {
        match sort.first() {
            Some(first) => first_value(record, &first.field, |value| value.rank()).unwrap_or(Column::ABSENT),
            None => Value::Text(record.id()).rank(),
        }
    }

    /// Settles a tie of ranks: the order of presentation, turned round if that is descending.
    fn settle<R: Record<Field = F>>(sort: &[Sort<F>], a: &R, b: &R) -> Ordering {
        let order = compare_records(sort, a, b);
        match sort.first().map(|first| first.direction) {
            Some(Direction::Descending) => order.reverse(),
            _ => order,
        }
    }

    fn build<R: Record<Field = F>>(sort: &[Sort<F>], slab: &Slab<R>) -> Self {
        let mut entries: Vec<(u64, u32, &R)> =
            slab.iter().map(|(slot, record)| (Self::rank(sort, &**record), slot, &**record)).collect();
        entries.sort_unstable_by(|(a, _, x), (b, _, y)| a.cmp(b).then_with(|| Self::settle(sort, *x, *y)));
        let entries: Vec<(u64, u32)> = entries.into_iter().map(|(rank, slot, _)| (rank, slot)).collect();
        Self { sort: sort.to_vec(), order: Order::from_sorted(&entries) }
    }

    fn insert<R: Record<Field = F>>(&mut self, slot: u32, record: &R, slab: &Slab<R>) {
        let Self { sort, order } = self;
        let rank = Self::rank(sort, record);
        order.insert(rank, slot, |key, other| Self::probe(sort, (key, other), (rank, slot, record), slab));
    }

    fn remove<R: Record<Field = F>>(&mut self, slot: u32, record: &R, slab: &Slab<R>) {
        let Self { sort, order } = self;
        let rank = Self::rank(sort, record);
        order.remove(slot, |key, other| Self::probe(sort, (key, other), (rank, slot, record), slab));
    }

    fn probe<R: Record<Field = F>>(
        sort: &[Sort<F>],
        (key, other): (u64, u32),
        (rank, slot, record): (u64, u32, &R),
        slab: &Slab<R>,
    ) -> Ordering {
        key.cmp(&rank).then_with(|| match slab.get(other) {
            Some(other_record) if other != slot => Self::settle(sort, &**other_record, record),
            _ => Ordering::Equal,
        })
    }
}
