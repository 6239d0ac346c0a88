//! A clock that does not really sleep.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use smbcrm_client::Timer;

/// Sleeping advances it at once, and is recorded.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<Mutex<(Instant, Vec<Duration>)>>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new((Instant::now(), Vec::new()))))
    }

    /// Every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().1.clone()
    }
}

#[async_trait::async_trait]
impl Timer for Clock {
    fn now(&self) -> Instant {
        self.0.lock().unwrap().0
    }

    async fn sleep(&self, wait: Duration) {
        let end = {
            let mut clock = self.0.lock().unwrap();
            clock.1.push(wait);
            clock.0 + wait
        };
        tokio::task::yield_now().await;
        let mut clock = self.0.lock().unwrap();
        clock.0 = clock.0.max(end);
    }
}
