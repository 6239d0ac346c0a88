//! A turn: looked up in one critical section, answered with nothing locked, written down in another.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde_json::{Map, Value as Json, json};
use smbcrm_core::agent_studio::{
    Agent, AgentStatus, AgentVariable, AgentVersion, ExecuteAgent, Execution, ExecutionStatus,
};
use smbcrm_core::operation::Operation;
use smbcrm_core::types::{AgentId, ExecutionId, InteractionId, Text};
use smbcrm_core::{Error, Result};

use super::agent::missing as missing_agent;
use super::session::StoredSession;
use super::version::missing as missing_version;
use super::{AgentAnswer, AgentError, AgentExchange, AgentTurn, AgentUsage};
use crate::MemCrm;
use crate::admit::Caller;
use crate::automation::Errand;
use crate::refusal;
use crate::world::{State, Sub};

/// The longest message, in characters (assumed).
const MESSAGE: usize = 10_000;

/// How much variables may take in a session, as JSON (assumed).
const VARIABLE_BYTES: usize = 64 * 1024;

/// How many attachments a message may have (assumed).
const ATTACHMENTS: usize = 10;

/// The sessions that are answering at this moment. No part of any moment of the world.
#[derive(Debug, Default)]
pub(crate) struct Talks(Mutex<HashSet<ExecutionId>>);

/// A session that is answering, until this is dropped.
struct Talking<'a> {
    talks: &'a Talks,
    id: ExecutionId,
}

impl Talks {
    /// `None` where the session is answering somebody else.
    fn begin(&self, id: &ExecutionId) -> Option<Talking<'_>> {
        self.0.lock().insert(id.clone()).then(|| Talking { talks: self, id: id.clone() })
    }
}

impl Drop for Talking<'_> {
    fn drop(&mut self) {
        self.talks.0.lock().remove(&self.id);
    }
}

/// A turn that has begun.
struct Begun {
    agent: Arc<Agent>,
    version: Arc<AgentVersion>,
    session: StoredSession,
    interaction: InteractionId,
    number: u64,
    earlier: Vec<Arc<AgentExchange>>,
    contact: Option<Arc<smbcrm_core::contacts::Contact>>,
}

impl MemCrm {
    /// Tells an agent something. `named` is what the operation calls that.
    pub(super) async fn converse(
        &self,
        operation: &'static Operation,
        agent: &AgentId,
        message: ExecuteAgent,
        named: &str,
    ) -> Result<Execution> {
        let location = message.location_id.clone();
        let (sub, visitor) = self.go_in(operation, &location)?;
        let outcome = self.talk(&sub, agent, message, named).await;
        visitor.learns(self.world.kept(outcome).map_err(|error| error.during(operation)))
    }

    /// A turn in a sub-account, whoever asks for it.
    pub(crate) async fn talk(
        &self,
        sub: &Arc<Sub>,
        agent: &AgentId,
        asked: ExecuteAgent,
        named: &str,
    ) -> Result<Execution> {
        let text = check(&asked, named)?;
        let talking = match &asked.execution_id {
            None => None,
            Some(id) => {
                self.look_elsewhere(sub, id)?;
                Some(self.world.talks.begin(id).ok_or_else(|| busy(id))?)
            }
        };
        let now = self.world.clock.stamp();
        let begun = self.world.alter(sub, |state| state.begin_turn(agent, &asked, now))?;
        let turn = self.turn(sub, &begun, &asked, text, now);
        let runtime = Arc::clone(&self.world.agents.read().runtime);
        let answer = runtime.answer(&turn).await;
        let ended = self.world.clock.stamp();
        let outcome = self.world.alter(sub, |state| state.end_turn(begun, &turn, answer, ended));
        drop(talking);
        outcome
    }

    /// Refuses a session of another sub-account.
    fn look_elsewhere(&self, sub: &Sub, id: &ExecutionId) -> Result<()> {
        if sub.state.read().studio.sessions.get(id.as_str()).is_some() {
            return Ok(());
        }
        let directory = self.world.directory.read();
        let mut others = directory.candidates(id.as_str()).filter(|other| other.id != sub.id);
        if others.any(|other| other.state.read().studio.sessions.get(id.as_str()).is_some()) {
            return Err(refusal::location());
        }
        Err(refusal::absent("Execution", id.as_str()))
    }

