//! The handle to a world.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use smbcrm_core::types::{CompanyId, LocationId};

use crate::admin::Admin;
use crate::admit::Caller;
use crate::clock::Clock;
use crate::disk::{DiskError, DiskProblem, Opened};
use crate::journal::{JOURNAL_BYTES, JOURNAL_ENTRIES, Journal};
use crate::limits::RateLimits;
use crate::seed::Seed;
use crate::world::{Directory, Snapshot, World};

/// An SMBcrm in memory: every product's trait, answered from state.
///
/// A clone is another handle to the same world; [`MemCrm::fork`] makes a world of its own. A new one holds one
/// sub-account with one pipeline, and its clock is virtual.
#[derive(Clone)]
pub struct MemCrm {
    pub(crate) world: Arc<World>,
    pub(crate) caller: Caller,
    home: LocationId,
}

impl MemCrm {
    /// A world with one sub-account ([`MemCrm::location`]) and a virtual clock, used as its owner.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A world of your choice.
    pub fn builder() -> MemCrmBuilder {
        MemCrmBuilder::default()
    }

    /// The sub-account that the world was made with.
    pub fn location(&self) -> &LocationId {
        &self.home
    }

    /// The same world, used with a token: `crm.with_token("pit-…")`.
    ///
    /// The token is checked at every call, as the wire does, so it may be made, rotated or revoked later on.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { caller: Caller::of(token), ..self.clone() }
    }

    pub(crate) fn with_caller(&self, caller: Caller) -> Self {
        Self { caller, ..self.clone() }
    }

    /// What no API can do.
    pub fn admin(&self) -> Admin<'_> {
        Admin::new(self)
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.world.clock
    }

    /// A world of its own that starts as this one is now, with the same caller.
    ///
    /// Costs microseconds, whatever the world holds.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            world: Arc::new(self.world.fork(Journal::new(JOURNAL_ENTRIES, JOURNAL_BYTES))),
            ..self.clone()
        }
    }

    /// This moment of the world.
    pub fn snapshot(&self) -> Snapshot {
        self.world.snapshot()
    }

    /// A world of its own that starts as it was at a moment, used as its owner.
    pub(crate) fn of_snapshot(snapshot: &Snapshot) -> Self {
        Self::going_on(snapshot, snapshot.clock(), Journal::new(JOURNAL_ENTRIES, JOURNAL_BYTES), |_| ())
    }

    fn going_on(
        snapshot: &Snapshot,
        clock: Clock,
        journal: Journal,
        adapt: impl FnOnce(&mut Directory),
    ) -> Self {
        let world = snapshot.world(clock, journal);
        adapt(&mut world.directory.write());
        let home = world.directory.read().home.clone();
        let crm = Self { world: Arc::new(world), caller: Caller::Owner, home };
        crm.admin().mark_origin();
        crm
    }

    /// Puts a moment back. A virtual clock goes back with it.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.world.restore(snapshot);
    }
}

impl Default for MemCrm {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemCrm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemCrm")
            .field("location", &self.home)
            .field("clock", &self.world.clock)
            .finish_non_exhaustive()
    }
}

/// Chooses how a world begins.
#[derive(Debug)]
pub struct MemCrmBuilder {
    clock: Option<Clock>,
    limits: Option<RateLimits>,
    seed: u64,
    lenient: bool,
    fsync: bool,
    journal: usize,
    journal_bytes: usize,
    company: CompanyId,
    location: Option<LocationId>,
    contents: Seed,
}

impl Default for MemCrmBuilder {
    fn default() -> Self {
        Self {
            clock: None,
            limits: None,
            seed: 0,
            lenient: false,
            fsync: false,
            journal: JOURNAL_ENTRIES,
            journal_bytes: JOURNAL_BYTES,
            company: "COMPANY0000000000001".into(),
            location: None,
            contents: Seed::Empty,
        }
    }
}

