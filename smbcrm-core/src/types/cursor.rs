//! Where a page ended.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Text;
use crate::shape::{Kind, List, Node, Shaped, Slot, View, via};

/// A search's cursor: the sort values of the last record seen, and its id.
///
/// The wire writes an array (`[1772357400000, "CON…"]`). Send it back unchanged with the same filters and sort.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor(Inner);

#[derive(Debug, Clone, PartialEq)]
enum Inner {
    /// An instant (or another whole number) and an id, as nearly every cursor is. Every record of a page has a cursor,
    /// and this one takes no allocation.
    Place(i64, Text),
    /// Anything else.
    Values(Vec<Value>),
}

impl Cursor {
    /// A cursor of these values.
    pub fn new(values: Vec<Value>) -> Self {
        // One form for each cursor, so that equal ones compare equal.
        if let [Value::Number(number), Value::String(id)] = values.as_slice()
            && let Some(number) = number.as_i64()
        {
            return Self::place(number, id.as_str());
        }
        Self(Inner::Values(values))
    }

    /// The cursor of a record that stands at an instant, in milliseconds since 1970.
    pub fn place(millis: i64, id: impl Into<Text>) -> Self {
        Self(Inner::Place(millis, id.into()))
    }

    /// The instant and the id, if that is what it consists of.
    pub fn as_place(&self) -> Option<(i64, &str)> {
        match &self.0 {
            Inner::Place(millis, id) => Some((*millis, id)),
            Inner::Values(_) => None,
        }
    }

    /// The values, the record's id last.
    pub fn values(&self) -> Cow<'_, [Value]> {
        match &self.0 {
            Inner::Place(millis, id) => Cow::Owned(vec![(*millis).into(), id.as_str().into()]),
            Inner::Values(values) => Cow::Borrowed(values),
        }
    }

    /// Whether it says nothing: the search starts at the beginning.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Inner::Values(values) if values.is_empty())
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Self(Inner::Values(Vec::new()))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Inner::Place(millis, id) => (millis, id).serialize(serializer),
            Inner::Values(values) => values.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::new)
    }
}

impl List for Cursor {
    fn len(&self) -> usize {
        match &self.0 {
            Inner::Place(..) => 2,
            Inner::Values(values) => values.len(),
        }
    }
    fn at(&self, at: usize) -> View<'_> {
        match (&self.0, at) {
            (Inner::Place(millis, _), 0) => View::Signed(*millis),
            (Inner::Place(_, id), 1) => View::Text(id),
            (Inner::Values(values), at) => values.get(at).map_or(View::Null, View::Json),
            _ => View::Null,
        }
    }
    fn add(&mut self) -> Slot<'_> {
        Slot::Ignore // it is read as a whole
    }
    fn add_null(&mut self) {}
    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Node for Cursor {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        via(self, |values| Vec::deserialize(values).map(Self::new))
    }
}

impl Shaped for Cursor {
    const KIND: Kind = Kind::List(&Kind::Any);
    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_cursor_survives_a_round_trip() {
        for values in [
            json!([]),
            json!([1_772_357_400_000_i64, "CON1"]),
            json!([-1, ""]),
            json!([1.5, "CON1"]),
            json!([u64::MAX, "CON1"]),
            json!(["vale", 1, "CON1"]),
            json!([null, "CON1"]),
            json!([1]),
        ] {
            let cursor: Cursor = serde_json::from_value(values.clone()).unwrap();
            assert_eq!(serde_json::to_value(&cursor).unwrap(), values);
            assert_eq!(json!(cursor.values()), values);
            assert_eq!(Cursor::new(cursor.values().into_owned()), cursor);
            assert_eq!(cursor.is_empty(), values == json!([]));
        }
        assert_eq!(Cursor::place(1, "a").as_place(), Some((1, "a")));
        assert_eq!(Cursor::new(vec![1.into(), "a".into()]), Cursor::place(1, "a"));
    }
}
