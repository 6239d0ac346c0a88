//! Workflows, listed from state.

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::workflows::{ListWorkflows, Workflow, WorkflowStatus, Workflows, operations as op};

use crate::MemCrm;

#[async_trait]
impl Workflows for MemCrm {
    async fn list(&self, query: ListWorkflows) -> Result<Vec<Workflow>> {
        self.read(&op::LIST, &query.location_id, |state| {
            let workflows = state.workflows.iter().map(|known| {
                let mut workflow = Workflow::default();
                workflow.id = (&known.id).into();
                workflow.name = known.name.clone();
                workflow.status =
                    if known.published { WorkflowStatus::Published } else { WorkflowStatus::Draft };
                workflow.version = known.version;
                workflow.created_at = known.created_at;
                workflow.updated_at = known.updated_at;
                workflow.location_id = state.location.id.clone();
                workflow
            });
            Ok(workflows.collect())
        })
    }
}
