//! What is to be sent later: taken back, or sent when its time comes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::conversations::{EmailMessage, Message, MessageStatus, ScheduleCancelled};
use smbcrm_core::types::{EmailMessageId, MessageId};

use super::disturb::refuse_dnd;
use super::outbox::OutgoingContent;
use super::state::Due;
use crate::refusal as wire;
use crate::world::State;

impl State {
    /// Takes back what was to be sent: everything of a message, or one e-mail of it.
    pub(super) fn cancel_due(
        &mut self,
        message: &MessageId,
        email: Option<&EmailMessageId>,
        now: DateTime<Utc>,
    ) -> Result<ScheduleCancelled> {
        let is_meant =
            |due: &Due| due.message == *message && (email.is_none() || due.email.as_ref() == email);
        let gone: Vec<Due> = self.inbox.due.iter().filter(|due| is_meant(due)).cloned().collect();
        if gone.is_empty() {
            return Err(wire::bad_request("The message is not scheduled"));
        }
        self.inbox.due.edit().retain(|due| !is_meant(due));
        let emails: Vec<EmailMessageId> = gone.into_iter().filter_map(|due| due.email).collect();
        for id in &emails {
            self.inbox.emails.remove(id.as_str());
        }
        let left = self.inbox.messages.get(message.as_str()).and_then(|stored| {
            let meta = stored.message.meta.as_ref()?.email.as_ref()?;
            meta.message_ids.iter().rfind(|id| !emails.contains(id)).cloned()
        });
        match left.and_then(|id| self.inbox.emails.get(id.as_str()).map(Arc::clone)) {
            // The rest of the thread stays as it was before.
            Some(last) => {
                self.edit_message(message, now, |message| {
                    message.status = last.status.clone();
                    message.direction = last.direction.clone();
                    if let Some(thread) = message.meta.as_mut().and_then(|meta| meta.email.as_mut()) {
                        thread.message_ids.retain(|id| !emails.contains(id));
                    }
                })?;
            }
            None => self.forget_message(message.as_str()),
        }
        let mut answer = ScheduleCancelled::default();
        answer.status = 200;
        answer.message = "The scheduled message was cancelled successfully!".into();
        Ok(answer)
    }

    /// Keeps what is to be sent later, behind what is to be sent earlier.
    pub(crate) fn put_due(&mut self, due: Due) {
        let place = self.inbox.due.partition_point(|known| known.at <= due.at);
        self.inbox.due.insert(place, due);
    }

    /// Whether anything is to be sent by now.
    pub(crate) fn is_due(&self, now: i64) -> bool {
        self.inbox.due.first().is_some_and(|due| due.at <= now)
    }

    /// Sends what is due. A contact who has meanwhile opted out is left alone: the message fails.
    pub(crate) fn send_due(&mut self, now: i64) {
        let ripe = self.inbox.due.partition_point(|due| due.at <= now);
        if ripe == 0 {
            return;
        }
        let ripe: Vec<Due> = self.inbox.due.edit().drain(..ripe).collect();
        for Due { at, message, email, mut outgoing } in ripe {
            let Some(known) = self.inbox.messages.get(message.as_str()) else { continue };
            let kind = known.message.kind.clone();
            let by_provider = known.message.conversation_provider_id.is_some();
            let wanted = self.contacts.get(outgoing.contact_id.as_str());
            let refused = wanted.is_none_or(|contact| refuse_dnd(contact, &kind).is_err());
            let status = match (refused, by_provider) {
                (true, _) => MessageStatus::Failed,
                (false, true) => MessageStatus::Pending,
                (false, false) => MessageStatus::Sent,
            };
            let at = smbcrm_core::types::time::from_millis(at).unwrap_or(outgoing.at);
            if let Some(id) = &email
                && let Some(known) = self.inbox.emails.get(id.as_str())
            {
                let mut letter = EmailMessage::clone(known);
                letter.status = Some(status.clone());
                letter.date_added = at;
                self.inbox.emails.put(Arc::new(letter));
            }
            let changed = self.edit_message(&message, at, |message| {
                message.status = Some(status);
                // A thread keeps the date of its first e-mail.
                let first = message.meta.as_ref().and_then(|meta| meta.email.as_ref());
                if first.is_none_or(|thread| thread.message_ids.len() == 1) {
                    message.date_added = at;
                }
            });
            let (Ok(changed), false) = (changed, refused) else { continue };
            outgoing.at = at;
            let text = match &outgoing.content {
                OutgoingContent::Email(email) => email.subject.clone().unwrap_or_default(),
                OutgoingContent::Text(text) => text.body.clone(),
                OutgoingContent::Notification(told) => told.body.clone(),
            };
            let mut noted = Message::clone(&changed);
            noted.date_added = at;
            self.note_in_thread(&noted, &text, at);
            self.post(outgoing);
        }
    }
}
