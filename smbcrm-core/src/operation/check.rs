//! The strict input check: what an operation does not declare, it refuses.
//!
//! The wire refuses undeclared properties, lists all violations in one answer and words them as class-validator
//! does (behaviour c.6). The check is derived from each operation's JSON Schema, so no operation says anything
//! about it.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Arguments, BodyKind, Operation, Payload};
use crate::error::{Error, Result};

/// How deep an input may nest before the check stops looking (the reader's own limit is 128).
const MAX_DEPTH: usize = 100;

/// The compiled check of one operation's query and body. Build it once, use it for every call.
#[derive(Debug)]
pub struct Checker {
    operation: &'static Operation,
    pub(super) query: Option<Shape>,
    pub(super) body: Option<Shape>,
    definitions: BTreeMap<String, Shape>,
}

impl Checker {
    /// Compiles the operation's schemas.
    pub fn new(operation: &'static Operation) -> Self {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        let query = (operation.schemas.query)(&mut generator).to_value();
        let body = (operation.schemas.body)(&mut generator).to_value();
        let definitions = generator
            .take_definitions(true)
            .iter()
            .map(|(name, schema)| (name.clone(), Shape::read(schema)))
            .collect();
        Self {
            operation,
            query: Some(Shape::read(&query)),
            body: (operation.body == BodyKind::Json || operation.body == BodyKind::Form)
                .then(|| Shape::read(&body)),
            definitions,
        }
    }

    /// Checks a call's query and body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] (422) with every violation, undeclared properties first.
    pub fn check(&self, arguments: &Arguments) -> Result<()> {
        let mut found = Violations::default();
        if let Some(shape) = &self.query {
            self.check_query(shape, &arguments.query, &mut found);
        }
        match (&self.body, &arguments.payload) {
            (Some(shape), Payload::Json(value)) => self.walk(shape, value, "", 0, &mut found),
            (Some(shape), Payload::Empty) => self.walk(shape, &Value::Object(Map::new()), "", 0, &mut found),
            (None, Payload::Json(Value::Object(body))) if self.operation.body == BodyKind::None => {
                found.undeclared.extend(body.keys().map(|key| undeclared(key)));
            }
            _ => {}
        }
        found.into_result(self.operation)
    }

    fn check_query(&self, shape: &Shape, pairs: &[(String, String)], found: &mut Violations) {
        let empty = Vec::new();
        let properties = match self.resolve(shape) {
            Shape::Object { properties, .. } => properties,
            _ => &empty,
        };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in pairs {
            let name = name.strip_suffix("[]").unwrap_or(name);
            let Some(property) = properties.iter().find(|property| property.name == name) else {
                found.undeclared.push(undeclared(name));
                continue;
            };
            seen.push(name);
            let typed = self.coerce(&property.shape, value);
            self.walk(&property.shape, &typed, name, 0, found);
        }
        for property in
            properties.iter().filter(|property| property.required && !seen.contains(&property.name.as_str()))
        {
            self.missing(&property.shape, &property.name, found);
        }
    }

