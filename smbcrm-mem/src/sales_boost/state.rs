//! What the account holds.

use crate::neighbour::{Estate, KeyRing, Rows};

/// Everything of the account. A clone is a fork.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(super) keys: KeyRing,
}

impl Estate for State {
    const PART: &'static str = crate::disk::SALES_BOOST;

    fn shelves(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Rows)) {
        visit("keys", &mut self.keys);
    }
}
