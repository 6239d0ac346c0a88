//! What writes and searches of users take.
#![allow(clippy::too_many_arguments, reason = "a new user takes what the API requires of one")]

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Permissions, PlatformLanguage, UserRole, UserType, listed};
use crate::locations::Order;
use crate::shape::{Kind, Node, Shaped, Slot, View};
use crate::types::{CompanyId, LocationId, Text, UserId};
use crate::{open_enum, request};

/// A password. Sent, never read back, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(Text);

impl Password {
    /// A password from its text.
    pub fn new(password: impl Into<Text>) -> Self {
        Self(password.into())
    }

    /// Whether it holds no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Node for Password {
    fn view(&self) -> View<'_> {
        self.0.view()
    }
    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
}

impl Shaped for Password {
    const KIND: Kind = Kind::Text;
    fn blank() -> Self {
        Self(Text::default())
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Self(password.into())
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

macro_rules! user_inputs {
    ($( $(#[$doc:meta])* $name:ident { $($own:tt)* } )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            $($own)*
            /// Phone with its country code.
            pub phone: Option<Text>,
            /// What it may see and do; switches that are not said stay, and begin as [`Permissions::standard`].
            pub permissions: Option<Permissions>,
            /// The scopes to have; these and no others.
            pub scopes: Option<Vec<Text>>,
            /// The scopes to have for assigned records only; these and no others.
            pub scopes_assigned_to_only: Option<Vec<Text>>,
            /// The address of a picture; accepted and not shown again.
            pub profile_photo: Option<Text>,
            /// Its inbound phone number in each sub-account, by the sub-account's id. Shown as `lcPhone`.
            pub twilio_phone: Option<BTreeMap<String, Text>>,
            /// The language of its user interface.
            pub platform_language: Option<PlatformLanguage>,
        }
    )*};
}

user_inputs! {
    /// A user to create.
    CreateUser {
        /// The agency.
        pub company_id: CompanyId,
        /// Given name.
        pub first_name: Text,
        /// Family name.
        pub last_name: Text,
        /// E-mail; stored in lower case.
        pub email: Text,
        /// The password to sign in with.
        pub password: Password,
        /// Whose user it is.
        #[serde(rename = "type")]
        pub kind: UserType,
        /// How much it may do.
        pub role: UserRole,
        /// The sub-accounts to assign it to.
        pub location_ids: Vec<LocationId>,
    }

    /// Changes to a user. What is not set stays.
    UpdateUser {
        /// The agency; an agency's token has to name it.
        pub company_id: Option<CompanyId>,
        /// Given name.
        pub first_name: Option<Text>,
        /// Family name.
        pub last_name: Option<Text>,
        /// E-mail. The API does not change it any more: only the present one is accepted.
        pub email: Option<Text>,
        /// The password to sign in with.
        pub password: Option<Password>,
        /// Whose user it is.
        #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
        #[plain]
        pub kind: Option<UserType>,
        /// How much it may do.
        pub role: Option<UserRole>,
        /// The sub-accounts to assign it to; these and no others.
        pub location_ids: Option<Vec<LocationId>>,
    }
}

/// What to sort users by.
#[open_enum]
pub enum UserSort {
    /// When they were created.
    DateAdded = "dateAdded",
    /// Given name.
    FirstName = "firstName",
    /// Family name.
    LastName = "lastName",
    /// E-mail.
    Email = "email",
}

/// Which users to find.
#[request]
pub struct SearchUsers {
    /// The agency.
    pub company_id: CompanyId,
    /// Text in the full name, e-mail or phone.
    pub query: Option<Text>,
    /// How many to leave out at the beginning. The wire declares it as text.
    pub skip: Option<u32>,
    /// How many a page: 25 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// Users of this sub-account only.
    pub location_id: Option<LocationId>,
    /// Users of this type only.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[plain]
    pub kind: Option<UserType>,
    /// Users of this role only.
    pub role: Option<UserRole>,
    /// These users only. Commas between them on the wire.
    #[serde(default, with = "listed::option", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    #[plain]
    pub ids: Option<Vec<UserId>>,
    /// What to sort by: first and last name unless given.
    pub sort: Option<UserSort>,
    /// Up (unless told otherwise) or down.
    pub sort_direction: Option<Order>,
    /// Users with, or without, a calendar that is synchronised both ways.
    #[serde(rename = "enabled2waySync", default, skip_serializing_if = "Option::is_none")]
    #[plain]
    pub two_way_sync: Option<bool>,
}

/// Which users to find, by e-mail.
#[request]
pub struct FilterUsersByEmail {
    /// The agency.
    pub company_id: CompanyId,
    /// The e-mails. Commas between them on the wire.
    #[serde(with = "listed")]
    #[schema(String)]
    #[plain]
    pub emails: Vec<Text>,
    /// Users that were deleted, rather than those that are there.
    pub deleted: Option<bool>,
    /// How many to leave out at the beginning. Text on the wire.
    #[serde(default, with = "listed::number", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    #[plain]
    pub skip: Option<u32>,
    /// How many a page: 25 unless given. Text on the wire.
    #[serde(default, with = "listed::number", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    #[plain]
    pub limit: Option<u32>,
    /// The fields to answer with, by their wire names; `all` for all. Id and e-mail unless given. Commas between
    /// them on the wire.
    #[serde(default, with = "listed::option", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    #[plain]
    pub projection: Option<Vec<Text>>,
}

/// Whose users to list.
#[request]
pub struct ListUsers {
    /// The sub-account.
    pub location_id: LocationId,
}
