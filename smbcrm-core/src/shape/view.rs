//! What a value holds, to whoever writes it.

use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Number, Value};

use super::{Entries, List, Node, Place, Record, iso_text};

/// What a value holds.
#[allow(clippy::exhaustive_enums)] // what writes it must know every kind
#[allow(missing_debug_implementations)] // it may hold a person's data, and lives for a moment
pub enum View<'a> {
    /// Nothing: the key is left out.
    Absent,
    /// Null.
    Null,
    /// A flag.
    Bool(bool),
    /// A whole number.
    Signed(i64),
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A number. What is not finite is written as null.
    Float(f64),
    /// Any number.
    Number(&'a Number),
    /// Text.
    Text(&'a str),
    /// Text that was made for the purpose.
    Owned(CompactString),
    /// An instant, written as ISO 8601 in UTC with milliseconds.
    Instant(DateTime<Utc>),
    /// An object with the fields of a table.
    Record(&'a dyn Record),
    /// A record that says in `type` which one it is.
    Tagged(&'static str, &'a dyn Record),
    /// A list.
    List(&'a dyn List),
    /// An object with keys of the caller's choice.
    Map(&'a dyn Entries),
    /// A JSON object.
    Object(&'a Map<String, Value>),
    /// A JSON value.
    Json(&'a Value),
    /// A JSON value that was made for the purpose.
    Made(Value),
}

impl View<'_> {
    /// Null instead of nothing, for a key that is always written.
    #[must_use]
    pub fn or_null(self) -> Self {
        if let Self::Absent = self { Self::Null } else { self }
    }

    /// Whether it is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A value that serde code of its own writes (`#[serde(with = "…")]`), as a view.
pub fn bridge<'a>(
    write: impl FnOnce(serde_json::value::Serializer) -> Result<Value, serde_json::Error>,
) -> View<'a> {
    View::Made(write(serde_json::value::Serializer).unwrap_or_default())
}

/// A value as JSON.
pub fn to_value(node: &dyn Node) -> Value {
    // Nothing that a view can hold is refused by this serializer.
    node.view().serialize(serde_json::value::Serializer).unwrap_or_default()
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Owned(text) => serializer.serialize_str(text),
            Self::Instant(at) => serializer.serialize_str(&iso_text(at)),
            Self::Record(record) => write_record(*record, serializer),
            Self::Tagged(name, record) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", name)?;
                write_fields(*record, &mut map)?;
                map.end()
            }
            Self::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for at in 0..list.len() {
                    seq.serialize_element(&list.at(at))?;
                }
                seq.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in entries.entries() {
                    map.serialize_entry(key, &value)?;
                }
                map.end()
            }
            Self::Object(object) => object.serialize(serializer),
            Self::Json(value) => value.serialize(serializer),
            Self::Made(value) => value.serialize(serializer),
        }
    }
}

/// Writes a record through any serializer of serde's.
///
/// # Errors
/// The serializer's own.
pub fn write_record<S: Serializer>(record: &dyn Record, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    write_fields(record, &mut map)?;
    map.end()
}

fn write_fields<M: SerializeMap>(record: &dyn Record, map: &mut M) -> Result<(), M::Error> {
    for (at, field) in record.shape().fields.iter().enumerate() {
        let view = record.field(at);
        match (field.place, view) {
            (_, View::Absent) => {}
            (Place::Flat, View::Record(inner)) => write_fields(inner, map)?,
            (Place::Flat, View::Tagged(name, inner)) => {
                map.serialize_entry("type", name)?;
                write_fields(inner, map)?;
            }
            (Place::Flat, View::Made(Value::Object(object))) => {
                object.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
            }
            (Place::Flat, View::Object(object)) => {
                object.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
            }
            (Place::Flat, _) => return Err(M::Error::custom("what is flattened is no object")),
            (_, view) => map.serialize_entry(field.name, &view)?,
        }
    }
    for (key, value) in record.extra().into_iter().flatten() {
        map.serialize_entry(key, value)?;
    }
    Ok(())
}
