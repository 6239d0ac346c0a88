//! The gate of the APIs beside the CRM's: the armed faults and the journal that all of them share.
//!
//! In process an operation passes here first; over HTTP its request has met the faults already, and the server writes
//! the journal.

use std::sync::Arc;

use smbcrm_core::operation::Operation;
use smbcrm_core::{Error, Result};

use crate::MemCrm;
use crate::faults::{Hit, Whose};
use crate::journal::{Entry, More};

/// A call that has passed the armed faults.
#[derive(Debug, Default)]
pub(crate) struct Passage {
    /// What becomes of it once it is carried out, when a fault is to hit it then.
    after: Option<Error>,
}

impl Passage {
    /// The outcome as the caller learns of it.
    pub(crate) fn learns<T>(self, outcome: Result<T>) -> Result<T> {
        self.after.map_or(outcome, Err)
    }
}

impl MemCrm {
    /// Holds a call in process against the armed faults, and asks `admit` whose it is: the caller's name for the
    /// journal, and what else is known.
    pub(crate) fn pass<T>(
        &self,
        operation: &'static Operation,
        admit: impl FnOnce() -> Result<(Arc<str>, T)>,
    ) -> Result<(T, Passage)> {
        let (hit, limits) = {
            let directory = self.world.directory.read();
            let idle = self.world.faults.is_idle();
            (if idle { None } else { self.brave(&directory, operation, Whose::Account)? }, directory.limits)
        };
        let (caller, known) = admit().map_err(|error| error.during(operation))?;
        self.put_down(operation, caller, hit.as_ref());
        let after = hit.and_then(|hit| hit.after(operation, limits));
        Ok((known, Passage { after }))
    }

    fn put_down(&self, operation: &'static Operation, caller: Arc<str>, hit: Option<&Hit>) {
        let fault = |hit: &Hit| Box::new(More { fault: Some(Arc::clone(&hit.label)), ..More::default() });
        self.world.journal.record(Entry {
            at: self.world.clock.millis(),
            operation: Some(operation),
            caller: Some(caller),
            more: hit.map(fault),
            ..Entry::default()
        });
    }
}
