//! Who calls, and how often.

use std::sync::Arc;
use std::time::Duration;

use smbcrm_core::operation::Operation;
use smbcrm_core::types::Text;
use smbcrm_core::{Error, Result};

use super::state::Source;
use super::{MemSalesBoost, refusal};
use crate::neighbour::{Passage, Told, Window};

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
    /// Whoever has this session of the dashboard.
    Session(Arc<str>),
    /// Somebody whose request over HTTP has been admitted.
    Admitted(Source),
}

impl std::fmt::Debug for Caller {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner => "Owner",
            Self::Key(_) => "Key(…)",
            Self::Session(_) => "Session(…)",
            Self::Admitted(_) => "Admitted",
        })
    }
}

/// Somebody who has shown who they are.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// What the journal calls them.
    pub(super) name: Text,
    pub(super) source: Source,
}

/// The requests of the account; no part of any moment of the world.
#[derive(Debug, Default)]
pub(crate) struct Meter(Window);

impl MemSalesBoost {
    /// Passes the gate in process: armed fault, key, rate, plan. Over HTTP all of it has been passed already.
    pub(super) fn enter(&self, operation: &'static Operation) -> Result<(Source, Passage)> {
        if let Caller::Admitted(source) = &self.caller {
            return Ok((source.clone(), Passage::default()));
        }
        self.crm.pass(operation, || {
            if matches!(self.caller, Caller::Owner) {
                return Ok(("owner".into(), Source::dashboard()));
            }
            let known = self.identify()?;
            self.count().1?;
            self.paid()?;
            Ok((known.name.as_str().into(), known.source))
        })
    }

    /// Passes the gate for what needs no key: where a browser returns to.
    pub(super) fn enter_freely(&self, operation: &'static Operation) -> Result<Passage> {
        if let Caller::Admitted(_) = self.caller {
            return Ok(Passage::default());
        }
        self.crm.pass(operation, || Ok(("browser".into(), ()))).map(|((), passage)| passage)
    }

    /// Who calls.
    pub(super) fn identify(&self) -> Result<Known> {
        let state = self.crm.world.sales_boost.read();
        let now = self.crm.world.clock.now();
        match &self.caller {
            Caller::Owner => Ok(Known { name: "owner".into(), source: Source::dashboard() }),
            Caller::Admitted(source) => Ok(Known { name: "owner".into(), source: source.clone() }),
            Caller::Key(value) => {
                let key = state.keys.open(value, now).ok_or_else(refusal::unauthorized)?;
                Ok(Known { name: key.name.clone(), source: Source::key(key.id) })
            }
            Caller::Session(value) => {
                let session = state.sessions.open(value, now).ok_or_else(refusal::unauthorized)?;
                Ok(Known { name: session.name.clone(), source: Source::dashboard() })
            }
        }
    }

    /// Counts a request of the account.
    pub(super) fn count(&self) -> (Told, Result<()>) {
        let world = &self.crm.world;
        let told = world.sales_boost_meter.0.take(REQUESTS, SPAN, world.clock.millis());
        (told, if told.granted { Ok(()) } else { Err(self.too_many(&told)) })
    }

    /// Whether somebody pays for the account.
    pub(super) fn paid(&self) -> Result<()> {
        let state = self.crm.world.sales_boost.read();
        if state.settings().is_paid() { Ok(()) } else { Err(refusal::unpaid()) }
    }

    fn too_many(&self, told: &Told) -> Error {
        let wait = told.wait(self.crm.world.clock.millis());
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
        refusal::too_many(seconds.max(1)).retry_in(wait)
    }
}
