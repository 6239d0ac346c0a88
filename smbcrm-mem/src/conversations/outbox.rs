//! What was sent: nothing leaves the process, everything can be looked at.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use smbcrm_core::conversations::MessageType;
use smbcrm_core::types::{
    ContactId, ConversationId, ConversationProviderId, EmailMessageId, LocationId, MessageId, Text,
};

use smbcrm_core::workflows::definition::NotifyChannel;

use crate::world::State;

/// How many sent messages a sub-account keeps; the oldest go first.
pub const OUTBOX_ENTRIES: usize = 1_000;

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Outgoing {
    /// When.
    pub at: DateTime<Utc>,
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message; of an e-mail, its thread.
    pub message_id: MessageId,
    /// What was sent.
    #[serde(flatten)]
    pub content: OutgoingContent,
}

impl Outgoing {
    /// The e-mail, if it is one.
    pub fn email(&self) -> Option<&OutgoingEmail> {
        if let OutgoingContent::Email(email) = &self.content { Some(email) } else { None }
    }

    /// What the team was told, if it is that.
    pub fn notification(&self) -> Option<&OutgoingNotification> {
        if let OutgoingContent::Notification(told) = &self.content { Some(told) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&OutgoingText> {
        if let OutgoingContent::Text(text) = &self.content { Some(text) } else { None }
    }
}

/// What was sent: an e-mail or a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum OutgoingContent {
    /// An e-mail.
    Email(OutgoingEmail),
    /// Everything else: SMS, WhatsApp, chats, an answer to a review.
    Text(OutgoingText),
    /// What a workflow told the team. It belongs to no conversation.
    Notification(OutgoingNotification),
}

/// An e-mail that was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutgoingEmail {
    /// The e-mail.
    pub id: EmailMessageId,
    /// The sender.
    pub from: Text,
    /// The receivers.
    pub to: Vec<Text>,
    /// Who gets a copy.
    pub cc: Vec<Text>,
    /// Who gets a copy without the others knowing.
    pub bcc: Vec<Text>,
    /// The subject.
    pub subject: Option<Text>,
    /// The text.
    pub html: Text,
    /// Addresses of files.
    pub attachments: Vec<Text>,
}

/// A text that was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutgoingText {
    /// What it was sent as.
    pub channel: MessageType,
    /// The provider that carries it.
    pub provider: Option<ConversationProviderId>,
    /// The sender's phone, where there is one.
    pub from: Option<Text>,
    /// The receiver's phone; of a channel without phones, nothing.
    pub to: Option<Text>,
    /// The text.
    pub body: Text,
    /// Addresses of files.
    pub attachments: Vec<Text>,
}

/// What a workflow told the team.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutgoingNotification {
    /// How.
    pub channel: NotifyChannel,
    /// Users by their ids, or addresses.
    pub to: Vec<Text>,
    /// The subject.
    pub subject: Option<Text>,
    /// The text.
    pub body: Text,
}

impl State {
    /// Keeps what was sent.
    pub(crate) fn post(&mut self, outgoing: Outgoing) {
        let outbox = self.inbox.outbox.edit_aside();
        if outbox.len() >= OUTBOX_ENTRIES {
            outbox.remove(0);
        }
        outbox.push(Arc::new(outgoing));
    }
}
