#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things: Send + Sync {
    /// Creates one.
    #[post("/things/", scope = "things.write")]
    async fn create(&self, one: String, two: String) -> Result<String>;

    /// Lists some.
    #[get("/things/", scope = "things.readonly")]
    async fn list(&self, one: String, two: String) -> Result<String>;
}

fn main() {}
