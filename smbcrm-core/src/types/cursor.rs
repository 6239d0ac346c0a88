//! Where a page ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A search's cursor: the sort values of the last record seen, and its id.
///
/// The wire writes an array (`[1772357400000, "CON…"]`). Send it back unchanged with the same filters and sort.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cursor(Vec<Value>);

impl Cursor {
    /// A cursor of these values.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The values, the record's id last.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// Whether it says nothing: the search starts at the beginning.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
