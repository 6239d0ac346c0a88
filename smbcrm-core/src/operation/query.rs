//! Queries and forms: a flat struct as pairs of text, and back.

use std::borrow::Cow;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::Value;

/// The struct's set fields; a list repeats its key.
pub(super) fn pairs(value: &impl Serialize) -> serde_json::Result<Vec<(Cow<'static, str>, String)>> {
    let Value::Object(fields) = serde_json::to_value(value)? else {
        return Err(de::Error::custom("a query is a flat object"));
    };
    let mut pairs = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                for item in items {
                    pairs.push((Cow::Owned(name.clone()), scalar(item)?));
                }
            }
            other => pairs.push((Cow::Owned(name), scalar(other)?)),
        }
    }
    Ok(pairs)
}

fn scalar(value: Value) -> serde_json::Result<String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(de::Error::custom("a query holds plain values only")),
    }
}

/// Reads a struct from pairs; text becomes whatever the field asks for.
pub(super) fn read<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, de::value::Error> {
    let mut grouped: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in pairs {
        // `userIds[]=a&userIds[]=b` and `userIds=a&userIds=b` mean the same.
        let name = name.strip_suffix("[]").unwrap_or(name);
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => grouped.push((name, vec![value])),
        }
    }
    T::deserialize(MapDeserializer::new(grouped.into_iter().map(|(name, values)| (name, Values(values)))))
}

#[derive(Clone)]
struct Values<'a>(Vec<&'a str>);

impl<'a> IntoDeserializer<'a> for Values<'a> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'a> Values<'a> {
    fn one(&self) -> &'a str {
        self.0.last().copied().unwrap_or_default()
    }

    fn parse<T: std::str::FromStr>(&self, what: &str) -> Result<T, de::value::Error> {
        self.one().trim().parse().map_err(|_| de::Error::custom(format!("`{}` is not {what}", self.one())))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $ty:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.$visit(self.parse::<$ty>("a number")?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.one())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_bool(self.parse("true or false")?)
    }

    numbers!(deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64, deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter().map(|one| Values(vec![one]))))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self.one().into_deserializer())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any i128 u128
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Query {
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
        deep: Option<bool>,
        #[serde(default)]
        users: Vec<String>,
        name: String,
    }

    #[test]
    fn a_struct_survives_the_trip() {
        let query = Query {
            limit: Some(20),
            deep: Some(true),
            users: vec!["a".into(), "b".into()],
            name: "x y&z".into(),
        };
        let pairs: Vec<_> = pairs(&query).unwrap().into_iter().map(|(k, v)| (k.into_owned(), v)).collect();
        assert_eq!(read::<Query>(&pairs).unwrap(), query);
    }

    #[test]
    fn text_that_is_no_number_is_an_error() {
        let pairs = [("limit".to_owned(), "many".to_owned()), ("name".to_owned(), String::new())];
        assert!(read::<Query>(&pairs).unwrap_err().to_string().contains("many"));
    }
}
