//! Installing workflows, and looking at what they do.

use std::sync::Arc;

use smbcrm_core::search::{Filter as Condition, Schema, validate};
use smbcrm_core::types::{ContactId, LocationId, Text, WorkflowId};
use smbcrm_core::workflows::definition::{
    Action, Definition, DefinitionError, Named, Problem, Step, Trigger, TriggerEvent, step_names,
};

use super::program::Edition;
use super::run::{NEVER, RunState, StepOutcome, Waiting};
use super::timer::cron_problem;
use super::{Run, RunKey, WorkflowRun};
use crate::Admin;
use crate::search::Value;
use crate::world::{State, Workflow};

impl Admin<'_> {
    /// Installs a workflow and publishes it. Its id is a UUID.
    ///
    /// # Errors
    /// Everything that is wrong with the definition, also what only the sub-account knows: custom fields, pipelines,
    /// calendars, time zones, cron lines.
    pub fn install_workflow(
        &self,
        location: &LocationId,
        definition: Definition,
    ) -> Result<WorkflowId, DefinitionError> {
        self.put_workflow(location, None, definition, true)
    }

    /// Installs a workflow as a draft, which starts nothing; [`Admin::publish_workflow`] publishes it.
    ///
    /// # Errors
    /// As [`install_workflow`](Self::install_workflow).
    pub fn draft_workflow(
        &self,
        location: &LocationId,
        definition: Definition,
    ) -> Result<WorkflowId, DefinitionError> {
        self.put_workflow(location, None, definition, false)
    }

    /// Gives a workflow a new definition: a new version, which new runs go by. Runs that are under way keep theirs.
    ///
    /// # Errors
    /// As [`install_workflow`](Self::install_workflow); also where there is no such workflow.
    pub fn update_workflow(&self, id: &WorkflowId, definition: Definition) -> Result<(), DefinitionError> {
        let (location, published) =
            self.workflow_place(id).ok_or_else(|| nowhere("workflow", id.as_str()))?;
        self.put_workflow(&location, Some(id), definition, published).map(drop)
    }

    fn put_workflow(
        &self,
        location: &LocationId,
        id: Option<&WorkflowId>,
        definition: Definition,
        publish: bool,
    ) -> Result<WorkflowId, DefinitionError> {
        let sub = self.sub(location).ok_or_else(|| nowhere("sub-account", location.as_str()))?;
        DefinitionError::check(definition.problems())?;
        let now = self.crm.world.clock.stamp();
        // Conversations are laid out beside the section, as they are where a product first asks for them.
        if !sub.state.read().threads_laid_out {
            self.crm.world.arrange(&sub, State::lay_out_threads);
        }
        self.crm.world.alter(&sub, |state| {
            DefinitionError::check(state.definition_problems(&definition))?;
            let known = id.and_then(|id| state.workflows.iter().position(|known| known.id == *id.as_str()));
            let workflow = match known {
                Some(at) => state.workflows[at].id.clone(),
                None => state.ids.uuid().into(),
            };
            let version = known.map_or(1, |at| state.workflows[at].version + 1);
            let number = state.automation.editions.last().map_or(1, |last| last.number + 1);
            let name = definition.name.clone();
            let edition = Edition::new(number, workflow.clone(), version, Arc::new(definition));
            state.automation.editions.push(Arc::new(edition));
            match known {
                Some(at) => {
                    let mut list = state.workflows.edit();
                    let known = &mut list[at];
                    (known.name, known.version, known.updated_at) = (name, version, now);
                    known.edition = Some(number);
                }
                None => {
                    let mut new = Workflow::new(workflow.clone(), name, now);
                    (new.published, new.edition) = (publish, Some(number));
                    state.workflows.push(new);
                }
            }
            state.watch_workflows();
            state.reset_timers(&workflow, now.timestamp_millis());
            Ok(workflow.into())
        })
    }

    /// A workflow's definition; `None` where there is no such workflow, or one that only has a name.
    pub fn workflow_definition(&self, id: &WorkflowId) -> Option<Arc<Definition>> {
        self.in_workflow(id, |state, workflow| {
            let edition = state.automation.edition(workflow.edition?)?;
            Some(Arc::clone(&edition.definition))
        })?
    }

    /// Deletes a workflow and ends its runs. `None` when there is no such one.
    pub fn delete_workflow(&self, id: &WorkflowId) -> Option<()> {
        let (location, _) = self.workflow_place(id)?;
        let sub = self.sub(&location)?;
        let now = self.crm.world.clock.stamp();
        self.crm.world.alter(&sub, |state| {
            let key = Text::from(id);
            for run in state.live_runs(&key) {
                let mut run = Run::clone(&run);
                let at = run.at;
                run.note(
                    now.timestamp_millis(),
                    at,
                    StepOutcome::Skipped,
                    Some("the workflow was deleted".into()),
                );
                state.end_run(run, RunState::Stopped, now.timestamp_millis());
            }
            state.workflows.edit().retain(|known| known.id != key);
            state.watch_workflows();
            state.reset_timers(&key, now.timestamp_millis());
        });
        Some(())
    }

    /// The runs of a workflow: those under way, the next one due first, and then those that have ended, the oldest
    /// first. Of those that have ended a sub-account keeps the newest thousand.
    pub fn runs(&self, id: &WorkflowId) -> Vec<WorkflowRun> {
        let runs = self.in_workflow(id, |state, _| {
            let live = state.live_runs(id.as_text());
            let past =
                state.automation.order.iter().filter_map(|run| state.automation.past.get(run)).cloned();
            let mut shown: Vec<_> = live.iter().map(|run| state.automation.shown(run)).collect();
            shown.extend(past.map(|run| state.automation.shown(&run)).filter(|run| run.workflow_id == *id));
            shown
        });
        runs.unwrap_or_default()
    }

    /// The runs of a contact, as [`runs`](Self::runs) has those of a workflow.
    pub fn runs_of(&self, contact: &ContactId) -> Vec<WorkflowRun> {
        let directory = self.crm.world.directory.read();
        for sub in directory.candidates(contact.as_str()) {
            let state = sub.state.read();
            let of = Value::Text(contact.as_str());
            let automation = &state.automation;
            let mut live: Vec<_> = automation.runs.find(&RunKey::Contact, of).cloned().collect();
            live.sort_by_key(|run| (run.due, run.began));
            let past = automation.order.iter().filter_map(|run| automation.past.get(run)).cloned();
            live.extend(past.filter(|run| run.contact.as_ref() == Some(contact)));
            if !live.is_empty() {
                return live.iter().map(|run| automation.shown(run)).collect();
            }
        }
        Vec::new()
    }

    /// The sub-account of a contact; `None` when there is no such contact.
    pub fn location_of(&self, contact: &ContactId) -> Option<LocationId> {
        let directory = self.crm.world.directory.read();
        let holds = |sub: &&Arc<crate::world::Sub>| sub.state.read().contacts.get(contact.as_str()).is_some();
        directory.candidates(contact.as_str()).find(holds).map(|sub| sub.id.clone())
    }

    /// How many runs are under way in a sub-account.
    pub fn active_runs(&self, location: &LocationId) -> usize {
        self.sub(location).map(|sub| sub.state.read().automation.runs.len()).unwrap_or_default()
    }

    fn in_workflow<T>(&self, id: &WorkflowId, look: impl FnOnce(&State, &Workflow) -> T) -> Option<T> {
        let (location, _) = self.workflow_place(id)?;
        let sub = self.sub(&location)?;
        let state = sub.state.read();
        let workflow = state.workflows.iter().find(|known| known.id == *id.as_str())?;
        Some(look(&state, workflow))
    }

    /// The sub-account of a workflow, and whether it is published.
    fn workflow_place(&self, id: &WorkflowId) -> Option<(LocationId, bool)> {
        self.crm.subs().iter().find_map(|sub| {
            let state = sub.state.read();
            let known = state.workflows.iter().find(|known| known.id == *id.as_str())?;
            Some((sub.id.clone(), known.published))
        })
    }
}

