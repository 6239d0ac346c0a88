//! Updates: moves between stages and pipelines, statuses, and what they stamp.

use super::{deal, says};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::locations::{CreateCustomField, CustomFieldType, FieldModel};
use crate::opportunities::operations::{SET_STATUS, UPDATE};
use crate::opportunities::{OpportunityStatus, SetStatus, UpdateOpportunity};
use crate::types::{CustomFieldInput, LostReasonId, PipelineId};

cases! {
    an_update_changes_what_it_names => [UPDATE],
    stamps_move_with_what_they_stamp => [UPDATE],
    a_move_to_another_pipeline_goes_to_its_first_stage => [UPDATE],
    a_stage_of_another_pipeline_is_refused => [UPDATE],
    custom_fields_are_merged => [UPDATE],
    an_update_of_nothing_is_not_found => [UPDATE],
    every_status_can_be_set => [SET_STATUS],
    all_is_no_status => [SET_STATUS, UPDATE],
    a_reason_belongs_to_what_is_lost => [SET_STATUS],
}

async fn an_update_changes_what_it_names(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let change = UpdateOpportunity::new().name("Renamed").monetary_value(12).assigned_to("some-user");
    let changed = stage.crm.opportunities().update(&made.id, change).await?;
    ensure_eq!(changed.name, "Renamed");
    ensure_eq!(changed.monetary_value, Some(12.into()));
    ensure_eq!(changed.assigned_to.as_ref().map(|user| user.as_str()), Some("some-user"));
    ensure_eq!(changed.pipeline_stage_id, made.pipeline_stage_id);
    ensure_eq!(changed.contact_id, made.contact_id);
    ensure!(changed.updated_at >= made.updated_at);
    Ok(())
}

