//! How many requests an assistant may cause in a minute.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// So many calls in any sixty seconds.
#[derive(Debug)]
pub(super) struct Budget {
    calls: usize,
    taken: Mutex<VecDeque<Instant>>,
}

impl Budget {
    pub(super) fn new(calls: u32) -> Self {
        Self { calls: calls as usize, taken: Mutex::default() }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls
    }

    /// Takes one call, or says how long until there is one.
    pub(super) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.front().is_some_and(|first| now.saturating_duration_since(*first) >= MINUTE) {
            taken.pop_front();
        }
        if taken.len() < self.calls {
            taken.push_back(now);
            return Ok(());
        }
        Err(taken
            .front()
            .map_or(MINUTE, |first| MINUTE.saturating_sub(now.saturating_duration_since(*first))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_so_many_calls_wherever_it_begins() {
        let (budget, start) = (Budget::new(2), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(budget.take(at(0)), Ok(()));
        assert_eq!(budget.take(at(50)), Ok(()));
        assert_eq!(budget.take(at(55)), Err(Duration::from_secs(5)));
        assert_eq!(budget.take(at(60)), Ok(())); // the first is a minute old
        assert_eq!(budget.take(at(61)), Err(Duration::from_secs(49)));
        assert_eq!(Budget::new(0).take(start), Err(MINUTE));
    }
}
