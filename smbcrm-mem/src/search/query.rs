//! A query and its answer: filter, sort, page, cursor, hits.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::filter::Filter;
use super::value::{Record, Term, first_value};

/// Pages by offset reach this far and no further; a cursor reaches everything.
pub(crate) const OFFSET_WINDOW: usize = 10_000;

/// What is asked of a table.
pub(crate) struct Query<R: Record> {
    /// Which records are wanted.
    pub(crate) filter: Filter<R>,
    /// In which order; empty means the table's own order.
    pub(crate) sort: Vec<Sort<R::Field>>,
    /// Which part of them.
    pub(crate) page: Page,
}

impl<R: Record> Query<R> {
    /// The first page of the records that pass a filter, in the table's own order.
    pub(crate) fn new(filter: Filter<R>) -> Self {
        Self { filter, sort: Vec::new(), page: Page::first(20) }
    }

    /// Sorts by a field; called again, settles ties by another.
    pub(crate) fn sort(mut self, field: R::Field, direction: Direction) -> Self {
        self.sort.push(Sort { field, direction });
        self
    }

    /// Asks for another page.
    pub(crate) fn page(mut self, page: Page) -> Self {
        self.page = page;
        self
    }
}

impl<R: Record> fmt::Debug for Query<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("filter", &self.filter)
            .field("sort", &self.sort)
            .field("page", &self.page)
            .finish()
    }
}

/// Which way a sort goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    fn apply(self, order: Ordering) -> Ordering {
        match self {
            Self::Ascending => order,
            Self::Descending => order.reverse(),
        }
    }
}

/// One criterion of an order. Records without a value come last in either direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sort<F> {
    /// The field whose first value counts.
    pub(crate) field: F,
    /// Which way.
    pub(crate) direction: Direction,
}

/// A part of the sorted records.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Only what comes behind this place.
    pub(crate) after: Option<Cursor>,
    /// How many to leave out first; see [`OFFSET_WINDOW`].
    pub(crate) offset: usize,
    /// How many at most.
    pub(crate) limit: usize,
}

impl Page {
    /// The first records.
    pub(crate) fn first(limit: usize) -> Self {
        Self { after: None, offset: 0, limit }
    }

    /// The records behind a cursor, at the same cost at any depth.
    pub(crate) fn after(cursor: Cursor, limit: usize) -> Self {
        Self { after: Some(cursor), offset: 0, limit }
    }

    /// The records from a number on.
    pub(crate) fn from(offset: usize, limit: usize) -> Self {
        Self { after: None, offset, limit }
    }
}

/// A place in a sorted table: the sort values and the id of a record, which need not exist any more.
///
/// A caller may make one from less than all the sort values (the wire's cursor carries one): records that agree
/// with those given are then told apart by id alone, which is exact as long as they tie in the rest too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The value of each sort field; `None` where the record has none.
    pub(crate) keys: Vec<Option<Term>>,
    /// The id of the record.
    pub(crate) id: String,
}

impl Cursor {
    /// The place of a record in an order.
    pub(crate) fn of<R: Record>(record: &R, sort: &[Sort<R::Field>]) -> Self {
        let key = |sort: &Sort<R::Field>| first_value(record, &sort.field, |value| Term::from(value));
        Self { keys: sort.iter().map(key).collect(), id: record.id().to_owned() }
    }
}

/// An answer.
pub(crate) struct Hits<R> {
    /// The records of the page, in order.
    pub(crate) records: Vec<Arc<R>>,
    /// The rank of each record's first sort value.
    pub(crate) ranks: Vec<u64>,
    /// How many records pass the filter, on all pages: exact.
    pub(crate) total: u64,
}

impl<R: Record> fmt::Debug for Hits<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.records.iter().map(|record| record.id()).collect();
        f.debug_struct("Hits").field("ids", &ids).field("total", &self.total).finish_non_exhaustive()
    }
}

/// The order in which a sort presents two records. It is total: ties are broken by id, in the direction of the
/// first criterion, so that one index read backwards serves the opposite direction.
pub(crate) fn compare_records<R: Record>(sort: &[Sort<R::Field>], a: &R, b: &R) -> Ordering {
    for Sort { field, direction } in sort {
        let order = match first_value(a, field, |a| first_value(b, field, |b| a.compare(b))) {
            Some(Some(order)) => direction.apply(order),
            Some(None) => Ordering::Less,
            None if first_value(b, field, |_| ()).is_some() => Ordering::Greater,
            None => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    id_direction(sort).apply(a.id().cmp(b.id()))
}

/// How a record compares with a cursor in the order in which a sort presents them.
pub(crate) fn compare_with_cursor<R: Record>(
    sort: &[Sort<R::Field>],
    record: &R,
    cursor: &Cursor,
) -> Ordering {
    for (Sort { field, direction }, key) in sort.iter().zip(&cursor.keys) {
        let order = match (first_value(record, field, |v| key.as_ref().map(|k| v.compare(k.value()))), key) {
            (Some(Some(order)), _) => direction.apply(order),
            (Some(None), _) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    id_direction(sort).apply(record.id().cmp(&cursor.id))
}

fn id_direction<F>(sort: &[Sort<F>]) -> Direction {
    sort.first().map_or(Direction::Ascending, |first| first.direction)
}
