//! How long to wait between attempts: exponential, with full jitter.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest wait before retry number `retry` (from 0): `base`, twice, four times … never above `cap`.
pub(crate) fn ceiling(base: Duration, cap: Duration, retry: u32) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(retry.min(31))).min(cap)
}

/// Random parts of waits, so that clients which failed together do not come back together.
///
/// SplitMix64: nothing hangs on these numbers being hard to guess, so they need no library.
#[derive(Debug)]
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        // Without a seed, from where the standard library has the keys of its hash maps.
        Self(AtomicU64::new(seed.unwrap_or_else(|| RandomState::new().build_hasher().finish())))
    }

    /// Anything from nothing to `most`.
    pub(crate) fn up_to(&self, most: Duration) -> Duration {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The 32 upper bits are below one after the division, so the product fits.
        most.mul_f64(f64::from((mixed >> 32) as u32) / 4_294_967_296.0).min(most)
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
