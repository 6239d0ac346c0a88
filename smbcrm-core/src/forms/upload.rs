//! Files for the file custom fields of a contact.

use crate::error::{Error, Result};
use crate::operation::{FromParts, IntoParts, Part};
use crate::request;
use crate::types::{ContactId, CustomFieldId, LocationId};

/// Whose custom fields files are uploaded into.
#[request]
pub struct UploadTarget {
    /// The contact.
    pub contact_id: ContactId,
    /// The contact's sub-account.
    pub location_id: LocationId,
}

/// Files for a contact: PDF, DOCX, DOC, JPG, JPEG, PNG, GIF, CSV, XLSX, XLS, MP4, MPEG, ZIP, RAR, TXT or SVG, of
/// 50 MB each at most.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ContactFiles {
    /// The files. A part's name is `<custom field id>_<file id>`.
    pub files: Vec<Part>,
}

impl ContactFiles {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file to a custom field. The file id is yours to choose: random, or a UUID. A file of the same id in
    /// the same field is replaced.
    #[must_use]
    pub fn file(mut self, field: &CustomFieldId, file_id: &str, mut file: Part) -> Self {
        file.name = format!("{field}_{file_id}");
        self.files.push(file);
        self
    }
}

impl IntoParts for ContactFiles {
    fn into_parts(self) -> Vec<Part> {
        self.files
    }
}

impl FromParts for ContactFiles {
    fn from_parts(parts: Vec<Part>) -> Result<Self> {
        let is_field = |part: &&Part| part.file_name.is_none();
        let wrong: Vec<String> = parts
            .iter()
            .filter(is_field)
            .map(|part| format!("property {} should not exist", part.name))
            .collect();
        if wrong.is_empty() {
            return Ok(Self { files: parts });
        }
        Err(Error::from_wire(
            None,
            422,
            serde_json::json!({ "message": wrong, "error": "Unprocessable Entity", "statusCode": 422 }),
        ))
    }
}
