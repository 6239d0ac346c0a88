//! Folders of fields.

use std::sync::Arc;

use smbcrm_core::custom_fields::{CreateFolder, FieldDeleted, FieldFolder};
use smbcrm_core::types::{CustomFieldFolderId, ObjectKey};
use smbcrm_core::{Error, Result};

use super::check;
use crate::refusal;
use crate::world::State;

/// What the wire says of a folder that does not exist (assumed: as of any other record).
pub(super) fn missing(id: &CustomFieldFolderId) -> Error {
    refusal::not_found("Folder", id.as_str())
}

/// Whether it is the folder of this id, and of this object.
pub(super) fn is_in(folder: &FieldFolder, id: &CustomFieldFolderId, object: &ObjectKey) -> bool {
    folder.id == *id && folder.object_key == *object
}

impl State {
    pub(crate) fn create_field_folder(&mut self, input: CreateFolder) -> Result<Arc<FieldFolder>> {
        let mut wrong = Vec::new();
        check::object(&input.object_key, &mut wrong);
        check::name(Some(&input.name), &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let mut folder = FieldFolder::default();
        folder.id = self.ids.record().into();
        folder.object_key = input.object_key;
        folder.location_id = self.location.id.clone();
        folder.name = input.name.trim().into();
        let folder = Arc::new(folder);
        self.field_folders.push(Arc::clone(&folder));
        Ok(folder)
    }

    pub(super) fn rename_field_folder(
        &mut self,
        id: &CustomFieldFolderId,
        name: &str,
    ) -> Result<Arc<FieldFolder>> {
        let at = self.field_folder_at(id)?;
        let mut wrong = Vec::new();
        check::name(Some(name), &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let mut folder = FieldFolder::clone(&self.field_folders[at]);
        folder.name = name.trim().into();
        let folder = Arc::new(folder);
        self.field_folders.edit()[at] = Arc::clone(&folder);
        Ok(folder)
    }

    /// Deletes a folder. One that holds fields is refused (assumed): a test should see that its app would have lost
    /// or orphaned them.
    pub(super) fn delete_field_folder(&mut self, id: &CustomFieldFolderId) -> Result<FieldDeleted> {
        let at = self.field_folder_at(id)?;
        if self.object_fields.iter().any(|field| field.parent_id.as_ref() == Some(id)) {
            return Err(refusal::bad_request(&format!("Folder with id {id} holds custom fields")));
        }
        let folder = self.field_folders.edit().remove(at);
        let mut done = FieldDeleted::default();
        done.succeeded = true;
        done.id = folder.id.as_text().clone();
        done.key = folder.object_key.as_text().clone();
        Ok(done)
    }

    fn field_folder_at(&self, id: &CustomFieldFolderId) -> Result<usize> {
        self.field_folders.iter().position(|folder| folder.id == *id).ok_or_else(|| missing(id))
    }
}
