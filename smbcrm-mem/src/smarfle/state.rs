//! What the organisation holds.

use smbcrm_core::types::Text;

use crate::neighbour::{Estate, KeyRing, One, Rows};

/// Everything of the organisation. A clone is a fork.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(super) name: One<Text>,
    pub(super) keys: KeyRing,
}

impl Estate for State {
    const PART: &'static str = crate::disk::SMARFLE;

    fn shelves(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Rows)) {
        visit("name", &mut self.name);
        visit("keys", &mut self.keys);
    }
}
