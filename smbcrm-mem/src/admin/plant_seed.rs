//! Planting whole sub-accounts.

use smbcrm_core::types::LocationId;

use crate::seed;
use crate::{Admin, Seed, SeedError};

impl Admin<'_> {
    /// Makes the seed's sub-accounts. One that exists already keeps its id and what the seed does not say of it, and
    /// loses everything it held. Answers their ids, in the seed's order.
    ///
    /// The first sub-account without an id is the world's own ([`crate::MemCrm::location`]), unless another one names
    /// that; ids of others are minted.
    ///
    /// # Errors
    /// What is wrong with the seed, which then has changed nothing.
    pub fn plant(&self, seed: &Seed) -> Result<Vec<LocationId>, SeedError> {
        seed::plant(self.crm, seed)
    }
}
