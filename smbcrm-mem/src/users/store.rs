//! Creating, changing and deleting users.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::types::{LocationId, Text, UserId};
use smbcrm_core::users::{
    CreateUser, Permissions, PlatformLanguage, Roles, UpdateUser, User, UserDeleted, UserRole, UserType,
};

use super::missing;
use crate::admit::Visitor;
use crate::refusal;
use crate::world::{Directory, StoredUser};

/// What the wire says of an e-mail that another user has.
const TAKEN: &str = "A user with this email already exists";

impl Directory {
    /// Where a user is kept that the caller may see. One that was deleted is as good as none.
    pub(super) fn user_at(&self, visitor: &Visitor, id: &UserId) -> Result<usize> {
        let at = self.users.iter().position(|known| known.user.id == *id && !known.is_deleted());
        let at = at.ok_or_else(|| missing(id))?;
        if visitor.sees(&self.users[at].user) { Ok(at) } else { Err(refusal::location()) }
    }

    /// Refuses sub-accounts that do not exist or that the caller may not touch.
    fn check_places(&self, visitor: &Visitor, locations: &[LocationId]) -> Result<()> {
        let open = |id: &LocationId| visitor.opens(id) && self.location(id.as_str()).is_some();
        if locations.iter().all(open) { Ok(()) } else { Err(refusal::location()) }
    }

