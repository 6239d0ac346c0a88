//! Steps that decide where and when a run goes on.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use smbcrm_core::types::{Text, WorkflowId};
use smbcrm_core::workflows::definition::{Drip, Goal, UnmetGoal, Wait};

use super::contact_of;
use crate::automation::engine::{Desk, Next, Outcome, until};
use crate::automation::run::{About, NEVER, RunState, Waiting};
use crate::automation::{Edition, Run, wait};
use crate::world::State;

pub(super) fn goto(to: &str, edition: &Edition) -> Next {
    match edition.program().place(to) {
        Some(place) => Next::To(place, to.to_owned()),
        // Checked on install.
        None => Next::End(RunState::Failed, format!("there is no step `{to}`")),
    }
}

pub(super) fn goal(it: &Goal) -> Next {
    match it.otherwise {
        Some(UnmetGoal::Wait) => Next::Wait(NEVER, Waiting::Goal, "for the goal".to_owned()),
        Some(UnmetGoal::End) => Next::End(RunState::Stopped, "the goal was not reached".to_owned()),
        _ => Next::Skipped("the goal was not reached".to_owned()),
    }
}

impl State {
    pub(super) fn wait(&mut self, run: &mut Run, it: &Wait, edition: &Edition, desk: &Desk) -> Outcome {
        let now = desk.now;
        if it.reply == Some(true) {
            let due = it.duration.map_or(NEVER, |span| now.saturating_add(span.as_millis()));
            return Ok(Next::Wait(due, Waiting::Reply, format!("for a reply, {}", until(due))));
        }
        let zone = self.zone_of(run, &edition.definition.settings);
        let mut due = it.duration.map_or(now, |span| now.saturating_add(span.as_millis()));
        if let Some(text) = &it.until {
            let facts = self.facts_of(run, edition, &desk.users, now);
            let text = self.fill(text, &facts);
            let moment = wait::moment(zone, &text).ok_or_else(|| format!("`{text}` is no moment"))?;
            due = moment.saturating_add(it.offset.unwrap_or_default().as_millis());
        }
        if let Some(window) = &it.window {
            due = wait::next_open(zone, window, due.max(now));
        }
        if due <= now {
            return Ok(Next::Skipped("that time has come already".to_owned()));
        }
        Ok(Next::Wait(due, Waiting::Time, until(due)))
    }

    /// One way by its weight. The same run of the same world always goes the same way.
    pub(in crate::automation) fn split(
        &self,
        run: &mut Run,
        edition: &Edition,
        ways: &[(Text, u32, u32)],
    ) -> Next {
        let seed = crate::index::hash_of(&(run.id.as_str(), run.at, run.history.len()));
        let all: u64 = ways.iter().map(|(_, weight, _)| u64::from(*weight)).sum();
        let mut drawn = SmallRng::seed_from_u64(seed).random_range(0..all.max(1));
        let chosen = ways.iter().find(|(_, weight, _)| match drawn.checked_sub(u64::from(*weight)) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        });
        match chosen {
            Some((name, _, to)) => {
                run.keep(&edition.program().name_at(run.at), json!({ "path": name }));
                Next::To(*to, name.to_string())
            }
            None => Next::Skipped("no path has a weight".to_owned()),
        }
    }

    /// Lets a batch through and has the others wait for the next one that has room. A run has its place when it is
    /// told when to go on; then it goes on.
    pub(super) fn drip(&mut self, run: &mut Run, it: &Drip, edition: &Edition, now: i64) -> Next {
        let step = edition.program().name_at(run.at);
        let given = format!("(drip) {step}");
        if run.outputs.as_mut().is_some_and(|outputs| outputs.remove(&given).is_some()) {
            return Next::On;
        }
        let (batch, every) = (u64::from(it.batch.max(1)), it.every.as_millis().max(1));
        let mut opens = now;
        self.automation.count(format!("{}/{step}", edition.workflow).into(), |counter| {
            if counter.since.saturating_add(every) <= now {
                (counter.since, counter.count) = (now, 0);
            }
            if counter.count >= batch {
                (counter.since, counter.count) = (counter.since.saturating_add(every), 0);
            }
            counter.count += 1;
            opens = counter.since;
        });
        if opens <= now {
            return Next::On;
        }
        run.keep(&given, true.into());
        Next::Wait(opens, Waiting::Turn, until(opens))
    }

    pub(super) fn add_to(&mut self, run: &Run, workflow: &WorkflowId, now: i64) -> Outcome {
        let contact = contact_of(run)?;
        let Some(known) = self.workflows.iter().find(|known| known.id == *workflow.as_str()) else {
            return Err(format!("there is no workflow {workflow}"));
        };
        if !known.published {
            return Err(format!("the workflow {workflow} is a draft"));
        }
        if known.edition.is_none() {
            self.mark_enrolled(&contact, &workflow.into());
            return Ok(Next::On);
        }
        let about = run.about.as_deref().cloned().unwrap_or_default();
        let about = About { trigger: Text::default(), ..about };
        match self.start_by_hand(&contact, workflow, about, now) {
            true => Ok(Next::On),
            false => Ok(Next::Skipped("the contact may not come in (again)".to_owned())),
        }
    }

    pub(super) fn remove_from(
        &mut self,
        run: &mut Run,
        workflow: Option<&WorkflowId>,
        edition: &Edition,
        now: i64,
    ) -> Outcome {
        let contact = contact_of(run)?;
        if workflow.is_some_and(|workflow| edition.workflow == *workflow.as_str()) {
            return Ok(Next::End(RunState::Stopped, "removed from this workflow".to_owned()));
        }
        let from = match workflow {
            Some(workflow) => vec![Text::from(workflow)],
            None => self.workflows_of(&contact).into_iter().filter(|id| *id != edition.workflow).collect(),
        };
        for workflow in &from {
            self.stop_runs(&contact, workflow, "removed by another workflow", now);
            self.mark_left(&contact, workflow, false);
        }
        Ok(Next::On)
    }
}
