//! What the inbound webhook takes and answers.

use crate::record;
use crate::types::{Extra, Text};

/// What is said of a key that is good. (Assumed: the body is not documented.)
#[record]
pub struct KeyStatus {
    /// Whether the key is good.
    pub valid: bool,
    /// The organisation's name.
    pub organization: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}
