//! Retry schedules, as data.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// No address makes us wait longer than this, whatever its `Retry-After` says.
const LONGEST_RETRY_AFTER: u64 = 24 * HOUR;

/// How often a delivery is tried, when, and after what.
///
/// The first attempt is made at once. A `Retry-After` that asks for more time than the schedule is honoured, up to a
/// day; a 410 ends a delivery unless the schedule says [`RetryOn::Anything`].
///
/// ```
/// use std::time::Duration;
/// use smbcrm_mem::RetrySchedule;
///
/// let patient = RetrySchedule::custom([60, 600, 3600].map(Duration::from_secs)).jitter(0.0);
/// assert_eq!(patient.attempts(), 4);
/// assert_eq!(RetrySchedule::never().attempts(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct RetrySchedule {
    /// How long to wait after the first attempt, the second, …, in milliseconds.
    #[serde(rename = "waitMillis")]
    waits: Arc<[u64]>,
    /// By which share of itself a wait may grow.
    #[serde(default)]
    jitter: f64,
    /// By how many milliseconds at most a wait may grow besides.
    #[serde(rename = "spreadMillis", default, skip_serializing_if = "is_zero")]
    spread: u64,
    #[serde(default)]
    on: RetryOn,
    /// How long an attempt may take, in milliseconds.
    #[serde(rename = "timeoutMillis", default = "default_timeout")]
    timeout: u64,
}

fn is_zero(millis: &u64) -> bool {
    *millis == 0
}

fn default_timeout() -> u64 {
    10 * SECOND
}

/// What is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RetryOn {
    /// Every attempt that was not answered with 2xx.
    #[default]
    Failure,
    /// Attempts that were answered with 429 only.
    TooManyRequests,
    /// Every attempt that was not answered with 2xx, be it with 410.
    Anything,
}

impl RetrySchedule {
    /// What the platform does: whatever is not answered with 2xx is tried up to twelve times, after one minute, two,
    /// four and so on, up to six hours between two attempts.
    pub fn platform() -> Self {
        let waits = (0..11).map(|turn| (MINUTE << turn).min(6 * HOUR));
        Self::of(waits.collect(), 0.1)
    }

    /// What the platform did until April 2026: only a 429 is tried again, six attempts in all, ten minutes apart.
    pub fn platform_until_april_2026() -> Self {
        Self::of([10 * MINUTE; 5].into(), 0.2).only_on(RetryOn::TooManyRequests)
    }

    /// Five attempts within 24 hours, each wait six times the one before.
    pub fn five_over_a_day() -> Self {
        Self::of([5 * MINUTE, 30 * MINUTE, 3 * HOUR, 20 * HOUR + 25 * MINUTE].into(), 0.0)
    }

    /// The schedule that Standard Webhooks proposes: ten attempts in about three days.
    pub fn standard_webhooks() -> Self {
        let waits = [
            5 * SECOND,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ];
        Self::of(waits.into(), 0.1)
    }

    /// What SMB Sales Boost does: five attempts, one second, two, four and eight apart, each up to a second more.
    pub fn sales_boost() -> Self {
        let waits = [1, 2, 4, 8].map(|seconds| seconds * SECOND);
        Self { spread: SECOND, ..Self::of(waits.into(), 0.0) }
    }

    /// One attempt.
    pub fn never() -> Self {
        Self::of([].into(), 0.0)
    }

    /// Waits of your own: one attempt more than there are waits. A year is the longest.
    pub fn custom(waits: impl IntoIterator<Item = Duration>) -> Self {
        let year = 365 * 24 * HOUR;
        Self::of(waits.into_iter().map(|wait| millis(wait).min(year)).take(99).collect(), 0.0)
    }

    fn of(waits: Arc<[u64]>, jitter: f64) -> Self {
        Self { waits, jitter, spread: 0, on: RetryOn::Failure, timeout: default_timeout() }
    }

