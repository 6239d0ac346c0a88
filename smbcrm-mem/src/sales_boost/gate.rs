//! Who calls, and how often.

use std::sync::Arc;
use std::time::Duration;

use smbcrm_core::Result;
use smbcrm_core::operation::Operation;

use super::{MemSalesBoost, refusal};
use crate::neighbour::{Key, Passage, Told, Window};

/// Requests a minute, of the whole account.
pub(super) const REQUESTS: u32 = 60;
pub(super) const SPAN: Duration = Duration::from_secs(60);

/// Who calls.
#[derive(Clone)]
pub(crate) enum Caller {
    /// The account's owner, in process.
    Owner,
    /// Whoever has this key.
    Key(Arc<str>),
    /// Somebody whose request over HTTP has been admitted.
    Admitted(Option<Arc<Key>>),
}

impl std::fmt::Debug for Caller {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner => "Owner",
            Self::Key(_) => "Key(…)",
            Self::Admitted(_) => "Admitted",
        })
    }
}

impl Caller {
    pub(super) fn with_key(key: &str) -> Self {
        Self::Key(key.trim().into())
    }
}

/// The requests of the account; no part of any moment of the world.
#[derive(Debug, Default)]
pub(crate) struct Meter(Window);

impl MemSalesBoost {
    /// Passes the gate in process: armed fault, key, rate. Over HTTP all of it has been passed already.
    pub(super) fn enter(&self, operation: &'static Operation) -> Result<(Option<Arc<Key>>, Passage)> {
        if let Caller::Admitted(key) = &self.caller {
            return Ok((key.clone(), Passage::default()));
        }
        self.crm.pass(operation, || match &self.caller {
            Caller::Key(value) => {
                let key = self.identify(value)?;
                let told = self.count();
                if !told.granted {
                    return Err(self.too_many(&told));
                }
                Ok((key.name.as_str().into(), Some(key)))
            }
            Caller::Owner | Caller::Admitted(_) => Ok(("owner".into(), None)),
        })
    }

    /// The key of this value.
    pub(super) fn identify(&self, value: &str) -> Result<Arc<Key>> {
        let state = self.crm.world.sales_boost.read();
        let key = state.keys.open(value, self.crm.world.clock.now());
        key.cloned().ok_or_else(refusal::unauthorized)
    }

    /// Counts a request of the account.
    pub(super) fn count(&self) -> Told {
        let world = &self.crm.world;
        world.sales_boost_meter.0.take(REQUESTS, SPAN, world.clock.millis())
    }

    pub(super) fn too_many(&self, told: &Told) -> smbcrm_core::Error {
        let wait = told.wait(self.crm.world.clock.millis());
        refusal::too_many(wait.as_secs().max(1)).retry_in(wait)
    }
}