    /// A query's text as the JSON value that the property asks for; left as text where it does not fit.
    fn coerce(&self, shape: &Shape, text: &str) -> Value {
        match self.resolve(shape) {
            Shape::Number | Shape::Integer | Shape::Signed => {
                let text = text.trim();
                let whole = text.parse::<i64>().ok().map(Value::from);
                let number = || text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from);
                whole.or_else(number).unwrap_or_else(|| json!(text))
            }
            Shape::Bool => match text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => json!(text),
            },
            Shape::Array { items, .. } => Value::Array(vec![self.coerce(items, text)]),
            Shape::Nullable(inner) => self.coerce(inner, text),
            _ => json!(text),
        }
    }

    pub(super) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        let mut shape = shape;
        for _ in 0..8 {
            match shape {
                Shape::Reference(name) => match self.definitions.get(name) {
                    Some(found) => shape = found,
                    None => return &Shape::Any,
                },
                other => return other,
            }
        }
        &Shape::Any
    }

    fn walk(&self, shape: &Shape, value: &Value, path: &str, depth: usize, found: &mut Violations) {
        if depth > MAX_DEPTH {
            return;
        }
        let name = if path.is_empty() { "body" } else { path };
        match self.resolve(shape) {
            Shape::Any | Shape::Reference(_) => {}
            Shape::Nullable(inner) => {
                if !value.is_null() {
                    self.walk(inner, value, path, depth + 1, found);
                }
            }
            Shape::Text { allowed } => match value.as_str() {
                None => {
                    if !allowed.is_empty() {
                        found.wrong.push(format!("{name} must be a valid enum value"));
                    }
                    found.wrong.push(format!("{name} must be a string"));
                }
                Some(text) if !allowed.is_empty() && !allowed.iter().any(|known| known == text) => {
                    found.wrong.push(format!("{name} must be a valid enum value"));
                }
                Some(_) => {}
            },
            Shape::Number => {
                if !value.is_number() {
                    found
                        .wrong
                        .push(format!("{name} must be a number conforming to the specified constraints"));
                }
            }
            Shape::Integer => {
                if !(value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)) {
                    found.wrong.push(format!("{name} must be an integer number"));
                } else if value.as_f64().is_some_and(|n| n < 0.0) {
                    found.wrong.push(format!("{name} must not be less than 0"));
                }
            }
            Shape::Signed => {
                if !(value.is_i64() || value.is_u64()) {
                    found.wrong.push(format!("{name} must be an integer number"));
                }
            }
            Shape::Bool => {
                if !value.is_boolean() {
                    found.wrong.push(format!("{name} must be a boolean"));
                }
            }
            Shape::Array { items } => match value.as_array() {
                None => found.wrong.push(format!("{name} must be an array")),
                Some(values) => {
                    for (at, value) in values.iter().enumerate() {
                        self.walk(items, value, &join(path, &at.to_string()), depth + 1, found);
                    }
                }
            },
            Shape::Object { properties, open } => match value.as_object() {
                None => found.wrong.push(format!("{name} must be an object")),
                Some(object) => {
                    if !open {
                        for key in object.keys().filter(|key| !properties.iter().any(|p| p.name == **key)) {
                            found.undeclared.push(undeclared(&join(path, key)));
                        }
                    }
                    for property in properties {
                        let at = join(path, &property.name);
                        match object.get(&property.name) {
                            Some(value) => self.walk(&property.shape, value, &at, depth + 1, found),
                            None if property.required => self.missing(&property.shape, &at, found),
                            None => {}
                        }
                    }
                }
            },
            // The grammar's own reader complains better than its schema could.
            Shape::Filters => {
                for error in crate::search::parse(value).err().unwrap_or_default() {
                    let list = if error.status() == 422 { &mut found.wrong } else { &mut found.senseless };
                    list.push(error.message);
                }
            }
            Shape::OneOf(shapes) => {
                // The shape with the fewest complaints is the one that was meant.
                let mut best: Option<Violations> = None;
                for shape in shapes {
                    let mut attempt = Violations::default();
                    self.walk(shape, value, path, depth + 1, &mut attempt);
                    if best.as_ref().is_none_or(|best| attempt.len() < best.len()) {
                        best = Some(attempt);
                    }
                }
                if let Some(best) = best {
                    found.undeclared.extend(best.undeclared);
                    found.wrong.extend(best.wrong);
                    found.senseless.extend(best.senseless);
                }
            }
        }
    }

    fn missing(&self, shape: &Shape, name: &str, found: &mut Violations) {
        match self.resolve(shape) {
            Shape::Text { allowed } if allowed.is_empty() => {
                found.wrong.push(format!("{name} should not be empty"));
                found.wrong.push(format!("{name} must be a string"));
            }
            Shape::Any => found.wrong.push(format!("{name} should not be empty")),
            _ => self.walk(shape, &Value::Null, name, 0, found),
        }
    }
}

