//! API keys as the settings show them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::smarfle::settings::{ApiKey, CreateKey, NewKey, RotateKey};
use smbcrm_core::types::{ApiKeyId, Text};

use super::gate::Call;
use super::{State, ids, refusal};
use crate::neighbour::{Key, draw};

/// What the values of keys and sessions begin with. (Assumed.)
pub(super) const PREFIX: &str = "smf_";
pub(super) const SESSION_PREFIX: &str = "smfs_";

/// How long a rotated key's old value may stay good.
const LONGEST_OVERLAP: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const NAME: usize = 100;

pub(super) fn show(key: &Key, now: DateTime<Utc>) -> ApiKey {
    let mut shown = ApiKey::default();
    shown.id = ids::id(ids::KEY, key.id);
    shown.name = key.name.clone();
    shown.masked = key.shown.clone();
    shown.active = !key.is_revoked();
    shown.created_at = Some(key.created_at);
    shown.rotated_at = key.rotated_at;
    shown.previous_valid_until = key.overlaps_until(now);
    shown.revoked_at = key.revoked_at;
    shown
}

/// A name for a key or session, an organisation or the like.
pub(super) fn named(name: &str) -> Result<Text> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(refusal::validation(&[format!("name must have 1 to {NAME} printable characters")]));
    }
    Ok(name.into())
}

impl State {
    /// The organisation's key of this number.
    fn own_key(&self, org: u64, id: &ApiKeyId) -> Result<&Key> {
        let key = self.keys.get(ids::number(ids::KEY, id.as_str())).filter(|key| key.home == org);
        key.map(|key| &**key).ok_or_else(|| refusal::not_found("key", id.as_str()))
    }
}

impl Call<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.smarfle.crm.world.clock.now()
    }

    pub(super) fn list_keys(&self) -> Vec<ApiKey> {
        let now = self.now();
        self.read(|state| {
            state.keys.iter().filter(|key| key.home == self.org()).map(|key| show(key, now)).collect()
        })
    }

    pub(super) fn create_key(&mut self, input: &CreateKey) -> Result<NewKey> {
        let (name, now) = (named(&input.name)?, self.now());
        let value = draw(&self.smarfle.crm.world, PREFIX);
        let key = self.change(|state| state.keys.add_to(self.org(), name, value.expose(), now));
        Ok(self.shown_once(&key, value.expose()))
    }

    pub(super) fn rotate_key(&mut self, id: &ApiKeyId, rotation: &RotateKey) -> Result<NewKey> {
        self.concerns(id);
        let overlap = Duration::from_secs(rotation.overlap_seconds.unwrap_or(0));
        if overlap > LONGEST_OVERLAP {
            let most = LONGEST_OVERLAP.as_secs();
            return Err(refusal::validation(&[format!("overlap_seconds must not be greater than {most}")]));
        }
        let (value, now) = (draw(&self.smarfle.crm.world, PREFIX), self.now());
        let key = self.change(|state| {
            let number = state.own_key(self.org(), id)?.id;
            let rotated = state.keys.rotate(number, value.expose(), now + overlap, now);
            rotated.ok_or_else(|| refusal::conflict("The key was revoked."))
        })?;
        Ok(self.shown_once(&key, value.expose()))
    }

    pub(super) fn revoke_key(&mut self, id: &ApiKeyId) -> Result<ApiKey> {
        self.concerns(id);
        let now = self.now();
        self.change(|state| {
            let number = state.own_key(self.org(), id)?.id;
            let revoked = state.keys.revoke(number, now);
            revoked.map(|key| show(&key, now)).ok_or_else(|| refusal::not_found("key", id.as_str()))
        })
    }

    fn shown_once(&mut self, key: &Key, value: &str) -> NewKey {
        let mut new = NewKey::default();
        new.key = show(key, self.now());
        new.value = value.into();
        self.concerns(&new.key.id);
        new
    }

    /// The key to show examples with: the one that is named, or the oldest good one.
    pub(super) fn example_key(&self, id: Option<&ApiKeyId>) -> Result<Option<ApiKey>> {
        let now = self.now();
        self.read(|state| match id {
            Some(id) => state.own_key(self.org(), id).map(|key| Some(show(key, now))),
            None => {
                let mut good = state.keys.iter().filter(|key| key.home == self.org() && !key.is_revoked());
                Ok(good.next().map(|key| show(key, now)))
            }
        })
    }
}
