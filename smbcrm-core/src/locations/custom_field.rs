//! Custom fields: what a sub-account adds to contacts and opportunities.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::operation::{FromParts, IntoParts, Part};
use crate::types::{CustomFieldId, Extra, LocationId, Text};
use crate::{open_enum, record, request};

/// Which record a custom field belongs to.
#[open_enum]
pub enum FieldModel {
    /// Contacts.
    Contact = "contact",
    /// Opportunities.
    Opportunity = "opportunity",
}

/// Which records' custom fields to list.
#[open_enum]
pub enum FieldModels {
    /// Contacts'.
    Contact = "contact",
    /// Opportunities'.
    Opportunity = "opportunity",
    /// Both.
    All = "all",
}

/// What a custom field holds.
#[open_enum]
pub enum CustomFieldType {
    /// A line of text.
    Text = "TEXT",
    /// Text of any length.
    LargeText = "LARGE_TEXT",
    /// A number.
    Numerical = "NUMERICAL",
    /// A phone number.
    Phone = "PHONE",
    /// An amount. The wire misspells it.
    Monetary = "MONETORY",
    /// Any of the options.
    Checkbox = "CHECKBOX",
    /// One of the options.
    SingleOptions = "SINGLE_OPTIONS",
    /// Any of the options.
    MultipleOptions = "MULTIPLE_OPTIONS",
    /// A date.
    Date = "DATE",
    /// A line of text for each option.
    TextboxList = "TEXTBOX_LIST",
    /// Files.
    FileUpload = "FILE_UPLOAD",
    /// One of the options.
    Radio = "RADIO",
    /// An e-mail address.
    Email = "EMAIL",
    /// A signature.
    Signature = "SIGNATURE",
}

/// A custom field's definition.
#[record]
pub struct CustomField {
    /// Its id; searches and writes address the field by it.
    pub id: CustomFieldId,
    /// Its display name.
    pub name: Text,
    /// Its key: `contact.favourite_colour`.
    pub field_key: Text,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// What it holds.
    pub data_type: CustomFieldType,
    /// Its place among the fields.
    pub position: i64,
    /// The options of a choice. Text lists hold objects, choices hold text.
    pub picklist_options: Vec<Value>,
    /// Pictures of the options.
    pub picklist_image_options: Vec<Value>,
    /// Whether an answer outside the options is allowed.
    pub is_allowed_custom_option: Option<bool>,
    /// Whether several files are allowed. Written as `isMultipleFile`.
    pub is_multi_file_allowed: Option<bool>,
    /// How many files at most. Written as `maxNumberOfFiles`.
    pub max_file_limit: Option<u32>,
    /// The file types that are accepted.
    pub accepted_format: Option<Vec<Text>>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Whether it belongs to contacts or opportunities.
    pub model: FieldModel,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The folder it is in.
    pub parent_id: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl CustomField {
    /// The options of a choice, as text.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.picklist_options
            .iter()
            .filter_map(|option| option.as_str().or_else(|| option.get("label").and_then(Value::as_str)))
    }
}

/// Which custom fields to list.
#[request]
pub struct ListCustomFields {
    /// Contacts' (unless told otherwise), opportunities' or all.
    pub model: Option<FieldModels>,
}

/// A line of a text list.
#[request]
pub struct TextBoxOption {
    /// Its label.
    pub label: Text,
    /// What it starts with.
    pub prefill_value: Option<Text>,
}

/// A custom field to define.
#[request]
pub struct CreateCustomField {
    /// Its display name.
    pub name: Text,
    /// What it holds.
    pub data_type: CustomFieldType,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// The file types to accept.
    pub accepted_format: Option<Vec<Text>>,
    /// Whether several files are allowed.
    pub is_multiple_file: Option<bool>,
    /// How many files at most.
    pub max_number_of_files: Option<u32>,
    /// The lines of a text list, or the options of a choice (as text).
    pub text_box_list_options: Option<Vec<Value>>,
    /// Its place among the fields.
    pub position: Option<i64>,
    /// Whether it belongs to contacts (unless told otherwise) or opportunities.
    pub model: Option<FieldModel>,
    /// Its key, with or without the model in front; made from the name unless given. The specification does not
    /// declare it; the API takes it.
    pub field_key: Option<Text>,
    /// What it is for, in words. The specification does not declare it; the API takes it.
    pub description: Option<Text>,
    /// The folder it goes into. The specification does not declare it; the API takes it.
    pub parent_id: Option<Text>,
}

