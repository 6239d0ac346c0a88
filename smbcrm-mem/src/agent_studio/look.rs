//! Looking at sessions: their transcript, and what they took.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use smbcrm_core::agent_studio::{Agent, AgentVersion, CreateAgent, PublishVersion, has_start};
use smbcrm_core::types::{AgentId, AgentVersionId, ContactId, ExecutionId, LocationId, Text, time};
use smbcrm_core::{Error, Result};

use super::{AgentExchange, AgentUsage, StoredSession};
use crate::Admin;
use crate::refusal;
use crate::world::State;

/// A session with an agent, as it is looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentSession {
    /// Its id.
    pub execution_id: ExecutionId,
    /// The sub-account.
    pub location_id: LocationId,
    /// The agent.
    pub agent_id: AgentId,
    /// The version that answered last.
    pub version_id: AgentVersionId,
    /// The contact that it is about.
    pub contact_id: Option<ContactId>,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When something was said last.
    pub last: DateTime<Utc>,
    /// When it expires, unless something is said before.
    pub expires: DateTime<Utc>,
    /// The node that waits for an answer.
    pub waits_at: Option<Text>,
    /// Whether the end of the graph was reached.
    pub goal_completion: bool,
    /// What was kept, and what messages brought.
    pub variables: Map<String, Json>,
    /// What it took in all, also of turns that are not kept any more.
    pub usage: AgentUsage,
    /// What was said, the oldest first; at most [`SESSION_TURNS`](super::SESSION_TURNS).
    pub transcript: Vec<Arc<AgentExchange>>,
}

impl State {
    fn shown_session(&self, session: &StoredSession) -> AgentSession {
        let instant = |millis: i64| time::from_millis(millis).unwrap_or_default();
        AgentSession {
            execution_id: session.id.clone(),
            location_id: self.location.id.clone(),
            agent_id: session.agent.clone(),
            version_id: session.version.clone(),
            contact_id: session.contact.clone(),
            began: instant(session.began),
            last: instant(session.last),
            expires: instant(session.expires()),
            waits_at: session.place.clone(),
            goal_completion: session.goal,
            variables: session.variables.clone(),
            usage: session.usage,
            transcript: self.studio.turns_of(session.id.as_str()),
        }
    }

    /// The sessions, the one that was used last first.
    fn shown_sessions(&self, of: Option<&AgentId>) -> Vec<AgentSession> {
        let meant = |session: &&Arc<StoredSession>| of.is_none_or(|agent| session.agent == *agent);
        let mut sessions: Vec<_> = self.studio.sessions.iter().filter(meant).collect();
        sessions.sort_by(|a, b| (b.last, &b.id).cmp(&(a.last, &a.id)));
        sessions.into_iter().map(|session| self.shown_session(session)).collect()
    }
}

impl Admin<'_> {
    /// Creates an agent and publishes its version.
    ///
    /// # Errors
    /// Everything that is wrong with it; there is no such sub-account.
    pub fn add_agent(&self, agent: CreateAgent) -> Result<Arc<Agent>> {
        let now = self.crm.world.clock.stamp();
        let location = agent.location_id.clone();
        self.edit(&location, |state| state.add_agent(agent, None, now)).ok_or_else(refusal::location)?
    }

    /// The sessions of a sub-account, the one that was used last first; those of one agent, where it is named.
    pub fn agent_sessions(&self, location: &LocationId, agent: Option<&AgentId>) -> Vec<AgentSession> {
        self.sub(location).map(|sub| sub.state.read().shown_sessions(agent)).unwrap_or_default()
    }

    /// A session, its transcript and what it took. `None` when there is no such one, or it was let go.
    pub fn agent_session(&self, id: &ExecutionId) -> Option<AgentSession> {
        let directory = self.crm.world.directory.read();
        directory.candidates(id.as_str()).find_map(|sub| {
            let state = sub.state.read();
            let session = state.studio.sessions.get(id.as_str())?;
            Some(state.shown_session(session))
        })
    }
}

impl State {
    /// Creates an agent and publishes it, under an id of its own if one is given. Nothing is left of one that cannot
    /// be published.
    pub(crate) fn add_agent(
        &mut self,
        agent: CreateAgent,
        id: Option<AgentId>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Agent>> {
        let nodes = if agent.version.nodes.is_empty() { agent.nodes.as_deref() } else { None };
        if !has_start(nodes.unwrap_or(&agent.version.nodes)) {
            return Err(refusal::invalid(vec!["version.nodes must contain a start node".to_owned()]));
        }
        if id.as_ref().is_some_and(|id| self.studio.agents.get(id.as_str()).is_some()) {
            return Err(refusal::invalid(vec!["id must be unique".to_owned()]));
        }
        let by = PublishVersion::new(&agent.location_id);
        let made = self.create_agent(agent, now)?;
        let id = self.call_agent(made.agent.agent_id, id);
        for version in &made.versions {
            self.publish_version(&version.version_id, by.clone(), now)?;
        }
        self.agent(&id).cloned().ok_or_else(|| -> Error { super::agent::missing(&id) })
    }

    /// Gives an agent that was made just now another id.
    fn call_agent(&mut self, made: AgentId, id: Option<AgentId>) -> AgentId {
        let Some(id) = id else { return made };
        for version in self.studio.versions_of(&made) {
            let mut version = AgentVersion::clone(&version);
            version.agent_id = id.clone();
            self.studio.versions.put(Arc::new(version));
        }
        if let Some(agent) = self.studio.agents.remove(made.as_str()) {
            let mut agent = Agent::clone(&agent);
            agent.agent_id = id.clone();
            self.studio.agents.put(Arc::new(agent));
        }
        id
    }
}
