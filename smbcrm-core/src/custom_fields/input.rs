//! What writes and lists of fields and folders take.

use super::AcceptedFormat;
use crate::locations::CustomFieldType;
use crate::request;
use crate::types::{CustomFieldFolderId, LocationId, ObjectKey, Text};

/// An option of a field to define.
#[request]
pub struct CreateOption {
    /// Its key, of one's own choice.
    pub key: Text,
    /// What people read.
    pub label: Text,
    /// The address that belongs to it; of `RADIO` fields only.
    pub url: Option<Text>,
}

/// An option of a field to change, old or new.
#[request]
pub struct UpdateOption {
    /// What people read. Without a key it names the option that is meant; one that is there under no such label is
    /// new.
    pub label: Text,
    /// The key of the option that is meant, so that its label can change. The specification wants it in its schema
    /// and rules it out in words.
    pub key: Option<Text>,
    /// The address that belongs to it; of `RADIO` fields only.
    pub url: Option<Text>,
}

/// A field to define.
#[request]
pub struct CreateField {
    /// The sub-account.
    pub location_id: LocationId,
    /// The custom object, or businesses.
    pub object_key: ObjectKey,
    /// The folder it goes into.
    pub parent_id: CustomFieldFolderId,
    /// Its key, with or without the object's in front: `custom_objects.pet.name`, `name`.
    pub field_key: Text,
    /// What it holds.
    pub data_type: CustomFieldType,
    /// Whether forms show it.
    pub show_in_forms: bool,
    /// Its display name.
    pub name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// The options of a choice (`SINGLE_OPTIONS`, `MULTIPLE_OPTIONS`, `RADIO`, `CHECKBOX`) or the lines of a
    /// `TEXTBOX_LIST`.
    pub options: Option<Vec<CreateOption>>,
    /// Which files it takes; of `FILE_UPLOAD` fields only.
    pub accepted_formats: Option<AcceptedFormat>,
    /// How many files at most; of `FILE_UPLOAD` fields only.
    pub max_file_limit: Option<u32>,
    /// Whether an answer outside the options is allowed; of `RADIO` fields only.
    pub allow_custom_option: Option<bool>,
}

/// Changes to a field. What is not set stays.
#[request]
pub struct UpdateField {
    /// The sub-account.
    pub location_id: LocationId,
    /// Whether forms show it.
    pub show_in_forms: bool,
    /// Its display name.
    pub name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// All its options, old and new, in their new order. None can be removed.
    pub options: Option<Vec<UpdateOption>>,
    /// Which files it takes; of `FILE_UPLOAD` fields only.
    pub accepted_formats: Option<AcceptedFormat>,
    /// How many files at most; of `FILE_UPLOAD` fields only.
    pub max_file_limit: Option<u32>,
}

/// Which sub-account's fields of an object to list.
#[request]
pub struct ListFields {
    /// The sub-account.
    pub location_id: LocationId,
}

/// A folder to create.
#[request]
pub struct CreateFolder {
    /// The custom object, or businesses.
    pub object_key: ObjectKey,
    /// Its name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
}

/// A folder's new name.
#[request]
pub struct UpdateFolder {
    /// The name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
}

/// Where a folder to delete is.
#[request]
pub struct DeleteFolder {
    /// The sub-account.
    pub location_id: LocationId,
}
