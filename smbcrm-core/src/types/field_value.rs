//! The value of a custom field.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

use super::{CustomFieldId, Derived, Text};
use crate::record;
use crate::shape::{Came, Kind, Node, Scalar, Shaped, Slot, Trail, View, fill_node};

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
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Self::Null;
        fill_node(&mut value, &Trail::default(), deserializer)?;
        Ok(value)
    }
}

impl Scalar for FieldValue {
    fn expecting(&self) -> &'static str {
        "a custom field's value"
    }
    fn take(&mut self, value: Came<'_>) -> Result<(), Option<String>> {
        *self = match value {
            Came::Bool(flag) => Self::Bool(flag),
            Came::Signed(number) => Self::Number(number.into()),
            Came::Unsigned(number) => Self::Number(number.into()),
            Came::Float(number) => number.into(),
            Came::Text(text) => Self::Text(text.into()),
            Came::Json(value) => value.into(),
        };
        Ok(())
    }
}

impl Node for FieldValue {
    fn view(&self) -> View<'_> {
        match self {
            Self::Null => View::Null,
            Self::Text(text) => View::Text(text),
            Self::Number(number) => View::Number(number),
            Self::Bool(flag) => View::Bool(*flag),
            Self::List(texts) => View::List(texts),
            Self::Json(value) => View::Json(value),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Scalar(self)
    }
    fn null(&mut self) -> bool {
        *self = Self::Null;
        true
    }
}

impl Shaped for FieldValue {
    const KIND: Kind = Kind::Any;
    fn blank() -> Self {
        Self::Null
    }
}

/// A custom field's value on a record: the field's id and what it holds.
#[record]
pub struct CustomFieldValue {
    /// The field.
    pub id: CustomFieldId,
    /// What it holds. Opportunities call it `fieldValue` on the wire.
    #[serde(alias = "fieldValue")]
    pub value: FieldValue,
}

impl CustomFieldValue {
    /// A value of a field.
    pub fn new(id: impl Into<CustomFieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: id.into(), value: value.into() }
    }
}

/// A custom field's value to write. Either `id` or `key` names the field.
#[record(snake_case)]
pub struct CustomFieldInput {
    /// The field's id.
    pub id: Option<CustomFieldId>,
    /// The field's key (`contact.favourite_colour`, or without the model's prefix), used when there is no id.
    pub key: Option<Text>,
    /// The value. The wire writes `field_value` and reads `fieldValue` and `value` as well.
    pub field_value: FieldValue,

    // What the wire reads in other spellings.
    #[serde(rename = "fieldValue")]
    #[schema(FieldValue)]
    #[wire(view = unwritten, slot = field_value)]
    camel_case: Derived,
    #[serde(rename = "value")]
    #[schema(FieldValue)]
    #[wire(view = unwritten, slot = field_value)]
    short: Derived,
}

fn unwritten(_: &CustomFieldInput) -> View<'_> {
    View::Absent
}

fn field_value(input: &mut CustomFieldInput) -> Slot<'_> {
    input.field_value.slot()
}

impl CustomFieldInput {
    /// A value for the field with this id.
    pub fn new(id: impl Into<CustomFieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: Some(id.into()), field_value: value.into(), ..Self::default() }
    }

    /// A value for the field with this key.
    pub fn by_key(key: impl Into<Text>, value: impl Into<FieldValue>) -> Self {
        Self { key: Some(key.into()), field_value: value.into(), ..Self::default() }
    }
}
