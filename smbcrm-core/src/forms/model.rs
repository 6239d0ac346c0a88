//! Forms, as far as a list shows them.

use crate::types::{Extra, FormId, LocationId, Text};
use crate::{record, request};

/// Which forms to list.
#[request]
pub struct ListForms {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many to skip.
    pub skip: Option<u32>,
    /// How many a page: 10 unless given, 50 at most.
    pub limit: Option<u32>,
    /// Of this type: `folder`, say.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
}

/// A page of forms.
#[record]
pub struct FormPage {
    /// The forms.
    pub forms: Vec<Form>,
    /// How many there are in all.
    pub total: u64,
}

/// A form.
#[record]
pub struct Form {
    /// Its id.
    pub id: FormId,
    /// Its name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}
