//! What happens, as it happens: one typed event for every record that is made, changed or removed.
//!
//! [`MemCrm::events`] subscribes: from then on every change of every product arrives, in order, whoever made it and
//! through whichever door. [`Admin::events`](crate::Admin::events) looks back at the newest ones.
//!
//! ```
//! use smbcrm_core::Crm;
//! use smbcrm_core::contacts::{CreateContact, TagNames};
//! use smbcrm_mem::{Change, MemCrm};
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let mut events = crm.events();
//! let made = crm.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
//! crm.contacts().add_tags(&made.id, TagNames::new(["vip"])).await?;
//!
//! let created = events.try_next().expect("the contact was created");
//! assert_eq!(created.name(), "contact created");
//! let Change::Contact(contact) = created.change() else { panic!("it is a contact") };
//! assert_eq!(contact.after.as_ref().map(|after| &after.id), Some(&made.id));
//!
//! let tagged: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.name()).collect();
//! assert!(tagged.contains(&"contact updated".to_owned()));
//! # Ok(()) }) }
//! ```
//!
//! Planting and seeding tell nobody: they make the world in which things happen.

mod change;
mod log;
#[cfg(test)]
mod tests;
pub(crate) mod webhook;

pub(crate) use change::kind;
pub use change::{Change, Changed, Enrolled, Named, Submitted};
pub(crate) use log::EventLog;
pub use log::{EVENT_ENTRIES, Event, Events};

use crate::MemCrm;

impl MemCrm {
    /// Everything that happens in this world from now on, until the subscription is dropped.
    pub fn events(&self) -> Events {
        self.world.events.subscribe()
    }
}
