//! The values that tests compare with: scalars, limits and ranges.

use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, SubsecRound as _, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The furthest an instant may be from 1970, in milliseconds: the limit of the wire's own dates.
pub(super) const MAX_MILLIS: f64 = 8.64e15;

/// A value that `eq` and `not_eq` compare with.
///
/// Numbers are `f64`, as in the CRM itself: integers are exact up to 2⁵³.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Scalar {
    /// Text.
    Text(String),
    /// A number; infinite and not-a-number values are refused by validation.
    Number(f64),
    /// True or false.
    Bool(bool),
}

impl Scalar {
    /// The value as text, the way a text field compares it: numbers without superfluous digits
    /// (`2000`, not `2000.0`).
    #[must_use]
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
        }
    }

    /// The value as a finite number; numeric text counts.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Bool(_) => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    /// The value as a truth value; the texts `true` and `false` count.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) => text.parse().ok(),
            Self::Number(_) => None,
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Scalar {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// One end of a [`Range`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// A number; on a date field, milliseconds since 1970.
    Number(f64),
    /// An instant, to the millisecond.
    Instant(DateTime<Utc>),
    /// A day of the calendar, in UTC.
    Date(NaiveDate),
}

impl Limit {
    /// The instant in milliseconds since 1970, if there is one; a day counts from its midnight.
    #[must_use]
    pub fn as_millis(&self) -> Option<i64> {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within range")]
            Self::Number(number) => {
                (number.abs() <= MAX_MILLIS && number.fract() == 0.0).then_some(*number as i64)
            }
            Self::Instant(instant) => Some(instant.timestamp_millis()),
            Self::Date(date) => Some(midnight(*date)),
        }
    }

    fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }
}

macro_rules! from_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Scalar {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }

        impl From<$number> for Limit {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}

from_numbers!(i32, i64, u32, u64, usize, f64);

impl From<Decimal> for Scalar {
    fn from(number: Decimal) -> Self {
        Self::Number(number.to_f64().unwrap_or(f64::NAN))
    }
}

impl From<Decimal> for Limit {
    fn from(number: Decimal) -> Self {
        Self::Number(number.to_f64().unwrap_or(f64::NAN))
    }
}

/// Cut to the millisecond, which is all the wire carries.
impl From<DateTime<Utc>> for Limit {
    fn from(instant: DateTime<Utc>) -> Self {
        // ISO 8601 has no agreed spelling for years beyond four digits; epoch milliseconds do.
        if (0..=9999).contains(&instant.year()) {
            Self::Instant(instant.trunc_subsecs(3))
        } else {
            Self::from(instant.timestamp_millis())
        }
    }
}

impl From<NaiveDate> for Limit {
    fn from(date: NaiveDate) -> Self {
        if (0..=9999).contains(&date.year()) { Self::Date(date) } else { Self::from(midnight(date)) }
    }
}

fn midnight(date: NaiveDate) -> i64 {
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()
}

/// The value of the `range` operator: up to four limits, all of which must hold.
///
/// ```
/// use smbcrm_core::search::Range;
/// let range = Range::new().gte(10).lt(100);
/// assert_eq!(serde_json::to_string(&range).unwrap(), r#"{"gte":10,"lt":100}"#);
/// assert!(range.numbers().unwrap().contains(&99.5));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Range {
    /// Greater than.
    pub gt: Option<Limit>,
    /// Greater than or equal to.
    pub gte: Option<Limit>,
    /// Less than.
    pub lt: Option<Limit>,
    /// Less than or equal to.
    pub lte: Option<Limit>,
}

impl Range {
    /// A range without limits, to be given at least one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Greater than. A day is excluded whole: `gt` 1 March begins on 2 March (UTC).
    #[must_use]
    pub fn gt(mut self, limit: impl Into<Limit>) -> Self {
        self.gt = Some(limit.into());
        self
    }

    /// Greater than or equal to.
    #[must_use]
    pub fn gte(mut self, limit: impl Into<Limit>) -> Self {
        self.gte = Some(limit.into());
        self
    }

    /// Less than. A day is excluded whole: `lt` 1 March ends with February (UTC).
    #[must_use]
    pub fn lt(mut self, limit: impl Into<Limit>) -> Self {
        self.lt = Some(limit.into());
        self
    }

