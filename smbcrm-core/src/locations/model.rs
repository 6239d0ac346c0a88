//! The sub-account's record, and what writes of it take.

use std::fmt;

use crate::types::{CompanyId, Extra, LocationId, Text};
use crate::{open_enum, record, request, shaped};

/// A sub-account of an agency.
#[record]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// The agency.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub name: Text,
    /// The domain its pages are served from.
    pub domain: Option<Text>,
    /// Street address.
    pub address: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// ISO 3166 alpha-2 country; the default region of phone numbers.
    pub country: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// IANA time zone.
    pub timezone: Option<Text>,
    /// The prospect's given name.
    pub first_name: Option<Text>,
    /// The prospect's family name.
    pub last_name: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// The address of its logo.
    pub logo_url: Option<Text>,
    /// Its business profile.
    pub business: Option<BusinessProfile>,
    /// Its pages on social networks.
    pub social: Option<Social>,
    /// Its settings, the duplicate rule among them.
    pub settings: Option<LocationSettings>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The business behind a sub-account.
#[record]
pub struct BusinessProfile {
    /// Name.
    pub name: Option<Text>,
    /// Street address.
    pub address: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// ISO 3166 alpha-2 country.
    pub country: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// IANA time zone.
    pub timezone: Option<Text>,
    /// The address of its logo.
    pub logo_url: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How a sub-account treats its records.
#[record]
pub struct LocationSettings {
    /// Whether two contacts may share an e-mail or phone.
    pub allow_duplicate_contact: Option<bool>,
    /// Whether a contact may have two opportunities in one pipeline.
    pub allow_duplicate_opportunity: Option<bool>,
    /// Whether contacts from Facebook are merged by name.
    pub allow_facebook_name_merge: Option<bool>,
    /// Whether contacts keep no time zone of their own.
    pub disable_contact_timezone: Option<bool>,
    /// What makes two contacts the same, in order. Read only.
    pub contact_unique_identifiers: Option<Vec<UniqueIdentifier>>,
}

/// Settings to write. What is not set stays; what makes two contacts the same cannot be written.
#[request]
pub struct WriteLocationSettings {
    /// Whether two contacts may share an e-mail or phone.
    pub allow_duplicate_contact: Option<bool>,
    /// Whether a contact may have two opportunities in one pipeline.
    pub allow_duplicate_opportunity: Option<bool>,
    /// Whether contacts from Facebook are merged by name.
    pub allow_facebook_name_merge: Option<bool>,
    /// Whether contacts keep no time zone of their own.
    pub disable_contact_timezone: Option<bool>,
}

/// What makes two contacts the same.
#[open_enum]
pub enum UniqueIdentifier {
    /// The e-mail.
    Email = "email",
    /// The phone.
    Phone = "phone",
}

/// A sub-account's pages on social networks.
#[record]
pub struct Social {
    /// Facebook.
    pub facebook_url: Option<Text>,
    /// Google Plus.
    pub google_plus: Option<Text>,
    /// LinkedIn.
    pub linked_in: Option<Text>,
    /// Foursquare.
    pub foursquare: Option<Text>,
    /// Twitter.
    pub twitter: Option<Text>,
    /// Yelp.
    pub yelp: Option<Text>,
    /// Instagram.
    pub instagram: Option<Text>,
    /// YouTube.
    pub youtube: Option<Text>,
    /// Pinterest.
    pub pinterest: Option<Text>,
    /// The blog's feed.
    pub blog_rss: Option<Text>,
    /// The Google place.
    pub google_places_id: Option<Text>,
}

/// Which sub-accounts to find.
#[request]
pub struct SearchLocations {
    /// The agency.
    pub company_id: Option<CompanyId>,
    /// How many to skip. The wire declares it as text.
    pub skip: Option<u32>,
    /// How many a page: 10 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// By name, ascending unless told otherwise.
    pub order: Option<Order>,
    /// The sub-account's e-mail.
    pub email: Option<Text>,
}

/// Up or down.
#[open_enum]
pub enum Order {
    /// A to Z, old to new.
    Ascending = "asc",
    /// Z to A, new to old.
    Descending = "desc",
}

/// The person a sub-account is made for.
#[request]
pub struct Prospect {
    /// Given name.
    pub first_name: Text,
    /// Family name.
    pub last_name: Text,
    /// E-mail.
    pub email: Text,
}

/// Credentials of an SMS provider. Sent, never read back, never printed.
#[shaped]
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SmsCredentials {
    /// The account's SID.
    pub sid: Text,
    auth_token: Text,
}

impl SmsCredentials {
    /// Credentials of an account.
    pub fn new(sid: impl Into<Text>, auth_token: impl Into<Text>) -> Self {
        Self { sid: sid.into(), auth_token: auth_token.into() }
    }
}

impl fmt::Debug for SmsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCredentials(…)")
    }
}

/// Credentials of an e-mail provider. Sent, never read back, never printed.
#[shaped]
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct EmailCredentials {
    api_key: Text,
    /// The domain that mail is sent from.
    pub domain: Text,
}

impl EmailCredentials {
    /// Credentials for a domain.
    pub fn new(api_key: impl Into<Text>, domain: impl Into<Text>) -> Self {
        Self { api_key: api_key.into(), domain: domain.into() }
    }
}

impl fmt::Debug for EmailCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailCredentials(…)")
    }
}

/// A snapshot to load into an existing sub-account.
#[request]
pub struct ApplySnapshot {
    /// The snapshot.
    pub id: Text,
    /// Whether it overrides what conflicts with it.
    #[serde(rename = "override")]
    pub overrides: Option<bool>,
}

macro_rules! location_inputs {
    ($( $(#[$doc:meta])* $name:ident { $($required:tt)* } { $($optional:tt)* } )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            $($required)*
            /// Phone with its country code.
            pub phone: Option<Text>,
            /// E-mail; accepted though only shown in answers.
            pub email: Option<Text>,
            /// Street address.
            pub address: Option<Text>,
            /// City.
            pub city: Option<Text>,
            /// State or region.
            pub state: Option<Text>,
            /// ISO 3166 alpha-2 country.
            pub country: Option<Text>,
            /// Postal code.
            pub postal_code: Option<Text>,
            /// Web site.
            pub website: Option<Text>,
            /// IANA time zone.
            pub timezone: Option<Text>,
            /// The person it is made for.
            pub prospect_info: Option<Prospect>,
            /// Settings.
            pub settings: Option<WriteLocationSettings>,
            /// Pages on social networks.
            pub social: Option<Social>,
            /// Credentials of an SMS provider.
            pub twilio: Option<SmsCredentials>,
            /// Credentials of an e-mail provider.
            pub mailgun: Option<EmailCredentials>,
            $($optional)*
        }
    )*};
}

location_inputs! {
    /// A sub-account to create.
    CreateLocation {
        /// Its name.
        pub name: Text,
        /// The agency.
        pub company_id: CompanyId,
    } {
        /// A snapshot to start from.
        pub snapshot_id: Option<Text>,
    }

    /// Changes to a sub-account. What is not set stays.
    UpdateLocation {
        /// The agency.
        pub company_id: CompanyId,
    } {
        /// Its name.
        pub name: Option<Text>,
        /// A snapshot to load.
        pub snapshot: Option<ApplySnapshot>,
    }
}

/// What goes with a deleted sub-account.
#[request]
pub struct DeleteLocation {
    /// Whether its SMS account is deleted as well.
    pub delete_twilio_account: bool,
}

/// A deleted sub-account.
#[record]
pub struct LocationDeleted {
    /// Whether it was deleted.
    pub success: bool,
    /// In words.
    pub message: Text,
}
