//! Deliveries remembered in memory, for one process.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Claim, ClaimToken, Clock, IdempotencyStore, StoreError};

/// Remembers deliveries in memory. Clones share what they remember.
///
/// Bounded: 100 000 deliveries unless told otherwise. When it is full, what was done longest ago is forgotten first; what
/// is being handled is never forgotten.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_core::webhooks::{Claim, IdempotencyStore, MemoryStore};
///
/// # futures::executor::block_on(async {
/// let store = MemoryStore::new();
/// let lease = Duration::from_secs(60);
/// let Claim::Claimed(token) = store.claim("W1", lease).await? else { panic!() };
/// assert_eq!(store.claim("W1", lease).await?, Claim::InProgress);
/// store.done("W1", &token).await?;
/// assert_eq!(store.claim("W1", lease).await?, Claim::Done);
/// # Ok::<(), smbcrm_core::webhooks::StoreError>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    clock: Clock,
    ttl: TimeDelta,
    capacity: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Arc<str>, Entry>,
    /// Claims and what is done, each by when it ends: the first is the next to be forgotten.
    claims: BTreeSet<(DateTime<Utc>, Arc<str>)>,
    done: BTreeSet<(DateTime<Utc>, Arc<str>)>,
    claimed: u64,
}

struct Entry {
    until: DateTime<Utc>,
    /// The number of the claim; none once it is done.
    claim: Option<u64>,
}

impl MemoryStore {
    /// A store on the system's clock.
    pub fn new() -> Self {
        Self { clock: Clock::system(), ttl: TimeDelta::days(7), capacity: 100_000, state: Arc::default() }
    }

    /// Goes by this clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Remembers what is done for that long. Longer than the sender goes on trying.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = delta(ttl);
        self
    }

    /// Remembers that many deliveries; one at least.
    #[must_use]
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity.max(1);
        self
    }

    /// How many deliveries it remembers.
    pub fn len(&self) -> usize {
        let mut state = self.state();
        state.forget(self.clock.now());
        state.entries.len()
    }

    /// Whether it remembers none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets what has ended.
    fn forget(&mut self, now: DateTime<Utc>) {
        for ends in [&mut self.claims, &mut self.done] {
            while ends.first().is_some_and(|(until, _)| *until <= now) {
                let Some((_, key)) = ends.pop_first() else { break };
                self.entries.remove(&key);
            }
        }
    }

    fn take(&mut self, key: &str) {
        if let Some((key, entry)) = self.entries.remove_entry(key) {
            let ends = if entry.claim.is_some() { &mut self.claims } else { &mut self.done };
            ends.remove(&(entry.until, key));
        }
    }

    fn put(&mut self, key: Arc<str>, entry: Entry) {
        let ends = if entry.claim.is_some() { &mut self.claims } else { &mut self.done };
        ends.insert((entry.until, Arc::clone(&key)));
        self.entries.insert(key, entry);
    }

    /// Whether the token may end the claim. A claim that nobody took over after its lease still counts.
    fn holds(&self, key: &str, token: &ClaimToken) -> bool {
        let number = token.as_str().parse().ok();
        self.entries.get(key).is_none_or(|entry| number.is_some() && entry.claim == number)
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, StoreError> {
        let now = self.clock.now();
        let mut state = self.state();
        state.forget(now);
        match state.entries.get(key) {
            Some(Entry { claim: None, .. }) => return Ok(Claim::Done),
            Some(Entry { claim: Some(_), .. }) => return Ok(Claim::InProgress),
            None => {}
        }
        if state.entries.len() >= self.capacity {
            let (_, oldest) = state.done.first().cloned().ok_or(StoreError::Full)?;
            state.take(&oldest);
        }
        state.claimed += 1;
        let number = state.claimed;
        state.put(key.into(), Entry { until: later(now, delta(lease)), claim: Some(number) });
        Ok(Claim::Claimed(ClaimToken::new(number.to_string())))
    }

    async fn done(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut state = self.state();
        state.forget(now);
        if !state.holds(key, token) {
            return Err(StoreError::Lost);
        }
        state.take(key);
        state.put(key.into(), Entry { until: later(now, self.ttl), claim: None });
        Ok(())
    }

    async fn failed(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError> {
        let mut state = self.state();
        state.forget(self.clock.now());
        if !state.holds(key, token) {
            return Err(StoreError::Lost);
        }
        state.take(key);
        Ok(())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

fn later(now: DateTime<Utc>, delta: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(delta).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
