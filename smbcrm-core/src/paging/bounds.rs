//! The bounds of page sizes and numbers, checked before anything is sent.

use std::ops::RangeInclusive;

use super::position::At;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::types::Cursor;

/// Collects what is out of bounds, worded as the API words it.
#[derive(Default)]
pub(super) struct Bounds(Vec<String>);

impl Bounds {
    pub(super) fn check(&mut self, name: &str, value: u32, allowed: &RangeInclusive<u32>) {
        if value < *allowed.start() {
            self.0.push(format!("{name} must not be less than {}", allowed.start()));
        } else if value > *allowed.end() {
            self.0.push(format!("{name} must not be greater than {}", allowed.end()));
        }
    }

    pub(super) fn refuse(&mut self, wrong: bool, text: &str) {
        if wrong {
            self.0.push(text.to_owned());
        }
    }

    pub(super) fn into_result(self, operation: &'static Operation) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Invalid, self.0.join("; ")).during(operation))
    }
}

/// A position that belongs to another kind of list.
pub(super) fn misplaced(at: &At) -> Error {
    Error::new(ErrorKind::Invalid, format!("this list does not go by {at}: the position is another list's"))
}

/// The two halves of an old list's cursor: an instant in epoch milliseconds and an id.
pub(super) fn halves(cursor: &Cursor) -> Result<(i64, &str)> {
    cursor.as_place().ok_or_else(|| misplaced(&At::After(cursor.clone())))
}

/// The cursor of an old list from its halves, which only make sense together.
pub(super) fn joined(instant: Option<i64>, id: Option<&str>) -> Option<Cursor> {
    instant.zip(id).map(|(instant, id)| Cursor::place(instant, id))
}
