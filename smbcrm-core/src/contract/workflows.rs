//! What every implementation of the product workflows must do.

use super::{Case, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq};
use crate::workflows::operations::LIST;
use crate::workflows::{ListWorkflows, WorkflowStatus};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    workflows_are_listed => [LIST],
}

async fn workflows_are_listed(stage: &Stage) -> Verdict {
    let name = stage.unique("workflow");
    let planted = stage.hands.plant(Plant::Workflow(name.as_str().into())).await;
    let id = planted.ok_or_skip("workflows cannot be planted here")?;
    let all = stage.crm.workflows().list(ListWorkflows::new(&stage.location)).await?;
    let listed = all.iter().find(|workflow| workflow.id == *id.as_str()).cloned().unwrap_or_default();
    ensure_eq!(listed.name.as_str(), name);
    ensure_eq!((listed.status, listed.location_id), (WorkflowStatus::Published, stage.location.clone()));
    ensure!(listed.version >= 1 && listed.created_at <= listed.updated_at, "it has a first version");
    Ok(())
}
