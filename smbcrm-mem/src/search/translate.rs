//! From the API's filter grammar to the engine's.

use std::ops::Bound;

use smbcrm_core::search::{self as api, FilterError, Leaf, Test, ValueKind};
use smbcrm_core::{Error, Result};

use super::{Filter, Record, Span, Term};
use crate::refusal;

/// Translates a checked list of filters (an AND) leaf by leaf.
pub(crate) fn all<R: Record>(filters: &[api::Filter], leaf: &impl Fn(&Leaf) -> Filter<R>) -> Filter<R> {
    match filters {
        [] => Filter::All,
        [only] => one(only, leaf),
        many => Filter::And(many.iter().map(|filter| one(filter, leaf)).collect()),
    }
}

fn one<R: Record>(filter: &api::Filter, leaf: &impl Fn(&Leaf) -> Filter<R>) -> Filter<R> {
    match filter {
        api::Filter::Leaf(found) => leaf(found),
        api::Filter::All(parts) => Filter::And(parts.iter().map(|part| one(part, leaf)).collect()),
        api::Filter::Any(parts) => Filter::Or(parts.iter().map(|part| one(part, leaf)).collect()),
        // The grammar is open to new nodes; validation has refused what is not known here.
        _ => Filter::Or(Vec::new()),
    }
}

/// One test of one field.
pub(crate) fn test<R: Record>(field: R::Field, kind: ValueKind, test: &Test) -> Filter<R> {
    let not = |filter| Filter::Not(Box::new(filter));
    match test {
        Test::Eq(values) => Filter::Eq(field, terms(kind, values)),
        Test::NotEq(values) => not(Filter::Eq(field, terms(kind, values))),
        Test::Contains(text) => Filter::Contains(field, text.clone()),
        Test::NotContains(text) => not(Filter::Contains(field, text.clone())),
        Test::Exists => Filter::Exists(field),
        Test::NotExists => not(Filter::Exists(field)),
        Test::Range(range) => match span(kind, range) {
            Some(span) => Filter::Range(field, span),
            None => Filter::Or(Vec::new()),
        },
        // Nested tests are the product's own.
        _ => Filter::Or(Vec::new()),
    }
}

fn terms(kind: ValueKind, values: &[api::Scalar]) -> Vec<Term> {
    let term = |value: &api::Scalar| match kind {
        ValueKind::Boolean => value.as_bool().map(Term::from),
        ValueKind::Number => value.as_number().map(Term::number),
        _ => Some(Term::text(&value.as_text())),
    };
    values.iter().filter_map(term).collect()
}

/// The range's bounds in the terms of a field of this kind; `None` when nothing lies between them.
pub(crate) fn span(kind: ValueKind, range: &api::Range) -> Option<Span> {
    fn bound<T: Copy>(bound: Bound<T>, term: impl Fn(T) -> Term) -> Bound<Term> {
        match bound {
            Bound::Included(value) => Bound::Included(term(value)),
            Bound::Excluded(value) => Bound::Excluded(term(value)),
            Bound::Unbounded => Bound::Unbounded,
        }
    }
    if kind == ValueKind::Number {
        let bounds = range.numbers().filter(|bounds| !bounds.is_empty())?;
        return Some(Span {
            lower: bound(bounds.lower, Term::number),
            upper: bound(bounds.upper, Term::number),
        });
    }
    let bounds = range.millis().filter(|bounds| !bounds.is_empty())?;
    Some(Span { lower: bound(bounds.lower, Term::Instant), upper: bound(bounds.upper, Term::Instant) })
}

/// What is wrong with a search as a whole: every complaint in one answer, 422 before 400.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    shape: Vec<String>,
    domain: Vec<String>,
}

impl Complaints {
    /// A violation of the input's shape (422).
    pub(crate) fn shape(&mut self, message: impl Into<String>) {
        self.shape.push(message.into());
    }

    /// An input that makes no sense (400).
    pub(crate) fn domain(&mut self, message: impl Into<String>) {
        self.domain.push(message.into());
    }

    pub(crate) fn add(&mut self, errors: Vec<FilterError>) {
        for error in errors {
            let list = if error.status() == 422 { &mut self.shape } else { &mut self.domain };
            list.push(error.message);
        }
    }

    pub(crate) fn into_result(self) -> Result<(), Error> {
        if !self.shape.is_empty() {
            return Err(refusal::invalid(self.shape.into_iter().chain(self.domain).collect()));
        }
        if self.domain.is_empty() { Ok(()) } else { Err(refusal::bad_request(&self.domain.join(", "))) }
    }
}

/// The rules that every search has for its page and text.
pub(crate) struct PageRules<'a> {
    /// What the input calls its page size.
    pub(crate) limit_name: &'a str,
    pub(crate) limit: u32,
    pub(crate) max: u32,
    pub(crate) page: Option<u32>,
    pub(crate) has_cursor: bool,
    pub(crate) query: Option<&'a str>,
}

impl PageRules<'_> {
    pub(crate) fn check(&self, complaints: &mut Complaints) {
        let name = self.limit_name;
        if self.limit == 0 {
            complaints.shape(format!("{name} must not be less than 1"));
        }
        if self.limit > self.max {
            complaints.shape(format!("{name} must not be greater than {}", self.max));
        }
        if self.has_cursor && self.page.is_some() {
            complaints.shape("page should not be used together with searchAfter");
        }
        if u64::from(self.page.unwrap_or(1)) * u64::from(self.limit) > super::OFFSET_WINDOW as u64 {
            complaints.domain(format!(
                "page * {name} must not be greater than {}; use searchAfter instead",
                super::OFFSET_WINDOW
            ));
        }
        if self.query.is_some_and(|text| text.chars().count() > api::MAX_TEXT_LEN) {
            complaints
                .shape(format!("query must be shorter than or equal to {} characters", api::MAX_TEXT_LEN));
        }
    }
}