macro_rules! options_of {
    ($($input:ident),*) => {$(
        impl $input {
            /// The options of a choice, by their labels. The wire has one list for them and for the lines of a text
            /// list, `textBoxListOptions`.
            #[must_use]
            pub fn options(self, labels: impl IntoIterator<Item = impl Into<Text>>) -> Self {
                let option = |label: Text| serde_json::json!({ "label": label });
                self.text_box_list_options(labels.into_iter().map(|label| option(label.into())))
            }
        }
    )*};
}

options_of!(CreateCustomField, UpdateCustomField);

/// Changes to a custom field. What is not set stays; its type cannot change.
#[request]
pub struct UpdateCustomField {
    /// Its display name.
    pub name: Text,
    /// The text shown while it is empty.
    pub placeholder: Option<Text>,
    /// The file types to accept.
    pub accepted_format: Option<Vec<Text>>,
    /// Whether several files are allowed.
    pub is_multiple_file: Option<bool>,
    /// How many files at most.
    pub max_number_of_files: Option<u32>,
    /// The lines of a text list, or the options of a choice (as text).
    pub text_box_list_options: Option<Vec<Value>>,
    /// Its place among the fields.
    pub position: Option<i64>,
    /// Whether it belongs to contacts or opportunities: which field is meant, never a move.
    pub model: Option<FieldModel>,
    /// What it is for, in words. The specification does not declare it; the API takes it.
    pub description: Option<Text>,
    /// The folder it goes into. The specification does not declare it; the API takes it.
    pub parent_id: Option<Text>,
}

/// Files to upload for a custom field.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct UploadFiles {
    /// The contact, opportunity or custom field that the files belong to.
    pub id: Option<Text>,
    /// How many files the field takes.
    pub max_files: Option<u32>,
    /// The files. A part's name is `<custom field id>_<anything>`.
    pub files: Vec<Part>,
}

impl UploadFiles {
    /// Files for a record or field.
    pub fn new(id: impl Into<Text>) -> Self {
        Self { id: Some(id.into()), max_files: None, files: Vec::new() }
    }

    /// How many files the field takes.
    #[must_use]
    pub fn max_files(mut self, max: u32) -> Self {
        self.max_files = Some(max);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, file: Part) -> Self {
        self.files.push(file);
        self
    }
}

impl IntoParts for UploadFiles {
    fn into_parts(self) -> Vec<Part> {
        let mut parts = Vec::with_capacity(self.files.len() + 2);
        parts.extend(self.id.map(|id| Part::field("id", id)));
        parts.extend(self.max_files.map(|max| Part::field("maxFiles", max.to_string())));
        parts.extend(self.files);
        parts
    }
}

impl FromParts for UploadFiles {
    fn from_parts(parts: Vec<Part>) -> Result<Self> {
        let mut read = Self::default();
        let mut wrong = Vec::new();
        for part in parts {
            match (part.name.as_str(), part.file_name.is_some()) {
                ("id", false) => read.id = part.text().map(Text::from),
                ("maxFiles", false) => match part.text().and_then(|text| text.trim().parse().ok()) {
                    Some(max) => read.max_files = Some(max),
                    None => wrong.push("maxFiles must be a number string".to_owned()),
                },
                (_, true) => read.files.push(part),
                (name, false) => wrong.push(format!("property {name} should not exist")),
            }
        }
        if wrong.is_empty() {
            return Ok(read);
        }
        Err(Error::from_wire(
            None,
            422,
            serde_json::json!({ "message": wrong, "error": "Unprocessable Entity", "statusCode": 422 }),
        ))
    }
}

/// Files that were uploaded.
#[record]
pub struct UploadedFiles {
    /// The address of each file, by its name.
    pub uploaded_files: BTreeMap<String, Text>,
    /// The facts of each file.
    pub meta: Vec<Value>,
}