fn nowhere(what: &str, id: &str) -> DefinitionError {
    let problem = Problem::new(Named::Workflow, what, format!("there is no `{id}`"));
    match DefinitionError::check(vec![problem]) {
        Err(error) => error,
        Ok(()) => unreachable!("a problem is a problem"),
    }
}

impl State {
    fn live_runs(&self, workflow: &Text) -> Vec<Arc<Run>> {
        let editions = self.automation.editions.iter().filter(|edition| edition.workflow == *workflow);
        let mut runs: Vec<Arc<Run>> = editions
            .flat_map(|edition| {
                self.automation.runs.find(&RunKey::Edition, Value::Number(f64::from(edition.number)))
            })
            .cloned()
            .collect();
        runs.sort_by(|a, b| (a.due, a.began, &a.id).cmp(&(b.due, b.began, &b.id)));
        runs
    }

    /// Publishes a workflow, or makes it a draft again: what it waits for follows.
    pub(crate) fn workflow_switched(&mut self, id: &str, now: i64) {
        self.watch_workflows();
        self.reset_timers(&id.into(), now);
    }

    /// Makes the runs that wait for an agent ask again: after a world was read from a file.
    #[allow(dead_code, reason = "persistence calls it when it has read the rows")]
    pub(crate) fn ask_agents_again(&mut self) {
        let waiting: Vec<Text> = self
            .automation
            .runs
            .iter()
            .filter(|run| run.wait == Waiting::Agent && run.due == NEVER)
            .map(|run| run.id.clone())
            .collect();
        waiting.iter().for_each(|run| self.ask_agent(run));
    }

