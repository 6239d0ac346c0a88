#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things {
    /// Takes the id by value.
    #[get("/things/{id}", scope = "things.readonly")]
    async fn get(&self, id: ContactId) -> Result<String>;

    /// Takes the body by reference.
    #[post("/things/", scope = "things.write")]
    async fn create(&self, thing: &String) -> Result<String>;

    /// Takes no self.
    #[get("/things/", scope = "things.readonly")]
    async fn list() -> Result<String>;

    /// Takes a pattern.
    #[post("/things/pairs", scope = "things.write")]
    async fn pair(&self, (one, two): (String, String)) -> Result<String>;

    /// Has a body.
    #[get("/things/none", scope = "things.readonly")]
    async fn none(&self) -> Result<String> {
        Ok(String::new())
    }

    /// Is no operation.
    const NONE: u32;
}

fn main() {}
