//! Local time and instants, where clocks are put forward and back.

use chrono::{
    DateTime, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Utc,
};
use chrono_tz::Tz;

use super::span::{HOUR, Span};

/// What a local time is the edge of. It matters where a local time happens twice: a stretch begins with the first
/// and ends with the second of the two, so that it holds all of what its hours say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

/// The instant of a local time. One that the clocks leave out counts as the moment they are put forward.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime, edge: Edge) -> i64 {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => at.timestamp_millis(),
        LocalResult::Ambiguous(first, second) => match edge {
            Edge::Start => first.timestamp_millis().min(second.timestamp_millis()),
            Edge::End => first.timestamp_millis().max(second.timestamp_millis()),
        },
        LocalResult::None => gap(zone, local),
    }
}

/// The moment at which the clocks jump over a local time.
fn gap(zone: Tz, local: NaiveDateTime) -> i64 {
    let offset = |at: Option<NaiveDateTime>| {
        at.map_or(0, |at| i64::from(zone.offset_from_utc_datetime(&at).fix().local_minus_utc()))
    };
    let seconds = local.and_utc().timestamp();
    let before = offset(local.checked_sub_days(Days::new(1)));
    let after = offset(local.checked_add_days(Days::new(1)));
    // Before the jump the clocks show less than `local`, behind it more: the jump is where that changes.
    let (mut low, mut high) = (seconds - before.max(after), seconds - before.min(after));
    while high - low > 1 {
        let middle = low.midpoint(high);
        let shown = DateTime::from_timestamp(middle, 0).map(|at| at.with_timezone(&zone).naive_local());
        if shown.is_some_and(|shown| shown < local) { low = middle } else { high = middle }
    }
    high * 1_000
}

/// The instant of a minute of a date, 0 to 1440; the last is the next date's midnight.
pub(crate) fn of_minute(zone: Tz, date: NaiveDate, minute: u32, edge: Edge) -> Option<i64> {
    let (date, minute) = if minute >= 1440 { (date.succ_opt()?, 0) } else { (date, minute) };
    let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)?;
    Some(instant(zone, date.and_time(time), edge))
}

/// What the clocks show.
pub(crate) fn local(zone: Tz, millis: i64) -> NaiveDateTime {
    DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&zone).naive_local()
}

/// The date that the calendars on the wall show.
pub(crate) fn date(zone: Tz, millis: i64) -> NaiveDate {
    local(zone, millis).date()
}

/// The dates that a span touches.
pub(crate) fn dates(zone: Tz, span: Span) -> impl Iterator<Item = NaiveDate> {
    let last = date(zone, span.end.max(span.start));
    date(zone, span.start).iter_days().take_while(move |date| *date <= last)
}

/// How far ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Hours(u32),
    /// Days by the calendar: the same time of day, so many dates later.
    Days(u32),
    Months(u32),
}

impl Period {
    /// The instant that far after another; the last one there is where that is beyond all dates.
    pub(crate) fn after(self, zone: Tz, now: i64) -> i64 {
        let here = local(zone, now);
        let there = match self {
            Self::Hours(hours) => return now.saturating_add(i64::from(hours).saturating_mul(HOUR)),
            Self::Days(days) => here.checked_add_days(Days::new(u64::from(days))),
            Self::Months(months) => here.checked_add_months(Months::new(months)),
        };
        // A day is kept free at the end of time: no offset may lead beyond it.
        let there = there.filter(|there| there.checked_add_signed(TimeDelta::days(2)).is_some());
        there.map_or(i64::MAX, |there| instant(zone, there, Edge::Start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str, edge: Edge) -> String {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        let millis = instant(zone.parse().unwrap(), local, edge);
        DateTime::from_timestamp_millis(millis).unwrap().format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn times_that_are_left_out_are_the_jump() {
        for minute in ["02:00", "02:01", "02:30", "02:59"] {
            let local = format!("2026-03-08 {minute}");
            assert_eq!(at("America/New_York", &local, Edge::Start), "2026-03-08T07:00Z", "{local}");
        }
        assert_eq!(at("Australia/Lord_Howe", "2026-10-04 02:15", Edge::Start), "2026-10-03T15:30Z");
        // A whole day was left out in Samoa.
        assert_eq!(at("Pacific/Apia", "2011-12-30 12:00", Edge::End), "2011-12-30T10:00Z");
    }

    #[test]
    fn times_that_happen_twice_hold_both() {
        assert_eq!(at("Europe/London", "2026-10-25 01:30", Edge::Start), "2026-10-25T00:30Z");
        assert_eq!(at("Europe/London", "2026-10-25 01:30", Edge::End), "2026-10-25T01:30Z");
    }

    #[test]
    fn periods_keep_the_time_of_day() {
        let zone: Tz = "America/New_York".parse().unwrap();
        let now = "2026-03-07T15:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_millis();
        assert_eq!(Period::Days(1).after(zone, now) - now, 23 * HOUR);
        assert_eq!(Period::Hours(24).after(zone, now) - now, 24 * HOUR);
        assert_eq!(local(zone, Period::Months(1).after(zone, now)).to_string(), "2026-04-07 10:00:00");
        assert_eq!(Period::Months(u32::MAX).after(zone, now), i64::MAX);
        assert_eq!(Period::Days(u32::MAX).after(zone, now), i64::MAX);
    }
}
