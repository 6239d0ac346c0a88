//! Where a walk stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::Cursor;

/// A place in a list: where a walk has got to, and where another one can go on.
///
/// Keep it (it is serialisable) and give it to [`super::Items::resume`] or [`super::Pages::resume`] of a walk over the
/// same operation with the same filters and sort. Its JSON form may gain fields.
///
/// ```
/// use smbcrm_core::paging::Position;
/// let position = Position::skip(50);
/// let kept = serde_json::to_string(&position).unwrap();
/// assert_eq!(serde_json::from_str::<Position>(&kept).unwrap(), position);
/// assert_eq!(position.to_string(), "skip 50");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Position {
    pub(super) at: At,
    /// How many records of the page that starts there are behind us.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) seen: u32,
}

/// Where a page starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum At {
    /// At the beginning.
    #[default]
    Start,
    /// Behind the record with this cursor.
    After(Cursor),
    /// At the page of this number, from 1.
    Page(u32),
    /// Behind this many records.
    Skip(u32),
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Position {
    /// The beginning of the list.
    pub fn start() -> Self {
        Self::default()
    }

    /// Behind the record with this cursor. For the two old lists (`GET /contacts/`, `GET /opportunities/search`) the
    /// cursor is `[startAfter, startAfterId]`.
    pub fn after(cursor: Cursor) -> Self {
        At::After(cursor).into()
    }

    /// The page of this number, from 1.
    pub fn page(number: u32) -> Self {
        At::Page(number).into()
    }

    /// Behind the first `records` records.
    pub fn skip(records: u32) -> Self {
        At::Skip(records).into()
    }

    /// The cursor of the record that this place is behind, where the list goes by cursors.
    pub fn cursor(&self) -> Option<&Cursor> {
        if let At::After(cursor) = &self.at { Some(cursor) } else { None }
    }
}

impl From<At> for Position {
    fn from(at: At) -> Self {
        Self { at, seen: 0 }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("the start"),
            Self::After(cursor) => {
                f.write_str("cursor [")?;
                for (n, value) in cursor.values().iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Self::Page(number) => write!(f, "page {number}"),
            Self::Skip(records) => write!(f, "skip {records}"),
        }
    }
}

impl fmt::Display for Position {
    /// `skip 50`, `page 3, 7 records in`, `cursor [1772357400000,"CON1"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)?;
        if self.seen > 0 {
            write!(f, ", {} records in", self.seen)?;
        }
        Ok(())
    }
}
