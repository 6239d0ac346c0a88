//! When something is open: hours by weekday and by date.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::span::{DAY, Span};
use super::zone::{self, Edge};

/// Minutes of a day, from 0 to 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// Hours by weekday, and dates that have hours of their own instead.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    pub(crate) zone: Tz,
    /// Sunday first.
    pub(crate) weekdays: [Vec<Stretch>; 7],
    pub(crate) dates: BTreeMap<NaiveDate, Vec<Stretch>>,
}

impl Hours {
    pub(crate) fn new(zone: Tz) -> Self {
        Self { zone, weekdays: Default::default(), dates: BTreeMap::new() }
    }

    /// The stretches that are open and overlap a span, those of one date after those of the date before.
    pub(crate) fn windows(&self, span: Span) -> Vec<Span> {
        let mut windows = Vec::new();
        for date in zone::dates(self.zone, span.padded(DAY, DAY)) {
            let weekday = &self.weekdays[date.weekday().num_days_from_sunday() as usize];
            for stretch in self.dates.get(&date).unwrap_or(weekday) {
                let start = zone::of_minute(self.zone, date, stretch.from, Edge::Start);
                let end = zone::of_minute(self.zone, date, stretch.to, Edge::End);
                let (Some(start), Some(end)) = (start, end) else { continue };
                let window = Span::new(start, end);
                if start < end && window.overlaps(span) {
                    windows.push(window);
                }
            }
        }
        windows
    }
}
