//! Rate limits: a burst window and a day, counted per token on the world's clock.

use std::time::Duration;

use parking_lot::Mutex;

/// How many requests a token may make.
///
/// The published limits are the default: 100 in 10 seconds, 200 000 a day, per token and sub-account or agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Requests in a window.
    pub burst: u32,
    /// How long a window is.
    pub interval: Duration,
    /// Requests in a day.
    pub daily: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { burst: 100, interval: Duration::from_secs(10), daily: 200_000 }
    }
}

impl RateLimits {
    /// So many requests a window of so long, and so many a day.
    pub fn new(burst: u32, interval: Duration, daily: u32) -> Self {
        Self { burst, interval, daily }
    }

    /// Limits that no test reaches.
    pub fn off() -> Self {
        Self { burst: u32::MAX, daily: u32::MAX, ..Self::default() }
    }

    fn interval_millis(&self) -> i64 {
        i64::try_from(self.interval.as_millis()).unwrap_or(i64::MAX).max(1)
    }
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// What is left after a request; the wire says it in headers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) limits: RateLimits,
    pub(crate) remaining: u32,
    pub(crate) daily_remaining: u32,
    /// Milliseconds until the day's count starts again.
    pub(crate) daily_reset: i64,
    pub(crate) granted: bool,
}

impl Allowance {
    /// The allowance of somebody who has not asked for anything yet.
    pub(crate) fn untouched(limits: RateLimits) -> Self {
        Self {
            limits,
            remaining: limits.burst,
            daily_remaining: limits.daily,
            daily_reset: DAY,
            granted: true,
        }
    }

    /// The headers of every response, in lower case.
    pub(crate) fn headers(&self) -> [(&'static str, u64); 6] {
        [
            ("x-ratelimit-max", u64::from(self.limits.burst)),
            ("x-ratelimit-remaining", u64::from(self.remaining)),
            (
                "x-ratelimit-interval-milliseconds",
                u64::try_from(self.limits.interval_millis()).unwrap_or_default(),
            ),
            ("x-ratelimit-limit-daily", u64::from(self.limits.daily)),
            ("x-ratelimit-daily-remaining", u64::from(self.daily_remaining)),
            ("x-ratelimit-daily-reset", u64::try_from(self.daily_reset).unwrap_or_default()),
        ]
    }
}

/// The count of one token.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Count>);

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    window: i64,
    used: u32,
    day: i64,
    used_today: u32,
}

impl Meter {
    /// Counts a request; one that is refused does not use anything up.
    pub(crate) fn take(&self, limits: RateLimits, now: i64) -> Allowance {
        let mut count = self.0.lock();
        let window = now.div_euclid(limits.interval_millis());
        if count.window != window {
            (count.window, count.used) = (window, 0);
        }
        let day = now.div_euclid(DAY);
        if count.day != day {
            (count.day, count.used_today) = (day, 0);
        }
        let granted = count.used < limits.burst && count.used_today < limits.daily;
        if granted {
            count.used += 1;
            count.used_today += 1;
        }
        Allowance {
            limits,
            remaining: limits.burst.saturating_sub(count.used),
            daily_remaining: limits.daily.saturating_sub(count.used_today),
            daily_reset: (day + 1) * DAY - now,
            granted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_grants_exactly_its_burst() {
        let (meter, limits) = (Meter::default(), RateLimits::new(3, Duration::from_secs(10), 5));
        let grants = |now| (0..10).filter(|_| meter.take(limits, now).granted).count();
        assert_eq!(grants(0), 3);
        assert_eq!(grants(9_999), 0);
        assert_eq!(grants(10_000), 2); // the day's five are used up
        let left = meter.take(limits, 20_000);
        assert_eq!((left.granted, left.daily_remaining, left.daily_reset), (false, 0, DAY - 20_000));
        assert_eq!(grants(DAY), 3);
    }
}
