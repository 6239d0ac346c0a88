//! What app events are signed with: Ed25519, and RSA until that is retired.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    Ed25519PrivateKey, Ed25519PublicKey, Incoming, KeyError, Outgoing, Proof, Sign, SignError, Verify,
};
#[cfg(feature = "webhooks-rsa")]
use super::{RsaPrivateKey, RsaPublicKey};
use super::{header, put};
use crate::types::{Text, time};
use crate::webhooks::Rejection;

/// The platform's public key, as it publishes it.
const BUILTIN_ED25519: &str = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=";

/// The platform's legacy public key, as it publishes it.
#[cfg(feature = "webhooks-rsa")]
const BUILTIN_RSA: &str = "
    MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
    Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
    dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
    csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
    uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
    3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
    J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
    IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
    h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
    HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
    PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
    T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
";

/// Verifies app events: Ed25519 over the raw body, in `x-ghl-signature`.
///
/// With the feature `webhooks-rsa` the legacy `x-wh-signature` is looked at as well, and only where the new header is
/// missing or says `N/A`: a delivery with a wrong Ed25519 signature is refused, whatever its RSA signature.
///
/// When an event was sent (`timestamp`) and what it is called (`webhookId`) stand in the signed body.
#[derive(Debug, Clone, Default)]
pub struct Platform {
    ed25519: Vec<Ed25519PublicKey>,
    #[cfg(feature = "webhooks-rsa")]
    rsa: Vec<RsaPublicKey>,
}

impl Platform {
    /// Trusts the keys that the platform publishes. Add more with [`Platform::ed25519`].
    ///
    /// # Errors
    /// A key of ours is no key; a test sees to it that this does not happen.
    pub fn builtin() -> Result<Self, KeyError> {
        Ok(Self {
            ed25519: vec![Ed25519PublicKey::from_text(BUILTIN_ED25519)?],
            #[cfg(feature = "webhooks-rsa")]
            rsa: vec![RsaPublicKey::from_text(BUILTIN_RSA)?],
        })
    }

    /// Trusts nobody yet: for a world of one's own, whose key is added.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Trusts this key, too.
    #[must_use]
    pub fn ed25519(mut self, key: Ed25519PublicKey) -> Self {
        self.ed25519.push(key);
        self
    }

    /// Trusts this key, too, for the legacy signature.
    #[cfg(feature = "webhooks-rsa")]
    #[must_use]
    pub fn rsa(mut self, key: RsaPublicKey) -> Self {
        self.rsa.push(key);
        self
    }

    /// Trusts no legacy signature any more.
    #[cfg(feature = "webhooks-rsa")]
    #[must_use]
    pub fn without_rsa(mut self) -> Self {
        self.rsa.clear();
        self
    }

    fn key(&self, incoming: &Incoming<'_>) -> Result<usize, Rejection> {
        if let Some(text) = incoming.signature(header::PLATFORM_ED25519)?.filter(|_| !self.ed25519.is_empty())
        {
            let signature = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
            let signature = signature.ok_or_else(|| Rejection::malformed(header::PLATFORM_ED25519))?;
            let fits = self.ed25519.iter().position(|key| key.signed(incoming.body, &signature));
            return fits.ok_or(Rejection::BadSignature);
        }
        #[cfg(feature = "webhooks-rsa")]
        if let Some(text) = incoming.signature(header::PLATFORM_RSA)?.filter(|_| !self.rsa.is_empty()) {
            let signature = STANDARD.decode(text).map_err(|_| Rejection::malformed(header::PLATFORM_RSA))?;
            let fits = self.rsa.iter().position(|key| key.signed(incoming.body, &signature));
            return fits.ok_or(Rejection::BadSignature);
        }
        Err(Rejection::Unsigned)
    }
}

impl Verify for Platform {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let key = self.key(incoming)?;
        let said = serde_json::from_slice::<Said>(incoming.body).unwrap_or_default();
        Ok(Proof { key, id: said.webhook_id, timestamp: said.timestamp, ..Proof::default() })
    }
}

/// What an event says of its delivery. What does not read counts as not said.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    #[serde(deserialize_with = "instant")]
    timestamp: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "text")]
    webhook_id: Option<Text>,
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(time::iso::deserialize(&value).ok())
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().filter(|text| !text.is_empty()).map(Text::from))
}

/// Signs as the platform does, with keys of one's own.
#[derive(Debug, Clone)]
pub struct PlatformSigner {
    ed25519: Option<Ed25519PrivateKey>,
    #[cfg(feature = "webhooks-rsa")]
    rsa: Option<RsaPrivateKey>,
}

impl PlatformSigner {
    /// Signs with this key.
    pub fn new(key: Ed25519PrivateKey) -> Self {
        Self {
            ed25519: Some(key),
            #[cfg(feature = "webhooks-rsa")]
            rsa: None,
        }
    }

    /// Adds the legacy signature by this key.
    #[cfg(feature = "webhooks-rsa")]
    #[must_use]
    pub fn rsa(mut self, key: RsaPrivateKey) -> Self {
        self.rsa = Some(key);
        self
    }

    /// Writes the legacy signature alone, as the platform once did.
    #[cfg(feature = "webhooks-rsa")]
    pub fn legacy(key: RsaPrivateKey) -> Self {
        Self { ed25519: None, rsa: Some(key) }
    }
}

impl Sign for PlatformSigner {
    /// The body is to carry its `timestamp` and `webhookId`: nothing else is signed.
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        if let Some(key) = &self.ed25519 {
            let signature = STANDARD.encode(key.sign(outgoing.body));
            put(headers, header::PLATFORM_ED25519, &signature, false)?;
        }
        #[cfg(feature = "webhooks-rsa")]
        if let Some(key) = &self.rsa {
            let signature = STANDARD.encode(key.sign(outgoing.body)?);
            put(headers, header::PLATFORM_RSA, &signature, false)?;
        }
        Ok(())
    }
}
