//! Which API a transport reaches.
//!
//! Three are declared here: SMBcrm, and the two that feed it. Each has its own tokens, limits and refusals, so a
//! transport says which one it reaches by its type, and a call that would go astray does not compile:
//!
//! ```compile_fail
//! use smbcrm_core::contacts::Contacts;
//! use smbcrm_core::operation::{Transport, api};
//!
//! async fn astray(neighbour: impl Transport<api::SalesBoost>) {
//!     let _ = neighbour.get(&"CON1".into()).await; // contacts are SMBcrm's
//! }
//! ```

/// SMBcrm: every product of [`crate::Crm`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Crm;

/// SMB Sales Boost: [`crate::sales_boost`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SalesBoost;

/// Smarfle: [`crate::smarfle`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Smarfle;
