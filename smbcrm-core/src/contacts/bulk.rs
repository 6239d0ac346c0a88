//! Changes to many contacts at once.

use crate::types::{BusinessId, ContactId, LocationId, Text};
use crate::{open_enum, record, request};

/// Add or remove.
#[open_enum]
pub enum TagChange {
    /// Add the tags.
    Add = "add",
    /// Remove the tags.
    Remove = "remove",
}

/// Tags to add to, or to remove from, many contacts.
#[request]
pub struct BulkTags {
    /// The contacts.
    pub contacts: Vec<ContactId>,
    /// The tags.
    pub tags: Vec<Text>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Remove every tag, whatever `tags` says; for [`TagChange::Remove`] only.
    pub remove_all_tags: Option<bool>,
}

/// What became of a bulk change of tags.
#[record]
pub struct BulkTagsDone {
    /// Whether it was carried out. The wire misspells it.
    #[serde(rename = "succeded")]
    pub succeeded: bool,
    /// How many contacts could not be changed.
    pub error_count: u64,
    /// What became of each contact.
    pub responses: Vec<BulkTagsResult>,
}

/// What became of one contact of a bulk change.
#[record]
pub struct BulkTagsResult {
    /// The contact.
    pub contact_id: ContactId,
    /// In words.
    pub message: Option<Text>,
    /// Success or error.
    #[serde(rename = "type")]
    pub outcome: BulkOutcome,
    /// The tags it had.
    pub old_tags: Vec<Text>,
    /// The tags that are new.
    pub tags_added: Vec<Text>,
    /// The tags that are gone.
    pub tags_removed: Vec<Text>,
}

/// Whether one record of a bulk change was changed.
#[open_enum]
pub enum BulkOutcome {
    /// It was.
    Success = "success",
    /// It was not; the message says why.
    Error = "error",
}

/// Contacts to put into a business, or to take out of theirs.
#[request]
pub struct BulkBusiness {
    /// The sub-account.
    pub location_id: LocationId,
    /// The contacts, 50 at most.
    pub ids: Vec<ContactId>,
    /// The business; `None` takes the contacts out. Sent as null then, never left out.
    #[plain]
    pub business_id: Option<BusinessId>,
}

/// What became of [`BulkBusiness`].
#[record]
pub struct BulkBusinessDone {
    /// Whether it was carried out.
    pub success: bool,
    /// The contacts that were changed.
    pub ids: Vec<ContactId>,
}
