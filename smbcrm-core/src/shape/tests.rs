use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::types::{Cursor, Extra, FieldValue, Money, OffsetTime, Patch, Text};
use crate::{open_enum, record, request};

/// Which way.
#[open_enum]
pub(crate) enum Way {
    /// Up.
    Up = "up",
    /// Down.
    Down = "down",
}

/// A part of a thing.
#[record]
pub(crate) struct Inner {
    /// Its name.
    name: Text,
    /// How often.
    count: u32,
}

/// A thing with a field of every kind.
#[record]
pub(crate) struct Thing {
    /// Text.
    text: Text,
    /// Longer text.
    long_text: Option<String>,
    /// A flag.
    flag: bool,
    /// A number.
    number: Option<f64>,
    /// A whole number.
    whole: i64,
    /// An amount.
    money: Option<Money>,
    /// An instant.
    at: Option<chrono::DateTime<chrono::Utc>>,
    /// An instant with its offset.
    local: Option<OffsetTime>,
    /// A direction.
    way: Way,
    /// Any value.
    value: FieldValue,
    /// Where a page ended.
    cursor: Cursor,
    /// A part.
    inner: Option<Box<Inner>>,
    /// More parts.
    many: Vec<Inner>,
    /// Parts by name.
    named: std::collections::BTreeMap<String, Inner>,
    /// The rest.
    extra: Extra,
}

/// A change of a thing.
#[request]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// Required.
    name: Text,
    /// Null clears it.
    city: Patch<Text>,
    /// Optional.
    count: Option<u32>,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn inner()(name in ".*", count: u32) -> Inner {
        Inner { name: name.into(), count }
    }
}

prop_compose! {
    fn thing()(
        text in ".*",
        long_text in prop::option::of(".*"),
        (flag, whole) in any::<(bool, i64)>(),
        number in prop::option::of(any::<f64>().prop_filter("finite", |n| n.is_finite())),
        cents in prop::option::of(-1_000_000_i64..1_000_000),
        millis in prop::option::of(0_i64..4_000_000_000_000),
        way in prop_oneof![Just(Way::Up), Just(Way::Down), "[a-z]{3,8}".prop_map(Way::from)],
        value in value(),
        cursor in prop::collection::vec(value(), 0..3),
        (part, many) in (prop::option::of(inner()), prop::collection::vec(inner(), 0..3)),
        named in prop::collection::btree_map(".*", inner(), 0..3),
        rest in prop::option::of(value()),
    ) -> Thing {
        let mut extra = Extra::default();
        if let Some(rest) = rest {
            extra.insert("a \"key\" of its own", rest);
        }
        Thing {
            text: text.into(),
            long_text,
            flag,
            number,
            whole,
            money: cents.map(|cents| rust_decimal::Decimal::new(cents, 2).into()),
            at: millis.and_then(crate::types::time::from_millis),
            local: millis.and_then(crate::types::time::from_millis).map(OffsetTime::from),
            way,
            value: value.into(),
            cursor: Cursor::new(cursor),
            inner: part.map(Box::new),
            many,
            named,
            extra,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(thing in thing()) {
        let text = to_vec(&thing);
        let back = from_slice::<Thing>(&text);
        prop_assert_eq!(back.as_ref(), Ok(&thing), "{}", String::from_utf8_lossy(&text));
        prop_assert_eq!(from_value::<Thing>(to_value(&thing)), Ok(thing));
    }

    /// The writer of text and serde's serializers write the same document.
    #[test]
    fn both_writers_agree(thing in thing()) {
        let text = String::from_utf8(to_vec(&thing)).unwrap();
        prop_assert_eq!(&text, &serde_json::to_string(&thing).unwrap());
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), to_value(&thing));
    }

    /// Null for any field of an answer reads as if it were left out.
    #[test]
    fn nulls_are_forgiven(thing in thing(), chosen in 0_usize..14) {
        let mut wire = to_value(&thing);
        let name = thing.shape().fields[chosen].name;
        wire[name] = Value::Null;
        let with_null = from_value::<Thing>(wire.clone());
        wire.as_object_mut().unwrap().shift_remove(name);
        prop_assert_eq!(with_null, from_value::<Thing>(wire));
    }

    #[test]
    fn reading_never_panics(text in ".*", value in value()) {
        let _ = from_slice::<Thing>(text.as_bytes());
        let _ = from_value::<Thing>(value.clone());
        let _ = from_value::<Change>(value);
    }
}

