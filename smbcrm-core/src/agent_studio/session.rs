//! A session with an agent: it carries the `executionId`, so that the agent remembers.

use std::fmt;

use serde_json::{Map, Value};

use super::{AgentAttachment, AgentStudio, ExecuteAgent, Execution};
use crate::error::Result;
use crate::types::{AgentId, AgentVersionId, ContactId, ExecutionId, LocationId, Text};

/// Conversations with agents, on whatever implements [`AgentStudio`], `&dyn Crm` included.
pub trait AgentSessions: AgentStudio {
    /// An agent to talk with. Nothing is sent yet.
    fn agent(&self, location: impl Into<LocationId>, agent: impl Into<AgentId>) -> AgentHandle<'_, Self> {
        AgentHandle { crm: self, location: location.into(), agent: agent.into() }
    }
}

impl<T: AgentStudio + ?Sized> AgentSessions for T {}

/// An agent to talk with; see [`AgentSessions::agent`].
pub struct AgentHandle<'a, T: ?Sized> {
    crm: &'a T,
    location: LocationId,
    agent: AgentId,
}

impl<'a, T: AgentStudio + ?Sized> AgentHandle<'a, T> {
    /// A new session. It begins with the first message.
    #[must_use]
    pub fn session(&self) -> Session<'a, T> {
        Session {
            crm: self.crm,
            location: self.location.clone(),
            agent: self.agent.clone(),
            execution: None,
            contact: None,
            version: None,
            variables: Map::new(),
        }
    }

    /// A session that has begun before, in this process or another one, by its [id](Session::execution_id).
    #[must_use]
    pub fn resume(&self, execution: impl Into<ExecutionId>) -> Session<'a, T> {
        Session { execution: Some(execution.into()), ..self.session() }
    }
}

impl<T: ?Sized> fmt::Debug for AgentHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentHandle({})", self.agent)
    }
}

/// A conversation with an agent: every message after the first goes on where the one before ended.
///
/// ```
/// use smbcrm_core::agent_studio::AgentSessions;
/// use smbcrm_core::types::{AgentId, ContactId, ExecutionId, LocationId};
/// use smbcrm_core::{Crm, Result};
///
/// /// One message of a chat; between two of them only the session's id is kept.
/// async fn chat(
///     crm: &dyn Crm,
///     at: &LocationId,
///     agent: &AgentId,
///     ada: &ContactId,
///     kept: Option<ExecutionId>,
///     said: &str,
/// ) -> Result<(String, Option<ExecutionId>)> {
///     let agent = crm.agent_studio().agent(at, agent);
///     let session = kept.map_or_else(|| agent.session(), |id| agent.resume(id));
///     let mut session = session.contact(ada);
///     let answer = session.say(said).await?.response.to_string();
///     Ok((answer, session.execution_id().cloned()))
/// }
/// ```
pub struct Session<'a, T: ?Sized> {
    crm: &'a T,
    location: LocationId,
    agent: AgentId,
    execution: Option<ExecutionId>,
    contact: Option<ContactId>,
    version: Option<AgentVersionId>,
    variables: Map<String, Value>,
}

impl<T: AgentStudio + ?Sized> Session<'_, T> {
    /// Says which contact it is about. It goes with every message from now on.
    #[must_use]
    pub fn contact(mut self, contact: impl Into<ContactId>) -> Self {
        self.contact = Some(contact.into());
        self
    }

    /// Gives a variable that the agent's version declares. It goes with every message from now on.
    #[must_use]
    pub fn variable(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.variables.insert(key.into(), value.into());
        self
    }

    /// Asks for one published version; without it, the production as it is at each message answers.
    #[must_use]
    pub fn version(mut self, version: impl Into<AgentVersionId>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Tells the agent something.
    ///
    /// # Errors
    /// As [`AgentStudio::execute`]. The session stays what it was: a message may be sent again, unless the error is
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous): then the agent may have heard it.
    pub async fn say(&mut self, message: impl Into<Text>) -> Result<Execution> {
        self.send(ExecuteAgent::new(&self.location, message)).await
    }

    /// Tells the agent something, with something attached.
    ///
    /// # Errors
    /// As [`say`](Self::say).
    pub async fn say_with(
        &mut self,
        message: impl Into<Text>,
        attachments: impl IntoIterator<Item = AgentAttachment>,
    ) -> Result<Execution> {
        self.send(ExecuteAgent::new(&self.location, message).attachments(attachments)).await
    }

    async fn send(&mut self, mut message: ExecuteAgent) -> Result<Execution> {
        message.execution_id.clone_from(&self.execution);
        message.contact_id.clone_from(&self.contact);
        message.version_id.clone_from(&self.version);
        if !self.variables.is_empty() {
            message.input_variables = Some(self.variables.clone());
        }
        let answer = self.crm.execute(&self.agent, message).await?;
        if !answer.execution_id.is_empty() {
            self.execution = Some(answer.execution_id.clone());
        }
        Ok(answer)
    }

    /// What the wire calls the session; nothing before the first answer. Keep it to go on later.
    #[must_use]
    pub fn execution_id(&self) -> Option<&ExecutionId> {
        self.execution.as_ref()
    }

    /// Forgets the session: the next message begins a new one.
    pub fn restart(&mut self) {
        self.execution = None;
    }
}

impl<T: ?Sized> fmt::Debug for Session<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("agent", &self.agent)
            .field("execution", &self.execution)
            .field("contact", &self.contact)
            .finish_non_exhaustive()
    }
}
