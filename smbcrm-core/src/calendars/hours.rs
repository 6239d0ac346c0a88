//! When a calendar is open.

use serde::{Deserialize, Serialize};

use crate::request;
use crate::shape::{Kind, Node, Shaped, Slot, View};
use crate::types::Text;

/// A stretch of a day, in the calendar's time zone. It may not pass midnight.
#[derive(Copy, Eq)]
#[request]
pub struct Hours {
    /// The hour it opens, 0 to 23.
    pub open_hour: u32,
    /// The minute it opens, 0 to 59.
    pub open_minute: u32,
    /// The hour it closes, 0 to 23. 0:00 stands for midnight, the end of the day (assumed).
    pub close_hour: u32,
    /// The minute it closes, 0 to 59. The documentation allows 60, the end of the hour.
    pub close_minute: u32,
}

/// Weekdays with the same hours.
#[request]
pub struct OpenHours {
    /// The days: 0 is Sunday, 6 is Saturday.
    pub days_of_the_week: Vec<u32>,
    /// The hours of each of them.
    pub hours: Vec<Hours>,
}

/// The hours of one date.
#[request]
pub struct DateAvailability {
    /// The date in the calendar's time zone, written as midnight: `2026-09-24T00:00:00.000Z`.
    pub date: Text,
    /// The hours; none at all closes the date.
    pub hours: Vec<Hours>,
    /// Whether it is deleted.
    pub deleted: Option<bool>,
    /// Its id; wanted to change or delete one that exists.
    pub id: Option<Text>,
}

/// Which rules a calendar opens by. A calendar that says nothing opens by both: its dates where it has them, its
/// weekdays otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AvailabilityType(i64);

impl Node for AvailabilityType {
    fn view(&self) -> View<'_> {
        View::Signed(self.0)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::I64(&mut self.0)
    }
}

impl Shaped for AvailabilityType {
    const KIND: Kind = i64::KIND;
    fn blank() -> Self {
        Self(0)
    }
}

impl AvailabilityType {
    /// By weekday only.
    pub const OPEN_HOURS: Self = Self(0);
    /// By date only.
    pub const DATES: Self = Self(1);

    /// The wire's number; other numbers than 0 and 1 survive a round trip.
    pub fn get(self) -> i64 {
        self.0
    }
}