    fn turn(
        &self,
        sub: &Arc<Sub>,
        begun: &Begun,
        asked: &ExecuteAgent,
        text: Text,
        now: DateTime<Utc>,
    ) -> AgentTurn {
        let session = &begun.session;
        let mut errand = Errand::new(&begun.agent.name, session.contact.clone(), now.timestamp_millis());
        let mut variables = Map::new();
        for known in &begun.version.global_variables {
            variables.insert(known.key.to_string(), known.value.clone().unwrap_or_default());
        }
        variables.extend(session.variables.clone());
        for (name, value) in &variables {
            errand.know(name.as_str(), value.clone());
        }
        let before = begun.earlier.iter().rev().find(|turn| turn.error.is_none());
        errand.know("message", text.as_str().into());
        errand.know(
            "session",
            json!({
                "executionId": session.id,
                "turn": begun.number,
                "previous": before.map(|turn| json!({ "message": turn.message, "response": turn.response })),
            }),
        );
        AgentTurn {
            crm: self.with_caller(Caller::Within(sub.id.clone())),
            agent: Arc::clone(&begun.agent),
            version: Arc::clone(&begun.version),
            execution_id: session.id.clone(),
            interaction_id: begun.interaction.clone(),
            number: begun.number,
            message: text,
            attachments: asked.attachments.clone().unwrap_or_default(),
            contact: begun.contact.clone(),
            earlier: begun.earlier.clone(),
            waits_at: session.place.clone(),
            at: now,
            sub: Arc::clone(sub),
            errand: Mutex::new(errand),
            variables: Mutex::new(variables),
            acts: Mutex::default(),
        }
    }
}

