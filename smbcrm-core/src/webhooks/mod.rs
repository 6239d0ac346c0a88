//! Webhooks: what the CRM tells other systems about what happens in it.
//!
//! - [`event`]: the types. [`WebhookEvent`] is one delivery's body, read and written as the wire has it.
//! - `sign` (feature `webhooks`): the signatures, one module a scheme. Each signs as well as it verifies.
//! - `receive` (feature `webhooks`): the receiver, which lets through what is genuine, fresh and new. Features `redis`
//!   and `axum` put it on several machines, and into a web server.
//!
//! ```
//! use smbcrm_core::webhooks::{Event, WebhookEvent};
//!
//! let body = r#"{"type":"ContactCreate","locationId":"LOC1","id":"CON1","email":"ada@vale.example","webhookId":"W1"}"#;
//! let delivery: WebhookEvent = serde_json::from_str(body)?;
//! if let Event::ContactCreate(contact) = &delivery.event {
//!     assert_eq!(contact.email.as_deref(), Some("ada@vale.example"));
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod event;
#[cfg(feature = "webhooks")]
pub mod receive;
#[cfg(feature = "webhooks")]
mod rejection;
#[cfg(feature = "webhooks")]
pub mod sign;

pub use event::{Event, EventKind, WebhookEvent};
#[cfg(feature = "webhooks")]
pub use receive::*;
#[cfg(feature = "webhooks")]
pub use rejection::Rejection;
#[cfg(feature = "webhooks")]
pub use sign::*;
