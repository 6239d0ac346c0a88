//! Carrying out runs: one run a section, until it waits or ends.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;
use smbcrm_core::types::{ContactId, Text, WorkflowId, time};
use smbcrm_core::workflows::definition::{Action, Settings, ZoneOf};

use super::program::{Code, Op};
use super::run::{About, NEVER, RunState, StepOutcome, Waiting};
use super::{Edition, Run};
use crate::MemCrm;
use crate::delivery::Parcel;
use crate::world::{EnrolmentKind, State, StoredUser, Sub};

/// The most steps that a run does without waiting. Beyond that it runs in circles.
const MOST_STEPS: usize = 1_000;

/// How many runs are carried out before somebody else has a look.
const BATCH: usize = 1_000;

/// What the engine needs beside the state of a sub-account.
pub(crate) struct Desk {
    pub(crate) users: Vec<StoredUser>,
    pub(crate) now: i64,
    /// What is to be sent when the section ends.
    pub(crate) post: Vec<Parcel>,
}

impl Desk {
    pub(crate) fn instant(&self) -> DateTime<Utc> {
        time::from_millis(self.now).unwrap_or_default()
    }
}

/// What a step leads to.
pub(crate) enum Next {
    /// The step behind it.
    On,
    /// The step behind it; there is something to say.
    Said(String),
    /// The step behind it; there was nothing to do.
    Skipped(String),
    /// Another place.
    To(u32, String),
    /// A wait.
    Wait(i64, Waiting, String),
    /// The end.
    End(RunState, String),
}

/// What a step comes to, or why it fails.
pub(crate) type Outcome = Result<Next, String>;

impl MemCrm {
    /// Carries out the timers and runs of a sub-account that are due.
    pub(crate) fn run_workflows(&self, sub: &Sub) {
        if sub.state.read().automation.next_due().is_none_or(|due| due > self.world.clock.millis()) {
            return;
        }
        let users = self.world.directory.read().users.to_vec();
        let mut desk = Desk { users, now: self.world.clock.millis(), post: Vec::new() };
        for _ in 0..BATCH {
            desk.now = self.world.clock.millis();
            let worked = self.world.alter(sub, |state| {
                let worked = state.work(&mut desk);
                // In the same section, so that what is written down of the run and what it sends go together.
                for parcel in desk.post.drain(..) {
                    self.world.exchange.post(parcel, desk.now);
                }
                worked
            });
            if !worked {
                return;
            }
        }
    }
}

impl State {
    /// Carries out the first timer or run that is due; `false` when none is.
    fn work(&mut self, desk: &mut Desk) -> bool {
        let now = desk.now;
        if let Some(timer) = self.automation.timers.first().filter(|timer| timer.due <= now) {
            self.ring(&timer, now);
            return true;
        }
        let Some(run) = self.automation.runs.first().filter(|run| run.due <= now) else { return false };
        self.carry_on(Run::clone(&run), desk);
        true
    }

    /// Whose time zone counts for a run.
    pub(super) fn zone_of(&self, run: &Run, settings: &Settings) -> Tz {
        let own = || {
            let contact = self.contacts.get(run.contact.as_ref()?.as_str())?;
            contact.timezone.as_deref()?.parse().ok()
        };
        let theirs = settings.timezone == Some(ZoneOf::Contact);
        theirs.then(own).flatten().unwrap_or_else(|| self.zone())
    }

