//! Tasks of a contact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::{CreateTask, Task, UpdateTask};
use smbcrm_core::types::{ContactId, TaskId};
use smbcrm_core::{Error, Result};

use crate::refusal;
use crate::search::Value;
use crate::world::{ByContact, State, StoredTask};

fn missing(id: &TaskId) -> Error {
    refusal::no_such("Task", id.as_str())
}

/// A title says what is to do; an empty one says nothing.
fn check_title(title: &str) -> Result<()> {
    if title.is_empty() { Err(refusal::empty("title")) } else { Ok(()) }
}

impl State {
    /// A contact's tasks, newest first (assumed; the wire's order is not known).
    pub(crate) fn tasks_of(&self, contact: &ContactId) -> Vec<Task> {
        let mut tasks: Vec<_> = self.tasks.find(&ByContact, Value::Text(contact.as_str())).collect();
        tasks.sort_by(|a, b| (b.date_added, &b.task.id).cmp(&(a.date_added, &a.task.id)));
        tasks.into_iter().map(|stored| stored.task.clone()).collect()
    }

    /// One task of a contact; another contact's is not found here.
    pub(crate) fn task(&self, contact: &ContactId, id: &TaskId) -> Result<&Arc<StoredTask>> {
        let found = self.tasks.get(id.as_str());
        found.filter(|stored| stored.task.contact_id.as_ref() == Some(contact)).ok_or_else(|| missing(id))
    }

    pub(crate) fn create_task(
        &mut self,
        contact: &ContactId,
        input: CreateTask,
        now: DateTime<Utc>,
    ) -> Result<Task> {
        check_title(&input.title)?;
        let mut task = Task::default();
        task.id = self.ids.record().into();
        task.title = input.title;
        task.body = input.body;
        task.contact_id = Some(contact.clone());
        task.due_date = Some(input.due_date);
        task.completed = input.completed;
        task.assigned_to = input.assigned_to;
        self.tasks.put(Arc::new(StoredTask { task: task.clone(), date_added: now, date_updated: now }));
        Ok(task)
    }

    pub(crate) fn update_task(
        &mut self,
        contact: &ContactId,
        id: &TaskId,
        input: UpdateTask,
        now: DateTime<Utc>,
    ) -> Result<Task> {
        let mut stored = StoredTask::clone(self.task(contact, id)?);
        if let Some(title) = &input.title {
            check_title(title)?;
        }
        let task = &mut stored.task;
        if let Some(title) = input.title {
            task.title = title;
        }
        if let Some(completed) = input.completed {
            task.completed = completed;
        }
        task.due_date = input.due_date.or(task.due_date);
        task.body = input.body.or_else(|| task.body.take());
        task.assigned_to = input.assigned_to.or_else(|| task.assigned_to.take());
        Ok(self.put_task(stored, now))
    }

    /// Marks a task as done, or as open again.
    pub(crate) fn complete_task(
        &mut self,
        contact: &ContactId,
        id: &TaskId,
        completed: bool,
        now: DateTime<Utc>,
    ) -> Result<Task> {
        let mut stored = StoredTask::clone(self.task(contact, id)?);
        stored.task.completed = completed;
        Ok(self.put_task(stored, now))
    }

    pub(crate) fn delete_task(&mut self, contact: &ContactId, id: &TaskId) -> Result<()> {
        self.task(contact, id)?;
        self.tasks.remove(id.as_str());
        Ok(())
    }

    fn put_task(&mut self, mut stored: StoredTask, now: DateTime<Utc>) -> Task {
        stored.date_updated = now;
        let task = stored.task.clone();
        self.tasks.put(Arc::new(stored));
        task
    }
}
