//! The JSON Schema of a filter, by hand: the tree is recursive and the value depends on the operator.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::MAX_TEXT_LEN;
use super::filter::Filter;

impl JsonSchema for Filter {
    fn schema_name() -> Cow<'static, str> {
        "Filter".into()
    }

    fn schema_id() -> Cow<'static, str> {
        concat!(module_path!(), "::Filter").into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let filter = generator.subschema_for::<Self>();
        let scalar = json_schema!({ "type": ["string", "number", "boolean"] });
        let scalars =
            json_schema!({ "anyOf": [scalar, { "type": "array", "items": scalar, "minItems": 1 }] });
        let limit = json_schema!({
            "type": ["number", "string"],
            "description": "A number, an ISO 8601 date or milliseconds since 1970."
        });
        let leaf = |description: &str, operators: &[&str], value: Option<Schema>| {
            let mut properties = serde_json::Map::new();
            properties.insert(
                "field".to_owned(),
                serde_json::json!({
                    "type": "string",
                    "minLength": 1,
                    "description": "The field's name; a custom field as customFields.<id> (contacts) or custom_fields.<id> (opportunities)."
                }),
            );
            properties.insert("operator".to_owned(), serde_json::json!({ "enum": operators }));
            let mut required = vec!["field", "operator"];
            if let Some(value) = value {
                properties.insert("value".to_owned(), value.into());
                required.push("value");
            }
            json_schema!({
                "type": "object",
                "description": description,
                "properties": properties,
                "required": required,
                "additionalProperties": false
            })
        };
        let nested = json_schema!({
            "type": "array",
            "minItems": 1,
            "items": leaf("A test of one record.", &["eq"], Some(scalars.clone()))
        });
        let text = json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT_LEN });
        let range = json_schema!({
            "type": "object",
            "minProperties": 1,
            "properties": { "gt": limit, "gte": limit, "lt": limit, "lte": limit },
            "additionalProperties": false
        });
        json_schema!({
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
}
