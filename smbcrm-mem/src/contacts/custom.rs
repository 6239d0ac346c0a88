//! Values of custom fields: checked against their definitions, merged into records, shown to searches.

use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::locations::{CustomField, CustomFieldType, FieldModel};
use smbcrm_core::types::{CustomFieldInput, CustomFieldValue, FieldValue, Text, time};

use crate::search::Value;
use crate::world::State;

/// The values that a write brings, by field id. What does not fit its definition is named in `wrong`.
///
/// That unknown fields and ill-typed values are refused is assumed; refusing is the safe side for a test.
pub(crate) fn custom_field_values(
    state: &State,
    model: &FieldModel,
    inputs: Vec<CustomFieldInput>,
    wrong: &mut Vec<String>,
) -> Vec<CustomFieldValue> {
    let mut values = Vec::with_capacity(inputs.len());
    for (at, input) in inputs.into_iter().enumerate() {
        let id = input.id.as_ref().map(|id| id.as_str()).filter(|id| !id.is_empty());
        let key = input.key.as_deref().filter(|key| !key.is_empty());
        let Some(name) = id.or(key) else {
            wrong.push(format!("customFields.{at}.id should not be empty"));
            continue;
        };
        let Some(field) = find(state, model, id, name) else {
            wrong.push(format!("customFields.{at}: no custom field {name} in this location"));
            continue;
        };
        match fit(state, field, input.field_value) {
            Ok(value) => values.push(CustomFieldValue::new(&field.id, value)),
            Err(what) => wrong.push(format!("customFields.{at}.field_value must be {what}")),
        }
    }
    values
}

/// The model's field with an id, or without one the field with a key: `contact.x`, or `x` alone.
fn find<'a>(state: &'a State, model: &FieldModel, id: Option<&str>, key: &str) -> Option<&'a CustomField> {
    state.fields().filter(|field| field.model == *model).find(|field| match id {
        Some(id) => field.id == *id,
        None => {
            field.field_key == *key || field.field_key.split_once('.').is_some_and(|(_, short)| short == key)
        }
    })
}

/// The value in its stored form, or what it should have been.
fn fit(state: &State, field: &CustomField, value: FieldValue) -> Result<FieldValue, &'static str> {
    if value.is_empty() {
        return Ok(FieldValue::Null);
    }
    match field.data_type {
        CustomFieldType::Numerical | CustomFieldType::Monetary => match &value {
            FieldValue::Number(_) => Ok(value),
            FieldValue::Text(text) => number(text).ok_or("a number"),
            _ => Err("a number"),
        },
        CustomFieldType::Checkbox | CustomFieldType::MultipleOptions => match value {
            FieldValue::List(_) => Ok(value),
            FieldValue::Text(text) => Ok(FieldValue::List(vec![text])),
            _ => Err("an array of strings"),
        },
        CustomFieldType::Date => match &value {
            FieldValue::Text(text) if time::parse(text).is_some() => Ok(value),
            FieldValue::Number(millis) if millis.as_i64().and_then(time::from_millis).is_some() => Ok(value),
            _ => Err("a valid ISO 8601 date string"),
        },
        CustomFieldType::TextboxList | CustomFieldType::FileUpload => match value {
            FieldValue::Json(json) if json.is_object() => Ok(FieldValue::Json(json)),
            _ => Err("an object"),
        },
        CustomFieldType::Phone => match &value {
            FieldValue::Text(text) => {
                let phone = normalise_phone(text, state.region()).map_err(|_| "a valid phone number")?;
                Ok(FieldValue::Text(phone.into()))
            }
            _ => Err("a valid phone number"),
        },
        CustomFieldType::Email => match &value {
            FieldValue::Text(text) => {
                Ok(FieldValue::Text(normalise_email(text).map_err(|_| "an email")?.into()))
            }
            _ => Err("an email"),
        },
        _ => match value {
            FieldValue::Text(_) => Ok(value),
            FieldValue::Number(number) => Ok(FieldValue::Text(Text::from(number.to_string()))),
            FieldValue::Bool(flag) => Ok(FieldValue::Text(Text::from(flag.to_string()))),
            _ => Err("a string"),
        },
    }
}

fn number(text: &str) -> Option<FieldValue> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(FieldValue::from)
}

/// Replaces the named fields and leaves the others; an empty value removes its field.
pub(crate) fn merge(into: &mut Vec<CustomFieldValue>, values: Vec<CustomFieldValue>) {
    into.reserve_exact(if into.is_empty() { values.len() } else { 0 });
    for value in values {
        let known = into.iter().position(|field| field.id == value.id);
        match (known, value.value.is_empty()) {
            (Some(at), true) => drop(into.remove(at)),
            (Some(at), false) => into[at] = value,
            (None, true) => {}
            (None, false) => into.push(value),
        }
    }
}

/// What a search sees of a custom field's value.
pub(crate) fn custom_values(value: &FieldValue, visit: &mut dyn FnMut(Value<'_>)) {
    match value {
        FieldValue::Text(text) => visit(Value::Text(text)),
        FieldValue::Number(number) => {
            number.as_f64().into_iter().for_each(|number| visit(Value::Number(number)));
        }
        FieldValue::Bool(flag) => visit(Value::Bool(*flag)),
        FieldValue::List(texts) => texts.iter().for_each(|text| visit(Value::Text(text))),
        // Whether it holds anything is all that can be asked of an object as a whole.
        FieldValue::Json(value) if value.is_object() => visit(Value::Text("")),
        _ => {}
    }
}

/// The instant that the value of a date field names.
pub(crate) fn custom_date(value: &FieldValue) -> Option<Value<'_>> {
    match value {
        FieldValue::Text(text) => time::parse(text).map(|at| Value::Instant(at.timestamp_millis())),
        FieldValue::Number(millis) => millis.as_i64().map(Value::Instant),
        _ => None,
    }
}
