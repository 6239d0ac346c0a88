//! Stretches of time.

use serde::{Deserialize, Serialize};

/// From an instant up to, but not including, another: milliseconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

impl Span {
    pub(crate) fn new(start: i64, end: i64) -> Self {
        Self { start, end }
    }

    pub(crate) fn length(self) -> i64 {
        self.end - self.start
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub(crate) fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// With so much more on either side.
    pub(crate) fn padded(self, before: i64, after: i64) -> Self {
        Self { start: self.start.saturating_sub(before), end: self.end.saturating_add(after) }
    }

    /// The days, counted from 1970-01-01 in UTC, that it touches.
    pub(crate) fn days(self) -> std::ops::RangeInclusive<i64> {
        self.start.div_euclid(DAY)..=(self.end - 1).max(self.start).div_euclid(DAY)
    }
}

/// The same time as spans that neither touch nor overlap, in order.
pub(crate) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}
