//! From flat arguments to a request.

use serde_json::{Map, Value, json};

use super::Tool;
use crate::error::{Error, Result};
use crate::operation::{Body, BodyKind, Request};

pub(super) fn request(
    tool: &Tool,
    arguments: &Map<String, Value>,
    location: Option<&str>,
) -> Result<Request> {
    let operation = tool.operation;
    let input = tool.input();
    let mut wrong = Vec::new();
    let mut request = Request::new(operation);
    let mut filled = Vec::new();
    let mut body = Map::new();
    let mut whole = None;

    let missing = input.location.as_deref().filter(|name| arguments.get(*name).is_none_or(is_nothing));
    let from_outside = missing.zip(location).map(|(name, id)| (name.to_owned(), json!(id)));
    let given = arguments.iter().filter(|(name, _)| from_outside.is_none() || Some(name.as_str()) != missing);
    let outside = from_outside.iter().map(|(name, value)| (name, value));
    for (argument, value) in given.chain(outside) {
        if !input.takes(argument) {
            wrong.push(unknown(argument, input.names()));
            continue;
        }
        match argument.split_once('_') {
            Some(("path", name)) => match text(value) {
                Some(text) => {
                    request = request.param(name, &text);
                    filled.push(name);
                }
                None if value.is_null() => {}
                None => wrong.push(format!("{argument} must be a string")),
            },
            Some(("query", name)) => match pairs(value) {
                Some(values) => {
                    request.query.extend(values.into_iter().map(|text| (name.to_owned().into(), text)));
                }
                None => wrong.push(format!("{argument} must be a plain value or a list of plain values")),
            },
            Some((_, name)) => {
                body.insert(name.to_owned(), value.clone());
            }
            None => whole = Some(value),
        }
    }
    let unfilled = operation.params.iter().filter(|name| !filled.contains(name));
    wrong.extend(unfilled.map(|name| format!("path_{name} should not be empty")));
    if !wrong.is_empty() {
        return Err(refused(&wrong).during(operation));
    }
    match operation.body {
        BodyKind::Json => request = request.json(whole.unwrap_or(&Value::Object(body))),
        BodyKind::Form => {
            let mut fields = Vec::new();
            for (name, value) in body {
                let Some(values) = pairs(&value) else {
                    return Err(refused(&[format!("body_{name} must be a plain value")]).during(operation));
                };
                fields.extend(values.into_iter().map(|text| (name.clone().into(), text)));
            }
            request.body = Body::Form(fields);
        }
        _ => {}
    }
    request.checked()
}

/// In the shape that the API gives its own refusals of an input.
fn refused(messages: &[String]) -> Error {
    Error::from_wire(
        None,
        422,
        json!({ "message": messages, "error": "Unprocessable Entity", "statusCode": 422 }),
    )
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The values of a query's or a form's field; null leaves it out.
fn pairs(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

/// Names what was probably meant: the same name elsewhere, in another case, or without its prefix.
fn unknown<'a>(argument: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let fold = |name: &str| name.to_ascii_lowercase().replace(['_', '-'], "");
    let bare = |name: &str| {
        let name =
            ["path_", "query_", "body_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        fold(name)
    };
    let meant = known.iter().find(|name| fold(name) == fold(argument) || bare(name) == bare(argument));
    match meant {
        Some(meant) => format!("argument `{argument}` should not exist; did you mean `{meant}`?"),
        None => format!("argument `{argument}` should not exist; there are: {}", known.join(", ")),
    }
}
