//! The strict input check: what an operation does not declare, it refuses.
//!
//! The wire refuses undeclared properties, lists all violations in one answer and words them as class-validator
//! does (behaviour c.6). The check follows from the shapes of each operation's input, so no operation says anything
//! about it.

use serde_json::{Map, Value, json};

use super::{Arguments, BodyKind, Operation, Payload};
use crate::error::{Error, Result};
use crate::shape::{Field, Kind, Place, RecordShape};

/// How deep an input may nest before the check stops looking (the reader's own limit is 128).
const MAX_DEPTH: usize = 100;

/// The check of one operation's query and body, by their shapes.
#[derive(Debug, Clone, Copy)]
pub struct Checker {
    operation: &'static Operation,
}

impl Checker {
    /// The operation's check.
    pub fn new(operation: &'static Operation) -> Self {
        Self { operation }
    }

    /// What the query looks like; nothing where there is none.
    pub(super) fn query(&self) -> &'static Kind {
        &self.operation.schemas.query
    }

    /// What the body looks like, where it is JSON or a form.
    pub(super) fn body(&self) -> Option<&'static Kind> {
        let json = matches!(self.operation.body, BodyKind::Json | BodyKind::Form);
        json.then_some(&self.operation.schemas.body)
    }

    /// Checks a call's query and body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] (422) with every violation, undeclared properties first.
    pub fn check(&self, arguments: &Arguments) -> Result<()> {
        let mut found = Violations::default();
        check_query(self.query(), &arguments.query, &mut found);
        match (self.body(), &arguments.payload) {
            (Some(kind), Payload::Json(value)) => walk(kind, value, "", 0, &mut found),
            (Some(kind), Payload::Empty) => walk(kind, &Value::Object(Map::new()), "", 0, &mut found),
            (None, Payload::Json(Value::Object(body))) if self.operation.body == BodyKind::None => {
                found.undeclared.extend(body.keys().map(|key| undeclared(key)));
            }
            _ => {}
        }
        found.into_result(self.operation)
    }
}

/// The fields of a record as an input may name them, those of flattened fields among them.
pub(super) fn listed(shape: &'static RecordShape) -> Box<dyn Iterator<Item = &'static Field>> {
    Box::new(shape.fields.iter().flat_map(|field| match (field.place, field.kind) {
        (Place::Own, _) => Box::new(std::iter::once(field)) as Box<dyn Iterator<Item = _>>,
        (Place::Flat, Kind::Record(inner)) => listed(inner()),
        _ => Box::new(std::iter::empty()),
    }))
}

fn check_query(kind: &'static Kind, pairs: &[(String, String)], found: &mut Violations) {
    let fields = || match kind {
        Kind::Record(shape) => listed(shape()),
        _ => Box::new(std::iter::empty()),
    };
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in pairs {
        let name = name.strip_suffix("[]").unwrap_or(name);
        let Some(field) = fields().find(|field| field.name == name) else {
            found.undeclared.push(undeclared(name));
            continue;
        };
        seen.push(name);
        walk(&field.kind, &coerce(&field.kind, value), name, 0, found);
    }
    for field in fields().filter(|field| field.required && !seen.contains(&field.name)) {
        missing(&field.kind, field.name, found);
    }
}

/// A query's text as the JSON value that the property asks for; left as text where it does not fit.
fn coerce(kind: &Kind, text: &str) -> Value {
    match kind {
        Kind::Number(_) | Kind::Integer(_) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Value::from);
            let number = || text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from);
            whole.or_else(number).unwrap_or_else(|| json!(text))
        }
        Kind::Bool => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => json!(text),
        },
        Kind::List(item) => Value::Array(vec![coerce(item, text)]),
        Kind::Optional(inner) | Kind::Described(_, inner) => coerce(inner, text),
        _ => json!(text),
    }
}

