//! What every implementation of the product opportunities must do.

mod follower;
mod list;
mod lost_reason;
mod move_and_close;
mod search;
mod upsert;
mod write;

use std::sync::Arc;

use super::{Case, Failure, Stage};
use crate::error::Error;
use crate::opportunities::{CreateOpportunity, ListPipelines, Opportunity, OpportunityStatus, Pipeline};
use crate::types::ContactId;

/// The product's cases, concept by concept.
pub(super) static CASES: &[&[Case]] = &[
    write::CASES,
    move_and_close::CASES,
    upsert::CASES,
    follower::CASES,
    lost_reason::CASES,
    search::CASES,
    list::CASES,
];

/// The sub-account's first pipeline with at least two stages.
async fn pipeline(stage: &Stage) -> Result<Pipeline, Failure> {
    let pipelines = stage.crm.opportunities().list_pipelines(ListPipelines::new(&stage.location)).await?;
    let found = pipelines.into_iter().find(|pipeline| pipeline.stages.len() > 1);
    found.ok_or_else(|| Failure::skip("the sub-account has no pipeline of two stages"))
}

/// An open opportunity to create.
fn wish(stage: &Stage, pipeline: &Pipeline, contact: &ContactId) -> CreateOpportunity {
    let name = stage.unique("deal");
    CreateOpportunity::new(&pipeline.id, &stage.location, name, OpportunityStatus::Open, contact)
}

/// An open opportunity of a new contact; both go when the case is over.
async fn deal(stage: &Stage) -> Result<(Pipeline, Arc<Opportunity>), Failure> {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let made = stage.crm.opportunities().create(wish(stage, &pipeline, &contact.id)).await?;
    Ok((pipeline, made))
}

/// Fails unless the refusal says exactly this.
fn says(error: &Error, messages: &[&str]) -> Result<(), Failure> {
    if error.messages() == messages {
        return Ok(());
    }
    Err(Failure::new(format!("it says {:?}, expected {messages:?}", error.messages())))
}
