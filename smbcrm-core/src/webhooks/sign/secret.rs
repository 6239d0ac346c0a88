//! Secrets that two sides share, and the HMAC made with them.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::KeyError;

/// A secret that both sides know. Never printed; wiped from memory when it is dropped.
///
/// An empty secret fits nothing.
#[derive(Clone)]
pub struct Secret(Arc<SecretSlice<u8>>);

impl Secret {
    /// A secret of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(SecretSlice::from(bytes.into())))
    }

    /// A secret that is written in base64.
    ///
    /// # Errors
    /// The text is no base64, or empty.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        match STANDARD.decode(text.trim()) {
            Ok(bytes) if !bytes.is_empty() => Ok(Self::new(bytes)),
            _ => Err(KeyError::expected("a secret in base64")),
        }
    }

    pub(super) fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secrets of a scheme, the one to sign with first.
#[derive(Debug, Clone)]
pub(super) struct Secrets(Vec<Secret>);

impl Secrets {
    pub(super) fn new(secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        let secrets = secrets.into_iter().map(Into::into);
        Self(secrets.filter(|secret: &Secret| !secret.is_empty()).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }

    pub(super) fn first(&self) -> Option<&Secret> {
        self.0.first()
    }

    /// Which secret made one of the MACs of what the parts say together. All are tried, whatever fits.
    pub(super) fn made(&self, parts: &[&[u8]], given: &[[u8; 32]]) -> Option<usize> {
        self.find(|secret| {
            let expected = mac(secret, parts);
            given.iter().fold(Choice::from(0), |found, one| found | expected.ct_eq(one))
        })
    }

    /// Which secret the text is. Digests are compared, so that not even the length shows.
    pub(super) fn is(&self, text: &[u8]) -> Option<usize> {
        let given = Sha256::digest(text);
        self.find(|secret| Sha256::digest(secret.expose()).ct_eq(&given))
    }

    fn find(&self, fits: impl Fn(&Secret) -> Choice) -> Option<usize> {
        let mut found = None;
        for (at, secret) in self.0.iter().enumerate() {
            let fits = bool::from(fits(secret));
            found = found.or(fits.then_some(at));
        }
        found
    }
}

/// HMAC-SHA256 of the parts, one after the other.
pub(super) fn mac(secret: &Secret, parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length will do, so there is nothing to refuse.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose()) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A MAC in hex, in whatever case.
pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut mac = [0; 32];
    hex::decode_to_slice(text, &mut mac).ok()?;
    Some(mac)
}
