//! Faults: what goes wrong on the way to an API and back, armed where and when a test wants it.
//!
//! ```
//! use smbcrm_core::contacts::{UpsertContact, operations};
//! use smbcrm_core::{Crm, ErrorKind};
//! use smbcrm_mem::{Fault, MemCrm};
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! crm.faults().arm(Fault::on(&operations::UPSERT).reset_after_commit());
//!
//! let ada = || UpsertContact::new(crm.location()).email("ada@vale.example");
//! let lost = crm.contacts().upsert(ada()).await.unwrap_err();
//! assert_eq!(lost.kind(), ErrorKind::Unavailable); // what a client sees: no answer
//! assert!(!crm.contacts().upsert(ada()).await?.new); // and yet it was done
//!
//! crm.faults().assert_all_hit();
//! # Ok(()) }) }
//! ```
//!
//! A fault has a place ([`Fault::on`] an operation, a product, a method, a token, a sub-account), a time (the nth call,
//! the first n, every n, with a probability from a seed, until an instant) and an effect ([`Effect`]), before the
//! operation is carried out or after ([`Phase`]). It is looked for first of all, before the token is. With none armed
//! a call pays one relaxed load.
//!
//! Where several would hit the same call, the one armed first does, and the others do not count the call; latency adds
//! up with any other effect. So faults that are armed one after the other are a script.

mod armed;
mod fault;
mod gate;
mod handle;
mod lost;
mod stale;
#[cfg(test)]
mod tests;
mod wire;

pub use armed::{ArmedFault, FaultId};
pub use fault::{Effect, Fault, FaultAnswer, Lag, Phase, TooMany, Trigger, When};
pub use handle::Faults;

pub(crate) use armed::{Hit, Registry};
pub(crate) use gate::Whose;
pub(crate) use lost::lost;
pub(crate) use stale::History;
