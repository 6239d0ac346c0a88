//! The life of Private Integration Tokens: make, rotate, expire, revoke, edit.

use std::sync::Arc;

use crate::Admin;
use crate::disk::DICE;
use crate::limits::Meter;
use crate::world::ids::{Dice, uuid};
use crate::world::token::{self, ROTATION_OVERLAP, Scopes, Token, TokenInfo, TokenLevel, TokenSecret};
use crate::world::{Credential, World};

fn secret(world: &World) -> TokenSecret {
    // No value twice, though a lasting token may have been given one that is to be drawn yet.
    loop {
        let secret = TokenSecret(format!("pit-{}", uuid(&mut *world.random.lock())));
        if !world.directory.read().by_hash.contains_key(&token::hash(&secret.0)) {
            return secret;
        }
    }
}

/// Writes down how far values and ids have been drawn, within the section that uses them.
fn keep_drawn(world: &World) {
    world.keep_part(DICE, || world.random.lock().drawn().into());
}

impl Admin<'_> {
    /// Makes a token. Its value is shown this once; the world keeps a fingerprint.
    pub fn create_token(
        &self,
        name: impl Into<String>,
        level: TokenLevel,
        scopes: impl Into<Scopes>,
    ) -> (TokenInfo, TokenSecret) {
        let secret = secret(&self.crm.world);
        let info = self.install_token(name, level, scopes, &secret.0);
        (info, secret)
    }

    /// Makes a token of a value of your own; one with the same value is replaced.
    ///
    /// Values that have not the form of a token (`pit-` and a UUID) never pass the gate.
    pub fn install_token(
        &self,
        name: impl Into<String>,
        level: TokenLevel,
        scopes: impl Into<Scopes>,
        value: &str,
    ) -> TokenInfo {
        let world = &self.crm.world;
        let name = name.into();
        let info = TokenInfo {
            id: uuid(&mut *world.random.lock()),
            name: name.clone(),
            level,
            scopes: scopes.into(),
            created_at: world.clock.now(),
            previous_valid_until: None,
            expires_at: None,
            revoked: false,
        };
        let hash = token::hash(value);
        let token = Token { info: info.clone(), current: hash, previous: None };
        world.arrange_directory(|directory| {
            directory.tokens.retain(|known| known.token.current != hash);
            directory.tokens.push(Arc::new(Credential {
                name: name.into(),
                token,
                meter: Arc::new(Meter::default()),
            }));
            directory.index_tokens();
            keep_drawn(world);
        });
        info
    }

    /// The token of this name that a world kept in a file has at every start: its value follows from the seed, since
    /// the file does not know values.
    pub(crate) fn lasting_token(&self, name: &str, level: TokenLevel) -> TokenSecret {
        let world = &self.crm.world;
        let mut dice = Dice::new(world.seed);
        loop {
            let secret = TokenSecret(format!("pit-{}", uuid(&mut dice)));
            let hash = token::hash(&secret.0);
            let known = {
                let directory = world.directory.read();
                let at = directory.by_hash.get(&hash).copied();
                at.and_then(|at| directory.tokens.get(at)).map(|known| known.token.info.clone())
            };
            match known {
                None => {
                    self.install_token(name, level, Scopes::All, &secret.0);
                    return secret;
                }
                Some(info) if info.name == name && info.level == level && !info.revoked => return secret,
                Some(_) => {}
            }
        }
    }

    /// The tokens, oldest first; never their values.
    pub fn tokens(&self) -> Vec<TokenInfo> {
        self.crm
            .world
            .directory
            .read()
            .tokens
            .iter()
            .map(|credential| credential.token.info.clone())
            .collect()
    }

    /// Gives a token a new value; the old one stays good for [`ROTATION_OVERLAP`]. `None` when there is no such id.
    pub fn rotate_token(&self, id: &str) -> Option<TokenSecret> {
        let secret = secret(&self.crm.world);
        let until = self.crm.world.clock.now() + ROTATION_OVERLAP;
        self.edit_token(id, |token| {
            token.previous = Some(token.current);
            token.info.previous_valid_until = Some(until);
            token.current = token::hash(&secret.0);
        })?;
        Some(secret)
    }

    /// Gives a token a new value; the old one is dead at once. `None` when there is no such id.
    pub fn rotate_token_now(&self, id: &str) -> Option<TokenSecret> {
        let secret = secret(&self.crm.world);
        self.edit_token(id, |token| {
            token.previous = None;
            token.info.previous_valid_until = None;
            token.current = token::hash(&secret.0);
        })?;
        Some(secret)
    }

    /// Ends the overlap of a rotation: the old value is dead. `None` when there is no such id.
    pub fn expire_previous_token(&self, id: &str) -> Option<TokenInfo> {
        self.edit_token(id, |token| {
            token.previous = None;
            token.info.previous_valid_until = None;
        })
    }

    /// Takes a rotation back: the old value is the token's again, the new one is dead.
    ///
    /// `None` when there is no such id; nothing changes when no rotation is under way.
    pub fn cancel_rotation(&self, id: &str) -> Option<TokenInfo> {
        let now = self.crm.world.clock.now();
        self.edit_token(id, |token| {
            if let Some(previous) =
                token.previous.take_if(|_| token.info.previous_valid_until.is_some_and(|end| now < end))
            {
                token.current = previous;
                token.info.previous_valid_until = None;
            }
        })
    }

    /// Makes a token expire now. `None` when there is no such id.
    pub fn expire_token(&self, id: &str) -> Option<TokenInfo> {
        let now = self.crm.world.clock.now();
        self.edit_token(id, |token| token.info.expires_at = Some(now))
    }

    /// Makes a token expire at an instant. `None` when there is no such id.
    pub fn expire_token_at(&self, id: &str, at: chrono::DateTime<chrono::Utc>) -> Option<TokenInfo> {
        self.edit_token(id, |token| token.info.expires_at = Some(at))
    }

    /// Revokes a token for good. `None` when there is no such id.
    pub fn revoke_token(&self, id: &str) -> Option<TokenInfo> {
        self.edit_token(id, |token| token.info.revoked = true)
    }

    /// Changes what a token may do; its value stays. `None` when there is no such id.
    pub fn set_scopes(&self, id: &str, scopes: impl Into<Scopes>) -> Option<TokenInfo> {
        let scopes = scopes.into();
        self.edit_token(id, |token| token.info.scopes = scopes)
    }

    fn edit_token(&self, id: &str, change: impl FnOnce(&mut Token)) -> Option<TokenInfo> {
        let world = &self.crm.world;
        world.arrange_directory(|directory| {
            let slot = directory.tokens.iter_mut().find(|credential| credential.token.info.id == id)?;
            let mut token = slot.token.clone();
            change(&mut token);
            let info = token.info.clone();
            let (name, meter) = (Arc::clone(&slot.name), Arc::clone(&slot.meter));
            *slot = Arc::new(Credential { name, token, meter });
            directory.index_tokens();
            keep_drawn(world);
            Some(info)
        })
    }
}
