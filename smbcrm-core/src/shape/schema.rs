//! JSON Schemas from shapes.

use serde_json::{Map, Value, json};

use super::{Custom, Field, Integer, Kind, Place, RecordShape, Unknown, Variant};

/// Makes schemas, and collects those that have names.
#[derive(Debug)]
pub struct Schemas {
    /// What a reference begins with: `#/components/schemas/`.
    prefix: &'static str,
    /// Whether records are written out where they stand; what refers to itself is collected all the same.
    inline: bool,
    /// The collected schemas, by name.
    found: Map<String, Value>,
    /// Which table has which name. Two types of one name become `Name` and `Name2`.
    names: Vec<(&'static RecordShape, String)>,
    /// The records that are being written out.
    open: Vec<&'static RecordShape>,
    /// The records among them that refer to themselves.
    recursive: Vec<&'static RecordShape>,
}

impl Schemas {
    /// Schemas that refer to named ones below `prefix`.
    pub fn new(prefix: &'static str) -> Self {
        let (found, names, open, recursive) = (Map::new(), Vec::new(), Vec::new(), Vec::new());
        Self { prefix, inline: false, found, names, open, recursive }
    }

    /// Schemas that are written out in full; only what refers to itself is referred to, below `#/$defs/`.
    pub fn inline() -> Self {
        Self { inline: true, ..Self::new("#/$defs/") }
    }

    /// The schemas collected so far, by name.
    pub fn found(&self) -> &Map<String, Value> {
        &self.found
    }

    /// The collected schemas, by name.
    pub fn into_found(self) -> Map<String, Value> {
        self.found
    }

    /// A kind's schema.
    pub fn of(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Any => json!({}),
            Kind::Nothing => json!({ "type": "null" }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Integer(size) => integer(size),
            Kind::Number("") => json!({ "type": "number" }),
            Kind::Number(format) => json!({ "type": "number", "format": format }),
            Kind::Text => json!({ "type": "string" }),
            Kind::Format(format) => json!({ "type": "string", "format": format }),
            Kind::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Kind::Enum(texts) => json!({ "type": "string", "enum": texts }),
            Kind::List(item) => json!({ "type": "array", "items": self.of(item) }),
            Kind::Map(Kind::Any) => json!({ "type": "object", "additionalProperties": true }),
            Kind::Map(value) => json!({ "type": "object", "additionalProperties": self.of(value) }),
            Kind::Optional(inner) => nullable(self.of(inner)),
            Kind::Record(shape) => self.record(shape()),
            Kind::OneOf(kinds) => one_of(&kinds.iter().map(|kind| self.of(kind)).collect::<Vec<_>>()),
            Kind::Tagged(variants) => {
                json!({ "oneOf": variants.iter().map(|variant| self.variant(variant)).collect::<Vec<_>>() })
            }
            Kind::Custom(custom) => self.custom(custom),
            Kind::Described(text, inner) => {
                let mut schema = self.of(inner);
                schema["description"] = json!(text);
                schema
            }
        }
    }

    /// A record's properties and the names of those that are required.
    pub fn properties(&mut self, shape: &'static RecordShape) -> (Map<String, Value>, Vec<&'static str>) {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for field in shape.fields {
            match (field.place, field.kind) {
                (Place::Unlisted, _) => {}
                (Place::Flat, Kind::Record(inner)) => {
                    let (inner, needed) = self.properties(inner());
                    properties.extend(inner);
                    required.extend(needed);
                }
                (Place::Flat, _) => {}
                (Place::Own, _) => {
                    properties.insert(field.name.to_owned(), self.property(shape, field));
                    if field.required {
                        required.push(field.name);
                    }
                }
            }
        }
        (properties, required)
    }

    fn property(&mut self, shape: &RecordShape, field: &Field) -> Value {
        let mut schema = self.of(&field.kind);
        if !field.doc.is_empty() {
            schema["description"] = json!(field.doc);
        }
        // What an answer leaves out reads as blank.
        if let Some(default) = Some(field).filter(|_| shape.lenient).and_then(|field| blank(&field.kind)) {
            schema["default"] = default;
        }
        schema
    }

    /// A record's schema, written out.
    pub fn object(&mut self, shape: &'static RecordShape) -> Value {
        let (properties, required) = self.properties(shape);
        let flat = shape.fields.iter().find(|field| field.place == Place::Flat);
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if !shape.doc.is_empty() {
            schema["description"] = json!(shape.doc);
        }
        if shape.open || shape.unknown == Unknown::Refused {
            schema["additionalProperties"] = json!(shape.open);
        }
        // The fields of one of several objects stand beside the record's own.
        if let Some(Field { kind: Kind::Tagged(variants), .. }) = flat {
            let of = variants.iter().map(|variant| self.variant(variant)).collect::<Vec<_>>();
            schema["oneOf"] = json!(of);
        }
        schema
    }

