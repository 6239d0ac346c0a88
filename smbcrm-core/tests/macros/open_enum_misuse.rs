#![allow(unused_imports)]

use smbcrm_core::open_enum;

#[open_enum]
pub enum WithFields {
    /// Open.
    Open(u32) = "open",
}

#[open_enum]
pub enum WithoutText {
    /// Open.
    Open = "open",
    /// Closed.
    Closed,
    /// A number.
    Numbered = 3,
}

#[open_enum]
pub enum Empty {}

#[open_enum]
pub enum Twice {
    /// Open.
    Open = "open",
    /// The same.
    Opened = "open",
}

#[open_enum]
pub struct NoEnum;

#[open_enum]
pub enum Generic<T> {
    /// Open.
    Open = "open",
}

fn main() {}
