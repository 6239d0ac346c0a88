//! What the searches add to an opportunity when asked: its contact's notes, tasks, appointments and unread
//! conversations.

use serde::Serialize;
use serde_json::Value as Json;
use smbcrm_core::opportunities::{AdditionalDetails, ListOpportunities, Opportunity};

use crate::world::State;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Details {
    notes: bool,
    tasks: bool,
    calendar_events: bool,
    unread_conversations: bool,
}

impl Details {
    pub(super) fn is_none(self) -> bool {
        !(self.notes || self.tasks || self.calendar_events || self.unread_conversations)
    }
}

impl From<Option<&AdditionalDetails>> for Details {
    fn from(asked: Option<&AdditionalDetails>) -> Self {
        let on = |flag: fn(&AdditionalDetails) -> Option<bool>| asked.and_then(flag).unwrap_or(false);
        Self {
            notes: on(|asked| asked.notes),
            tasks: on(|asked| asked.tasks),
            calendar_events: on(|asked| asked.calendar_events),
            unread_conversations: on(|asked| asked.un_read_conversations),
        }
    }
}

impl From<&ListOpportunities> for Details {
    fn from(list: &ListOpportunities) -> Self {
        Self {
            notes: list.get_notes.unwrap_or(false),
            tasks: list.get_tasks.unwrap_or(false),
            calendar_events: list.get_calendar_events.unwrap_or(false),
            unread_conversations: false, // the list does not offer them
        }
    }
}

fn as_json(record: &impl Serialize) -> Option<Json> {
    serde_json::to_value(record).ok()
}

impl State {
    /// Adds what is asked for, as the contact's own lists show it.
    pub(super) fn add_details(&self, opportunity: &mut Opportunity, details: &Details) {
        let contact = &opportunity.contact_id;
        if details.notes {
            opportunity.notes = self.notes_of(contact).iter().filter_map(as_json).collect();
        }
        if details.tasks {
            opportunity.tasks = self.tasks_of(contact).iter().filter_map(as_json).collect();
        }
        if details.calendar_events {
            opportunity.calendar_events = self.appointments_of(contact).iter().filter_map(as_json).collect();
        }
        if details.unread_conversations {
            opportunity.un_read_conversations = self.unread_of(contact).iter().filter_map(as_json).collect();
        }
    }
}
