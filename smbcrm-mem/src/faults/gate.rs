//! Faults at the gate: what a call in process meets, before it and after it.

use smbcrm_core::operation::Operation;
use smbcrm_core::types::LocationId;
use smbcrm_core::{Error, Result};

use super::armed::{Ask, Hit};
use super::fault::{Effect, Lag, Phase};
use crate::MemCrm;
use crate::admit::Caller;
use crate::world::token::TokenLevel;
use crate::world::{Credential, Directory, Sub, ids};

/// Whose a call is, as far as its input says.
#[derive(Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// This sub-account's.
    Location(&'a LocationId),
    /// Its who holds this record.
    Record(&'a str),
    /// The account's.
    Account,
}

impl Whose<'_> {
    /// The sub-account's id, for the journal.
    pub(crate) fn location<'a>(&'a self, directory: &'a Directory) -> Option<&'a LocationId> {
        match self {
            Self::Location(id) => Some(id),
            _ => self.sub(directory).map(|sub| &sub.id),
        }
    }

    /// The sub-account, as far as it can be told without asking each: minted ids name theirs.
    pub(crate) fn sub<'d>(&self, directory: &'d Directory) -> Option<&'d Sub> {
        let only = || match directory.locations.as_slice() {
            [Some(only)] => Some(&**only),
            _ => None,
        };
        match self {
            Self::Location(id) => directory.location(id.as_str()).map(|sub| &**sub),
            Self::Record(id) => only().or_else(|| {
                let at = ids::ordinal(id)?;
                directory.locations.get(at)?.as_deref()
            }),
            Self::Account => None,
        }
    }
}

impl MemCrm {
    /// Whether nothing can go wrong with a call: no fault is armed, or its request has met them already.
    pub(crate) fn meets_nothing(&self) -> bool {
        self.world.faults.is_idle() || matches!(self.caller, Caller::Admitted(..))
    }

    /// What a call meets. `named` is the sub-account that it names, or whose record it names.
    pub(crate) fn meet(
        &self,
        directory: &Directory,
        operation: &'static Operation,
        named: Option<&str>,
        over_http: bool,
    ) -> Option<Hit> {
        let token = self.whose_token(directory);
        let own = token.and_then(|credential| match &credential.token.info.level {
            TokenLevel::Location(own) => Some(own.as_str()),
            TokenLevel::Agency => None,
        });
        self.world.faults.meet(&Ask {
            operation,
            token,
            is_owner: matches!(self.caller, Caller::Owner | Caller::Within(_)),
            location: named.or(own),
            over_http,
            now: self.world.clock.millis(),
            second_look: false,
        })
    }

    /// As [`MemCrm::meet`], once a body has named the sub-account: for faults of sub-accounts only.
    pub(crate) fn meet_again(&self, operation: &'static Operation, named: &str) -> Option<Hit> {
        let directory = self.world.directory.read();
        self.world.faults.meet(&Ask {
            operation,
            token: self.whose_token(&directory),
            is_owner: false,
            location: Some(named),
            over_http: true,
            now: self.world.clock.millis(),
            second_look: true,
        })
    }

    /// The token that a call comes with, good or not.
    pub(crate) fn whose_token<'d>(&'d self, directory: &'d Directory) -> Option<&'d Credential> {
        match &self.caller {
            Caller::Token(hash) => {
                directory.by_hash.get(hash).and_then(|at| directory.tokens.get(*at)).map(|found| &**found)
            }
            Caller::Admitted(credential, ..) => credential.as_deref(),
            Caller::Owner | Caller::Within(_) | Caller::Nobody => None,
        }
    }

    /// Holds a call in process against the armed faults: it fails here, or takes along what comes after it.
    pub(crate) fn brave(
        &self,
        directory: &Directory,
        operation: &'static Operation,
        whose: Whose<'_>,
    ) -> Result<Option<Hit>> {
        let named = whose.sub(directory).map(|sub| sub.id.as_str());
        let Some(hit) = self.meet(directory, operation, named, false) else { return Ok(None) };
        self.world.clock.advance(hit.delay);
        match &hit.fault {
            // Of what only reads, nobody can tell whether it was carried out.
            Some(fault)
                if !matches!(fault.effect, Effect::Stale(_))
                    && (fault.phase() == Phase::Before || operation.read) =>
            {
                let error = fault.effect.error(operation, directory.limits);
                self.note(directory, operation, self.whose_token(directory), whose, Some(&hit));
                Err(error)
            }
            _ => Ok(Some(hit)),
        }
    }
}

impl Hit {
    /// How far behind a read is.
    pub(crate) fn lag(&self) -> Option<Lag> {
        match self.fault.as_deref()?.effect {
            Effect::Stale(lag) => Some(lag),
            _ => None,
        }
    }

    /// The error in which a call ends that was carried out.
    pub(crate) fn after(&self, operation: &'static Operation, limits: crate::RateLimits) -> Option<Error> {
        let fault = self.fault.as_deref()?;
        let breaks = !matches!(fault.effect, Effect::Stale(_) | Effect::Duplicate);
        (breaks && fault.phase() == Phase::AfterCommit).then(|| fault.effect.error(operation, limits))
    }
}
