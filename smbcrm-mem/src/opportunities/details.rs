//! What the searches add to an opportunity when asked: its contact's notes, tasks and appointments.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;
use smbcrm_core::opportunities::{AdditionalDetails, ListOpportunities, Opportunity};

use crate::search::Value;
use crate::world::{ByContact, State};

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Details {
    notes: bool,
    tasks: bool,
    calendar_events: bool,
}

impl Details {
    pub(super) fn is_none(self) -> bool {
        !(self.notes || self.tasks || self.calendar_events)
    }
}

impl From<Option<&AdditionalDetails>> for Details {
    // Unread conversations come with the conversations product; until then asking for them adds nothing.
    fn from(asked: Option<&AdditionalDetails>) -> Self {
        let on = |flag: fn(&AdditionalDetails) -> Option<bool>| asked.and_then(flag).unwrap_or(false);
        Self {
            notes: on(|asked| asked.notes),
            tasks: on(|asked| asked.tasks),
            calendar_events: on(|asked| asked.calendar_events),
        }
    }
}

impl From<&ListOpportunities> for Details {
    fn from(list: &ListOpportunities) -> Self {
        Self {
            notes: list.get_notes.unwrap_or(false),
            tasks: list.get_tasks.unwrap_or(false),
            calendar_events: list.get_calendar_events.unwrap_or(false),
        }
    }
}

fn as_json(record: &impl Serialize) -> Option<Json> {
    serde_json::to_value(record).ok()
}

impl State {
    /// Adds what is asked for: notes newest first, tasks by when they are due, appointments by when they start.
    pub(super) fn add_details(&self, opportunity: &mut Opportunity, details: &Details) {
        let contact = opportunity.contact_id.clone();
        let of = Value::Text(contact.as_str());
        if details.notes {
            let mut notes: Vec<_> = self.notes.find(&ByContact, of).map(Arc::clone).collect();
            notes.sort_by(|a, b| (b.date_added, &b.id).cmp(&(a.date_added, &a.id)));
            opportunity.notes = notes.iter().filter_map(|note| as_json(&**note)).collect();
        }
        if details.tasks {
            let mut tasks: Vec<_> = self.tasks.find(&ByContact, of).map(Arc::clone).collect();
            tasks.sort_by(|a, b| (a.due_date, &a.id).cmp(&(b.due_date, &b.id)));
            opportunity.tasks = tasks.iter().filter_map(|task| as_json(&**task)).collect();
        }
        if details.calendar_events {
            let mut events: Vec<_> = self
                .appointments
                .iter()
                .filter(|event| event.contact_id.as_ref() == Some(&contact))
                .collect();
            events.sort_by(|a, b| (a.start_time, &a.id).cmp(&(b.start_time, &b.id)));
            opportunity.calendar_events = events.into_iter().filter_map(as_json).collect();
        }
    }
}
