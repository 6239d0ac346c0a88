//! Queries and forms on their way in: pairs of text as a flat struct.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::shape::{Node, Trail, fill_node};

/// Reads a struct from pairs; text becomes whatever the field asks for.
pub(super) fn read(pairs: &[(String, String)], value: &mut dyn Node) -> Result<(), String> {
    let mut grouped: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in pairs {
        // `userIds[]=a&userIds[]=b` and `userIds=a&userIds=b` mean the same.
        let name = name.strip_suffix("[]").unwrap_or(name);
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => grouped.push((name, vec![value])),
        }
    }
    let asked = Asked::Pairs(grouped);
    fill_node(value, &Trail::default(), asked).map_err(|error: de::value::Error| error.to_string())
}

/// Reads one value from its text.
pub(super) fn read_one(text: &str, value: &mut dyn Node) -> Result<(), String> {
    fill_node(value, &Trail::default(), Asked::Values(vec![text])).map_err(|error| error.to_string())
}

/// What a query says: all of its pairs, or the values of one name.
enum Asked<'a> {
    Pairs(Vec<(&'a str, Vec<&'a str>)>),
    Values(Vec<&'a str>),
}

impl<'a> IntoDeserializer<'a> for Asked<'a> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'a> Asked<'a> {
    fn one(&self) -> &'a str {
        match self {
            Self::Values(values) => values.last().copied().unwrap_or_default(),
            Self::Pairs(_) => "",
        }
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

impl<'de> Deserializer<'de> for Asked<'de> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Values(_) => visitor.visit_borrowed_str(self.one()),
            Self::Pairs(pairs) => {
                let pairs = pairs.into_iter().map(|(name, values)| (name, Self::Values(values)));
                visitor.visit_map(MapDeserializer::new(pairs))
            }
        }
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
        let Self::Values(values) = self else { return Err(de::Error::custom("a list is expected")) };
        visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(|one| Self::Values(vec![one]))))
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
    use super::super::query::pairs;
    use super::*;

    /// A query.
    #[crate::request(snake_case)]
    pub(crate) struct Query {
        /// A number.
        limit: Option<u32>,
        /// A flag.
        deep: Option<bool>,
        /// A list.
        #[serde(default)]
        users: Vec<String>,
        /// Text.
        name: String,
    }

    #[test]
    fn a_struct_survives_the_trip() {
        let query = Query::new(["a", "b"], "x y&z").limit(20).deep(true);
        let pairs: Vec<_> = pairs(&query).unwrap().into_iter().map(|(k, v)| (k.into_owned(), v)).collect();
        let mut back = Query::new([""; 0], "");
        read(&pairs, &mut back).unwrap();
        assert_eq!(back, query);
    }

    #[test]
    fn text_that_is_no_number_is_an_error() {
        let pairs = [("limit".to_owned(), "many".to_owned()), ("name".to_owned(), String::new())];
        assert!(read(&pairs, &mut Query::new([""; 0], "")).unwrap_err().contains("many"));
    }
}
