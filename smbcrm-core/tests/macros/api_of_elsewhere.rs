use smbcrm_core::operation::Product;
use smbcrm_core::{Result, api};

pub static THINGS: Product = Product { name: "things", version: "", summary: "Things." };

#[api(product = THINGS, from = smbcrm_core::operation::api::Smarfle)]
pub trait Things: Send + Sync {
    /// Says so.
    #[get("/things")]
    async fn list(&self) -> Result<String>;
}

fn main() {}
