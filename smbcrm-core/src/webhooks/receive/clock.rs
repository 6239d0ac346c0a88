//! What time it is, for whoever has to judge how old something is.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// A clock: the system's, or the one of a test.
///
/// ```
/// use smbcrm_core::webhooks::Clock;
/// let noon = "2026-03-01T12:00:00Z".parse()?;
/// assert_eq!(Clock::new(move || noon).now(), noon);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    /// A clock that says what the function says.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
