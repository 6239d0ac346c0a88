//! One reader for every record, over any deserializer of serde's.

use std::borrow::Cow;
use std::fmt;

use compact_str::CompactString;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

use super::{
    Came, Entries, Field, Kind, List, Node, Place, Record, RecordShape, Scalar, ShapeError, Shaped, Slot,
    Trail, Unknown, instant,
};

/// Reads a value from JSON text.
///
/// # Errors
/// The text is no JSON, or does not fit.
pub fn from_slice<T: Shaped>(json: &[u8]) -> Result<T, ShapeError> {
    let mut value = T::blank();
    read_slice(json, &mut value)?;
    Ok(value)
}

/// Reads a value from JSON.
///
/// # Errors
/// It does not fit.
pub fn from_value<T: Shaped>(json: Value) -> Result<T, ShapeError> {
    let mut value = T::blank();
    read_value(json, &mut value)?;
    Ok(value)
}

/// Reads JSON that somebody else keeps into a blank value.
///
/// # Errors
/// It does not fit; the value is half filled then.
pub fn read_ref(json: &Value, node: &mut dyn Node) -> Result<(), ShapeError> {
    let trail = Trail::default();
    fill_node(node, &trail, json).map_err(|error| ShapeError::new(&trail, &error))
}

/// Reads JSON text into a blank value.
///
/// # Errors
/// The text is no JSON, or does not fit; the value is half filled then.
pub fn read_slice(json: &[u8], node: &mut dyn Node) -> Result<(), ShapeError> {
    let trail = Trail::default();
    let mut reader = serde_json::Deserializer::from_slice(json);
    fill_node(node, &trail, &mut reader)
        .and_then(|()| reader.end())
        .map_err(|error| ShapeError::new(&trail, &error))
}

/// Reads JSON into a blank value.
///
/// # Errors
/// It does not fit; the value is half filled then.
pub fn read_value(json: Value, node: &mut dyn Node) -> Result<(), ShapeError> {
    let trail = Trail::default();
    fill_node(node, &trail, json).map_err(|error| ShapeError::new(&trail, &error))
}

/// Fills a blank value from any deserializer; the trail tells where an error lies.
///
/// # Errors
/// The deserializer's own, or what does not fit.
pub fn fill_node<'de, D: Deserializer<'de>>(
    node: &mut dyn Node,
    trail: &Trail,
    from: D,
) -> Result<(), D::Error> {
    Nullable { place: Maybe::Node(node), trail }.deserialize(from)
}

/// Fills a blank record from any deserializer: what `Deserialize` of every record comes down to.
///
/// # Errors
/// The deserializer's own, or what does not fit.
pub fn fill<'de, D: Deserializer<'de>>(record: &mut dyn Record, deserializer: D) -> Result<(), D::Error> {
    deserializer.deserialize_map(FillRecord { record, trail: &Trail::default() })
}

struct Fill<'a, 't> {
    slot: Slot<'a>,
    trail: &'t Trail,
}

impl<'de> DeserializeSeed<'de> for Fill<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let trail = self.trail;
        match self.slot {
            Slot::Ignore => IgnoredAny::deserialize(from).map(drop),
            Slot::Bool(place) => bool::deserialize(from).map(|value| *place = value),
            Slot::U8(place) => u8::deserialize(from).map(|value| *place = value),
            Slot::U16(place) => u16::deserialize(from).map(|value| *place = value),
            Slot::U32(place) => u32::deserialize(from).map(|value| *place = value),
            Slot::U64(place) => u64::deserialize(from).map(|value| *place = value),
            Slot::I32(place) => i32::deserialize(from).map(|value| *place = value),
            Slot::I64(place) => i64::deserialize(from).map(|value| *place = value),
            Slot::F64(place) => f64::deserialize(from).map(|value| *place = value),
            Slot::Number(place) => Deserialize::deserialize(from).map(|value| *place = value),
            Slot::Scalar(place) => from.deserialize_any(ReadScalar(place)),
            Slot::Json(place) => Value::deserialize(from).map(|value| *place = value),
            Slot::Object(place) => Map::deserialize(from).map(|value| *place = value),
            Slot::Text(place) => from.deserialize_str(ReadText(&mut |text| {
                *place = match text {
                    Cow::Borrowed(text) => CompactString::new(text),
                    Cow::Owned(text) => CompactString::from(text),
                };
                Ok(())
            })),
            Slot::String(place) => from.deserialize_str(ReadText(&mut |text| {
                *place = text.into_owned();
                Ok(())
            })),
            Slot::Parse(place) => from.deserialize_str(ReadText(&mut |text| place.parse_text(&text))),
            Slot::Instant(place) => from.deserialize_any(instant::InstantVisitor).map(|value| *place = value),
            Slot::Record(record) => from.deserialize_map(FillRecord { record, trail }),
            Slot::List(list, strict) => {
                list.clear();
                from.deserialize_seq(FillList { list, strict, trail })
            }
            Slot::Map(entries) => {
                entries.clear();
                from.deserialize_map(FillMap { entries, trail })
            }
            Slot::Via(take) => taken(take(Value::deserialize(from)?), trail),
        }
    }
}