    /// Carries a run on until it waits or ends.
    fn carry_on(&mut self, mut run: Run, desk: &mut Desk) {
        let now = desk.now;
        let Some(edition) = self.automation.edition(run.edition).cloned() else {
            return self.end_run(run, RunState::Failed, now);
        };
        let program = Arc::clone(edition.program());
        match run.wait {
            // What waited for time is on its own: it is no longer begat at this instant.
            Waiting::Time => {
                run.generation = 0;
                let (at, behind) = (run.at, run.at + 1);
                run.note(now, at, StepOutcome::Done, None);
                run.go_on(behind, now);
            }
            Waiting::Turn => {
                run.generation = 0;
                run.wait = Waiting::Nothing;
            }
            Waiting::Reply => {
                run.generation = 0;
                self.gave_up_waiting(&mut run, &edition, now);
            }
            Waiting::Goal | Waiting::Answer | Waiting::Agent | Waiting::Nothing => {}
        }
        // What follows from the steps of this run belongs to the next generation.
        self.automation.generation = run.generation.saturating_add(1);
        let mut done = 0;
        while run.is_active() && run.due <= now {
            let Some(op) = program.ops.get(run.at as usize) else {
                return self.end_run(run, RunState::Finished, now);
            };
            done += 1;
            if done > MOST_STEPS {
                let at = run.at;
                let text = format!("it did {MOST_STEPS} steps without waiting: it runs in circles");
                run.note(now, at, StepOutcome::Failed, Some(text));
                return self.end_run(run, RunState::Failed, now);
            }
            self.do_op(&mut run, op, &edition, desk);
        }
        if run.is_active() {
            self.automation.put(run);
        } else {
            let how = run.state;
            self.end_run(run, how, now);
        }
    }

    fn do_op(&mut self, run: &mut Run, op: &Op, edition: &Arc<Edition>, desk: &mut Desk) {
        let (now, at) = (desk.now, run.at);
        let outcome = match &op.code {
            Code::Jump(to) => return run.go_on(*to, now),
            Code::If(ways, otherwise) => {
                let facts = self.facts_of(run, edition, &desk.users, now);
                let way =
                    ways.iter().find(|(_, when, _)| when.iter().all(|filter| self.holds(filter, &facts)));
                let (name, to) = way.map_or(("none", *otherwise), |(name, _, to)| (name.as_str(), *to));
                run.keep(&edition.program().name_at(at), json!({ "branch": name }));
                Ok(Next::To(to, name.to_owned()))
            }
            Code::Split(ways) => Ok(self.split(run, edition, ways)),
            Code::Act(action) => self.act(run, action, edition, desk),
        };
        match outcome {
            Ok(Next::On) => {
                run.note(now, at, StepOutcome::Done, None);
                run.go_on(at + 1, now);
            }
            Ok(Next::Said(note)) => {
                run.note(now, at, StepOutcome::Done, Some(note));
                run.go_on(at + 1, now);
            }
            Ok(Next::Skipped(note)) => {
                run.note(now, at, StepOutcome::Skipped, Some(note));
                run.go_on(at + 1, now);
            }
            Ok(Next::To(to, note)) => {
                run.note(now, at, StepOutcome::Done, Some(note));
                run.go_on(to, now);
            }
            Ok(Next::Wait(until, wait, note)) => {
                run.note(now, at, StepOutcome::Waiting, Some(note));
                (run.due, run.wait) = (until, wait);
            }
            Ok(Next::End(state, note)) => {
                run.note(now, at, StepOutcome::Done, Some(note));
                run.state = state;
            }
            // A step that fails is marked, and the run goes on: one bad address does not keep a lead from the rest.
            Err(error) => {
                run.note(now, at, StepOutcome::Failed, Some(error));
                run.go_on(at + 1, now);
            }
        }
    }

    /// A run that waited for a reply in vain.
    fn gave_up_waiting(&mut self, run: &mut Run, edition: &Edition, now: i64) {
        let program = edition.program();
        let at = run.at;
        run.note(now, at, StepOutcome::Done, Some("no reply in time".to_owned()));
        run.keep(&program.name_at(at), json!({ "outcome": "timeout" }));
        let target = program.ops.get(at as usize).and_then(|op| match &op.code {
            Code::Act(action) => match &**action {
                Action::Wait(wait) => program.place(wait.on_timeout.as_deref()?),
                _ => None,
            },
            _ => None,
        });
        match target {
            Some(to) => run.go_on(to, now),
            None => self.behind_wait(run, edition, now),
        }
    }

