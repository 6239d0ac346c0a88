//! What published workflows wait for, and what they make of a change.

use std::collections::HashSet;
use std::sync::Arc;

use smbcrm_core::contacts::{Contact, DndStatus};
use smbcrm_core::conversations::{Direction, MessageType};
use smbcrm_core::types::{ContactId, Text};
use smbcrm_core::workflows::definition::{Definition, TagEvent, Trigger, TriggerEvent};

use super::program::Code;
use super::run::{About, RunState, StepOutcome, Waiting};
use super::{Run, RunKey};
use crate::forms::FormKind;
use crate::search::{Record, Value};
use crate::world::tape::Edit;
use crate::world::{EnrolmentKind, Row, State};

/// How many workflows may start each other without time passing. Beyond that they run in circles.
pub(crate) const MOST_GENERATIONS: u8 = 25;

/// The kinds of rows that triggers and goals look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Contact,
    Note,
    Task,
    Message,
    Opportunity,
    Appointment,
    Submission,
}

const KINDS: usize = 7;

impl Kind {
    fn of(row: &Row) -> Option<Self> {
        Some(match row {
            Row::Contact(_) => Self::Contact,
            Row::Note(_) => Self::Note,
            Row::Task(_) => Self::Task,
            Row::Message(_) | Row::Email(_) => Self::Message,
            Row::Opportunity(_) => Self::Opportunity,
            Row::Event(_) => Self::Appointment,
            Row::Submission(_) => Self::Submission,
            _ => return None,
        })
    }
}

/// A trigger of a published workflow.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(super) workflow: Text,
    pub(super) edition: u32,
    /// Its place among the triggers of its workflow.
    pub(super) at: u32,
    pub(super) definition: Arc<Definition>,
}

impl Watched {
    pub(super) fn trigger(&self) -> &Trigger {
        &self.definition.triggers[self.at as usize]
    }
}

/// The triggers of all published workflows of a sub-account, by what they look at.
#[derive(Debug, Default)]
pub(super) struct Watch {
    by_kind: [Vec<Watched>; KINDS],
    timed: Vec<Watched>,
    /// What is called from outside.
    called: Vec<Watched>,
    /// The editions that new runs go by.
    pub(super) current: HashSet<u32>,
}

impl Watch {
    pub(super) fn is_empty(&self) -> bool {
        self.by_kind.iter().all(Vec::is_empty) && self.timed.is_empty()
    }

    pub(super) fn timed(&self) -> impl Iterator<Item = &Watched> {
        self.timed.iter()
    }

    pub(super) fn called(&self) -> impl Iterator<Item = &Watched> {
        self.called.iter()
    }

    fn add(&mut self, watched: Watched) {
        let kind = match &watched.trigger().event {
            TriggerEvent::ContactCreated(_)
            | TriggerEvent::ContactChanged(_)
            | TriggerEvent::ContactTag(_)
            | TriggerEvent::DndContact(_) => Kind::Contact,
            TriggerEvent::NoteAdded(_) | TriggerEvent::NoteChanged(_) => Kind::Note,
            TriggerEvent::TaskAdded(_) | TriggerEvent::TaskCompleted(_) => Kind::Task,
            TriggerEvent::CustomerReply(_) => Kind::Message,
            TriggerEvent::OpportunityCreated(_)
            | TriggerEvent::OpportunityChanged(_)
            | TriggerEvent::OpportunityStatusChanged(_)
            | TriggerEvent::PipelineStageUpdated(_) => Kind::Opportunity,
            TriggerEvent::AppointmentTrigger(_) => Kind::Appointment,
            TriggerEvent::FormSubmission(_) | TriggerEvent::SurveySubmission(_) => Kind::Submission,
            TriggerEvent::TaskDueReminder(_)
            | TriggerEvent::OpportunityDecay(_)
            | TriggerEvent::BirthdayReminder(_)
            | TriggerEvent::CustomDateReminder(_)
            | TriggerEvent::Scheduler(_) => return self.timed.push(watched),
            _ => return self.called.push(watched),
        };
        self.by_kind[kind as usize].push(watched);
    }
}

