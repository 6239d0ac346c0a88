//! The one gate that every call passes: armed fault, token, version, rate, scope, location.
//!
//! In process, each operation calls [`MemCrm::enter`] (or one of its siblings) first. Over HTTP the part that needs
//! no input runs before the body is even read ([`MemCrm::admit_http`]), as on the wire: a bad token is told so
//! whatever else is wrong with its request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::conversations::CONVERSATIONS;
use smbcrm_core::operation::{Access, Operation};
use smbcrm_core::types::LocationId;
use smbcrm_core::{Error, Result};

use crate::MemCrm;
use crate::faults::{Hit, Lag, Whose};
use crate::journal::{Entry, More};
use crate::limits::Allowance;
use crate::refusal;
use crate::world::token::{self, TokenInfo, TokenLevel};
use crate::world::{Credential, Directory, State, Sub};

/// Values of the `Version` header that were ever published.
const VERSIONS: [&str; 4] = ["v3", "2023-02-21", "2021-07-28", "2021-04-15"];

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// The owner of everything, whom nothing limits: the in-process default.
    Owner,
    /// An agent at work: everything of this sub-account, nothing else.
    Within(LocationId),
    /// Whoever holds a token with this fingerprint.
    Token(token::Hash),
    /// Somebody whose token has not the form of one, or who has none.
    Nobody,
    /// A call that has passed the first part of the gate already, over HTTP; how far its reads lag behind.
    Admitted(Option<Arc<Credential>>, &'static Operation, Option<Lag>),
}

impl Caller {
    /// The caller whom an `Authorization` header (or a bare token) names.
    pub(crate) fn of(token: &str) -> Self {
        let token = token.trim();
        let token =
            token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("bearer ")).unwrap_or(token).trim();
        if token::is_pit(token) { Self::Token(token::hash(token)) } else { Self::Nobody }
    }
}

/// A call that has passed the gate's first part.
pub(crate) struct Visitor {
    credential: Option<Arc<Credential>>,
    /// The only sub-account that may be touched.
    only: Option<LocationId>,
    /// How far behind its reads are.
    lag: Option<Lag>,
    /// What becomes of the call once it is carried out, when a fault is to hit it then.
    after: Option<Error>,
}

impl Visitor {
    fn of(
        credential: Option<Arc<Credential>>,
        operation: &'static Operation,
        directory: &Directory,
        hit: Option<&Hit>,
    ) -> Self {
        let lag = hit.and_then(Hit::lag);
        Self {
            credential,
            only: None,
            lag,
            after: hit.and_then(|hit| hit.after(operation, directory.limits)),
        }
    }

    /// The outcome as the caller learns of it.
    pub(crate) fn learns<T>(self, outcome: Result<T>) -> Result<T> {
        self.after.map_or(outcome, Err)
    }

    /// Whether the call may do what is the agency's: it comes from the agency, or from the owner of everything.
    pub(crate) fn is_agency(&self) -> bool {
        self.only.is_none() && (self.credential.is_none() || self.is_agency_token())
    }

    /// Whether the call comes with an agency's token.
    pub(crate) fn is_agency_token(&self) -> bool {
        self.credential.as_deref().is_some_and(|known| known.token.info.level == TokenLevel::Agency)
    }

    /// Whether the call may touch this sub-account.
    pub(crate) fn opens(&self, location: &LocationId) -> bool {
        if let Some(only) = &self.only {
            return only == location;
        }
        match self.credential.as_deref().map(|credential| &credential.token.info.level) {
            Some(TokenLevel::Location(own)) => own == location,
            Some(TokenLevel::Agency) | None => true,
        }
    }
}

impl MemCrm {
    fn identify(&self, directory: &Directory, now: DateTime<Utc>) -> Result<Option<Arc<Credential>>> {
        match &self.caller {
            Caller::Owner | Caller::Within(_) => Ok(None),
            Caller::Admitted(credential, ..) => Ok(credential.clone()),
            _ if directory.lenient => Ok(None),
            Caller::Nobody => Err(refusal::invalid_jwt()),
            Caller::Token(hash) => {
                let credential = directory.by_hash.get(hash).and_then(|at| directory.tokens.get(*at));
                let good = credential.filter(|credential| credential.token.accepts(hash, now));
                good.cloned().map(Some).ok_or_else(refusal::invalid_token)
            }
        }
    }

