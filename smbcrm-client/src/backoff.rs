//! How long to wait between attempts: exponential, with full jitter.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// The longest wait before retry number `retry` (from 0): `base`, twice, four times … never above `cap`.
pub(crate) fn ceiling(base: Duration, cap: Duration, retry: u32) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(retry.min(31))).min(cap)
}

/// Random parts of waits, so that clients which failed together do not come back together.
#[derive(Debug)]
pub(crate) struct Jitter(Mutex<SmallRng>);

impl Jitter {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(SmallRng::from_os_rng, SmallRng::seed_from_u64)))
    }

    /// Anything from nothing to `most`.
    pub(crate) fn up_to(&self, most: Duration) -> Duration {
        let share: f64 = self.0.lock().unwrap_or_else(PoisonError::into_inner).random();
        // `share` is below 1, so the product fits; rounding may still reach above `most`.
        most.mul_f64(share).min(most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grows_to_the_cap() {
        let waits: Vec<_> =
            (0..6).map(|n| ceiling(Duration::from_millis(200), Duration::from_secs(2), n)).collect();
        assert_eq!(
            waits.iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [200, 400, 800, 1600, 2000, 2000]
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_waits() {
        let draw = || {
            let jitter = Jitter::new(Some(7));
            [(); 4].map(|()| jitter.up_to(Duration::from_secs(1)))
        };
        assert_eq!(draw(), draw());
    }

    proptest! {
        #[test]
        fn always_within_bounds(base: Duration, cap: Duration, retry: u32, seed: u64) {
            let most = ceiling(base, cap, retry);
            prop_assert!(most <= cap);
            prop_assert!(Jitter::new(Some(seed)).up_to(most) <= most);
        }
    }
}