impl State {
    /// Lays out what published workflows wait for: after one of them was installed, published or withdrawn.
    pub(crate) fn watch_workflows(&mut self) {
        let mut watch = Watch::default();
        for workflow in self.workflows.iter() {
            let Some(edition) = workflow.edition.and_then(|number| self.automation.edition(number)) else {
                continue;
            };
            watch.current.insert(edition.number);
            if !workflow.published {
                continue;
            }
            for at in 0..edition.definition.triggers.len() {
                watch.add(Watched {
                    workflow: workflow.id.clone(),
                    edition: edition.number,
                    at: u32::try_from(at).unwrap_or(u32::MAX),
                    definition: Arc::clone(&edition.definition),
                });
            }
        }
        self.automation.watch = Arc::new(watch);
    }

    /// Looks at what a critical section changed: starts runs, and moves those that wait for it.
    pub(crate) fn notice(&mut self, edits: &[Edit], now: i64) {
        let watch = Arc::clone(&self.automation.watch);
        for edit in edits {
            let Some(kind) = edit.row().and_then(Kind::of) else { continue };
            for watched in &watch.by_kind[kind as usize] {
                let trigger = watched.trigger();
                if let Some((contact, mut about)) = self.answers(&trigger.event, edit) {
                    about.trigger = trigger.called(watched.at as usize);
                    self.fire(watched, contact, about, now);
                }
            }
            if !watch.timed.is_empty() {
                self.note_times(&watch, edit, now);
            }
            if !self.automation.runs.is_empty() {
                self.nudge(edit, now);
            }
        }
    }

    fn note_times(&mut self, watch: &Watch, edit: &Edit, now: i64) {
        match edit.row() {
            Some(Row::Task(task)) => {
                let after = edit.after.as_ref().map(|_| &**task);
                // A reminder that was given stays given, until the task is due at another time.
                let same = matches!((&edit.before, &edit.after), (Some(Row::Task(a)), Some(Row::Task(b)))
                    if a.task.due_date == b.task.due_date && a.task.completed == b.task.completed);
                if !same {
                    watch.timed().for_each(|watched| self.set_task_timer(watched, &task.task.id, after));
                }
            }
            Some(Row::Opportunity(deal)) => {
                let after = edit.after.as_ref().map(|_| &**deal);
                watch.timed().for_each(|watched| self.set_decay_timer(watched, deal.id.as_str(), after, now));
            }
            _ => {}
        }
    }

    /// Starts a run for a trigger whose event has happened, if its conditions hold.
    pub(crate) fn fire(&mut self, watched: &Watched, contact: Option<ContactId>, about: About, now: i64) {
        if contact.as_ref().is_some_and(|id| self.contacts.get(id.as_str()).is_none()) {
            return;
        }
        let trigger = watched.trigger();
        if !trigger.filters.is_empty()
            && !self.holds_all(&trigger.filters, contact.as_ref(), &about, None, now)
        {
            return;
        }
        // Appointments do not ask whether a contact was in before.
        let again = matches!(trigger.event, TriggerEvent::AppointmentTrigger(_));
        self.begin_run(watched.edition, contact, about, again, now);
    }

