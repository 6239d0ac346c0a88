//! How a filter looks: by hand, as the tree is recursive and the value depends on the operator.

use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::{MAX_TEXT_LEN, parse};
use crate::shape::{Custom, Kind};

static FILTER: Custom = Custom {
    name: "Filter",
    schema,
    check: |filters| {
        let errors = parse(filters).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.status(), error.message)).collect()
    },
};

crate::serde_shape!(Filter: Kind::Custom(&FILTER), Self::All(Vec::new()));

fn schema() -> Value {
    let filter = json!({ "$ref": "#/Filter" });
    let scalar = json!({ "type": ["string", "number", "boolean"] });
    let scalars = json!({ "anyOf": [scalar, { "type": "array", "items": scalar, "minItems": 1 }] });
    let limit = json!({
        "type": ["number", "string"],
        "description": "A number, an ISO 8601 date or milliseconds since 1970."
    });
    let leaf = |description: &str, operators: &[&str], value: Option<Value>| {
        let mut properties = Map::new();
        properties.insert(
            "field".to_owned(),
            json!({
                "type": "string",
                "minLength": 1,
                "description": "The field's name; a custom field as customFields.<id> (contacts) or custom_fields.<id> (opportunities)."
            }),
        );
        properties.insert("operator".to_owned(), json!({ "enum": operators }));
        let mut required = vec!["field", "operator"];
        if let Some(value) = value {
            properties.insert("value".to_owned(), value);
            required.push("value");
        }
        json!({
            "type": "object",
            "description": description,
            "properties": properties,
            "required": required,
            "additionalProperties": false
        })
    };
    let nested = json!({
        "type": "array",
        "minItems": 1,
        "items": leaf("A test of one record.", &["eq"], Some(scalars.clone()))
    });
    let text = json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT_LEN });
    let range = json!({
        "type": "object",
        "minProperties": 1,
        "properties": { "gt": limit, "gte": limit, "lt": limit, "lte": limit },
        "additionalProperties": false
    });
    json!({
        "description": "A test of one field, or a group of filters joined with AND or OR.",
        "anyOf": [
            leaf("Equal to the value or any of an array, or to none.", &["eq", "not_eq"], Some(scalars)),
            leaf("Contains the text or not, case ignored.", &["contains", "not_contains"], Some(text)),
            leaf("Has a value or not.", &["exists", "not_exists"], None),
            leaf("Lies within the limits.", &["range"], Some(range)),
            leaf("One of the field's records passes all the tests.", &["nested"], Some(nested)),
            {
                "type": "object",
                "description": "A group of filters.",
                "properties": {
                    "group": { "enum": ["AND", "OR"] },
                    "filters": { "type": "array", "items": filter, "minItems": 1 }
                },
                "required": ["group", "filters"],
                "additionalProperties": false
            }
        ]
    })
}
