//! The world: an agency, its sub-accounts, its tokens, its clock.
//!
//! The directory (who exists, which tokens are good) sits behind one lock, and each sub-account's records behind one
//! of its own. Both are held for memory work only.

mod alter;
mod diff;
pub(crate) mod ids;
mod owned;
mod places;
mod row;
mod snapshot;
mod state;
pub(crate) mod tape;
pub(crate) mod token;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};
use smbcrm_core::types::{CompanyId, LocationId};

pub use diff::{RecordChange, WhatChanged, WorldDiff};
pub(crate) use owned::{Kept, Owned};
pub(crate) use row::Row;
pub(crate) use snapshot::RsaPair;
pub use snapshot::Snapshot;
pub(crate) use state::{
    ByContact, Campaign, ContactKey, Enrolment, EnrolmentKind, OpportunityKey, State, StoredFile,
    StoredLostReason, StoredRecurringTask, StoredTask, StoredTemplate, StoredUser, TagKey, Workflow,
};

use crate::agent_studio::Talks;
use crate::automation::Runner;
use crate::clock::Clock;
use crate::delivery::Exchange;
use crate::disk::Keeper;
use crate::events::EventLog;
use crate::faults::{History, Registry};
use crate::journal::Journal;
use crate::limits::{Meter, RateLimits};
use crate::neighbour::Held;
use crate::{sales_boost, smarfle};
use token::{Hash, Token};

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) directory: RwLock<Directory>,
    pub(crate) journal: Journal,
    pub(crate) events: EventLog,
    /// What goes wrong; no part of any moment of the world.
    pub(crate) faults: Registry,
    pub(crate) history: History,
    pub(crate) exchange: Exchange,
    /// The two APIs that feed the CRM, and the requests that they count.
    pub(crate) sales_boost: Held<sales_boost::State>,
    pub(crate) sales_boost_meter: sales_boost::Meter,
    pub(crate) smarfle: Held<smarfle::State>,
    pub(crate) smarfle_meters: smarfle::Meters,
    pub(crate) snapshots: Mutex<HashMap<String, Snapshot>>,
    /// What the world looked like when it was opened to callers; a reset goes back there.
    pub(crate) origin: Mutex<Option<Snapshot>>,
    pub(crate) random: Mutex<ids::Dice>,
    pub(crate) seed: u64,
    /// The file that the world is kept in, if it is.
    pub(crate) log: OnceLock<Keeper>,
    /// Where the world is reached; addresses of uploaded files begin with it. No part of any moment of the world.
    pub(crate) base_url: RwLock<Arc<str>>,
    /// Who answers for agents. No part of any moment of the world.
    pub(crate) agents: RwLock<Runner>,
    pub(crate) talks: Talks,
    traces: AtomicU64,
}

/// Who exists.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    pub(crate) company: CompanyId,
    /// The sub-account that the world was made with.
    pub(crate) home: LocationId,
    /// The agency's users, in the order they were made.
    pub(crate) users: Owned<StoredUser>,
    pub(crate) user_ids: ids::Ids,
    /// By ordinal, the number that ids minted there begin with. A deleted one leaves its place empty.
    pub(crate) locations: Vec<Option<Arc<Sub>>>,
    pub(crate) by_id: HashMap<LocationId, usize, foldhash::fast::RandomState>,
    pub(crate) tokens: Vec<Arc<Credential>>,
    pub(crate) by_hash: HashMap<Hash, usize, foldhash::fast::RandomState>,
    pub(crate) limits: RateLimits,
    /// Whether callers are checked at all; a lenient world takes any token, scope and property.
    pub(crate) lenient: bool,
}

/// One sub-account.
#[derive(Debug)]
pub(crate) struct Sub {
    pub(crate) id: LocationId,
    pub(crate) state: RwLock<State>,
    /// Whether it is an older state, for reads that lag behind: what happens to it is told to nobody.
    pub(crate) is_old: bool,
    /// Whether it is no part of the world any more, though a call that began before may still hold it. Written with
    /// the state locked; see [`crate::disk`].
    pub(crate) retired: AtomicBool,
}

