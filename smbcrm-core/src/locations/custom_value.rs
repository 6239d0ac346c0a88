//! Custom values: texts of a sub-account that templates can merge in.

use crate::types::{CustomValueId, Extra, LocationId, Text};
use crate::{record, request};

/// A custom value.
#[record]
pub struct CustomValue {
    /// Its id.
    pub id: CustomValueId,
    /// Its name.
    pub name: Text,
    /// Its merge tag, literally: `{{ custom_values.support_email }}`.
    pub field_key: Text,
    /// What it holds.
    pub value: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A custom value to write; an update needs both as well.
#[request]
pub struct WriteCustomValue {
    /// Its name.
    pub name: Text,
    /// What it holds.
    pub value: Text,
}