    /// Begins a run, unless the contact may not come in. Says which.
    pub(crate) fn begin_run(
        &mut self,
        number: u32,
        contact: Option<ContactId>,
        about: About,
        again: bool,
        now: i64,
    ) -> Option<Text> {
        let edition = Arc::clone(self.automation.edition(number)?);
        let settings = &edition.definition.settings;
        if let Some(contact) = &contact {
            let deals = settings.allow_multiple_opportunities == Some(true) && about.opportunity.is_some();
            let inside = self.active_runs_of(contact, &edition.workflow);
            let same = |run: &Arc<Run>| {
                !deals || run.about.as_ref().is_some_and(|other| other.opportunity == about.opportunity)
            };
            if inside.iter().any(same) {
                return None;
            }
            let enrolment = crate::world::Enrolment::key(EnrolmentKind::Workflow, contact, &edition.workflow);
            let was_in = self.enrolments.get(&enrolment).is_some_and(|known| known.finished);
            if was_in && !again && !deals && settings.allow_reentry != Some(true) {
                return None;
            }
            self.mark_enrolled(contact, &edition.workflow);
        }
        let generation = self.automation.generation;
        let id = self.ids.record();
        let mut run = Run {
            id: id.clone(),
            edition: number,
            contact,
            at: 0,
            due: now,
            wait: Waiting::Nothing,
            state: RunState::Active,
            generation,
            began: now,
            ended: None,
            about: (about != About::default()).then(|| Box::new(about)),
            outputs: None,
            history: Vec::new(),
        };
        if generation >= MOST_GENERATIONS {
            let text = "not begun: workflows start each other in circles without time passing";
            run.note(now, 0, StepOutcome::Failed, Some(text.to_owned()));
            self.end_run(run, RunState::Failed, now);
            return None;
        }
        self.automation.put(run);
        Some(id)
    }

    pub(crate) fn active_runs_of(&self, contact: &ContactId, workflow: &str) -> Vec<Arc<Run>> {
        let of = self.automation.runs.find(&RunKey::Contact, Value::Text(contact.as_str()));
        let same = |run: &&Arc<Run>| {
            run.contact.as_ref() == Some(contact)
                && self.automation.edition(run.edition).is_some_and(|edition| edition.workflow == *workflow)
        };
        of.filter(same).cloned().collect()
    }

    /// Ends a run and, with the contact's last one, its enrolment.
    pub(crate) fn end_run(&mut self, mut run: Run, how: RunState, now: i64) {
        run.end(how, now);
        let contact = run.contact.clone();
        let workflow = self.automation.edition(run.edition).map(|edition| edition.workflow.clone());
        self.automation.put(run);
        if let (Some(contact), Some(workflow)) = (contact, workflow)
            && self.active_runs_of(&contact, &workflow).is_empty()
        {
            self.mark_left(&contact, &workflow, how == RunState::Finished);
        }
    }

