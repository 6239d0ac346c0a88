//! From the slots that pass to one sorted page of records.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::index::{Column, Position, SlotSet};

use super::indexes::SortIndex;
use super::plan::Plan;
use super::query::{
    Cursor, Direction, Hits, OFFSET_WINDOW, Page, Sort, compare_records, compare_with_cursor,
};
use super::table::Table;
use super::value::{Record, Value};

/// A walk that has taken this many times the steps it was expected to gives way to picking: the records that pass
/// must be unevenly spread.
const PATIENCE: usize = 4;

/// Where in its order a page begins.
struct Start<'a> {
    cursor: Option<Cow<'a, Cursor>>,
    /// The rank of the cursor's first key.
    rank: u64,
}

/// Takes a page of the records that pass a plan.
pub(super) fn take<R: Record>(
    table: &Table<R>,
    plan: &Plan<'_, R>,
    sort: &[Sort<R::Field>],
    page: &Page,
) -> Hits<R> {
    let wanted = page.offset.saturating_add(page.limit).min(OFFSET_WINDOW.max(page.limit));
    let start = Start::of(table, sort, page.after.as_ref());
    let index = table.indexes.order(sort);
    let window = index.zip(sort.first().and_then(|first| plan.range_of(&first.field)));
    let window = window.map(|(index, range)| range.window(table, index));

    let (total, found) = match (plan, index, window) {
        (Plan::All, Some(index), _) => {
            (table.len(), walk(table, index, sort, &start, None, wanted, usize::MAX, |_| true))
        }
        (Plan::Range(_), Some(index), Some((from, to))) => {
            let total = index.order.distance(from, to);
            (total, walk(table, index, sort, &start, window, wanted, usize::MAX, |_| true))
        }
        _ => {
            let passing = plan.resolve(table);
            (passing.len(), choose(table, index, sort, &start, window, wanted, &passing))
        }
    };
    let found = found.get(page.offset..).unwrap_or_default();
    // Records lie all over the memory. Reading where they are, and then what will be asked of them (the reference
    // count and the id), lets those reads overlap; taking one record after the other would wait for each.
    let places: Vec<&Arc<R>> = found.iter().filter_map(|(_, slot)| table.slab.get(*slot)).collect();
    let at = places.iter().fold(0, |sum, record| sum ^ Arc::as_ptr(record) as usize);
    std::hint::black_box(at);
    let touched = places.iter().fold(0, |sum, record| sum ^ Arc::strong_count(record) ^ record.id().len());
    std::hint::black_box(touched);
    let records: Vec<Arc<R>> = places.into_iter().map(Arc::clone).collect();
    Hits { records, ranks: found.iter().map(|(rank, _)| *rank).collect(), total: total as u64 }
}

impl<'a> Start<'a> {
    fn of<R: Record>(table: &Table<R>, sort: &[Sort<R::Field>], cursor: Option<&'a Cursor>) -> Self {
        let cursor = cursor.map(|cursor| {
            if cursor.keys.len() >= sort.len() {
                return Cow::Borrowed(cursor);
            }
            // A cursor with too few keys is completed from its record, if that still exists.
            let mut whole = cursor.clone();
            if let Some(record) = table.get(&cursor.id) {
                let rest = Cursor::of(&**record, sort.get(cursor.keys.len()..).unwrap_or_default());
                whole.keys.extend(rest.keys);
            }
            Cow::Owned(whole)
        });
        let rank = cursor.as_ref().map_or(0, |cursor| match (sort.first(), cursor.keys.first()) {
            (None, _) => Value::Text(&cursor.id).rank(),
            (Some(_), Some(Some(term))) => term.value().rank(),
            (Some(_), _) => Column::ABSENT,
        });
        Self { cursor, rank }
    }
}

/// Takes the first of the passing slots, with their ranks, by walking the index past all slots, or by picking from all that pass,
/// whichever looks cheaper.
fn choose<R: Record>(
    table: &Table<R>,
    index: Option<&SortIndex<R::Field>>,
    sort: &[Sort<R::Field>],
    start: &Start<'_>,
    window: Option<(Position, Position)>,
    wanted: usize,
    passing: &SlotSet,
) -> Vec<(u64, u32)> {
    if let Some(index) = index {
        let width = window.map_or(table.len(), |(from, to)| index.order.distance(from, to));
        let steps = wanted.saturating_mul(width) / passing.len().max(1);
        if steps < passing.len() {
            let patience = steps.saturating_add(wanted).saturating_mul(PATIENCE);
            let found =
                walk(table, index, sort, start, window, wanted, patience, |slot| passing.contains(slot));
            // Too few may mean that there are no more, or that patience ran out; picking knows.
            if found.len() == wanted {
                return found;
            }
        }
    }
    pick(table, sort, start, wanted, passing)
}