    /// Goes on after an answer to the call of a step. `Err` says why there is none.
    pub(crate) fn resume_after_reply(
        &mut self,
        run: &str,
        step: &str,
        answer: Result<serde_json::Value, String>,
        now: i64,
    ) {
        let known = self.automation.runs.get(run).or_else(|| self.automation.past.get(run));
        let Some(edition) = known.and_then(|run| self.automation.edition(run.edition)) else { return };
        let Some(place) = edition.program().place(step) else { return };
        let Some(mut run) = self.waiting_run(run, place, Waiting::Answer) else {
            return self.mark_unsent(run, place, answer, now);
        };
        match answer {
            Ok(found) => {
                let status = found["status"].as_u64().unwrap_or_default();
                run.keep(step, found);
                if (200..300).contains(&status) {
                    run.note(now, place, StepOutcome::Done, Some(format!("HTTP {status}")));
                } else {
                    run.note(now, place, StepOutcome::Failed, Some(format!("HTTP {status}")));
                }
            }
            Err(error) => {
                run.keep(step, json!({ "error": error }));
                run.note(now, place, StepOutcome::Failed, Some(error));
            }
        }
        run.go_on(place + 1, now);
        self.automation.put(run);
    }

    /// Marks a call that nobody waited for and that was given up, in the history of a run that has gone on or ended.
    fn mark_unsent(&mut self, run: &str, place: u32, answer: Result<serde_json::Value, String>, now: i64) {
        let note = match answer {
            Ok(found) => match found["status"].as_u64() {
                Some(200..300) => return,
                status => format!("given up: HTTP {}", status.unwrap_or_default()),
            },
            Err(error) => format!("given up: {error}"),
        };
        if let Some(known) = self.automation.runs.get(run) {
            let mut run = Run::clone(known);
            run.note(now, place, StepOutcome::Failed, Some(note));
            self.automation.put(run);
        } else if let Some(known) = self.automation.past.get(run) {
            let mut run = Run::clone(known);
            run.note(now, place, StepOutcome::Failed, Some(note));
            self.automation.past.put(Arc::new(run));
        }
    }

    /// Puts a contact into a workflow by hand. `false` where it may not come in.
    pub(crate) fn start_by_hand(
        &mut self,
        contact: &ContactId,
        workflow: &WorkflowId,
        about: About,
        now: i64,
    ) -> bool {
        let found = self.workflows.iter().find(|known| known.id == *workflow.as_str());
        let edition = found.filter(|known| known.published).and_then(|known| known.edition);
        edition.is_some_and(|edition| {
            self.begin_run(edition, Some(contact.clone()), about, false, now).is_some()
        })
    }

    /// Ends the runs of a contact in a workflow.
    pub(crate) fn stop_runs(&mut self, contact: &ContactId, workflow: &str, note: &str, now: i64) {
        for run in self.active_runs_of(contact, workflow) {
            let mut run = Run::clone(&run);
            let at = run.at;
            run.note(now, at, StepOutcome::Skipped, Some(note.to_owned()));
            self.end_run(run, RunState::Stopped, now);
        }
    }

    /// The workflows that a contact is in.
    pub(crate) fn workflows_of(&self, contact: &ContactId) -> Vec<Text> {
        let of = self.enrolments.find(&crate::world::ByContact, crate::search::Value::Text(contact.as_str()));
        of.filter(|known| known.active && known.kind == EnrolmentKind::Workflow)
            .map(|known| known.target.clone())
            .collect()
    }
}

/// Until when, as a history says it.
pub(crate) fn until(at: i64) -> String {
    match time::from_millis(at) {
        Some(at) if at.timestamp_millis() != NEVER => format!("until {}", time::to_iso(&at)),
        _ => "for ever".to_owned(),
    }
}
