//! Workflows: they can be listed, and contacts put through them; [`definition`] says what they do.

pub mod definition;
pub mod templates;

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::operation::Product;
use crate::types::{Extra, LocationId, Text, WorkflowId};
use crate::{api, open_enum, record, request};

/// The product's facts.
pub static WORKFLOWS: Product = Product {
    name: "workflows",
    version: "2021-07-28",
    summary: "Workflows that contacts can be put through.",
};

/// Whether a workflow runs.
#[open_enum]
pub enum WorkflowStatus {
    /// It is being written.
    Draft = "draft",
    /// It runs.
    Published = "published",
}

/// A workflow.
#[record]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name.
    pub name: Text,
    /// Whether it runs.
    pub status: WorkflowStatus,
    /// How often it was changed and saved, from 1.
    pub version: u32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Whose workflows to list.
#[request]
pub struct ListWorkflows {
    /// The sub-account.
    pub location_id: LocationId,
}

/// Workflows that contacts can be put through.
#[api(product = WORKFLOWS)]
pub trait Workflows: Send + Sync {
    /// Lists the workflows of a sub-account.
    #[get(
        "/workflows/",
        id = "get-workflow",
        scope = "workflows.readonly",
        location = "locationId",
        key = "workflows"
    )]
    async fn list(&self, query: ListWorkflows) -> Result<Vec<Workflow>>;
}
