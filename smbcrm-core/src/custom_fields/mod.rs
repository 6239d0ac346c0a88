//! Custom fields, second edition: the fields of custom objects and of businesses, in folders.
//!
//! Contacts' and opportunities' fields are defined by [`locations`](crate::locations). Of them this product reads, and
//! does not write: the API takes custom objects and businesses only.
//!
//! ```
//! use smbcrm_core::custom_fields::{CreateField, CreateFolder, CreateOption};
//! use smbcrm_core::locations::CustomFieldType;
//! use smbcrm_core::types::{LocationId, ObjectKey};
//! use smbcrm_core::{Crm, Result};
//!
//! async fn describe_pets(crm: &dyn Crm, location: &LocationId) -> Result<()> {
//!     let pet = ObjectKey::custom("pet");
//!     let folder = crm.custom_fields().create_folder(CreateFolder::new(&pet, "Looks", location)).await?;
//!     let size = CreateField::new(location, &pet, &folder.id, "size", CustomFieldType::Radio, true)
//!         .name("Size")
//!         .options([CreateOption::new("s", "Small"), CreateOption::new("l", "Large")]);
//!     let size = crm.custom_fields().create(size).await?;
//!     assert_eq!(size.field_key, "custom_objects.pet.size");
//!     Ok(())
//! }
//! ```

mod definition;
mod input;
mod model;

pub use definition::Definition;
pub use input::*;
pub use model::*;

use std::sync::Arc;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{CustomFieldFolderId, CustomFieldId, ObjectKey};

/// The product's facts.
pub static CUSTOM_FIELDS: Product = Product {
    name: "custom-fields",
    version: "2021-07-28",
    summary: "The fields of custom objects and businesses, and their folders.",
};

/// The fields of custom objects and businesses, and their folders.
#[api(product = CUSTOM_FIELDS)]
pub trait CustomFields: Send + Sync {
    /// Fetches one field or folder, whichever has the id.
    #[get(
        "/custom-fields/{id}",
        id = "get-custom-field-by-id",
        scope = "locations/customFields.readonly",
        key = "field"
    )]
    async fn get(&self, id: &CustomFieldId) -> Result<Definition>;

    /// Changes a field. What is not set stays; its type, key and folder cannot change.
    #[put(
        "/custom-fields/{id}",
        id = "update-custom-field",
        scope = "locations/customFields.write",
        location = "locationId",
        key = "field"
    )]
    async fn update(&self, id: &CustomFieldId, field: UpdateField) -> Result<Arc<ObjectField>>;

    /// Deletes a field.
    #[delete("/custom-fields/{id}", id = "delete-custom-field", scope = "locations/customFields.write")]
    async fn delete(&self, id: &CustomFieldId) -> Result<FieldDeleted>;

    /// Lists the fields and folders of an object.
    #[get(
        "/custom-fields/object-key/{object_key}",
        id = "get-custom-fields-by-object-key",
        scope = "locations/customFields.readonly",
        location = "locationId"
    )]
    async fn list(&self, object_key: &ObjectKey, query: ListFields) -> Result<FieldsOfObject>;

    /// Creates a folder for an object's fields.
    #[post(
        "/custom-fields/folder",
        id = "create-custom-field-folder",
        scope = "locations/customFields.write",
        location = "locationId"
    )]
    async fn create_folder(&self, folder: CreateFolder) -> Result<Arc<FieldFolder>>;

    /// Renames a folder.
    #[put(
        "/custom-fields/folder/{id}",
        id = "update-custom-field-folder",
        scope = "locations/customFields.write",
        location = "locationId"
    )]
    async fn update_folder(&self, id: &CustomFieldFolderId, folder: UpdateFolder)
    -> Result<Arc<FieldFolder>>;

    /// Deletes an empty folder.
    #[delete(
        "/custom-fields/folder/{id}",
        id = "delete-custom-field-folder",
        scope = "locations/customFields.write",
        location = "locationId"
    )]
    async fn delete_folder(&self, id: &CustomFieldFolderId, query: DeleteFolder) -> Result<FieldDeleted>;

    /// Defines a field of a custom object or of businesses.
    #[post(
        "/custom-fields/",
        id = "create-custom-field",
        scope = "locations/customFields.write",
        location = "locationId",
        key = "field"
    )]
    async fn create(&self, field: CreateField) -> Result<Arc<ObjectField>>;
}
