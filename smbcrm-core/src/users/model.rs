//! A user's record.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::Permissions;
use crate::types::{Extra, LocationId, Text, UserId};
use crate::{open_enum, record};

/// Whose user somebody is.
#[open_enum]
pub enum UserType {
    /// A user of sub-accounts.
    Account = "account",
    /// A user of the agency.
    Agency = "agency",
}

/// How much a user may do.
#[open_enum]
pub enum UserRole {
    /// Everything.
    Admin = "admin",
    /// What the permissions say.
    User = "user",
}

/// The language of the user interface.
#[open_enum]
pub enum PlatformLanguage {
    /// English.
    English = "en_US",
    /// Spanish.
    Spanish = "es",
    /// French as in Canada.
    CanadianFrench = "fr_CA",
    /// French.
    French = "fr_FR",
    /// Dutch.
    Dutch = "nl",
    /// German.
    German = "de",
    /// Portuguese.
    Portuguese = "pt_PT",
    /// Portuguese as in Brazil.
    BrazilianPortuguese = "pt_BR",
    /// Italian.
    Italian = "it",
    /// Swedish.
    Swedish = "sv",
    /// Danish.
    Danish = "da",
    /// Finnish.
    Finnish = "fi",
    /// Norwegian.
    Norwegian = "no",
}

/// Where a user works, and as what.
#[record]
pub struct Roles {
    /// Whose user it is.
    #[serde(rename = "type")]
    pub kind: UserType,
    /// How much it may do.
    pub role: UserRole,
    /// The sub-accounts it is assigned to.
    pub location_ids: Vec<LocationId>,
    /// Whether it is kept out of other sub-accounts.
    pub restrict_sub_account: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Roles {
    fn is_unsaid(&self) -> bool {
        *self == Self::default()
    }
}

/// Somebody who works with the account. What a projection left out is empty.
#[record]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its full name.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: Text,
    /// Given name.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub first_name: Text,
    /// Family name.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub last_name: Text,
    /// E-mail: no two users of an agency have the same.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub email: Text,
    /// Phone.
    pub phone: Option<Text>,
    /// The phone's extension.
    pub extension: Option<Text>,
    /// What it may see and do.
    pub permissions: Option<Permissions>,
    /// The scopes it has. The wire declares one text, and sends a list.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    #[plain]
    pub scopes: Vec<Text>,
    /// Where it works, and as what.
    #[serde(skip_serializing_if = "Roles::is_unsaid")]
    pub roles: Roles,
    /// Whether it was deleted; said by searches only.
    pub deleted: Option<bool>,
    /// Its inbound phone number in each sub-account, by the sub-account's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lc_phone: BTreeMap<String, Text>,
    /// The language of its user interface.
    pub platform_language: Option<PlatformLanguage>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of users.
#[record]
pub struct UserPage {
    /// The users.
    pub users: Vec<Arc<User>>,
    /// How many there are on all pages together.
    pub count: u64,
}

/// A deleted user.
#[record]
pub struct UserDeleted {
    /// Whether it is being deleted. The wire misspells it.
    #[serde(rename = "succeded")]
    pub succeeded: bool,
    /// In words.
    pub message: Text,
}

/// Reads a text, a list of texts, or null.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Text>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Text),
        Many(Vec<Text>),
    }
    Ok(match Option::<Written>::deserialize(deserializer)? {
        Some(Written::One(text)) => vec![text],
        Some(Written::Many(texts)) => texts,
        None => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_projection_is_written_as_it_was_read() {
        let short = json!({ "id": "U1", "email": "sam@demo.example" });
        let read: User = serde_json::from_value(short.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), short);
    }

    #[test]
    fn scopes_are_a_text_or_a_list() {
        for scopes in [json!("contacts.write"), json!(["contacts.write"])] {
            let read: User = serde_json::from_value(json!({ "scopes": scopes })).unwrap();
            assert_eq!(read.scopes, ["contacts.write"]);
        }
        let read: User = serde_json::from_value(json!({ "scopes": null, "roles": null })).unwrap();
        assert!(read.scopes.is_empty());
    }
}