async fn stamps_move_with_what_they_stamp(stage: &Stage) -> Verdict {
    let (pipeline, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let named =
        opportunities.update(&made.id, UpdateOpportunity::new().name("Renamed").status("open")).await?;
    ensure_eq!(named.last_stage_change_at, made.last_stage_change_at);
    ensure_eq!(named.last_status_change_at, made.last_status_change_at);
    let move_on = UpdateOpportunity::new().pipeline_stage_id(&pipeline.stages[1].id);
    let moved = opportunities.update(&made.id, move_on).await?;
    ensure_eq!(moved.pipeline_stage_id, pipeline.stages[1].id);
    ensure!(moved.last_stage_change_at > made.last_stage_change_at);
    ensure_eq!(moved.last_status_change_at, made.last_status_change_at);
    let won = opportunities.update(&made.id, UpdateOpportunity::new().status("won")).await?;
    ensure_eq!(won.last_stage_change_at, moved.last_stage_change_at);
    ensure!(won.last_status_change_at > made.last_status_change_at);
    Ok(())
}

async fn other_pipeline(stage: &Stage) -> Result<PipelineId, crate::contract::Failure> {
    let plant = Plant::Pipeline(stage.unique("pipeline").into(), vec!["Due".into(), "Done".into()]);
    Ok(stage.hands.plant(plant).await.ok_or_skip("pipelines cannot be planted here")?.into())
}

async fn a_move_to_another_pipeline_goes_to_its_first_stage(stage: &Stage) -> Verdict {
    let other = other_pipeline(stage).await?;
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let moved = opportunities.update(&made.id, UpdateOpportunity::new().pipeline_id(&other)).await?;
    let pipelines =
        opportunities.list_pipelines(crate::opportunities::ListPipelines::new(&stage.location)).await?;
    let first = pipelines.iter().find(|pipeline| pipeline.id == other).and_then(|other| other.stages.first());
    ensure_eq!(Some(&moved.pipeline_stage_id), first.map(|stage| &stage.id));
    // Naming the pipeline it is in already leaves it in its stage.
    let back = opportunities.update(&made.id, UpdateOpportunity::new().pipeline_id(&other)).await?;
    ensure_eq!(back.last_stage_change_at, moved.last_stage_change_at);
    Ok(())
}

async fn a_stage_of_another_pipeline_is_refused(stage: &Stage) -> Verdict {
    let other = other_pipeline(stage).await?;
    let (pipeline, made) = deal(stage).await?;
    let wrong = UpdateOpportunity::new().pipeline_id(&other).pipeline_stage_id(&pipeline.stages[0].id);
    refused(stage.crm.opportunities().update(&made.id, wrong).await, NotFound, 400)?;
    let same = stage.crm.opportunities().get(&made.id).await?;
    ensure_eq!(same.pipeline_id, made.pipeline_id);
    Ok(())
}

async fn custom_fields_are_merged(stage: &Stage) -> Verdict {
    let locations = stage.crm.locations();
    let mut made = Vec::new();
    for what in ["seats", "note"] {
        let input =
            CreateCustomField::new(stage.unique(what), CustomFieldType::Text).model(FieldModel::Opportunity);
        made.push(locations.create_custom_field(&stage.location, input).await?.id);
    }
    let (_, deal) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let set = |at: usize, value: &str| {
        UpdateOpportunity::new().custom_fields([CustomFieldInput::new(&made[at], value)])
    };
    opportunities.update(&deal.id, set(0, "12")).await?;
    let both = opportunities.update(&deal.id, set(1, "soon")).await?;
    let unknown = UpdateOpportunity::new().custom_fields([CustomFieldInput::new("nothing", "x")]);
    let unknown = opportunities.update(&deal.id, unknown).await;
    for id in &made {
        locations.delete_custom_field(&stage.location, id).await?;
    }
    ensure_eq!(both.custom_fields.len(), 2);
    refused(unknown, Invalid, 422)?;
    Ok(())
}

async fn an_update_of_nothing_is_not_found(stage: &Stage) -> Verdict {
    let gone = stage.crm.opportunities().update(&"nothing".into(), UpdateOpportunity::new().name("x")).await;
    says(&refused(gone, NotFound, 400)?, &["Opportunity with id nothing not found"])
}

async fn every_status_can_be_set(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    use OpportunityStatus::{Abandoned, Lost, Open, Won};
    for status in [Won, Lost, Abandoned, Open] {
        opportunities.set_status(&made.id, SetStatus::new(status.clone())).await?;
        ensure_eq!(opportunities.get(&made.id).await?.status, status);
    }
    Ok(())
}

async fn all_is_no_status(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let all = OpportunityStatus::All;
    refused(opportunities.set_status(&made.id, SetStatus::new(all.clone())).await, Invalid, 422)?;
    let change = UpdateOpportunity::new().status(all).name("Renamed");
    refused(opportunities.update(&made.id, change).await, Invalid, 422)?;
    ensure_eq!(opportunities.get(&made.id).await?.name, made.name);
    Ok(())
}

async fn a_reason_belongs_to_what_is_lost(stage: &Stage) -> Verdict {
    let plant = Plant::LostReason(stage.unique("reason").into());
    let reason = stage.hands.plant(plant).await.ok_or_skip("reasons cannot be planted here")?;
    let reason = LostReasonId::from(reason);
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let won = SetStatus::new(OpportunityStatus::Won).lost_reason_id(&reason);
    refused(opportunities.set_status(&made.id, won).await, Invalid, 422)?;
    let unknown = SetStatus::new(OpportunityStatus::Lost).lost_reason_id("nothing");
    let error = refused(opportunities.set_status(&made.id, unknown).await, NotFound, 400)?;
    says(&error, &["Lost reason with id nothing not found"])?;
    let lost = SetStatus::new(OpportunityStatus::Lost).lost_reason_id(&reason);
    opportunities.set_status(&made.id, lost).await?;
    ensure_eq!(opportunities.get(&made.id).await?.lost_reason_id, Some(reason));
    opportunities.set_status(&made.id, SetStatus::new(OpportunityStatus::Open)).await?;
    ensure_eq!(opportunities.get(&made.id).await?.lost_reason_id, None);
    Ok(())
}
