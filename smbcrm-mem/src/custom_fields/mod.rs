//! Fields of custom objects and businesses, answered from state.
//!
//! Contacts' and opportunities' fields are kept as [`locations`](crate::locations) defines them and shown here as
//! well: one field, two doors. Through this one they are read only, as the API writes custom objects and businesses
//! alone.

mod check;
mod folder;
mod store;
mod stored;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::custom_fields::operations as op;
use smbcrm_core::custom_fields::{
    CreateField, CreateFolder, CustomFields, Definition, DeleteFolder, FieldDeleted, FieldFolder,
    FieldsOfObject, ListFields, ObjectField, UpdateField, UpdateFolder,
};
use smbcrm_core::types::{CustomFieldFolderId, CustomFieldId, ObjectKey};

use crate::MemCrm;
use crate::world::State;

pub(crate) use store::missing;
pub(crate) use stored::StoredField;

#[async_trait]
impl CustomFields for MemCrm {
    async fn get(&self, id: &CustomFieldId) -> Result<Definition> {
        let find = |state: &State| state.definition(id.as_str());
        self.read_record(&op::GET, id.as_str(), find, || missing(id))
    }

    async fn update(&self, id: &CustomFieldId, field: UpdateField) -> Result<Arc<ObjectField>> {
        let location = field.location_id.clone();
        self.write(&op::UPDATE, &location, |state, now| state.update_object_field(id, field, now))
    }

    async fn delete(&self, id: &CustomFieldId) -> Result<FieldDeleted> {
        let holds =
            |state: &State| state.definition(id.as_str()).is_some_and(|found| found.field().is_some());
        let change = |state: &mut State, _| state.delete_object_field(id);
        self.write_record(&op::DELETE, id.as_str(), holds, change, || missing(id))
    }

    async fn list(&self, object_key: &ObjectKey, query: ListFields) -> Result<FieldsOfObject> {
        self.read(&op::LIST, &query.location_id, |state| state.fields_of_object(object_key))
    }

    async fn create_folder(&self, folder: CreateFolder) -> Result<Arc<FieldFolder>> {
        let location = folder.location_id.clone();
        self.write(&op::CREATE_FOLDER, &location, |state, _| state.create_field_folder(folder))
    }

    async fn update_folder(
        &self,
        id: &CustomFieldFolderId,
        folder: UpdateFolder,
    ) -> Result<Arc<FieldFolder>> {
        self.write(&op::UPDATE_FOLDER, &folder.location_id, |state, _| {
            state.rename_field_folder(id, &folder.name)
        })
    }

    async fn delete_folder(&self, id: &CustomFieldFolderId, query: DeleteFolder) -> Result<FieldDeleted> {
        self.write(&op::DELETE_FOLDER, &query.location_id, |state, _| state.delete_field_folder(id))
    }

    async fn create(&self, field: CreateField) -> Result<Arc<ObjectField>> {
        let location = field.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_object_field(field, now))
    }
}
