//! API keys: shown once, kept as fingerprints.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use smbcrm_core::types::Text;

use super::shelf::{Rows, Shelf};
use crate::TokenSecret;
use crate::world::World;
use crate::world::ids;
use crate::world::token::{Hash, hash};

/// A key as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) id: u64,
    /// Whose it is, where there are several.
    #[serde(default)]
    pub(crate) home: u64,
    /// What it was called when it was made.
    pub(crate) name: Text,
    /// Its first characters, to tell it from others by.
    pub(crate) shown: Text,
    current: Hash,
    /// The value before the last rotation, and until when it is good.
    previous: Option<(Hash, DateTime<Utc>)>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) rotated_at: Option<DateTime<Utc>>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

impl Key {
    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }

    /// Until when the value before the last rotation is good; `None` where there is none that is good.
    pub(crate) fn overlaps_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.previous.map(|(_, until)| until).filter(|until| now < *until && !self.is_revoked())
    }

    /// What servers tell the key by that know the same value, and each its own number of it. No secret.
    pub(crate) fn fingerprint(&self) -> String {
        self.current[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Keys by their numbers, found by their fingerprints.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyRing {
    keys: Shelf<Key>,
    by_hash: HashMap<Hash, u64, RandomState>,
}

/// A value that is drawn for a key.
pub(crate) fn draw(world: &World, prefix: &str) -> TokenSecret {
    let uuids: [String; 2] = std::array::from_fn(|_| ids::uuid(&mut *world.random.lock()).replace('-', ""));
    world.keep_part(crate::disk::DICE, || world.random.lock().drawn().into());
    TokenSecret(format!("{prefix}{}", uuids.concat()))
}

/// A value that nobody can work out.
pub(crate) fn unguessable(prefix: &str) -> TokenSecret {
    let uuids: [String; 2] = std::array::from_fn(|_| uuid::Uuid::new_v4().simple().to_string());
    TokenSecret(format!("{prefix}{}", uuids.concat()))
}

/// `smbk_0a1b…`: enough to know it by, and too little to use.
fn shown(value: &str) -> Text {
    let start: String = value.chars().take(9).collect();
    format!("{start}...").into()
}

impl KeyRing {
    /// Adds a key of this value.
    pub(crate) fn add(&mut self, name: impl Into<Text>, value: &str, now: DateTime<Utc>) -> Arc<Key> {
        self.add_to(0, name, value, now)
    }

    /// Adds a key of this value that is somebody's.
    pub(crate) fn add_to(
        &mut self,
        home: u64,
        name: impl Into<Text>,
        value: &str,
        now: DateTime<Utc>,
    ) -> Arc<Key> {
        let current = hash(value);
        let key = self.keys.add(|id| Key {
            id,
            home,
            name: name.into(),
            shown: shown(value),
            current,
            previous: None,
            created_at: now,
            rotated_at: None,
            revoked_at: None,
        });
        self.by_hash.insert(current, key.id);
        key
    }

    /// The value of somebody's key of this name that follows from a seed: the same whenever it is asked for, made the
    /// first time. One that was revoked gives way to the next.
    pub(crate) fn lasting(
        &mut self,
        home: u64,
        name: &str,
        prefix: &str,
        seed: u64,
        now: DateTime<Utc>,
    ) -> TokenSecret {
        let mut round = 0_u64;
        loop {
            let digest = Sha256::digest(format!("{prefix} key {name} {home} {seed} {round}"));
            let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let value = TokenSecret(format!("{prefix}{digits}"));
            let is_known = self.find(&value.0).is_some();
            if !is_known {
                self.add_to(home, name, &value.0, now);
            }
            if self.open(&value.0, now).is_some_and(|key| key.home == home && key.name == *name) {
                return value;
            }
            round += 1;
        }
    }

    /// The key of this value, if it is good now.
    pub(crate) fn open(&self, value: &str, now: DateTime<Utc>) -> Option<&Arc<Key>> {
        let hash = hash(value);
        let key = self.keys.get(*self.by_hash.get(&hash)?)?;
        let overlaps = |(previous, until): &(Hash, DateTime<Utc>)| *previous == hash && now < *until;
        let good = key.current == hash || key.previous.as_ref().is_some_and(overlaps);
        (good && !key.is_revoked()).then_some(key)
    }

    /// The key of this value, good or not.
    pub(crate) fn find(&self, value: &str) -> Option<&Arc<Key>> {
        self.keys.get(*self.by_hash.get(&hash(value))?)
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Arc<Key>> {
        self.keys.get(id)
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Key>> {
        self.keys.iter().map(|(_, key)| key)
    }

    /// Gives a key another value; the old one is good until then. `None` when there is no such key, or it was revoked.
    pub(crate) fn rotate(
        &mut self,
        id: u64,
        value: &str,
        old_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Arc<Key>> {
        self.keys.get(id).filter(|key| !key.is_revoked())?;
        self.keys.edit(id, |key| {
            key.previous = (old_until > now).then_some((key.current, old_until));
            key.current = hash(value);
            key.shown = shown(value);
            key.rotated_at = Some(now);
        })?;
        self.index();
        self.keys.get(id).cloned()
    }

    /// Ends a key at once. `None` when there is no such key.
    pub(crate) fn revoke(&mut self, id: u64, now: DateTime<Utc>) -> Option<Arc<Key>> {
        self.keys.edit(id, |key| _ = key.revoked_at.get_or_insert(now))?;
        self.keys.get(id).cloned()
    }

    fn index(&mut self) {
        self.by_hash.clear();
        for (id, key) in self.keys.iter() {
            self.by_hash.insert(key.current, id);
            if let Some((previous, _)) = key.previous {
                self.by_hash.insert(previous, id);
            }
        }
    }
}

impl Rows for KeyRing {
    fn all(&self, write: &mut dyn FnMut(Value)) {
        self.keys.all(write);
    }

    fn changes(&mut self, write: &mut dyn FnMut(Value)) {
        self.keys.changes(write);
    }

    fn restore(&mut self, row: Value) -> serde_json::Result<()> {
        self.keys.restore(row)?;
        self.index();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_key_opens_until_it_is_rotated_out_or_revoked() {
        let (mut ring, now) = (KeyRing::default(), DateTime::UNIX_EPOCH);
        let later = now + TimeDelta::hours(1);
        let key = ring.add("ci", "smbk_abcdefgh", now);
        assert_eq!(key.shown, "smbk_abcd...");
        assert!(ring.open("smbk_abcdefgh", now).is_some() && ring.open("smbk_abcdefgx", now).is_none());

        ring.rotate(key.id, "smbk_two", later, now).unwrap();
        assert!(ring.open("smbk_abcdefgh", now).is_some(), "they overlap");
        assert!(ring.open("smbk_abcdefgh", later).is_none() && ring.open("smbk_two", later).is_some());

        ring.rotate(key.id, "smbk_three", later, later).unwrap();
        assert!(ring.open("smbk_two", later).is_none(), "without an overlap the old one ends at once");

        ring.revoke(key.id, later).unwrap();
        assert!(ring.open("smbk_three", later).is_none());
        assert!(ring.rotate(key.id, "smbk_four", later, later).is_none());
        assert!(ring.revoke(9, later).is_none());
    }

    #[test]
    fn a_lasting_key_is_the_same_until_it_is_revoked() {
        let (mut ring, now) = (KeyRing::default(), DateTime::UNIX_EPOCH);
        let first = ring.lasting(1, "server", "smf_", 7, now).0;
        assert_eq!(ring.lasting(1, "server", "smf_", 7, now).0, first);
        assert_eq!(KeyRing::default().lasting(1, "server", "smf_", 7, now).0, first);
        assert_ne!(ring.lasting(2, "server", "smf_", 7, now).0, first);
        let id = ring.find(&first).unwrap().id;
        ring.revoke(id, now).unwrap();
        let next = ring.lasting(1, "server", "smf_", 7, now).0;
        assert_ne!(next, first);
        assert_eq!(ring.lasting(1, "server", "smf_", 7, now).0, next);
    }
}
