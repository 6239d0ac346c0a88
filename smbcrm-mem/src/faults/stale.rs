//! Older states of a sub-account, for reads that lag behind.
//!
//! While a fault asks for them, the state before each write is kept. A state is a few dozen pointers to what it shares
//! with the ones after it, so a thousand of them cost little more than what the writes have changed.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;
use smbcrm_core::types::LocationId;

use super::fault::Lag;
use crate::world::State;

/// How many states of a sub-account are kept.
const MOST: usize = 1_024;

/// The states before the latest writes, by sub-account, oldest first.
#[derive(Debug, Default)]
pub(crate) struct History(Mutex<HashMap<LocationId, VecDeque<Kept>>>);

#[derive(Debug)]
struct Kept {
    /// When it ended.
    until: i64,
    state: State,
}

impl History {
    /// Keeps a state that has changed at this time.
    pub(crate) fn keep(&self, location: &LocationId, state: State, until: i64) {
        let mut all = self.0.lock();
        let kept = all.entry(location.clone()).or_default();
        if kept.len() == MOST {
            kept.pop_front();
        }
        kept.push_back(Kept { until, state });
    }

    /// The state that a read with this lag sees; `None` where that is the present one.
    pub(crate) fn seen(&self, location: &LocationId, lag: Lag, now: i64) -> Option<State> {
        let all = self.0.lock();
        let kept = all.get(location)?;
        let seen = match lag {
            Lag::Writes(writes) => {
                let back = usize::try_from(writes).unwrap_or(usize::MAX);
                kept.get(kept.len().saturating_sub(back)).filter(|_| back > 0)
            }
            Lag::Millis(millis) => {
                let then = now.saturating_sub(i64::try_from(millis).unwrap_or(i64::MAX));
                // A write at that instant is seen, one after it is not.
                let at = kept.partition_point(|state| state.until <= then);
                kept.get(at)
            }
        };
        seen.map(|kept| kept.state.clone())
    }

    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }
}