fn walk(kind: &Kind, value: &Value, path: &str, depth: usize, found: &mut Violations) {
    if depth > MAX_DEPTH {
        return;
    }
    let name = if path.is_empty() { "body" } else { path };
    let mut wrong = |what: &str| found.wrong.push(format!("{name} {what}"));
    match kind {
        Kind::Any | Kind::Nothing => {}
        Kind::Optional(inner) => {
            if !value.is_null() {
                walk(inner, value, path, depth + 1, found);
            }
        }
        Kind::Described(_, inner) => walk(inner, value, path, depth + 1, found),
        Kind::Text | Kind::Format(_) | Kind::Pattern(_) => {
            if !value.is_string() {
                wrong("must be a string");
            }
        }
        Kind::Enum(allowed) => match value.as_str() {
            None => {
                wrong("must be a valid enum value");
                wrong("must be a string");
            }
            Some(text) if !allowed.contains(&text) => wrong("must be a valid enum value"),
            Some(_) => {}
        },
        Kind::Number(_) => {
            if !value.is_number() {
                wrong("must be a number conforming to the specified constraints");
            }
        }
        Kind::Integer(size) if size.signed => {
            if !(value.is_i64() || value.is_u64()) {
                wrong("must be an integer number");
            }
        }
        Kind::Integer(_) => {
            if !(value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)) {
                wrong("must be an integer number");
            } else if value.as_f64().is_some_and(|n| n < 0.0) {
                wrong("must not be less than 0");
            }
        }
        Kind::Bool => {
            if !value.is_boolean() {
                wrong("must be a boolean");
            }
        }
        // The grammar's own reader complains better than a table could.
        Kind::List(Kind::Custom(custom)) => {
            for (status, message) in (custom.check)(value) {
                let list = if status == 422 { &mut found.wrong } else { &mut found.senseless };
                list.push(message);
            }
        }
        Kind::Custom(custom) => {
            for (status, message) in (custom.check)(&json!([value])) {
                let list = if status == 422 { &mut found.wrong } else { &mut found.senseless };
                list.push(message);
            }
        }
        Kind::List(item) => match value.as_array() {
            None => wrong("must be an array"),
            Some(values) => {
                for (at, value) in values.iter().enumerate() {
                    walk(item, value, &join(path, &at.to_string()), depth + 1, found);
                }
            }
        },
        Kind::Map(_) | Kind::Tagged(_) => {
            if !value.is_object() {
                wrong("must be an object");
            }
        }
        Kind::Record(shape) => match value.as_object() {
            None => wrong("must be an object"),
            Some(object) => record(shape(), object, path, depth, found),
        },
        Kind::OneOf(kinds) => {
            // The one with the fewest complaints is the one that was meant.
            let mut best: Option<Violations> = None;
            for kind in *kinds {
                let mut attempt = Violations::default();
                walk(kind, value, path, depth + 1, &mut attempt);
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

fn record(
    shape: &'static RecordShape,
    object: &Map<String, Value>,
    path: &str,
    depth: usize,
    found: &mut Violations,
) {
    if !shape.open {
        for key in object.keys().filter(|key| !listed(shape).any(|field| field.name == **key)) {
            found.undeclared.push(undeclared(&join(path, key)));
        }
    }
    for field in listed(shape) {
        let at = join(path, field.name);
        match object.get(field.name) {
            Some(value) => walk(&field.kind, value, &at, depth + 1, found),
            None if field.required => missing(&field.kind, &at, found),
            None => {}
        }
    }
}

fn missing(kind: &Kind, name: &str, found: &mut Violations) {
    match kind {
        Kind::Text | Kind::Format(_) | Kind::Pattern(_) => {
            found.wrong.push(format!("{name} should not be empty"));
            found.wrong.push(format!("{name} must be a string"));
        }
        Kind::Described(_, inner) => missing(inner, name, found),
        Kind::Any => found.wrong.push(format!("{name} should not be empty")),
        _ => walk(kind, &Value::Null, name, 0, found),
    }
}

/// Checks a call; the same as [`Checker::check`].
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
