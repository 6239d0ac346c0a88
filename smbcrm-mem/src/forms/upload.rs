//! Files into the file custom fields of a contact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::forms::ContactFiles;
use smbcrm_core::locations::{CustomField, CustomFieldType, FieldModel};
use smbcrm_core::operation::Part;
use smbcrm_core::types::{ContactId, CustomFieldValue, FieldValue};

use crate::contacts::{merge, missing};
use crate::locations::most_files;
use crate::refusal;
use crate::world::State;

/// The two ids in a part's name.
fn ids(part: &Part) -> Option<(&str, &str)> {
    part.name.split_once('_').filter(|(field, file)| !field.is_empty() && !file.is_empty())
}

impl State {
    /// Keeps files and attaches them to a contact. Either all of them or none.
    ///
    /// A field that takes one file has it replaced, one that takes several has them added (assumed).
    pub(crate) fn upload_to_contact(
        &mut self,
        id: &ContactId,
        upload: ContactFiles,
        base: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<Contact>> {
        let mut wrong = Vec::new();
        if id.as_str().trim().is_empty() {
            wrong.push("contactId should not be empty".to_owned());
        }
        if upload.files.is_empty() {
            wrong.push("files should not be empty".to_owned());
        }
        for (at, file) in upload.files.iter().enumerate() {
            if upload.files.iter().take(at).any(|other| other.name == file.name) {
                wrong.push(format!("{} should not be given twice", file.name));
            }
            self.check_contact_file(file, &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let Some(contact) = self.contacts.get(id.as_str()) else { return Err(missing(id)) };
        let mut held = self.files_held(contact, &upload);
        for (field, files) in &held {
            let most = most_files(field);
            if files.len() > most {
                wrong.push(format!("{} takes no more than {most} files", field.field_key));
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        for file in upload.files {
            let Some((field, file_id)) = ids(&file).map(|(field, id)| (field.to_owned(), id.to_owned()))
            else {
                continue; // refused above
            };
            let kept = self.keep_field_file(file, base);
            let mut meta = kept.meta;
            meta["uuid"] = json!(file_id);
            if let Some((_, files)) = held.iter_mut().find(|(known, _)| known.id == *field) {
                files.insert(file_id, json!({ "meta": meta, "url": kept.url, "documentId": kept.id }));
            }
        }
        let value = |files: Map<String, Value>| FieldValue::Json(Box::new(Value::Object(files)));
        let values = held.into_iter().map(|(field, files)| CustomFieldValue::new(&field.id, value(files)));
        let values = values.collect();
        self.edit_contact(id, now, |contact| merge(&mut contact.custom_fields, values))
    }

    /// What each field that is uploaded into will hold; the new files' places are still empty.
    fn files_held(&self, contact: &Contact, upload: &ContactFiles) -> Vec<(CustomField, Map<String, Value>)> {
        let named = |id: &str| self.fields().find(|field| field.id == *id);
        let mut held: Vec<(CustomField, Map<String, Value>)> = Vec::new();
        for (field, file) in upload.files.iter().filter_map(ids) {
            let at = held.iter().position(|(known, _)| known.id == *field).or_else(|| {
                let field = named(field)?;
                let before = match contact.custom_field(field.id.as_str()) {
                    Some(FieldValue::Json(files)) if most_files(field) > 1 => files.as_object().cloned(),
                    _ => None,
                };
                held.push((field.clone(), before.unwrap_or_default()));
                Some(held.len() - 1)
            });
            if let Some((_, files)) = at.and_then(|at| held.get_mut(at)) {
                files.insert(file.to_owned(), Value::Null);
            }
        }
        held
    }

    fn check_contact_file(&self, file: &Part, wrong: &mut Vec<String>) {
        let Some((field, _)) = ids(file) else {
            wrong.push(format!("{} must be of the form <custom_field_id>_<file_id>", file.name));
            return;
        };
        let field = self.fields().find(|known| known.id == *field);
        match field.filter(|field| field.model == FieldModel::Contact) {
            Some(field) if field.data_type == CustomFieldType::FileUpload => {
                self.check_file(file, None, wrong);
            }
            _ => wrong.push(format!("{} must name a custom field of type FILE_UPLOAD", file.name)),
        }
    }
}
