//! Upserts.

use super::{deal, pipeline, says};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::opportunities::operations::UPSERT;
use crate::opportunities::{FollowersAction, OpportunityStatus, UpsertOpportunity};
use crate::types::UserId;

cases! {
    the_first_upsert_creates_and_the_second_updates => [UPSERT],
    an_id_says_which_one => [UPSERT],
    an_id_of_nothing_is_not_found => [UPSERT],
    without_id_and_contact_there_is_nothing_to_match => [UPSERT],
    the_contact_of_an_opportunity_stays => [UPSERT],
    upserts_add_and_remove_followers => [UPSERT],
}

async fn the_first_upsert_creates_and_the_second_updates(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let opportunities = stage.crm.opportunities();
    let wish = UpsertOpportunity::new(&pipeline.id, &stage.location).contact_id(&contact.id).name("One");
    let first = opportunities.upsert(wish.clone()).await?;
    ensure!(first.new);
    ensure_eq!(first.opportunity.status, OpportunityStatus::Open);
    ensure_eq!(first.opportunity.pipeline_stage_id, pipeline.stages[0].id);
    let second = opportunities.upsert(wish.name("Two").monetary_value(5).status("won")).await?;
    ensure!(!second.new);
    ensure_eq!(second.opportunity.id, first.opportunity.id);
    ensure_eq!(second.opportunity.name, "Two");
    ensure_eq!(second.opportunity.status, OpportunityStatus::Won);
    Ok(())
}

async fn an_id_says_which_one(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    let wish = UpsertOpportunity::new(&pipeline.id, &stage.location).id(&made.id).name("Named by id");
    let done = stage.crm.opportunities().upsert(wish).await?;
    ensure!(!done.new);
    ensure_eq!(done.opportunity.id, made.id);
    ensure_eq!(done.opportunity.contact_id, made.contact_id);
    ensure_eq!(done.opportunity.name, "Named by id");
    Ok(())
}

async fn an_id_of_nothing_is_not_found(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let wish = UpsertOpportunity::new(&pipeline.id, &stage.location).id("nothing").contact_id(&contact.id);
    let error = refused(stage.crm.opportunities().upsert(wish).await, NotFound, 400)?;
    says(&error, &["Opportunity with id nothing not found"])
}

async fn without_id_and_contact_there_is_nothing_to_match(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let wish = UpsertOpportunity::new(&pipeline.id, &stage.location).name("Whose?");
    let error = refused(stage.crm.opportunities().upsert(wish).await, Invalid, 422)?;
    says(&error, &["contactId should not be empty"])
}

async fn the_contact_of_an_opportunity_stays(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    let other = stage.contact().await?;
    let wish = UpsertOpportunity::new(&pipeline.id, &stage.location).id(&made.id).contact_id(&other.id);
    refused(stage.crm.opportunities().upsert(wish).await, Invalid, 422)?;
    ensure_eq!(stage.crm.opportunities().get(&made.id).await?.contact_id, made.contact_id);
    Ok(())
}

async fn upserts_add_and_remove_followers(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    let wish = || UpsertOpportunity::new(&pipeline.id, &stage.location).id(&made.id);
    let opportunities = stage.crm.opportunities();
    let add = wish().followers(["u1", "u2"]).followers_action_type(FollowersAction::Add);
    ensure_eq!(opportunities.upsert(add).await?.opportunity.followers.len(), 2);
    let remove = wish().followers(["u1"]).followers_action_type(FollowersAction::Remove);
    ensure_eq!(opportunities.upsert(remove).await?.opportunity.followers, [UserId::from("u2")]);
    let clear = wish().is_remove_all_followers(true);
    ensure!(opportunities.upsert(clear).await?.opportunity.followers.is_empty());
    Ok(())
}
