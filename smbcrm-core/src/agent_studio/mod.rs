//! Agents: what they do, as a graph of nodes, and conversations with them.
//!
//! An agent has versions. A new one begins with a *staging* version, and a version that is published becomes the
//! agent's *production*: that is what answers. A conversation with an agent is a session, which the wire names by an
//! `executionId`; a [`Session`] carries it from turn to turn.
//!
//! ```
//! use smbcrm_core::agent_studio::{
//!     AgentDraft, AgentStatus, AgentSessions, CreateAgent, Edge, Node, PublishVersion,
//! };
//! use smbcrm_core::types::LocationId;
//! use smbcrm_core::{Crm, Result};
//!
//! async fn concierge(crm: &dyn Crm, location: &LocationId) -> Result<()> {
//!     let draft = AgentDraft::new("First version")
//!         .nodes([Node::start("start"), Node::prompt("ask", "What is your name?").save_to("name")])
//!         .node(Node::reply("greet", "Nice to meet you, {{name}}."))
//!         .edges([Edge::new("start", "ask"), Edge::new("ask", "greet")]);
//!     let made = crm.agent_studio().create(CreateAgent::new(location, AgentStatus::Active, draft).name("Concierge"));
//!     let made = made.await?;
//!     let version = &made.versions[0].version_id;
//!     crm.agent_studio().publish(version, PublishVersion::new(location)).await?;
//!
//!     let mut session = crm.agent_studio().agent(location, &made.agent.agent_id).session();
//!     assert_eq!(session.say("Hello").await?.response, "What is your name?");
//!     assert_eq!(session.say("Ada").await?.response, "Nice to meet you, Ada."); // the same executionId
//!     Ok(())
//! }
//! ```
//!
//! Of a node the wire documents its id, its name, `type` and whether it is the start; what the types do and how they
//! are configured is our convention, see [`Node`].

mod agent;
mod check;
mod execution;
mod node;
mod session;
mod version;

pub use agent::*;
pub use check::{MAX_EDGES, MAX_NODES, graph_problems, has_start};
pub use execution::*;
pub use node::*;
pub use session::{AgentHandle, AgentSessions, Session};
pub use version::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{AgentId, AgentVersionId};

/// The product's facts.
pub static AGENT_STUDIO: Product = Product {
    name: "agent-studio",
    version: "2021-04-15",
    summary: "Agents, their versions, and conversations with them.",
};

/// Agents, their versions, and conversations with them.
///
/// Three operations are there twice: the ones under `/agent-studio/public-api/` are the older ones, which the API
/// calls deprecated and SMBcrm's own examples use.
#[api(product = AGENT_STUDIO)]
pub trait AgentStudio: Send + Sync {
    /// Creates an agent with a staging version.
    #[post("/agent-studio/agent", id = "createAgent", scope = "agent-studio.write", location = "locationId")]
    async fn create(&self, agent: CreateAgent) -> Result<AgentCreated>;

    /// Lists the active agents of a sub-account, those without a published version included.
    #[get("/agent-studio/agent", id = "getAgents", scope = "agent-studio.readonly", location = "locationId")]
    async fn list(&self, query: ListAgents) -> Result<AgentPage>;

    /// Changes a version that is not published yet. What is not set stays; nodes and edges are replaced as a whole.
    #[patch(
        "/agent-studio/agent/versions/{version_id}",
        id = "updateAgentVersion",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404
    )]
    async fn update_version(
        &self,
        version_id: &AgentVersionId,
        version: UpdateAgentVersion,
    ) -> Result<AgentUpdated>;

    /// Makes a version the agent's production, and a new draft of it for what comes next.
    #[post(
        "/agent-studio/agent/versions/{version_id}/publish",
        id = "promoteAndPublish",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404,
        status = 200
    )]
    async fn publish(&self, version_id: &AgentVersionId, publish: PublishVersion)
    -> Result<VersionPublished>;

    /// Fetches an active agent with all its versions.
    #[get(
        "/agent-studio/agent/{agent_id}",
        id = "getAgentById",
        scope = "agent-studio.readonly",
        location = "locationId",
        missing = 404
    )]
    async fn get(&self, agent_id: &AgentId, query: GetAgent) -> Result<AgentFound>;

    /// Changes an agent's name, description or status. What is not set stays.
    #[patch(
        "/agent-studio/agent/{agent_id}",
        id = "updateAgentMetadata",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404
    )]
    async fn update(&self, agent_id: &AgentId, agent: UpdateAgent) -> Result<AgentUpdated>;

    /// Deletes an agent, its versions and its sessions.
    #[delete(
        "/agent-studio/agent/{agent_id}",
        id = "deleteAgent",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404
    )]
    async fn delete(&self, agent_id: &AgentId, query: DeleteAgent) -> Result<AgentDeleted>;

    /// Tells an agent something and answers with what it says.
    ///
    /// Without an `executionId` a new session begins; with one, it goes on. A [`Session`] keeps it for you.
    #[post(
        "/agent-studio/agent/{agent_id}/execute",
        id = "executeAgent",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404,
        status = 200
    )]
    async fn execute(&self, agent_id: &AgentId, message: ExecuteAgent) -> Result<Execution>;

    /// Lists the active agents that have a published version.
    #[get(
        "/agent-studio/public-api/agents",
        id = "getAgents-deprecated",
        scope = "agent-studio.readonly",
        location = "locationId",
        deprecated
    )]
    async fn list_published(&self, query: ListPublishedAgents) -> Result<AgentPage>;

    /// Fetches an active agent with all its versions, by the older path.
    #[get(
        "/agent-studio/public-api/agents/{agent_id}",
        id = "getAgentById-deprecated",
        scope = "agent-studio.readonly",
        location = "locationId",
        missing = 404,
        deprecated
    )]
    async fn get_public(&self, agent_id: &AgentId, query: GetAgent) -> Result<AgentFound>;

    /// Tells an agent something by the older path, which calls it `input`.
    #[post(
        "/agent-studio/public-api/agents/{agent_id}/execute",
        id = "executeAgent-deprecated",
        scope = "agent-studio.write",
        location = "locationId",
        missing = 404,
        status = 200,
        deprecated
    )]
    async fn execute_public(&self, agent_id: &AgentId, input: ExecutePublicAgent) -> Result<Execution>;
}