    /// What is known of the caller's token, if it is good.
    pub(crate) fn own_token(&self) -> Option<TokenInfo> {
        let directory = self.world.directory.read();
        let credential = self.identify(&directory, self.world.clock.now()).ok().flatten()?;
        Some(credential.token.info.clone())
    }

    /// Armed fault, token, rate and scope, in this order.
    fn admit(
        &self,
        directory: &Directory,
        operation: &'static Operation,
        whose: Whose<'_>,
    ) -> Result<Visitor> {
        if let Caller::Admitted(credential, admitted, lag) = &self.caller
            && *admitted == operation
        {
            return Ok(Visitor { credential: credential.clone(), only: None, lag: *lag, after: None });
        }
        let hit = if self.meets_nothing() { None } else { self.brave(directory, operation, whose)? };
        if matches!(self.caller, Caller::Owner) {
            self.note(directory, operation, None, whose, hit.as_ref());
            return Ok(Visitor::of(None, operation, directory, hit.as_ref()));
        }
        if let Caller::Within(only) = &self.caller {
            if operation.access == Access::Agency {
                return Err(refusal::forbidden_resource().during(operation));
            }
            self.note(directory, operation, None, whose, hit.as_ref());
            let visitor = Visitor::of(None, operation, directory, hit.as_ref());
            return Ok(Visitor { only: Some(only.clone()), ..visitor });
        }
        let credential = self.identify(directory, self.world.clock.now())?;
        if let Some(credential) = &credential {
            let allowance = credential.meter.take(directory.limits, self.world.clock.millis());
            if !allowance.granted {
                return Err(too_many(&allowance));
            }
            permit(&credential.token.info, operation)?;
        }
        self.note(directory, operation, credential.as_deref(), whose, hit.as_ref());
        Ok(Visitor::of(credential, operation, directory, hit.as_ref()))
    }

    /// Keeps an in-process call in the journal.
    pub(crate) fn note(
        &self,
        directory: &Directory,
        operation: &'static Operation,
        credential: Option<&Credential>,
        whose: Whose<'_>,
        hit: Option<&Hit>,
    ) {
        let fault = |hit: &Hit| Box::new(More { fault: Some(Arc::clone(&hit.label)), ..More::default() });
        self.world.journal.record(Entry {
            at: self.world.clock.millis(),
            operation: Some(operation),
            caller: credential.map(|credential| Arc::clone(&credential.name)),
            location: whose.location(directory).cloned(),
            more: hit.map(fault),
            ..Entry::default()
        });
    }

    /// The sub-account as a call sees it: as it is, unless the call's reads lag behind.
    fn seen(&self, visitor: &Visitor, sub: &Sub) -> Option<Sub> {
        let state = self.world.history.seen(&sub.id, visitor.lag?, self.world.clock.millis())?;
        Some(Sub { is_old: true, ..Sub::new(state) })
    }

    /// The part of the gate that needs no input, for calls over HTTP: token, version, rate, scope.
    ///
    /// Answers what is left of the allowance even where it refuses: the headers go with every response.
    pub(crate) fn admit_http(
        &self,
        operation: Option<&'static Operation>,
        version: Option<&str>,
    ) -> HttpAdmission {
        let directory = self.world.directory.read();
        let untouched = Allowance::untouched(directory.limits);
        let credential = match self.identify(&directory, self.world.clock.now()) {
            Ok(credential) => credential,
            Err(error) => {
                return HttpAdmission { credential: None, allowance: untouched, outcome: Err(error) };
            }
        };
        let checked = match version.map(str::trim).filter(|version| !version.is_empty()) {
            _ if directory.lenient => Ok(()),
            None => Err(refusal::no_version()),
            Some(version) if VERSIONS.contains(&version) => Ok(()),
            Some(_) => Err(refusal::unknown_version()),
        };
        let allowance = credential.as_ref().map_or(untouched, |credential| {
            credential.meter.take(directory.limits, self.world.clock.millis())
        });
        let outcome = checked.and_then(|()| {
            if !allowance.granted {
                return Err(too_many(&allowance));
            }
            match (&credential, operation) {
                (Some(credential), Some(operation)) => permit(&credential.token.info, operation),
                _ => Ok(()),
            }
        });
        HttpAdmission { credential, allowance, outcome }
    }

