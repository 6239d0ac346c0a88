//! A sliding window: so many requests within so long, looking back from each of them.

use std::collections::VecDeque;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use parking_lot::Mutex;

/// What is left after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// How many a window takes.
    pub(crate) limit: u32,
    /// How many are left in it.
    pub(crate) remaining: u32,
    /// When the oldest of them falls out of it, in milliseconds since 1970; now, where there is none.
    pub(crate) reset_at: i64,
    /// Whether this one was taken.
    pub(crate) granted: bool,
}

impl Told {
    /// What every answer tells of it. The end of the window is in whole seconds since 1970.
    pub(crate) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        vec![
            (HeaderName::from_static("x-ratelimit-limit"), self.limit.into()),
            (HeaderName::from_static("x-ratelimit-remaining"), self.remaining.into()),
            (
                HeaderName::from_static("x-ratelimit-reset"),
                self.reset_at.div_euclid(1000).saturating_add(1).into(),
            ),
        ]
    }

    /// How long until another request is taken.
    pub(crate) fn wait(&self, now: i64) -> Duration {
        Duration::from_millis(u64::try_from(self.reset_at - now).unwrap_or_default())
    }
}

/// The requests of one caller.
#[derive(Debug, Default)]
pub(crate) struct Window(Mutex<VecDeque<i64>>);

impl Window {
    /// Counts a request at `now`. One that is refused is not counted.
    pub(crate) fn take(&self, limit: u32, span: Duration, now: i64) -> Told {
        let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        let mut taken = self.0.lock();
        while taken.front().is_some_and(|at| now.saturating_sub(*at) >= span || *at > now) {
            taken.pop_front();
        }
        let granted = taken.len() < limit as usize;
        if granted {
            taken.push_back(now);
        }
        let used = u32::try_from(taken.len()).unwrap_or(u32::MAX);
        Told {
            limit,
            remaining: limit.saturating_sub(used),
            reset_at: taken.front().map_or(now, |oldest| oldest.saturating_add(span)),
            granted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn no_span_ever_holds_more_than_the_limit() {
        let window = Window::default();
        let mut granted = Vec::new();
        for now in (0..300_000).step_by(700) {
            if window.take(10, MINUTE, now).granted {
                granted.push(now);
            }
        }
        assert!(granted.len() >= 45, "{}", granted.len());
        for at in &granted {
            let within = granted.iter().filter(|other| (*at..at + 60_000).contains(other)).count();
            assert!(within <= 10, "{within} from {at}");
        }
    }

    #[test]
    fn it_says_when_to_come_back() {
        let window = Window::default();
        assert_eq!(window.take(2, MINUTE, 0).remaining, 1);
        assert_eq!(window.take(2, MINUTE, 5_000).remaining, 0);
        let told = window.take(2, MINUTE, 10_000);
        assert!(!told.granted);
        assert_eq!(told.wait(10_000), Duration::from_secs(50));
        assert!(window.take(2, MINUTE, 60_000).granted);
    }

    #[test]
    fn a_clock_that_goes_back_locks_nobody_out() {
        let window = Window::default();
        assert!(window.take(1, MINUTE, 1_000_000).granted);
        assert!(window.take(1, MINUTE, 0).granted);
    }
}