impl State {
    /// Looks up all that a turn needs, and numbers it.
    fn begin_turn(&mut self, agent: &AgentId, asked: &ExecuteAgent, now: DateTime<Utc>) -> Result<Begun> {
        let agent = self.agent(agent).cloned().ok_or_else(|| missing_agent(agent))?;
        if agent.status != AgentStatus::Active {
            return Err(refusal::bad_request("Agent is not active"));
        }
        let version = self.answering(&agent, asked)?;
        let mut wrong = Vec::new();
        let given = asked.input_variables.as_ref();
        for variable in &version.input_variables {
            if let Some(value) = given.and_then(|given| given.get(variable.key.as_str())) {
                check_variable(variable, value, &mut wrong);
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let mut session = match &asked.execution_id {
            Some(id) => self.going_on(id, &agent, asked, now)?,
            None => StoredSession {
                id: ExecutionId::default(),
                agent: agent.agent_id.clone(),
                version: version.version_id.clone(),
                contact: None,
                began: now.timestamp_millis(),
                last: now.timestamp_millis(),
                place: None,
                goal: false,
                variables: defaults(&version),
                usage: AgentUsage::default(),
            },
        };
        session.contact = asked.contact_id.clone().or(session.contact);
        let contact = match &session.contact {
            Some(id) => {
                let known = self.contacts.get(id.as_str()).cloned();
                // One that was deleted since the session began is simply not there any more.
                if known.is_none() && asked.contact_id.is_some() {
                    return Err(crate::contacts::missing(id));
                }
                known
            }
            None => None,
        };
        if let Some(given) = given {
            session.variables.extend(given.clone());
            let size = serde_json::to_string(&session.variables).map_or(0, |text| text.len());
            if size > VARIABLE_BYTES {
                return Err(refusal::invalid(vec![format!(
                    "inputVariables must not exceed {VARIABLE_BYTES} bytes"
                )]));
            }
        }
        session.version = version.version_id.clone();
        let earlier = match &asked.execution_id {
            Some(id) => self.studio.turns_of(id.as_str()),
            None => Vec::new(),
        };
        if session.id.is_empty() {
            session.id = self.ids.record().into();
        }
        let number = session.usage.turns + 1;
        let interaction = self.ids.record().into();
        Ok(Begun { agent, version, session, interaction, number, earlier, contact })
    }

    /// The version that answers.
    fn answering(&self, agent: &Agent, asked: &ExecuteAgent) -> Result<Arc<AgentVersion>> {
        let production = agent.production_version.as_ref().map(|version| &version.version_id);
        let Some(id) = asked.version_id.as_ref().or(production) else {
            return Err(refusal::bad_request("Agent has no published version"));
        };
        let known = self.agent_version(id).filter(|version| version.agent_id == agent.agent_id);
        let known = known.ok_or_else(|| missing_version(id))?;
        if !known.is_published {
            return Err(refusal::bad_request(&format!("Version with id {id} is not published")));
        }
        Ok(Arc::clone(known))
    }

    /// The session to go on with.
    fn going_on(
        &self,
        id: &ExecutionId,
        agent: &Agent,
        asked: &ExecuteAgent,
        now: DateTime<Utc>,
    ) -> Result<StoredSession> {
        let known = self.studio.sessions.get(id.as_str());
        let known = known.ok_or_else(|| refusal::absent("Execution", id.as_str()))?;
        if known.agent != agent.agent_id {
            return Err(refusal::bad_request(&format!("Execution with id {id} is of another agent")));
        }
        if known.expires() < now.timestamp_millis() {
            let text = format!("Execution with id {id} has expired: leave it out to begin a new session");
            return Err(refusal::bad_request(&text));
        }
        if let (Some(known), Some(asked)) = (&known.contact, &asked.contact_id)
            && known != asked
        {
            return Err(refusal::bad_request(&format!("Execution with id {id} is about another contact")));
        }
        Ok(StoredSession::clone(known))
    }

    /// Writes a turn down and answers.
    fn end_turn(
        &mut self,
        begun: Begun,
        turn: &AgentTurn,
        answer: std::result::Result<AgentAnswer, AgentError>,
        now: DateTime<Utc>,
    ) -> Result<Execution> {
        let mut session = begun.session;
        let acts = std::mem::take(&mut *turn.acts.lock());
        let count = |text: &str| text.chars().count() as u64;
        let mut usage =
            AgentUsage { turns: 1, input_characters: count(&turn.message), ..AgentUsage::default() };
        usage.tool_calls = acts.iter().filter(|act| act.done).count() as u64;
        let mut exchange = AgentExchange {
            number: begun.number,
            interaction_id: begun.interaction.clone(),
            execution_id: session.id.clone(),
            version_id: begun.version.version_id.clone(),
            at: turn.at,
            message: turn.message.clone(),
            attachments: turn.attachments.clone(),
            response: Text::default(),
            error: None,
            actions: acts,
            path: Vec::new(),
            goal_completion: false,
            usage,
        };
        let outcome = match answer {
            Ok(answer) => {
                exchange.usage.output_characters = count(&answer.text);
                exchange.usage.input_tokens = answer.input_tokens;
                exchange.usage.output_tokens = answer.output_tokens;
                exchange.response = answer.text.clone();
                exchange.goal_completion = answer.goal;
                exchange.path.clone_from(&answer.path);
                session.variables = kept(&begun.version, std::mem::take(&mut *turn.variables.lock()));
                (session.place, session.goal) = (answer.waits_at.clone(), answer.goal);
                Ok(execution(&exchange, answer))
            }
            // The session stays where it was: the message may be sent again.
            Err(error) => {
                exchange.usage.failed = 1;
                exchange.error = Some(error.message().clone());
                Err(refused(&error))
            }
        };
        session.usage.add(&exchange.usage);
        session.last = now.timestamp_millis();
        // An agent that was deleted meanwhile has no sessions any more.
        if self.agent(&session.agent).is_some() {
            self.keep_turn(session, exchange);
        }
        outcome
    }
}

fn execution(exchange: &AgentExchange, answer: AgentAnswer) -> Execution {
    let mut execution = Execution::default();
    execution.success = true;
    execution.execution_id = exchange.execution_id.clone();
    execution.interaction_id = exchange.interaction_id.clone();
    execution.response = answer.text;
    execution.kind = "text".into();
    execution.next_expected_input = "text".into();
    execution.goal_completion = answer.goal;
    execution.execution_status = ExecutionStatus::Completed;
    execution.generative_outputs = answer.generative_outputs;
    execution
}

/// What is wrong with a message by itself; what it says, if nothing is.
fn check(asked: &ExecuteAgent, named: &str) -> Result<Text> {
    let mut wrong = Vec::new();
    let text = asked.text().cloned().unwrap_or_default();
    if text.is_empty() {
        wrong.push(format!("{named} should not be empty"));
    }
    if text.chars().count() > MESSAGE {
        wrong.push(format!("{named} must be shorter than or equal to {MESSAGE} characters"));
    }
    let attachments = asked.attachments.as_deref().unwrap_or_default();
    if attachments.len() > ATTACHMENTS {
        wrong.push(format!("attachments must contain no more than {ATTACHMENTS} elements"));
    }
    for (at, attachment) in attachments.iter().enumerate() {
        if attachment.kind != "image" {
            wrong.push(format!("attachments.{at}.type must be one of the following values: image"));
        }
        let url = url::Url::parse(&attachment.image_url);
        if !url.is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            wrong.push(format!("attachments.{at}.imageUrl must be a URL address"));
        }
    }
    if wrong.is_empty() { Ok(text) } else { Err(refusal::invalid(wrong)) }
}

fn check_variable(variable: &AgentVariable, value: &Json, wrong: &mut Vec<String>) {
    let (fits, what) = match variable.kind.as_deref() {
        Some("string" | "text") => (value.is_string(), "a string"),
        Some("number") => (value.is_number(), "a number"),
        Some("boolean") => (value.is_boolean(), "a boolean"),
        Some("array") => (value.is_array(), "an array"),
        Some("object") => (value.is_object(), "an object"),
        _ => (true, ""),
    };
    if !fits {
        wrong.push(format!("inputVariables.{} must be {what}", variable.key));
    }
}

/// What input and runtime variables are before anybody says what they are.
fn defaults(version: &AgentVersion) -> Map<String, Json> {
    let declared = version.input_variables.iter().chain(&version.runtime_variables);
    declared.filter_map(|known| Some((known.key.to_string(), known.value.clone()?))).collect()
}

/// What a session keeps: global variables are the version's, unless a turn gave them another value.
fn kept(version: &AgentVersion, mut variables: Map<String, Json>) -> Map<String, Json> {
    for known in &version.global_variables {
        if variables.get(known.key.as_str()) == Some(&known.value.clone().unwrap_or_default()) {
            variables.shift_remove(known.key.as_str());
        }
    }
    variables
}

fn busy(id: &ExecutionId) -> Error {
    refusal::conflict(&format!("Execution with id {id} is answering another message"))
}

/// How the wire says that an agent could not answer (assumed).
fn refused(error: &AgentError) -> Error {
    let text = format!("The agent could not answer: {error}");
    if error.is_unavailable() { refusal::server(503, &text) } else { refusal::bad_request(&text) }
}