    /// What an event is about, if a change is that event.
    pub(super) fn answers(&self, event: &TriggerEvent, edit: &Edit) -> Option<(Option<ContactId>, About)> {
        let mut about = About::default();
        let contact = match (event, &edit.before, &edit.after) {
            (TriggerEvent::ContactCreated(_), None, Some(Row::Contact(contact))) => contact.id.clone(),
            (TriggerEvent::ContactChanged(it), Some(Row::Contact(before)), Some(Row::Contact(after))) => {
                let changed = |name: &Text| self.differs(name, before, after);
                if !it.fields.as_ref().is_none_or(|fields| fields.iter().any(changed)) {
                    return None;
                }
                after.id.clone()
            }
            (TriggerEvent::ContactTag(it), before, Some(Row::Contact(after))) => {
                let before: &[Text] = match before {
                    Some(Row::Contact(before)) => &before.tags,
                    _ => &[],
                };
                let removed = it.change == Some(TagEvent::Removed);
                let (from, to): (&[Text], &[Text]) =
                    if removed { (&after.tags, before) } else { (before, &after.tags) };
                let wanted = |tag: &&Text| {
                    let same = |name: &Text| name.trim().to_lowercase() == tag.as_str();
                    !from.contains(tag) && it.tags.as_ref().is_none_or(|tags| tags.iter().any(same))
                };
                let tag = to.iter().find(wanted)?;
                about.data.insert("event".into(), serde_json::json!({ "tag": tag }));
                after.id.clone()
            }
            (TriggerEvent::DndContact(it), before, Some(Row::Contact(after))) => {
                let before = match before {
                    Some(Row::Contact(before)) => (before.dnd, channels_off(before)),
                    _ => (false, 0),
                };
                let now = (after.dnd, channels_off(after));
                let wanted = match it.enabled {
                    None => now != before,
                    Some(true) => (now.0 && !before.0) || now.1 > before.1,
                    Some(false) => (!now.0 && before.0) || now.1 < before.1,
                };
                if !wanted {
                    return None;
                }
                after.id.clone()
            }
            (TriggerEvent::NoteAdded(_), None, Some(Row::Note(note)))
            | (TriggerEvent::NoteChanged(_), Some(Row::Note(_)), Some(Row::Note(note))) => {
                about.note = Some(note.id.clone());
                note.contact_id.clone()?
            }
            (TriggerEvent::TaskAdded(_), None, Some(Row::Task(task))) => {
                about.task = Some(task.task.id.clone());
                task.task.contact_id.clone()?
            }
            (TriggerEvent::TaskCompleted(_), before, Some(Row::Task(task))) => {
                let was = matches!(before, Some(Row::Task(before)) if before.task.completed);
                if was || !task.task.completed {
                    return None;
                }
                about.task = Some(task.task.id.clone());
                task.task.contact_id.clone()?
            }
            (TriggerEvent::CustomerReply(it), None, Some(row)) => {
                let said = said(row)?;
                let on = |channels: &Vec<Text>| channels.iter().any(|channel| *channel == said.kind.as_str());
                let text = |wanted: &Text| said.body.to_lowercase().contains(&wanted.to_lowercase());
                if !it.channels.as_ref().is_none_or(on) || !it.contains.as_ref().is_none_or(text) {
                    return None;
                }
                about.message = Some(said.message);
                let message = serde_json::json!({
                    "body": said.body, "type": said.kind.as_str(), "subject": said.subject.unwrap_or_default(),
                });
                about.data.insert("message".into(), message);
                said.contact
            }
            (TriggerEvent::OpportunityCreated(it), None, Some(Row::Opportunity(deal))) => {
                if it.pipeline.as_ref().is_some_and(|pipeline| *pipeline != deal.pipeline_id) {
                    return None;
                }
                about.opportunity = Some(deal.id.clone());
                deal.contact_id.clone()
            }
            (event, Some(Row::Opportunity(before)), Some(Row::Opportunity(after))) => {
                let pipeline = match event {
                    TriggerEvent::OpportunityChanged(it) => it.pipeline.as_ref(),
                    TriggerEvent::OpportunityStatusChanged(it) => {
                        let is = |wanted: &Option<_>, status: &_| wanted.as_ref().is_none_or(|w| w == status);
                        if before.status == after.status
                            || !is(&it.from, &before.status)
                            || !is(&it.to, &after.status)
                        {
                            return None;
                        }
                        it.pipeline.as_ref()
                    }
                    TriggerEvent::PipelineStageUpdated(it) => {
                        let is = |wanted: &Option<_>, stage: &_| wanted.as_ref().is_none_or(|w| w == stage);
                        if before.pipeline_stage_id == after.pipeline_stage_id
                            || !is(&it.from, &before.pipeline_stage_id)
                            || !is(&it.to, &after.pipeline_stage_id)
                        {
                            return None;
                        }
                        it.pipeline.as_ref()
                    }
                    _ => return None,
                };
                if pipeline.is_some_and(|pipeline| *pipeline != after.pipeline_id) {
                    return None;
                }
                about.opportunity = Some(after.id.clone());
                after.contact_id.clone()
            }
            (TriggerEvent::AppointmentTrigger(it), before, Some(Row::Event(event))) => {
                let record = event.appointment();
                let status = record.appointment_status.as_ref();
                let was = match before {
                    Some(Row::Event(before)) => before.appointment().appointment_status.as_ref(),
                    _ => None,
                };
                if !event.is_meeting() || (before.is_some() && was == status) {
                    return None;
                }
                let calendar = record.calendar_id.as_ref();
                if !it.calendars.as_ref().is_none_or(|wanted| calendar.is_some_and(|id| wanted.contains(id)))
                    || !it.statuses.as_ref().is_none_or(|wanted| status.is_some_and(|s| wanted.contains(s)))
                {
                    return None;
                }
                about.appointment = Some(record.id.clone());
                record.contact_id.clone()?
            }
            (event, None, Some(Row::Submission(submission))) => {
                let id = submission.form_id.as_str();
                let wanted = match (event, submission.kind) {
                    (TriggerEvent::FormSubmission(it), FormKind::Form) => {
                        it.form.as_ref().is_none_or(|form| form.as_str() == id)
                    }
                    (TriggerEvent::SurveySubmission(it), FormKind::Survey) => {
                        it.survey.as_ref().is_none_or(|survey| survey.as_str() == id)
                    }
                    _ => false,
                };
                if !wanted {
                    return None;
                }
                let others = serde_json::to_value(&submission.others).unwrap_or_default();
                about.data.insert("submission".into(), others);
                submission.contact_id.clone()
            }
            _ => return None,
        };
        Some((Some(contact), about))
    }