    /// Lets each wait grow by up to this share of itself (0.1 is a tenth), as the world's seed decides.
    #[must_use]
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = if share.is_finite() { share.clamp(0.0, 10.0) } else { 0.0 };
        self
    }

    /// What is tried again.
    #[must_use]
    pub fn only_on(mut self, on: RetryOn) -> Self {
        self.on = on;
        self
    }

    /// How long an attempt may take; ten seconds unless told otherwise, at least a millisecond, at most ten minutes.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = millis(timeout).clamp(1, 10 * MINUTE);
        self
    }

    /// How many attempts there are at most.
    pub fn attempts(&self) -> usize {
        self.waits.len() + 1
    }

    /// How long an attempt may take.
    pub fn attempt_timeout(&self) -> Duration {
        Duration::from_millis(self.timeout)
    }

    /// How long to wait, in milliseconds, after so many attempts of which the last was answered so; `None` ends it.
    ///
    /// `chance` is from 0 to 1; `asked` is what the answer asked for by `Retry-After`.
    pub(crate) fn next(
        &self,
        made: usize,
        status: Option<u16>,
        asked: Option<u64>,
        chance: f64,
    ) -> Option<i64> {
        let wait = *self.waits.get(made.checked_sub(1)?)?;
        let again = match self.on {
            RetryOn::Failure => status != Some(410),
            RetryOn::TooManyRequests => status == Some(429),
            RetryOn::Anything => true,
        };
        let wait = (wait as f64 * (1.0 + self.jitter.clamp(0.0, 10.0) * chance)) as u64;
        let wait = wait.saturating_add((self.spread as f64 * chance) as u64);
        let wait = wait.max(asked.unwrap_or_default().min(LONGEST_RETRY_AFTER));
        again.then(|| i64::try_from(wait).unwrap_or(i64::MAX / 4))
    }
}

impl Default for RetrySchedule {
    /// The platform's.
    fn default() -> Self {
        Self::platform()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(schedule: &RetrySchedule) -> u64 {
        schedule.waits.iter().sum()
    }

    #[test]
    fn the_schedules_are_what_they_say() {
        assert_eq!(RetrySchedule::platform().attempts(), 12);
        assert_eq!(RetrySchedule::platform_until_april_2026().attempts(), 6);
        assert_eq!(total(&RetrySchedule::five_over_a_day()), 24 * HOUR);
        assert_eq!(RetrySchedule::five_over_a_day().attempts(), 5);
        let quick = RetrySchedule::sales_boost();
        let waits = |chance| [1, 2, 3, 4, 5].map(|made| quick.next(made, Some(500), None, chance));
        assert_eq!(waits(0.0), [Some(1_000), Some(2_000), Some(4_000), Some(8_000), None]);
        assert_eq!(waits(0.5), [Some(1_500), Some(2_500), Some(4_500), Some(8_500), None]);
        assert_eq!(RetrySchedule::standard_webhooks().attempts(), 10);
        assert_eq!(RetrySchedule::never().next(1, Some(500), None, 0.0), None);
    }

    #[test]
    fn what_is_tried_again_depends_on_the_answer() {
        let all = RetrySchedule::platform().jitter(0.0);
        assert_eq!(all.next(1, None, None, 0.9), Some(60_000));
        assert_eq!(all.next(2, Some(404), None, 0.9), Some(120_000));
        assert_eq!(all.next(1, Some(410), None, 0.0), None);
        assert_eq!(all.next(12, Some(500), None, 0.0), None);
        let stubborn = RetrySchedule::five_over_a_day().only_on(RetryOn::Anything);
        assert_eq!(stubborn.next(1, Some(410), None, 0.0), Some(5 * 60_000));
        let old = RetrySchedule::platform_until_april_2026();
        assert_eq!(old.next(1, Some(500), None, 0.0), None);
        assert_eq!(old.next(5, Some(429), None, 0.5), Some(660_000));
        assert_eq!(old.next(6, Some(429), None, 0.0), None);
    }

    #[test]
    fn a_retry_after_lengthens_a_wait_and_never_shortens_it() {
        let all = RetrySchedule::platform().jitter(0.0);
        assert_eq!(all.next(1, Some(503), Some(1_000), 0.0), Some(60_000));
        assert_eq!(all.next(1, Some(503), Some(90_000), 0.0), Some(90_000));
        assert_eq!(all.next(1, Some(503), Some(u64::MAX), 0.0), Some(24 * HOUR as i64));
    }

    #[test]
    fn a_schedule_is_data() {
        let schedule = RetrySchedule::standard_webhooks().timeout(Duration::from_secs(3));
        let text = serde_json::to_string(&schedule).expect("it is plain");
        assert_eq!(serde_json::from_str::<RetrySchedule>(&text).expect("it was written so"), schedule);
        let short: RetrySchedule =
            serde_json::from_str(r#"{"waitMillis":[5]}"#).expect("the rest has defaults");
        assert_eq!(short, RetrySchedule::custom([Duration::from_millis(5)]));
    }
}