    /// Passes the gate to a sub-account that the input names, to read it.
    pub(crate) fn enter(&self, operation: &'static Operation, location: &LocationId) -> Result<Arc<Sub>> {
        let (sub, visitor) = self.go_in(operation, location)?;
        visitor.learns(Ok(sub))
    }

    /// As [`enter`](Self::enter), with who comes: what becomes of the call is not settled yet.
    pub(crate) fn go_in(
        &self,
        operation: &'static Operation,
        location: &LocationId,
    ) -> Result<(Arc<Sub>, Visitor)> {
        let directory = self.world.directory.read();
        let admitted = self.admit(&directory, operation, Whose::Location(location))?;
        match directory.location(location.as_str()) {
            Some(sub) if admitted.opens(location) => {
                let sub = self.seen(&admitted, sub).map_or_else(|| Arc::clone(sub), Arc::new);
                lay_out(operation, &sub);
                Ok((sub, admitted))
            }
            _ => Err(admitted.after.unwrap_or_else(|| refusal::location().during(operation))),
        }
    }

    /// Passes the gate for an operation of the account. The directory is read while `work` runs.
    pub(crate) fn enter_account<T>(
        &self,
        operation: &'static Operation,
        work: impl FnOnce(&Directory) -> Result<T>,
    ) -> Result<T> {
        let directory = self.world.directory.read();
        self.admit(&directory, operation, Whose::Account)?.learns(work(&directory))
    }

    /// Passes the gate for an operation that makes, changes or deletes sub-accounts. Nobody else reads the directory meanwhile.
    pub(crate) fn change_account<T>(
        &self,
        operation: &'static Operation,
        work: impl FnOnce(&mut Directory, DateTime<Utc>) -> Result<T>,
    ) -> Result<T> {
        let mut directory = self.world.directory.write();
        let visitor = self.admit(&directory, operation, Whose::Account)?;
        let work = |directory: &mut Directory| work(directory, self.world.clock.stamp());
        let outcome = self.world.kept(self.world.alter_directory_held(&mut directory, work));
        visitor.learns(outcome.map_err(|error| error.during(operation)))
    }

    /// Passes the gate for an operation of agency and sub-accounts alike. `work` is told who comes.
    pub(crate) fn visit<T>(
        &self,
        operation: &'static Operation,
        work: impl FnOnce(&Directory, &Visitor) -> Result<T>,
    ) -> Result<T> {
        let directory = self.world.directory.read();
        let visitor = self.admit(&directory, operation, Whose::Account)?;
        let outcome = work(&directory, &visitor).map_err(|error| error.during(operation));
        visitor.learns(outcome)
    }

    /// As [`visit`](Self::visit), to change what the agency holds. Nobody else reads the directory meanwhile.
    pub(crate) fn rearrange<T>(
        &self,
        operation: &'static Operation,
        work: impl FnOnce(&mut Directory, &Visitor, DateTime<Utc>) -> Result<T>,
    ) -> Result<T> {
        let mut directory = self.world.directory.write();
        let visitor = self.admit(&directory, operation, Whose::Account)?;
        let work = |directory: &mut Directory| work(directory, &visitor, self.world.clock.stamp());
        let outcome = self.world.kept(self.world.alter_directory_held(&mut directory, work));
        visitor.learns(outcome.map_err(|error| error.during(operation)))
    }