    pub(super) fn create_user(
        &mut self,
        visitor: &Visitor,
        input: CreateUser,
        now: DateTime<Utc>,
    ) -> Result<Arc<User>> {
        let mut wrong = Vec::new();
        if input.company_id.is_empty() {
            wrong.push("companyId should not be empty".to_owned());
        }
        let first_name = filled("firstName", &input.first_name, &mut wrong);
        let last_name = filled("lastName", &input.last_name, &mut wrong);
        let email = normalise_email(&input.email).unwrap_or_else(|_| {
            wrong.push("email must be an email".to_owned());
            String::new()
        });
        if input.password.is_empty() {
            wrong.push("password should not be empty".to_owned());
        }
        check_kind(&input.kind, &mut wrong);
        check_role(&input.role, &mut wrong);
        check_language(input.platform_language.as_ref(), &mut wrong);
        let location_ids = distinct(&input.location_ids, &mut wrong);
        check_assigned(&input.kind, &location_ids, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.own(&input.company_id)?;
        if input.kind == UserType::Agency && !visitor.is_agency() {
            return Err(refusal::forbidden_resource());
        }
        self.check_places(visitor, &location_ids)?;
        if self.users.iter().any(|known| !known.is_deleted() && known.user.email == email.as_str()) {
            return Err(refusal::bad_request(TAKEN));
        }
        let mut user = User::default();
        user.id = self.user_ids.record().into();
        user.email = email.into();
        user.roles.kind = input.kind;
        user.roles.role = input.role;
        user.roles.location_ids = location_ids;
        user.first_name = first_name;
        user.last_name = last_name;
        let change = Change {
            phone: input.phone,
            permissions: Some(input.permissions.unwrap_or_default()),
            scopes: input.scopes,
            phones: input.twilio_phone,
            language: input.platform_language,
        };
        change.apply(&mut user);
        let user = Arc::new(user);
        self.users.push(StoredUser { user: Arc::clone(&user), added: now });
        Ok(user)
    }

    pub(super) fn update_user(
        &mut self,
        visitor: &Visitor,
        id: &UserId,
        input: UpdateUser,
    ) -> Result<Arc<User>> {
        let at = self.user_at(visitor, id)?;
        let mut user = User::clone(&self.users[at].user);
        let mut wrong = Vec::new();
        if visitor.is_agency_token() && input.company_id.is_none() {
            wrong.push("companyId should not be empty".to_owned());
        }
        if let Some(name) = &input.first_name {
            user.first_name = filled("firstName", name, &mut wrong);
        }
        if let Some(name) = &input.last_name {
            user.last_name = filled("lastName", name, &mut wrong);
        }
        if let Some(email) = &input.email
            && normalise_email(email).ok().as_deref() != Some(user.email.as_str())
        {
            wrong.push("email update is no longer supported".to_owned());
        }
        if input.password.as_ref().is_some_and(|password| password.is_empty()) {
            wrong.push("password should not be empty".to_owned());
        }
        let promoted = input.kind == Some(UserType::Agency) && user.roles.kind != UserType::Agency;
        if let Some(kind) = input.kind {
            check_kind(&kind, &mut wrong);
            user.roles.kind = kind;
        }
        if let Some(role) = input.role {
            check_role(&role, &mut wrong);
            user.roles.role = role;
        }
        check_language(input.platform_language.as_ref(), &mut wrong);
        let mut given = Vec::new();
        if let Some(locations) = &input.location_ids {
            given = distinct(locations, &mut wrong);
            // Sub-accounts that the caller cannot touch stay as they are.
            user.roles.location_ids.retain(|known| !visitor.opens(known));
            user.roles.location_ids.extend(given.iter().cloned());
        }
        check_assigned(&user.roles.kind, &user.roles.location_ids, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(company) = &input.company_id {
            self.own(company)?;
        }
        if promoted && !visitor.is_agency() {
            return Err(refusal::forbidden_resource());
        }
        self.check_places(visitor, &given)?;
        let change = Change {
            phone: input.phone,
            permissions: input.permissions,
            scopes: input.scopes,
            phones: input.twilio_phone,
            language: input.platform_language,
        };
        change.apply(&mut user);
        let user = Arc::new(user);
        self.users.edit()[at].user = Arc::clone(&user);
        Ok(user)
    }

    /// Deletes a user, at once. The e-mail is free again; only a search for deleted users finds it.
    pub(super) fn delete_user(&mut self, visitor: &Visitor, id: &UserId) -> Result<UserDeleted> {
        let at = self.user_at(visitor, id)?;
        let mut users = self.users.edit();
        let user = Arc::make_mut(&mut users[at].user);
        user.deleted = Some(true);
        let mut done = UserDeleted::default();
        done.succeeded = true;
        done.message = format!(
            "Queued deleting user with e-mail {} and name {}. Will take effect in a few minutes.",
            user.email, user.name
        )
        .into();
        Ok(done)
    }

    /// Takes a sub-account that is gone off its users.
    pub(crate) fn unassign_users(&mut self, location: &LocationId) {
        if self.users.iter().any(|known| known.user.roles.location_ids.contains(location)) {
            for known in self.users.edit().iter_mut() {
                if known.user.roles.location_ids.contains(location) {
                    Arc::make_mut(&mut known.user).roles.location_ids.retain(|id| id != location);
                }
            }
        }
    }

    /// Keeps a user as it is; an empty id is minted, and one of the same id is replaced.
    pub(crate) fn put_user(&mut self, mut user: User, now: DateTime<Utc>) -> Arc<User> {
        if user.id.is_empty() {
            user.id = self.user_ids.record().into();
        }
        let user = Arc::new(user);
        let mut users = self.users.edit();
        match users.iter_mut().find(|known| known.user.id == user.id) {
            Some(known) => known.user = Arc::clone(&user),
            None => users.push(StoredUser { user: Arc::clone(&user), added: now }),
        }
        user
    }
}

/// What a create and an update have in common.
struct Change {
    phone: Option<Text>,
    permissions: Option<Permissions>,
    scopes: Option<Vec<Text>>,
    phones: Option<BTreeMap<String, Text>>,
    language: Option<PlatformLanguage>,
}

impl Change {
    fn apply(self, user: &mut User) {
        user.name = format!("{} {}", user.first_name, user.last_name).into();
        if let Some(phone) = self.phone {
            user.phone = Some(phone.trim().into()).filter(|phone: &Text| !phone.is_empty());
        }
        if let Some(permissions) = self.permissions {
            let before = user.permissions.take().unwrap_or_else(Permissions::standard);
            user.permissions = Some(permissions.or(&before));
        }
        if let Some(scopes) = self.scopes {
            user.scopes = scopes;
        }
        if let Some(phones) = self.phones {
            user.lc_phone = phones;
        }
        if self.language.is_some() {
            user.platform_language = self.language;
        }
    }
}

fn filled(name: &str, text: &str, wrong: &mut Vec<String>) -> Text {
    let text = text.trim();
    if text.is_empty() {
        wrong.push(format!("{name} should not be empty"));
    }
    text.into()
}

pub(super) fn check_kind(kind: &UserType, wrong: &mut Vec<String>) {
    if !kind.is_known() {
        wrong.push("type must be a valid enum value".to_owned());
    }
}

pub(super) fn check_role(role: &UserRole, wrong: &mut Vec<String>) {
    if !role.is_known() {
        wrong.push("role must be a valid enum value".to_owned());
    }
}

fn check_language(language: Option<&PlatformLanguage>, wrong: &mut Vec<String>) {
    if language.is_some_and(|language| !language.is_known()) {
        wrong.push("platformLanguage must be a valid enum value".to_owned());
    }
}

fn distinct(locations: &[LocationId], wrong: &mut Vec<String>) -> Vec<LocationId> {
    let mut seen: Vec<LocationId> = Vec::with_capacity(locations.len());
    for (at, id) in locations.iter().enumerate() {
        if id.is_empty() {
            wrong.push(format!("locationIds.{at} should not be empty"));
        } else if !seen.contains(id) {
            seen.push(id.clone());
        }
    }
    seen
}

/// A user of sub-accounts works in one at least (assumed).
fn check_assigned(kind: &UserType, locations: &[LocationId], wrong: &mut Vec<String>) {
    if *kind == UserType::Account && locations.is_empty() {
        wrong.push("locationIds must contain at least 1 elements".to_owned());
    }
}

impl Visitor {
    /// Whether the caller may see a user: one who works where the caller may be.
    pub(super) fn sees(&self, user: &User) -> bool {
        let Roles { location_ids, .. } = &user.roles;
        self.is_agency() || location_ids.iter().any(|id| self.opens(id))
    }
}
