#![allow(unused_imports)]

use smbcrm_core::operation::Product;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

#[api(product = THINGS)]
pub trait Things: Send + Sync {
    #[get("/things/{thing_id}")]
    fn get(&self, id: &ContactId) -> Result<String>;

    /// Creates one.
    #[post("/things/", scope = "things.write", wrapped = "thing")]
    async fn create(&self, one: String) -> Result<String>;

    /// Has no verb.
    async fn list(&self) -> Result<String>;
}

// The trait is there all the same: none of this is a further error.
pub struct Mine;

#[async_trait::async_trait]
impl Things for Mine {
    fn get(&self, _: &ContactId) -> Result<String> {
        Ok(String::new())
    }
    async fn create(&self, one: String) -> Result<String> {
        Ok(one)
    }
    async fn list(&self) -> Result<String> {
        Ok(String::new())
    }
}

fn main() {}
