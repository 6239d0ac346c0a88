//! Custom fields: their definitions, and what becomes of values when a definition goes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use smbcrm_core::Result;
use smbcrm_core::locations::{
    CreateCustomField, CustomField, CustomFieldType, FieldModel, FieldModels, ListCustomFields,
    UpdateCustomField,
};
use smbcrm_core::opportunities::Opportunity;
use smbcrm_core::types::{ContactId, CustomFieldId, Text};

use super::slug::slug;
use crate::custom_fields::{StoredField, missing};
use crate::refusal;
use crate::world::State;

/// What each option says, and what it starts with; what has no label is named in `wrong`.
///
/// An option is an object with a label, or (assumed) plain text.
fn read_options(lines: &[Value], wrong: &mut Vec<String>) -> Vec<(Text, Option<Text>)> {
    let mut read: Vec<(Text, Option<Text>)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let label = line.as_str().or_else(|| line.get("label").and_then(Value::as_str));
        let prefill = line.get("prefillValue").and_then(Value::as_str);
        match label.map(str::trim).filter(|label| !label.is_empty()) {
            Some(label) => read.push((label.into(), prefill.map(Text::from))),
            None => wrong.push(format!("textBoxListOptions.{at}.label should not be empty")),
        }
    }
    for (at, (label, _)) in read.iter().enumerate() {
        if read[..at].iter().any(|(known, _)| known == label) {
            wrong.push("textBoxListOptions must be unique".to_owned());
            break;
        }
    }
    read
}

/// Whether a field of the type offers a choice.
fn is_choice(data_type: &CustomFieldType) -> bool {
    matches!(
        data_type,
        CustomFieldType::Checkbox
            | CustomFieldType::SingleOptions
            | CustomFieldType::MultipleOptions
            | CustomFieldType::Radio
    )
}

/// Checks the options against the type. The specification requires none of any type.
fn checked_options(
    data_type: &CustomFieldType,
    options: Option<&[Value]>,
    wrong: &mut Vec<String>,
) -> Vec<(Text, Option<Text>)> {
    let read = read_options(options.unwrap_or_default(), wrong);
    if !read.is_empty() && !is_choice(data_type) && *data_type != CustomFieldType::TextboxList {
        wrong.push(format!(
            "textBoxListOptions should not be given for a field of type {}",
            data_type.as_str()
        ));
    }
    read
}

fn check_max_files(max: Option<u32>, wrong: &mut Vec<String>) {
    if max == Some(0) {
        wrong.push("maxNumberOfFiles must not be less than 1".to_owned());
    }
}

fn check_model(model: Option<&FieldModel>, wrong: &mut Vec<String>) -> FieldModel {
    let model = model.cloned().unwrap_or(FieldModel::Contact);
    if !model.is_known() {
        wrong.push("model must be a valid enum value".to_owned());
    }
    model
}