impl MemCrmBuilder {
    /// The clock; virtual unless told otherwise.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// How many requests a token may make; the owner is never limited.
    #[must_use]
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// What ids and jitter are made from; 0 unless told otherwise.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Takes any token, version, scope and property. An emulator that cannot refuse proves little: off by default.
    #[must_use]
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.lenient = lenient;
        self
    }

    /// How many calls the journal keeps; 0 keeps none.
    #[must_use]
    pub fn journal(mut self, entries: usize) -> Self {
        self.journal = entries;
        self
    }

    /// How many bytes the journal's calls may take; the oldest go first.
    #[must_use]
    pub fn journal_bytes(mut self, bytes: usize) -> Self {
        self.journal_bytes = bytes;
        self
    }

    /// What the world begins with; [`Seed::Empty`] unless told otherwise. [`crate::Admin::reset`] goes back to it.
    #[must_use]
    pub fn seed_with(mut self, seed: Seed) -> Self {
        self.contents = seed;
        self
    }

    /// The id of the first sub-account; the seed's first one unless told otherwise.
    #[must_use]
    pub fn location(mut self, id: impl Into<LocationId>) -> Self {
        self.location = Some(id.into());
        self
    }

    /// The id of the agency.
    #[must_use]
    pub fn company(mut self, id: impl Into<CompanyId>) -> Self {
        self.company = id.into();
        self
    }

    /// Whether [`persist`](Self::persist) has every change on the disk, and not only with the system, before a call
    /// returns; off unless told otherwise. It costs milliseconds a write, and a power failure then loses nothing
    /// either.
    #[must_use]
    pub fn fsync(mut self, fsync: bool) -> Self {
        self.fsync = fsync;
        self
    }

    /// Makes the world and keeps it in a file: whatever is changed in it is written there before the call returns, so
    /// that the next one to open the file goes on where this one was, even after `kill -9`.
    ///
    /// A file that exists wins over the seed: the world is what the file holds. Its first sub-account, its rate limits
    /// and its time are the file's too, unless they were chosen here; a virtual clock goes on where it was. The
    /// [origin](crate::Admin::reset), to which a reset goes back, is the moment at which the file was opened. Named
    /// snapshots, the journal and the counts of the rate limits are not kept.
    ///
    /// ```
    /// use smbcrm_core::Crm;
    /// use smbcrm_core::contacts::CreateContact;
    /// use smbcrm_mem::MemCrm;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { futures::executor::block_on(async {
    /// # let path = std::env::temp_dir().join(format!("smbcrm-persist-{}.world", std::process::id()));
    /// let crm = MemCrm::builder().persist(&path)?;
    /// let ada = crm.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
    /// drop(crm); // or the process is killed
    ///
    /// let crm = MemCrm::builder().persist(&path)?;
    /// assert!(crm.contacts().get(&ada.id).await.is_ok());
    /// # drop(crm);
    /// # for ending in ["world", "world.lock"] { std::fs::remove_file(path.with_extension(ending))?; }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the file, and which file; [`DiskProblem::InUse`](crate::DiskProblem::InUse) while another
    /// world is kept in it.
    pub fn persist(mut self, path: impl AsRef<Path>) -> Result<MemCrm, DiskError> {
        let (path, fsync) = (path.as_ref(), self.fsync);
        let opened = Opened::open(path)?;
        let crm = match &opened.found {
            None => self.build(),
            Some(found) => {
                let snapshot = &found.snapshot;
                let clock = match self.clock.take() {
                    Some(clock) if clock.is_virtual() => Clock::virtual_at(snapshot.at),
                    Some(clock) if !snapshot.virtual_clock => {
                        clock.advance_signed(snapshot.shift);
                        clock
                    }
                    Some(clock) => clock,
                    None => snapshot.clock(),
                };
                let journal = Journal::new(self.journal, self.journal_bytes);
                let crm = MemCrm::going_on(snapshot, clock, journal, |directory| {
                    directory.lenient = self.lenient;
                    directory.limits = self.limits.unwrap_or(directory.limits);
                    if let Some(location) = self.location {
                        directory.home = location;
                    }
                });
                if crm.admin().sub(&crm.home).is_none() {
                    let problem = DiskProblem::NoLocation(crm.home.to_string());
                    return Err(DiskError::new(path, problem));
                }
                crm
            }
        };
        opened.keep(&crm.world, fsync)?;
        Ok(crm)
    }

    /// Makes the world.
    pub fn build(self) -> MemCrm {
        let home = self.location.or_else(|| self.contents.first_id());
        let home = home.unwrap_or_else(|| "LOC00000000000000001".into());
        let mut directory = Directory::new(self.company, self.seed);
        directory.home = home.clone();
        directory.limits = self.limits.unwrap_or_default();
        directory.lenient = self.lenient;
        let clock = self.clock.unwrap_or_else(Clock::fixed);
        let journal = Journal::new(self.journal, self.journal_bytes);
        let world = Arc::new(World::new(clock, directory, self.seed, journal));
        let crm = MemCrm { world, caller: Caller::Owner, home };
        crm.admin().found(&crm.home);
        if !matches!(self.contents, Seed::Empty) {
            let planted = crm.admin().plant(&self.contents);
            // A seed is planted once when it is read: whatever is wrong with it was said then.
            debug_assert!(planted.is_ok(), "{planted:?}");
        }
        crm.admin().mark_origin();
        crm
    }
}
