//! Threads: one a contact, made with it, gone with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::conversations::{
    Conversation, ConversationType, CreateConversation, Direction, Message, MessageAction, MessageSource,
    MessageType, UpdateConversation,
};
use smbcrm_core::types::{ContactId, ConversationId, Text, time};
use smbcrm_core::{Error, Result};

use super::refusal;
use super::state::{MessageKey, Newest, Thread, ThreadKey};
use crate::refusal as wire;
use crate::search::{Record as _, Value};
use crate::world::State;

/// What the wire says of a conversation that does not exist.
pub(super) fn missing(id: &ConversationId) -> Error {
    wire::not_found("Conversation", id.as_str())
}

impl Thread {
    /// What a thread says of itself, without looking at its contact or sub-account.
    pub(crate) fn summary(&self) -> Conversation {
        let mut shown = Conversation::default();
        shown.id = self.id.clone();
        shown.contact_id = self.contact_id.clone();
        shown.kind = leads(self);
        shown.unread_count = self.unread;
        shown.starred = self.starred;
        shown.inbox = true;
        if let Some(newest) = &self.newest {
            shown.last_message_body = Some(newest.body.clone());
            shown.last_message_type = Some(newest.kind.clone());
        }
        shown.last_message_date = time::from_millis(self.last());
        shown.date_added = time::from_millis(self.added);
        shown.date_updated = time::from_millis(self.updated);
        shown
    }
}

impl State {
    /// A contact's thread; `None` where it was deleted.
    pub(crate) fn thread_of(&self, contact: &ContactId) -> Option<&Arc<Thread>> {
        self.conversations
            .find(&ThreadKey::Contact, Value::Text(contact.as_str()))
            .find(|thread| thread.contact_id == *contact)
    }

    /// Gives a contact its thread unless it has one.
    pub(crate) fn begin_thread(&mut self, contact: &ContactId, at: i64) -> Arc<Thread> {
        self.lay_out_threads();
        if let Some(thread) = self.thread_of(contact) {
            return Arc::clone(thread);
        }
        let thread = Arc::new(Thread::new(self.ids.record(), contact.clone(), at));
        self.conversations.put(Arc::clone(&thread));
        thread
    }

    pub(super) fn create_thread(
        &mut self,
        input: &CreateConversation,
        now: DateTime<Utc>,
    ) -> Result<Conversation> {
        if input.contact_id.is_empty() {
            return Err(wire::empty("contactId"));
        }
        if self.contacts.get(input.contact_id.as_str()).is_none() {
            return Err(wire::not_found("Contact", input.contact_id.as_str()));
        }
        if let Some(thread) = self.thread_of(&input.contact_id) {
            return Err(refusal::exists(thread.id.as_str()));
        }
        let thread = self.begin_thread(&input.contact_id, now.timestamp_millis());
        Ok(self.shown_thread(&thread))
    }

    pub(super) fn update_thread(
        &mut self,
        id: &ConversationId,
        input: &UpdateConversation,
        now: DateTime<Utc>,
    ) -> Result<Conversation> {
        let Some(known) = self.conversations.get(id.as_str()) else { return Err(missing(id)) };
        let mut thread = Thread::clone(known);
        thread.unread = input.unread_count.unwrap_or(thread.unread);
        thread.starred = input.starred.unwrap_or(thread.starred);
        thread.updated = now.timestamp_millis();
        let thread = Arc::new(thread);
        self.conversations.put(Arc::clone(&thread));
        Ok(self.shown_thread(&thread))
    }

    /// Deletes a thread with its messages, e-mails and what was to be sent.
    pub(crate) fn delete_thread(&mut self, id: &ConversationId) {
        let in_thread = self.inbox.messages.find(&MessageKey::Thread, Value::Text(id.as_str()));
        let messages: Vec<Text> = in_thread.map(|stored| Text::from(stored.id())).collect();
        for message in &messages {
            self.forget_message(message);
        }
        if self.inbox.typing.iter().any(|typing| typing.conversation_id == *id) {
            self.inbox.typing.edit_aside().retain(|typing| typing.conversation_id != *id);
        }
        self.conversations.remove(id.as_str());
    }

    /// Deletes what conversations hold of a contact.
    pub(crate) fn delete_threads_of(&mut self, contact: &ContactId) {
        while let Some(thread) = self.thread_of(contact).map(|thread| thread.id.clone()) {
            self.delete_thread(&thread);
        }
        self.inbox.choices.remove(contact.as_str());
        self.inbox.reads.remove(contact.as_str());
    }

    /// A thread as it is fetched.
    pub(super) fn shown_thread(&self, thread: &Thread) -> Conversation {
        let mut shown = thread.summary();
        shown.location_id = self.location.id.clone();
        let contact = self.contacts.get(thread.contact_id.as_str());
        shown.assigned_to = contact.and_then(|contact| contact.assigned_to.clone());
        shown
    }

    /// Says in a thread that a message was written in it.
    pub(super) fn note_in_thread(&mut self, message: &Message, text: &str, now: DateTime<Utc>) {
        let Some(known) = self.conversations.get(message.conversation_id.as_str()) else { return };
        let mut thread = Thread::clone(known);
        let at = message.date_added.timestamp_millis();
        let inbound = message.direction == Direction::Inbound;
        let action = match message.source {
            Some(MessageSource::Api | MessageSource::App) | None => MessageAction::Manual,
            _ => MessageAction::Automated,
        };
        let was = thread.newest.as_deref();
        let newest = Newest {
            body: text.into(),
            kind: message.kind.clone(),
            direction: message.direction.clone(),
            at,
            manual_at: (!inbound && action == MessageAction::Manual)
                .then_some(at)
                .max(was.and_then(|was| was.manual_at)),
            action: if inbound { was.and_then(|was| was.action.clone()) } else { Some(action) },
            whatsapp_at: (inbound && message.kind == MessageType::Whatsapp)
                .then_some(at)
                .max(was.and_then(|was| was.whatsapp_at)),
            leads: leading(&message.kind),
            reviewed: was.is_some_and(|was| was.reviewed) || message.kind == MessageType::Review,
        };
        // A message that came in late does not become the newest one.
        thread.newest = Some(Box::new(match thread.newest.take() {
            Some(was) if was.at > at => Newest {
                manual_at: newest.manual_at,
                whatsapp_at: newest.whatsapp_at,
                reviewed: newest.reviewed,
                ..*was
            },
            _ => newest,
        }));
        if inbound {
            thread.unread = thread.unread.saturating_add(1);
        }
        thread.updated = now.timestamp_millis();
        self.conversations.put(Arc::new(thread));
    }
}

/// What a thread is led by.
pub(super) fn leads(thread: &Thread) -> ConversationType {
    thread.newest.as_ref().map_or(ConversationType::Phone, |newest| newest.leads.clone())
}

/// What a message makes its thread be led by.
fn leading(kind: &MessageType) -> ConversationType {
    match kind {
        kind if kind.is_email() => ConversationType::Email,
        MessageType::Facebook | MessageType::FacebookComment | MessageType::CampaignFacebook => {
            ConversationType::Facebook
        }
        MessageType::Review => ConversationType::Review,
        MessageType::GroupSms => ConversationType::GroupSms,
        MessageType::InternalChat => ConversationType::InternalChat,
        _ => ConversationType::Phone,
    }
}
