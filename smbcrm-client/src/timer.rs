//! Time as the client sees it, replaceable in tests.

use std::fmt;
use std::time::{Duration, Instant};

use async_trait::async_trait;

/// The longest wait that any header is believed to ask for. Also keeps arithmetic on instants from overflowing.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 3600);

/// How the client tells the time and waits: between attempts, and for the rate limit.
///
/// The default is tokio's clock, so `tokio::time::pause` works. Tests that talk to a real server inject one that does
/// not really sleep, see [`crate::ClientBuilder::timer`]. Timeouts of single attempts always run on tokio's clock.
#[async_trait]
pub trait Timer: fmt::Debug + Send + Sync + 'static {
    /// The current instant. It never goes back.
    fn now(&self) -> Instant;

    /// Returns once [`Timer::now`] has advanced by at least `wait`.
    async fn sleep(&self, wait: Duration);
}

/// Tokio's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokioTimer;

#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

/// Until when a call may take, all attempts and waits included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) fn after(now: Instant, total: Option<Duration>) -> Self {
        // A sum that does not fit is as good as no deadline.
        Self(total.and_then(|total| now.checked_add(total)))
    }

    /// What is left; `None` when there is no deadline.
    pub(crate) fn left(self, now: Instant) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(now))
    }

    /// Whether waiting this long still leaves time for an attempt.
    pub(crate) fn allows(self, now: Instant, wait: Duration) -> bool {
        self.left(now).is_none_or(|left| wait < left)
    }
}
