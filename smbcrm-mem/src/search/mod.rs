//! A small query engine over a table of records: filter, sort, page, exact totals.
//!
//! ```ignore
//! let mut people: Table<Person> = Table::new().keyed_by(Field::Email).ordered_by(Field::Added, Descending);
//! people.put(Arc::new(Person { id: "p1", name: "Ada Vale", email: "ada@vale.example", tags: vec!["vip"], .. }));
//!
//! let query = Query::new(Filter::And(vec![
//!         Filter::eq(Field::Tags, "vip"),
//!         Filter::Contains(Field::Name, "vale".into()),
//!         Filter::range(Field::Added, Term::Instant(start)..Term::Instant(end)),
//!     ]))
//!     .sort(Field::Added, Descending)
//!     .page(Page::first(25));
//!
//! if people.needs(&query) {     // under a read lock: is an index missing?
//!     people.prepare(&query);   // under the write lock: build it, once
//! }
//! let hits = people.search(&query);          // hits.records, hits.total
//! let next = query.page(Page::after(Cursor::of(hits.records.last()?, &sort), 25));
//! let before = people.clone();               // a fork: independent, and made in no time
//! ```
//!
//! Indexes other than the keys and the table's own order are built the first time that a query on a large table
//! names a field, and are kept up to date from then on. Without them every query still answers the same, only
//! slower: an index is never a matter of correctness.
//!
//! How a query runs: [`plan`] turns the filter into sets of slots and cheap tests, intersects the sets and counts
//! what is left; [`page`] takes the wanted part either by picking the best few of a small result or by walking
//! the sort's index past a large one.

pub(crate) mod cursor;
mod filter;
mod indexes;
#[cfg(test)]
mod measure;
mod page;
mod plan;
mod query;
mod table;
#[cfg(test)]
mod tests;
pub(crate) mod translate;
mod value;

pub(crate) use filter::{Filter, Span};
pub(crate) use query::{Cursor, Direction, Hits, OFFSET_WINDOW, Page, Query, Sort};
pub(crate) use table::Table;
pub(crate) use value::{Record, Term, Value, fold};
