//! Files uploaded for custom fields: checked, kept, addressed.

use std::sync::Arc;

use serde_json::{Value, json};
use smbcrm_core::Result;
use smbcrm_core::locations::{CustomField, CustomFieldType, UploadFiles, UploadedFiles};
use smbcrm_core::operation::Part;
use smbcrm_core::types::Text;

use crate::refusal;
use crate::world::{State, StoredFile};

/// The most bytes of one file. The API says so of the forms' upload; assumed to hold here as well.
const MAX_BYTES: usize = 50 * 1024 * 1024;

/// The most files of one upload where nothing else says so (the specification's example of `maxFiles`).
const MAX_FILES: usize = 15;

/// The types of files that the forms' upload takes; assumed to hold here as well.
const EXTENSIONS: [&str; 16] = [
    "pdf", "docx", "doc", "jpg", "jpeg", "png", "gif", "csv", "xlsx", "xls", "mp4", "mpeg", "zip", "rar",
    "txt", "svg",
];

fn extension(name: &str) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(extension.to_lowercase())
}

/// Whether a field that lists formats (`.pdf`, `pdf`) takes the file.
fn accepts(field: &CustomField, extension: Option<&str>) -> bool {
    let Some(formats) = field.accepted_format.as_deref().filter(|formats| !formats.is_empty()) else {
        return true;
    };
    formats.iter().any(|format| {
        let format = format.trim().trim_start_matches('.');
        extension.is_some_and(|extension| format.eq_ignore_ascii_case(extension))
    })
}

/// How many files a field takes: one unless it says otherwise.
pub(crate) fn most_files(field: &CustomField) -> usize {
    match (field.is_multi_file_allowed, field.max_file_limit) {
        (Some(true), Some(most)) => most as usize,
        (Some(true), None) => usize::MAX,
        _ => 1,
    }
}

/// Where a file that was kept is, and its facts.
pub(crate) struct KeptFile {
    pub(crate) id: Text,
    pub(crate) url: Text,
    pub(crate) meta: Value,
}

impl State {
    /// Keeps files and answers with their addresses, below `base`.
    pub(crate) fn upload_files(&mut self, upload: UploadFiles, base: &str) -> Result<UploadedFiles> {
        let mut wrong = Vec::new();
        let owner = upload.id.as_deref().map(str::trim);
        if owner == Some("") {
            wrong.push("id should not be empty".to_owned());
        }
        if upload.max_files == Some(0) {
            wrong.push("maxFiles must not be less than 1".to_owned());
        }
        if upload.files.is_empty() {
            wrong.push("files should not be empty".to_owned());
        }
        let most = upload.max_files.map_or(MAX_FILES, |max| max as usize);
        if upload.files.len() > most {
            wrong.push(format!("files must contain no more than {most} elements"));
        }
        for file in &upload.files {
            self.check_file(file, owner, &mut wrong);
        }
        self.check_file_limits(&upload, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(id) = owner
            && self.contacts.get(id).is_none()
            && self.opportunities.get(id).is_none()
            && !self.fields().any(|field| field.id == *id)
        {
            return Err(refusal::not_found("Contact, opportunity or custom field", id));
        }
        let mut done = UploadedFiles::default();
        for file in upload.files {
            let name = file.file_name.clone().unwrap_or_default();
            let KeptFile { url, mut meta, .. } = self.keep_field_file(file, base);
            meta["url"] = json!(url);
            done.meta.push(meta);
            done.uploaded_files.insert(name, url);
        }
        Ok(done)
    }

    /// Keeps a file of a custom field that was checked.
    pub(crate) fn keep_field_file(&mut self, file: Part, base: &str) -> KeptFile {
        let id = self.ids.record();
        let url: Text = format!("{base}/_mem/files/{id}").into();
        let name = file.file_name.unwrap_or_default();
        let media_type = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        let meta = json!({
            "fieldname": file.name,
            "originalname": name,
            "encoding": "7bit",
            "mimetype": media_type,
            "size": file.data.len(),
            "uuid": id,
        });
        let (name, media_type) = (name.into(), media_type.into());
        let stored = StoredFile { id: id.clone(), name, media_type, data: file.data };
        self.files.push(Arc::new(stored));
        KeptFile { id, url, meta }
    }

    /// The field that a part is for: `<custom field id>_<anything>`, or the one that the upload as a whole is for.
    fn field_of(&self, part: &Part, owner: Option<&str>) -> Option<&CustomField> {
        let named = part.name.split_once('_').map_or(part.name.as_str(), |(id, _)| id);
        let by_id = |id: &str| self.fields().find(|field| field.id == *id);
        by_id(named).or_else(|| owner.and_then(by_id))
    }

    /// Names what is wrong with a file: its size, its type, what it is for.
    pub(crate) fn check_file(&self, file: &Part, owner: Option<&str>, wrong: &mut Vec<String>) {
        let name = file.file_name.as_deref().unwrap_or_default();
        if file.data.len() > MAX_BYTES {
            wrong.push(format!("{name} must not be larger than 50 MB"));
        }
        let extension = extension(name);
        let field = self.field_of(file, owner);
        let is_known = extension.as_deref().is_some_and(|extension| EXTENSIONS.contains(&extension));
        if !is_known || field.is_some_and(|field| !accepts(field, extension.as_deref())) {
            wrong.push(format!("{name} must be of an accepted file type"));
        }
        if field.is_some_and(|field| field.data_type != CustomFieldType::FileUpload) {
            wrong.push(format!("{} must name a custom field of type FILE_UPLOAD", file.name));
        }
    }

    fn check_file_limits(&self, upload: &UploadFiles, wrong: &mut Vec<String>) {
        let owner = upload.id.as_deref();
        for field in self.fields() {
            let is_for = |part: &&Part| self.field_of(part, owner).is_some_and(|known| known.id == field.id);
            let files = upload.files.iter().filter(is_for).count();
            let most = most_files(field);
            if files > most {
                wrong.push(format!("{} takes no more than {most} files", field.field_key));
            }
        }
    }

    /// A file that was uploaded.
    pub(crate) fn file(&self, id: &str) -> Option<&Arc<StoredFile>> {
        self.files.iter().find(|file| file.id == *id)
    }
}
