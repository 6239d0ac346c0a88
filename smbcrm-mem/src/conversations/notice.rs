//! What the sub-account's automations tell people.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::conversations::{Direction, MessageSource, MessageStatus, MessageType};
use smbcrm_core::types::{ContactId, MessageId, Text};

use super::disturb::refuse_dnd;
use super::outbox::{Outgoing, OutgoingContent, OutgoingEmail, OutgoingText};
use crate::world::State;

/// Something to tell somebody about a contact.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// Whom it is about.
    pub(crate) contact: ContactId,
    /// Whether it goes to the contact, and so belongs into the conversation, or to somebody else.
    pub(crate) to_contact: bool,
    /// E-mail, SMS or WhatsApp.
    pub(crate) channel: MessageType,
    /// The address or phone number.
    pub(crate) to: Text,
    /// The sender; the sub-account unless given.
    pub(crate) from: Option<Text>,
    /// The subject of an e-mail.
    pub(crate) subject: Text,
    pub(crate) body: Text,
}

impl State {
    /// Tells somebody something. A contact who does not want to be disturbed is left alone.
    pub(crate) fn give_notice(&mut self, notice: Notice, now: DateTime<Utc>) {
        let Some(contact) = self.contacts.get(notice.contact.as_str()).map(Arc::clone) else { return };
        let is_email = notice.channel.is_email();
        let refused = || {
            refuse_dnd(&contact, &notice.channel).is_err()
                || (is_email && self.refuse_unsubscribed(&contact, &notice.to, None).is_err())
        };
        if notice.to_contact && refused() {
            return;
        }
        let thread = self.begin_thread(&contact.id, now.timestamp_millis());
        let mut message = self.blank_message(&thread, notice.channel.clone(), now);
        message.direction = Direction::Outbound;
        message.source = Some(MessageSource::Workflow);
        message.status = Some(MessageStatus::Sent);
        let content = if is_email {
            let mut email = self.blank_email(&message);
            email.body = notice.body;
            email.subject = Some(notice.subject.clone());
            email.from = notice.from.unwrap_or_else(|| self.own_email());
            email.to = vec![notice.to];
            let sent = OutgoingEmail {
                id: email.id.clone(),
                from: email.from.clone(),
                to: email.to.clone(),
                cc: Vec::new(),
                bcc: Vec::new(),
                subject: email.subject.clone(),
                html: email.body.clone(),
                attachments: Vec::new(),
            };
            if notice.to_contact {
                message = self.file_email(message, None, &mut email, now);
                self.inbox.emails.put(Arc::new(email));
            }
            OutgoingContent::Email(sent)
        } else {
            message.body = Some(notice.body.clone());
            OutgoingContent::Text(OutgoingText {
                channel: notice.channel,
                provider: None,
                from: notice.from.or_else(|| self.location.phone.clone()),
                to: Some(notice.to),
                body: notice.body,
                attachments: Vec::new(),
            })
        };
        let summary = message.body.clone().unwrap_or_default();
        let message_id = if notice.to_contact { message.id.clone() } else { MessageId::default() };
        if notice.to_contact {
            self.put_message(message.clone());
            self.note_in_thread(&message, &summary, now);
        }
        self.post(Outgoing {
            at: now,
            location_id: self.location.id.clone(),
            contact_id: contact.id.clone(),
            conversation_id: thread.id.clone(),
            message_id,
            content,
        });
    }
}