    fn record(&mut self, shape: &'static RecordShape) -> Value {
        let known =
            self.names.iter().find(|(known, _)| std::ptr::eq(*known, shape)).map(|(_, name)| name.clone());
        let name = known.clone().unwrap_or_else(|| self.name(shape.name));
        if known.is_none() {
            self.names.push((shape, name.clone()));
        }
        let reference = json!({ "$ref": format!("{}{name}", self.prefix) });
        if self.open.iter().any(|open| std::ptr::eq(*open, shape)) {
            self.recursive.push(shape);
            return reference;
        }
        if !self.inline {
            if known.is_none() {
                // A name is taken before the fields are looked at: they may lead back here.
                self.found.insert(name.clone(), Value::Null);
                let schema = self.object(shape);
                self.found.insert(name, schema);
            }
            return reference;
        }
        self.open.push(shape);
        let schema = self.object(shape);
        self.open.pop();
        if self.recursive.iter().any(|one| std::ptr::eq(*one, shape)) {
            self.found.insert(name, schema.clone());
        }
        schema
    }

    fn name(&self, wanted: &str) -> String {
        let taken =
            |name: &str| self.names.iter().any(|(_, known)| known == name) || self.found.contains_key(name);
        let more = (2..).map(|number| format!("{wanted}{number}"));
        std::iter::once(wanted.to_owned()).chain(more).find(|name| !taken(name)).unwrap_or_default()
    }

    fn variant(&mut self, variant: &Variant) -> Value {
        let mut schema = match variant.kind {
            Kind::Record(shape) => self.object(shape()),
            _ => json!({ "type": "object" }),
        };
        let own = json!({ "type": "string", "const": variant.name });
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("type".to_owned(), own);
        } else {
            schema["properties"] = json!({ "type": own });
        }
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        schema["required"] = std::iter::once(json!("type")).chain(required).collect();
        if !variant.doc.is_empty() {
            schema["description"] = json!(variant.doc);
        }
        schema
    }

    fn custom(&mut self, custom: &Custom) -> Value {
        if custom.name.is_empty() {
            return (custom.schema)();
        }
        if !self.found.contains_key(custom.name) {
            let text = (custom.schema)().to_string().replace("#/", self.prefix);
            self.found.insert(custom.name.to_owned(), serde_json::from_str(&text).unwrap_or_default());
        }
        json!({ "$ref": format!("{}{}", self.prefix, custom.name) })
    }
}

fn integer(size: &Integer) -> Value {
    let mut schema = json!({ "type": "integer" });
    if !size.format.is_empty() {
        schema["format"] = json!(size.format);
    }
    if !size.signed {
        schema["minimum"] = json!(0);
    }
    if let Some(maximum) = size.maximum {
        schema["maximum"] = json!(maximum);
    }
    schema
}

fn nullable(mut schema: Value) -> Value {
    if schema.as_object().is_some_and(Map::is_empty) {
        return schema;
    }
    match schema.get_mut("type") {
        Some(Value::Array(types)) => types.push(json!("null")),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => return json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    if let Some(Value::Array(texts)) = schema.get_mut("enum") {
        texts.push(Value::Null);
    }
    schema
}

fn one_of(schemas: &[Value]) -> Value {
    let plain = |schema: &Value| match schema.as_object() {
        Some(object) if object.len() == 1 => object.get("type").filter(|kind| kind.is_string()).cloned(),
        _ => None,
    };
    match schemas.iter().map(plain).collect::<Option<Vec<_>>>() {
        Some(types) => json!({ "type": types }),
        None => json!({ "anyOf": schemas }),
    }
}

/// What stands for a value that an answer leaves out; `None` where nothing does.
fn blank(kind: &Kind) -> Option<Value> {
    Some(match kind {
        Kind::Bool => json!(false),
        Kind::Integer(_) => json!(0),
        Kind::Number("") => json!(0),
        Kind::Number(_) => json!(0.0),
        Kind::Text => json!(""),
        Kind::Format("date-time") => json!("1970-01-01T00:00:00.000Z"),
        Kind::Enum(texts) => json!(texts.first()?),
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        Kind::Record(shape) => {
            let fields = shape().fields.iter().filter(|field| field.place == Place::Own);
            fields
                .filter_map(|field| Some((field.name.to_owned(), blank(&field.kind)?)))
                .collect::<Map<_, _>>()
                .into()
        }
        Kind::Described(_, inner) => return blank(inner),
        _ => return None,
    })
}
