//! Smarfle: leads that come in by a webhook with an API key, and events that go out, signed.
//!
//! It is an API of its own, beside SMBcrm's. It is declared like a product: what an app writes against [`Leads`] runs on
//! `smbcrm_client::Smarfle` and on the in-memory one.
//!
//! ```
//! use smbcrm_core::Result;
//! use smbcrm_core::smarfle::{CreateLead, Leads};
//! use smbcrm_core::types::SmarfleClientId;
//!
//! async fn intake(smarfle: &dyn Leads, email: &str) -> Result<SmarfleClientId> {
//!     let lead = CreateLead::new().email(email).sms_consent(true).sms_consent_source("vale.example/quote, ticked box");
//!     Ok(smarfle.create(lead).await?.client.id)
//! }
//! ```
//!
//! What is documented is the inbound webhook ([`Leads`]), the seven events and that they are signed and tried five
//! times. The rest – bodies, headers, and the whole of [`Settings`], which has pages and no API – is *assumed*, and
//! marked so.
//!
//! - [`Leads`]: the inbound webhook;
//! - [`settings`]: keys, endpoints, deliveries, the audit log, costs;
//! - [`event`]: what goes out, typed, and how it is signed.

pub mod event;
mod lead;
#[cfg(feature = "server")]
mod loopback;
mod record;
pub mod settings;

pub use lead::*;
#[cfg(feature = "server")]
pub use loopback::Loopback;
pub use record::*;
pub use settings::Settings;

use crate::api;
use crate::error::Result;
use crate::operation::{Operation, Product, api as apis};

/// The product's facts. The API has no `Version` header.
pub static SMARFLE: Product =
    Product { name: "smarfle", version: "", summary: "Leads that come in with an organisation's API key." };

/// The inbound webhook of an organisation. Every operation needs one of its API keys, and counts against that key's
/// limit of 100 requests a minute.
#[api(product = SMARFLE, of = apis::Smarfle)]
pub trait Leads: Send + Sync {
    /// Says whether the key is good and leads are taken.
    ///
    /// The verb and the answer are assumed.
    #[get("/api/webhook/leads")]
    async fn verify(&self) -> Result<KeyStatus>;

    /// Takes a lead in: makes a client with the status `lead` and tells the team.
    ///
    /// A lead of an e-mail or phone that is known fills in what is empty and answers 200 with that client; a new one
    /// answers 201. (Both assumed.)
    #[post("/api/webhook/leads", known = 200)]
    async fn create(&self, lead: CreateLead) -> Result<LeadReceived>;
}

/// All of an organisation: the inbound webhook and its settings. Whatever is both is this.
pub trait Organization: Leads + Settings {}

impl<T: Leads + Settings + ?Sized> Organization for T {}

/// Every operation of the API.
pub fn all_operations() -> impl Iterator<Item = &'static Operation> {
    operations::ALL.into_iter().chain(settings::operations::ALL)
}
