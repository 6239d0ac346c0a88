//! Arming faults, and asking what became of them.

use super::{ArmedFault, Fault, FaultId};
use crate::MemCrm;

/// The faults of a world; over HTTP the same is under `/_mem/faults`.
///
/// A fork begins without any, and a reset disarms all.
#[derive(Debug, Clone, Copy)]
pub struct Faults<'a> {
    crm: &'a MemCrm,
}

impl MemCrm {
    /// What goes wrong on the way: arm faults, and see that they were met.
    pub fn faults(&self) -> Faults<'_> {
        Faults { crm: self }
    }
}

impl Faults<'_> {
    /// Arms a fault. It stays listed when it has hit as often as it is to.
    pub fn arm(&self, fault: Fault) -> FaultId {
        self.crm.world.faults.arm(fault)
    }

    /// Arms several, in this order.
    pub fn arm_all(&self, faults: impl IntoIterator<Item = Fault>) -> Vec<FaultId> {
        faults.into_iter().map(|fault| self.arm(fault)).collect()
    }

    /// Takes a fault away; `false` when there is none of the id.
    pub fn disarm(&self, id: FaultId) -> bool {
        let found = self.crm.world.faults.disarm(id);
        self.forget_old_states();
        found
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.crm.world.faults.clear();
        self.forget_old_states();
    }

    /// The faults, in the order in which they were armed, with their hits.
    pub fn list(&self) -> Vec<ArmedFault> {
        self.crm.world.faults.list()
    }

    /// The faults that have not done what they were armed for: a planned failure that never happened proves nothing.
    pub fn not_hit(&self) -> Vec<ArmedFault> {
        self.list().into_iter().filter(|armed| !armed.is_done()).collect()
    }

    /// Asserts that every armed fault has hit: as often as it was to (`first(2)` twice, `nth(3)` once), or at all where
    /// that has no end.
    ///
    /// # Panics
    /// With the faults that have not.
    #[track_caller]
    #[allow(clippy::panic, reason = "an assertion for tests")]
    pub fn assert_all_hit(&self) {
        let missed: Vec<String> = self.not_hit().iter().map(|armed| format!("\n  {armed}")).collect();
        assert!(missed.is_empty(), "armed faults were not hit:{}", missed.concat());
    }

    fn forget_old_states(&self) {
        if !self.crm.world.faults.looks_back() {
            self.crm.world.history.clear();
        }
    }
}
