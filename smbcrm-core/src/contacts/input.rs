//! What writes of contacts take.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::{DndSettings, InboundDndSettings};
use crate::request;
use crate::shape::{Kind, Node, ParseText, Shaped, Slot, View};
use crate::types::{CustomFieldInput, LocationId, Patch, Text, UserId};

/// A birthday to write.
///
/// Sent as `YYYY-MM-DD`; read in every form the API documents: year first or month first, with `-`, `/`, `.` or `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BirthDate(NaiveDate);

impl BirthDate {
    /// The date.
    pub fn date(self) -> NaiveDate {
        self.0
    }
}

impl From<NaiveDate> for BirthDate {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl<'de> Deserialize<'de> for BirthDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::dedupe::parse_date_of_birth(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Node for BirthDate {
    fn view(&self) -> View<'_> {
        self.0.view()
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Parse(self)
    }
}

impl ParseText for BirthDate {
    fn parse_text(&mut self, text: &str) -> Result<(), String> {
        *self = crate::dedupe::parse_date_of_birth(text).map(Self).map_err(|error| error.to_string())?;
        Ok(())
    }
}

impl Shaped for BirthDate {
    const KIND: Kind = Kind::Format("date");
    fn blank() -> Self {
        Self(NaiveDate::default())
    }
}

macro_rules! contact_inputs {
    ($( $(#[$doc:meta])* $name:ident { $($required:tt)* } { $($optional:tt)* } )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            $($required)*
            /// Given name.
            pub first_name: Patch<Text>,
            /// Family name.
            pub last_name: Patch<Text>,
            /// Full name; used where first and last name are not given.
            pub name: Patch<Text>,
            /// E-mail; stored in lower case.
            pub email: Patch<Text>,
            /// Phone in any usual form; stored as E.164.
            pub phone: Patch<Text>,
            /// Street address.
            pub address1: Patch<Text>,
            /// City.
            pub city: Patch<Text>,
            /// State or region.
            pub state: Patch<Text>,
            /// Postal code.
            pub postal_code: Patch<Text>,
            /// ISO 3166 alpha-2 country.
            pub country: Patch<Text>,
            /// Web site.
            pub website: Patch<Text>,
            /// IANA time zone.
            pub timezone: Patch<Text>,
            /// Do not disturb, on every channel.
            pub dnd: Option<bool>,
            /// Do not disturb by channel.
            pub dnd_settings: Option<DndSettings>,
            /// Do not disturb for what comes in.
            pub inbound_dnd_settings: Option<InboundDndSettings>,
            /// Tags. They **replace** all the contact has; use `add_tags` to add.
            pub tags: Option<Vec<Text>>,
            /// Custom fields; fields not named here stay.
            pub custom_fields: Option<Vec<CustomFieldInput>>,
            /// Where the contact came from.
            pub source: Patch<Text>,
            /// Birthday.
            pub date_of_birth: Patch<BirthDate>,
            /// The user who owns the contact.
            pub assigned_to: Patch<UserId>,
            $($optional)*
        }
    )*};
}

contact_inputs! {
    /// A contact to create. Beside the sub-account it needs a name, an e-mail or a phone.
    CreateContact {
        /// The sub-account.
        pub location_id: LocationId,
    } {
        /// Gender; accepted and not shown again.
        pub gender: Option<Text>,
        /// Company.
        pub company_name: Patch<Text>,
    }

    /// A contact to create or to update.
    UpsertContact {
        /// The sub-account.
        pub location_id: LocationId,
    } {
        /// Gender; accepted and not shown again.
        pub gender: Option<Text>,
        /// Company.
        pub company_name: Patch<Text>,
        /// Create a second contact even though one matches, where the sub-account allows duplicates.
        pub create_new_if_duplicate_allowed: Option<bool>,
    }

    /// Changes to a contact. What is not set stays.
    UpdateContact {} {}
}

/// Names of tags.
#[request]
pub struct TagNames {
    /// The tags; trimmed and lower-cased by the API.
    pub tags: Vec<Text>,
}

impl<T: Into<Text>> From<Vec<T>> for TagNames {
    fn from(tags: Vec<T>) -> Self {
        Self::new(tags)
    }
}

/// Users who follow a record.
#[request]
pub struct Followers {
    /// The users.
    pub followers: Vec<UserId>,
}

/// When a workflow's event starts, for workflows that wait for one.
#[request]
pub struct Enrol {
    /// The event's start.
    pub event_start_time: Option<DateTime<Utc>>,
}

/// An e-mail, a phone or both, to look for.
#[request]
pub struct FindDuplicate {
    /// The sub-account.
    pub location_id: LocationId,
    /// The phone, in any usual form.
    pub number: Option<Text>,
    /// The e-mail.
    pub email: Option<Text>,
}