    /// What is wrong with a definition in this sub-account: what it names and is not there.
    fn definition_problems(&self, definition: &Definition) -> Vec<Problem> {
        let mut check = Check { state: self, found: Vec::new() };
        for (at, trigger) in definition.triggers.iter().enumerate() {
            check.trigger(&Named::Trigger(trigger.called(at)), "", trigger);
        }
        check.steps(&definition.steps, &mut step_names(&definition.steps).into_iter());
        check.found
    }
}

/// Looks for what is not there.
struct Check<'a> {
    state: &'a State,
    found: Vec<Problem>,
}

impl Check<'_> {
    fn say(&mut self, place: &Named, field: &str, message: String) {
        self.found.push(Problem::new(place.clone(), field, message));
    }

    fn known(&mut self, place: &Named, field: &str, what: &str, id: &str, known: bool) {
        if !known {
            self.say(place, field, format!("there is no {what} `{id}`"));
        }
    }

    fn pipeline(&mut self, place: &Named, field: &str, id: Option<&smbcrm_core::types::PipelineId>) {
        if let Some(id) = id {
            let known = self.state.pipelines.iter().any(|known| known.id == *id);
            self.known(place, field, "pipeline", id.as_str(), known);
        }
    }

    fn stage(&mut self, place: &Named, field: &str, id: Option<&smbcrm_core::types::StageId>) {
        if let Some(id) = id {
            let known =
                self.state.pipelines.iter().any(|known| known.stages.iter().any(|stage| stage.id == *id));
            self.known(place, field, "stage", id.as_str(), known);
        }
    }

    fn zone(&mut self, place: &Named, field: &str, zone: Option<&Text>) {
        if let Some(zone) = zone {
            let known = zone.parse::<chrono_tz::Tz>().is_ok();
            self.known(place, field, "time zone", zone, known);
        }
    }

    fn custom_field(&mut self, place: &Named, field: &str, name: &str) {
        let Some(name) = name.strip_prefix("customFields.") else { return };
        let key = format!("contact.{name}");
        let known =
            self.state.fields().any(|it| it.id == *name || it.field_key == *name || it.field_key == key);
        self.known(place, field, "custom field", name, known);
    }

    fn conditions(&mut self, place: &Named, field: &str, filters: &[Condition]) {
        for (at, filter) in filters.iter().enumerate() {
            let at = format!("{field}[{at}]");
            match filter {
                Condition::Leaf(leaf) if leaf.field.starts_with("customFields.") => {
                    let data_type = |id: &str| self.state.custom_type(id);
                    let wrong = validate(std::slice::from_ref(filter), Schema::contacts(), data_type);
                    for error in wrong.err().into_iter().flatten() {
                        self.say(place, &at, error.message);
                    }
                }
                Condition::All(parts) | Condition::Any(parts) => self.conditions(place, &at, parts),
                _ => {}
            }
        }
    }

    fn trigger(&mut self, place: &Named, prefix: &str, trigger: &Trigger) {
        let at = |field: &str| format!("{prefix}{field}");
        self.conditions(place, &at("filters"), &trigger.filters);
        match &trigger.event {
            TriggerEvent::Scheduler(it) => {
                if let Some(problem) = it.cron.as_deref().and_then(cron_problem) {
                    self.say(place, &at("cron"), problem);
                }
                self.zone(place, &at("timezone"), it.timezone.as_ref());
            }
            TriggerEvent::CustomDateReminder(it) => {
                let kind = self.state.custom_type(it.field.as_str());
                let known = kind == Some(smbcrm_core::search::CustomFieldType::Date);
                self.known(place, &at("field"), "custom field of type DATE", it.field.as_str(), known);
            }
            TriggerEvent::OpportunityCreated(it) => {
                self.pipeline(place, &at("pipeline"), it.pipeline.as_ref());
            }
            TriggerEvent::OpportunityChanged(it) => {
                self.pipeline(place, &at("pipeline"), it.pipeline.as_ref());
            }
            TriggerEvent::OpportunityStatusChanged(it) => {
                self.pipeline(place, &at("pipeline"), it.pipeline.as_ref());
            }
            TriggerEvent::PipelineStageUpdated(it) => {
                self.pipeline(place, &at("pipeline"), it.pipeline.as_ref());
                self.stage(place, &at("from"), it.from.as_ref());
                self.stage(place, &at("to"), it.to.as_ref());
            }
            TriggerEvent::OpportunityDecay(it) => {
                self.pipeline(place, &at("pipeline"), it.pipeline.as_ref());
                self.stage(place, &at("stage"), it.stage.as_ref());
            }
            TriggerEvent::AppointmentTrigger(it) => {
                for id in it.calendars.iter().flatten() {
                    let known = self.state.book.calendar(id).is_some();
                    self.known(place, &at("calendars"), "calendar", id.as_str(), known);
                }
            }
            TriggerEvent::InboundWebhook(it) => {
                for name in it.contact.iter().flat_map(|fields| fields.keys()) {
                    self.custom_field(place, &at("contact"), name);
                }
            }
            _ => {}
        }
    }

    fn steps(&mut self, steps: &[Step], names: &mut dyn Iterator<Item = Text>) {
        for step in steps {
            let place = Named::Step(names.next().unwrap_or_default());
            self.step(&place, &step.action);
            for way in step.ways() {
                self.steps(way, names);
            }
        }
    }

    fn step(&mut self, place: &Named, action: &Action) {
        match action {
            Action::IfElse(it) => {
                for (at, branch) in it.branches.iter().enumerate() {
                    self.conditions(place, &format!("branches[{at}].when"), &branch.when);
                }
            }
            Action::Goal(it) => {
                for (at, event) in it.events.iter().enumerate() {
                    self.trigger(place, &format!("events[{at}]."), event);
                }
            }
            Action::UpdateContactField(it) => {
                it.fields.keys().for_each(|name| self.custom_field(place, "fields", name));
            }
            Action::Math(it) => self.saved(place, it.save_to.as_ref()),
            Action::FormatText(it) => self.saved(place, it.save_to.as_ref()),
            Action::FormatNumber(it) => self.saved(place, it.save_to.as_ref()),
            Action::FormatDate(it) => {
                self.zone(place, "timezone", it.timezone.as_ref());
                self.saved(place, it.save_to.as_ref());
            }
            Action::MakeOpportunity(it) => {
                self.pipeline(place, "pipeline", Some(&it.pipeline));
                self.stage(place, "stage", it.stage.as_ref());
            }
            Action::ChangeOpportunity(it) => {
                self.pipeline(place, "pipeline", it.pipeline.as_ref());
                self.stage(place, "stage", it.stage.as_ref());
            }
            Action::BookAppointment(it) => {
                let known = self.state.book.calendar(&it.calendar).is_some();
                self.known(place, "calendar", "calendar", it.calendar.as_str(), known);
            }
            _ => {}
        }
    }

    fn saved(&mut self, place: &Named, name: Option<&Text>) {
        if let Some(name) = name {
            self.custom_field(place, "saveTo", name);
        }
    }
}
