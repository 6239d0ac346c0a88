#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub struct Things;

#[api]
pub trait NoProduct: Send + Sync {}

#[api(name = THINGS)]
pub trait WrongKey: Send + Sync {}

fn main() {}
