//! Writing messages and e-mails down.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::conversations::{EmailMessage, EmailThread, Message, MessageMeta, MessageType};
use smbcrm_core::types::MessageId;

use super::state::{StoredMessage, Thread};
use crate::world::State;

impl State {
    /// A message of a thread with nothing in it yet.
    pub(super) fn blank_message(&mut self, thread: &Thread, kind: MessageType, at: DateTime<Utc>) -> Message {
        let mut message = Message::default();
        message.id = self.ids.record().into();
        message.content_type = if kind.is_email() { "text/html" } else { "text/plain" }.into();
        message.kind = kind;
        message.location_id = self.location.id.clone();
        message.contact_id = thread.contact_id.clone();
        message.conversation_id = thread.id.clone();
        message.date_added = at;
        message
    }

    /// An e-mail of a message with nothing in it yet.
    pub(super) fn blank_email(&mut self, message: &Message) -> EmailMessage {
        let mut email = EmailMessage::default();
        email.id = self.ids.record().into();
        email.location_id = message.location_id.clone();
        email.contact_id = message.contact_id.clone();
        email.conversation_id = message.conversation_id.clone();
        email.date_added = message.date_added;
        email.direction = message.direction.clone();
        email.status = message.status.clone();
        email.source = message.source.clone();
        email.conversation_provider_id = message.conversation_provider_id.clone();
        email.content_type = "text/html".into();
        email
    }

    /// Puts an e-mail into its thread: the message of an older e-mail, or the new one.
    pub(super) fn file_email(
        &mut self,
        message: Message,
        thread: Option<MessageId>,
        email: &mut EmailMessage,
        now: DateTime<Utc>,
    ) -> Message {
        let older = thread.and_then(|id| self.inbox.messages.get(id.as_str()));
        let mut message = match older {
            None => message,
            Some(older) => {
                let mut older = Message::clone(&older.message);
                older.status = message.status;
                older.direction = message.direction;
                older.date_updated = Some(now);
                older
            }
        };
        email.thread_id = message.id.clone();
        message.body.clone_from(&email.subject);
        let meta = message.meta.get_or_insert_with(MessageMeta::default);
        meta.email.get_or_insert_with(EmailThread::default).message_ids.push(email.id.clone());
        message
    }

    /// Stores a message; its recording and transcription stay.
    pub(super) fn put_message(&mut self, message: Message) {
        let stored = match self.inbox.messages.get(message.id.as_str()) {
            Some(known) => StoredMessage { message: Arc::new(message), ..StoredMessage::clone(known) },
            None => StoredMessage::new(message),
        };
        self.inbox.messages.put(Arc::new(stored));
    }
}
