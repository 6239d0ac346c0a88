//! Tasks across the contacts of a sub-account.

use std::sync::Arc;

use serde_json::json;
use smbcrm_core::Result;
use smbcrm_core::locations::{LocationTask, SearchTasks};
use smbcrm_core::types::Cursor;

use super::paging::PageSize;
use crate::refusal;
use crate::search::Value;
use crate::world::{ByContact, State, StoredTask};

/// The most tasks that one page may hold (assumed).
const PAGE: PageSize = PageSize { default: 25, max: 100 };

impl State {
    /// The tasks that pass, newest first.
    pub(crate) fn search_tasks(&self, search: &SearchTasks) -> Result<Vec<LocationTask>> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(search.limit, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let words = search.query.as_deref().map(|query| query.trim().to_lowercase());
        let passes = |stored: &&Arc<StoredTask>| {
            let task = &stored.task;
            search.completed.is_none_or(|completed| task.completed == completed)
                && search
                    .assigned_to
                    .as_ref()
                    .is_none_or(|users| task.assigned_to.as_ref().is_some_and(|user| users.contains(user)))
                && words.as_ref().is_none_or(|words| task.title.to_lowercase().contains(words.as_str()))
                && search.business_id.as_ref().is_none_or(|business| {
                    self.contact_of(stored)
                        .is_some_and(|contact| contact.business_id.as_ref() == Some(business))
                })
        };
        let mut found: Vec<&Arc<StoredTask>> = match &search.contact_id {
            None => self.tasks.iter().filter(passes).collect(),
            Some(contacts) => {
                let mut contacts: Vec<&str> = contacts.iter().map(|id| id.as_str()).collect();
                contacts.sort_unstable();
                contacts.dedup();
                let of = |id| self.tasks.find(&ByContact, Value::Text(id));
                contacts.into_iter().flat_map(of).filter(passes).collect()
            }
        };
        found.sort_by(|a, b| (b.date_added, &b.task.id).cmp(&(a.date_added, &a.task.id)));
        let skip = search.skip.unwrap_or(0) as usize;
        Ok(found.into_iter().skip(skip).take(limit).map(|stored| self.location_task(stored)).collect())
    }

    fn contact_of(&self, stored: &StoredTask) -> Option<&Arc<smbcrm_core::contacts::Contact>> {
        self.contacts.get(stored.task.contact_id.as_ref()?.as_str())
    }

    /// A task with its contact and assignee, as the search shows it.
    fn location_task(&self, stored: &StoredTask) -> LocationTask {
        let task = &stored.task;
        let contact = self.contact_of(stored);
        let mut shown = LocationTask::default();
        shown.id = task.id.clone();
        shown.title = task.title.clone();
        shown.body = task.body.clone();
        shown.contact_id = task.contact_id.clone();
        shown.due_date = task.due_date;
        shown.completed = task.completed;
        shown.assigned_to = task.assigned_to.clone();
        shown.location_id = self.location.id.clone();
        shown.business_id = contact.and_then(|contact| contact.business_id.clone());
        // Users are not kept here yet: of the assignee no more than the id is known.
        shown.assigned_to_user_details = task.assigned_to.as_ref().map(|id| json!({ "id": id }));
        shown.contact_details = contact.map(|contact| {
            json!({
                "id": contact.id,
                "firstName": contact.first_name,
                "lastName": contact.last_name,
                "fullName": contact.full_name(),
                "email": contact.email,
                "phone": contact.phone,
            })
        });
        shown.date_added = Some(stored.date_added);
        shown.date_updated = Some(stored.date_updated);
        let status = if task.completed { "completed" } else { "pending" };
        shown.status = Some(status.into());
        shown.status_group = Some(status.into());
        shown.created_at = Some(stored.date_added);
        shown.updated_at = Some(stored.date_updated);
        shown.search_after = Cursor::place(stored.date_added.timestamp_millis(), task.id.as_text());
        shown
    }
}
