//! A run: one contact on its way through a workflow, or a workflow without one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use smbcrm_core::types::{
    AppointmentId, ContactId, MessageId, NoteId, OpportunityId, TaskId, Text, WorkflowId, time,
};

use super::Automation;
use crate::search::{Record, Value};
use crate::world::Row;

/// A run that waits for something other than time falls due then: never.
pub(crate) const NEVER: i64 = i64::MAX;

/// How many entries a run's history keeps; the oldest go first.
pub const RUN_HISTORY_ENTRIES: usize = 100;

/// A run as it is kept. A hundred thousand of them wait at once, so what few of them have is boxed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: Text,
    /// The number of the definition it goes by.
    pub(crate) edition: u32,
    pub(crate) contact: Option<ContactId>,
    /// The next place of the program; where it waits, the place that waits.
    pub(crate) at: u32,
    /// When it goes on, in milliseconds.
    pub(crate) due: i64,
    pub(crate) wait: Waiting,
    pub(crate) state: RunState,
    /// How many workflows begat each other, without time passing, before it began.
    pub(crate) generation: u8,
    pub(crate) began: i64,
    pub(crate) ended: Option<i64>,
    pub(crate) about: Option<Box<About>>,
    /// What its steps found, by step.
    pub(crate) outputs: Option<Box<Map<String, Json>>>,
    pub(crate) history: Vec<Entry>,
}

/// What started a run, and what it is about beside its contact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct About {
    /// What the trigger is called; empty of a run that was started by hand.
    pub(crate) trigger: Text,
    pub(crate) opportunity: Option<OpportunityId>,
    pub(crate) appointment: Option<AppointmentId>,
    pub(crate) message: Option<MessageId>,
    pub(crate) note: Option<NoteId>,
    pub(crate) task: Option<TaskId>,
    /// What the trigger brought, by the first words of its merge fields: `inboundWebhookRequest`, `submission`, …
    pub(crate) data: Map<String, Json>,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Waiting {
    /// Nothing: it goes on where it is.
    Nothing,
    /// The time; then it goes on behind the step.
    Time,
    /// The time; then the step is done.
    Turn,
    /// A reply.
    Reply,
    /// A goal's event.
    Goal,
    /// The answer to a call.
    Answer,
    /// An agent.
    Agent,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RunState {
    /// It is under way.
    Active,
    /// It has done all steps.
    Finished,
    /// It was ended before.
    Stopped,
    /// It could not go on.
    Failed,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// It failed; the run went on.
    Failed,
    /// The run waits there.
    Waiting,
    /// There was nothing to do.
    Skipped,
}

/// An entry of a run's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    /// The place in the program.
    pub(crate) place: u32,
    pub(crate) outcome: StepOutcome,
    pub(crate) note: Option<Box<str>>,
}

impl Run {
    pub(crate) fn is_active(&self) -> bool {
        self.state == RunState::Active
    }

    /// Writes down what became of the step at a place.
    pub(crate) fn note(&mut self, at: i64, place: u32, outcome: StepOutcome, note: Option<String>) {
        if self.history.len() >= RUN_HISTORY_ENTRIES {
            self.history.remove(0);
        }
        self.history.push(Entry { at, place, outcome, note: note.map(Into::into) });
    }

    /// Goes on at a place, at once.
    pub(crate) fn go_on(&mut self, at: u32, now: i64) {
        (self.at, self.due, self.wait) = (at, now, Waiting::Nothing);
    }

    pub(crate) fn end(&mut self, state: RunState, now: i64) {
        (self.state, self.ended, self.due, self.wait) = (state, Some(now), NEVER, Waiting::Nothing);
    }

    /// Keeps what a step found.
    pub(crate) fn keep(&mut self, step: &str, found: Json) {
        self.outputs.get_or_insert_default().insert(step.to_owned(), found);
    }

    pub(crate) fn about_mut(&mut self) -> &mut About {
        self.about.get_or_insert_default()
    }
}

/// What a run is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RunKey {
    Contact,
    Edition,
    Due,
}

impl Record for Run {
    type Field = RunKey;

    fn id(&self) -> &str {
        &self.id
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Run(Arc::clone(record)))
    }

    fn values(&self, field: &RunKey, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            RunKey::Contact => self.contact.iter().for_each(|id| visit(Value::Text(id.as_str()))),
            RunKey::Edition => visit(Value::Number(f64::from(self.edition))),
            RunKey::Due => visit(Value::Instant(self.due)),
        }
    }
}

/// A run as it is looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkflowRun {
    /// Its id.
    pub id: Text,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The version of the workflow that it goes by.
    pub version: u32,
    /// The contact; none of a run that is about nobody.
    pub contact_id: Option<ContactId>,
    /// How far it is.
    pub state: RunState,
    /// What started it: a trigger's name; nothing where it was put in by hand.
    pub trigger: Option<Text>,
    /// The step that it is at; `end` behind the last.
    pub step: Text,
    /// When it goes on; nothing where it waits for something other than time, or has ended.
    pub due: Option<DateTime<Utc>>,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
    /// What its steps found, by step.
    pub outputs: Map<String, Json>,
    /// What it did, the newest last; at most [`RUN_HISTORY_ENTRIES`].
    pub history: Vec<RunEntry>,
}

/// What became of a step of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// The step.
    pub step: Text,
    /// What became of it.
    pub outcome: StepOutcome,
    /// More about it: why it failed, which way it went, until when it waits.
    pub note: Option<Text>,
}

impl WorkflowRun {
    /// The steps of its history by name and outcome: what a test looks at.
    #[must_use]
    pub fn steps(&self) -> Vec<(&str, StepOutcome)> {
        self.history.iter().map(|entry| (entry.step.as_str(), entry.outcome)).collect()
    }
}

impl Automation {
    /// A run as it is looked at.
    pub(crate) fn shown(&self, run: &Run) -> WorkflowRun {
        let edition = self.edition(run.edition);
        let program = edition.map(|edition| Arc::clone(edition.program()));
        let name = |at: u32| program.as_ref().map(|program| program.name_at(at)).unwrap_or_default();
        let instant = |millis: i64| time::from_millis(millis).unwrap_or_default();
        WorkflowRun {
            id: run.id.clone(),
            workflow_id: edition.map(|edition| WorkflowId::from(&edition.workflow)).unwrap_or_default(),
            version: edition.map(|edition| edition.version).unwrap_or_default(),
            contact_id: run.contact.clone(),
            state: run.state,
            trigger: run.about.as_ref().map(|about| about.trigger.clone()).filter(|name| !name.is_empty()),
            step: name(run.at),
            due: Some(run.due).filter(|due| *due != NEVER).map(instant),
            began: instant(run.began),
            ended: run.ended.map(instant),
            outputs: run.outputs.as_deref().cloned().unwrap_or_default(),
            history: run
                .history
                .iter()
                .map(|entry| RunEntry {
                    at: instant(entry.at),
                    step: name(entry.place),
                    outcome: entry.outcome,
                    note: entry.note.as_deref().map(Text::from),
                })
                .collect(),
        }
    }
}
