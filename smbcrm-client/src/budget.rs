//! The retry budget: what keeps many clients from retrying a struggling service to death.

use std::sync::{Mutex, PoisonError};

/// What a retry costs.
pub(crate) const RETRY: u32 = 5;
/// What a retry costs after a timeout or a lost answer: the dearer failure, for both sides.
pub(crate) const RETRY_AFTER_SILENCE: u32 = 10;
/// What a success without a retry pays in.
const SUCCESS: u32 = 1;

/// A bucket of tokens shared by every call of a client and its clones.
///
/// Retries take from it, successes pay in. While most calls succeed it never runs dry; when most fail, calls stop
/// being retried and the load on the service falls back to one attempt a call.
#[derive(Debug)]
pub(crate) struct Budget {
    /// `None`: retries are not budgeted.
    capacity: Option<u32>,
    left: Mutex<u32>,
}

impl Budget {
    pub(crate) fn new(capacity: Option<u32>) -> Self {
        Self { capacity, left: Mutex::new(capacity.unwrap_or_default()) }
    }

    /// Takes the price of a retry; `false` when the bucket holds less than that.
    pub(crate) fn take(&self, cost: u32) -> bool {
        if self.capacity.is_none() {
            return true;
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = left.checked_sub(cost);
        if let Some(rest) = paid {
            *left = rest;
        }
        paid.is_some()
    }

    /// Pays in for a success: the price of its last retry, or a little for a success at once.
    pub(crate) fn pay_in(&self, last_retry: Option<u32>) {
        if let Some(capacity) = self.capacity {
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            *left = left.saturating_add(last_retry.unwrap_or(SUCCESS)).min(capacity);
        }
    }
}

/// Why a call that could have been retried was not.
#[derive(Debug, thiserror::Error)]
#[error("the retry budget is spent: too many recent calls have failed")]
pub(crate) struct Spent;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_dry_and_recovers() {
        let budget = Budget::new(Some(12));
        assert!(budget.take(RETRY) && budget.take(RETRY));
        assert!(!budget.take(RETRY), "2 of 12 are left");
        for _ in 0..3 {
            budget.pay_in(None);
        }
        assert!(budget.take(RETRY));
        budget.pay_in(Some(RETRY_AFTER_SILENCE));
        budget.pay_in(Some(RETRY_AFTER_SILENCE));
        assert!(budget.take(12), "never above its capacity, never below what was paid in");
    }

    #[test]
    fn no_budget_never_refuses() {
        let budget = Budget::new(None);
        assert!((0..10_000).all(|_| budget.take(RETRY)));
    }
}
