//! Businesses: the companies that contacts belong to.
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::businesses::CreateBusiness;
//! use smbcrm_core::contacts::BulkBusiness;
//! use smbcrm_core::types::ContactId;
//!
//! async fn employ(crm: &dyn Crm, people: Vec<ContactId>) -> Result<()> {
//!     let vale = crm.businesses().create(CreateBusiness::new("Vale Ltd", "LOC1").city("Bath")).await?;
//!     crm.contacts().bulk_set_business(BulkBusiness::new("LOC1", people).business_id(&vale.id)).await?;
//!     Ok(())
//! }
//! ```

mod model;

use std::sync::Arc;

pub use model::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::BusinessId;

/// The product's facts.
pub static BUSINESSES: Product =
    Product { name: "businesses", version: "2021-07-28", summary: "The companies that contacts belong to." };

/// The companies that contacts belong to.
#[api(product = BUSINESSES)]
pub trait Businesses: Send + Sync {
    /// Fetches one business.
    #[get("/businesses/{business_id}", id = "get-business", scope = "businesses.readonly", key = "business")]
    async fn get(&self, business_id: &BusinessId) -> Result<Arc<Business>>;

    /// Changes a business. What is not set stays.
    ///
    /// The answer's key is misspelt on the wire.
    #[put(
        "/businesses/{business_id}",
        id = "update-business",
        scope = "businesses.write",
        key = "buiseness",
        ack = "success"
    )]
    async fn update(&self, business_id: &BusinessId, business: UpdateBusiness) -> Result<Arc<Business>>;

    /// Deletes a business; its contacts stay and belong to none.
    #[delete(
        "/businesses/{business_id}",
        id = "delete-Business",
        scope = "businesses.write",
        ack = "success"
    )]
    async fn delete(&self, business_id: &BusinessId) -> Result<()>;

    /// Lists the businesses of a sub-account.
    #[get(
        "/businesses/",
        id = "get-businesses-by-location",
        scope = "businesses.readonly",
        location = "locationId",
        key = "businesses"
    )]
    async fn list(&self, query: ListBusinesses) -> Result<Vec<Arc<Business>>>;

    /// Creates a business.
    ///
    /// The answer's key is misspelt on the wire.
    #[post(
        "/businesses/",
        id = "create-business",
        scope = "businesses.write",
        location = "locationId",
        key = "buiseness",
        ack = "success"
    )]
    async fn create(&self, business: CreateBusiness) -> Result<Arc<Business>>;
}
