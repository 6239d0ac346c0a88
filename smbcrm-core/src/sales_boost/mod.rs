//! SMB Sales Boost: integrations that carry leads out of it, over webhooks or into another CRM.
//!
//! It is an API of its own, beside SMBcrm's, with its own keys (`smbk_…`), limits and refusals. It is declared like a
//! product: what an app writes against [`Integrations`] runs on `smbcrm_client::SalesBoost` and on the in-memory one.
//!
//! ```
//! use smbcrm_core::Result;
//! use smbcrm_core::sales_boost::Integrations;
//!
//! async fn available(sales_boost: &dyn Integrations) -> Result<Vec<String>> {
//!     let providers = sales_boost.list_providers().await?;
//!     Ok(providers.into_iter().filter(|provider| provider.available).map(|provider| provider.name.into()).collect())
//! }
//! ```
//!
//! Its documents describe two [`Dialect`]s of one API. Both are spoken; [`Dialect::Plain`] is the default.

mod dialect;
mod loopback;
mod provider;

pub use dialect::*;
pub use loopback::Loopback;
pub use provider::*;

use crate::api;
use crate::error::Result;
use crate::operation::{Product, api as apis};

/// The product's facts. The API has no `Version` header.
pub static SALES_BOOST: Product = Product {
    name: "sales-boost",
    version: "",
    summary: "Integrations that carry leads out of SMB Sales Boost, over webhooks or into another CRM.",
};

/// Integrations of an SMB Sales Boost account. Every operation needs a key or a session, and an active paid plan.
#[api(product = SALES_BOOST, of = apis::SalesBoost)]
pub trait Integrations: Send + Sync {
    /// Lists what leads can be carried to, and whether it is to be had here.
    #[get("/api/integrations/providers")]
    async fn list_providers(&self) -> Result<Vec<Provider>>;
}
