//! Cursors on the wire: the first sort value and the id.

use serde_json::Value as Json;
use smbcrm_core::types::Cursor as Wire;

use super::{Cursor, Term, Value};

/// The wire's form of a place: the values of the sort keys, the id last.
pub(crate) fn to_wire(cursor: &Cursor) -> Wire {
    let mut values: Vec<Json> = cursor
        .keys
        .iter()
        .map(|key| match key.as_ref().map(Term::value) {
            None => Json::Null,
            Some(Value::Bool(flag)) => flag.into(),
            Some(Value::Number(number)) => number.into(),
            Some(Value::Instant(millis)) => millis.into(),
            Some(Value::Text(text)) => text.into(),
        })
        .collect();
    values.push(cursor.id.as_str().into());
    Wire::new(values)
}

/// A place read from the wire, for a sort whose keys are `instants` or not. `None` if it cannot be one.
pub(crate) fn from_wire(cursor: &Wire, instants: &[bool]) -> Option<Cursor> {
    let (id, keys) = cursor.values().split_last()?;
    if keys.len() != instants.len() {
        return None;
    }
    let keys = keys
        .iter()
        .zip(instants)
        .map(|(key, instant)| {
            Some(match key {
                Json::Null => None,
                Json::Bool(_) if *instant => return None,
                Json::Bool(flag) => Some(Term::from(*flag)),
                Json::Number(number) if *instant => Some(Term::Instant(number.as_i64()?)),
                Json::Number(number) => Some(Term::number(number.as_f64()?)),
                // The specification declares cursors as texts; some clients send them so.
                Json::String(text) if *instant => Some(Term::Instant(text.trim().parse().ok()?)),
                Json::String(text) => Some(Term::text(text)),
                _ => return None,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Cursor { keys, id: id.as_str()?.to_owned() })
}