    /// Whether a field of a contact changed.
    fn differs(&self, name: &str, before: &Contact, after: &Contact) -> bool {
        let Some((key, _)) = self.contact_field(name) else { return false };
        let values = |contact: &Contact| {
            let mut values = Vec::new();
            contact.values(&key, &mut |value| values.push(crate::search::Term::from(value)));
            values
        };
        values(before) != values(after)
    }

    /// Moves the runs of the contact that a change is about: replies, goals, a contact who is gone.
    fn nudge(&mut self, edit: &Edit, now: i64) {
        let gone = match (&edit.before, &edit.after) {
            (Some(Row::Contact(before)), None) => Some(before.id.clone()),
            _ => None,
        };
        let contact = match edit.row() {
            Some(Row::Contact(contact)) => Some(&contact.id),
            Some(Row::Note(note)) => note.contact_id.as_ref(),
            Some(Row::Task(task)) => task.task.contact_id.as_ref(),
            Some(Row::Opportunity(deal)) => Some(&deal.contact_id),
            Some(Row::Event(event)) => event.appointment().contact_id.as_ref(),
            Some(Row::Submission(submission)) => Some(&submission.contact_id),
            Some(Row::Message(message)) => Some(&message.message.contact_id),
            Some(Row::Email(email)) => Some(&email.contact_id),
            _ => None,
        };
        let Some(contact) = contact.cloned() else { return };
        let runs: Vec<Arc<Run>> = self
            .automation
            .runs
            .find(&RunKey::Contact, Value::Text(contact.as_str()))
            .filter(|run| run.contact.as_ref() == Some(&contact))
            .cloned()
            .collect();
        let reply = edit.before.is_none().then(|| edit.after.as_ref().and_then(said)).flatten();
        for run in runs {
            let Some(edition) = self.automation.edition(run.edition).cloned() else { continue };
            if gone.is_some() {
                let mut run = Run::clone(&run);
                let at = run.at;
                run.note(now, at, StepOutcome::Skipped, Some("the contact was deleted".to_owned()));
                self.end_run(run, RunState::Stopped, now);
                continue;
            }
            if reply.is_some() && edition.definition.settings.stop_on_response == Some(true) {
                let mut run = Run::clone(&run);
                let at = run.at;
                run.note(now, at, StepOutcome::Skipped, Some("the contact wrote".to_owned()));
                self.end_run(run, RunState::Stopped, now);
                continue;
            }
            if let Some(said) = &reply
                && run.wait == Waiting::Reply
            {
                let mut run = Run::clone(&run);
                self.replied(&mut run, &edition, said, now);
                self.automation.put(run);
                continue;
            }
            self.reach_goal(&run, &edition, edit, now);
        }
    }

