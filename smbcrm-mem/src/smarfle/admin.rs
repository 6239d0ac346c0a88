//! What the organisation's settings do, and no API: keys.

use chrono::{DateTime, Utc};
use serde::Serialize;
use smbcrm_core::types::Text;

use crate::neighbour::{Key, draw};
use crate::{Admin, TokenSecret};

/// A key as the settings show it: everything but its value.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SmarfleKey {
    /// Its number.
    pub id: u64,
    /// What it was called when it was made.
    pub name: Text,
    /// Its first characters, to tell it from others by.
    pub key_prefix: Text,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl SmarfleKey {
    fn of(key: &Key) -> Self {
        Self {
            id: key.id,
            name: key.name.clone(),
            key_prefix: key.shown.clone(),
            created_at: key.created_at,
            revoked: key.is_revoked(),
        }
    }
}

impl Admin<'_> {
    /// Makes an API key of the Smarfle organisation. Its value is shown this once; the world keeps a fingerprint.
    pub fn create_smarfle_key(&self, name: impl Into<Text>) -> (SmarfleKey, TokenSecret) {
        let world = &self.crm.world;
        let value = draw(world, "smf_");
        let now = world.clock.now();
        let key = world.smarfle.change(world, |state| state.keys.add(name, &value.0, now));
        (SmarfleKey::of(&key), value)
    }
}
