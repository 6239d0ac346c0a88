//! Recurring tasks: kept as series, carried out as the world's clock passes their occurrences.
//!
//! Nothing runs in the background. Whoever reads tasks has the series catch up first, so that what they see is what a
//! scheduler would have made; the stamps are those of the occurrences.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use smbcrm_core::contacts::Task;
use smbcrm_core::locations::{CreateRecurringTask, RecurringTask, RecurringTaskDeleted, UpdateRecurringTask};
use smbcrm_core::types::{ContactId, RecurringTaskId, TaskId, Text, UserId};
use smbcrm_core::{Error, Result};

use super::recurrence::{check, occurrences};
use crate::refusal;
use crate::world::{Owned, State, StoredRecurringTask, StoredTask};

/// The most occurrences that one series makes up for at once. Behind a jump of the clock over more than these, the
/// rest is passed over and the series goes on from now.
pub(super) const MAX_CATCH_UP: usize = 1_000;

fn missing(id: &RecurringTaskId) -> Error {
    refusal::not_found("RecurringTask", id.as_str())
}

fn check_title(title: &str, wrong: &mut Vec<String>) {
    if title.trim().is_empty() {
        wrong.push("title should not be empty".to_owned());
    }
}

fn check_owners(owners: Option<&[UserId]>, wrong: &mut Vec<String>) {
    for (at, owner) in owners.unwrap_or_default().iter().enumerate() {
        if owner.is_empty() {
            wrong.push(format!("owners.{at} should not be empty"));
        }
    }
}

/// The moment behind an instant; what occurs is on whole seconds.
fn behind(at: DateTime<Utc>) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::milliseconds(1)).unwrap_or(at)
}

impl StoredRecurringTask {
    /// Shows the first contact and the first owner, which is all that the record has room for.
    fn show_whom(&mut self) {
        self.task.contact_id = self.contacts.first().cloned();
        self.task.assigned_to = self.owners.first().cloned();
    }

    fn is_over(&self) -> bool {
        let most = self.task.rrule_options.count.map(u64::from);
        most.is_some_and(|most| self.task.total_occurrence >= most)
    }
}

impl State {
    fn check_contacts(&self, contacts: Option<&[ContactId]>) -> Result<()> {
        match contacts.unwrap_or_default().iter().find(|id| self.contacts.get(id.as_str()).is_none()) {
            Some(unknown) => Err(refusal::no_such("Contact", unknown.as_str())),
            None => Ok(()),
        }
    }

    fn series(&self, id: &RecurringTaskId) -> Result<usize> {
        self.recurring_tasks.iter().position(|series| series.task.id == *id).ok_or_else(|| missing(id))
    }

    pub(crate) fn get_recurring_task(&self, id: &RecurringTaskId) -> Result<RecurringTask> {
        Ok(self.recurring_tasks[self.series(id)?].task.clone())
    }

