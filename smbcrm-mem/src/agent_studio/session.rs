//! Sessions as they are kept: where they stand, and what was said.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use smbcrm_core::agent_studio::AgentAttachment;
use smbcrm_core::types::{AgentId, AgentVersionId, ContactId, ExecutionId, InteractionId, Text};

use crate::search::{Filter, Page, Query};
use crate::world::State;

/// How long a session waits for the next message (assumed). Later ones are refused.
pub const SESSION_IDLE: Duration = Duration::from_secs(24 * 60 * 60);

/// How many sessions a sub-account keeps; the one that was idle longest goes first.
pub const SESSIONS: usize = 1_000;

/// How many turns of a session are kept, and are there for the agent; the oldest go first.
pub const SESSION_TURNS: usize = 100;

/// A session as it is kept. Its turns are records of their own, so that a long one costs no more to go on with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    pub(crate) id: ExecutionId,
    pub(crate) agent: AgentId,
    /// The version that answered last.
    pub(crate) version: AgentVersionId,
    pub(crate) contact: Option<ContactId>,
    pub(crate) began: i64,
    /// When something was said last.
    pub(crate) last: i64,
    /// The node that waits for an answer.
    pub(crate) place: Option<Text>,
    /// Whether the end of the graph was reached.
    pub(crate) goal: bool,
    pub(crate) variables: Map<String, Json>,
    pub(crate) usage: AgentUsage,
}

impl StoredSession {
    /// When it expires.
    pub(crate) fn expires(&self) -> i64 {
        self.last.saturating_add(i64::try_from(SESSION_IDLE.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A turn as it is kept is a turn as it is shown.
pub(crate) type StoredTurn = AgentExchange;

/// A message to an agent and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentExchange {
    /// Its number in the session, from 1.
    pub number: u64,
    /// Its id.
    pub interaction_id: InteractionId,
    /// The session.
    pub execution_id: ExecutionId,
    /// The version that answered.
    pub version_id: AgentVersionId,
    /// When.
    pub at: DateTime<Utc>,
    /// What the agent was told.
    pub message: Text,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AgentAttachment>,
    /// What it said; empty where it failed.
    pub response: Text,
    /// Why it failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Text>,
    /// What it did in the CRM, also where it failed afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<AgentAct>,
    /// The nodes that it went through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Text>,
    /// Whether the end of the graph was reached.
    pub goal_completion: bool,
    /// What it took.
    pub usage: AgentUsage,
}

/// Something that an agent did in the CRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentAct {
    /// The node that did it.
    pub node: Text,
    /// What it was: the type of a workflow's step (`add_contact_tag`).
    pub action: Text,
    /// Whether it was done.
    pub done: bool,
    /// More about it: which tags, why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// What turns took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentUsage {
    /// How many there were.
    pub turns: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Characters that the agent was told.
    pub input_characters: u64,
    /// Characters that it said.
    pub output_characters: u64,
    /// Tokens that a model read, as it says; 0 without a model.
    pub input_tokens: u64,
    /// Tokens that a model wrote, as it says; 0 without a model.
    pub output_tokens: u64,
    /// Things done in the CRM.
    pub tool_calls: u64,
}

impl AgentUsage {
    /// Adds what others took.
    pub(crate) fn add(&mut self, other: &Self) {
        macro_rules! add {
            ($($field:ident),*) => {$( self.$field = self.$field.saturating_add(other.$field); )*};
        }
        add!(turns, failed, input_characters, output_characters, input_tokens, output_tokens, tool_calls);
    }
}

impl State {
    /// Keeps a session and its latest turn, and lets go of what is too much.
    pub(super) fn keep_turn(&mut self, session: StoredSession, turn: AgentExchange) {
        let (id, number) = (session.id.clone(), turn.number);
        if self.studio.sessions.get(id.as_str()).is_none() && self.studio.sessions.len() >= SESSIONS {
            let idle = Query::new(Filter::All).page(Page::first(1));
            let longest = self.studio.sessions.search(&idle).records.into_iter().next();
            longest.iter().for_each(|session| self.forget_session(&session.id));
        }
        self.studio.sessions.put(Arc::new(session));
        self.studio.turns.put(Arc::new(turn));
        if number > SESSION_TURNS as u64 {
            let turns = self.studio.turns_of(id.as_str());
            let too_many = turns.len().saturating_sub(SESSION_TURNS);
            for turn in turns.iter().take(too_many) {
                self.studio.turns.remove(turn.interaction_id.as_str());
            }
        }
    }

    /// Takes a session and its turns out.
    fn forget_session(&mut self, id: &ExecutionId) {
        for turn in self.studio.turns_of(id.as_str()) {
            self.studio.turns.remove(turn.interaction_id.as_str());
        }
        self.studio.sessions.remove(id.as_str());
    }

    /// Takes the sessions of an agent out.
    pub(super) fn forget_sessions_of(&mut self, agent: &AgentId) {
        let of = crate::search::Value::Text(agent.as_str());
        let sessions = self.studio.sessions.find(&super::store::SessionKey::Agent, of);
        let sessions: Vec<ExecutionId> = sessions.map(|session| session.id.clone()).collect();
        sessions.iter().for_each(|id| self.forget_session(id));
    }
}
