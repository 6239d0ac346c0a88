//! Private Integration Tokens: their life, and what they may do.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smbcrm_core::operation::Operation;
use smbcrm_core::types::LocationId;

/// How long a rotated token stays valid beside its successor.
pub const ROTATION_OVERLAP: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A token's fingerprint; the token itself is not kept.
pub(crate) type Hash = [u8; 32];

pub(crate) fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.trim().as_bytes()).into()
}

/// Whether a text has the form of a Private Integration Token (`pit-` and a lower-case UUID).
pub(crate) fn is_pit(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("pit-") else { return false };
    uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

/// Which level a token is made at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TokenLevel {
    /// It opens exactly this sub-account.
    Location(LocationId),
    /// It opens the agency, and reads its sub-accounts.
    Agency,
}

/// What a token may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Scopes {
    /// Every operation of its level.
    All,
    /// The operations of these scopes.
    Only(BTreeSet<String>),
}

impl Scopes {
    /// These scopes and no others.
    pub fn only<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Self {
        Self::Only(scopes.into_iter().map(Into::into).collect())
    }

    pub(crate) fn allow(&self, operation: &Operation) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.contains(operation.scope),
        }
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Scopes {
    fn from(scopes: [S; N]) -> Self {
        Self::only(scopes)
    }
}

/// A token as the admin side sees it: everything but its value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenInfo {
    /// Its own id; stays the same when it is rotated.
    pub id: String,
    /// The name it was given.
    pub name: String,
    /// Its level.
    pub level: TokenLevel,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made, or last rotated.
    pub created_at: DateTime<Utc>,
    /// Until when the value before the last rotation is still good.
    pub previous_valid_until: Option<DateTime<Utc>>,
    /// From when on it is no good, if it was told to expire.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl TokenInfo {
    /// Whether its level and scopes cover an operation.
    pub fn covers(&self, operation: &'static Operation) -> bool {
        crate::admit::permit(self, operation).is_ok()
    }
}

/// A token's value, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret(pub(crate) String);

impl TokenSecret {
    /// The value. Keep it out of logs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

/// A token as the world keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) info: TokenInfo,
    pub(crate) current: Hash,
    pub(crate) previous: Option<Hash>,
}

impl Token {
    /// Whether the value with this fingerprint is good now.
    pub(crate) fn accepts(&self, hash: &Hash, now: DateTime<Utc>) -> bool {
        let info = &self.info;
        if info.revoked || info.expires_at.is_some_and(|end| end <= now) {
            return false;
        }
        self.current == *hash
            || (self.previous.as_ref() == Some(hash)
                && info.previous_valid_until.is_some_and(|end| now < end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_token_is_exact() {
        assert!(is_pit("pit-0123abcd-0123-0123-0123-0123456789ab"));
        for wrong in [
            "",
            "pit-",
            "pit-0123ABCD-0123-0123-0123-0123456789ab",
            "eyJ",
            "pit-0123abcd00123-0123-0123-0123456789ab",
        ] {
            assert!(!is_pit(wrong), "{wrong}");
        }
    }
}
