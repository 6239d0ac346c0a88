//! One flat JSON Schema from the three places that an operation's input stands in.

use serde_json::{Map, Value, json};

use crate::operation::{BodyKind, Operation, Place, plain};
use crate::shape::Kind;
use crate::shape::schema::Schemas;

/// What a tool takes.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) schema: Map<String, Value>,
    /// The argument that names the sub-account.
    pub(super) location: Option<String>,
}

impl Input {
    pub(super) fn of(operation: &'static Operation) -> Self {
        // Many assistants cannot follow references. What refers to itself still needs one.
        let mut schemas = Schemas::inline();
        let location = match operation.place {
            Place::Path(name) => Some(format!("path_{name}")),
            Place::Query(name) => Some(format!("query_{name}")),
            Place::Body(name) => Some(format!("body_{name}")),
            _ => None,
        };
        let mut properties = Map::new();
        let mut required = Vec::new();
        for name in operation.params {
            let argument = format!("path_{name}");
            properties.insert(argument.clone(), json!({ "type": "string", "minLength": 1 }));
            required.push(argument);
        }
        let mut take = |prefix: &str, schema: &Value| {
            let asked = schema.get("required").and_then(Value::as_array);
            for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let argument = format!("{prefix}_{name}");
                // The sub-account may come with the connection.
                if asked.is_some_and(|asked| asked.iter().any(|one| one == name))
                    && location.as_ref() != Some(&argument)
                {
                    required.push(argument.clone());
                }
                let mut property = property.clone();
                if prefix == "query" {
                    drop_null(&mut property);
                }
                properties.insert(argument, property);
            }
        };
        if operation.takes_query {
            take("query", &written_out(&operation.schemas.query, &mut schemas));
        }
        if matches!(operation.body, BodyKind::Json | BodyKind::Form) {
            let body = written_out(&operation.schemas.body, &mut schemas);
            if !is_plain_object(&body) {
                // Then it is one argument.
                properties.insert("body".to_owned(), body);
                required.push("body".to_owned());
            } else {
                take("body", &body);
            }
        }
        if let Some(property) = location.as_ref().and_then(|location| properties.get_mut(location)) {
            property["description"] =
                json!("The sub-account's id. Taken from the connection's `locationId` where it is left out.");
        }
        let definitions = schemas.into_found();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("additionalProperties".to_owned(), json!(false));
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        polish(&mut schema);
        Self { schema, location }
    }

    /// The arguments' names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
    }

    pub(super) fn takes(&self, argument: &str) -> bool {
        self.names().any(|name| name == argument)
    }
}

/// A record as an object even where it refers to itself.
fn written_out(kind: &Kind, schemas: &mut Schemas) -> Value {
    match kind {
        Kind::Record(shape) => schemas.object(shape()),
        kind => schemas.of(kind),
    }
}

fn is_plain_object(schema: &Value) -> bool {
    ["oneOf", "anyOf", "allOf"].iter().all(|key| schema.get(key).is_none())
        && schema.get("properties").is_some_and(Value::is_object)
}

/// A query leaves out what it does not ask for; it cannot say null.
fn drop_null(schema: &mut Value) {
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|one| !one.is_null());
    }
    if let Some(types) = schema.get_mut("type").filter(|types| types.is_array()) {
        let all = types.as_array().into_iter().flatten();
        let mut kept: Vec<Value> = all.filter(|one| **one != "null").cloned().collect();
        *types = if kept.len() == 1 { kept.remove(0) } else { Value::Array(kept) };
    }
}

/// Takes Rust's words out: links in the descriptions, widths of numbers.
fn polish(schema: &mut Map<String, Value>) {
    let is_width = |format: &Value| {
        let format = format.as_str().unwrap_or_default();
        ["int", "uint", "float", "double"].iter().any(|width| format.starts_with(width))
    };
    if schema.get("format").is_some_and(is_width) {
        schema.remove("format");
    }
    for (name, value) in schema.iter_mut() {
        match value {
            Value::String(text) if name == "description" => *text = plain(text),
            Value::Object(inner) => polish(inner),
            Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(polish),
            _ => {}
        }
    }
}
