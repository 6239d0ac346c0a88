//! Standard Webhooks 1.0, symmetric.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::secret::{Secret, Secrets, mac};
use super::{Incoming, KeyError, Outgoing, Proof, Sign, SignError, Verify, header, put, seconds};
use crate::types::Text;
use crate::webhooks::Rejection;

/// More signatures than anybody rotates through; a header with more is not read on.
const MOST: usize = 16;

/// Standard Webhooks: `v1,<base64>` of an HMAC-SHA256 over id, time and body.
///
/// While secrets are changed there are several signatures in the header, separated by spaces; one that fits is enough.
#[derive(Debug, Clone)]
pub struct StandardWebhooks {
    secrets: Secrets,
}

impl StandardWebhooks {
    /// Accepts these secrets (`whsec_` and base64, or base64 alone), and signs with all of them.
    ///
    /// # Errors
    /// One of them is no base64.
    pub fn new(secrets: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, KeyError> {
        let secrets = secrets.into_iter().map(|text| {
            let text = text.as_ref().trim();
            Secret::from_base64(text.strip_prefix("whsec_").unwrap_or(text))
        });
        Ok(Self { secrets: Secrets::new(secrets.collect::<Result<Vec<_>, _>>()?) })
    }
}

impl Verify for StandardWebhooks {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let text = incoming.signature(header::STANDARD_SIGNATURE)?.ok_or(Rejection::Unsigned)?;
        let id = incoming.one(header::STANDARD_ID)?.ok_or(Rejection::Unsigned)?;
        let time = incoming.one(header::STANDARD_TIMESTAMP)?.ok_or(Rejection::Unsigned)?;
        // A full stop in the id would let its end pass for the time.
        if id.is_empty() || id.contains('.') {
            return Err(Rejection::malformed(header::STANDARD_ID));
        }
        let timestamp = seconds(time).ok_or_else(|| Rejection::malformed(header::STANDARD_TIMESTAMP))?;
        let mut given = Vec::new();
        for one in text.split_ascii_whitespace() {
            // Other versions may stand beside ours, and are none of our business.
            let Some(one) = one.strip_prefix("v1,") else { continue };
            if given.len() == MOST {
                return Err(Rejection::malformed(header::STANDARD_SIGNATURE));
            }
            given.extend(STANDARD.decode(one).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()));
        }
        let parts = [id.as_bytes(), b".", time.as_bytes(), b".", incoming.body];
        let key = self.secrets.made(&parts, &given).ok_or(Rejection::BadSignature)?;
        Ok(Proof { key, id: Some(Text::from(id)), timestamp: Some(timestamp), ..Proof::default() })
    }
}

impl Sign for StandardWebhooks {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        self.secrets.first().ok_or(SignError::NoKey)?;
        if outgoing.id.is_empty() || outgoing.id.contains('.') || outgoing.id.trim() != outgoing.id {
            return Err(SignError::Header { header: header::STANDARD_ID.into() });
        }
        let time = outgoing.timestamp.timestamp().to_string();
        let parts = [outgoing.id.as_bytes(), b".", time.as_bytes(), b".", outgoing.body];
        let signatures =
            self.secrets.iter().map(|secret| format!("v1,{}", STANDARD.encode(mac(secret, &parts))));
        put(headers, header::STANDARD_ID, outgoing.id, false)?;
        put(headers, header::STANDARD_TIMESTAMP, &time, false)?;
        put(headers, header::STANDARD_SIGNATURE, &signatures.collect::<Vec<_>>().join(" "), false)
    }
}