/// Checks a call once; a server keeps a [`Checker`] instead.
///
/// # Errors
/// As [`Checker::check`].
pub fn check(operation: &'static Operation, arguments: &Arguments) -> Result<()> {
    Checker::new(operation).check(arguments)
}

fn undeclared(path: &str) -> String {
    format!("property {path} should not exist")
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[derive(Default)]
struct Violations {
    undeclared: Vec<String>,
    wrong: Vec<String>,
    /// Well-formed, but without meaning: answered with 400 rather than 422.
    senseless: Vec<String>,
}

impl Violations {
    fn len(&self) -> usize {
        self.undeclared.len() + self.wrong.len() + self.senseless.len()
    }

    fn into_result(mut self, operation: &'static Operation) -> Result<()> {
        if self.len() == 0 {
            return Ok(());
        }
        self.undeclared.append(&mut self.wrong);
        if self.undeclared.is_empty() {
            let message = self.senseless.join(", ");
            let body = json!({ "message": message, "error": "Bad Request", "statusCode": 400 });
            return Err(Error::from_wire(Some(operation), 400, body));
        }
        self.undeclared.append(&mut self.senseless);
        let body = json!({ "message": self.undeclared, "error": "Unprocessable Entity", "statusCode": 422 });
        Err(Error::from_wire(Some(operation), 422, body))
    }
}

/// A schema boiled down to what the check asks.
#[derive(Debug)]
pub(super) enum Shape {
    Any,
    Text { allowed: Vec<String> },
    Number,
    Integer,
    Signed,
    Bool,
    Array { items: Box<Shape> },
    Filters,
    Object { properties: Vec<Property>, open: bool },
    Nullable(Box<Shape>),
    OneOf(Vec<Shape>),
    Reference(String),
}

#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) shape: Shape,
    required: bool,
}

/// Whether a schema is the filter grammar's.
fn is_filter(schema: &Value) -> bool {
    schema.get("$ref").and_then(Value::as_str).is_some_and(|target| target.ends_with("/Filter"))
}

