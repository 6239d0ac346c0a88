//! Where to put what is read.

use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde_json::{Map, Number, Value};

use super::{Entries, List, Record, ShapeError};

/// Where to put what is read, and what it has to be.
#[allow(clippy::exhaustive_enums)] // what fills it must know every kind
#[allow(missing_debug_implementations)] // a place, which lives for a moment
pub enum Slot<'a> {
    /// Whatever comes is passed over.
    Ignore,
    /// A flag.
    Bool(&'a mut bool),
    /// A whole number of eight bits.
    U8(&'a mut u8),
    /// A whole number of sixteen bits.
    U16(&'a mut u16),
    /// A whole number of 32 bits.
    U32(&'a mut u32),
    /// A whole number of 64 bits.
    U64(&'a mut u64),
    /// A whole number of 32 bits, with a sign.
    I32(&'a mut i32),
    /// A whole number of 64 bits, with a sign.
    I64(&'a mut i64),
    /// A number.
    F64(&'a mut f64),
    /// Any number.
    Number(&'a mut Number),
    /// Short text.
    Text(&'a mut CompactString),
    /// Text.
    String(&'a mut String),
    /// Text of a form of its own.
    Parse(&'a mut dyn ParseText),
    /// An instant in any form the wire uses.
    Instant(&'a mut DateTime<Utc>),
    /// A value that may come as a number, as text, or as whatever else it takes.
    Scalar(&'a mut dyn Scalar),
    /// An object with the fields of a table.
    Record(&'a mut dyn Record),
    /// A list; the flag says whether a null in it is handed to the element, which will refuse it.
    List(&'a mut dyn List, bool),
    /// An object with keys of the caller's choice.
    Map(&'a mut dyn Entries),
    /// A JSON object.
    Object(&'a mut Map<String, Value>),
    /// A JSON value.
    Json(&'a mut Value),
    /// Code of its own takes the value; see [`via`].
    Via(Box<dyn FnOnce(Value) -> Result<(), ShapeError> + 'a>),
}

impl Slot<'_> {
    /// What it takes, for an error.
    pub(super) fn expecting(&self) -> String {
        let plain = match self {
            Self::Record(record) => return format!("struct {}", record.shape().name),
            Self::Scalar(scalar) => scalar.expecting(),
            Self::Bool(_) => "a boolean",
            Self::U8(_) => "u8",
            Self::U16(_) => "u16",
            Self::U32(_) => "u32",
            Self::U64(_) => "u64",
            Self::I32(_) => "i32",
            Self::I64(_) => "i64",
            Self::F64(_) => "f64",
            Self::Number(_) => "a JSON number",
            Self::Text(_) | Self::String(_) | Self::Parse(_) => "a string",
            Self::Instant(_) => "an ISO 8601 date",
            Self::List(..) => "a sequence",
            Self::Map(_) | Self::Object(_) => "a map",
            Self::Ignore | Self::Json(_) | Self::Via(_) => "a value",
        };
        plain.to_owned()
    }
}

/// A value that is written as text.
pub trait ParseText {
    /// Takes over what the text says.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn parse_text(&mut self, text: &str) -> Result<(), String>;
}

/// A value that reads itself from whatever comes: an amount, an id that is a number or its digits, a custom field's value.
pub trait Scalar {
    /// What it expects, for an error: `a number`.
    fn expecting(&self) -> &'static str;
    /// Takes over what came. `Err(None)` says that this is not of the kinds it takes.
    ///
    /// # Errors
    /// What is wrong with the value.
    fn take(&mut self, value: Came<'_>) -> Result<(), Option<String>>;
}

/// What came for a [`Scalar`].
#[allow(clippy::exhaustive_enums)] // JSON has these
#[allow(missing_debug_implementations)] // it may hold a person's data, and lives for a moment
pub enum Came<'a> {
    /// A flag.
    Bool(bool),
    /// A whole number.
    Signed(i64),
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A list or an object.
    Json(Value),
}

/// A slot for what serde code of its own reads (`#[serde(with = "…")]`).
pub fn via<'a, T>(
    place: &'a mut T,
    read: impl FnOnce(Value) -> Result<T, serde_json::Error> + 'a,
) -> Slot<'a> {
    Slot::Via(Box::new(move |value| {
        *place = read(value).map_err(|error| ShapeError::here(&error))?;
        Ok(())
    }))
}
