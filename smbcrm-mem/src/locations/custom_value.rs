//! Custom values: texts that templates merge in by their tag.

use smbcrm_core::locations::{CustomValue, WriteCustomValue};
use smbcrm_core::types::{CustomValueId, Text};
use smbcrm_core::{Error, Result};

use super::slug::slug;
use crate::refusal;
use crate::world::State;

fn missing(id: &CustomValueId) -> Error {
    refusal::not_found("CustomValue", id.as_str())
}

/// The merge tag that a value of this name is known by.
fn merge_tag(name: &str) -> Option<Text> {
    let slug = slug(name)?;
    Some(format!("{{{{ custom_values.{slug} }}}}").into())
}

/// What is wrong with a value, or its merge tag.
fn checked(value: &WriteCustomValue) -> Result<Text> {
    let name = value.name.trim();
    if name.is_empty() {
        return Err(refusal::invalid(vec!["name should not be empty".to_owned()]));
    }
    merge_tag(name)
        .ok_or_else(|| refusal::invalid(vec!["name must contain at least one letter or digit".to_owned()]))
}

impl State {
    pub(crate) fn get_custom_value(&self, id: &CustomValueId) -> Result<CustomValue> {
        self.custom_values.iter().find(|value| value.id == *id).cloned().ok_or_else(|| missing(id))
    }

    /// Defines a value. Two of one name would share a merge tag, hence the second is refused (assumed).
    pub(crate) fn create_custom_value(&mut self, input: WriteCustomValue) -> Result<CustomValue> {
        let tag = checked(&input)?;
        let name = input.name.trim();
        if self.custom_values.iter().any(|value| value.field_key == tag || value.name == *name) {
            return Err(taken(name));
        }
        let mut value = CustomValue::default();
        value.id = self.ids.record().into();
        value.name = name.into();
        value.field_key = tag;
        value.value = input.value;
        value.location_id = self.location.id.clone();
        self.custom_values.push(value.clone());
        Ok(value)
    }

    /// Changes a value. Its merge tag stays, so that what merges it in goes on to do so (assumed).
    pub(crate) fn update_custom_value(
        &mut self,
        id: &CustomValueId,
        input: WriteCustomValue,
    ) -> Result<CustomValue> {
        checked(&input)?;
        let name = input.name.trim();
        if self.custom_values.iter().any(|value| value.id != *id && value.name == *name) {
            return Err(taken(name));
        }
        let at = self.custom_values.iter().position(|value| value.id == *id).ok_or_else(|| missing(id))?;
        let value = &mut self.custom_values.edit()[at];
        value.name = name.into();
        value.value = input.value;
        Ok(value.clone())
    }

    pub(crate) fn delete_custom_value(&mut self, id: &CustomValueId) -> Result<()> {
        let at = self.custom_values.iter().position(|value| value.id == *id).ok_or_else(|| missing(id))?;
        self.custom_values.edit().remove(at);
        Ok(())
    }
}

fn taken(name: &str) -> Error {
    refusal::bad_request(&format!("CustomValue with name {name} already exists"))
}
