//! Tags as they are defined on a sub-account.

use crate::types::{LocationId, TagId, Text};
use crate::{record, request};

/// A tag's definition.
#[record]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its name, lower case.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
}

/// A tag's name to write.
#[request]
pub struct TagName {
    /// The name; trimmed and lower-cased.
    pub name: Text,
}
