//! Creating, reading and deleting.

use super::{deal, pipeline, says, wish};
use crate::ErrorKind::{Duplicate, Invalid, NotFound};
use crate::contacts::UpdateContact;
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::locations::LocationSettings;
use crate::opportunities::operations::{CREATE, DELETE, GET, LIST_PIPELINES};
use crate::opportunities::{ListPipelines, OpportunityStatus};
use crate::types::Money;

cases! {
    pipelines_are_listed_with_their_stages_in_order => [LIST_PIPELINES],
    a_new_opportunity_is_in_the_first_stage => [CREATE],
    a_created_opportunity_can_be_read => [CREATE, GET],
    the_contact_shown_is_the_contact_as_it_is => [GET],
    a_second_opportunity_is_refused => [CREATE],
    closed_opportunities_block_as_well => [CREATE],
    another_pipeline_is_free => [CREATE],
    duplicates_can_be_allowed => [CREATE],
    what_does_not_exist_cannot_be_referred_to => [CREATE],
    a_stage_must_be_of_the_pipeline => [CREATE],
    everything_that_is_wrong_is_said_at_once => [CREATE],
    a_deleted_opportunity_is_gone => [DELETE, GET],
    it_goes_with_its_contact => [GET],
}

async fn pipelines_are_listed_with_their_stages_in_order(stage: &Stage) -> Verdict {
    let pipelines = stage.crm.opportunities().list_pipelines(ListPipelines::new(&stage.location)).await?;
    ensure!(!pipelines.is_empty(), "a sub-account has a pipeline");
    for pipeline in &pipelines {
        ensure!(!pipeline.id.is_empty() && !pipeline.name.is_empty());
        ensure_eq!(pipeline.location_id, stage.location);
        let positions: Vec<u32> = pipeline.stages.iter().map(|stage| stage.position).collect();
        ensure!(positions.is_sorted(), "the stages stand at {positions:?}");
    }
    Ok(())
}

async fn a_new_opportunity_is_in_the_first_stage(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    ensure_eq!(made.pipeline_id, pipeline.id);
    ensure_eq!(made.pipeline_stage_id, pipeline.stages[0].id);
    ensure_eq!(made.status, OpportunityStatus::Open);
    ensure_eq!(made.location_id, stage.location);
    Ok(())
}

async fn a_created_opportunity_can_be_read(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let opportunities = stage.crm.opportunities();
    let value: Money = "99.95".parse().unwrap_or_default();
    let wish = wish(stage, &pipeline, &contact.id)
        .monetary_value(value)
        .pipeline_stage_id(&pipeline.stages[1].id)
        .source("contract");
    let made = opportunities.create(wish.clone()).await?;
    let read = opportunities.get(&made.id).await?;
    ensure_eq!(read.name, wish.name);
    ensure_eq!(read.monetary_value, Some(value));
    ensure_eq!(read.pipeline_stage_id, pipeline.stages[1].id);
    ensure_eq!(read.contact_id, contact.id);
    let shown = read.contact.clone().unwrap_or_default();
    ensure_eq!(shown.id, contact.id);
    ensure_eq!(shown.email, contact.email);
    ensure_eq!(read.created_at, made.created_at);
    Ok(())
}

async fn the_contact_shown_is_the_contact_as_it_is(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let change = UpdateContact::new().first_name("Adela").tags(["contract"]);
    stage.crm.contacts().update(&made.contact_id, change).await?;
    let shown = stage.crm.opportunities().get(&made.id).await?.contact.clone().unwrap_or_default();
    ensure_eq!(shown.name.as_deref(), Some("Adela Vale"));
    ensure_eq!(shown.tags.len(), 1);
    Ok(())
}

async fn allow(stage: &Stage, allow: bool) -> Verdict {
    let settings =
        LocationSettings { allow_duplicate_opportunity: Some(allow), ..LocationSettings::default() };
    stage.hands.settings(settings).await.ok_or_skip("settings cannot be changed here")
}

