//! Businesses, answered from state.

mod store;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::businesses::operations as op;
use smbcrm_core::businesses::{Business, Businesses, CreateBusiness, ListBusinesses, UpdateBusiness};
use smbcrm_core::types::BusinessId;
use smbcrm_core::{Error, Result};

use crate::MemCrm;
use crate::refusal;
use crate::world::State;

/// What the wire says of a business that does not exist (assumed: as of any other record).
pub(crate) fn missing(id: &BusinessId) -> Error {
    refusal::not_found("Business", id.as_str())
}

#[async_trait]
impl Businesses for MemCrm {
    async fn get(&self, business_id: &BusinessId) -> Result<Arc<Business>> {
        let find = |state: &State| state.business(business_id).cloned();
        self.read_record(&op::GET, business_id.as_str(), find, || missing(business_id))
    }

    async fn update(&self, business_id: &BusinessId, business: UpdateBusiness) -> Result<Arc<Business>> {
        let holds = |state: &State| state.business(business_id).is_some();
        let change = |state: &mut State, now| state.update_business(business_id, business, now);
        self.write_record(&op::UPDATE, business_id.as_str(), holds, change, || missing(business_id))
    }

    async fn delete(&self, business_id: &BusinessId) -> Result<()> {
        let holds = |state: &State| state.business(business_id).is_some();
        let change = |state: &mut State, now| state.delete_business(business_id, now);
        self.write_record(&op::DELETE, business_id.as_str(), holds, change, || missing(business_id))
    }

    async fn list(&self, query: ListBusinesses) -> Result<Vec<Arc<Business>>> {
        self.read(&op::LIST, &query.location_id, |state| state.list_businesses(&query))
    }

    async fn create(&self, business: CreateBusiness) -> Result<Arc<Business>> {
        let location = business.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_business(business, now))
    }
}