/// The first `wanted` slots from the start on that are in the window and pass, in order; fewer if that took more
/// than `patience` steps.
#[allow(clippy::too_many_arguments, reason = "one call site each for three kinds of walk")]
fn walk<R: Record>(
    table: &Table<R>,
    index: &SortIndex<R::Field>,
    sort: &[Sort<R::Field>],
    start: &Start<'_>,
    window: Option<(Position, Position)>,
    wanted: usize,
    patience: usize,
    passes: impl Fn(u32) -> bool,
) -> Vec<(u64, u32)> {
    let order = &index.order;
    let (first, last) = window.unwrap_or((order.start(), order.end()));
    let mut found = Vec::with_capacity(wanted.min(table.len()));
    let keep = |(_, slot): &(u64, u32)| passes(*slot);
    if direction(sort) == Direction::Ascending {
        let from = start.seek(table, index, sort).unwrap_or(first).max(first);
        found.extend(order.range(from, last.max(from)).take(patience).filter(keep).take(wanted));
        return found;
    }
    // Backwards: first through the records with a value, then through those without.
    let absent = order.seek(|rank, _| rank.cmp(&Column::ABSENT));
    let begin = start.seek(table, index, sort);
    let in_absent = start.cursor.is_some() && start.rank == Column::ABSENT;
    let (with, without) = match begin {
        Some(place) if in_absent => ((absent, absent), (absent, place)),
        Some(place) => ((order.start(), place), (absent, order.end())),
        None => ((order.start(), absent), (absent, order.end())),
    };
    let clip = |(from, to): (Position, Position)| {
        let from = from.max(first);
        order.range(from, to.min(last).max(from)).rev()
    };
    found.extend(clip(with).chain(clip(without)).take(patience).filter(keep).take(wanted));
    found
}

fn direction<F>(sort: &[Sort<F>]) -> Direction {
    sort.first().map_or(Direction::Ascending, |first| first.direction)
}

impl Start<'_> {
    /// The place in an index where what follows the cursor begins (ascending) or ends (descending).
    fn seek<R: Record>(
        &self,
        table: &Table<R>,
        index: &SortIndex<R::Field>,
        sort: &[Sort<R::Field>],
    ) -> Option<Position> {
        let cursor = self.cursor.as_ref()?;
        let ascending = direction(sort) == Direction::Ascending;
        Some(index.order.seek(|rank, slot| {
            rank.cmp(&self.rank).then_with(|| {
                let Some(record) = table.slab.get(slot) else { return Ordering::Less };
                match (compare_with_cursor(sort, &**record, cursor), ascending) {
                    // The cursor's own record is behind us: below the place going up, not below it going down.
                    (Ordering::Equal, true) => Ordering::Less,
                    (order, true) => order,
                    (order, false) => order.reverse(),
                }
            })
        }))
    }

    /// Whether a slot comes behind the cursor.
    fn precedes<R: Record>(&self, table: &Table<R>, sort: &[Sort<R::Field>], rank: u64, slot: u32) -> bool {
        let Some(cursor) = &self.cursor else { return true };
        match presented(sort, rank).cmp(&presented(sort, self.rank)) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => table
                .slab
                .get(slot)
                .is_some_and(|record| compare_with_cursor(sort, &**record, cursor).is_gt()),
        }
    }
}

/// A rank turned so that smaller always comes first; what is absent stays last.
#[inline]
fn presented<F>(sort: &[Sort<F>], rank: u64) -> u64 {
    match direction(sort) {
        Direction::Descending if rank != Column::ABSENT => Column::ABSENT - 1 - rank,
        _ => rank,
    }
}

/// The first `wanted` of the passing slots behind the start, in order, by looking at each one's rank.
fn pick<R: Record>(
    table: &Table<R>,
    sort: &[Sort<R::Field>],
    start: &Start<'_>,
    wanted: usize,
    passing: &SlotSet,
) -> Vec<(u64, u32)> {
    if wanted == 0 {
        return Vec::new();
    }
    let column = sort.first().and_then(|first| table.indexes.ranks(&first.field)).map(|ranks| &ranks.column);
    let rank_of = |slot: u32| match column {
        Some(column) => column.get(slot),
        None => table.slab.get(slot).map_or(Column::ABSENT, |record| SortIndex::rank(sort, &**record)),
    };
    let compare = |(a_rank, a): &(u64, u32), (b_rank, b): &(u64, u32)| {
        a_rank.cmp(b_rank).then_with(|| match (table.slab.get(*a), table.slab.get(*b)) {
            (Some(a), Some(b)) => compare_records(sort, &**a, &**b),
            _ => Ordering::Equal,
        })
    };
    // Keeps the best `wanted` and a batch of newcomers, sorting out when the batch is full.
    let room = wanted.saturating_mul(2).max(256);
    let mut best: Vec<(u64, u32)> = Vec::with_capacity(room.min(passing.len()));
    let mut worst = u64::MAX;
    passing.for_each(|slot| {
        let rank = rank_of(slot);
        let key = presented(sort, rank);
        if key > worst || !start.precedes(table, sort, rank, slot) {
            return;
        }
        if best.len() >= room {
            let (_, last, _) = best.select_nth_unstable_by(wanted - 1, compare);
            worst = last.0;
            best.truncate(wanted);
            if key > worst {
                return;
            }
        }
        best.push((key, slot));
    });
    if best.len() > wanted {
        best.select_nth_unstable_by(wanted - 1, compare);
        best.truncate(wanted);
    }
    best.sort_unstable_by(compare);
    // Presenting a rank twice gives it back.
    best.into_iter().map(|(key, slot)| (presented(sort, key), slot)).collect()
}
