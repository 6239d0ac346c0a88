//! A contact's or opportunity's field as it is kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::custom_fields::ObjectField;
use smbcrm_core::locations::CustomField;

/// A contact's or opportunity's field, and what its record on the sub-account does not show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredField {
    pub(crate) field: CustomField,
    pub(crate) date_added: DateTime<Utc>,
    pub(crate) date_updated: DateTime<Utc>,
}

impl StoredField {
    /// A field defined just now.
    pub(crate) fn new(field: CustomField, now: DateTime<Utc>) -> Self {
        Self { field, date_added: now, date_updated: now }
    }

    /// The field through the other door.
    pub(super) fn shown(&self) -> ObjectField {
        let mut shown = ObjectField::from(&self.field);
        shown.date_added = Some(self.date_added);
        shown.date_updated = Some(self.date_updated);
        shown
    }
}

#[cfg(test)]
impl crate::world::State {
    /// Defines a field as it is, for tests that need one.
    pub(crate) fn define(&mut self, field: CustomField) {
        self.custom_fields.push(StoredField::new(field, DateTime::UNIX_EPOCH));
    }
}
