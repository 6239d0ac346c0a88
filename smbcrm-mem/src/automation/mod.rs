//! The workflow engine: triggers start runs, runs do steps, all on the world's clock.
//!
//! A change of a record is looked at in the critical section in which it was made: what it triggers is in the state
//! when the section ends, and is carried out afterwards, by [`MemCrm::run_until_idle`](crate::MemCrm::run_until_idle)
//! or by the server. A run does its steps until it waits; one that waits is an entry in an order by time, so that a
//! hundred thousand of them cost memory and no work.
//!
//! ```
//! use std::time::Duration;
//! use smbcrm_core::Crm;
//! use smbcrm_core::contacts::CreateContact;
//! use smbcrm_core::workflows::definition::{ContactCreated, Definition, SendSms, Span, Wait};
//! use smbcrm_mem::{MemCrm, RunState};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let welcome = Definition::new("Welcome")
//!     .trigger(ContactCreated::new())
//!     .step(Wait::span(Span::minutes(5)))
//!     .step(SendSms::new("Hi {{contact.first_name}}!"));
//! let welcome = crm.admin().install_workflow(crm.location(), welcome)?;
//!
//! let ada = CreateContact::new(crm.location()).first_name("Ada").phone("(202) 555-0123");
//! crm.contacts().create(ada).await?;
//! crm.advance(Duration::from_secs(300)).await;
//!
//! assert_eq!(crm.admin().outbox()[0].text().unwrap().body, "Hi Ada!");
//! assert_eq!(crm.admin().runs(&welcome)[0].state, RunState::Finished);
//! # Ok(()) }) }
//! ```

mod agent;
mod engine;
mod errand;
mod holds;
mod inbound;
mod install;
mod merge;
mod payload;
mod program;
mod run;
mod step;
#[cfg(test)]
mod tests;
mod timer;
mod wait;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::types::Text;

pub(crate) use agent::Runner;
pub use agent::{AgentJob, AgentReply, AgentRunner};
pub(crate) use engine::Desk;
pub(crate) use errand::Errand;
pub use inbound::{HookAnswer, TriggerCall};
pub(crate) use program::Edition;
pub use run::{RUN_HISTORY_ENTRIES, RunEntry, RunState, StepOutcome, WorkflowRun};
pub(crate) use run::{Run, RunKey};
pub(crate) use timer::{Timer, TimerKey};

use crate::search::{Direction, Table};
use crate::world::Owned;
use watch::Watch;

/// How many runs that have ended a sub-account keeps; the oldest go first.
pub const PAST_RUNS: usize = 1_000;

/// What a sub-account's workflows are doing. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct Automation {
    /// The definitions that are in use, by number.
    pub(crate) editions: Owned<Arc<Edition>>,
    /// The runs that are under way, the next one due first.
    pub(crate) runs: Table<Run>,
    /// The runs that have ended, and in which order.
    pub(crate) past: Table<Run>,
    order: Arc<VecDeque<Text>>,
    /// What is to be looked at at some time: schedules, reminders.
    pub(crate) timers: Table<Timer>,
    /// Whose turn it is, and how many went through.
    pub(crate) counters: Owned<Counter>,
    /// What published workflows wait for; follows from the workflows.
    watch: Arc<Watch>,
    /// The generation of runs that are begun now.
    generation: u8,
    /// Runs that wait for an agent who has not been asked yet.
    asked: Arc<Vec<Text>>,
}

/// What a step counts for all its runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counter {
    /// Workflow and step.
    pub(crate) key: Text,
    pub(crate) count: u64,
    pub(crate) since: i64,
}

impl Automation {
    pub(crate) fn new() -> Self {
        Self {
            editions: Owned::default(),
            runs: Table::new()
                .keyed_by(RunKey::Contact)
                .keyed_by(RunKey::Edition)
                .ordered_by(RunKey::Due, Direction::Ascending),
            past: Table::new().keyed_by(RunKey::Contact),
            order: Arc::default(),
            timers: Table::new().keyed_by(TimerKey::Workflow).ordered_by(TimerKey::Due, Direction::Ascending),
            counters: Owned::default(),
            watch: Arc::default(),
            generation: 0,
            asked: Arc::default(),
        }
    }

