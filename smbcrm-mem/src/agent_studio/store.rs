//! Where agents, versions, sessions and turns are kept.

use std::sync::Arc;

use smbcrm_core::agent_studio::{Agent, AgentVersion};
use smbcrm_core::types::{AgentId, AgentVersionId};

use super::{StoredSession, StoredTurn};
use crate::search::{Direction, Record, Table, Value};
use crate::world::{Row, State};

/// The agents of a sub-account and what was said to them. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct Studio {
    /// Without their versions, which have a table of their own. Deleted ones stay, marked.
    pub(crate) agents: Table<Agent>,
    pub(crate) versions: Table<AgentVersion>,
    pub(crate) sessions: Table<StoredSession>,
    pub(crate) turns: Table<StoredTurn>,
}

impl Studio {
    pub(crate) fn new() -> Self {
        Self {
            agents: Table::new().ordered_by(AgentKey::Added, Direction::Descending),
            versions: Table::new().keyed_by(VersionKey::Agent),
            sessions: Table::new()
                .keyed_by(SessionKey::Agent)
                .ordered_by(SessionKey::Last, Direction::Ascending),
            turns: Table::new().keyed_by(TurnKey::Session),
        }
    }

    /// The versions of an agent that are not deleted, the oldest first.
    pub(crate) fn versions_of(&self, agent: &AgentId) -> Vec<Arc<AgentVersion>> {
        let of = self.versions.find(&VersionKey::Agent, Value::Text(agent.as_str()));
        let mut versions: Vec<_> = of.filter(|version| !version.deleted).cloned().collect();
        versions.sort_by_key(|version| version.version);
        versions
    }

    /// The turns of a session that are kept, the oldest first.
    pub(crate) fn turns_of(&self, session: &str) -> Vec<Arc<StoredTurn>> {
        let mut turns: Vec<_> = self.turns.find(&TurnKey::Session, Value::Text(session)).cloned().collect();
        turns.sort_by_key(|turn| turn.number);
        turns
    }
}

impl State {
    /// An agent that was not deleted.
    pub(crate) fn agent(&self, id: &AgentId) -> Option<&Arc<Agent>> {
        self.studio.agents.get(id.as_str()).filter(|agent| !agent.deleted)
    }

    /// An agent that a workflow calls by its id or name. Of several with a name the newest is meant.
    pub(crate) fn agent_called(&self, name: &str) -> Option<&Arc<Agent>> {
        let by_name = || {
            let called =
                self.studio.agents.iter().filter(|agent| !agent.deleted && agent.name.as_str() == name);
            called.max_by_key(|agent| (agent.created_at, agent.agent_id.clone()))
        };
        self.agent(&name.into()).or_else(by_name)
    }

    /// A version that was not deleted.
    pub(crate) fn agent_version(&self, id: &AgentVersionId) -> Option<&Arc<AgentVersion>> {
        self.studio.versions.get(id.as_str()).filter(|version| !version.deleted)
    }
}

/// What an agent is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AgentKey {
    Added,
}

impl Record for Agent {
    type Field = AgentKey;

    fn id(&self) -> &str {
        self.agent_id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Agent(Arc::clone(record)))
    }

    fn values(&self, _: &AgentKey, visit: &mut dyn FnMut(Value<'_>)) {
        self.created_at.iter().for_each(|at| visit(Value::Instant(at.timestamp_millis())));
    }
}

/// What a version is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum VersionKey {
    Agent,
}

impl Record for AgentVersion {
    type Field = VersionKey;

    fn id(&self) -> &str {
        self.version_id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::AgentVersion(Arc::clone(record)))
    }

    fn values(&self, _: &VersionKey, visit: &mut dyn FnMut(Value<'_>)) {
        visit(Value::Text(self.agent_id.as_str()));
    }
}

/// What a session is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SessionKey {
    Agent,
    Last,
}

impl Record for StoredSession {
    type Field = SessionKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::AgentSession(Arc::clone(record)))
    }

    fn values(&self, field: &SessionKey, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            SessionKey::Agent => visit(Value::Text(self.agent.as_str())),
            SessionKey::Last => visit(Value::Instant(self.last)),
        }
    }
}

/// What a turn is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TurnKey {
    Session,
}

impl Record for StoredTurn {
    type Field = TurnKey;

    fn id(&self) -> &str {
        self.interaction_id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::AgentTurn(Arc::clone(record)))
    }

    fn values(&self, _: &TurnKey, visit: &mut dyn FnMut(Value<'_>)) {
        visit(Value::Text(self.execution_id.as_str()));
    }
}
