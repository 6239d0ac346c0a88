//! API keys.

use chrono::{DateTime, Utc};

use crate::types::Hidden;
use crate::types::{ApiKeyId, Extra, Text};
use crate::{record, request};

/// An API key: everything but its value.
#[record(snake_case)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it was called when it was made.
    pub name: Text,
    /// Its first characters, to tell it from others by.
    pub masked: Text,
    /// Whether it opens anything.
    pub active: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last given another value.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Until when the value before that is good.
    pub previous_valid_until: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A key with its value, which is shown this once: only a fingerprint is kept of it.
#[record(snake_case)]
pub struct NewKey {
    /// The key.
    pub key: ApiKey,
    /// Its value.
    pub value: Hidden,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A key to make.
#[request(snake_case)]
pub struct CreateKey {
    /// What to call it: 1 to 100 characters.
    pub name: Text,
}

/// How a key changes hands.
#[request(snake_case)]
pub struct RotateKey {
    /// For how many seconds the old value stays good: 0 unless set, and a week at most.
    pub overlap_seconds: Option<u64>,
}
