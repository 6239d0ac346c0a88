//! Snapshots: the whole world at one moment, taken and put back in microseconds.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::RwLock;

use super::{Directory, State, Sub, World};
use crate::clock::Clock;
use crate::delivery::Book;
use crate::journal::Journal;

/// A moment of the world. Taking one copies a few dozen pointers a sub-account, whatever it holds: records and
/// indexes are shared until somebody writes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) at: DateTime<Utc>,
    virtual_clock: bool,
    directory: Directory,
    states: Vec<Option<State>>,
    deliveries: Arc<Book>,
}

impl Snapshot {
    /// What time it was.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

impl World {
    /// The world at this moment; no write is half in it.
    pub(crate) fn snapshot(&self) -> Snapshot {
        // With the directory held for writing no sub-account comes or goes; with all of them held nothing moves.
        let directory = self.directory.write();
        let held: Vec<_> =
            directory.locations.iter().map(|sub| sub.as_ref().map(|sub| sub.state.read())).collect();
        Snapshot {
            at: self.clock.now(),
            virtual_clock: self.clock.is_virtual(),
            states: held.iter().map(|state| state.as_deref().cloned()).collect(),
            directory: directory.clone(),
            deliveries: self.exchange.moment(),
        }
    }

    /// Puts a moment back. A virtual clock goes back with it; a real one does not.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        let directory = snapshot.open();
        self.history.clear();
        *self.directory.write() = directory;
        self.exchange.put(&snapshot.deliveries);
        if snapshot.virtual_clock && self.clock.is_virtual() {
            self.clock.set(snapshot.at);
        }
    }

    /// A world of its own that starts as this one is now.
    pub(crate) fn fork(&self, journal: Journal) -> Self {
        let snapshot = self.snapshot();
        let clock: Clock = self.clock.fork();
        let world = Self::new(clock, snapshot.open(), self.seed, journal);
        world.exchange.share(&self.exchange);
        world.exchange.put(&snapshot.deliveries);
        *world.origin.lock() = Some(snapshot);
        *world.base_url.write() = Arc::clone(&self.base_url.read());
        *world.agents.write() = self.agents.read().clone();
        world
    }
}

impl Snapshot {
    /// A directory with sub-accounts of its own that start as these were.
    fn open(&self) -> Directory {
        let mut directory = self.directory.clone();
        for (slot, state) in directory.locations.iter_mut().zip(&self.states) {
            *slot = state.as_ref().map(|state| {
                Arc::new(Sub {
                    id: state.location.id.clone(),
                    state: RwLock::new(state.clone()),
                    is_old: false,
                })
            });
        }
        directory
    }
}