    /// Passes the gate and reads what an id names, wherever it is.
    ///
    /// `find` answers `None` where the sub-account does not hold the record. A record of a sub-account that the
    /// caller may not touch is refused as such; one that is nowhere is `missing`.
    pub(crate) fn read_record<T>(
        &self,
        operation: &'static Operation,
        id: &str,
        find: impl Fn(&State) -> Option<T>,
        missing: impl FnOnce() -> Error,
    ) -> Result<T> {
        let directory = self.world.directory.read();
        let admitted = self.admit(&directory, operation, Whose::Record(id))?;
        let mut foreign = false;
        for sub in directory.candidates(id) {
            let older = self.seen(&admitted, sub);
            let sub = older.as_ref().unwrap_or(sub);
            lay_out(operation, sub);
            let Some(found) = find(&sub.state.read()) else { continue };
            if admitted.opens(&sub.id) {
                return Ok(found);
            }
            foreign = true;
        }
        Err(if foreign { refusal::location() } else { missing() }.during(operation))
    }

    /// Passes the gate and changes what an id names, in one critical section.
    pub(crate) fn write_record<T>(
        &self,
        operation: &'static Operation,
        id: &str,
        holds: impl Fn(&State) -> bool,
        change: impl FnOnce(&mut State, DateTime<Utc>) -> Result<T>,
        missing: impl FnOnce() -> Error,
    ) -> Result<T> {
        let directory = self.world.directory.read();
        let admitted = self.admit(&directory, operation, Whose::Record(id))?;
        let mut foreign = false;
        for sub in directory.candidates(id) {
            lay_out(operation, sub);
            if !admitted.opens(&sub.id) {
                foreign |= holds(&sub.state.read());
                continue;
            }
            let mut state = sub.state.write();
            if holds(&state) {
                let change = |state: &mut State| change(state, self.world.clock.stamp());
                let outcome = self.world.kept(self.world.alter_held(sub, &mut state, change));
                return admitted.learns(outcome.map_err(|error| error.during(operation)));
            }
        }
        let refused = if foreign { refusal::location() } else { missing() };
        admitted.learns(Err(refused.during(operation)))
    }

    /// Passes the gate and reads a sub-account that the input names.
    pub(crate) fn read<T>(
        &self,
        operation: &'static Operation,
        location: &LocationId,
        work: impl FnOnce(&State) -> Result<T>,
    ) -> Result<T> {
        let sub = self.enter(operation, location)?;
        let state = sub.state.read();
        work(&state).map_err(|error| error.during(operation))
    }

    /// Passes the gate and changes a sub-account that the input names, in one critical section.
    pub(crate) fn write<T>(
        &self,
        operation: &'static Operation,
        location: &LocationId,
        work: impl FnOnce(&mut State, DateTime<Utc>) -> Result<T>,
    ) -> Result<T> {
        let (sub, visitor) = self.go_in(operation, location)?;
        let work = |state: &mut State| work(state, self.world.clock.stamp());
        let outcome = self.world.kept(self.world.alter(&sub, work));
        visitor.learns(outcome.map_err(|error| error.during(operation)))
    }
}

/// Who passed the gate's first part, what is left to them, or why they did not.
pub(crate) struct HttpAdmission {
    pub(crate) credential: Option<Arc<Credential>>,
    pub(crate) allowance: Allowance,
    pub(crate) outcome: Result<()>,
}

/// Stores what a product works on and other products do without, the first time that the product is used.
fn lay_out(operation: &'static Operation, sub: &Sub) {
    if operation.product.name == CONVERSATIONS.name && !sub.state.read().threads_laid_out {
        sub.state.write().lay_out_threads();
    }
}

/// Whether a token's level and scopes cover an operation.
pub(crate) fn permit(info: &TokenInfo, operation: &'static Operation) -> Result<()> {
    match (&info.level, operation.access) {
        (TokenLevel::Location(_), Access::Agency) => {
            return Err(refusal::forbidden_resource().during(operation));
        }
        (TokenLevel::Agency, Access::Location) => return Err(refusal::auth_class().during(operation)),
        _ => {}
    }
    if info.scopes.allow(operation) { Ok(()) } else { Err(refusal::scope().during(operation)) }
}

fn too_many(allowance: &Allowance) -> Error {
    let wait = if allowance.daily_remaining == 0 {
        std::time::Duration::from_millis(u64::try_from(allowance.daily_reset).unwrap_or_default())
    } else {
        allowance.limits.interval
    };
    refusal::too_many().retry_in(wait)
}
