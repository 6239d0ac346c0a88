//! As much of JSON Schema as the document uses, and stricter in one thing: an object has the keys that its schema
//! declares and no others, unless the schema says `additionalProperties` or declares none at all.

use serde_json::{Map, Value};

/// How far schemas are followed into one another at one place of a value; they end long before.
const MAX_STEPS: usize = 16;

/// What says nothing about which values are right.
const REMARKS: [&str; 7] = ["description", "title", "default", "deprecated", "example", "examples", "format"];

/// The schemas of a document.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a>(&'a Value);

/// Schemas that a value has to fit all at once: those that `$ref` and `allOf` put together.
type Together<'a> = Vec<&'a Map<String, Value>>;

impl<'a> Schemas<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        Self(document)
    }

    /// What a `$ref` leads to; anything else is itself.
    pub(super) fn resolved(self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }

    /// What is wrong with a value, each a line that begins with where.
    pub(super) fn faults(self, schema: &'a Value, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.look(schema, value, "", &mut found);
        found
    }

    fn look(self, schema: &'a Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let attempts = self.ways(schema, 0).into_iter().map(|together| {
            let mut complaints = Vec::new();
            self.fit(&together, value, at, &mut complaints);
            complaints
        });
        // Of several ways to be right, the one that fits from the outside and has the fewest complaints was meant.
        let here = format!("{}: ", place(at));
        let distance = |complaints: &Vec<String>| {
            (complaints.iter().any(|complaint| complaint.starts_with(&here)), complaints.len())
        };
        match attempts.min_by_key(distance) {
            Some(complaints) => found.extend(complaints),
            None => found.push(format!("{here}nothing may stand here")),
        }
    }

    /// Every way to fit a schema: a choice from each `anyOf` and `oneOf`, with everything beside it.
    fn ways(self, schema: &'a Value, steps: usize) -> Vec<Together<'a>> {
        let schema = match schema {
            Value::Object(schema) if steps < MAX_STEPS => schema,
            Value::Bool(false) => return vec![],
            _ => return vec![vec![]],
        };
        let mut ways: Vec<Together<'a>> = vec![vec![schema]];
        let mut add = |more: Vec<Together<'a>>| {
            ways = ways
                .iter()
                .flat_map(|way| more.iter().map(move |more| [&way[..], &more[..]].concat()))
                .collect();
        };
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let found = target.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
            // A reference that leads nowhere can be fitted in no way.
            add(found.map_or_else(Vec::new, |found| self.ways(found, steps + 1)));
        }
        for all in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            add(self.ways(all, steps + 1));
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(either).and_then(Value::as_array) {
                add(options.iter().flat_map(|option| self.ways(option, steps + 1)).collect());
            }
        }
        ways
    }

    fn fit(self, together: &Together<'a>, value: &Value, at: &str, found: &mut Vec<String>) {
        let before = found.len();
        for schema in together {
            for (keyword, says) in *schema {
                if let Some(wrong) = wrong(keyword, says, value) {
                    found.push(format!("{}: {wrong}", place(at)));
                }
            }
            if let Some(wrong) =
                schema.get("format").and_then(Value::as_str).and_then(|format| misformed(format, value))
            {
                found.push(format!("{}: {wrong}", place(at)));
            }
        }
        // What is of another type altogether is one fault, not as many as it has keys.
        if found.len() > before && !value.is_object() {
            return;
        }
        match value {
            Value::Object(object) => self.look_into(together, object, at, found),
            Value::Array(items) => {
                let at = format!("{at}[]");
                for schema in together.iter().filter_map(|schema| schema.get("items")) {
                    items.iter().for_each(|item| self.look(schema, item, &at, found));
                }
            }
            _ => {}
        }
    }

    fn look_into(
        self,
        together: &Together<'a>,
        object: &Map<String, Value>,
        at: &str,
        found: &mut Vec<String>,
    ) {
        for schema in together {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for key in required.filter_map(Value::as_str).filter(|key| !object.contains_key(*key)) {
                found.push(format!("{}: required, and missing", inside(at, key)));
            }
        }
        let declares = |key| together.iter().any(|schema| schema.contains_key(key));
        let is_open = !declares("properties") && !declares("additionalProperties");
        for (key, value) in object {
            let named = together.iter().filter_map(|schema| schema.get("properties")?.get(key));
            let named: Vec<&'a Value> = named.collect();
            // A schema's word about all other keys is about those that it does not name itself.
            let others = together
                .iter()
                .filter(|schema| schema.get("properties").is_none_or(|p| p.get(key).is_none()));
            let others: Vec<&'a Value> =
                others.filter_map(|schema| schema.get("additionalProperties")).collect();
            if named.is_empty() && others.is_empty() && !is_open {
                found.push(format!("{}: not declared", inside(at, key)));
            }
            // Keys that no schema names are somebody's own: they are folded into one place.
            let at = if named.is_empty() { inside(at, "*") } else { inside(at, key) };
            named.into_iter().chain(others).for_each(|schema| self.look(schema, value, &at, found));
        }
    }
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the body" } else { at }
}

fn inside(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// What a value is to JSON Schema.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What one keyword has against a value.
fn wrong(keyword: &str, says: &Value, value: &Value) -> Option<String> {
    let is_of = |known: &Value| known == kind(value) || (known == "number" && kind(value) == "integer");
    let size = || match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(object) => Some(object.len()),
        _ => None,
    };
    let asked = || says.as_f64().unwrap_or(f64::NAN);
    let small = |of: bool| of.then(|| size().is_some_and(|size| (size as f64) < asked()));
    let right = match keyword {
        "type" => says.as_array().map_or_else(|| is_of(says), |kinds| kinds.iter().any(is_of)),
        "enum" => says.as_array().is_some_and(|known| known.contains(value)),
        "const" => says == value,
        "minimum" => value.as_f64().is_none_or(|number| number >= asked()),
        "maximum" => value.as_f64().is_none_or(|number| number <= asked()),
        "minLength" => small(value.is_string()) != Some(true),
        "minItems" => small(value.is_array()) != Some(true),
        "minProperties" => small(value.is_object()) != Some(true),
        "maxLength" => !value.is_string() || size().is_none_or(|size| size as f64 <= asked()),
        // What is in the value is looked at where the value is looked into.
        "$ref"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "properties"
        | "required"
        | "additionalProperties"
        | "items" => true,
        remark => REMARKS.contains(&remark) || remark.starts_with("x-"),
    };
    let shown = || match value {
        Value::Object(_) | Value::Array(_) => kind(value).to_owned(),
        small => small.to_string(),
    };
    (!right).then(|| format!("{} is not {keyword} {says}", shown()))
}

/// What a format has against a value.
fn misformed(format: &str, value: &Value) -> Option<String> {
    let whole = |least: i128, most: i128| {
        let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
        number.is_none_or(|number| (least..=most).contains(&number))
    };
    let right = match (format, value) {
        ("uint16", _) => whole(0, u16::MAX.into()),
        ("uint32", _) => whole(0, u32::MAX.into()),
        ("uint64", _) => whole(0, u64::MAX.into()),
        ("int32", _) => whole(i32::MIN.into(), i32::MAX.into()),
        ("int64", _) => whole(i64::MIN.into(), i64::MAX.into()),
        ("double", _) => true,
        ("date-time", Value::String(text)) => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        ("date", Value::String(text)) => text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok(),
        ("uuid", Value::String(text)) => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
        ("date-time" | "date" | "uuid", _) => true, // no text: its type is another keyword's
        _ => false,
    };
    (!right).then(|| format!("{value} has not the format {format}"))
}
