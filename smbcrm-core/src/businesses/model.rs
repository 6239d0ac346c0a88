//! A business's record, and what writes and lists of businesses take.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::types::{BusinessId, Extra, LocationId, Text};
use crate::{record, request};

/// A company that contacts belong to.
#[record]
pub struct Business {
    /// Its id.
    pub id: BusinessId,
    /// Its name.
    pub name: Text,
    /// Phone.
    pub phone: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// Street address.
    pub address: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Country.
    pub country: Option<Text>,
    /// What it is, in words.
    pub description: Option<Text>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who created it.
    pub created_by: Option<Value>,
    /// Who changed it.
    pub updated_by: Option<Value>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

macro_rules! business_inputs {
    ($( $(#[$doc:meta])* $name:ident { $($own:tt)* } )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            $($own)*
            /// Phone.
            pub phone: Option<Text>,
            /// E-mail; stored in lower case.
            pub email: Option<Text>,
            /// Web site.
            pub website: Option<Text>,
            /// Street address.
            pub address: Option<Text>,
            /// City.
            pub city: Option<Text>,
            /// State or region.
            pub state: Option<Text>,
            /// Postal code.
            pub postal_code: Option<Text>,
            /// Country.
            pub country: Option<Text>,
            /// What it is, in words.
            pub description: Option<Text>,
        }
    )*};
}

business_inputs! {
    /// A business to create.
    CreateBusiness {
        /// Its name.
        pub name: Text,
        /// The sub-account.
        pub location_id: LocationId,
    }

    /// Changes to a business. What is not set stays.
    UpdateBusiness {
        /// Its name.
        pub name: Option<Text>,
    }
}

/// Which businesses to list.
#[request]
pub struct ListBusinesses {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page: 100 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// How many to leave out at the beginning. The wire declares it as text.
    pub skip: Option<u32>,
}
