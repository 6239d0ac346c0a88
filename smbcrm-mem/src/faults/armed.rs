//! The armed faults, and which of them a call meets.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde::{Serialize, Serializer};
use smbcrm_core::operation::Operation;

use super::fault::{Effect, Fault, When};
use crate::world::Credential;

/// Which armed fault; shown as `fault-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaultId(u64);

impl fmt::Display for FaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault-{}", self.0)
    }
}

impl FromStr for FaultId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix("fault-").and_then(|number| number.parse().ok());
        number.map(Self).ok_or_else(|| format!("`{text}` is no fault's id, such as fault-1"))
    }
}

impl Serialize for FaultId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A fault, and what has become of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ArmedFault {
    /// Its id.
    pub id: FaultId,
    /// The fault.
    pub fault: Arc<Fault>,
    /// How many calls it applied to.
    pub seen: u64,
    /// How many of them it hit.
    pub hits: u64,
    /// How many it is still to hit; `None` where that has no end.
    pub remaining: Option<u64>,
}

impl ArmedFault {
    /// Whether it has done what it was armed for: hit as often as it is to, or at all where that has no end.
    pub fn is_done(&self) -> bool {
        self.remaining.map_or(self.hits > 0, |remaining| remaining == 0)
    }
}

impl fmt::Display for ArmedFault {
    /// `fault-1 (contacts.create, call 3: resets the connection): applied to 2 calls, hit 0, 1 to come`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): applied to {} calls, hit {}", self.id, self.fault, self.seen, self.hits)?;
        match self.remaining {
            Some(remaining) if remaining > 0 => write!(f, ", {remaining} to come"),
            _ => Ok(()),
        }
    }
}

/// A call, as far as faults ask.
pub(crate) struct Ask<'a> {
    pub(crate) operation: &'static Operation,
    /// Whose token it is; whether that is still good does not matter.
    pub(crate) token: Option<&'a Credential>,
    pub(crate) is_owner: bool,
    pub(crate) location: Option<&'a str>,
    pub(crate) over_http: bool,
    pub(crate) now: i64,
    /// The second look, once the body has said which sub-account is meant: at faults of sub-accounts only.
    pub(crate) second_look: bool,
}

/// What a call meets.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    /// How much longer it takes.
    pub(crate) delay: Duration,
    /// What else happens.
    pub(crate) fault: Option<Arc<Fault>>,
    /// What the journal says of it.
    pub(crate) label: Arc<str>,
}

/// All armed faults.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// How many of them may still hit.
    live: AtomicUsize,
    /// Whether a fault among them asks for older states.
    looks_back: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    armed: Vec<Armed>,
    last: u64,
}

#[derive(Debug)]
struct Armed {
    id: FaultId,
    fault: Arc<Fault>,
    seen: u64,
    hits: u64,
}

impl Registry {
    /// Whether no fault can hit any more: all that a call pays where none is armed.
    pub(crate) fn is_idle(&self) -> bool {
        self.live.load(Ordering::Relaxed) == 0
    }

    /// Whether older states are asked for.
    pub(crate) fn looks_back(&self) -> bool {
        self.looks_back.load(Ordering::Relaxed)
    }

    pub(super) fn arm(&self, fault: Fault) -> FaultId {
        let mut inner = self.inner.lock();
        inner.last += 1;
        let id = FaultId(inner.last);
        inner.armed.push(Armed { id, fault: Arc::new(fault), seen: 0, hits: 0 });
        self.recount(&inner);
        id
    }

    pub(super) fn disarm(&self, id: FaultId) -> bool {
        let mut inner = self.inner.lock();
        let before = inner.armed.len();
        inner.armed.retain(|armed| armed.id != id);
        self.recount(&inner);
        inner.armed.len() < before
    }

    pub(crate) fn clear(&self) {
        let mut inner = self.inner.lock();
        inner.armed.clear();
        self.recount(&inner);
    }

    pub(super) fn list(&self) -> Vec<ArmedFault> {
        self.inner.lock().armed.iter().map(Armed::show).collect()
    }

    /// What this call meets. Counts it for every fault that it is held against.
    pub(crate) fn meet(&self, ask: &Ask<'_>) -> Option<Hit> {
        let mut inner = self.inner.lock();
        let (mut delay, mut fault, mut labels) = (Duration::ZERO, None, Vec::new());
        for armed in &mut inner.armed {
            let is_delay = matches!(armed.fault.effect, Effect::Delay(_));
            // One thing goes wrong at a time, but slowly if need be.
            if (fault.is_some() && !is_delay) || !armed.applies(ask) || !armed.strikes() {
                continue;
            }
            labels.push(format!("{}: {}", armed.id, armed.fault));
            match armed.fault.effect {
                Effect::Delay(by) => delay = delay.saturating_add(by),
                _ => fault = Some(Arc::clone(&armed.fault)),
            }
        }
        self.recount(&inner);
        (!labels.is_empty()).then(|| Hit { delay, fault, label: labels.join("; ").into() })
    }

    fn recount(&self, inner: &Inner) {
        let live = inner.armed.iter().filter(|armed| armed.remaining() != Some(0)).count();
        self.live.store(live, Ordering::Relaxed);
        let looks_back = inner.armed.iter().any(|armed| matches!(armed.fault.effect, Effect::Stale(_)));
        self.looks_back.store(looks_back, Ordering::Relaxed);
    }
}

impl Armed {
    fn applies(&self, ask: &Ask<'_>) -> bool {
        let on = &self.fault.on;
        let is_theirs = |wanted: &str| match ask.token {
            Some(credential) => &*credential.name == wanted || credential.token.info.id == wanted,
            None => ask.is_owner && wanted == "owner",
        };
        let can_happen = match self.fault.effect {
            Effect::Stale(_) => ask.operation.read,
            Effect::Duplicate => ask.over_http,
            _ => true,
        };
        can_happen
            && (!ask.second_look || on.location.is_some())
            && on.operation.is_none_or(|operation| operation == ask.operation)
            && on.product.as_deref().is_none_or(|product| product == ask.operation.product.name)
            && on.method.is_none_or(|method| method == ask.operation.method)
            && on.token.as_deref().is_none_or(is_theirs)
            && on.location.as_ref().is_none_or(|location| ask.location == Some(location.as_str()))
            && on.until.is_none_or(|until| ask.now < until.timestamp_millis())
            && self.remaining() != Some(0)
    }

    /// Counts a call, and says whether it is hit.
    fn strikes(&mut self) -> bool {
        self.seen += 1;
        let hit = match self.fault.on.when {
            When::Always => true,
            When::Nth(n) => self.seen == u64::from(n),
            When::First(n) => self.seen <= u64::from(n),
            When::Every(n) => self.seen.is_multiple_of(u64::from(n.max(1))),
            When::Chance { of, seed } => {
                let mixed = seed ^ self.seen.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                SmallRng::seed_from_u64(mixed).random::<f64>() < of
            }
        };
        self.hits += u64::from(hit);
        hit
    }

    fn remaining(&self) -> Option<u64> {
        let most = match self.fault.on.when {
            When::Nth(_) => 1,
            When::First(n) => u64::from(n),
            _ => return None,
        };
        Some(most.saturating_sub(self.hits))
    }

    fn show(&self) -> ArmedFault {
        ArmedFault {
            id: self.id,
            fault: Arc::clone(&self.fault),
            seen: self.seen,
            hits: self.hits,
            remaining: self.remaining(),
        }
    }
}
