//! Requests counted in this process.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;

use super::{RateWindow, Taken, WindowError};
use crate::neighbour::Window;

/// How many callers there may be before those are looked for who have not come for long.
const MANY: usize = 1_024;

/// Counts in this process.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_mem::{MemoryWindow, RateWindow};
///
/// # futures::executor::block_on(async {
/// let (window, minute) = (MemoryWindow::default(), Duration::from_secs(60));
/// assert!(window.take("site", 1, minute, 0).await?.granted);
/// let refused = window.take("site", 1, minute, 15_000).await?;
/// assert!(!refused.granted && refused.reset_in == Duration::from_secs(45));
/// assert!(window.take("site", 1, minute, 60_000).await?.granted);
/// # Ok::<(), smbcrm_mem::WindowError>(()) }).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct MemoryWindow(Mutex<HashMap<String, Caller>>);

#[derive(Debug, Default)]
struct Caller {
    window: Arc<Window>,
    last: i64,
}

#[async_trait]
impl RateWindow for MemoryWindow {
    async fn take(&self, caller: &str, limit: u32, span: Duration, now: i64) -> Result<Taken, WindowError> {
        let window = {
            let mut callers = self.0.lock();
            if callers.len() >= MANY && !callers.contains_key(caller) {
                let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
                callers.retain(|_, known| now.saturating_sub(known.last) < span);
            }
            let known = callers.entry(caller.to_owned()).or_default();
            known.last = now;
            Arc::clone(&known.window)
        };
        let told = window.take(limit, span, now);
        Ok(Taken::new(told.granted, told.remaining, told.wait(now)))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use proptest::prelude::*;

    use super::*;

    const SPAN: Duration = Duration::from_millis(1_000);

    proptest! {
        /// As a model that keeps every request for ever and counts.
        #[test]
        fn it_agrees_with_a_naive_one(
            limit in 0_u32..6,
            steps in prop::collection::vec((0_i64..700, 0_usize..3), 0..80),
        ) {
            let window = MemoryWindow::default();
            let (mut now, mut taken) = (1_000_000, vec![Vec::<i64>::new(); 3]);
            for (wait, caller) in steps {
                now += wait;
                let known = &mut taken[caller];
                let within = |known: &[i64]| known.iter().copied().filter(|at| now - at < 1_000).collect::<Vec<_>>();
                let granted = within(known).len() < limit as usize;
                if granted {
                    known.push(now);
                }
                let left = within(known);
                let reset = left.first().map_or(0, |oldest| oldest + 1_000 - now);
                let told = block_on(window.take(&caller.to_string(), limit, SPAN, now)).unwrap();
                let expected = Taken::new(
                    granted,
                    limit - u32::try_from(left.len()).unwrap(),
                    Duration::from_millis(reset.try_into().unwrap()),
                );
                prop_assert_eq!(told, expected);
            }
        }
    }

    #[test]
    fn callers_of_long_ago_are_forgotten() {
        let window = MemoryWindow::default();
        for caller in 0..5_000_i64 {
            block_on(window.take(&caller.to_string(), 1, SPAN, caller * 10)).unwrap();
        }
        assert!(window.0.lock().len() <= MANY);
        let again = block_on(window.take("4999", 1, SPAN, 50_000)).unwrap();
        assert!(!again.granted, "who came just now is not");
    }
}
