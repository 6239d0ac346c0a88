//! Pipelines and their stages.

use chrono::{DateTime, Utc};

use crate::types::{Extra, LocationId, PipelineId, StageId, Text};
use crate::{record, request};

/// Which pipelines to list. Note the wire's `locationId` here against `location_id` in the search.
#[request]
pub struct ListPipelines {
    /// The sub-account.
    pub location_id: LocationId,
}

/// A pipeline: the stages a deal goes through.
#[record]
pub struct Pipeline {
    /// Its id.
    pub id: PipelineId,
    /// Its name.
    pub name: Text,
    /// The pipeline it was copied from. Null when it was not.
    #[serde(default)]
    #[plain]
    pub origin_id: Option<Text>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
    /// How its colours are drawn: `dot`, `bg-tint` or `none`.
    pub color_render_mode: Option<Text>,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// When it was changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// Its stages in order.
    pub stages: Vec<Stage>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Pipeline {
    /// The stage of this name, compared without regard to case.
    pub fn stage_named(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name.trim().eq_ignore_ascii_case(name.trim()))
    }
}

/// A stage of a pipeline.
#[record]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// Its name.
    pub name: Text,
    /// The stage it was copied from. Null when it was not.
    #[serde(default)]
    #[plain]
    pub origin_id: Option<Text>,
    /// Its place, from 0.
    pub position: u32,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
    /// Fields this version has no name for.
    pub extra: Extra,
}
