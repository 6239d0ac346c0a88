//! Planting users. They are the agency's and work in the sub-account that names them.

use std::sync::Arc;

use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::types::LocationId;
use smbcrm_core::users::{Permissions, User, UserRole, UserType};

use super::SeedError;
use super::draft::{LocationDraft, UserDraft};
use crate::world::Directory;

/// The users of an agency while a seed adds to them.
#[derive(Debug, Default)]
pub(super) struct Staff {
    known: Vec<Arc<User>>,
    /// Whom the seed names.
    named: Vec<User>,
}

impl Staff {
    /// Starts from the users that are there.
    pub(super) fn of(directory: &Directory) -> Self {
        let users = directory.users.iter().filter(|known| !known.is_deleted());
        Self { known: users.map(|known| Arc::clone(&known.user)).collect(), named: Vec::new() }
    }

    /// Adds a sub-account's users. Somebody who is there already, by id or else by e-mail, works here as well.
    pub(super) fn add(
        &mut self,
        draft: &LocationDraft,
        location: &LocationId,
        path: &str,
    ) -> Result<(), SeedError> {
        for (n, user) in draft.users.iter().enumerate() {
            let path = format!("{path}.users[{n}]");
            let mut user =
                read(user).map_err(|(field, text)| SeedError::new(format!("{path}.{field}"), text))?;
            let named = self.named.iter().position(|other| is_same(other, &user));
            let before = match named {
                Some(at) => Some(&self.named[at]),
                None => self.known.iter().map(|known| &**known).find(|other| is_same(other, &user)),
            };
            if let Some(before) = before {
                if user.id.is_empty() {
                    user.id = before.id.clone();
                }
                user.roles.location_ids.clone_from(&before.roles.location_ids);
            }
            let known = self.known.iter().map(|known| &**known);
            let is_twin = |other: &User| other.email == user.email && other.id != user.id;
            if self.named.iter().chain(known).any(is_twin) {
                return Err(SeedError::new(format!("{path}.email"), "another user has this email"));
            }
            if !user.roles.location_ids.contains(location) {
                user.roles.location_ids.push(location.clone());
            }
            match named {
                Some(at) => self.named[at] = user,
                None => self.named.push(user),
            }
        }
        Ok(())
    }

    /// Whom the seed names, as they are to be.
    pub(super) fn into_named(self) -> Vec<User> {
        self.named
    }
}

/// Whether they are one: by their id, or by their e-mail where the draft names no id.
fn is_same(other: &User, user: &User) -> bool {
    if user.id.is_empty() { other.email == user.email } else { other.id == user.id }
}

/// The user that a draft describes, in no sub-account yet; or which field is wrong, and how.
fn read(draft: &UserDraft) -> Result<User, (&'static str, &'static str)> {
    let mut user = User::default();
    user.id = draft.id.clone().unwrap_or_default();
    user.first_name = draft.first_name.trim().into();
    user.last_name = draft.last_name.trim().into();
    for (field, text) in [("firstName", &user.first_name), ("lastName", &user.last_name)] {
        if text.is_empty() {
            return Err((field, "it should not be empty"));
        }
    }
    user.name = format!("{} {}", user.first_name, user.last_name).into();
    user.email = normalise_email(&draft.email).map_err(|_| ("email", "email must be an email"))?.into();
    user.phone.clone_from(&draft.phone);
    user.roles.kind = UserType::Account;
    user.roles.role = draft.role.clone().unwrap_or(UserRole::User);
    if !user.roles.role.is_known() {
        return Err(("role", "role must be a valid enum value"));
    }
    user.permissions = Some(Permissions::standard());
    Ok(user)
}
