//! The least value that fits a kind: for calls that are about anything but their input.

use serde_json::{Map, Value, json};

use super::{Field, Kind, Place, RecordShape};

/// The least value of a kind: what is required, and nothing else. Texts are `x`, numbers 1, lists empty.
///
/// ```
/// use smbcrm_core::contacts::CreateNote;
/// use smbcrm_core::shape::{Shaped, least};
///
/// assert_eq!(least(&CreateNote::KIND), serde_json::json!({ "body": "x" }));
/// ```
pub fn least(kind: &Kind) -> Value {
    match kind {
        Kind::Any | Kind::Nothing | Kind::Custom(_) => Value::Null,
        Kind::Bool => json!(true),
        Kind::Integer(_) | Kind::Number(_) => json!(1),
        Kind::Format("date-time") => json!("2026-01-01T09:00:00Z"),
        Kind::Format("date") => json!("2026-01-01"),
        // The only patterns there are want digits.
        Kind::Pattern(_) => json!("1"),
        Kind::Text | Kind::Format(_) => json!("x"),
        Kind::Enum(texts) => json!(texts.first()),
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        Kind::Optional(inner) | Kind::Described(_, inner) => least(inner),
        Kind::Record(shape) => Value::Object(object(shape())),
        Kind::OneOf(kinds) => kinds.first().map_or(Value::Null, least),
        Kind::Tagged(variants) => {
            let Some(variant) = variants.first() else { return Value::Null };
            let mut value = least(&variant.kind);
            value["type"] = json!(variant.name);
            value
        }
    }
}

fn object(shape: &'static RecordShape) -> Map<String, Value> {
    let mut object = Map::new();
    for field in shape.fields {
        match field {
            Field { place: Place::Flat, kind, .. } => {
                if let Value::Object(inner) = least(kind) {
                    object.extend(inner);
                }
            }
            Field { required: true, .. } => drop(object.insert(field.name.to_owned(), least(&field.kind))),
            _ => {}
        }
    }
    object
}
