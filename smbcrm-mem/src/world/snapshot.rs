//! Snapshots: the whole world at one moment, taken and put back in microseconds.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Directory, State, Sub, World};
use crate::clock::Clock;
use crate::delivery::Book;
use crate::journal::Journal;
use crate::{neighbour, sales_boost, smarfle};

/// A moment of the world. Taking one copies a few dozen pointers a sub-account, whatever it holds: records and
/// indexes are shared until somebody writes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) at: DateTime<Utc>,
    pub(crate) virtual_clock: bool,
    /// How far a real clock was from the machine's, in milliseconds.
    pub(crate) shift: i64,
    pub(crate) seed: u64,
    /// How far the world's own randomness had come.
    pub(crate) drawn: u64,
    pub(crate) directory: Directory,
    pub(crate) states: Vec<Option<State>>,
    pub(crate) deliveries: Arc<Book>,
    /// The RSA pair that webhooks are signed with, if it was made. Secret.
    pub(crate) rsa: Option<RsaPair>,
    pub(crate) sales_boost: Arc<sales_boost::State>,
    pub(crate) smarfle: Arc<smarfle::State>,
}

/// A key pair (PKCS#8) that nobody prints.
#[derive(Clone)]
pub(crate) struct RsaPair(pub(crate) Vec<u8>);

impl std::fmt::Debug for RsaPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaPair(…)")
    }
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
        self.moment(|| ()).0
    }

    /// As [`snapshot`](Self::snapshot), and what `mark` answers while nothing moves.
    pub(crate) fn moment<T>(&self, mark: impl FnOnce() -> T) -> (Snapshot, T) {
        // With the directory held for writing no sub-account comes or goes; with all of them held nothing moves.
        let directory = self.directory.write();
        let held: Vec<_> =
            directory.locations.iter().map(|sub| sub.as_ref().map(|sub| sub.state.read())).collect();
        let (sales_boost, smarfle) = (self.sales_boost.read(), self.smarfle.read());
        // The mark first: what is no part of what is locked may be both in the moment and behind the mark, never neither.
        let mark = mark();
        let snapshot = Snapshot {
            at: self.clock.now(),
            virtual_clock: self.clock.is_virtual(),
            shift: self.clock.shift(),
            seed: self.seed,
            drawn: self.random.lock().drawn(),
            states: held.iter().map(|state| state.as_deref().cloned()).collect(),
            directory: directory.clone(),
            deliveries: self.exchange.moment(),
            rsa: self.exchange.kept_rsa(),
            sales_boost: Arc::clone(&sales_boost),
            smarfle: Arc::clone(&smarfle),
        };
        (snapshot, mark)
    }

    /// Puts a moment back. A virtual clock goes back with it; a real one does not.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        let clock = (snapshot.virtual_clock && self.clock.is_virtual()).then_some(snapshot.at);
        self.replace_directory(snapshot, snapshot.open(), clock);
    }

    /// Exchanges what the APIs beside the CRM's hold.
    pub(super) fn put_neighbours(&self, moment: &Snapshot) {
        self.sales_boost.put(&moment.sales_boost);
        self.smarfle.put(&moment.smarfle);
        neighbour::replace(self, &moment.sales_boost);
        neighbour::replace(self, &moment.smarfle);
    }

    /// A world of its own that starts as this one is now.
    pub(crate) fn fork(&self, journal: Journal) -> Self {
        let snapshot = self.snapshot();
        let clock: Clock = self.clock.fork();
        let world = Self::new(clock, snapshot.open(), self.seed, journal);
        world.exchange.share(&self.exchange);
        world.exchange.put(&snapshot.deliveries);
        world.put_neighbours(&snapshot);
        *world.origin.lock() = Some(snapshot);
        *world.base_url.write() = Arc::clone(&self.base_url.read());
        *world.agents.write() = self.agents.read().clone();
        world
    }
}

impl Snapshot {
    /// A world that starts as this was.
    pub(crate) fn world(&self, clock: Clock, journal: Journal) -> World {
        let world = World::new(clock, self.open(), self.seed, journal);
        world.random.lock().wind_to(self.drawn);
        if let Some(RsaPair(pair)) = &self.rsa {
            world.exchange.keys().restore_rsa(pair.clone());
        }
        world.exchange.put(&self.deliveries);
        world.put_neighbours(self);
        world
    }

    /// The clock of a world that goes on from here.
    pub(crate) fn clock(&self) -> Clock {
        if self.virtual_clock { Clock::virtual_at(self.at) } else { Clock::real_shifted(self.shift) }
    }

    /// A directory with sub-accounts of its own that start as these were.
    fn open(&self) -> Directory {
        let mut directory = self.directory.clone();
        for (slot, state) in directory.locations.iter_mut().zip(&self.states) {
            *slot = state.as_ref().map(|state| Arc::new(Sub::new(state.clone())));
        }
        directory
    }
}
