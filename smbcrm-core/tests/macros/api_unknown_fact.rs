#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things: Send + Sync {
    /// Fetches one.
    #[get("/things/{id}", scope = "things.readonly", wrapped = "thing")]
    async fn get(&self, id: &ContactId) -> Result<String>;

    /// Lists some.
    #[get("/things/", scope = "things.readonly", safe)]
    async fn list(&self) -> Result<String>;

    /// Counts them.
    #[get("/things/count", scope = "things.readonly", access = everybody)]
    async fn count(&self) -> Result<u64>;

    /// Deletes all.
    #[delete("/things/", scope = "things.write", status = "gone")]
    async fn clear(&self) -> Result<()>;
}

fn main() {}
