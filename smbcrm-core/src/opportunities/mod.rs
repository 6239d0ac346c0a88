//! Opportunities: deals in the stages of a pipeline.
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
//!
//! async fn open_a_deal(crm: &dyn Crm) -> Result<()> {
//!     let pipelines = crm.opportunities().list_pipelines(ListPipelines::new("LOC1")).await?;
//!     let sales = pipelines.iter().find(|p| p.name == "Sales").expect("a pipeline called Sales");
//!     let deal = CreateOpportunity::new(&sales.id, "LOC1", "Ten chairs", OpportunityStatus::Open, "CON1")
//!         .monetary_value(250);
//!     let made = crm.opportunities().create(deal).await?;
//!     assert_eq!(made.pipeline_stage_id, sales.stages[0].id); // the first stage, unless told otherwise
//!     Ok(())
//! }
//! ```

mod input;
mod lost_reason;
mod model;
mod moving;
mod pipeline;
mod search;

use std::sync::Arc;

pub use input::*;
pub use lost_reason::*;
pub use model::*;
pub use moving::*;
pub use pipeline::*;
pub use search::*;

use crate::api;
use crate::contacts::Followers;
use crate::error::Result;
use crate::operation::Product;
use crate::types::OpportunityId;

/// The product's facts.
pub static OPPORTUNITIES: Product =
    Product { name: "opportunities", version: "2021-07-28", summary: "Deals in the stages of a pipeline." };

/// Deals in the stages of a pipeline.
#[api(product = OPPORTUNITIES)]
pub trait Opportunities: Send + Sync {
    /// Lists the reasons for losing an opportunity.
    #[get(
        "/opportunities/lost-reason",
        id = "get-lost-reason",
        scope = "opportunities.readonly",
        location = "locationId"
    )]
    async fn list_lost_reasons(&self, query: ListLostReasons) -> Result<LostReasonPage>;

    /// Lists opportunities by simple criteria, newest first.
    ///
    /// The wire calls the sub-account `location_id` here.
    #[get(
        "/opportunities/search",
        id = "search-opportunity",
        scope = "opportunities.readonly",
        location = "location_id"
    )]
    async fn list(&self, query: ListOpportunities) -> Result<OpportunityList>;

    /// Finds opportunities by filters, free text and sort order.
    #[post(
        "/opportunities/search",
        id = "search-opportunities-advanced",
        scope = "opportunities.readonly",
        location = "locationId",
        status = 200,
        read
    )]
    async fn search(&self, search: SearchOpportunities) -> Result<OpportunityPage>;

    /// Lists pipelines and their stages.
    #[get(
        "/opportunities/pipelines",
        id = "get-pipelines",
        scope = "opportunities.readonly",
        location = "locationId",
        key = "pipelines"
    )]
    async fn list_pipelines(&self, query: ListPipelines) -> Result<Vec<Pipeline>>;

    /// Fetches one opportunity.
    #[get(
        "/opportunities/{id}",
        id = "get-opportunity",
        scope = "opportunities.readonly",
        key = "opportunity"
    )]
    async fn get(&self, id: &OpportunityId) -> Result<Arc<Opportunity>>;

    /// Changes an opportunity. Its contact stays.
    #[put(
        "/opportunities/{id}",
        id = "update-opportunity",
        scope = "opportunities.write",
        key = "opportunity"
    )]
    async fn update(&self, id: &OpportunityId, opportunity: UpdateOpportunity) -> Result<Arc<Opportunity>>;

    /// Deletes an opportunity.
    #[delete(
        "/opportunities/{id}",
        id = "delete-opportunity",
        scope = "opportunities.write",
        ack = "succeded"
    )]
    async fn delete(&self, id: &OpportunityId) -> Result<()>;

    /// Wins, loses, abandons or reopens an opportunity.
    #[put(
        "/opportunities/{id}/status",
        id = "update-opportunity-status",
        scope = "opportunities.write",
        ack = "succeded"
    )]
    async fn set_status(&self, id: &OpportunityId, status: SetStatus) -> Result<()>;

    /// Creates the opportunity, or updates the one with this id, or the contact's one in this pipeline.
    #[post(
        "/opportunities/upsert",
        id = "Upsert-opportunity",
        scope = "opportunities.write",
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn upsert(&self, opportunity: UpsertOpportunity) -> Result<UpsertedOpportunity>;

    /// Adds followers (users) to an opportunity.
    #[post(
        "/opportunities/{id}/followers",
        id = "add-followers-opportunity",
        scope = "opportunities.write",
        idempotent
    )]
    async fn add_followers(
        &self,
        id: &OpportunityId,
        followers: Followers,
    ) -> Result<crate::contacts::FollowersAdded>;

    /// Removes some or all followers of an opportunity.
    #[delete(
        "/opportunities/{id}/followers",
        id = "remove-followers-opportunity",
        scope = "opportunities.write"
    )]
    async fn remove_followers(
        &self,
        id: &OpportunityId,
        query: RemoveAllFollowers,
        #[body] followers: Followers,
    ) -> Result<crate::contacts::FollowersRemoved>;

    /// Creates an opportunity; refused when the contact has one in the pipeline and duplicates are disallowed.
    #[post(
        "/opportunities/",
        id = "create-opportunity",
        scope = "opportunities.write",
        location = "locationId",
        key = "opportunity"
    )]
    async fn create(&self, opportunity: CreateOpportunity) -> Result<Arc<Opportunity>>;
}
