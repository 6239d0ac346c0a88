//! Creating, changing, listing and deleting fields.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::custom_fields::{
    CreateField, Definition, FieldDeleted, FieldsOfObject, ObjectField, UpdateField,
};
use smbcrm_core::locations::FieldModel;
use smbcrm_core::types::{CustomFieldId, ObjectKey};
use smbcrm_core::{Error, Result};

use super::check::{self, Extras};
use super::folder;
use crate::refusal;
use crate::world::State;

/// What the wire says of a field that does not exist.
pub(crate) fn missing(id: &CustomFieldId) -> Error {
    refusal::not_found("CustomField", id.as_str())
}

impl State {
    /// The field or folder with an id.
    pub(super) fn definition(&self, id: &str) -> Option<Definition> {
        let own = || self.object_fields.iter().find(|field| field.id == *id).cloned();
        let standard = || {
            let field = self.custom_fields.iter().find(|known| known.field.id == *id)?;
            Some(Arc::new(field.shown()))
        };
        let folder = || self.field_folders.iter().find(|folder| folder.id == *id).cloned();
        own().or_else(standard).map(Definition::Field).or_else(|| folder().map(Definition::Folder))
    }

    /// The fields and folders of an object, in the order they were made.
    pub(super) fn fields_of_object(&self, object: &ObjectKey) -> Result<FieldsOfObject> {
        let is_standard = |model: &FieldModel| ObjectKey::standard(model) == *object;
        let mut found = FieldsOfObject::default();
        if [FieldModel::Contact, FieldModel::Opportunity].iter().any(is_standard) {
            let fields = self.custom_fields.iter().filter(|known| is_standard(&known.field.model));
            found.fields = fields.map(|known| Arc::new(known.shown())).collect();
        } else if check::is_written(object) {
            let fields = self.object_fields.iter().filter(|field| field.object_key == *object);
            found.fields = fields.cloned().collect();
            let folders = self.field_folders.iter().filter(|folder| folder.object_key == *object);
            found.folders = folders.cloned().collect();
        } else {
            return Err(refusal::bad_request(&format!("Object with key {object} not found")));
        }
        Ok(found)
    }

    /// Defines a field. A key that exists is refused, never suffixed, as the sub-account's own fields are.
    pub(crate) fn create_object_field(
        &mut self,
        input: CreateField,
        now: DateTime<Utc>,
    ) -> Result<Arc<ObjectField>> {
        let mut wrong = Vec::new();
        check::object(&input.object_key, &mut wrong);
        check::name(input.name.as_deref(), &mut wrong);
        check::data_type(&input.data_type, &mut wrong);
        let key = check::field_key(&input.field_key, &input.object_key, &mut wrong);
        if input.parent_id.is_empty() {
            wrong.push("parentId should not be empty".to_owned());
        }
        let given = input.options.is_some();
        let options = input.options.unwrap_or_default();
        let options = check::new_options(options, &input.data_type, &mut wrong);
        if input.data_type.is_known() {
            let extras = Extras {
                has_options: !options.is_empty(),
                formats: input.accepted_formats.as_ref(),
                max_files: input.max_file_limit,
                custom_option: input.allow_custom_option,
            };
            extras.check(&input.data_type, &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let is_parent = |folder: &_| folder::is_in(folder, &input.parent_id, &input.object_key);
        if !self.field_folders.iter().any(|folder| is_parent(folder)) {
            return Err(folder::missing(&input.parent_id));
        }
        if self.object_fields.iter().any(|field| field.field_key == key) {
            return Err(refusal::bad_request(&format!("CustomField with fieldKey {key} already exists")));
        }
        let mut field = ObjectField::default();
        field.id = self.ids.record().into();
        field.name = input.name.map(|name| name.trim().into());
        field.description = input.description;
        field.placeholder = input.placeholder;
        field.show_in_forms = input.show_in_forms;
        field.options = given.then_some(options);
        field.accepted_formats = input.accepted_formats;
        field.object_key = input.object_key;
        field.data_type = input.data_type;
        field.parent_id = Some(input.parent_id);
        field.field_key = key;
        field.allow_custom_option = input.allow_custom_option;
        field.max_file_limit = input.max_file_limit;
        field.location_id = self.location.id.clone();
        field.date_added = Some(now);
        field.date_updated = Some(now);
        let field = Arc::new(field);
        self.object_fields.push(Arc::clone(&field));
        Ok(field)
    }

    /// Changes a field. Its type, key and folder stay.
    pub(super) fn update_object_field(
        &mut self,
        id: &CustomFieldId,
        input: UpdateField,
        now: DateTime<Utc>,
    ) -> Result<Arc<ObjectField>> {
        let at = self.object_field_at(id)?;
        let mut field = ObjectField::clone(&self.object_fields[at]);
        let mut wrong = Vec::new();
        check::name(input.name.as_deref(), &mut wrong);
        let extras = Extras {
            has_options: input.options.as_ref().is_some_and(|options| !options.is_empty()),
            formats: input.accepted_formats.as_ref(),
            max_files: input.max_file_limit,
            custom_option: None,
        };
        extras.check(&field.data_type, &mut wrong);
        if let Some(options) = input.options {
            let known = field.options.take().unwrap_or_default();
            field.options = Some(check::changed_options(options, &known, &field.data_type, &mut wrong));
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        field.show_in_forms = input.show_in_forms;
        if let Some(name) = input.name {
            field.name = Some(name.trim().into());
        }
        macro_rules! set {
            ($($name:ident),*) => {$(
                if input.$name.is_some() {
                    field.$name = input.$name;
                }
            )*};
        }
        set!(description, placeholder, accepted_formats, max_file_limit);
        field.date_updated = Some(now);
        let field = Arc::new(field);
        self.object_fields.edit()[at] = Arc::clone(&field);
        Ok(field)
    }

    pub(super) fn delete_object_field(&mut self, id: &CustomFieldId) -> Result<FieldDeleted> {
        let at = self.object_field_at(id)?;
        let field = self.object_fields.edit().remove(at);
        let mut done = FieldDeleted::default();
        done.succeeded = true;
        done.id = field.id.as_text().clone();
        done.key = field.field_key.clone();
        Ok(done)
    }

    /// Where a field that this product writes is. Contacts' and opportunities' are the sub-account's to change.
    fn object_field_at(&self, id: &CustomFieldId) -> Result<usize> {
        let at = self.object_fields.iter().position(|field| field.id == *id);
        at.ok_or_else(|| match self.custom_fields.iter().find(|known| known.field.id == *id) {
            Some(known) => {
                let object = known.field.model.as_str();
                refusal::bad_request(&format!("Fields of {object} are not supported by this endpoint"))
            }
            None => missing(id),
        })
    }
}
