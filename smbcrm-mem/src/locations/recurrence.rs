//! When a recurring task recurs.
//!
//! A rule is evaluated in UTC: what starts at 09:00Z recurs at 09:00Z, summer and winter. Day 31 stands for the last
//! day of any month; other days that a month has not are left out.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Timelike, Utc};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz};
use smbcrm_core::locations::{IntervalType, RecurrenceRule, Weekday};

/// The longest interval that is taken, in any unit (assumed).
const MAX_INTERVAL: u32 = 9_999;

/// The longest time until a task is due that is taken: a century (assumed).
const MAX_DUE_AFTER: u64 = 100 * 366 * 24 * 60 * 60;

/// The last day of a month, as the rule writes it.
const LAST_DAY: u32 = 31;

/// Names what is wrong with a rule. One that never occurs is wrong as well.
pub(super) fn check(rule: &RecurrenceRule, wrong: &mut Vec<String>) {
    let known = wrong.len();
    let mut say = |what: &str| wrong.push(format!("rruleOptions.{what}"));
    if !rule.interval_type.is_known() {
        say("intervalType must be a valid enum value");
    }
    if rule.interval < 1 {
        say("interval must not be less than 1");
    }
    if rule.interval > MAX_INTERVAL {
        say(&format!("interval must not be greater than {MAX_INTERVAL}"));
    }
    let is_usual = |at: &DateTime<Utc>| (1970..=9_999).contains(&at.year());
    if !is_usual(&rule.start_date) {
        say("startDate must be a valid ISO 8601 date string");
    }
    if rule.end_date.as_ref().is_some_and(|end| !is_usual(end)) {
        say("endDate must be a valid ISO 8601 date string");
    }
    if rule.end_date.is_some_and(|end| end < rule.start_date) {
        say("endDate must not be before startDate");
    }
    if rule.due_after_seconds > MAX_DUE_AFTER {
        say(&format!("dueAfterSeconds must not be greater than {MAX_DUE_AFTER}"));
    }
    match rule.day_of_month {
        None | Some(1..=27 | LAST_DAY) => {}
        Some(_) => say("dayOfMonth must be 1 to 27, or 31 for the last day"),
    }
    if rule.day_of_month.is_some() && rule.interval_type == IntervalType::Weekly {
        say("dayOfMonth should not be used with weekly");
    }
    if rule.day_of_week.as_ref().is_some_and(|day| !day.is_known()) {
        say("dayOfWeek must be a valid enum value");
    }
    if rule.month_of_year.is_some_and(|month| !(1..=12).contains(&month)) {
        say("monthOfYear must be 1 to 12");
    }
    if rule.count == Some(0) {
        say("count must not be less than 1");
    }
    if wrong.len() == known && occurrences(rule, rule.start_date).next().is_none() {
        wrong.push("rruleOptions must occur at least once".to_owned());
    }
}

/// The occurrences at or after an instant, in order; none for a rule that [`check`] refuses.
///
/// However far off the instant is, the first of them is found in a bounded time: the rule is entered near it, and
/// gives up where it does not occur in a long while. `count` is not looked at here.
pub(super) fn occurrences(rule: &RecurrenceRule, from: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let start = whole_seconds(rule.start_date);
    let from = from.max(start);
    let end = rule.end_date;
    let walk = iterator(rule, start, from);
    walk.into_iter()
        .flatten()
        .map(|at| at.with_timezone(&Utc))
        .skip_while(move |at| *at < from)
        .take_while(move |at| end.is_none_or(|end| *at <= end))
}

