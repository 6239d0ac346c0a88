//! Who calls, how often, and the line in the audit log that each call leaves.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use smbcrm_core::operation::Operation;
use smbcrm_core::smarfle::settings::SETTINGS;
use smbcrm_core::types::Text;
use smbcrm_core::{Error, Result};

use super::audit::{Actor, Entry};
use super::window::{MemoryWindow, RateWindow, Taken};
use super::{MemSmarfle, State, ids, refusal};
use crate::neighbour::{Key, Passage};

/// Requests a minute with one key.
pub(super) const REQUESTS: u32 = 100;
pub(super) const SPAN: Duration = Duration::from_secs(60);

/// Who calls.
#[derive(Clone)]
pub(crate) enum Caller {
    /// An organisation's owner, in process.
    Owner(u64),
    /// Whoever has this key or session.
    Credential(Arc<str>),
    /// Somebody whose request over HTTP has been admitted, and whether it stands in the audit log.
    Admitted(Arc<Admitted>),
}

/// A request that has been admitted.
pub(crate) struct Admitted {
    who: Who,
    is_noted: AtomicBool,
}

impl fmt::Debug for Caller {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Owner(_) => "Owner",
            Self::Credential(_) => "Credential(…)",
            Self::Admitted(_) => "Admitted",
        })
    }
}

impl Caller {
    pub(super) fn with(credential: &str) -> Self {
        Self::Credential(credential.trim().into())
    }
}

/// Somebody who is known.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) org: u64,
    pub(super) actor: Actor,
    /// What requests are counted by.
    fingerprint: Option<String>,
}

impl Who {
    fn owner(org: u64) -> Self {
        Self { org, actor: Actor::Owner, fingerprint: None }
    }

    fn with(key: &Key, actor: Actor) -> Self {
        Self { org: key.home, actor, fingerprint: Some(key.fingerprint()) }
    }

    pub(super) fn name(&self) -> Arc<str> {
        self.actor.name().into()
    }
}

/// Who counts requests; no part of any moment of the world.
#[derive(Debug)]
pub(crate) struct Meters(pub(super) RwLock<Arc<dyn RateWindow>>);

impl Default for Meters {
    fn default() -> Self {
        Self(RwLock::new(Arc::new(MemoryWindow::default())))
    }
}

/// How a request was received.
pub(super) struct Received {
    /// The caller's name in the journal.
    pub(super) name: Arc<str>,
    /// The limit, and what is left of it.
    pub(super) taken: Option<(u32, Taken)>,
    pub(super) outcome: Result<Who>,
}

/// A call that is carried out: whose it is, and what is said of it in the audit log.
pub(super) struct Call<'a> {
    pub(super) smarfle: &'a MemSmarfle,
    pub(super) who: Who,
    pub(super) target: Option<Text>,
    /// The status of its success, where it is not the operation's.
    pub(super) status: Option<u16>,
}

impl Call<'_> {
    pub(super) fn org(&self) -> u64 {
        self.who.org
    }

    /// Looks at what there is.
    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.smarfle.crm.world.smarfle.read())
    }

    /// Changes what there is, in one critical section.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let world = &self.smarfle.crm.world;
        world.smarfle.change(world, change)
    }

    pub(super) fn concerns(&mut self, target: impl Into<Text>) {
        self.target = Some(target.into());
    }
}