    /// Starts a series. Unless told otherwise its first task is made at once, even if it is to come.
    pub(crate) fn create_recurring_task(
        &mut self,
        input: CreateRecurringTask,
        now: DateTime<Utc>,
    ) -> Result<RecurringTask> {
        let mut wrong = Vec::new();
        check_title(&input.title, &mut wrong);
        check_owners(input.owners.as_deref(), &mut wrong);
        check(&input.rrule_options, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.check_contacts(input.contact_ids.as_deref())?;
        let mut task = RecurringTask::default();
        task.id = self.ids.record().into();
        task.title = input.title;
        task.description = input.description.unwrap_or_default();
        task.location_id = self.location.id.clone();
        task.created_at = now;
        task.updated_at = now;
        task.rrule_options = input.rrule_options;
        let mut series = StoredRecurringTask {
            task,
            contacts: input.contact_ids.unwrap_or_default(),
            owners: input.owners.unwrap_or_default(),
            next: None,
            latest: Vec::new(),
        };
        series.show_whom();
        let rule = series.task.rrule_options.clone();
        if input.ignore_task_creation.unwrap_or(false) {
            series.next = occurrences(&rule, behind(now)).next();
        } else {
            let mut ahead = occurrences(&rule, rule.start_date);
            if let Some(first) = ahead.next() {
                self.carry_out(&mut series, first, now);
            }
            series.next = ahead.next().filter(|_| !series.is_over());
            self.catch_up(&mut series, now);
        }
        let task = series.task.clone();
        self.recurring_tasks.push(series);
        Ok(task)
    }

    /// Changes a series from now on; tasks that it has made stay as they are.
    pub(crate) fn update_recurring_task(
        &mut self,
        id: &RecurringTaskId,
        input: UpdateRecurringTask,
        now: DateTime<Utc>,
    ) -> Result<RecurringTask> {
        let at = self.series(id)?;
        let mut wrong = Vec::new();
        if let Some(title) = &input.title {
            check_title(title, &mut wrong);
        }
        check_owners(input.owners.as_deref(), &mut wrong);
        if let Some(rule) = &input.rrule_options {
            check(rule, &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.check_contacts(input.contact_ids.as_deref())?;
        // What was due by the old rule is made by the old rule.
        self.run_recurring_tasks(now);
        let series = &mut self.recurring_tasks.edit()[at];
        series.task.title = input.title.unwrap_or_else(|| series.task.title.clone());
        series.task.description = input.description.unwrap_or_else(|| series.task.description.clone());
        if let Some(contacts) = input.contact_ids {
            series.contacts = contacts;
            series.latest.clear();
        }
        if let Some(owners) = input.owners {
            series.owners = owners;
        }
        if let Some(rule) = input.rrule_options {
            series.next = occurrences(&rule, behind(now)).next();
            series.task.rrule_options = rule;
        }
        if series.is_over() {
            series.next = None;
        }
        series.show_whom();
        series.task.updated_at = now;
        Ok(series.task.clone())
    }

    /// Ends a series; the tasks that it has made stay.
    pub(crate) fn delete_recurring_task(
        &mut self,
        id: &RecurringTaskId,
        now: DateTime<Utc>,
    ) -> Result<RecurringTaskDeleted> {
        let at = self.series(id)?;
        self.run_recurring_tasks(now);
        self.recurring_tasks.edit().remove(at);
        let mut done = RecurringTaskDeleted::default();
        done.id = id.clone();
        done.success = true;
        Ok(done)
    }

    /// Whether [`run_recurring_tasks`](Self::run_recurring_tasks) would do anything.
    pub(crate) fn recurring_tasks_due(&self, now: DateTime<Utc>) -> bool {
        self.recurring_tasks.iter().any(|series| series.next.is_some_and(|next| next <= now))
    }

    /// Makes the tasks of every occurrence up to now, at most [`MAX_CATCH_UP`] of a series. Returns how many.
    pub(crate) fn run_recurring_tasks(&mut self, now: DateTime<Utc>) -> usize {
        if !self.recurring_tasks_due(now) {
            return 0;
        }
        let before = self.tasks.len();
        let mut all: Owned<StoredRecurringTask> = std::mem::take(&mut self.recurring_tasks);
        all.edit().iter_mut().for_each(|series| self.catch_up(series, now));
        self.recurring_tasks = all;
        self.tasks.len() - before
    }

    fn catch_up(&mut self, series: &mut StoredRecurringTask, now: DateTime<Utc>) {
        let Some(next) = series.next.filter(|next| *next <= now) else { return };
        let rule = series.task.rrule_options.clone();
        let mut ahead = occurrences(&rule, next);
        let mut handled = 0;
        series.next = loop {
            match ahead.next() {
                None => break None,
                Some(at) if at > now => break Some(at),
                Some(_) if handled == MAX_CATCH_UP => break occurrences(&rule, behind(now)).next(),
                Some(at) => self.carry_out(series, at, now),
            }
            handled += 1;
            if series.is_over() {
                break None;
            }
        };
    }

    /// Makes the tasks of one occurrence: one for each contact that still exists, or one without a contact.
    fn carry_out(&mut self, series: &mut StoredRecurringTask, at: DateTime<Utc>, now: DateTime<Utc>) {
        let whom: Vec<Option<ContactId>> = if series.contacts.is_empty() {
            vec![None]
        } else {
            series.contacts.iter().cloned().map(Some).collect()
        };
        series.latest.resize(whom.len(), None);
        let mut made = false;
        for (contact, latest) in whom.into_iter().zip(&mut series.latest) {
            let gone = contact.as_ref().is_some_and(|id| self.contacts.get(id.as_str()).is_none());
            let keeps_on = series.task.rrule_options.create_task_if_over_due.unwrap_or(false);
            if gone || (!keeps_on && latest.as_ref().is_some_and(|task| self.is_overdue(task, at))) {
                continue;
            }
            let mut task = Task::default();
            task.id = self.ids.record().into();
            task.title = series.task.title.clone();
            let description: &Text = &series.task.description;
            task.body = (!description.is_empty()).then(|| description.clone());
            task.contact_id = contact;
            let due_after = i64::try_from(series.task.rrule_options.due_after_seconds).unwrap_or(i64::MAX);
            task.due_date = TimeDelta::try_seconds(due_after).and_then(|due| at.checked_add_signed(due));
            task.assigned_to = series.owners.first().cloned();
            *latest = Some(task.id.clone());
            let stamp = at.max(series.task.created_at).min(now);
            self.tasks.put(Arc::new(StoredTask { task, date_added: stamp, date_updated: stamp }));
            made = true;
        }
        if made {
            series.task.total_occurrence += 1;
        }
    }

    /// Whether a task of a series is open though it was due by then.
    fn is_overdue(&self, id: &TaskId, by: DateTime<Utc>) -> bool {
        let task = self.tasks.get(id.as_str()).map(|stored| &stored.task);
        task.is_some_and(|task| !task.completed && task.due_date.is_some_and(|due| due < by))
    }
}
