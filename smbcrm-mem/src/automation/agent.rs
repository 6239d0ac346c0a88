//! Agents: what the step `agent_studio_execution` asks, and who answers.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use smbcrm_core::agent_studio::ExecuteAgent;
use smbcrm_core::types::{ContactId, ExecutionId, LocationId, Text, WorkflowId};

use super::run::{RunState, StepOutcome, Waiting};
use crate::MemCrm;
use crate::agent_studio::{AgentRuntime, GraphRuntime};
use crate::world::{State, Sub};

/// What an agent is asked to do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AgentJob {
    /// The agent.
    pub agent: Text,
    /// What it is told.
    pub input: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact that it is about.
    pub contact_id: Option<ContactId>,
    /// The workflow that asks.
    pub workflow_id: WorkflowId,
    /// The run that asks; the same for every question of one run.
    pub run_id: Text,
}

/// What an agent answers.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentReply {
    /// What it says.
    pub text: Text,
    /// What it found.
    pub data: Json,
}

impl AgentReply {
    /// An answer in words.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), data: Json::Null }
    }

    /// With what it found.
    #[must_use]
    pub fn data(mut self, data: Json) -> Self {
        self.data = data;
        self
    }
}

/// Somebody who carries out what workflows ask of agents; see [`MemCrm::set_agent_runner`].
pub trait AgentRunner: Send + Sync {
    /// Does a job. It may take its time: the world goes on meanwhile, and nothing is locked.
    ///
    /// # Errors
    /// Why it could not be done; the step fails with it, and the run goes on.
    fn run(&self, crm: MemCrm, job: AgentJob) -> BoxFuture<'_, Result<AgentReply, String>>;
}

impl<F> AgentRunner for F
where
    F: Fn(AgentJob) -> Result<AgentReply, String> + Send + Sync,
{
    fn run(&self, _: MemCrm, job: AgentJob) -> BoxFuture<'_, Result<AgentReply, String>> {
        Box::pin(std::future::ready(self(job)))
    }
}

/// Who answers for agents in a world.
#[derive(Clone)]
pub(crate) struct Runner {
    /// Who carries out workflows' jobs, if somebody was set.
    by_hand: Option<Arc<dyn AgentRunner>>,
    /// Who answers else, and to everybody who is not a workflow.
    pub(crate) runtime: Arc<dyn AgentRuntime>,
}

impl Default for Runner {
    fn default() -> Self {
        Self { by_hand: None, runtime: Arc::new(GraphRuntime::new()) }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Runner({})", if self.by_hand.is_some() { "set" } else { "none" })
    }
}

/// A job that a run waits for.
struct Waits {
    place: u32,
    job: AgentJob,
    /// The session that the run has with this agent already.
    session: Option<ExecutionId>,
}

impl MemCrm {
    /// Says who carries out what workflows ask of agents, in place of the agents of the sub-account. Forks have the
    /// same one.
    ///
    /// Without one, the agent of that id or name answers, as it does to everybody else (see
    /// [`MemCrm::set_agent_runtime`]); all questions of a run to an agent are one session.
    ///
    /// ```
    /// use smbcrm_mem::{AgentJob, AgentReply, MemCrm};
    ///
    /// let crm = MemCrm::new();
    /// crm.set_agent_runner(|job: AgentJob| Ok(AgentReply::new(format!("{} has read: {}", job.agent, job.input))));
    /// ```
    pub fn set_agent_runner(&self, runner: impl AgentRunner + 'static) {
        self.world.agents.write().by_hand = Some(Arc::new(runner));
    }

    /// Has agents do what runs wait for. Says whether there was anything.
    pub(crate) async fn run_agents(&self) -> bool {
        let mut any = false;
        for sub in self.subs() {
            let jobs = if sub.state.read().automation.asked.is_empty() {
                continue;
            } else {
                self.world.arrange(&sub, State::take_jobs)
            };
            for Waits { place, job, session } in jobs {
                any = true;
                let by_hand = self.world.agents.read().by_hand.clone();
                let run = job.run_id.clone();
                let outcome = match &by_hand {
                    Some(runner) => runner.run(self.clone(), job).await,
                    None => self.ask_agent_of(&sub, &job, session).await,
                };
                self.resume_after_agent(&sub, &run, place, outcome);
            }
        }
        any
    }

