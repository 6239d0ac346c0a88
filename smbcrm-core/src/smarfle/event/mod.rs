//! What goes out: seven events, each in an envelope, signed.
//!
//! That there are these seven, that they are JSON and signed by HMAC-SHA256 with the endpoint's secret is documented.
//! The name of the signature's header, the envelope and what an event carries are not: they are *assumed*, and both
//! sides take them as configuration ([`EnvelopeConfig`], [`SignatureConfig`]).
//!
//! ```
//! use smbcrm_core::smarfle::event::{Envelope, Event};
//!
//! let body = r#"{"id":"dlv_7","event":"invoice_paid","created_at":"2026-10-01T12:00:00.000Z","organization_id":"org_1",
//!     "data":{"invoice":{"id":"inv_3","client_id":"cli_2","amount":99.95,"currency":"USD","status":"paid"}}}"#;
//! let told: Envelope = serde_json::from_str(body)?;
//! if let Event::InvoicePaid(invoice) = told.read()? {
//!     assert_eq!(invoice.amount.to_string(), "99.95");
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! With the feature `webhooks` a receiver lets through what is genuine and new. Repeats have the envelope's id in common:
//!
#![cfg_attr(feature = "webhooks", doc = "```")]
#![cfg_attr(not(feature = "webhooks"), doc = "```ignore")]
//! use http::HeaderMap;
//! use smbcrm_core::smarfle::event::{Envelope, Event, SignatureConfig};
//! use smbcrm_core::webhooks::{DeliveryId, MemoryStore, Receiver};
//!
//! # futures::executor::block_on(async {
//! let scheme = SignatureConfig::default().scheme(["whs_0123456789abcdef"]);
//! let receiver =
//!     Receiver::new(scheme).allow_undated().store(MemoryStore::new()).delivery_id(DeliveryId::Body("/id".into()));
//! # let headers = HeaderMap::new();
//! # let body = b"{}";
//! // What a web server hands over:
//! let told = receiver.receive::<Envelope>(&headers, body).await;
//! assert!(told.is_err(), "nobody signed it");
//! # });
//! ```

mod config;
mod data;
#[cfg(feature = "webhooks")]
mod scheme;
#[cfg(test)]
mod tests;

pub use config::{ConfigError, EnvelopeConfig, SignatureConfig, SignatureEncoding};
pub use data::*;
#[cfg(feature = "webhooks")]
pub use scheme::SignatureScheme;
