//! A plain HMAC of the body in hex.

use http::HeaderMap;

use super::secret::{Secret, Secrets, from_hex, mac};
use super::{Incoming, Outgoing, Proof, Sign, SignError, Verify, put};
use crate::types::Text;
use crate::webhooks::Rejection;

/// HMAC-SHA256 of the body in hex, in one header, with or without something before it (`sha256=`).
///
/// It does not say when it was sent, so that a replay is known by its id only: give the receiver a store.
#[derive(Debug, Clone)]
pub struct HmacHex {
    header: Text,
    prefix: Text,
    secrets: Secrets,
}

impl HmacHex {
    /// Reads and writes this header, accepts these secrets, and signs with the first.
    pub fn new(header: impl AsRef<str>, secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        let header = header.as_ref().to_ascii_lowercase().into();
        Self { header, prefix: Text::default(), secrets: Secrets::new(secrets) }
    }

    /// Expects and writes this before the hex.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Text>) -> Self {
        self.prefix = prefix.into();
        self
    }
}

impl Verify for HmacHex {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let text = incoming.signature(&self.header)?.ok_or(Rejection::Unsigned)?;
        let given = text.strip_prefix(self.prefix.as_str()).and_then(from_hex);
        let given = given.ok_or_else(|| Rejection::malformed(&self.header))?;
        let key = self.secrets.made(&[incoming.body], &[given]).ok_or(Rejection::BadSignature)?;
        Ok(Proof { key, ..Proof::default() })
    }

    fn is_dated(&self) -> bool {
        false
    }
}

impl Sign for HmacHex {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        let secret = self.secrets.first().ok_or(SignError::NoKey)?;
        let text = format!("{}{}", self.prefix, hex::encode(mac(secret, &[outgoing.body])));
        put(headers, &self.header, &text, false)
    }
}
