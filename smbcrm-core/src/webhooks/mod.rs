//! Webhooks: what the CRM tells other systems about what happens in it.
//!
//! [`event`] has the types: [`WebhookEvent`] is one delivery's body, read and written as the wire has it.
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

pub use event::{Event, EventKind, WebhookEvent};