    pub(crate) fn edition(&self, number: u32) -> Option<&Arc<Edition>> {
        let at = self.editions.binary_search_by_key(&number, |edition| edition.number).ok()?;
        self.editions.get(at)
    }

    /// Whether a change may matter to anybody here.
    pub(crate) fn listens(&self) -> bool {
        !self.watch.is_empty() || !self.runs.is_empty()
    }

    /// Ends a section: whatever begins from now on was begat by nobody.
    pub(crate) fn settle(&mut self) {
        self.generation = 0;
    }

    /// When the next run or timer falls due.
    pub(crate) fn next_due(&self) -> Option<i64> {
        let run = self.runs.first().map(|run| run.due).filter(|due| *due != run::NEVER);
        let timer = self.timers.first().map(|timer| timer.due);
        run.into_iter().chain(timer).min()
    }

    /// Stores a run where it belongs: among those under way, or among those that have ended.
    pub(crate) fn put(&mut self, run: Run) {
        if run.is_active() {
            self.runs.put(Arc::new(run));
            return;
        }
        self.runs.remove(&run.id);
        let order = Arc::make_mut(&mut self.order);
        order.push_back(run.id.clone());
        let oldest = if order.len() > PAST_RUNS { order.pop_front() } else { None };
        self.past.put(Arc::new(run));
        if let Some(oldest) = oldest {
            self.past.remove(&oldest);
        }
        self.drop_unused();
    }

    /// Puts a run back as it was: under way, or the last to have ended.
    pub(crate) fn put_row(&mut self, run: Arc<Run>) {
        if run.is_active() {
            self.runs.put(run);
        } else if self.past.put(Arc::clone(&run)).is_none() {
            Arc::make_mut(&mut self.order).push_back(run.id.clone());
        }
    }

    /// Takes a run out wherever it is; `false` when it is nowhere.
    pub(crate) fn drop_run(&mut self, id: &str) -> bool {
        if self.runs.remove(id).is_some() {
            return true;
        }
        Arc::make_mut(&mut self.order).retain(|known| known != id);
        self.past.remove(id).is_some()
    }

    /// Every run: those under way, then those that have ended, in the order in which they did.
    pub(crate) fn each_run(&self, visit: &mut dyn FnMut(Arc<Run>)) {
        self.runs.iter().cloned().for_each(&mut *visit);
        self.order.iter().filter_map(|id| self.past.get(id)).cloned().for_each(visit);
    }

    /// Has agents asked once more for every run that waits for one: whether they were is not kept.
    pub(crate) fn ask_again(&mut self) {
        let waiting = self.runs.iter().filter(|run| run.wait == run::Waiting::Agent);
        self.asked = Arc::new(waiting.map(|run| run.id.clone()).collect());
    }

    /// Forgets editions that no run and no workflow goes by any more.
    fn drop_unused(&mut self) {
        if self.editions.len() <= self.watch.current.len() + 8 {
            return;
        }
        let used = |edition: &Arc<Edition>| {
            let number = crate::search::Value::Number(f64::from(edition.number));
            self.watch.current.contains(&edition.number)
                || self.runs.find_one(&RunKey::Edition, number).is_some()
                || self.past.iter().any(|run| run.edition == edition.number)
        };
        let gone: Vec<u32> = self.editions.iter().filter(|e| !used(e)).map(|e| e.number).collect();
        if !gone.is_empty() {
            self.editions.edit().retain(|edition| !gone.contains(&edition.number));
        }
    }

    /// The counter of a step.
    pub(crate) fn count(&mut self, key: Text, change: impl FnOnce(&mut Counter)) {
        let mut counters = self.counters.edit();
        let at = counters.iter().position(|counter| counter.key == key).unwrap_or_else(|| {
            counters.push(Counter { key, count: 0, since: i64::MIN });
            counters.len() - 1
        });
        change(&mut counters[at]);
    }
}

/// What a run that the API started is about: the event that it is enrolled for.
pub(crate) fn about_event(enrol: &smbcrm_core::contacts::Enrol) -> run::About {
    let mut about = run::About::default();
    if let Some(at) = &enrol.event_start_time {
        let at = smbcrm_core::types::time::to_iso(at);
        about.data.insert("event".into(), serde_json::json!({ "start_time": at }));
    }
    about
}
