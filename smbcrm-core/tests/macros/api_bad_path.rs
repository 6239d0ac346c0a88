#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things: Send + Sync {
    /// Fetches one.
    #[get("things/{id}", scope = "things.readonly")]
    async fn get(&self, id: &ContactId) -> Result<String>;

    /// Fetches a part.
    #[get("/things/{id", scope = "things.readonly")]
    async fn part(&self, id: &ContactId) -> Result<String>;

    /// Fetches nothing.
    #[get(scope = "things.readonly")]
    async fn nothing(&self) -> Result<String>;

    /// Takes the same id twice.
    #[get("/things/{id}/same/{id}", scope = "things.readonly")]
    async fn same(&self, id: &ContactId) -> Result<String>;
}

fn main() {}
