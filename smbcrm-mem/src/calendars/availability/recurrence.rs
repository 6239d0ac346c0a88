//! When a series recurs.
//!
//! A series keeps its time of day: a meeting at nine is at nine all year. So its rule is evaluated on local times,
//! which know no changes of clocks, and each of those becomes an instant afterwards.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{RRule, Unvalidated};

use super::zone::{self, Edge};

/// How many occurrences of a series are kept, at most (assumed; the wire names no limit).
pub(crate) const MAX_OCCURRENCES: usize = 1_000;

/// A rule of RFC 5545 and what it leaves out.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    rule: RRule<Unvalidated>,
    until: Option<i64>,
    except: Vec<i64>,
}

impl Series {
    /// Reads `RRULE:…`, with or without its name, and lines of `EXDATE`. Other lines are refused, `DTSTART` too.
    pub(crate) fn parse(text: &str, zone: Tz) -> Option<Self> {
        let (mut rule, mut until, mut except) = (None, None, Vec::new());
        // Some senders write the line break as two characters.
        for line in text.replace("\\n", "\n").lines().map(str::trim).filter(|line| !line.is_empty()) {
            let name = line.split([':', ';']).next().unwrap_or_default().to_ascii_uppercase();
            let value = line.split_once(':').map_or(line, |(_, value)| value);
            match name.as_str() {
                "EXDATE" => {
                    for date in value.split(',') {
                        except.push(moment(date.trim(), zone)?);
                    }
                }
                name if rule.is_none()
                    && (name == "RRULE" || name.starts_with("FREQ") || name.contains('=')) =>
                {
                    let mut kept = Vec::new();
                    for part in value.split(';').map(str::trim).filter(|part| !part.is_empty()) {
                        match part.split_once('=') {
                            Some((key, value)) if key.eq_ignore_ascii_case("UNTIL") => {
                                until = Some(moment(value, zone)?);
                            }
                            Some(_) => kept.push(part.to_ascii_uppercase()),
                            None => return None,
                        }
                    }
                    rule = Some(kept.join(";").parse().ok()?);
                }
                _ => return None,
            }
        }
        Some(Self { rule: rule?, until, except })
    }
}

/// `20260401T090000Z`, `20260401T090000` (local) or `20260401` (the end of that day).
fn moment(text: &str, zone: Tz) -> Option<i64> {
    if let Some(utc) = text.strip_suffix('Z') {
        return Some(NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").ok()?.and_utc().timestamp_millis());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S")
        .ok()
        .or_else(|| chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok()?.and_hms_opt(23, 59, 59))?;
    Some(zone::instant(zone, local, Edge::Start))
}

/// The starts of a series that begins at an instant, in order; `None` for a rule that makes no sense or never occurs.
pub(crate) fn occurrences(series: &Series, zone: Tz, start: i64) -> Option<Vec<i64>> {
    let first = zone::local(zone, start);
    let anchor = rrule::Tz::UTC.from_utc_datetime(&first);
    let set = series.rule.clone().build(anchor).ok()?.limit();
    let mut found: Vec<i64> = Vec::new();
    for at in &set {
        let local = at.with_timezone(&Utc).naive_utc();
        // The first occurrence is the instant that was booked, also where its local time happens twice.
        let instant = if local == first { start } else { zone::instant(zone, local, Edge::Start) };
        if series.until.is_some_and(|until| instant > until) || found.len() >= MAX_OCCURRENCES {
            break;
        }
        if !series.except.contains(&instant) && DateTime::<Utc>::from_timestamp_millis(instant).is_some() {
            found.push(instant);
        }
    }
    found.dedup();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(rule: &str, zone: &str, start: &str) -> Vec<String> {
        let zone: Tz = zone.parse().unwrap();
        let start = start.parse::<DateTime<Utc>>().unwrap().timestamp_millis();
        let series = Series::parse(rule, zone).expect("a rule");
        let found = occurrences(&series, zone, start).unwrap_or_default();
        found.iter().map(|at| zone::local(zone, *at).format("%m-%d %H:%M").to_string()).collect()
    }

    #[test]
    fn a_series_keeps_its_time_of_day() {
        let weekly = starts("RRULE:FREQ=WEEKLY;COUNT=3", "America/New_York", "2026-03-01T14:00:00Z");
        assert_eq!(weekly, ["03-01 09:00", "03-08 09:00", "03-15 09:00"]);
        let night = starts("FREQ=DAILY;COUNT=3", "America/New_York", "2026-03-07T07:30:00Z");
        assert_eq!(night, ["03-07 02:30", "03-08 03:00", "03-09 02:30"]);
    }

    #[test]
    fn it_ends_and_leaves_out() {
        let rule =
            "RRULE:FREQ=DAILY;INTERVAL=1;UNTIL=20260304T150000Z\nEXDATE:20260303T150000Z,20260309T150000Z";
        assert_eq!(starts(rule, "America/Chicago", "2026-03-02T15:00:00Z"), ["03-02 09:00", "03-04 09:00"]);
        assert_eq!(starts("FREQ=DAILY", "UTC", "2026-01-01T00:00:00Z").len(), MAX_OCCURRENCES);
    }

    #[test]
    fn nonsense_is_refused() {
        let zone = Tz::UTC;
        for rule in ["", "hello", "FREQ=SOMETIMES", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "RRULE:"] {
            let found = Series::parse(rule, zone).and_then(|series| occurrences(&series, zone, 0));
            assert_eq!(found, None, "{rule}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(RRULE:)?(FREQ=(DAILY|WEEKLY|YEARLY);?)?[A-Z=0-9;,:\\-]{0,30}", start in 0i64..4_000_000_000_000) {
            let zone: Tz = "Australia/Lord_Howe".parse().unwrap();
            if let Some(series) = Series::parse(&text, zone) {
                let _ = occurrences(&series, zone, start);
            }
        }
    }
}
