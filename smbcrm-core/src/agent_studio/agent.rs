//! Agents: their records, and what is asked and answered about them.

use chrono::{DateTime, Utc};

use super::{AgentDraft, AgentVersion, Edge, Node, PublishedVersion};
use crate::types::{AgentId, AgentVersionId, CompanyId, Extra, LocationId, Text, UserId};
use crate::{open_enum, record, request};

/// Whether an agent answers.
#[open_enum]
pub enum AgentStatus {
    /// It answers, once a version is published.
    Active = "active",
    /// It does not, and is neither listed nor shown.
    Inactive = "inactive",
    /// It does not any more.
    Archived = "archived",
}

/// An agent with all its versions.
#[record]
pub struct Agent {
    /// The id of the record (a UUID); operations want [`agent_id`](Self::agent_id).
    pub id: Text,
    /// Its id.
    pub agent_id: AgentId,
    /// Its name.
    pub name: Text,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The agency.
    pub agency_id: Option<CompanyId>,
    /// The sub-account.
    pub location_id: LocationId,
    /// What made it: `agent_studio`.
    pub product_slug: Option<Text>,
    /// What made it: `agent_studio`.
    pub product_id: Option<Text>,
    /// Who made it.
    pub author_id: Option<UserId>,
    /// Whether it answers.
    pub status: AgentStatus,
    /// The folder it is in.
    pub folder_id: Option<Text>,
    /// What that folder is called.
    pub folder_name: Option<Text>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The version that answers; nothing before one is published.
    pub production_version: Option<PublishedVersion>,
    /// All versions, the oldest first.
    pub versions: Vec<AgentVersion>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agent as lists show it.
#[record]
pub struct AgentSummary {
    /// Its id.
    pub agent_id: AgentId,
    /// Its name.
    pub name: Text,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The sub-account.
    pub location_id: LocationId,
    /// The agency; a list does not say it.
    pub agency_id: Option<CompanyId>,
    /// Whether it answers.
    pub status: AgentStatus,
    /// Who made it; a list does not say it.
    pub author_id: Option<UserId>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agent to create.
#[request]
pub struct CreateAgent {
    /// The sub-account.
    pub location_id: LocationId,
    /// Whether it answers once a version is published.
    pub status: AgentStatus,
    /// Its first version.
    pub version: AgentDraft,
    /// Its name.
    pub name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The agency.
    pub agency_id: Option<CompanyId>,
    /// Who makes it.
    pub author_id: Option<UserId>,
    /// What that person is called.
    pub author_name: Option<Text>,
    /// That person's e-mail.
    pub author_email: Option<Text>,
    /// The nodes, where the version has none: an older spelling of `version.nodes`.
    pub nodes: Option<Vec<Node>>,
    /// The edges, where the version has none: an older spelling of `version.edges`.
    pub edges: Option<Vec<Edge>>,
}

/// Changes to an agent. What is not set stays.
#[request]
pub struct UpdateAgent {
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// Whether it answers.
    pub status: Option<AgentStatus>,
}

/// Which agents to list.
#[request]
pub struct ListAgents {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page, 100 at most. The wire declares it as text.
    pub limit: u32,
    /// How many to leave out at the beginning. The wire declares it as text.
    pub offset: u32,
    /// Only those that have a published version.
    pub is_published: Option<bool>,
    /// Where the request comes from: `api`.
    pub source: Option<Text>,
}

/// Which published agents to list.
#[request]
pub struct ListPublishedAgents {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page, 100 at most. The wire declares it as text.
    pub limit: u32,
    /// How many to leave out at the beginning. The wire declares it as text.
    pub offset: u32,
    /// Where the request comes from: `api`.
    pub source: Option<Text>,
}

/// Whose agent to fetch.
#[request]
pub struct GetAgent {
    /// The sub-account.
    pub location_id: LocationId,
    /// Where the request comes from: `api`.
    pub source: Option<Text>,
}

/// Whose agent to delete.
#[request]
pub struct DeleteAgent {
    /// The sub-account.
    pub location_id: LocationId,
    /// Where the request comes from: `api`.
    pub source: Option<Text>,
}

/// A page of agents.
#[record]
pub struct AgentPage {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// The agents, the newest first.
    pub agents: Vec<AgentSummary>,
    /// Which page this is.
    pub pagination: AgentPagination,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which page of agents an answer holds.
#[record]
pub struct AgentPagination {
    /// How many agents there are in all.
    pub total: u64,
    /// How many a page holds.
    pub limit: u32,
    /// How many were left out at the beginning.
    pub offset: u32,
    /// Whether there are more behind this page.
    pub has_more: bool,
}

/// The agent that was asked for.
#[record]
pub struct AgentFound {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// The agent.
    pub agent: Agent,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agent that was created.
#[record]
pub struct AgentCreated {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// The agent.
    pub agent: AgentSummary,
    /// Its staging version.
    pub versions: Vec<AgentVersion>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agent or a version that was changed.
#[record]
pub struct AgentUpdated {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// As it is now.
    pub data: AgentChange,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What an agent or a version is after a change.
#[record]
pub struct AgentChange {
    /// The agent.
    pub agent_id: AgentId,
    /// The version, where one was changed.
    pub version_id: Option<AgentVersionId>,
    /// The agent's name.
    pub name: Text,
    /// The description of what was changed.
    pub description: Option<Text>,
    /// Whether the agent answers.
    pub status: AgentStatus,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agent that was deleted.
#[record]
pub struct AgentDeleted {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// The agent.
    pub agent_id: AgentId,
    /// Fields this version has no name for.
    pub extra: Extra,
}
