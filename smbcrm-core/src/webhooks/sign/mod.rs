//! Signatures: one module a scheme, and each signs as well as it verifies.
//!
//! | scheme | headers | who uses it |
//! |---|---|---|
//! | [`Platform`] | `x-ghl-signature`, or the legacy `x-wh-signature` | app events |
//! | [`SharedSecret`] | `X-SMBcrm-Secret` and others beside it | webhook steps of workflows |
//! | [`Timestamped`] | `t=…,v1=…` in a header of your choice | payment services, `X-SMB-Signature` |
//! | [`HmacHex`] | hex in a header of your choice | many |
//! | [`HmacBase64`] | base64 in a header of your choice | many |
//! | [`StandardWebhooks`] | `webhook-id`, `webhook-timestamp`, `webhook-signature` | many |
//!
//! All of them look at the raw bytes of the body: JSON that was parsed and written again has another signature. Secrets
//! and signatures are compared in constant time, every key is tried every time, and nothing that is signed wrongly is
//! looked into.
//!
//! ```
//! use chrono::Utc;
//! use http::HeaderMap;
//! use smbcrm_core::webhooks::{Incoming, Outgoing, Sign, StandardWebhooks, Verify};
//!
//! let scheme = StandardWebhooks::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
//! let mut headers = HeaderMap::new();
//! scheme.sign(&Outgoing::new("W1", Utc::now(), b"{}"), &mut headers)?;
//! assert_eq!(scheme.verify(&Incoming::new(&headers, b"{}"))?.id.as_deref(), Some("W1"));
//! assert!(scheme.verify(&Incoming::new(&headers, b"{ }")).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ed25519;
mod hmac_base64;
mod hmac_hex;
mod platform;
#[cfg(feature = "webhooks-rsa")]
mod rsa;
mod secret;
mod standard;
#[cfg(test)]
mod tests;
mod timestamped;
mod workflow;

use chrono::{DateTime, TimeZone, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};

pub use ed25519::{Ed25519PrivateKey, Ed25519PublicKey};
pub use hmac_base64::HmacBase64;
pub use hmac_hex::HmacHex;
pub use platform::{Platform, PlatformSigner};
#[cfg(feature = "webhooks-rsa")]
pub use rsa::{RsaPrivateKey, RsaPublicKey};
pub use secret::Secret;
pub use standard::StandardWebhooks;
pub use timestamped::Timestamped;
pub use workflow::SharedSecret;

use super::Rejection;
use crate::types::Text;

/// The headers that webhooks are signed with, as the wire spells them (in lower case, as `http` does).
pub mod header {
    /// The platform's signature: Ed25519 over the raw body, base64.
    pub const PLATFORM_ED25519: &str = "x-ghl-signature";
    /// The platform's legacy signature: RSA PKCS#1 v1.5 with SHA-256 over the raw body, base64.
    pub const PLATFORM_RSA: &str = "x-wh-signature";
    /// A workflow's shared secret.
    pub const SECRET: &str = "x-smbcrm-secret";
    /// What sent a workflow's webhook.
    pub const SOURCE: &str = "x-smbcrm-source";
    /// What a workflow's webhook is about.
    pub const EVENT: &str = "x-smbcrm-event";
    /// The id that repeats of a workflow's webhook share.
    pub const IDEMPOTENCY_KEY: &str = "x-idempotency-key";
    /// Sales Boost's signature, `t=…,v1=…`.
    pub const SALES_BOOST: &str = "x-smb-signature";
    /// Standard Webhooks: the id that repeats share.
    pub const STANDARD_ID: &str = "webhook-id";
    /// Standard Webhooks: when it was sent, in seconds since 1970.
    pub const STANDARD_TIMESTAMP: &str = "webhook-timestamp";
    /// Standard Webhooks: signatures, separated by spaces.
    pub const STANDARD_SIGNATURE: &str = "webhook-signature";
}

/// A delivery as it came in: headers, and the bytes of the body before anything parsed them.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Incoming<'a> {
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The raw body.
    pub body: &'a [u8],
}

impl<'a> Incoming<'a> {
    /// A delivery.
    pub fn new(headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        Self { headers, body }
    }

    /// A header that may be there once. Twice is one too many: which one counts would be anybody's guess.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&'a str>, Rejection> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => match value.to_str() {
                Ok(text) => Ok(Some(text.trim())),
                Err(_) => Err(Rejection::malformed(name)),
            },
            (Some(_), Some(_)) => Err(Rejection::malformed(name)),
        }
    }

    /// A header that says who signed: missing, empty and `N/A` all mean that nobody did.
    fn signature(&self, name: &str) -> Result<Option<&'a str>, Rejection> {
        Ok(self.one(name)?.filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("n/a")))
    }
}

/// A delivery to sign.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// The id that its repeats share.
    pub id: &'a str,
    /// When this attempt is made.
    pub timestamp: DateTime<Utc>,
    /// The body, byte by byte as it goes out.
    pub body: &'a [u8],
    /// What it is about, where the scheme has a header for it.
    pub event: Option<&'a str>,
}

impl<'a> Outgoing<'a> {
    /// A delivery.
    pub fn new(id: &'a str, timestamp: DateTime<Utc>, body: &'a [u8]) -> Self {
        Self { id, timestamp, body, event: None }
    }

    /// Says what it is about.
    #[must_use]
    pub fn event(mut self, event: &'a str) -> Self {
        self.event = Some(event);
        self
    }
}

/// What a genuine delivery says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// Which of the keys it was signed with, by their order.
    pub key: usize,
    /// The id that its repeats share.
    pub id: Option<Text>,
    /// When it was sent.
    pub timestamp: Option<DateTime<Utc>>,
    /// What it is about, where a header says so.
    pub event: Option<Text>,
    /// What sent it, where a header says so.
    pub source: Option<Text>,
}

/// Tells genuine deliveries from others.
pub trait Verify: Send + Sync {
    /// Says what the delivery proves. How old it is is for the receiver to judge.
    ///
    /// # Errors
    /// Not signed, wrongly signed, or with headers that cannot be read.
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection>;

    /// Whether deliveries of this scheme say when they were sent. One that does not is refused, where they do.
    fn is_dated(&self) -> bool {
        true
    }
}

/// Signs deliveries.
pub trait Sign: Send + Sync {
    /// Adds the headers of the signature.
    ///
    /// # Errors
    /// There is no key, or a value cannot stand in a header.
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError>;
}

/// Why a delivery could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// There is no key to sign with.
    #[error("there is no key to sign with")]
    NoKey,
    /// The value cannot stand in its header.
    #[error("what belongs into the header `{header}` cannot stand there")]
    Header {
        /// Which one.
        header: Text,
    },
    /// The key does not sign.
    #[error("the key does not sign")]
    Key,
}

/// A key or secret that cannot be read. What was given is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
#[non_exhaustive]
pub struct KeyError {
    expected: &'static str,
}

impl KeyError {
    const fn expected(expected: &'static str) -> Self {
        Self { expected }
    }
}

fn put(headers: &mut HeaderMap, name: &str, value: &str, secret: bool) -> Result<(), SignError> {
    let wrong = || SignError::Header { header: name.into() };
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
    let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
    value.set_sensitive(secret);
    headers.insert(header, value);
    Ok(())
}

/// Seconds since 1970, as digits and nothing else.
fn seconds(text: &str) -> Option<DateTime<Utc>> {
    let plain = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    Utc.timestamp_opt(if plain { text.parse().ok()? } else { return None }, 0).single()
}