impl Shape {
    fn read(schema: &Value) -> Self {
        let Value::Object(schema) = schema else { return Self::Any };
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return Self::Reference(target.rsplit('/').next().unwrap_or_default().to_owned());
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(options)) = schema.get(key) {
                return Self::options(options);
            }
        }
        if let Some(Value::Array(all)) = schema.get("allOf")
            && let [only] = all.as_slice()
        {
            return Self::read(only);
        }
        if let Some(word) = schema.get("const").and_then(Value::as_str) {
            return Self::Text { allowed: vec![word.to_owned()] };
        }
        match schema.get("type") {
            Some(Value::String(kind)) => Self::typed(kind, schema),
            Some(Value::Array(kinds)) => {
                let nullable = kinds.iter().any(|kind| kind == "null");
                let mut shapes: Vec<_> = kinds
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|kind| *kind != "null")
                    .map(|kind| Self::typed(kind, schema))
                    .collect();
                let shape = if shapes.len() == 1 { shapes.remove(0) } else { Self::OneOf(shapes) };
                if nullable { Self::Nullable(Box::new(shape)) } else { shape }
            }
            _ => Self::Any,
        }
    }

    fn options(options: &[Value]) -> Self {
        let is_null = |option: &&Value| option.get("type").is_some_and(|kind| kind == "null");
        let nullable = options.iter().any(|option| is_null(&option));
        let mut shapes: Vec<_> = options.iter().filter(|option| !is_null(option)).map(Self::read).collect();
        // An enum of constants is one list of allowed texts.
        if shapes.len() > 1
            && shapes.iter().all(|shape| matches!(shape, Self::Text { allowed } if !allowed.is_empty()))
        {
            let allowed =
                shapes.drain(..).flat_map(|s| if let Self::Text { allowed } = s { allowed } else { vec![] });
            shapes = vec![Self::Text { allowed: allowed.collect() }];
        }
        let shape = if shapes.len() == 1 { shapes.remove(0) } else { Self::OneOf(shapes) };
        if nullable { Self::Nullable(Box::new(shape)) } else { shape }
    }

    fn typed(kind: &str, schema: &Map<String, Value>) -> Self {
        match kind {
            "string" => {
                let allowed = schema.get("enum").and_then(Value::as_array).map_or_else(Vec::new, |texts| {
                    texts.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                });
                Self::Text { allowed }
            }
            "number" => Self::Number,
            "integer" if schema.get("minimum").is_some() => Self::Integer,
            "integer" => Self::Signed,
            "boolean" => Self::Bool,
            "array" if schema.get("items").is_some_and(is_filter) => Self::Filters,
            "array" => Self::Array { items: Box::new(schema.get("items").map_or(Self::Any, Self::read)) },
            "object" => {
                let required = schema.get("required").and_then(Value::as_array);
                let properties: Vec<_> = schema
                    .get("properties")
                    .and_then(Value::as_object)
                    .map(|properties| {
                        properties
                            .iter()
                            .map(|(name, schema)| Property {
                                name: name.clone(),
                                shape: Self::read(schema),
                                required: required.is_some_and(|r| r.iter().any(|known| known == name)),
                            })
                            .collect()
                    })
                    .unwrap_or_default();
                let open = match schema.get("additionalProperties") {
                    Some(Value::Bool(open)) => *open,
                    Some(_) => true,
                    None => {
                        properties.is_empty()
                            && schema.get("properties").is_none()
                            && schema.get("title").is_none()
                    }
                };
                Self::Object { properties, open }
            }
            _ => Self::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::operations as contacts;

    fn refusal(operation: &'static Operation, body: Value) -> (u16, Vec<String>) {
        let arguments = Arguments::new(Vec::new(), Vec::new(), Payload::Json(body));
        let error = Checker::new(operation).check(&arguments).unwrap_err();
        (error.status().unwrap(), error.messages().to_vec())
    }

    #[test]
    fn every_violation_is_listed_in_one_answer() {
        let (status, messages) = refusal(&contacts::CREATE_TASK, json!({ "dueDate": 5, "description": "x" }));
        assert_eq!(status, 422);
        assert_eq!(
            messages,
            [
                "property description should not exist",
                "title should not be empty",
                "title must be a string",
                "dueDate must be a string",
                "completed must be a boolean",
            ]
        );
    }

    #[test]
    fn numbers_of_a_query_come_as_text() {
        let ask = |name: &str, value: &str| {
            let query =
                [("locationId", "L"), (name, value)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            Checker::new(&contacts::LIST).check(&Arguments::new(Vec::new(), query.into(), Payload::Empty))
        };
        for (name, value) in [("startAfter", "1603870249758"), ("startAfter", "-1"), ("limit", "20")] {
            assert!(ask(name, value).is_ok(), "{name}={value}");
        }
        for (name, value) in [("startAfter", "soon"), ("limit", "-1"), ("limit", "1.5")] {
            assert_eq!(ask(name, value).unwrap_err().status(), Some(422), "{name}={value}");
        }
    }

    #[test]
    fn filters_are_read_by_their_own_grammar() {
        let search = |filters: Value| json!({ "locationId": "L", "pageLimit": 1, "filters": filters });
        let (status, messages) =
            refusal(&contacts::SEARCH, search(json!([{ "field": "x", "operator": "like", "value": 1 }])));
        assert_eq!((status, messages[0].as_str()), (400, "Invalid operator like for field x"));
        let (status, messages) =
            refusal(&contacts::SEARCH, search(json!([{ "group": "XOR", "filters": [] }])));
        assert_eq!(status, 422, "{messages:?}");
    }
}