/// The key of a field: as given, with or without the model in front, or made from the name.
fn field_key(given: Option<&str>, name: &str, model: &FieldModel, wrong: &mut Vec<String>) -> Text {
    let short = match given {
        None => slug(name),
        Some(given) => {
            let given = given.trim();
            let short = given.strip_prefix(model.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let short = short.unwrap_or(given);
            slug(short).filter(|slug| slug == short)
        }
    };
    let Some(short) = short else {
        wrong.push(match given {
            None => "name must contain at least one letter or digit".to_owned(),
            Some(_) => "fieldKey must be lower case letters, digits and underscores".to_owned(),
        });
        return Text::default();
    };
    format!("{}.{short}", model.as_str()).into()
}

impl State {
    /// The fields of a model – contacts' unless told otherwise – by position, then in the order they were made.
    pub(crate) fn list_custom_fields(&self, query: &ListCustomFields) -> Result<Vec<CustomField>> {
        let wanted = match &query.model {
            None | Some(FieldModels::Contact) => Some(FieldModel::Contact),
            Some(FieldModels::Opportunity) => Some(FieldModel::Opportunity),
            Some(FieldModels::All) => None,
            Some(_) => return Err(refusal::invalid(vec!["model must be a valid enum value".to_owned()])),
        };
        let of = |field: &&CustomField| wanted.as_ref().is_none_or(|model| field.model == *model);
        let mut fields: Vec<CustomField> = self.fields().filter(of).cloned().collect();
        fields.sort_by_key(|field| field.position);
        Ok(fields)
    }

    /// The field with an id, or with a whole key (`contact.favourite_colour`).
    pub(crate) fn get_custom_field(&self, id: &CustomFieldId) -> Result<CustomField> {
        let is_meant = |field: &&CustomField| field.id == *id || field.field_key == *id.as_str();
        self.fields().find(is_meant).cloned().ok_or_else(|| missing(id))
    }

    /// Defines a field. A key that exists is refused, never suffixed (assumed): a test should see that its app
    /// defines a field twice.
    pub(crate) fn create_custom_field(
        &mut self,
        input: CreateCustomField,
        now: DateTime<Utc>,
    ) -> Result<CustomField> {
        let mut wrong = Vec::new();
        let name = input.name.trim();
        if name.is_empty() {
            wrong.push("name should not be empty".to_owned());
        }
        if !input.data_type.is_known() {
            wrong.push("dataType must be a valid enum value".to_owned());
        }
        let model = check_model(input.model.as_ref(), &mut wrong);
        let key = if name.is_empty() && input.field_key.is_none() {
            Text::default()
        } else {
            field_key(input.field_key.as_deref(), name, &model, &mut wrong)
        };
        let options = input.text_box_list_options.as_deref();
        let options = if input.data_type.is_known() {
            checked_options(&input.data_type, options, &mut wrong)
        } else {
            Vec::new()
        };
        check_max_files(input.max_number_of_files, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if self.fields().any(|field| field.field_key == key) {
            return Err(refusal::bad_request(&format!("CustomField with fieldKey {key} already exists")));
        }
        let mut field = CustomField::default();
        field.id = self.ids.record().into();
        field.name = name.into();
        field.field_key = key;
        field.placeholder = input.placeholder;
        field.position = input.position.unwrap_or(0);
        field.picklist_options = self.picklist(&input.data_type, options, &[]);
        if input.data_type == CustomFieldType::FileUpload {
            field.is_multi_file_allowed = Some(input.is_multiple_file.unwrap_or(false));
            field.max_file_limit = input.max_number_of_files;
            field.accepted_format = input.accepted_format;
        }
        field.data_type = input.data_type;
        field.location_id = self.location.id.clone();
        field.model = model;
        field.description = input.description;
        field.parent_id = input.parent_id;
        self.custom_fields.push(StoredField::new(field.clone(), now));
        Ok(field)
    }

    /// Options in their stored form: text for a choice, objects with an id for lines. A line keeps its id as long
    /// as it keeps its label, so that values already written stay with it.
    fn picklist(
        &mut self,
        data_type: &CustomFieldType,
        options: Vec<(Text, Option<Text>)>,
        known: &[Value],
    ) -> Vec<Value> {
        if *data_type != CustomFieldType::TextboxList {
            return options.into_iter().map(|(label, _)| json!(label)).collect();
        }
        let mut lines = Vec::with_capacity(options.len());
        for (label, prefill) in options {
            let same = known.iter().find(|line| line.get("label").and_then(Value::as_str) == Some(&label));
            let id = same.and_then(|line| line.get("id")).and_then(Value::as_str).map(Text::from);
            let id = id.unwrap_or_else(|| self.ids.record());
            lines.push(json!({ "id": id, "label": label, "prefillValue": prefill.unwrap_or_default() }));
        }
        lines
    }

    /// Changes a field. Its type, model and key stay.
    pub(crate) fn update_custom_field(
        &mut self,
        id: &CustomFieldId,
        input: UpdateCustomField,
        now: DateTime<Utc>,
    ) -> Result<CustomField> {
        let at = self.fields().position(|field| field.id == *id).ok_or_else(|| missing(id))?;
        let mut field = self.custom_fields[at].field.clone();
        let mut wrong = Vec::new();
        let name = input.name.trim();
        if name.is_empty() {
            wrong.push("name should not be empty".to_owned());
        }
        if input.model.is_some() && check_model(input.model.as_ref(), &mut wrong) != field.model {
            wrong.push(format!("model must be {}", field.model.as_str()));
        }
        let options = input.text_box_list_options.as_deref();
        let given = options.is_some();
        let options = checked_options(&field.data_type, options, &mut wrong);
        check_max_files(input.max_number_of_files, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        field.name = name.into();
        if given {
            field.picklist_options =
                self.picklist(&field.data_type.clone(), options, &field.picklist_options);
        }
        macro_rules! set {
            ($($field:ident = $input:ident),*) => {$(
                if input.$input.is_some() {
                    field.$field = input.$input;
                }
            )*};
        }
        set!(placeholder = placeholder, description = description, parent_id = parent_id);
        if field.data_type == CustomFieldType::FileUpload {
            set!(
                accepted_format = accepted_format,
                is_multi_file_allowed = is_multiple_file,
                max_file_limit = max_number_of_files
            );
        }
        field.position = input.position.unwrap_or(field.position);
        if let Some(stored) = self.custom_fields.edit().get_mut(at) {
            stored.field = field.clone();
            stored.date_updated = now;
        }
        Ok(field)
    }

    /// Deletes a field, and its value on every record of its model.
    pub(crate) fn delete_custom_field(&mut self, id: &CustomFieldId, now: DateTime<Utc>) -> Result<()> {
        let at = self.fields().position(|field| field.id == *id).ok_or_else(|| missing(id))?;
        let field = self.custom_fields.edit().remove(at).field;
        match field.model {
            FieldModel::Opportunity => {
                let holders: Vec<Arc<Opportunity>> = self
                    .opportunities
                    .iter()
                    .filter(|record| record.custom_fields.iter().any(|value| value.id == *id))
                    .map(Arc::clone)
                    .collect();
                for mut record in holders {
                    let changed = Arc::make_mut(&mut record);
                    changed.custom_fields.retain(|value| value.id != *id);
                    changed.updated_at = now;
                    self.opportunities.put(record);
                }
            }
            _ => {
                let holders: Vec<ContactId> = self
                    .contacts
                    .iter()
                    .filter(|contact| contact.custom_field(id.as_str()).is_some())
                    .map(|contact| contact.id.clone())
                    .collect();
                for holder in holders {
                    // The contact was found under this very lock, so that editing it cannot fail.
                    let _ = self.edit_contact(&holder, now, |contact| {
                        contact.custom_fields.retain(|value| value.id != *id);
                    });
                }
            }
        }
        Ok(())
    }
}
