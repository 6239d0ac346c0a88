//! The records: fields, their options, and the folders they are in.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::locations::{CustomField, CustomFieldType, FieldModel};
use crate::types::{CustomFieldFolderId, CustomFieldId, Extra, LocationId, ObjectKey, Text};
use crate::{open_enum, record};

impl ObjectKey {
    /// What the key of every custom object begins with.
    pub const CUSTOM: &'static str = "custom_objects.";

    /// Businesses, the one standard object whose fields this product writes.
    pub fn business() -> Self {
        "business".into()
    }

    /// The custom object of this name: `pet` is `custom_objects.pet`, which may be given as well.
    pub fn custom(name: &str) -> Self {
        if name.starts_with(Self::CUSTOM) { name.into() } else { format!("{}{name}", Self::CUSTOM).into() }
    }

    /// Contacts or opportunities.
    pub fn standard(model: &FieldModel) -> Self {
        model.as_str().into()
    }
}

/// Which files a field takes.
#[open_enum]
pub enum AcceptedFormat {
    /// PDF documents.
    Pdf = ".pdf",
    /// Word documents.
    Docx = ".docx",
    /// Older Word documents.
    Doc = ".doc",
    /// JPEG pictures.
    Jpg = ".jpg",
    /// JPEG pictures, by their longer ending.
    Jpeg = ".jpeg",
    /// PNG pictures.
    Png = ".png",
    /// GIF pictures.
    Gif = ".gif",
    /// Tables as plain text.
    Csv = ".csv",
    /// Excel tables.
    Xlsx = ".xlsx",
    /// Older Excel tables.
    Xls = ".xls",
    /// Any file.
    All = "all",
}

/// An option of a choice.
#[record]
pub struct FieldOption {
    /// Its key, which stays when the label changes.
    pub key: Text,
    /// What people read.
    pub label: Text,
    /// The address that belongs to it; of `RADIO` fields only.
    pub url: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A field of an object.
#[record]
pub struct ObjectField {
    /// Its id.
    pub id: CustomFieldId,
    /// Its display name.
    pub name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// Whether forms show it.
    pub show_in_forms: bool,
    /// The options of a choice.
    pub options: Option<Vec<FieldOption>>,
    /// Which files it takes. The wire has one text for it, where [`CustomField::accepted_format`] is a list.
    pub accepted_formats: Option<AcceptedFormat>,
    /// The object that it belongs to.
    pub object_key: ObjectKey,
    /// What it holds.
    pub data_type: CustomFieldType,
    /// The folder it is in. Contacts' and opportunities' fields may be in none.
    pub parent_id: Option<CustomFieldFolderId>,
    /// Its whole key: `custom_objects.pet.name`.
    pub field_key: Text,
    /// Whether an answer outside the options is allowed; of `RADIO` fields only.
    pub allow_custom_option: Option<bool>,
    /// How many files at most.
    pub max_file_limit: Option<u32>,
    /// The sub-account.
    pub location_id: LocationId,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// When it was changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&CustomField> for ObjectField {
    /// A contact's or opportunity's field as this product shows it. What only one of the two shapes can say is left
    /// out (position, pictures of options, initial texts of lines) or unset (dates).
    fn from(field: &CustomField) -> Self {
        let option = |option: &Value| {
            let text = |name: &str| option.get(name).and_then(Value::as_str);
            // A choice is plain text and has no key besides; a line of a text list is an object with an id.
            let label = option.as_str().or_else(|| text("label"))?;
            Some(FieldOption {
                key: text("id").unwrap_or(label).into(),
                label: label.into(),
                ..FieldOption::default()
            })
        };
        let options: Vec<FieldOption> = field.picklist_options.iter().filter_map(option).collect();
        let formats = field.accepted_format.as_deref().unwrap_or_default();
        let dotted: Vec<String> =
            formats.iter().map(|format| format!(".{}", format.trim().trim_start_matches('.'))).collect();
        Self {
            id: field.id.clone(),
            name: Some(field.name.clone()),
            description: field.description.clone(),
            placeholder: field.placeholder.clone(),
            show_in_forms: true,
            options: Some(options).filter(|options| !options.is_empty()),
            accepted_formats: (!dotted.is_empty()).then(|| AcceptedFormat::from(dotted.join(",").as_str())),
            object_key: ObjectKey::standard(&field.model),
            data_type: field.data_type.clone(),
            parent_id: field.parent_id.as_ref().map(CustomFieldFolderId::from),
            field_key: field.field_key.clone(),
            allow_custom_option: field.is_allowed_custom_option,
            max_file_limit: field.max_file_limit,
            location_id: field.location_id.clone(),
            ..Self::default()
        }
    }
}

/// A folder of an object's fields.
#[record]
pub struct FieldFolder {
    /// Its id.
    pub id: CustomFieldFolderId,
    /// The object whose fields it holds.
    pub object_key: ObjectKey,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The fields and folders of an object.
#[record]
pub struct FieldsOfObject {
    /// The fields, in the order they were made.
    pub fields: Vec<std::sync::Arc<ObjectField>>,
    /// The folders, in the order they were made.
    pub folders: Vec<std::sync::Arc<FieldFolder>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A field or folder that was deleted.
#[record]
pub struct FieldDeleted {
    /// Whether it was deleted. Misspelt on the wire.
    #[serde(rename = "succeded")]
    pub succeeded: bool,
    /// Its id.
    pub id: Text,
    /// The field's whole key; of a folder the key of its object.
    pub key: Text,
}
