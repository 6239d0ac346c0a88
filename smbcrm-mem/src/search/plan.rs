//! From a filter to the slots that pass it.

use std::borrow::Cow;
use std::ops::Bound;

use crate::index::{Column, Position, SlotSet};

use super::filter::{Filter, Span};
use super::indexes::SortIndex;
use super::table::Table;
use super::value::{Record, Term, any_value, fold};

/// Intersecting whole sets beats testing slot by slot when there are more candidates than this.
const MANY: usize = 1024;

/// A filter with its leaves bound to indexes.
pub(super) enum Plan<'t, R: Record> {
    /// Everything passes.
    All,
    /// Exactly these slots pass.
    Set(Cow<'t, SlotSet>),
    /// A column decides.
    Range(RankRange<'t, R>),
    /// There is no index: the record decides.
    Check(&'t Filter<R>),
    /// See [`Filter::And`].
    And(Vec<Self>),
    /// See [`Filter::Or`].
    Or(Vec<Self>),
    /// See [`Filter::Not`].
    Not(Box<Self>),
}

/// A range over a field whose ranks are in a column.
pub(super) struct RankRange<'t, R: Record> {
    pub(super) field: &'t R::Field,
    span: &'t Span,
    column: &'t Column,
    /// Ranks between these two pass, ranks outside do not, and the two themselves are looked into.
    low: u64,
    high: u64,
}

impl<R: Record> RankRange<'_, R> {
    #[inline]
    fn test(&self, table: &Table<R>, slot: u32) -> bool {
        let rank = self.column.get(slot);
        rank >= self.low && rank <= self.high && (self.is_inner(rank) || self.look_into(table, slot))
    }

    #[inline]
    fn is_inner(&self, rank: u64) -> bool {
        (rank > self.low) & (rank < self.high)
    }

    /// Settles what the rank leaves open.
    #[cold]
    fn look_into(&self, table: &Table<R>, slot: u32) -> bool {
        table
            .slab
            .get(slot)
            .is_some_and(|record| any_value(&**record, self.field, |value| self.span.contains(value)))
    }

    /// Keeps the slots that pass. Whether one does is as good as random, so it must not be a branch: the next
    /// slots' ranks are then read while this one's is still on its way.
    fn sift(&self, table: &Table<R>, slots: &mut Vec<u32>) {
        let mut kept = 0;
        for at in 0..slots.len() {
            let Some(&slot) = slots.get(at) else { break };
            let rank = self.column.get(slot);
            let mut passes = self.is_inner(rank);
            if (rank == self.low) | (rank == self.high) {
                passes = self.look_into(table, slot);
            }
            if let Some(place) = slots.get_mut(kept) {
                *place = slot;
            }
            kept += usize::from(passes);
        }
        slots.truncate(kept);
    }

    /// Where the range begins and ends in an index that has its field as the first criterion.
    pub(super) fn window(&self, table: &Table<R>, index: &SortIndex<R::Field>) -> (Position, Position) {
        let seek = |bound: u64, term: &Bound<Term>, at_end: bool| {
            index.order.seek(|rank, slot| {
                rank.cmp(&bound).then_with(|| {
                    let passes = |accepts: &dyn Fn(std::cmp::Ordering) -> bool, term: &Term| {
                        table.slab.get(slot).is_some_and(|record| {
                            any_value(&**record, self.field, |v| accepts(v.compare(term.value())))
                        })
                    };
                    // Below the place that is sought are, at the lower end, the values before the range and, at
                    // the upper end, also those in it.
                    let is_below = match term {
                        Bound::Included(term) if at_end => passes(&|o| o.is_le(), term),
                        Bound::Excluded(term) if at_end => passes(&|o| o.is_lt(), term),
                        Bound::Included(term) => passes(&|o| o.is_lt(), term),
                        Bound::Excluded(term) => passes(&|o| o.is_le(), term),
                        Bound::Unbounded => at_end,
                    };
                    if is_below { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
                })
            })
        };
        let from = seek(self.low, &self.span.lower, false);
        let to = seek(self.high, &self.span.upper, true);
        (from, to.max(from))
    }
}

impl<'t, R: Record> Plan<'t, R> {
    /// Binds the leaves of a filter to the indexes that a table has.
    pub(super) fn of(table: &'t Table<R>, filter: &'t Filter<R>) -> Self {
        let indexes = &table.indexes;
        match filter {
            Filter::All => Self::All,
            Filter::And(filters) => {
                let mut parts: Vec<Self> = filters
                    .iter()
                    .map(|filter| Self::of(table, filter))
                    .filter(|part| !matches!(part, Self::All))
                    .collect();
                match parts.len() {
                    0 => Self::All,
                    1 => parts.remove(0),
                    _ => Self::And(parts),
                }
            }
            Filter::Or(filters) => {
                let mut parts: Vec<Self> = filters.iter().map(|filter| Self::of(table, filter)).collect();
                if parts.len() == 1 { parts.remove(0) } else { Self::Or(parts) }
            }
            Filter::Not(inner) => match Self::of(table, inner) {
                Self::All => Self::Set(Cow::Owned(SlotSet::Empty)),
                Self::Not(twice) => *twice,
                part => Self::Not(Box::new(part)),
            },
            Filter::Ids(ids) => Self::Set(Cow::Owned(table.slots_of(ids.iter().map(|id| id.as_str())))),
            Filter::Where(_) => Self::Check(filter),
            Filter::Eq(field, terms) => Self::of_terms(table, filter, field, terms),
            Filter::Contains(field, pattern) => match indexes.dictionary(field) {
                Some(dictionary) => Self::any_of(&dictionary.containing(&fold(pattern))),
                None => Self::Check(filter),
            },
            Filter::Words(fields, text) => {
                let text = fold(text);
                let dictionaries: Option<Vec<_>> = fields.iter().map(|f| indexes.dictionary(f)).collect();
                let Some(dictionaries) = dictionaries else { return Self::Check(filter) };
                let mut words: Vec<Self> = text
                    .split_whitespace()
                    .map(|word| {
                        let sets: Vec<_> = dictionaries.iter().flat_map(|d| d.containing(word)).collect();
                        Self::any_of(&sets)
                    })
                    .collect();
                match words.len() {
                    0 => Self::All,
                    1 => words.remove(0),
                    _ => Self::And(words),
                }
            }
            Filter::Exists(field) => match indexes.present(field) {
                Some(present) => Self::Set(Cow::Borrowed(present)),
                None => Self::Check(filter),
            },
            Filter::Range(field, span) => Self::of_range(table, field, span).unwrap_or(Self::Check(filter)),
        }
    }

    fn any_of(sets: &[&'t SlotSet]) -> Self {
        match sets {
            [only] => Self::Set(Cow::Borrowed(only)),
            sets => Self::Set(Cow::Owned(SlotSet::union(sets))),
        }
    }

    fn of_terms(table: &'t Table<R>, filter: &'t Filter<R>, field: &'t R::Field, terms: &'t [Term]) -> Self {
        if let Some(dictionary) = table.indexes.dictionary(field) {
            let sets: Vec<_> = terms.iter().filter_map(|term| dictionary.terms.get(term)).collect();
            return Self::any_of(&sets);
        }
        let Some(lookup) = table.indexes.key(field) else { return Self::Check(filter) };
        let mut slots = Vec::new();
        for term in terms {
            slots.extend(lookup.find_all(term.value().hash()).filter(|slot| {
                table
                    .slab
                    .get(*slot)
                    .is_some_and(|record| any_value(&**record, field, |value| value.equals(term.value())))
            }));
        }
        Self::Set(Cow::Owned(SlotSet::from_unsorted(slots)))
    }

    fn of_range(table: &'t Table<R>, field: &'t R::Field, span: &'t Span) -> Option<Self> {
        let ranks = table.indexes.ranks(field).filter(|ranks| ranks.several == 0)?;
        let term = |bound: &'t Bound<Term>| match bound {
            Bound::Included(term) | Bound::Excluded(term) => Some(term.value()),
            Bound::Unbounded => None,
        };
        let (lower, upper) = (term(&span.lower), term(&span.upper));
        let (lowest, highest) = lower.or(upper)?.rank_bounds();
        let of_two_kinds = matches!((lower, upper), (Some(a), Some(b)) if !a.is_like(b));
        let (low, high) = (lower.map_or(lowest, |v| v.rank()), upper.map_or(highest, |v| v.rank()));
        if of_two_kinds || low > high {
            return Some(Self::Set(Cow::Owned(SlotSet::Empty)));
        }
        Some(Self::Range(RankRange { field, span, column: &ranks.column, low, high }))
    }

    /// Whether one slot passes.
    #[inline]
    pub(super) fn test(&self, table: &Table<R>, slot: u32) -> bool {
        match self {
            Self::All => true,
            Self::Set(set) => set.contains(slot),
            Self::Range(range) => range.test(table, slot),
            Self::Check(filter) => table.slab.get(slot).is_some_and(|record| filter.matches(record)),
            Self::And(parts) => parts.iter().all(|part| part.test(table, slot)),
            Self::Or(parts) => parts.iter().any(|part| part.test(table, slot)),
            Self::Not(part) => !part.test(table, slot),
        }
    }

    /// How dear a test is: none of a record, a column, a record.
    fn cost(&self) -> u8 {
        match self {
            Self::All | Self::Set(_) => 0,
            Self::Range(_) => 1,
            Self::Check(_) => 2,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::cost).max().unwrap_or(0),
            Self::Not(part) => part.cost(),
        }
    }

    /// Exactly the slots that pass.
    pub(super) fn resolve(&self, table: &'t Table<R>) -> Cow<'_, SlotSet> {
        match self {
            Self::All => Cow::Borrowed(&table.live),
            Self::Set(set) => Cow::Borrowed(set),
            Self::Range(range) => Cow::Owned(match table.indexes.order_by_first(range.field) {
                Some(index) => {
                    let (from, to) = range.window(table, index);
                    SlotSet::from_unsorted(index.order.range(from, to).map(|(_, slot)| slot).collect())
                }
                None => self.sift(table, &table.live),
            }),
            Self::Check(_) => Cow::Owned(self.sift(table, &table.live)),
            Self::And(parts) => Cow::Owned(Self::resolve_all(table, parts)),
            Self::Or(parts) => {
                let sets: Vec<_> = parts.iter().map(|part| part.resolve(table)).collect();
                let sets: Vec<&SlotSet> = sets.iter().map(|set| &**set).collect();
                Cow::Owned(SlotSet::union(&sets))
            }
            Self::Not(part) => Cow::Owned(table.live.minus(&part.resolve(table))),
        }
    }

    /// The slots of a set that pass, tested one by one.
    fn sift(&self, table: &Table<R>, set: &SlotSet) -> SlotSet {
        let mut slots = set.to_vec();
        self.retain(table, &mut slots);
        SlotSet::from_sorted(slots)
    }

    fn retain(&self, table: &Table<R>, slots: &mut Vec<u32>) {
        match self {
            Self::Range(range) => range.sift(table, slots),
            other => slots.retain(|slot| other.test(table, *slot)),
        }
    }

    fn resolve_all(table: &'t Table<R>, parts: &[Self]) -> SlotSet {
        let (mut sets, mut tests): (Vec<&SlotSet>, Vec<&Self>) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Self::Set(set) => sets.push(set),
                part => tests.push(part),
            }
        }
        tests.sort_by_key(|test| test.cost());
        let driver;
        if sets.is_empty() {
            // No leaf is a set, so one is made: of what costs no look at columns or records, or of the range that
            // lets the fewest pass.
            driver = match tests.first() {
                Some(first) if first.cost() == 0 => tests.remove(0).resolve(table).into_owned(),
                _ => match Self::narrowest_range(table, &tests) {
                    Some(number) => tests.remove(number).resolve(table).into_owned(),
                    None => table.live.clone(),
                },
            };
            sets.push(&driver);
        }
        let mut candidates = match sets.as_slice() {
            [only] => (*only).clone(),
            sets => SlotSet::intersection(sets),
        };
        tests.retain(|test| {
            if test.cost() > 0 || candidates.len() <= MANY {
                return true;
            }
            candidates = match test {
                Self::Not(part) => candidates.minus(&part.resolve(table)),
                part => SlotSet::intersection(&[&candidates, &part.resolve(table)]),
            };
            false
        });
        if tests.is_empty() {
            return candidates;
        }
        let mut slots = candidates.to_vec();
        tests.iter().for_each(|test| test.retain(table, &mut slots));
        SlotSet::from_sorted(slots)
    }

    fn narrowest_range(table: &Table<R>, tests: &[&Self]) -> Option<usize> {
        tests
            .iter()
            .enumerate()
            .filter_map(|(number, test)| {
                let Self::Range(range) = test else { return None };
                let index = table.indexes.order_by_first(range.field)?;
                let (from, to) = range.window(table, index);
                Some((index.order.distance(from, to), number))
            })
            .min()
            // Sorting the slots of a wide range costs more than testing everything in slot order.
            .filter(|(width, _)| width * 4 < table.len())
            .map(|(_, number)| number)
    }

    /// The range over a field that every passing record lies in, if the filter demands one.
    pub(super) fn range_of(&self, field: &R::Field) -> Option<&RankRange<'t, R>> {
        match self {
            Self::Range(range) if range.field == field => Some(range),
            Self::And(parts) => parts.iter().find_map(|part| match part {
                Self::Range(range) if range.field == field => Some(range),
                _ => None,
            }),
            _ => None,
        }
    }
}
