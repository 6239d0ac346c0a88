//! Agents, answered from state; what they say comes from an [`AgentRuntime`].
//!
//! A message to an agent is a *turn*. It is looked up and numbered in one critical section and written down in
//! another; between the two the runtime works with nothing locked, and may take its time. What it does in the CRM is
//! done when it does it, and is written down with the turn, also where the turn fails afterwards.
//!
//! ```
//! use smbcrm_core::Crm;
//! use smbcrm_core::agent_studio::{AgentDraft, AgentSessions, AgentStatus, CreateAgent, Edge, Node, PublishVersion};
//! use smbcrm_mem::MemCrm;
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let (studio, here) = (crm.agent_studio(), crm.location());
//! let draft = AgentDraft::new("First")
//!     .nodes([Node::start("start"), Node::prompt("ask", "What is your name?").save_to("name")])
//!     .node(Node::reply("greet", "Hello {{name}}!"))
//!     .edges([Edge::new("start", "ask"), Edge::new("ask", "greet")]);
//! let made = studio.create(CreateAgent::new(here, AgentStatus::Active, draft).name("Greeter")).await?;
//! studio.publish(&made.versions[0].version_id, PublishVersion::new(here)).await?;
//!
//! let mut session = studio.agent(here, &made.agent.agent_id).session();
//! assert_eq!(session.say("Hi").await?.response, "What is your name?");
//! assert_eq!(session.say("Ada").await?.response, "Hello Ada!");
//!
//! let kept = crm.admin().agent_session(session.execution_id().unwrap()).unwrap();
//! assert_eq!(kept.usage.turns, 2);
//! assert_eq!(kept.transcript[1].message, "Ada");
//! # Ok(()) }) }
//! ```

mod agent;
mod graph;
mod look;
#[cfg(feature = "openai")]
mod openai;
mod runtime;
mod scripted;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod turn;
mod version;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::agent_studio::operations as op;
use smbcrm_core::agent_studio::{
    AgentCreated, AgentDeleted, AgentFound, AgentPage, AgentStudio, AgentUpdated, CreateAgent, DeleteAgent,
    ExecuteAgent, ExecutePublicAgent, Execution, GetAgent, ListAgents, ListPublishedAgents, PublishVersion,
    UpdateAgent, UpdateAgentVersion, VersionPublished,
};
use smbcrm_core::types::{AgentId, AgentVersionId};

pub use graph::GraphRuntime;
pub use look::AgentSession;
#[cfg(feature = "openai")]
pub use openai::OpenAiRuntime;
pub use runtime::{AgentAnswer, AgentError, AgentRuntime, AgentTurn};
pub use scripted::ScriptedRuntime;
pub use session::{AgentAct, AgentExchange, AgentUsage, SESSION_IDLE, SESSION_TURNS, SESSIONS};
pub(crate) use session::{StoredSession, StoredTurn};
pub(crate) use store::Studio;
pub(crate) use turn::Talks;

use crate::MemCrm;

#[async_trait]
impl AgentStudio for MemCrm {
    async fn create(&self, agent: CreateAgent) -> Result<AgentCreated> {
        let location = agent.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_agent(agent, now))
    }

    async fn list(&self, query: ListAgents) -> Result<AgentPage> {
        self.read(&op::LIST, &query.location_id, |state| {
            state.list_agents(query.limit, query.offset, query.is_published == Some(true))
        })
    }

    async fn update_version(
        &self,
        version_id: &AgentVersionId,
        version: UpdateAgentVersion,
    ) -> Result<AgentUpdated> {
        let location = version.location_id.clone();
        self.write(&op::UPDATE_VERSION, &location, |state, now| {
            state.update_agent_version(version_id, version, now)
        })
    }

    async fn publish(
        &self,
        version_id: &AgentVersionId,
        publish: PublishVersion,
    ) -> Result<VersionPublished> {
        let location = publish.location_id.clone();
        self.write(&op::PUBLISH, &location, |state, now| state.publish_version(version_id, publish, now))
    }

    async fn get(&self, agent_id: &AgentId, query: GetAgent) -> Result<AgentFound> {
        self.read(&op::GET, &query.location_id, |state| state.show_agent(agent_id))
    }

    async fn update(&self, agent_id: &AgentId, agent: UpdateAgent) -> Result<AgentUpdated> {
        let location = agent.location_id.clone();
        self.write(&op::UPDATE, &location, |state, now| state.update_agent(agent_id, agent, now))
    }

    async fn delete(&self, agent_id: &AgentId, query: DeleteAgent) -> Result<AgentDeleted> {
        self.write(&op::DELETE, &query.location_id, |state, now| state.delete_agent(agent_id, now))
    }

    async fn execute(&self, agent_id: &AgentId, message: ExecuteAgent) -> Result<Execution> {
        self.converse(&op::EXECUTE, agent_id, message, "message").await
    }

    async fn list_published(&self, query: ListPublishedAgents) -> Result<AgentPage> {
        self.read(&op::LIST_PUBLISHED, &query.location_id, |state| {
            state.list_agents(query.limit, query.offset, true)
        })
    }

    async fn get_public(&self, agent_id: &AgentId, query: GetAgent) -> Result<AgentFound> {
        self.read(&op::GET_PUBLIC, &query.location_id, |state| state.show_agent(agent_id))
    }

    async fn execute_public(&self, agent_id: &AgentId, input: ExecutePublicAgent) -> Result<Execution> {
        self.converse(&op::EXECUTE_PUBLIC, agent_id, input.into(), "input").await
    }
}
