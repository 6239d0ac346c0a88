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

use super::refusals::{self, Refusal, Said};

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

/// What is said of an API as a whole.
#[derive(Debug)]
#[non_exhaustive]
pub struct About {
    /// Its name.
    pub title: &'static str,
    /// What it is.
    pub description: &'static str,
    /// What its callers send with each request.
    pub credentials: &'static str,
    /// The refusals that it answers with.
    pub refusals: &'static [Refusal],
    /// What stands in a refusal: key, kind and meaning. None stands in all of them.
    pub refusals_say: &'static [(&'static str, Said, &'static str)],
}

/// Of SMBcrm.
pub static CRM: About = About {
    title: "SMBcrm API",
    description: "The SMBcrm REST API v2, as declared by smbcrm-core.",
    credentials: "A Private Integration Token: `Authorization: Bearer pit-…`.",
    refusals: &refusals::CRM,
    refusals_say: &refusals::CRM_SAYS,
};

/// Of SMB Sales Boost.
pub static SALES_BOOST: About = About {
    title: "SMB Sales Boost integrations API",
    description: "The SMB Sales Boost integrations API, as declared by smbcrm-core.",
    credentials: "An API key: `Authorization: Bearer smbk_…`.",
    refusals: &refusals::SALES_BOOST,
    refusals_say: &refusals::SALES_BOOST_SAYS,
};

/// Of Smarfle.
pub static SMARFLE: About = About {
    title: "Smarfle API",
    description: "The Smarfle API, as declared by smbcrm-core.",
    credentials: "An API key: `Authorization: Bearer …`, or `X-API-Key: …`.",
    refusals: &refusals::SMARFLE,
    refusals_say: &refusals::SMARFLE_SAYS,
};
