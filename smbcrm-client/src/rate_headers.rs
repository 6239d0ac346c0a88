//! What an answer's headers say about limits.

use std::time::{Duration, SystemTime};

use chrono::DateTime;
use smbcrm_core::operation::Response;

use crate::timer::LONGEST_WAIT;

/// The limits that one answer tells. What is missing or makes no sense is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RateHeaders {
    /// Requests a window (`x-ratelimit-max`; the APIs beside SMBcrm's say `x-ratelimit-limit`).
    pub(crate) burst: Option<u32>,
    /// Left in the window (`x-ratelimit-remaining`).
    pub(crate) remaining: Option<u32>,
    /// The window's length (`x-ratelimit-interval-milliseconds`).
    pub(crate) interval: Option<Duration>,
    /// Until the window ends (`x-ratelimit-reset`: seconds since 1970, or a date).
    pub(crate) reset: Option<Duration>,
    /// Requests a day (`x-ratelimit-limit-daily`).
    pub(crate) daily_limit: Option<u64>,
    /// Left today (`x-ratelimit-daily-remaining`).
    pub(crate) daily_remaining: Option<u64>,
    /// Until the day's count starts anew (`x-ratelimit-daily-reset`: milliseconds to go, not a time).
    pub(crate) daily_reset: Option<Duration>,
}

impl RateHeaders {
    pub(crate) fn read(answer: &Response) -> Self {
        let number = |name: &str| answer.header(name)?.trim().parse::<u64>().ok();
        let small = |name: &str| number(name).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        let millis = |name: &str| number(name).map(|n| Duration::from_millis(n).min(LONGEST_WAIT));
        Self {
            // A burst or a window of nothing would stop the client for ever.
            burst: small("x-ratelimit-max").or_else(|| small("x-ratelimit-limit")).filter(|burst| *burst > 0),
            remaining: small("x-ratelimit-remaining"),
            interval: millis("x-ratelimit-interval-milliseconds").filter(|interval| !interval.is_zero()),
            reset: answer.header("x-ratelimit-reset").and_then(|text| until(text.trim(), answer)),
            daily_limit: number("x-ratelimit-limit-daily"),
            daily_remaining: number("x-ratelimit-daily-remaining"),
            daily_reset: millis("x-ratelimit-daily-reset"),
        }
    }

    /// Whether the day's requests are used up.
    pub(crate) fn day_is_over(&self) -> bool {
        self.daily_remaining == Some(0)
    }
}

/// How long until an instant that a header names: by the answer's own `Date`, so that a wrong clock does no harm.
fn until(text: &str, answer: &Response) -> Option<Duration> {
    let at = match text.parse::<u64>() {
        Ok(seconds) => SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?,
        Err(_) => DateTime::parse_from_rfc3339(text).ok()?.into(),
    };
    Some(at.duration_since(now(answer)).unwrap_or_default().min(LONGEST_WAIT))
}

/// What time it is for who answered.
fn now(answer: &Response) -> SystemTime {
    let date = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok());
    date.unwrap_or_else(SystemTime::now)
}

/// What `Retry-After` asks for: a number of seconds, or a date.
///
/// A date is read against the answer's own `Date`, so that a clock that is wrong on either side does no harm.
pub(crate) fn retry_after(answer: &Response) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    // A date that has passed asks for no wait at all.
    Some(at.duration_since(now(answer)).unwrap_or_default().min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_the_api_sends() {
        let answer = Response::new(200, "{}")
            .with_header("x-ratelimit-max", "100")
            .with_header("x-ratelimit-remaining", "97")
            .with_header("x-ratelimit-interval-milliseconds", "10000")
            .with_header("x-ratelimit-limit-daily", "200000")
            .with_header("x-ratelimit-daily-remaining", "199873")
            .with_header("x-ratelimit-daily-reset", "86343000");
        let told = RateHeaders::read(&answer);
        assert_eq!((told.burst, told.remaining), (Some(100), Some(97)));
        assert_eq!(told.interval, Some(Duration::from_secs(10)));
        assert_eq!((told.daily_limit, told.daily_remaining), (Some(200_000), Some(199_873)));
        assert_eq!(told.daily_reset, Some(Duration::from_secs(86_343)));
        assert!(!told.day_is_over());
    }

    #[test]
    fn the_end_of_a_window_in_both_forms() {
        let told = |reset: &str| {
            let answer = Response::new(200, "{}")
                .with_header("x-ratelimit-limit", "60")
                .with_header("x-ratelimit-reset", reset)
                .with_header("date", "Wed, 21 Oct 2015 07:28:00 GMT");
            let told = RateHeaders::read(&answer);
            assert_eq!(told.burst, Some(60));
            told.reset
        };
        assert_eq!(told("1445412490"), Some(Duration::from_secs(10)));
        assert_eq!(told("2015-10-21T07:28:10.000Z"), Some(Duration::from_secs(10)));
        assert_eq!(told("2015-10-21T07:27:00Z"), Some(Duration::ZERO), "it has ended");
        assert_eq!(told("soon"), None);
    }

    #[test]
    fn retry_after_in_both_forms() {
        let ask = |text: &str| retry_after(&Response::new(429, "").with_header("retry-after", text));
        assert_eq!(ask(" 3 "), Some(Duration::from_secs(3)));
        assert_eq!(ask("soon"), None);
        assert_eq!(ask("-1"), None);
        assert_eq!(ask("99999999999999999999"), None);
        assert_eq!(ask("9999999999999"), Some(LONGEST_WAIT));
        assert_eq!(ask("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO), "the date has passed");
        let dated = Response::new(503, "")
            .with_header("date", "Wed, 21 Oct 2015 07:28:00 GMT")
            .with_header("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT");
        assert_eq!(retry_after(&dated), Some(Duration::from_secs(9)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(name in 0_usize..10, value: String) {
            let name = [
                "x-ratelimit-max", "x-ratelimit-remaining", "x-ratelimit-interval-milliseconds",
                "x-ratelimit-limit-daily", "x-ratelimit-daily-remaining", "x-ratelimit-daily-reset",
                "retry-after", "date", "x-ratelimit-limit", "x-ratelimit-reset",
            ][name];
            let answer = Response::new(429, "").with_header("retry-after", "1").with_header(name, value);
            let told = RateHeaders::read(&answer);
            prop_assert!(told.burst != Some(0));
            prop_assert!(retry_after(&answer).is_none_or(|wait| wait <= LONGEST_WAIT));
        }

        #[test]
        fn any_number_is_read_without_a_panic(number: u64) {
            let answer = Response::new(200, "")
                .with_header("x-ratelimit-max", number.to_string())
                .with_header("x-ratelimit-interval-milliseconds", number.to_string())
                .with_header("x-ratelimit-daily-reset", number.to_string())
                .with_header("retry-after", number.to_string());
            let told = RateHeaders::read(&answer);
            prop_assert!(told.interval.is_none_or(|wait| wait <= LONGEST_WAIT));
            prop_assert!(told.daily_reset.is_some_and(|wait| wait <= LONGEST_WAIT));
            prop_assert!(retry_after(&answer).is_some_and(|wait| wait <= LONGEST_WAIT));
        }
    }
}