/// What code of its own made of a value; where it went wrong is added to the trail.
fn taken<E: de::Error>(outcome: Result<(), ShapeError>, trail: &Trail) -> Result<(), E> {
    outcome.map_err(|error| {
        trail.deeper(error.path);
        E::custom(error.message)
    })
}

/// Hands a text on.
struct ReadText<'a>(&'a mut dyn FnMut(Cow<'_, str>) -> Result<(), String>);

impl<'de> Visitor<'de> for ReadText<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        (self.0)(Cow::Borrowed(text)).map_err(E::custom)
    }
    fn visit_string<E: de::Error>(self, text: String) -> Result<(), E> {
        (self.0)(Cow::Owned(text)).map_err(E::custom)
    }
}

/// Hands on whatever comes.
struct ReadScalar<'a>(&'a mut dyn Scalar);

impl ReadScalar<'_> {
    fn take<E: de::Error>(self, value: Came<'_>, unexpected: de::Unexpected<'_>) -> Result<(), E> {
        self.0.take(value).map_err(|error| match error {
            Some(error) => E::custom(error),
            None => E::invalid_type(unexpected, &self.0.expecting()),
        })
    }
}

impl<'de> Visitor<'de> for ReadScalar<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.expecting())
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.take(Came::Bool(value), de::Unexpected::Bool(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.take(Came::Signed(value), de::Unexpected::Signed(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.take(Came::Unsigned(value), de::Unexpected::Unsigned(value))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.take(Came::Float(value), de::Unexpected::Float(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.take(Came::Text(value), de::Unexpected::Str(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let list = Value::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
        self.take(Came::Json(list), de::Unexpected::Seq)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let object = Value::deserialize(de::value::MapAccessDeserializer::new(map))?;
        self.take(Came::Json(object), de::Unexpected::Map)
    }
}

/// A value or null, told apart before the place for it is made.
struct Nullable<'a, 't> {
    place: Maybe<'a>,
    trail: &'t Trail,
}

enum Maybe<'a> {
    Field(&'a mut dyn Record, usize),
    Node(&'a mut dyn Node),
    Added(&'a mut dyn List),
}

impl<'de> DeserializeSeed<'de> for Nullable<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Nullable<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }
    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        match self.place {
            Maybe::Field(record, at) => record.field_null(at),
            Maybe::Added(list) => list.add_null(),
            Maybe::Node(node) => {
                if !node.null() {
                    return Err(E::invalid_type(de::Unexpected::Unit, &node.slot().expecting().as_str()));
                }
            }
        }
        Ok(())
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.visit_none()
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let slot = match self.place {
            Maybe::Field(record, at) => record.field_slot(at),
            Maybe::Node(node) => node.slot(),
            Maybe::Added(list) => list.add(),
        };
        Fill { slot, trail: self.trail }.deserialize(from)
    }
}

struct FillRecord<'a, 't> {
    record: &'a mut dyn Record,
    trail: &'t Trail,
}

impl<'de> Visitor<'de> for FillRecord<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.record.shape().name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { record, trail } = self;
        let shape = record.shape();
        let (mut seen, mut next) = (0_u128, 0);
        let mut flat: Vec<(usize, Map<String, Value>)> = Vec::new();
        while let Some(found) = map.next_key_seed(FindKey { shape, next: &mut next })? {
            let read = match &found {
                Found::Field(at) => {
                    seen |= 1 << at;
                    let field = &shape.fields[*at];
                    if field.nullable {
                        map.next_value_seed(Nullable { place: Maybe::Field(&mut *record, *at), trail })
                    } else {
                        map.next_value_seed(Fill { slot: record.field_slot(*at), trail })
                    }
                    .inspect_err(|_| trail.key(field.name))
                }
                Found::Flat(at, name) => map.next_value::<Value>().map(|value| {
                    seen |= 1 << at;
                    let place = flat.iter_mut().find(|(known, _)| known == at);
                    match place {
                        Some((_, object)) => drop(object.insert(name.clone(), value)),
                        None => flat.push((*at, Map::from_iter([(name.clone(), value)]))),
                    }
                }),
                Found::Other(name) => match shape.unknown {
                    Unknown::Refused => {
                        trail.key(name);
                        Err(unknown_field(name, shape))
                    }
                    Unknown::Kept => map.next_value::<Value>().map(|value| record.keep(name.clone(), value)),
                    Unknown::Ignored => map.next_value::<IgnoredAny>().map(drop),
                },
            };
            read?;
        }
        for (at, object) in flat {
            match record.field_slot(at) {
                Slot::Via(take) => taken(take(Value::Object(object)), trail)?,
                slot => Fill { slot, trail }.deserialize(Value::Object(object)).map_err(de::Error::custom)?,
            }
        }
        match missing(shape, seen) {
            Some(name) => Err(de::Error::missing_field(name)),
            None => {
                record.finish();
                Ok(())
            }
        }
    }
}

/// The first field that an input must have and has not.
fn missing(shape: &'static RecordShape, seen: u128) -> Option<&'static str> {
    let required = shape.fields.iter().enumerate().filter(|(_, field)| field.required);
    required.filter(|(at, _)| seen & (1 << at) == 0).map(|(_, field)| field.name).next()
}

fn unknown_field<E: de::Error>(name: &str, shape: &'static RecordShape) -> E {
    let known: Vec<String> = shape.fields.iter().map(|field| format!("`{}`", field.name)).collect();
    E::custom(match known.as_slice() {
        [] => format!("unknown field `{name}`, there are no fields"),
        [one] => format!("unknown field `{name}`, expected {one}"),
        [one, other] => format!("unknown field `{name}`, expected {one} or {other}"),
        more => format!("unknown field `{name}`, expected one of {}", more.join(", ")),
    })
}

/// Which field a key names. Records come in the order they were written in, so the search begins behind the last hit.
struct FindKey<'a> {
    shape: &'static RecordShape,
    next: &'a mut usize,
}

enum Found {
    Field(usize),
    /// One of the fields of a field that is flattened.
    Flat(usize, String),
    /// None; the name is empty where nobody will ask for it.
    Other(String),
}

impl<'de> DeserializeSeed<'de> for FindKey<'_> {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Found, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for FindKey<'_> {
    type Value = Found;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: de::Error>(self, key: &str) -> Result<Found, E> {
        Ok(find(self.shape, self.next, key))
    }
}

fn find(shape: &'static RecordShape, next: &mut usize, key: &str) -> Found {
    let fields = shape.fields;
    let own = |field: &Field| field.place != Place::Flat && field.name == key;
    let (before, after) = fields.split_at((*next).min(fields.len()));
    let at = after.iter().position(own).map(|at| at + before.len()).or_else(|| before.iter().position(own));
    if let Some(at) = at {
        *next = at + 1;
        return Found::Field(at);
    }
    for (at, field) in fields.iter().enumerate() {
        if field.aliases.contains(&key) {
            return Found::Field(at);
        }
        let flat = match (field.place, field.kind) {
            (Place::Flat, Kind::Record(inner)) => inner().fields.iter().any(|field| field.name == key),
            // Which of them it is, is not known yet: whatever the record does not name is theirs.
            (Place::Flat, Kind::Tagged(_)) => true,
            _ => false,
        };
        if flat {
            return Found::Flat(at, key.to_owned());
        }
    }
    Found::Other(if shape.unknown == Unknown::Ignored { String::new() } else { key.to_owned() })
}

struct FillList<'a, 't> {
    list: &'a mut dyn List,
    strict: bool,
    trail: &'t Trail,
}

impl<'de> Visitor<'de> for FillList<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { list, strict, trail } = self;
        let mut at = 0;
        loop {
            let next = seq.next_element_seed(AddTo { list: &mut *list, strict, trail });
            match next.inspect_err(|_| trail.index(at))? {
                Some(()) => at += 1,
                None => return Ok(()),
            }
        }
    }
}

struct AddTo<'a, 't> {
    list: &'a mut dyn List,
    strict: bool,
    trail: &'t Trail,
}

impl<'de> DeserializeSeed<'de> for AddTo<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.strict {
            return Fill { slot: self.list.add(), trail: self.trail }.deserialize(from);
        }
        Nullable { place: Maybe::Added(self.list), trail: self.trail }.deserialize(from)
    }
}

struct FillMap<'a, 't> {
    entries: &'a mut dyn Entries,
    trail: &'t Trail,
}

impl<'de> Visitor<'de> for FillMap<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { entries, trail } = self;
        while let Some(key) = map.next_key::<String>()? {
            let slot = entries.add(key.clone());
            map.next_value_seed(Fill { slot, trail }).inspect_err(|_| trail.key(&key))?;
        }
        Ok(())
    }
}
