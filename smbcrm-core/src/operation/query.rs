//! Queries and forms on their way out: a flat struct as pairs of text.

use std::borrow::Cow;

use serde_json::Value;

use crate::shape::{Node, View, iso_text};

/// The struct's set fields; a list repeats its key.
pub(super) fn pairs(value: &dyn Node) -> Result<Vec<(Cow<'static, str>, String)>, &'static str> {
    let View::Record(record) = value.view() else { return Err("a query is a flat object") };
    let fields = record.shape().fields;
    let mut pairs = Vec::with_capacity(fields.len());
    for (at, field) in fields.iter().enumerate() {
        let name = Cow::Borrowed(field.name);
        match record.field(at) {
            View::Absent | View::Null => {}
            View::List(list) => {
                for at in 0..list.len() {
                    pairs.push((name.clone(), scalar(&list.at(at))?));
                }
            }
            View::Made(Value::Null) => {}
            View::Made(Value::Array(items)) => {
                for item in &items {
                    pairs.push((name.clone(), scalar(&View::Json(item))?));
                }
            }
            view => pairs.push((name, scalar(&view)?)),
        }
    }
    for (name, value) in record.extra().into_iter().flatten() {
        pairs.push((Cow::Owned(name.clone()), scalar(&View::Json(value))?));
    }
    Ok(pairs)
}

fn scalar(view: &View<'_>) -> Result<String, &'static str> {
    Ok(match view {
        View::Text(text) => (*text).to_owned(),
        View::Owned(text) => text.to_string(),
        View::Instant(at) => iso_text(at).into(),
        View::Bool(flag) => flag.to_string(),
        View::Signed(number) => number.to_string(),
        View::Unsigned(number) => number.to_string(),
        View::Float(number) => Value::from(*number).to_string(),
        View::Number(number) => number.to_string(),
        View::Json(Value::String(text)) => text.clone(),
        View::Made(Value::String(text)) => text.clone(),
        View::Json(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        View::Made(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        _ => return Err("a query holds plain values only"),
    })
}
