//! What the SMBcrm API is: typed models and one trait a product, every operation declared once.
//!
//! This crate does no I/O and needs no runtime. Two others build on it: `smbcrm-client` reaches the API over HTTP,
//! `smbcrm-mem` *is* the API, in memory. An app written against [`Crm`] runs on either:
//!
//! ```
//! use smbcrm_core::{Crm, Result, contacts::UpsertContact, types::{ContactId, LocationId}};
//!
//! async fn intake(crm: &dyn Crm, location: &LocationId, email: &str) -> Result<ContactId> {
//!     let done = crm.contacts().upsert(UpsertContact::new(location).email(email)).await?;
//!     Ok(done.contact.id.clone())
//! }
//! ```
//!
//! - [`operation`]: how an operation is declared, sent and answered;
//! - [`contacts`], [`locations`], [`opportunities`], [`calendars`], [`conversations`], [`users`], [`businesses`],
//!   [`campaigns`], [`forms`], [`surveys`], [`workflows`], [`custom_fields`], [`payments`], [`blogs`], [`emails`],
//!   [`social_media_posting`], [`agent_studio`]: the products;
//! - [`paging`]: streams over every paged operation;
//! - [`search`]: the filter grammar; [`dedupe`]: normalisation and the duplicate rule;
//! - [`webhooks`]: typed events;
//! - [`error`]: one error with a kind and a hint;
//! - `mcp` (feature `schema`): the operations as tools for AI assistants.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate self as smbcrm_core; // the macros name the crate by its full name, here as elsewhere

pub mod agent_studio;
pub mod blogs;
pub mod businesses;
pub mod calendars;
pub mod campaigns;
pub mod contacts;
#[cfg(feature = "contract")]
pub mod contract;
pub mod conversations;
mod crm;
pub mod custom_fields;
pub mod dedupe;
pub mod emails;
pub mod error;
pub mod forms;
pub mod locations;
#[cfg(feature = "schema")]
pub mod mcp;
pub mod operation;
pub mod opportunities;
pub mod paging;
pub mod payments;
pub mod sales_boost;
pub mod search;
pub mod shape;
pub mod smarfle;
pub mod social_media_posting;
pub mod surveys;
pub mod types;
pub mod users;
pub mod webhooks;
pub mod workflows;

pub use crm::{Crm, operations};
#[cfg(feature = "server")]
pub use crm::{Endpoint, endpoints};
pub use error::{Error, ErrorKind, HINT_HEADER, Result};
pub use smbcrm_core_macros::{api, open_enum, record, request, shaped};
