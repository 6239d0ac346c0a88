//! The filter grammar, and what it means for one record.

use std::collections::HashSet;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use smbcrm_core::types::Text;

use super::value::{Record, Term, Value, any_value, fold};

/// Which records are wanted.
///
/// A leaf holds for a record if it holds for **any** value of its field; a field without a value satisfies no
/// leaf, hence every negated one.
pub(crate) enum Filter<R: Record> {
    /// Every record.
    All,
    /// Records that pass all of the filters; all records if there are none.
    And(Vec<Self>),
    /// Records that pass at least one of the filters; no record if there are none.
    Or(Vec<Self>),
    /// Records that do not pass the filter.
    Not(Box<Self>),
    /// A value equals one of the terms.
    Eq(R::Field, Vec<Term>),
    /// A text contains the pattern.
    Contains(R::Field, String),
    /// There is a value.
    Exists(R::Field),
    /// A value lies between the bounds and is of their kind.
    Range(R::Field, Span),
    /// Free text: each word of it is contained in a text of one of the fields.
    Words(Vec<R::Field>, String),
    /// The record's id is one of these.
    Ids(Arc<HashSet<Text>>),
    /// Whatever else a caller needs to know of a record. No index helps here.
    Where(Arc<Predicate<R>>),
}

/// A test of a record that no index knows.
pub(crate) type Predicate<R> = dyn Fn(&R) -> bool + Send + Sync;

/// Bounds of a range.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    /// Where it begins.
    pub(crate) lower: Bound<Term>,
    /// Where it ends.
    pub(crate) upper: Bound<Term>,
}

impl Span {
    /// Whether a value lies within. Values of another kind than a bound do not.
    pub(crate) fn contains(&self, value: Value<'_>) -> bool {
        let holds = |bound: &Term, accepts: fn(std::cmp::Ordering) -> bool| {
            value.is_like(bound.value()) && accepts(value.compare(bound.value()))
        };
        let above = match &self.lower {
            Bound::Included(bound) => holds(bound, std::cmp::Ordering::is_ge),
            Bound::Excluded(bound) => holds(bound, std::cmp::Ordering::is_gt),
            Bound::Unbounded => true,
        };
        above
            && match &self.upper {
                Bound::Included(bound) => holds(bound, std::cmp::Ordering::is_le),
                Bound::Excluded(bound) => holds(bound, std::cmp::Ordering::is_lt),
                Bound::Unbounded => true,
            }
    }
}

impl<R: Record> Filter<R> {
    /// A value of the field equals the term.
    pub(crate) fn eq(field: R::Field, term: impl Into<Term>) -> Self {
        Self::Eq(field, vec![term.into()])
    }

    /// A value of the field lies in the range, as in `Filter::range(field, low..high)`.
    pub(crate) fn range(field: R::Field, range: impl RangeBounds<Term>) -> Self {
        Self::Range(field, Span { lower: range.start_bound().cloned(), upper: range.end_bound().cloned() })
    }

    /// Whether a record passes: the definition of every filter, and what answers where there is no index.
    pub(crate) fn matches(&self, record: &R) -> bool {
        match self {
            Self::All => true,
            Self::And(filters) => filters.iter().all(|filter| filter.matches(record)),
            Self::Or(filters) => filters.iter().any(|filter| filter.matches(record)),
            Self::Not(filter) => !filter.matches(record),
            Self::Eq(field, terms) => {
                any_value(record, field, |value| terms.iter().any(|term| value.equals(term.value())))
            }
            Self::Contains(field, pattern) => contains(record, field, &fold(pattern)),
            Self::Exists(field) => any_value(record, field, |_| true),
            Self::Range(field, span) => any_value(record, field, |value| span.contains(value)),
            Self::Words(fields, text) => fold(text)
                .split_whitespace()
                .all(|word| fields.iter().any(|field| contains(record, field, word))),
            Self::Ids(ids) => ids.contains(record.id()),
            Self::Where(test) => test(record),
        }
    }
}

/// Whether a text of the field contains the folded pattern.
fn contains<R: Record>(record: &R, field: &R::Field, pattern: &str) -> bool {
    any_value(record, field, |value| match value {
        Value::Text(text) => fold(text).contains(pattern),
        _ => false,
    })
}

// By hand: deriving would ask for `R: Clone` and `R: Debug`.
impl<R: Record> Clone for Filter<R> {
    fn clone(&self) -> Self {
        match self {
            Self::All => Self::All,
            Self::And(filters) => Self::And(filters.clone()),
            Self::Or(filters) => Self::Or(filters.clone()),
            Self::Not(filter) => Self::Not(filter.clone()),
            Self::Eq(field, terms) => Self::Eq(field.clone(), terms.clone()),
            Self::Contains(field, pattern) => Self::Contains(field.clone(), pattern.clone()),
            Self::Exists(field) => Self::Exists(field.clone()),
            Self::Range(field, span) => Self::Range(field.clone(), span.clone()),
            Self::Words(fields, text) => Self::Words(fields.clone(), text.clone()),
            Self::Ids(ids) => Self::Ids(Arc::clone(ids)),
            Self::Where(test) => Self::Where(Arc::clone(test)),
        }
    }
}

impl<R: Record> fmt::Debug for Filter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("All"),
            Self::And(filters) => f.debug_tuple("And").field(filters).finish(),
            Self::Or(filters) => f.debug_tuple("Or").field(filters).finish(),
            Self::Not(filter) => f.debug_tuple("Not").field(filter).finish(),
            Self::Eq(field, terms) => f.debug_tuple("Eq").field(field).field(terms).finish(),
            Self::Contains(field, pattern) => f.debug_tuple("Contains").field(field).field(pattern).finish(),
            Self::Exists(field) => f.debug_tuple("Exists").field(field).finish(),
            Self::Range(field, span) => f.debug_tuple("Range").field(field).field(span).finish(),
            Self::Words(fields, text) => f.debug_tuple("Words").field(fields).field(text).finish(),
            Self::Ids(ids) => f.debug_tuple("Ids").field(ids).finish(),
            Self::Where(_) => f.write_str("Where(..)"),
        }
    }
}