    fn replied(&mut self, run: &mut Run, edition: &super::Edition, said: &Said<'_>, now: i64) {
        let at = run.at;
        run.note(now, at, StepOutcome::Done, Some("the contact wrote".to_owned()));
        let step = edition.program().name_at(at);
        let found = serde_json::json!({ "outcome": "reply", "body": said.body });
        run.keep(&step, found);
        let about = run.about_mut();
        about.message = Some(said.message.clone());
        about.data.insert(
            "message".into(),
            serde_json::json!({
                "body": said.body, "type": said.kind.as_str(), "subject": said.subject.unwrap_or_default(),
            }),
        );
        self.behind_wait(run, edition, now);
    }

    /// Skips a run ahead to behind a goal whose event has happened: the last such goal, of those still ahead.
    fn reach_goal(&mut self, run: &Arc<Run>, edition: &super::Edition, edit: &Edit, now: i64) {
        let program = edition.program();
        let ahead = program.goals.iter().rev().filter(|(at, _)| *at >= run.at);
        for (at, goal) in ahead {
            let met = goal.events.iter().any(|trigger| {
                self.answers(&trigger.event, edit).is_some_and(|(contact, mut about)| {
                    about.trigger = trigger.event.kind().into();
                    trigger.filters.is_empty()
                        || self.holds_all(&trigger.filters, contact.as_ref(), &about, None, now)
                })
            });
            if met {
                let mut run = Run::clone(run);
                run.note(now, *at, StepOutcome::Done, Some("the goal was reached".to_owned()));
                run.go_on(*at + 1, now);
                self.automation.put(run);
                return;
            }
        }
    }

    /// Goes on behind a wait, or first waits until its window opens.
    pub(super) fn behind_wait(&mut self, run: &mut Run, edition: &super::Edition, now: i64) {
        let window = edition.program().ops.get(run.at as usize).and_then(|op| match &op.code {
            Code::Act(action) => match &**action {
                smbcrm_core::workflows::definition::Action::Wait(wait) => wait.window.clone(),
                _ => None,
            },
            _ => None,
        });
        let zone = self.zone_of(run, &edition.definition.settings);
        let open = window.map_or(now, |window| super::wait::next_open(zone, &window, now));
        if open > now {
            (run.due, run.wait) = (open, Waiting::Time);
        } else {
            let behind = run.at + 1;
            run.go_on(behind, now);
        }
    }
}

/// How many channels a contact is not to be disturbed on.
fn channels_off(contact: &Contact) -> usize {
    let Some(settings) = contact.dnd_settings.as_deref() else { return 0 };
    let all =
        [&settings.call, &settings.email, &settings.sms, &settings.whatsapp, &settings.gmb, &settings.fb];
    let off = |setting: &&&Option<smbcrm_core::contacts::DndSetting>| {
        setting.as_ref().is_some_and(|s| matches!(s.status, DndStatus::Active | DndStatus::Permanent))
    };
    all.iter().filter(off).count()
}

/// What a contact wrote.
pub(super) struct Said<'a> {
    contact: ContactId,
    message: smbcrm_core::types::MessageId,
    kind: MessageType,
    body: &'a str,
    subject: Option<&'a str>,
}

/// What a contact wrote, if a row is that. Of an e-mail the row of the e-mail counts, not that of its thread.
fn said(row: &Row) -> Option<Said<'_>> {
    match row {
        Row::Message(stored) => {
            let message = &stored.message;
            let wrote = message.direction == Direction::Inbound
                && !message.kind.is_email()
                && !message.kind.is_call();
            wrote.then(|| Said {
                contact: message.contact_id.clone(),
                message: message.id.clone(),
                kind: message.kind.clone(),
                body: message.body.as_deref().unwrap_or_default(),
                subject: None,
            })
        }
        Row::Email(email) => (email.direction == Direction::Inbound).then(|| Said {
            contact: email.contact_id.clone(),
            message: email.thread_id.clone(),
            kind: MessageType::Email,
            body: &email.body,
            subject: email.subject.as_deref(),
        }),
        _ => None,
    }
}