async fn a_second_opportunity_is_refused(stage: &Stage) -> Verdict {
    allow(stage, false).await?;
    let (pipeline, made) = deal(stage).await?;
    let again = stage.crm.opportunities().create(wish(stage, &pipeline, &made.contact_id)).await;
    let error = refused(again, Duplicate, 400)?;
    says(&error, &["Can not create duplicate opportunity for the contact."])?;
    ensure_eq!(error.code(), Some("OPPORTUNITY_NO_DUPLICATE"));
    ensure_eq!(error.existing_id(), Some(made.id.as_str()));
    Ok(())
}

async fn closed_opportunities_block_as_well(stage: &Stage) -> Verdict {
    allow(stage, false).await?;
    let pipeline = pipeline(stage).await?;
    let opportunities = stage.crm.opportunities();
    for status in [OpportunityStatus::Won, OpportunityStatus::Lost, OpportunityStatus::Abandoned] {
        let contact = stage.contact().await?;
        let mut closed = wish(stage, &pipeline, &contact.id);
        closed.status = status;
        opportunities.create(closed).await?;
        refused(opportunities.create(wish(stage, &pipeline, &contact.id)).await, Duplicate, 400)?;
    }
    Ok(())
}

async fn another_pipeline_is_free(stage: &Stage) -> Verdict {
    allow(stage, false).await?;
    let (_, made) = deal(stage).await?;
    let plant = Plant::Pipeline(stage.unique("pipeline").into(), vec!["Only".into()]);
    let other = stage.hands.plant(plant).await.ok_or_skip("pipelines cannot be planted here")?;
    let mut second = wish(stage, &pipeline(stage).await?, &made.contact_id);
    second.pipeline_id = other.into();
    let second = stage.crm.opportunities().create(second).await?;
    ensure!(second.id != made.id);
    Ok(())
}

async fn duplicates_can_be_allowed(stage: &Stage) -> Verdict {
    allow(stage, true).await?;
    let (pipeline, made) = deal(stage).await?;
    let second = stage.crm.opportunities().create(wish(stage, &pipeline, &made.contact_id)).await?;
    ensure!(second.id != made.id);
    Ok(())
}

async fn what_does_not_exist_cannot_be_referred_to(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let opportunities = stage.crm.opportunities();
    let nobody = opportunities.create(wish(stage, &pipeline, &"nobody".into())).await;
    says(&refused(nobody, NotFound, 400)?, &["Contact with id nobody not found"])?;
    let mut nowhere = wish(stage, &pipeline, &contact.id);
    nowhere.pipeline_id = "nowhere".into();
    says(
        &refused(opportunities.create(nowhere).await, NotFound, 400)?,
        &["Pipeline with id nowhere not found"],
    )
}

async fn a_stage_must_be_of_the_pipeline(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let wrong = wish(stage, &pipeline, &contact.id).pipeline_stage_id("elsewhere");
    let error = refused(stage.crm.opportunities().create(wrong).await, NotFound, 400)?;
    says(&error, &[&format!("Stage with id elsewhere not found in pipeline {}", pipeline.id)])
}

async fn everything_that_is_wrong_is_said_at_once(stage: &Stage) -> Verdict {
    let pipeline = pipeline(stage).await?;
    let contact = stage.contact().await?;
    let mut wrong = wish(stage, &pipeline, &contact.id).monetary_value(-1);
    wrong.name = "".into();
    wrong.status = OpportunityStatus::All;
    let error = refused(stage.crm.opportunities().create(wrong).await, Invalid, 422)?;
    for field in ["name", "status", "monetaryValue"] {
        ensure!(
            error.messages().iter().any(|said| said.starts_with(field)),
            "{field}: {:?}",
            error.messages()
        );
    }
    stage.crm.opportunities().create(wish(stage, &pipeline, &contact.id)).await?;
    Ok(())
}

async fn a_deleted_opportunity_is_gone(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    opportunities.delete(&made.id).await?;
    let said = format!("Opportunity with id {} not found", made.id);
    says(&refused(opportunities.get(&made.id).await, NotFound, 400)?, &[&said])?;
    says(&refused(opportunities.delete(&made.id).await, NotFound, 400)?, &[&said])?;
    // Its place is free again.
    opportunities.create(wish(stage, &pipeline, &made.contact_id)).await?;
    Ok(())
}

async fn it_goes_with_its_contact(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    stage.crm.contacts().delete(&made.contact_id).await?;
    refused(stage.crm.opportunities().get(&made.id).await, NotFound, 400)?;
    Ok(())
}
