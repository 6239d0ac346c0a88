//! Who answers: the trait, what an answer is made from, and what it is.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde_json::{Map, Value as Json};
use smbcrm_core::agent_studio::{Agent, AgentAttachment, AgentVersion};
use smbcrm_core::contacts::Contact;
use smbcrm_core::search::Filter;
use smbcrm_core::types::{ExecutionId, InteractionId, Text};
use smbcrm_core::workflows::definition::Step;

use super::{AgentAct, AgentExchange};
use crate::MemCrm;
use crate::automation::{Desk, Errand};
use crate::world::Sub;

/// Somebody who answers for agents; see [`MemCrm::set_agent_runtime`].
///
/// A closure is one:
///
/// ```
/// use smbcrm_mem::{AgentAnswer, AgentError, AgentTurn, MemCrm};
///
/// let crm = MemCrm::new();
/// crm.set_agent_runtime(|turn: &AgentTurn| -> Result<AgentAnswer, AgentError> {
///     Ok(AgentAnswer::new(format!("You said: {}", turn.message)))
/// });
/// ```
#[async_trait]
pub trait AgentRuntime: Send + Sync {
    /// Answers a message. It may take its time: the world goes on meanwhile, and nothing is locked.
    ///
    /// # Errors
    /// Why there is no answer. What was done in the CRM until then stays done, and is written down with the turn.
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError>;
}

#[async_trait]
impl<F> AgentRuntime for F
where
    F: Fn(&AgentTurn) -> Result<AgentAnswer, AgentError> + Send + Sync,
{
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        self(turn)
    }
}

/// Why an agent could not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentError {
    message: Text,
    unavailable: bool,
}

impl AgentError {
    /// The agent itself is at fault: the caller is answered HTTP 400.
    pub fn new(message: impl Into<Text>) -> Self {
        Self { message: message.into(), unavailable: false }
    }

    /// What it depends on is not there, a model say: the caller is answered HTTP 503.
    pub fn unavailable(message: impl Into<Text>) -> Self {
        Self { message: message.into(), unavailable: true }
    }

    /// Whether what it depends on was not there.
    pub fn is_unavailable(&self) -> bool {
        self.unavailable
    }

    /// Why, in words.
    pub fn message(&self) -> &Text {
        &self.message
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AgentError {}

/// What an agent answers.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentAnswer {
    /// What it says.
    pub text: Text,
    /// The node that waits for an answer; the next turn learns of it.
    pub waits_at: Option<Text>,
    /// Whether the end of the graph was reached.
    pub goal: bool,
    /// The nodes that it went through.
    pub path: Vec<Text>,
    /// Tokens that a model read.
    pub input_tokens: u64,
    /// Tokens that a model wrote.
    pub output_tokens: u64,
    /// What else was made.
    pub generative_outputs: Vec<Json>,
}

impl AgentAnswer {
    /// An answer in words.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A message to an agent, and all that there is to answer it from.
#[non_exhaustive]
pub struct AgentTurn {
    /// The CRM, to act with: everything of this sub-account, nothing of another.
    pub crm: MemCrm,
    /// The agent.
    pub agent: Arc<Agent>,
    /// The published version that answers.
    pub version: Arc<AgentVersion>,
    /// The session.
    pub execution_id: ExecutionId,
    /// This message and its answer.
    pub interaction_id: InteractionId,
    /// Its number in the session, from 1.
    pub number: u64,
    /// What the agent is told.
    pub message: Text,
    /// What is attached.
    pub attachments: Vec<AgentAttachment>,
    /// The contact that it is about, as it was when the message came.
    pub contact: Option<Arc<Contact>>,
    /// What was said before in this session, the oldest first; at most [`SESSION_TURNS`](super::SESSION_TURNS).
    pub earlier: Vec<Arc<AgentExchange>>,
    /// The node that waits for this message.
    pub waits_at: Option<Text>,
    /// When the message came.
    pub at: DateTime<Utc>,
    pub(super) sub: Arc<Sub>,
    pub(super) errand: Mutex<Errand>,
    pub(super) variables: Mutex<Map<String, Json>>,
    pub(super) acts: Mutex<Vec<AgentAct>>,
}

impl AgentTurn {
    /// Fills in the merge fields of a text: of the contact, the sub-account, the message, the variables.
    pub fn fill(&self, text: &str) -> Text {
        if !text.contains("{{") {
            return text.into();
        }
        let users = self.crm.world.directory.read().users.to_vec();
        let errand = self.errand.lock();
        self.sub.state.read().fill_for(text, &errand, &users, self.crm.world.clock.millis())
    }

    /// Whether all conditions hold, of the contact as it is now.
    pub fn holds(&self, filters: &[Filter]) -> bool {
        let errand = self.errand.lock(); // before the state, as `act` has to
        self.sub.state.read().holds_for(filters, &errand, self.crm.world.clock.millis())
    }

    /// The variables: those that are always there, those that messages brought, and those that were kept.
    pub fn variables(&self) -> Map<String, Json> {
        self.variables.lock().clone()
    }

    /// Keeps a variable for the rest of the session. It is forgotten where the turn fails.
    pub fn keep(&self, key: impl Into<String>, value: impl Into<Json>) {
        let (key, value) = (key.into(), value.into());
        self.errand.lock().know(key.clone(), value.clone());
        self.variables.lock().insert(key, value);
    }

    /// Does in the CRM what a workflow's step does, in one critical section, and writes down that `node` did it.
    /// Says what there is to say of it.
    ///
    /// # Errors
    /// Why it could not be done; nothing has changed then.
    pub fn act(&self, node: &str, step: &Step) -> Result<Option<Text>, AgentError> {
        let world = &self.crm.world;
        if !self.sub.state.read().threads_laid_out {
            world.arrange(&self.sub, crate::world::State::lay_out_threads);
        }
        let users = world.directory.read().users.to_vec();
        let mut desk = Desk { users, now: world.clock.stamp().timestamp_millis(), post: Vec::new() };
        let mut errand = self.errand.lock();
        let outcome = world.alter(&self.sub, |state| state.do_errand(&mut errand, node, step, &mut desk));
        drop(errand);
        let (done, note) = match &outcome {
            Ok(note) => (true, note.as_deref().map(Text::from)),
            Err(error) => (false, Some(Text::from(error.as_str()))),
        };
        let action = step.action.kind().into();
        self.acts.lock().push(AgentAct { node: node.into(), action, done, note: note.clone() });
        outcome.map(|_| note).map_err(AgentError::new)
    }
}

impl fmt::Debug for AgentTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentTurn")
            .field("agent", &self.agent.agent_id)
            .field("execution_id", &self.execution_id)
            .field("number", &self.number)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl MemCrm {
    /// Says who answers for agents; [`GraphRuntime`](super::GraphRuntime) unless told otherwise. Forks have the same
    /// one.
    pub fn set_agent_runtime(&self, runtime: impl AgentRuntime + 'static) {
        self.world.agents.write().runtime = Arc::new(runtime);
    }
}
