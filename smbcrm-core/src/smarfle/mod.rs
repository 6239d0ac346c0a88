//! Smarfle: leads that come in by a webhook with an API key, and events that go out, signed.
//!
//! It is an API of its own, beside SMBcrm's. It is declared like a product: what an app writes against [`Leads`] runs on
//! `smbcrm_client::Smarfle` and on the in-memory one.
//!
//! ```
//! use smbcrm_core::Result;
//! use smbcrm_core::smarfle::Leads;
//!
//! async fn is_open(smarfle: &dyn Leads) -> Result<bool> {
//!     Ok(smarfle.verify().await?.valid)
//! }
//! ```

mod loopback;
mod model;

pub use loopback::Loopback;
pub use model::*;

use crate::api;
use crate::error::Result;
use crate::operation::{Product, api as apis};

/// The product's facts. The API has no `Version` header.
pub static SMARFLE: Product =
    Product { name: "smarfle", version: "", summary: "Leads that come in with an organisation's API key." };

/// The inbound webhook of an organisation. Every operation needs one of its API keys.
#[api(product = SMARFLE, of = apis::Smarfle)]
pub trait Leads: Send + Sync {
    /// Says whether the key is good and leads are taken.
    #[get("/api/webhook/leads")]
    async fn verify(&self) -> Result<KeyStatus>;
}
