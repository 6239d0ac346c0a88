//! The one clock: token expiry, rate windows, stamps and schedules all hang on it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use tokio::sync::Notify;

use crate::disk::Log;

/// What time it is: the machine's time, or a time that a test moves.
///
/// A virtual clock stands still until it is told to move, except that every write moves it by a millisecond, so
/// that records sort in the order in which they were written.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_mem::Clock;
///
/// let clock = Clock::virtual_at("2026-03-01T09:00:00Z".parse().unwrap());
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().to_rfc3339(), "2026-03-01T10:00:00+00:00");
/// ```
pub struct Clock {
    /// Milliseconds: of a virtual clock the time itself, of a real one how far it is moved from the machine's.
    millis: AtomicI64,
    real: bool,
    /// Told to those who wait when the clock is moved; the ticks of writes are not.
    moved: Notify,
    /// The file that is told when somebody moves it.
    told: OnceLock<Arc<Log>>,
}

/// Where a virtual clock starts unless told otherwise.
const START: i64 = 1_767_258_000_000; // 2026-01-01T09:00:00Z

/// Beyond this (the year 9999) the wire's dates have no form.
const END: i64 = 253_402_300_799_000;

impl Clock {
    /// The machine's time.
    pub fn real() -> Self {
        Self::of(0, true)
    }

    /// A time that stands still until moved, 2026-01-01T09:00:00Z to begin with.
    pub fn fixed() -> Self {
        Self::of(START, false)
    }

    /// A time that stands still until moved.
    pub fn virtual_at(start: DateTime<Utc>) -> Self {
        Self::of(start.timestamp_millis(), false)
    }

    fn of(millis: i64, real: bool) -> Self {
        Self { millis: AtomicI64::new(millis), real, moved: Notify::new(), told: OnceLock::new() }
    }

    /// The machine's time, moved by so many milliseconds.
    pub(crate) fn real_shifted(millis: i64) -> Self {
        Self::of(millis, true)
    }

    /// Moves it forward or back by milliseconds, and no file is told.
    pub(crate) fn advance_signed(&self, by: i64) {
        self.millis.fetch_add(by, Ordering::Relaxed);
    }

    /// How far a real clock is moved from the machine's, in milliseconds.
    pub(crate) fn shift(&self) -> i64 {
        if self.real { self.millis.load(Ordering::Relaxed) } else { 0 }
    }

    /// Has a file told from now on when somebody moves it.
    pub(crate) fn tell(&self, log: &Arc<Log>) {
        let _ = self.told.set(Arc::clone(log));
    }

    fn tell_of_move(&self) {
        self.moved.notify_waiters();
        if let Some(log) = self.told.get() {
            log.keep_clock(self.millis(), self.shift());
        }
    }

    /// Whether it is a virtual clock.
    pub fn is_virtual(&self) -> bool {
        !self.real
    }

    /// Now, in milliseconds since 1970.
    pub(crate) fn millis(&self) -> i64 {
        let millis = self.millis.load(Ordering::Relaxed);
        if self.real { Utc::now().timestamp_millis().saturating_add(millis) } else { millis }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        instant(self.millis())
    }

    /// Moves the clock forward. A real clock runs on from there.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(END);
        let step = |millis: i64| Some(millis.saturating_add(by).min(END));
        let _ = self.millis.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step);
        self.tell_of_move();
    }

    /// Moves the clock to an instant, forward or back.
    pub fn set(&self, to: DateTime<Utc>) {
        self.turn(to);
        self.tell_of_move();
    }

    /// As [`set`](Self::set), and no file is told.
    pub(crate) fn turn(&self, to: DateTime<Utc>) {
        let to = to.timestamp_millis().clamp(-END, END);
        let base = if self.real { Utc::now().timestamp_millis() } else { 0 };
        self.millis.store(to - base, Ordering::Relaxed);
        self.moved.notify_waiters();
    }

    /// Lets so much time pass: of a virtual clock by moving it, of a real one by waiting.
    pub(crate) async fn pass(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        if self.real && tokio::runtime::Handle::try_current().is_ok() {
            tokio::time::sleep(time).await;
        } else {
            self.advance(time);
        }
    }

    /// Ends when the clock is moved from now on.
    pub(crate) fn moved(&self) -> impl Future<Output = ()> + '_ {
        self.moved.notified()
    }

    /// The stamp of a write.
    pub(crate) fn stamp(&self) -> DateTime<Utc> {
        if self.real {
            return self.now();
        }
        instant(self.millis.fetch_add(1, Ordering::Relaxed).min(END))
    }

    /// A clock that shows the same time and is moved on its own.
    pub(crate) fn fork(&self) -> Self {
        Self::of(self.millis.load(Ordering::Relaxed), self.real)
    }
}

fn instant(millis: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(millis).single().unwrap_or_default()
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({}, {})", if self.real { "real" } else { "virtual" }, self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_told_apart() {
        let clock = Clock::fixed();
        assert!(clock.stamp() < clock.stamp());
    }

    #[test]
    fn it_moves_where_it_is_told_and_no_further() {
        let clock = Clock::fixed();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().timestamp_millis(), END);
        clock.set(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
        let real = Clock::real();
        real.set(DateTime::UNIX_EPOCH);
        assert!(real.now().timestamp() < 60);
    }
}
