//! The JSON form of filters. Reading goes through the parser, so that there is one grammar only.

use chrono::SecondsFormat;
use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::filter::{Filter, Leaf, NestedTest, Operator, Test};
use super::parse;
use super::value::{Limit, Range, Scalar};

/// Integers up to here are exact in a double.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within range")]
fn number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    // `10`, not `10.0`: the wire's numbers are JavaScript's.
    if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
        serializer.serialize_i64(number as i64)
    } else {
        serializer.serialize_f64(number)
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(value) => number(*value, serializer),
            Self::Bool(value) => serializer.serialize_bool(*value),
        }
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => number(*value, serializer),
            Self::Instant(instant) => {
                serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::Millis, true))
            }
            Self::Date(date) => serializer.collect_str(&date.format("%Y-%m-%d")),
        }
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.limits())
    }
}

/// One value is written bare, several as an array.
struct OneOrMany<'a>(&'a [Scalar]);

impl Serialize for OneOrMany<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl Serialize for NestedTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("operator", &Operator::Eq)?;
        map.serialize_entry("value", &OneOrMany(&self.values))?;
        map.end()
    }
}

impl Serialize for Leaf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("operator", &self.test.operator())?;
        match &self.test {
            Test::Eq(values) | Test::NotEq(values) => map.serialize_entry("value", &OneOrMany(values))?,
            Test::Contains(text) | Test::NotContains(text) => map.serialize_entry("value", text)?,
            Test::Exists | Test::NotExists => {}
            Test::Range(range) => map.serialize_entry("value", range)?,
            Test::Nested(tests) => map.serialize_entry("value", tests)?,
        }
        map.end()
    }
}

fn group<S: Serializer>(name: &str, filters: &[Filter], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("group", name)?;
    map.serialize_entry("filters", filters)?;
    map.end()
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(leaf) => leaf.serialize(serializer),
            Self::All(filters) => group("AND", filters, serializer),
            Self::Any(filters) => group("OR", filters, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        parse::parse_one(&json).map_err(|errors| {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            D::Error::custom(texts.join("; "))
        })
    }
}
