//! Where an opportunity stands: a pipeline and one of its stages.

use smbcrm_core::opportunities::Pipeline;
use smbcrm_core::types::{PipelineId, StageId};

use crate::world::State;

/// A pipeline and one of its stages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) pipeline: PipelineId,
    pub(super) stage: StageId,
}

impl State {
    pub(crate) fn pipeline(&self, id: &str) -> Option<&Pipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.id == *id)
    }

    /// Where a write puts an opportunity that is at `from` now: `None` leaves it there.
    ///
    /// A pipeline without a stage means its first stage, unless the opportunity is in that pipeline already. A
    /// stage without a pipeline must be of the opportunity's own.
    pub(super) fn place(
        &self,
        pipeline: Option<&PipelineId>,
        stage: Option<&StageId>,
        from: Option<&Place>,
    ) -> Result<Option<Place>, String> {
        let Some(pipeline) = pipeline.or(from.map(|place| &place.pipeline)) else { return Ok(None) };
        let stays = from.is_some_and(|place| place.pipeline == *pipeline);
        if stays && stage.is_none() {
            return Ok(None);
        }
        let found = self
            .pipeline(pipeline.as_str())
            .ok_or_else(|| format!("Pipeline with id {pipeline} not found"))?;
        let stage = match stage {
            None => {
                found.stages.first().ok_or_else(|| format!("Pipeline with id {pipeline} has no stages"))?
            }
            Some(id) => found
                .stages
                .iter()
                .find(|stage| stage.id == *id)
                .ok_or_else(|| format!("Stage with id {id} not found in pipeline {pipeline}"))?,
        };
        Ok(Some(Place { pipeline: pipeline.clone(), stage: stage.id.clone() }))
    }
}
