//! Cursors on the wire: the first sort value and the id.

use serde_json::Value as Json;
use smbcrm_core::types::Cursor as Wire;

use super::value::first_value;
use super::{Cursor, Record, Sort, Term, Value};

/// The wire's form of a record's place in an order, given the rank of its first sort value: the values of the sort
/// keys, the id last.
pub(crate) fn to_wire<R: Record>(record: &R, sort: &[Sort<R::Field>], rank: u64) -> Wire {
    // Nearly every search sorts by one date, and its rank tells it. Such cursors, one for each record of a page, need
    // no allocation and no look at the far end of the record.
    if let (1, Some(millis)) = (sort.len(), Value::instant_of(rank)) {
        return Wire::place(millis, record.id());
    }
    let mut values: Vec<Json> = sort
        .iter()
        .map(|sort| {
            // As a term, which is what the comparison of a cursor goes by.
            let term = first_value(record, &sort.field, |value| Term::from(value));
            match term.as_ref().map(Term::value) {
                None => Json::Null,
                Some(Value::Bool(flag)) => flag.into(),
                Some(Value::Number(number)) => number.into(),
                Some(Value::Instant(millis)) => millis.into(),
                Some(Value::Text(text)) => text.into(),
            }
        })
        .collect();
    values.push(record.id().into());
    Wire::new(values)
}

/// A place read from the wire, for a sort whose keys are `instants` or not. `None` if it cannot be one.
pub(crate) fn from_wire(cursor: &Wire, instants: &[bool]) -> Option<Cursor> {
    if let (Some((millis, id)), [true]) = (cursor.as_place(), instants) {
        return Some(Cursor { keys: vec![Some(Term::Instant(millis))], id: id.to_owned() });
    }
    let values = cursor.values();
    let (id, keys) = values.split_last()?;
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
