//! A runtime for tests: it answers what it was told to, and remembers what it was asked.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use smbcrm_core::types::Text;

use super::{AgentAnswer, AgentError, AgentRuntime, AgentTurn};

/// Answers with a script, one line a message, whatever the agent's graph says. A clone reads from the same script.
///
/// ```
/// use smbcrm_core::Crm;
/// use smbcrm_core::agent_studio::{AgentDraft, AgentSessions, AgentStatus, CreateAgent, Node, PublishVersion};
/// use smbcrm_mem::{AgentError, MemCrm, ScriptedRuntime};
///
/// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
/// let crm = MemCrm::new();
/// let script = ScriptedRuntime::new().reply("Good morning.").fail(AgentError::unavailable("the model is asleep"));
/// crm.set_agent_runtime(script.clone());
/// # let draft = AgentDraft::new("v1").node(Node::start("start"));
/// # let made = crm.agent_studio().create(CreateAgent::new(crm.location(), AgentStatus::Active, draft)).await?;
/// # crm.agent_studio().publish(&made.versions[0].version_id, PublishVersion::new(crm.location())).await?;
/// # let agent = made.agent.agent_id;
///
/// let mut session = crm.agent_studio().agent(crm.location(), &agent).session();
/// assert_eq!(session.say("Hello").await?.response, "Good morning.");
/// assert_eq!(session.say("Are you there?").await.unwrap_err().status(), Some(503));
/// assert_eq!(script.asked(), ["Hello", "Are you there?"]);
/// # Ok(()) }) }
/// ```
#[derive(Clone, Default)]
pub struct ScriptedRuntime {
    script: Arc<Mutex<VecDeque<Result<AgentAnswer, AgentError>>>>,
    asked: Arc<Mutex<Vec<Text>>>,
}

impl ScriptedRuntime {
    /// An empty script: every message fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says this next.
    #[must_use]
    pub fn reply(self, text: impl Into<Text>) -> Self {
        self.answer(AgentAnswer::new(text))
    }

    /// Answers this next.
    #[must_use]
    pub fn answer(self, answer: AgentAnswer) -> Self {
        self.script.lock().push_back(Ok(answer));
        self
    }

    /// Fails next.
    #[must_use]
    pub fn fail(self, error: AgentError) -> Self {
        self.script.lock().push_back(Err(error));
        self
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Text> {
        self.asked.lock().clone()
    }

    /// How many lines of the script are left.
    pub fn left(&self) -> usize {
        self.script.lock().len()
    }
}

#[async_trait]
impl AgentRuntime for ScriptedRuntime {
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        self.asked.lock().push(turn.message.clone());
        let next = self.script.lock().pop_front();
        next.unwrap_or_else(|| Err(AgentError::new("the script has no line for this message")))
    }
}

impl fmt::Debug for ScriptedRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptedRuntime({} lines left)", self.left())
    }
}