impl Sub {
    pub(crate) fn new(state: State) -> Self {
        let id = state.location.id.clone();
        Self { id, state: RwLock::new(state), is_old: false, retired: AtomicBool::new(false) }
    }
}

/// A token and its meter.
#[derive(Debug)]
pub(crate) struct Credential {
    pub(crate) name: Arc<str>,
    pub(crate) token: Token,
    pub(crate) meter: Arc<Meter>,
}

impl World {
    pub(crate) fn new(clock: Clock, directory: Directory, seed: u64, journal: Journal) -> Self {
        Self {
            clock,
            directory: RwLock::new(directory),
            journal,
            events: EventLog::default(),
            faults: Registry::default(),
            history: History::default(),
            exchange: Exchange::new(seed),
            sales_boost: Held::default(),
            sales_boost_meter: sales_boost::Meter::default(),
            smarfle: Held::default(),
            smarfle_meters: smarfle::Meters::default(),
            snapshots: Mutex::default(),
            origin: Mutex::default(),
            random: Mutex::new(ids::Dice::new(seed)),
            seed,
            log: OnceLock::new(),
            base_url: RwLock::new("http://127.0.0.1:4010".into()),
            agents: RwLock::default(),
            talks: Talks::default(),
            traces: AtomicU64::new(0),
        }
    }

    /// The id of an answer, for support to find it by.
    pub(crate) fn trace_id(&self) -> String {
        let number = self.traces.fetch_add(1, Ordering::Relaxed);
        let mixed = (number ^ self.seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            (mixed >> 32) as u32,
            (mixed >> 16) as u16,
            mixed & 0xfff,
            (mixed >> 12) & 0xfff,
            number & 0xffff_ffff_ffff,
        )
    }
}

impl Directory {
    pub(crate) fn new(company: CompanyId, seed: u64) -> Self {
        Self {
            company,
            home: LocationId::default(),
            users: Owned::default(),
            user_ids: ids::Ids::new(seed, ids::AGENCY),
            locations: Vec::new(),
            by_id: HashMap::default(),
            tokens: Vec::new(),
            by_hash: HashMap::default(),
            limits: RateLimits::default(),
            lenient: false,
        }
    }

    pub(crate) fn location(&self, id: &str) -> Option<&Arc<Sub>> {
        // Most worlds hold one sub-account: comparing is quicker than hashing.
        if let [Some(only)] = self.locations.as_slice() {
            return (only.id == *id).then_some(only);
        }
        self.locations.get(*self.by_id.get(id)?)?.as_ref()
    }

    /// The sub-accounts in which a record with this id may be, the likeliest first.
    pub(crate) fn candidates<'a>(&'a self, record: &str) -> impl Iterator<Item = &'a Arc<Sub>> + 'a {
        let likely = ids::ordinal(record).filter(|at| *at < self.locations.len());
        let first = likely.and_then(|at| self.locations[at].as_ref());
        let rest = self.locations.iter().enumerate().filter(move |(at, _)| Some(*at) != likely);
        first.into_iter().chain(rest.filter_map(|(_, sub)| sub.as_ref()))
    }

    /// Adds a sub-account whose state `make` fills in, given its ordinal.
    pub(crate) fn add(&mut self, make: impl FnOnce(u32) -> State) -> Arc<Sub> {
        let ordinal = self.locations.len();
        let state = make(u32::try_from(ordinal).unwrap_or(u32::MAX));
        let sub = Arc::new(Sub::new(state));
        self.by_id.insert(sub.id.clone(), ordinal);
        self.locations.push(Some(Arc::clone(&sub)));
        sub
    }

    /// Rebuilds the look-up of tokens after one of them changed.
    pub(crate) fn index_tokens(&mut self) {
        self.by_hash.clear();
        for (at, credential) in self.tokens.iter().enumerate() {
            self.by_hash.insert(credential.token.current, at);
            if let Some(previous) = credential.token.previous {
                self.by_hash.insert(previous, at);
            }
        }
    }
}
