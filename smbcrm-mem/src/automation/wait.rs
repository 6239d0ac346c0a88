//! When something that waits goes on: moments, times of day, windows – where clocks are put forward and back.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, Utc};
use chrono_tz::Tz;
use smbcrm_core::types::time;
use smbcrm_core::workflows::definition::{TimeOfDay, Window};

use crate::calendars::{Edge, instant};

/// What the clocks of a zone show.
fn local(zone: Tz, millis: i64) -> NaiveDateTime {
    DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&zone).naive_local()
}

/// The first time of this day's hour after a moment.
pub(crate) fn next_time_of_day(zone: Tz, at: TimeOfDay, after: i64) -> Option<i64> {
    let today = local(zone, after).date();
    // A day may be left out, and an hour: the third day has one.
    (0..4).filter_map(|days| today.checked_add_days(Days::new(days))).find_map(|date| {
        let moment = instant(zone, date.and_time(at.time()), Edge::Start);
        (moment > after).then_some(moment)
    })
}

/// The first moment, from one on, at which a window is open; the moment itself where it is.
pub(crate) fn next_open(zone: Tz, window: &Window, from: i64) -> i64 {
    let today = local(zone, from).date();
    // From the day before, whose window may go on over midnight, to the same day of next week.
    let openings = (-1..=8).filter_map(|days: i64| {
        let by = Days::new(days.unsigned_abs());
        let date = if days < 0 { today.checked_sub_days(by) } else { today.checked_add_days(by) }?;
        if !window.days.contains(&date.weekday()) {
            return None;
        }
        let overnight = window.to < window.from;
        let (opens, closes) = (edge(zone, date, window.from, Edge::Start), {
            let date = if overnight { date.succ_opt()? } else { date };
            edge(zone, date, window.to, Edge::End)
        });
        (closes > from).then(|| opens.max(from))
    });
    openings.min().unwrap_or(from)
}

fn edge(zone: Tz, date: chrono::NaiveDate, at: TimeOfDay, edge: Edge) -> i64 {
    match (at.minutes(), date.succ_opt()) {
        (1440, Some(next)) => instant(zone, next.and_time(chrono::NaiveTime::MIN), edge),
        _ => instant(zone, date.and_time(at.time()), edge),
    }
}

/// The moment that a text names; one without a zone is one of `zone`. Milliseconds since 1970 count too.
pub(crate) fn moment(zone: Tz, text: &str) -> Option<i64> {
    let text = text.trim();
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    if let Some(naive) = naive {
        return Some(instant(zone, naive, Edge::Start));
    }
    if let Ok(date) = text.parse::<chrono::NaiveDate>() {
        return Some(instant(zone, date.and_time(chrono::NaiveTime::MIN), Edge::Start));
    }
    let millis = text.parse::<i64>().ok().and_then(time::from_millis);
    millis.or_else(|| time::parse(text)).map(|at| at.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        time::parse(text).unwrap().timestamp_millis()
    }

    #[test]
    fn a_window_opens_when_its_hours_begin() {
        let zone = chrono_tz::America::New_York;
        let office = Window::office_hours();
        for (from, opens) in [
            ("2026-03-06T15:00:00Z", "2026-03-06T15:00:00Z"), // Friday ten o'clock
            ("2026-03-06T12:00:00Z", "2026-03-06T14:00:00Z"), // Friday seven o'clock
            ("2026-03-06T22:00:00Z", "2026-03-09T13:00:00Z"), // Friday five: Monday, behind the change of the clocks
            ("2026-03-07T15:00:00Z", "2026-03-09T13:00:00Z"), // Saturday
        ] {
            assert_eq!(next_open(zone, &office, at(from)), at(opens), "{from}");
        }
    }

    #[test]
    fn a_window_over_midnight_belongs_to_its_first_day() {
        let hour = |hour| TimeOfDay::new(hour, 0).unwrap();
        let night = Window::new([chrono::Weekday::Fri], hour(22), hour(6));
        let zone = chrono_tz::UTC;
        assert_eq!(next_open(zone, &night, at("2026-03-07T05:59:00Z")), at("2026-03-07T05:59:00Z"));
        assert_eq!(next_open(zone, &night, at("2026-03-07T06:00:00Z")), at("2026-03-13T22:00:00Z"));
    }

    #[test]
    fn times_of_day_keep_to_the_clock_on_the_wall() {
        let zone = chrono_tz::America::New_York;
        let nine = TimeOfDay::new(9, 0).unwrap();
        let before = at("2026-03-07T14:00:00Z"); // nine o'clock the day before the clocks are put forward
        assert_eq!(next_time_of_day(zone, nine, before), Some(at("2026-03-08T13:00:00Z")));
        assert_eq!(moment(zone, "2026-03-08 09:00"), Some(at("2026-03-08T13:00:00Z")));
        assert_eq!(moment(zone, "2026-03-08T09:00:00Z"), Some(at("2026-03-08T09:00:00Z")));
        assert_eq!(moment(zone, "soon"), None);
    }
}