    /// Has the agent that a job names answer, in the session that the run has with it.
    async fn ask_agent_of(
        &self,
        sub: &Arc<Sub>,
        job: &AgentJob,
        session: Option<ExecutionId>,
    ) -> Result<AgentReply, String> {
        let agent = sub.state.read().agent_called(&job.agent).map(|agent| agent.agent_id.clone());
        let agent = agent.ok_or_else(|| {
            format!(
                "there is no agent `{}`, and no agent runner is set: see MemCrm::set_agent_runner",
                job.agent
            )
        })?;
        let now = self.world.clock.millis();
        // A run may wait for longer than a session does: then a new one begins.
        let goes_on = |id: &ExecutionId| {
            let state = sub.state.read();
            state
                .studio
                .sessions
                .get(id.as_str())
                .is_some_and(|known| known.agent == agent && known.expires() >= now)
        };
        let mut message = ExecuteAgent::new(&job.location_id, &job.input);
        message.execution_id = session.filter(goes_on);
        message.contact_id.clone_from(&job.contact_id);
        let said = self.talk(sub, &agent, message, "input").await;
        let said = said.map_err(|error| error.messages().join("; "))?;
        let data = json!({
            "executionId": said.execution_id,
            "interactionId": said.interaction_id,
            "goalCompletion": said.goal_completion,
        });
        Ok(AgentReply::new(said.response).data(data))
    }

    fn resume_after_agent(&self, sub: &Sub, run: &str, place: u32, outcome: Result<AgentReply, String>) {
        let now = self.world.clock.millis();
        self.world.alter(sub, |state| {
            let Some(mut run) = state.waiting_run(run, place, Waiting::Agent) else { return };
            let step =
                state.automation.edition(run.edition).map(|e| e.program().name_at(place)).unwrap_or_default();
            match outcome {
                Ok(reply) => {
                    run.keep_session(reply.data.get("executionId"));
                    run.keep(&step, json!({ "text": reply.text, "data": reply.data }));
                    run.note(now, place, StepOutcome::Done, None);
                }
                Err(error) => run.note(now, place, StepOutcome::Failed, Some(error)),
            }
            run.go_on(place + 1, now);
            state.automation.put(run);
        });
    }
}

impl State {
    /// Has an agent asked for a run that waits for it.
    pub(super) fn ask_agent(&mut self, run: &Text) {
        Arc::make_mut(&mut self.automation.asked).push(run.clone());
    }

    /// The jobs that runs wait for; each is taken once.
    fn take_jobs(&mut self) -> Vec<Waits> {
        let asked = std::mem::take(&mut self.automation.asked);
        let job = |id: &Text| {
            let run = self.automation.runs.get(id)?;
            let waits = run.state == RunState::Active && run.wait == Waiting::Agent;
            let asked = waits.then(|| run.outputs.as_ref()?.get("(agent)"))??;
            let edition = self.automation.edition(run.edition)?;
            let text = |name: &str| Text::from(asked.get(name).and_then(Json::as_str).unwrap_or_default());
            let job = AgentJob {
                agent: text("agent"),
                input: text("input"),
                location_id: self.location.id.clone(),
                contact_id: run.contact.clone(),
                workflow_id: WorkflowId::from(&edition.workflow),
                run_id: run.id.clone(),
            };
            let session = run.session_with(&job.agent);
            Some(Waits { place: run.at, job, session })
        };
        asked.iter().filter_map(job).collect()
    }

    /// A run, if it waits at this place for this.
    pub(super) fn waiting_run(&self, id: &str, place: u32, wait: Waiting) -> Option<super::Run> {
        let run = self.automation.runs.get(id)?;
        (run.at == place && run.wait == wait).then(|| super::Run::clone(run))
    }
}

impl super::Run {
    /// Keeps the session with the agent that was asked.
    fn keep_session(&mut self, session: Option<&Json>) {
        let outputs = self.outputs.get_or_insert_default();
        let agent = outputs.get("(agent)").and_then(|asked| asked.get("agent")?.as_str().map(str::to_owned));
        if let (Some(agent), Some(session)) = (agent, session) {
            let sessions = outputs.entry("(sessions)").or_insert_with(|| json!({}));
            sessions[agent.as_str()] = session.clone();
        }
    }

    /// The session that the run has with an agent.
    fn session_with(&self, agent: &str) -> Option<ExecutionId> {
        self.outputs.as_ref()?.get("(sessions)")?.get(agent)?.as_str().map(ExecutionId::from)
    }
}
