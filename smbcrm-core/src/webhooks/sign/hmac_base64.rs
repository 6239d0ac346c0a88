//! A plain HMAC of the body in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::secret::{Secret, Secrets, mac};
use super::{Incoming, Outgoing, Proof, Sign, SignError, Verify, put};
use crate::types::Text;
use crate::webhooks::Rejection;

/// HMAC-SHA256 of the body in base64, in one header, with or without something before it.
///
/// It does not say when it was sent, so that a replay is known by its id only: give the receiver a store.
#[derive(Debug, Clone)]
pub struct HmacBase64 {
    header: Text,
    prefix: Text,
    secrets: Secrets,
}

impl HmacBase64 {
    /// Reads and writes this header, accepts these secrets, and signs with the first.
    pub fn new(header: impl AsRef<str>, secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        let header = header.as_ref().to_ascii_lowercase().into();
        Self { header, prefix: Text::default(), secrets: Secrets::new(secrets) }
    }

    /// Expects and writes this before the signature.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Text>) -> Self {
        self.prefix = prefix.into();
        self
    }
}

impl Verify for HmacBase64 {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let text = incoming.signature(&self.header)?.ok_or(Rejection::Unsigned)?;
        let given = text.strip_prefix(self.prefix.as_str()).and_then(|text| STANDARD.decode(text).ok());
        let given = given.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let given = given.ok_or_else(|| Rejection::malformed(&self.header))?;
        let key = self.secrets.made(&[incoming.body], &[given]).ok_or(Rejection::BadSignature)?;
        Ok(Proof { key, ..Proof::default() })
    }

    fn is_dated(&self) -> bool {
        false
    }
}

impl Sign for HmacBase64 {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        let secret = self.secrets.first().ok_or(SignError::NoKey)?;
        let text = format!("{}{}", self.prefix, STANDARD.encode(mac(secret, &[outgoing.body])));
        put(headers, &self.header, &text, false)
    }
}
