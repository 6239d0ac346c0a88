//! What a workflow's webhook step proves itself with: a secret in a header.

use http::HeaderMap;

use super::secret::{Secret, Secrets};
use super::{Incoming, Outgoing, Proof, Sign, SignError, Verify, header, put};
use crate::types::Text;
use crate::webhooks::Rejection;

/// A secret in `X-SMBcrm-Secret`, with `X-SMBcrm-Source`, `X-SMBcrm-Event` and `X-Idempotency-Key` beside it, and where
/// one was agreed on `Authorization`.
///
/// The weakest of the schemes: the secret does not depend on the body or the time, so whoever sees one delivery can
/// write others. Use it over HTTPS only, and change the secret now and then: several are accepted.
#[derive(Debug, Clone)]
pub struct SharedSecret {
    secrets: Secrets,
    authorization: Option<Secrets>,
    source: Option<Text>,
}

impl SharedSecret {
    /// Accepts these secrets, and signs with the first.
    pub fn new(secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        Self { secrets: Secrets::new(secrets), authorization: None, source: None }
    }

    /// Asks for one of these values in `Authorization` as well (`Bearer …`, whole), and sends the first.
    #[must_use]
    pub fn authorization(mut self, values: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        self.authorization = Some(Secrets::new(values));
        self
    }

    /// Asks for this source, and sends it.
    #[must_use]
    pub fn source(mut self, source: impl Into<Text>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl Verify for SharedSecret {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let given = incoming.signature(header::SECRET)?.ok_or(Rejection::Unsigned)?;
        let key = self.secrets.is(given.as_bytes());
        let authorized = match &self.authorization {
            Some(values) => {
                let given = incoming.one("authorization")?.ok_or(Rejection::Unsigned)?;
                values.is(given.as_bytes()).is_some()
            }
            None => true,
        };
        let source = incoming.one(header::SOURCE)?.map(Text::from);
        let expected = self.source.is_none() || self.source == source;
        let key = key.filter(|_| authorized && expected).ok_or(Rejection::BadSignature)?;
        let id = incoming.one(header::IDEMPOTENCY_KEY)?.filter(|id| !id.is_empty()).map(Text::from);
        let event = incoming.one(header::EVENT)?.map(Text::from);
        Ok(Proof { key, id, timestamp: None, event, source })
    }

    fn is_dated(&self) -> bool {
        false
    }
}

impl Sign for SharedSecret {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        let text = |secrets: &Secrets, name: &str| {
            let secret = secrets.first().ok_or(SignError::NoKey)?;
            let text =
                str::from_utf8(secret.expose()).map_err(|_| SignError::Header { header: name.into() })?;
            // Blanks around a header's value are lost on the way.
            if text.trim() != text {
                return Err(SignError::Header { header: name.into() });
            }
            Ok(text.to_owned())
        };
        put(headers, header::SECRET, &text(&self.secrets, header::SECRET)?, true)?;
        if let Some(values) = &self.authorization {
            put(headers, "authorization", &text(values, "authorization")?, true)?;
        }
        if let Some(source) = &self.source {
            put(headers, header::SOURCE, source, false)?;
        }
        if let Some(event) = outgoing.event {
            put(headers, header::EVENT, event, false)?;
        }
        put(headers, header::IDEMPOTENCY_KEY, outgoing.id, false)
    }
}
