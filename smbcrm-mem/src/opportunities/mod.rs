//! Opportunities, answered from state.

mod changes;
mod details;
mod follower;
mod lost_reason;
mod pipeline;
mod query;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::contacts::{Followers, FollowersAdded, FollowersRemoved};
use smbcrm_core::operation::Operation;
use smbcrm_core::opportunities::operations as op;
use smbcrm_core::opportunities::{
    CreateOpportunity, ListLostReasons, ListOpportunities, ListPipelines, LostReasonPage, Opportunities,
    Opportunity, OpportunityList, OpportunityPage, Pipeline, RemoveAllFollowers, SearchOpportunities,
    SetStatus, UpdateOpportunity, UpsertOpportunity, UpsertedOpportunity,
};
use smbcrm_core::types::OpportunityId;
use smbcrm_core::{Error, Result};

use crate::MemCrm;
use crate::refusal;
use crate::world::State;

/// What the wire says of an opportunity that does not exist.
pub(crate) fn missing(id: &OpportunityId) -> Error {
    refusal::not_found("Opportunity", id.as_str())
}

impl MemCrm {
    /// Passes the gate and changes one opportunity's sub-account; the opportunity exists while `change` runs.
    fn write_opportunity<T>(
        &self,
        operation: &'static Operation,
        id: &OpportunityId,
        change: impl FnOnce(&mut State, chrono::DateTime<chrono::Utc>) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.opportunities.get(id.as_str()).is_some();
        self.write_record(operation, id.as_str(), holds, change, || missing(id))
    }
}

#[async_trait]
impl Opportunities for MemCrm {
    async fn list_lost_reasons(&self, query: ListLostReasons) -> Result<LostReasonPage> {
        self.read(&op::LIST_LOST_REASONS, &query.location_id, |state| state.lost_reason_page(&query))
    }

    async fn list(&self, query: ListOpportunities) -> Result<OpportunityList> {
        self.find_opportunities(
            &op::LIST,
            &query.location_id,
            |_| query::check_list(&query),
            |state| Ok(state.list_query(&query)),
            |state, asked, hits| state.opportunity_list(&query, asked, hits),
        )
    }

    async fn search(&self, search: SearchOpportunities) -> Result<OpportunityPage> {
        self.find_opportunities(
            &op::SEARCH,
            &search.location_id,
            |state| state.check_search(&search),
            |state| state.search_query(&search),
            |state, asked, hits| state.opportunity_page(&search, asked, hits),
        )
    }

    async fn list_pipelines(&self, query: ListPipelines) -> Result<Vec<Pipeline>> {
        self.read(&op::LIST_PIPELINES, &query.location_id, |state| Ok(state.pipelines.to_vec()))
    }

    async fn get(&self, id: &OpportunityId) -> Result<Arc<Opportunity>> {
        let find = |state: &State| state.opportunities.get(id.as_str()).map(|found| state.shown(found));
        self.read_record(&op::GET, id.as_str(), find, || missing(id))
    }

    async fn update(&self, id: &OpportunityId, opportunity: UpdateOpportunity) -> Result<Arc<Opportunity>> {
        self.write_opportunity(&op::UPDATE, id, |state, now| {
            state.change_opportunity(id, opportunity.into(), now)
        })
    }

    async fn delete(&self, id: &OpportunityId) -> Result<()> {
        self.write_opportunity(&op::DELETE, id, |state, _| {
            state.opportunities.remove(id.as_str());
            Ok(())
        })
    }

    async fn set_status(&self, id: &OpportunityId, status: SetStatus) -> Result<()> {
        self.write_opportunity(&op::SET_STATUS, id, |state, now| {
            state.change_opportunity(id, status.into(), now).map(drop)
        })
    }

    async fn upsert(&self, opportunity: UpsertOpportunity) -> Result<UpsertedOpportunity> {
        let location = opportunity.location_id.clone();
        self.write(&op::UPSERT, &location, |state, now| state.upsert_opportunity(opportunity, now))
    }

    async fn add_followers(&self, id: &OpportunityId, followers: Followers) -> Result<FollowersAdded> {
        self.write_opportunity(&op::ADD_FOLLOWERS, id, |state, now| {
            state.follow(id, &followers.followers, now)
        })
    }

    async fn remove_followers(
        &self,
        id: &OpportunityId,
        query: RemoveAllFollowers,
        followers: Followers,
    ) -> Result<FollowersRemoved> {
        let all = query.is_remove_all_followers.unwrap_or(false);
        self.write_opportunity(&op::REMOVE_FOLLOWERS, id, |state, now| {
            state.unfollow(id, all, &followers.followers, now)
        })
    }

    async fn create(&self, opportunity: CreateOpportunity) -> Result<Arc<Opportunity>> {
        let location = opportunity.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_opportunity(opportunity, now))
    }
}
