//! Who calls, and how often.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use smbcrm_core::Result;
use smbcrm_core::operation::Operation;

use super::{MemSmarfle, refusal};
use crate::neighbour::{Key, Passage, Told, Window};

/// Requests a minute with one key.
pub(super) const REQUESTS: u32 = 100;
pub(super) const SPAN: Duration = Duration::from_secs(60);

/// Who calls.
#[derive(Clone)]
pub(crate) enum Caller {
    /// The organisation's owner, in process.
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

/// The requests of each key; no part of any moment of the world.
#[derive(Debug, Default)]
pub(crate) struct Meters(Mutex<HashMap<u64, Arc<Window>>>);

impl MemSmarfle {
    /// Passes the gate in process: armed fault, key, rate. Over HTTP all of it has been passed already.
    pub(super) async fn enter(&self, operation: &'static Operation) -> Result<(Option<Arc<Key>>, Passage)> {
        let key = match &self.caller {
            Caller::Admitted(key) => return Ok((key.clone(), Passage::default())),
            Caller::Owner => None,
            Caller::Key(value) => Some(self.identify(value)),
        };
        let told = match &key {
            Some(Ok(key)) => Some(self.count(key).await),
            _ => None,
        };
        self.crm.pass(operation, || {
            let key = key.transpose()?;
            if let Some(told) = told.filter(|told| !told.granted) {
                return Err(self.too_many(&told));
            }
            let name = key.as_ref().map_or("owner", |key| key.name.as_str());
            Ok((name.into(), key))
        })
    }

    /// The key of this value.
    pub(super) fn identify(&self, value: &str) -> Result<Arc<Key>> {
        let state = self.crm.world.smarfle.read();
        let key = state.keys.open(value, self.crm.world.clock.now());
        key.cloned().ok_or_else(refusal::unauthorized)
    }

    /// Counts a request with a key.
    pub(super) async fn count(&self, key: &Key) -> Told {
        let world = &self.crm.world;
        let window = Arc::clone(world.smarfle_meters.0.lock().entry(key.id).or_default());
        window.take(REQUESTS, SPAN, world.clock.millis())
    }

    pub(super) fn too_many(&self, told: &Told) -> smbcrm_core::Error {
        let wait = told.wait(self.crm.world.clock.millis());
        refusal::too_many(wait.as_secs().max(1)).retry_in(wait)
    }
}
