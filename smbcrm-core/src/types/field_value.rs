//! The value of a custom field.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

use super::{CustomFieldId, Text};

/// A custom field's value, of whatever type the field has.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum FieldValue {
    /// Nothing.
    #[default]
    Null,
    /// TEXT, LARGE_TEXT, SINGLE_OPTIONS, RADIO, PHONE, EMAIL; a DATE is text too.
    Text(Text),
    /// NUMERICAL and MONETORY.
    Number(Number),
    /// A flag.
    Bool(bool),
    /// CHECKBOX and MULTIPLE_OPTIONS.
    List(Vec<Text>),
    /// TEXTBOX_LIST (option id to text) and FILE_UPLOAD (file id to its facts), or any list that is not of text.
    Json(Box<Value>),
}

impl FieldValue {
    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number: a number, or text that reads as one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether it holds nothing: null, empty text, an empty list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::List(texts) => texts.is_empty(),
            Self::Json(value) => match value.as_ref() {
                Value::Object(fields) => fields.is_empty(),
                Value::Array(values) => values.is_empty(),
                _ => false,
            },
            Self::Number(_) | Self::Bool(_) => false,
        }
    }

    /// The value as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::String(text.as_str().to_owned()),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::List(texts) => texts.iter().map(|text| Value::String(text.as_str().to_owned())).collect(),
            Self::Json(value) => value.as_ref().clone(),
        }
    }
}

impl From<Value> for FieldValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::String(text) => Self::Text(text.into()),
            Value::Number(number) => Self::Number(number),
            Value::Bool(flag) => Self::Bool(flag),
            Value::Array(values) if values.iter().all(Value::is_string) => {
                Self::List(values.iter().filter_map(|v| v.as_str().map(Text::from)).collect())
            }
            other => Self::Json(Box::new(other)),
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for FieldValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for FieldValue {
    /// Not-a-number and the infinities have no JSON form and become null.
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Self::Null, Self::Number)
    }
}

impl From<bool> for FieldValue {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Vec<String>> for FieldValue {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts.into_iter().map(Text::from).collect())
    }
}

impl From<Vec<&str>> for FieldValue {
    fn from(texts: Vec<&str>) -> Self {
        Self::List(texts.into_iter().map(Text::from).collect())
    }
}

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => text.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::List(texts) => texts.serialize(serializer),
            Self::Json(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = FieldValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a custom field's value")
            }
            fn visit_unit<E: de::Error>(self) -> Result<FieldValue, E> {
                Ok(FieldValue::Null)
            }
            fn visit_none<E: de::Error>(self) -> Result<FieldValue, E> {
                Ok(FieldValue::Null)
            }
            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<FieldValue, E> {
                Ok(FieldValue::Bool(flag))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number.into()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number.into()))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<FieldValue, E> {
                Ok(number.into())
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldValue, E> {
                Ok(FieldValue::Text(text.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<FieldValue, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element::<Value>()? {
                    values.push(value);
                }
                Ok(Value::Array(values).into())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldValue, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = map.next_entry()? {
                    fields.insert(name, value);
                }
                Ok(FieldValue::Json(Box::new(Value::Object(fields))))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FieldValue {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FieldValue".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}

/// A custom field's value on a record: the field's id and what it holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomFieldValue {
    /// The field.
    pub id: CustomFieldId,
    /// What it holds. Opportunities call it `fieldValue` on the wire.
    #[serde(default, alias = "fieldValue")]
    pub value: FieldValue,
}

impl CustomFieldValue {
    /// A value of a field.
    pub fn new(id: impl Into<CustomFieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: id.into(), value: value.into() }
    }
}

/// A custom field's value to write, addressed by the field's id or by its key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomFieldInput {
    /// The field's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CustomFieldId>,
    /// The field's key (`contact.favourite_colour`, or without the model's prefix), used when there is no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    /// The value. The wire writes `field_value` and reads `fieldValue` and `value` as well.
    #[serde(default, alias = "fieldValue", alias = "value")]
    pub field_value: FieldValue,
}

impl CustomFieldInput {
    /// A value for the field with this id.
    pub fn new(id: impl Into<CustomFieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: Some(id.into()), key: None, field_value: value.into() }
    }

    /// A value for the field with this key.
    pub fn by_key(key: impl Into<Text>, value: impl Into<FieldValue>) -> Self {
        Self { id: None, key: Some(key.into()), field_value: value.into() }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CustomFieldInput {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CustomFieldInput".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "Either `id` or `key` names the field.",
            "properties": {
                "id": { "type": "string" },
                "key": { "type": "string" },
                "field_value": {},
                "fieldValue": {},
                "value": {},
            },
            "additionalProperties": false,
        })
    }
}
