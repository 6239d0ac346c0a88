//! What a type looks like on the wire, as data – and the one reader and the one writer that go by it.
//!
//! Code that is derived for each type is paid for with each type: by the build, and in the binary. Here a model hands
//! out its fields by number, as one of a dozen kinds – a [`View`] to read, a [`Slot`] to fill – and describes itself in
//! a constant table, its [`RecordShape`]. One function writes every record and one reads every record; JSON Schemas, the
//! strict input check, queries and forms are loops over the same table.
//!
//! `#[record]`, `#[request]` and `#[open_enum]` write the table and the two matches. The types stay ordinary serde types
//! besides: `Serialize` and `Deserialize` are a line that calls the shared code.
//!
//! ```
//! use smbcrm_core::businesses::Business;
//! use smbcrm_core::shape::{self, Kind, Shaped};
//!
//! let Kind::Record(shape) = Business::KIND else { panic!("a record") };
//! assert!(shape().fields.iter().any(|field| field.name == "postalCode"));
//!
//! let vale: Business = shape::from_slice(br#"{"id": "B1", "name": "Vale Ltd", "rating": 5}"#)?;
//! assert_eq!(vale.name, "Vale Ltd");
//! assert_eq!(vale.extra["rating"], 5); // what has no name here is kept
//! assert_eq!(shape::to_vec(&vale), br#"{"id":"B1","name":"Vale Ltd","locationId":"","rating":5}"#);
//! # Ok::<(), shape::ShapeError>(())
//! ```

mod instant;
mod json;
mod leaf;
mod list;
mod read;
mod sample;
#[cfg(feature = "schema")]
pub mod schema;
mod serde_code;
mod slot;
mod trail;
mod view;

pub use instant::{InstantVisitor, iso_text, parse_instant};
pub use json::{to_vec, write};
pub use list::{Entries, List};
pub use read::{fill, fill_node, from_slice, from_value, read_ref, read_slice, read_value};
pub use sample::least;
pub use slot::{Came, ParseText, Scalar, Slot, via};
pub use trail::{ShapeError, Trail};
pub use view::{View, bridge, to_value, write_record};

use serde_json::{Map, Value};

/// A value that stands somewhere in a JSON document: what it holds, and the place to put what is read.
pub trait Node {
    /// What it holds.
    fn view(&self) -> View<'_>;
    /// Where to put what is read. An empty optional value is filled with a blank one first.
    fn slot(&mut self) -> Slot<'_>;
    /// Takes over a null; says whether null is one of its values.
    fn null(&mut self) -> bool {
        false
    }
}

/// A type that can say what it looks like on the wire, and start out blank.
pub trait Shaped: Node + Sized {
    /// What it looks like.
    const KIND: Kind;
    /// The value before anything is read: empty texts and lists, zero, `None`.
    fn blank() -> Self;
}

/// A struct as the wire sees it: fields by number, in the order of its [`RecordShape`].
pub trait Record {
    /// The table that describes it.
    fn shape(&self) -> &'static RecordShape;
    /// What a field holds. `at` is an index into the table's fields.
    fn field(&self, at: usize) -> View<'_>;
    /// Where to put what is read for a field.
    fn field_slot(&mut self, at: usize) -> Slot<'_>;
    /// A null was read for a field. Nothing happens, as what is read starts out blank, unless null means something of
    /// its own there: an update clears the field.
    fn field_null(&mut self, at: usize) {
        let _ = at;
    }
    /// All has been read: the place to put right what the wire writes in more ways than one.
    fn finish(&mut self) {}
    /// What was read that the table has no name for, where it is kept.
    fn extra(&self) -> Option<&Map<String, Value>> {
        None
    }
    /// Keeps what the table has no name for, if its `unknown` says so.
    fn keep(&mut self, key: String, value: Value) {
        let _ = (key, value);
    }
}