/// The rule's occurrences from a place on its grid that is near an instant, and not behind it.
fn iterator(rule: &RecurrenceRule, start: DateTime<Utc>, near: DateTime<Utc>) -> Option<rrule::RRuleSetIter> {
    let frequency = match rule.interval_type {
        IntervalType::Yearly => Frequency::Yearly,
        IntervalType::Monthly => Frequency::Monthly,
        IntervalType::Weekly => Frequency::Weekly,
        IntervalType::Daily => Frequency::Daily,
        IntervalType::Hourly => Frequency::Hourly,
        _ => return None,
    };
    let interval = u16::try_from(rule.interval).ok().filter(|interval| *interval > 0)?;
    let mut built = RRule::new(frequency).interval(interval);
    // What a rule leaves open follows from its start. It is written out, for the walk may begin elsewhere.
    let month = rule.month_of_year.or((frequency == Frequency::Yearly).then(|| start.month()));
    if let Some(month) = month {
        built = built.by_month(&[chrono::Month::try_from(u8::try_from(month).ok()?).ok()?]);
    }
    let by_date = matches!(frequency, Frequency::Yearly | Frequency::Monthly);
    let day = rule.day_of_month.or((by_date && rule.day_of_week.is_none()).then(|| start.day()));
    match day {
        Some(LAST_DAY) => built = built.by_month_day(vec![-1]),
        Some(day) => built = built.by_month_day(vec![i8::try_from(day).ok()?]),
        None => {}
    }
    let weekday = match &rule.day_of_week {
        Some(day) => Some(weekday(day)?),
        None => (frequency == Frequency::Weekly).then(|| start.weekday()),
    };
    if let Some(weekday) = weekday {
        built = built.by_weekday(vec![NWeekday::Every(weekday)]);
    }
    let anchor = anchor(frequency, i64::from(interval), start, near)?;
    let set: RRuleSet = built.build(anchor.with_timezone(&Tz::UTC)).ok()?.limit();
    Some((&set).into_iter())
}

fn weekday(day: &Weekday) -> Option<rrule::Weekday> {
    Some(match day {
        Weekday::Monday => rrule::Weekday::Mon,
        Weekday::Tuesday => rrule::Weekday::Tue,
        Weekday::Wednesday => rrule::Weekday::Wed,
        Weekday::Thursday => rrule::Weekday::Thu,
        Weekday::Friday => rrule::Weekday::Fri,
        Weekday::Saturday => rrule::Weekday::Sat,
        Weekday::Sunday => rrule::Weekday::Sun,
        _ => return None,
    })
}

/// A place from which the rule walks the same grid as from its start, at or before anything that occurs at or after
/// `near`. Months and years are entered on their first day: the day that a rule occurs on need not exist in them.
fn anchor(
    frequency: Frequency,
    interval: i64,
    start: DateTime<Utc>,
    near: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let passed = near - start;
    let whole = |units: i64| units - units % interval;
    let first_of = |year: i32, month: u32| {
        NaiveDate::from_ymd_opt(year, month, 1).map(|date| date.and_time(start.time()).and_utc())
    };
    match frequency {
        Frequency::Hourly => start.checked_add_signed(TimeDelta::hours(whole(passed.num_hours()))),
        Frequency::Daily => start.checked_add_signed(TimeDelta::days(whole(passed.num_days()))),
        Frequency::Weekly => start.checked_add_signed(TimeDelta::weeks(whole(passed.num_weeks()))),
        Frequency::Yearly => {
            let years = whole(i64::from(near.year() - start.year()));
            first_of(start.year() + i32::try_from(years).ok()?, 1)
        }
        _ => {
            let months = i64::from(near.year() - start.year()) * 12 + i64::from(near.month())
                - i64::from(start.month());
            let months = u32::try_from(whole(months)).ok()?;
            first_of(start.year(), start.month())?.checked_add_months(Months::new(months))
        }
    }
}

fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;
    use smbcrm_core::types::time::{from_millis, parse};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        parse(text).unwrap()
    }

    fn rule(unit: IntervalType, interval: u32, start: &str) -> RecurrenceRule {
        RecurrenceRule::new(unit, interval, at(start), 0)
    }

    fn dates(rule: &RecurrenceRule, from: &str, count: usize) -> Vec<String> {
        occurrences(rule, at(from)).take(count).map(|at| at.format("%Y-%m-%dT%H").to_string()).collect()
    }

    #[test]
    fn every_unit_recurs() {
        let start = "2026-01-31T09:00:00Z";
        let of = |unit| dates(&rule(unit, 2, start), start, 3);
        assert_eq!(of(IntervalType::Hourly), ["2026-01-31T09", "2026-01-31T11", "2026-01-31T13"]);
        assert_eq!(of(IntervalType::Daily), ["2026-01-31T09", "2026-02-02T09", "2026-02-04T09"]);
        assert_eq!(of(IntervalType::Weekly), ["2026-01-31T09", "2026-02-14T09", "2026-02-28T09"]);
        assert_eq!(of(IntervalType::Monthly), ["2026-01-31T09", "2026-03-31T09", "2026-05-31T09"]);
        assert_eq!(of(IntervalType::Yearly), ["2026-01-31T09", "2028-01-31T09", "2030-01-31T09"]);
    }

    #[test]
    fn day_31_is_the_last_of_short_months() {
        let monthly = rule(IntervalType::Monthly, 1, "2026-01-15T09:00:00Z").day_of_month(31);
        let seen = dates(&monthly, "2026-01-15", 4);
        assert_eq!(seen, ["2026-01-31T09", "2026-02-28T09", "2026-03-31T09", "2026-04-30T09"]);
    }

    #[test]
    fn days_and_months_narrow_a_rule() {
        let mondays = rule(IntervalType::Weekly, 1, "2026-01-01T09:00:00Z").day_of_week(Weekday::Monday);
        assert_eq!(dates(&mondays, "2026-01-01", 2), ["2026-01-05T09", "2026-01-12T09"]);
        let march =
            rule(IntervalType::Yearly, 1, "2026-01-01T09:00:00Z").month_of_year(3u32).day_of_month(15);
        assert_eq!(dates(&march, "2026-01-01", 2), ["2026-03-15T09", "2027-03-15T09"]);
        let ends = rule(IntervalType::Daily, 1, "2026-01-01T09:00:00Z").end_date(at("2026-01-02T09:00:00Z"));
        assert_eq!(dates(&ends, "2026-01-01", 9), ["2026-01-01T09", "2026-01-02T09"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong_with = |rule: &RecurrenceRule| {
            let mut wrong = Vec::new();
            check(rule, &mut wrong);
            wrong
        };
        let daily = || rule(IntervalType::Daily, 1, "2026-01-01T09:00:00Z");
        assert!(wrong_with(&daily()).is_empty());
        for (rule, field) in [
            (rule(IntervalType::Daily, 0, "2026-01-01"), "interval must not be less than 1"),
            (rule("fortnightly".into(), 1, "2026-01-01"), "intervalType must be a valid enum value"),
            (daily().day_of_month(30), "dayOfMonth"),
            (daily().month_of_year(13), "monthOfYear"),
            (daily().count(0), "count must not be less than 1"),
            (daily().end_date(at("2025-01-01")), "endDate must not be before startDate"),
            (daily().day_of_week("XX"), "dayOfWeek must be a valid enum value"),
            // Every seventh day from a Thursday on is never a Monday.
            (rule(IntervalType::Daily, 7, "2026-01-01").day_of_week("MO"), "must occur at least once"),
        ] {
            let wrong = wrong_with(&rule);
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            assert!(wrong[0].starts_with("rruleOptions") && wrong[0].contains(field), "{wrong:?}");
        }
    }

    fn any_rule() -> impl Strategy<Value = RecurrenceRule> {
        let day = proptest::option::of(prop_oneof![Just(31u32), 0u32..33]);
        let weekday = proptest::option::of(0usize..8);
        let month = proptest::option::of(0u32..14);
        (0usize..6, prop_oneof![0u32..40, any::<u32>()], 0i64..253_402_300_799_000, day, weekday, month)
            .prop_map(|(unit, interval, start, day, weekday, month)| {
                let unit = *IntervalType::KNOWN.get(unit).unwrap_or(&"never");
                let mut rule = RecurrenceRule::new(unit, interval, from_millis(start).unwrap_or_default(), 0);
                rule.day_of_month = day;
                rule.day_of_week = weekday.map(|at| Weekday::KNOWN.get(at).copied().unwrap_or("XX").into());
                rule.month_of_year = month;
                rule
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_rule_panics_or_hangs(rule in any_rule(), from in 0i64..253_402_300_799_000) {
            let begun = Instant::now();
            let mut wrong = Vec::new();
            check(&rule, &mut wrong);
            let from = from_millis(from).unwrap_or_default();
            let seen: Vec<_> = occurrences(&rule, from).take(5).collect();
            prop_assert!(seen.is_sorted() && seen.iter().all(|at| *at >= from));
            prop_assert!(begun.elapsed() < Duration::from_secs(30));
        }

        #[test]
        fn it_does_not_matter_where_a_rule_is_entered(
            unit in 0usize..5, interval in 1u32..14, start in 1_767_225_600_000i64..1_800_000_000_000,
            day in proptest::option::of(1u32..28), far in 0i64..900,
        ) {
            let start = from_millis(start).unwrap_or_default();
            let mut rule = RecurrenceRule::new(IntervalType::KNOWN[unit], interval, start, 0);
            rule.day_of_month = day.filter(|_| rule.interval_type == IntervalType::Monthly);
            let from = start + TimeDelta::days(far);
            let entered: Vec<_> = occurrences(&rule, from).take(3).collect();
            let walked: Vec<_> = occurrences(&rule, start).filter(|at| *at >= from).take(3).collect();
            prop_assert_eq!(entered, walked);
        }
    }
}
