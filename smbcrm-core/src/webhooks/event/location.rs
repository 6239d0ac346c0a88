//! Sub-accounts and users.

use super::{Payload, Subject};
use crate::locations::Location;
use crate::record;
use crate::types::{CompanyId, Extra, LocationId, Text, UserId};
use crate::users::{Permissions, User, UserRole};

/// A sub-account was created or changed. `id` is the sub-account's.
#[record]
pub struct LocationEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub id: LocationId,
    /// The agency.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub name: Option<Text>,
    /// Its e-mail.
    pub email: Option<Text>,
    /// The product that it is billed by.
    pub stripe_product_id: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Location> for LocationEvent {
    fn from(it: &Location) -> Self {
        Self {
            id: it.id.clone(),
            company_id: it.company_id.clone(),
            name: Some(it.name.clone()),
            email: it.email.clone(),
            stripe_product_id: None,
            extra: Extra::default(),
        }
    }
}

impl Payload for LocationEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.id)
    }
}

/// A user was created, changed or deleted.
#[record]
pub struct UserEvent {
    /// The sub-account; none for a user of the agency.
    pub location_id: Option<LocationId>,
    /// The agency; none for a user of a sub-account.
    pub company_id: Option<CompanyId>,
    /// The user.
    #[serde(skip_serializing_if = "UserId::is_empty")]
    pub id: UserId,
    /// Given name.
    pub first_name: Option<Text>,
    /// Family name.
    pub last_name: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// The phone's extension.
    pub extension: Option<Text>,
    /// Administrator or user.
    pub role: Option<UserRole>,
    /// What it may see and do.
    pub permissions: Option<Permissions>,
    /// The sub-accounts that a user of the agency works in.
    pub locations: Option<Vec<LocationId>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&User> for UserEvent {
    /// What an event says about a user, but for whose it is: that is the caller's to say.
    fn from(it: &User) -> Self {
        let said = |text: &Text| Some(text.clone()).filter(|text| !text.is_empty());
        Self {
            location_id: None,
            company_id: None,
            id: it.id.clone(),
            first_name: said(&it.first_name),
            last_name: said(&it.last_name),
            email: said(&it.email),
            phone: it.phone.clone(),
            extension: it.extension.clone(),
            role: Some(it.roles.role.clone()),
            permissions: it.permissions.clone(),
            locations: None,
            extra: Extra::default(),
        }
    }
}

impl Payload for UserEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), self.location_id.as_ref())
    }
}