fn refusal<T: Shaped + std::fmt::Debug>(json: Value) -> String {
    from_value::<T>(json).unwrap_err().to_string()
}

#[test]
fn an_error_names_the_place() {
    assert_eq!(
        refusal::<Thing>(json!({ "many": [{}, { "count": "x" }] })),
        "many[1].count: invalid type: string \"x\", expected u32"
    );
    assert_eq!(
        refusal::<Thing>(json!({ "named": { "a": { "name": 7 } } })),
        "named.a.name: invalid type: integer `7`, expected a string"
    );
    assert_eq!(refusal::<Thing>(json!({ "at": "soon" })), "at: `soon` is not an ISO 8601 date");
    assert_eq!(refusal::<Thing>(json!(5)), "invalid type: integer `5`, expected struct Thing");
    assert_eq!(refusal::<Thing>(Value::Null), "invalid type: null, expected struct Thing");
    let text = from_slice::<Thing>(br#"{"inner": {"count": -1}}"#).unwrap_err();
    assert_eq!(text.path, "inner.count");
}

#[test]
fn an_input_says_what_it_needs_and_what_it_does_not_know() {
    assert_eq!(refusal::<Change>(json!({})), "missing field `name`");
    assert_eq!(refusal::<Change>(json!({ "name": null })), "name: invalid type: null, expected a string");
    assert_eq!(
        refusal::<Change>(json!({ "name": "x", "town": 1 })),
        "town: unknown field `town`, expected one of `name`, `city`, `count`"
    );
}

#[test]
fn null_clears_and_absence_keeps() {
    let read = |json: Value| from_value::<Change>(json).unwrap();
    assert_eq!(read(json!({ "name": "x" })).city, Patch::Keep);
    assert_eq!(read(json!({ "name": "x", "city": null })).city, Patch::Clear);
    assert_eq!(read(json!({ "name": "x", "city": "Bath" })).city, Patch::Set("Bath".into()));
    assert_eq!(read(json!({ "name": "x", "count": null })).count, None);
    for change in
        [Change::new("x"), Change::new("x").clear_city(), Change::new("x").city("Bath").count(3_u32)]
    {
        assert_eq!(read(to_value(&change)), change);
    }
}

#[test]
fn numbers_that_json_cannot_write_are_null() {
    let thing = Thing { number: Some(f64::NAN), ..Thing::default() };
    assert_eq!(serde_json::from_slice::<Value>(&to_vec(&thing)).unwrap()["number"], Value::Null);
}

#[cfg(feature = "schema")]
#[test]
fn a_schema_shows_what_the_table_says() {
    let mut schemas = schema::Schemas::new("#/");
    let object = schemas.of(&Thing::KIND);
    assert_eq!(object, json!({ "$ref": "#/Thing" }));
    let found = schemas.into_found();
    let properties = &found["Thing"]["properties"];
    assert_eq!(properties["inner"]["anyOf"], json!([{ "$ref": "#/Inner" }, { "type": "null" }]));
    assert_eq!(properties["way"]["enum"], json!(["up", "down"]));
    assert_eq!(properties["longText"]["type"], json!(["string", "null"]));
    assert_eq!(properties["text"], json!({ "type": "string", "description": "Text.", "default": "" }));
    assert!(properties.get("extra").is_none());
    let mut schemas = schema::Schemas::inline();
    let change = schemas.of(&Change::KIND);
    assert_eq!((&change["required"], &change["additionalProperties"]), (&json!(["name"]), &json!(false)));
}
