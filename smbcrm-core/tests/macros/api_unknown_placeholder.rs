#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things: Send + Sync {
    /// Fetches one.
    #[get("/things/{thing_id}/parts/{id}", scope = "things.readonly")]
    async fn get(&self, id: &ContactId) -> Result<String>;
}

fn main() {}