/// What a type looks like on the wire.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_enums)] // what reads it must know every kind
pub enum Kind {
    /// Any JSON value.
    Any,
    /// No value: `null`.
    Nothing,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer(Integer),
    /// A number; the format (`double`) is empty for decimals.
    Number(&'static str),
    /// Text of any form.
    Text,
    /// Text of this form (`date-time`, `date`).
    Format(&'static str),
    /// Text that matches this regular expression.
    Pattern(&'static str),
    /// One of these texts. An answer may hold others, which are kept.
    Enum(&'static [&'static str]),
    /// A list.
    List(&'static Kind),
    /// An object with keys of the caller's choice.
    Map(&'static Kind),
    /// What it says, or null; may be left out.
    Optional(&'static Kind),
    /// An object with the fields of a table.
    Record(fn() -> &'static RecordShape),
    /// One of these.
    OneOf(&'static [Kind]),
    /// An object whose `type` says which of these it is.
    Tagged(&'static [Variant]),
    /// As described by hand, because the grammar is its own.
    Custom(&'static Custom),
    /// As the kind, with words of its own to say what it is.
    Described(&'static str, &'static Kind),
}

impl Kind {
    /// Whether null is one of its values.
    pub const fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::Any | Self::Nothing)
    }
}

/// A whole number's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // written as a constant beside each type
pub struct Integer {
    /// The name that OpenAPI knows it by: `int64`, `uint32`; empty for ids.
    pub format: &'static str,
    /// Whether it may be negative.
    pub signed: bool,
    /// The largest value, where the format does not say it.
    pub maximum: Option<u64>,
}

/// One of the objects that a `type` tells apart.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs)] // written as a constant
pub struct Variant {
    /// What `type` says.
    pub name: &'static str,
    /// What it is; empty without the feature `schema`.
    pub doc: &'static str,
    /// Its other fields.
    pub kind: Kind,
}

/// A kind that describes itself.
#[allow(clippy::exhaustive_structs)] // written as a static
pub struct Custom {
    /// What the OpenAPI document calls it; empty where it is written out in place.
    pub name: &'static str,
    /// Its JSON Schema, as text. `{"$ref": "#/…"}` may name this kind only.
    pub schema: fn() -> Value,
    /// What is wrong with an input, each with its HTTP status (400 or 422).
    pub check: fn(&Value) -> Vec<(u16, String)>,
}

impl std::fmt::Debug for Custom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Custom({})", self.name)
    }
}

/// What becomes of keys that a table has no name for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // nothing else can happen to a key
pub enum Unknown {
    /// They are kept in the record's `extra`.
    Kept,
    /// They are passed over.
    Ignored,
    /// They are an error.
    Refused,
}

/// A struct's table.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs)] // written as a static beside each struct
pub struct RecordShape {
    /// The type's name, which the OpenAPI document uses.
    pub name: &'static str,
    /// What it is; empty without the feature `schema`.
    pub doc: &'static str,
    /// The fields, in the order they are written in.
    pub fields: &'static [Field],
    /// What becomes of other keys when it is read.
    pub unknown: Unknown,
    /// Whether it is an answer's record: what is missing or null reads as blank.
    pub lenient: bool,
    /// Whether an input may have keys beside the fields.
    pub open: bool,
}

/// One field of a table.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs)] // written as a static beside each struct
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// The name as JSON writes it, with quotes and colon: `"name":`.
    pub key: &'static str,
    /// Other names that it is read by.
    pub aliases: &'static [&'static str],
    /// What it looks like.
    pub kind: Kind,
    /// What it is; empty without the feature `schema`.
    pub doc: &'static str,
    /// Whether an input must have it.
    pub required: bool,
    /// Whether null reads as blank (or keeps its own meaning, for a patch) rather than being handed to the slot.
    pub nullable: bool,
    /// How it stands in the object.
    pub place: Place,
}

/// How a field stands in its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // what reads it must know every place
pub enum Place {
    /// Under its name.
    Own,
    /// Under its name, and no schema shows it: what the wire repeats in other spellings.
    Unlisted,
    /// Its own fields stand beside the others.
    Flat,
}

/// Fields that a macro has not written: for tables that are written by hand.
impl Field {
    /// A field of this name and kind that may be left out.
    ///
    /// `key` is the name with quotes and colon.
    pub const fn new(name: &'static str, key: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, key, aliases: &[], kind, doc, required: false, nullable: true, place: Place::Own }
    }
}