impl MemSmarfle {
    /// Carries out a call, once its caller is admitted.
    pub(super) async fn run<T>(
        &self,
        operation: &'static Operation,
        work: impl FnOnce(&mut Call<'_>) -> Result<T>,
    ) -> Result<T> {
        let (mut call, passage) = self.enter(operation).await?;
        let outcome = work(&mut call);
        self.leave(operation, call, passage, outcome)
    }

    /// Passes the gate in process: armed fault, key, rate. Over HTTP all of it has been passed already.
    pub(super) async fn enter(&self, operation: &'static Operation) -> Result<(Call<'_>, Passage)> {
        let call = |who| Call { smarfle: self, who, target: None, status: None };
        let received = match &self.caller {
            Caller::Admitted(admitted) => return Ok((call(admitted.who.clone()), Passage::default())),
            Caller::Owner(org) => {
                let is_there = self.crm.world.smarfle.read().orgs.get(*org).is_some();
                let missing =
                    || refusal::not_found("organization", &ids::id::<Text>(ids::ORGANIZATION, *org));
                let outcome = is_there.then(|| Who::owner(*org)).ok_or_else(missing);
                Received { name: "owner".into(), taken: None, outcome }
            }
            Caller::Credential(value) => self.receive(Some(operation), value, true).await,
        };
        let (who, passage) = self.crm.pass(operation, || Ok((received.name, received.outcome?)))?;
        Ok((call(who), passage))
    }

    /// Ends a call: it stands in the audit log, and its caller learns of it.
    pub(super) fn leave<T>(
        &self,
        operation: &'static Operation,
        call: Call<'_>,
        passage: Passage,
        outcome: Result<T>,
    ) -> Result<T> {
        let Call { who, target, status, .. } = call;
        let status = match &outcome {
            Ok(_) => status.unwrap_or(operation.status),
            Err(error) => error.status_or_default(),
        };
        self.note(operation, &who, status, target);
        if let Caller::Admitted(admitted) = &self.caller {
            admitted.is_noted.store(true, Ordering::Relaxed);
        }
        let outcome = outcome.map_err(|error| error.during(operation));
        passage.learns(self.crm.world.kept(outcome))
    }

    /// Asks whose credential it is and counts the request. Who is turned away stands in the audit log.
    pub(super) async fn receive(
        &self,
        operation: Option<&'static Operation>,
        value: &str,
        takes_sessions: bool,
    ) -> Received {
        let who = match self.identify(value, takes_sessions) {
            Ok(who) => who,
            Err(error) => return Received { name: "nobody".into(), taken: None, outcome: Err(error) },
        };
        let name = who.name();
        let (taken, outcome) = match self.count(&who).await {
            Err(error) => (None, Err(error)),
            Ok(counted) => (Some(counted), self.may(operation, &who, &counted.1)),
        };
        if let (Err(error), Some(operation)) = (&outcome, operation) {
            self.note(operation, &who, error.status_or_default(), None);
        }
        Received { name, taken, outcome: outcome.map(|()| who) }
    }

    /// Whether a request may go on that has been counted.
    fn may(&self, operation: Option<&'static Operation>, who: &Who, taken: &Taken) -> Result<()> {
        if !taken.granted {
            return Err(refusal::too_many(taken.reset_in));
        }
        let wants_session = operation.is_some_and(|operation| operation.product.name == SETTINGS.name);
        match (&who.actor, wants_session) {
            (Actor::Key { .. }, true) => Err(refusal::forbidden()),
            // A session is no API key.
            (Actor::Session { .. }, false) if operation.is_some() => Err(refusal::unauthorized()),
            _ => Ok(()),
        }
    }

    /// Whose credential this is.
    fn identify(&self, value: &str, takes_sessions: bool) -> Result<Who> {
        let (state, now) = (self.crm.world.smarfle.read(), self.crm.world.clock.now());
        if let Some(key) = state.keys.open(value, now) {
            return Ok(Who::with(key, Actor::Key { id: key.id, name: key.name.clone() }));
        }
        let session = state.sessions.open(value, now).filter(|_| takes_sessions);
        let session = session.ok_or_else(refusal::unauthorized)?;
        Ok(Who::with(session, Actor::Session { id: session.id, name: session.name.clone() }))
    }

    /// Counts a request.
    async fn count(&self, who: &Who) -> Result<(u32, Taken)> {
        let world = &self.crm.world;
        let limit = world.smarfle.read().org(who.org).requests;
        let window = Arc::clone(&world.smarfle_meters.0.read());
        let caller = who.fingerprint.as_deref().unwrap_or_default();
        match window.take(caller, limit, SPAN, world.clock.millis()).await {
            Ok(taken) => Ok((limit, taken)),
            Err(error) => {
                tracing::warn!(%error, "a Smarfle request is refused, as it cannot be counted");
                Err(refusal::uncounted())
            }
        }
    }

    /// Writes a call into the audit log.
    fn note(&self, operation: &'static Operation, who: &Who, status: u16, target: Option<Text>) {
        let world = &self.crm.world;
        let is_lead = operation.product.name != SETTINGS.name;
        // What is turned away before it reaches the API is not charged.
        let is_billed = is_lead && matches!(who.actor, Actor::Key { .. }) && !matches!(status, 429 | 503);
        let entry = Entry {
            at: world.clock.now(),
            actor: who.actor.clone(),
            action: Text::from(operation.to_string()),
            target,
            status: Some(status),
            is_failed: status >= 500,
            is_billed,
        };
        world.smarfle.change(world, |state| state.note(who.org, entry));
    }

    /// The same organisation, for a request that was admitted.
    pub(super) fn admitted(self, who: Who) -> Self {
        let admitted = Admitted { who, is_noted: AtomicBool::new(false) };
        Self { caller: Caller::Admitted(Arc::new(admitted)), ..self }
    }

    /// Notes a request over HTTP that came to its end before it was carried out.
    pub(super) fn note_unless_noted(
        &self,
        operation: &'static Operation,
        outcome: &Result<impl Sized, Error>,
    ) {
        let Caller::Admitted(admitted) = &self.caller else { return };
        if admitted.is_noted.swap(true, Ordering::Relaxed) {
            return;
        }
        let status = outcome.as_ref().map_or_else(Error::status_or_default, |_| operation.status);
        self.note(operation, &admitted.who, status, None);
    }
}
