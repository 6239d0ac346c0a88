#![allow(unused_imports)]

use smbcrm_core::types::Text;
use smbcrm_core::{record, request};

#[request]
pub struct Tuple(Text);

#[record]
pub struct Unit;

#[request]
pub enum NoStruct {
    One,
}

#[record]
pub struct Generic<T> {
    /// One.
    pub one: T,
}

#[request]
pub struct Borrowed<'a> {
    /// One.
    pub one: &'a str,
}

fn main() {}
