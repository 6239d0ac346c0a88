//! The retry policy: what is tried again, how often, after which waits.

use std::time::Duration;

#[cfg(doc)]
use smbcrm_core::{Error, ErrorKind};

/// How often, and after which waits, a call is tried again.
///
/// | what happened | tried again |
/// |---|---|
/// | no connection (refused, DNS): nothing was sent | any operation |
/// | 429: nothing was done | any operation, after the wait that the answer asks for |
/// | 408, 425, 500, 502–504, an edge's 520–524 with `Retry-After` | any operation, after that wait |
/// | the same without `Retry-After`; a lost, late or cut answer | idempotent operations |
/// | day's requests used up, TLS failure, every other refusal | never |
///
/// A repeated delete may find that the lost attempt was carried out: then it fails as [`ErrorKind::NotFound`] with more
/// than one of [`Error::attempts`].
///
/// An operation that is not idempotent, and whose fate is unknown, fails as [`ErrorKind::Ambiguous`]. Waits grow
/// exponentially and are fully random (from nothing to the current step), so that clients which failed together do not
/// come back together. A wait that would outlast the call's total time is not begun: the call fails at once and
/// [`Error::retry_after`] tells how long it would have been.
///
/// Retries are paid from a budget that all clones of a client share: 5 for a refusal, 10 for a lost answer, out of 500;
/// successes pay in. While most calls fail, calls are not retried.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_client::{Client, RetryPolicy};
///
/// let client = Client::builder()
///     .token("pit-00000000-0000-0000-0000-000000000000")
///     .retry(RetryPolicy::default().max_attempts(6).max_delay(Duration::from_secs(5)))
///     .build()?;
/// # Ok::<(), smbcrm_client::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) base_delay: Duration,
    pub(crate) throttled_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) budget: Option<u32>,
    pub(crate) seed: Option<u64>,
}

impl Default for RetryPolicy {
    /// 4 attempts; waits of up to 200 ms, 400 ms, 800 ms … (after a 429 that names no wait 1 s, 2 s, 4 s …), never above
    /// 20 s; a budget of 500.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(200),
            throttled_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(20),
            budget: Some(500),
            seed: None,
        }
    }
}

impl RetryPolicy {
    /// One attempt, no retries.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many attempts a call makes at most, the first included; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The most that the first wait lasts; each further one may last twice as long.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The same after a 429 that names no wait.
    pub fn throttled_delay(mut self, delay: Duration) -> Self {
        self.throttled_delay = delay;
        self
    }

    /// The most that any wait lasts, unless an answer asks for more.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The capacity of the retry budget; `None` retries without one.
    pub fn budget(mut self, capacity: impl Into<Option<u32>>) -> Self {
        self.budget = capacity.into();
        self
    }

    /// Draws the random waits from this seed, for tests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }
}