    /// Less than or equal to. A day is included whole: `lte` 1 March ends with 1 March (UTC).
    #[must_use]
    pub fn lte(mut self, limit: impl Into<Limit>) -> Self {
        self.lte = Some(limit.into());
        self
    }

    /// Whether no limit is set; validation refuses such a range.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.limits().next().is_none()
    }

    /// The limits that are set, with their wire names, in the order `gt`, `gte`, `lt`, `lte`.
    pub fn limits(&self) -> impl Iterator<Item = (&'static str, Limit)> {
        [("gt", self.gt), ("gte", self.gte), ("lt", self.lt), ("lte", self.lte)]
            .into_iter()
            .filter_map(|(name, limit)| Some((name, limit?)))
    }

    /// The range of a number field; `None` when a limit is not a finite number.
    #[must_use]
    pub fn numbers(&self) -> Option<Bounds<f64>> {
        let mut bounds = Bounds::unlimited();
        for (name, limit) in self.limits() {
            let number = limit.as_number()?;
            match name {
                "gt" => bounds.raise(Bound::Excluded(number)),
                "gte" => bounds.raise(Bound::Included(number)),
                "lt" => bounds.cut(Bound::Excluded(number)),
                _ => bounds.cut(Bound::Included(number)),
            }
        }
        Some(bounds)
    }

    /// The range of a date field in milliseconds since 1970; `None` when a limit is no instant.
    #[must_use]
    pub fn millis(&self) -> Option<Bounds<i64>> {
        let mut bounds = Bounds::unlimited();
        for (name, limit) in self.limits() {
            let millis = limit.as_millis()?;
            // The midnight that ends the day, when the limit is a whole day.
            let next_day = match limit {
                Limit::Date(date) => Some(date.checked_add_days(Days::new(1)).map_or(i64::MAX, midnight)),
                _ => None,
            };
            match (name, next_day) {
                ("gt", Some(next)) => bounds.raise(Bound::Included(next)),
                ("gt", None) => bounds.raise(Bound::Excluded(millis)),
                ("gte", _) => bounds.raise(Bound::Included(millis)),
                ("lt", _) => bounds.cut(Bound::Excluded(millis)),
                (_, Some(next)) => bounds.cut(Bound::Excluded(next)),
                (_, None) => bounds.cut(Bound::Included(millis)),
            }
        }
        Some(bounds)
    }
}

/// A [`Range`] resolved to one lower and one upper bound, ready for an ordered index.
///
/// Check [`is_empty`](Self::is_empty) before handing it to `BTreeMap::range`, which panics on
/// inverted bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bounds<T> {
    /// Where the range begins.
    pub lower: Bound<T>,
    /// Where it ends.
    pub upper: Bound<T>,
}

impl<T: PartialOrd + Copy> Bounds<T> {
    fn unlimited() -> Self {
        Self { lower: Bound::Unbounded, upper: Bound::Unbounded }
    }

    /// Whether the value lies within.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        RangeBounds::contains(self, value)
    }

    /// Whether the bounds contradict each other, so that nothing lies within.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (Bound::Included(low), Bound::Included(high)) => low > high,
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => {
                low >= high
            }
            _ => false,
        }
    }

    /// Takes the higher of two lower bounds; at the same value the excluding one.
    fn raise(&mut self, bound: Bound<T>) {
        let higher = match (self.lower, bound) {
            (Bound::Included(old), Bound::Excluded(new)) => new >= old,
            (Bound::Included(old) | Bound::Excluded(old), Bound::Included(new) | Bound::Excluded(new)) => {
                new > old
            }
            _ => true,
        };
        if higher {
            self.lower = bound;
        }
    }

    /// Takes the lower of two upper bounds; at the same value the excluding one.
    fn cut(&mut self, bound: Bound<T>) {
        let lower = match (self.upper, bound) {
            (Bound::Included(old), Bound::Excluded(new)) => new <= old,
            (Bound::Included(old) | Bound::Excluded(old), Bound::Included(new) | Bound::Excluded(new)) => {
                new < old
            }
            _ => true,
        };
        if lower {
            self.upper = bound;
        }
    }
}

impl<T> RangeBounds<T> for Bounds<T> {
    fn start_bound(&self) -> Bound<&T> {
        self.lower.as_ref()
    }

    fn end_bound(&self) -> Bound<&T> {
        self.upper.as_ref()
    }
}
