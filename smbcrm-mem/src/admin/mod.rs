//! What no API can do: tokens, sub-accounts, planted records, the journal.

mod converse;
mod deliver;
mod enrol;
mod plant;
mod plant_deals;
mod plant_forms;
mod plant_location;
mod plant_payments;
mod plant_press;
mod plant_seed;
#[cfg(test)]
mod tests;
mod tokens;
mod users;

pub use plant_location::UploadedFile;

use std::sync::Arc;

use smbcrm_core::locations::{Location, LocationSettings};
use smbcrm_core::types::{CompanyId, LocationId};

use crate::MemCrm;
use crate::events::Event;
use crate::journal::{Call, CallFilter};
use crate::limits::RateLimits;
use crate::locations::filled;
use crate::wait::{self, Patience};
use crate::world::{State, Sub};

/// The administrator's side of a world.
///
/// Nothing here passes the gate, and nothing is limited. Over HTTP the same is under `/_mem/`.
#[derive(Debug, Clone, Copy)]
pub struct Admin<'a> {
    pub(crate) crm: &'a MemCrm,
}

impl<'a> Admin<'a> {
    pub(crate) fn new(crm: &'a MemCrm) -> Self {
        Self { crm }
    }

    /// The agency.
    pub fn company(&self) -> CompanyId {
        self.crm.world.directory.read().company.clone()
    }

    /// The sub-accounts, in the order they were made.
    pub fn locations(&self) -> Vec<Arc<Location>> {
        let directory = self.crm.world.directory.read();
        directory.locations.iter().flatten().map(|sub| Arc::clone(&sub.state.read().location)).collect()
    }

    /// How many contacts there are, in all sub-accounts.
    pub fn count_contacts(&self) -> usize {
        self.crm.subs().iter().map(|sub| sub.state.read().contacts.len()).sum()
    }

    /// Makes a sub-account. It has one pipeline, as a new one has.
    ///
    /// Nothing happens when the id is taken already.
    pub fn found(&self, id: &LocationId) {
        let mut location = Location::default();
        location.id = id.clone();
        location.name = "Demo".into();
        location.country = Some("US".into());
        location.timezone = Some("America/Chicago".into());
        self.add_location(location);
    }

    /// Makes a sub-account of this description. Settings left open become the defaults: no duplicates, e-mail
    /// before phone. An empty id is minted; nothing happens when the id is taken already.
    pub fn add_location(&self, location: Location) -> Arc<Location> {
        let world = &self.crm.world;
        world.arrange_directory(|directory| directory.found(location, world.seed, world.clock.now()))
    }

    /// Changes how a sub-account tells contacts apart, and whether it allows duplicates.
    ///
    /// `None` when there is no such sub-account.
    pub fn set_settings(&self, location: &LocationId, settings: LocationSettings) -> Option<()> {
        self.edit(location, |state| {
            let mut location = Location::clone(&state.location);
            location.settings = Some(filled(Some(settings)));
            state.set_location(Arc::new(location));
        })
    }

    /// How many requests each token may make.
    pub fn rate_limits(&self) -> RateLimits {
        self.crm.world.directory.read().limits
    }

    /// Sets how many requests each token may make from now on.
    pub fn set_rate_limits(&self, limits: RateLimits) {
        self.crm.world.arrange_directory(|directory| directory.limits = limits);
    }

    /// The newest calls, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.crm.world.journal.calls()
    }

    /// The newest calls that a filter asks for, oldest first.
    pub fn calls_where(&self, filter: &CallFilter) -> Vec<Call> {
        self.crm.world.journal.calls_where(filter)
    }

    /// The first wanted call among those that are kept, waiting for it to come. It is woken by calls and by the clock,
    /// and asks nobody in between. `None` when patience has run out.
    ///
    /// ```
    /// use smbcrm_core::{Crm, contacts::CreateContact};
    /// use smbcrm_mem::{MemCrm, Patience};
    ///
    /// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
    /// let crm = MemCrm::new();
    /// let admin = crm.admin();
    /// let created = admin.wait_for_call(Patience::Forever, |call| call.operation.as_deref() == Some("contacts.create"));
    /// let create = CreateContact::new(crm.location()).email("ada@vale.example");
    /// let (seen, made) = futures::join!(created, crm.contacts().create(create));
    /// assert_eq!(seen.map(|call| call.number), Some(1));
    /// # made.map(drop) }) }
    /// ```
    pub async fn wait_for_call(self, patience: Patience, wanted: impl Fn(&Call) -> bool) -> Option<Call> {
        let journal = &self.crm.world.journal;
        let (_waiting, mut seen) = (journal.wait(), 0);
        let look = || journal.find_after(&mut seen, &wanted);
        wait::until(self.crm.clock(), patience, || journal.news(), look).await
    }

    /// Forgets the calls.
    pub fn clear_calls(&self) {
        self.crm.world.journal.clear();
    }

    /// Puts the world back to how it began, its clock included if that is virtual. Faults are disarmed, and the journal
    /// is empty.
    pub fn reset(&self) {
        let origin = self.crm.world.origin.lock().clone();
        if let Some(origin) = origin {
            self.crm.world.restore(&origin);
        }
        self.crm.faults().clear();
        self.crm.world.journal.clear();
    }

    /// Makes this moment the one that [`Admin::reset`] goes back to.
    pub fn mark_origin(&self) {
        let snapshot = self.crm.world.snapshot();
        *self.crm.world.origin.lock() = Some(snapshot);
    }

    /// Keeps this moment under a name; one of the same name is replaced.
    pub fn save_snapshot(&self, name: impl Into<String>) {
        let snapshot = self.crm.world.snapshot();
        self.crm.world.snapshots.lock().insert(name.into(), snapshot);
    }

    /// Puts a named moment back; `false` when there is none of the name.
    pub fn restore_snapshot(&self, name: &str) -> bool {
        let found = self.crm.world.snapshots.lock().get(name).cloned();
        found.inspect(|snapshot| self.crm.world.restore(snapshot)).is_some()
    }

    /// Forgets a named moment; `false` when there is none of the name.
    pub fn drop_snapshot(&self, name: &str) -> bool {
        self.crm.world.snapshots.lock().remove(name).is_some()
    }

    /// The named moments and what time it was then, by name.
    pub fn snapshots(&self) -> Vec<(String, chrono::DateTime<chrono::Utc>)> {
        let snapshots = self.crm.world.snapshots.lock();
        let mut list: Vec<_> =
            snapshots.iter().map(|(name, snapshot)| (name.clone(), snapshot.at())).collect();
        list.sort();
        list
    }

    /// The newest events, oldest first; see [`crate::MemCrm::events`].
    pub fn events(&self) -> Vec<Event> {
        self.crm.world.events.newest()
    }

    /// Forgets the newest events. Their numbers go on, and who subscribed misses nothing.
    pub fn clear_events(&self) {
        self.crm.world.events.clear();
    }

    pub(crate) fn sub(&self, location: &LocationId) -> Option<Arc<Sub>> {
        self.crm.world.directory.read().location(location.as_str()).cloned()
    }

    /// Arranges a sub-account's state; nobody is told. `None` when there is no such sub-account.
    pub(crate) fn edit<T>(&self, location: &LocationId, change: impl FnOnce(&mut State) -> T) -> Option<T> {
        let sub = self.sub(location)?;
        Some(self.crm.world.arrange(&sub, change))
    }
}
