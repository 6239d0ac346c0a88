//! Messages, and the e-mails inside an e-mail message.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{CallStatus, Direction, MessageSource, MessageStatus, MessageType};
use crate::types::{
    ContactId, ConversationId, ConversationProviderId, EmailMessageId, Extra, LocationId, MessageId, Text,
    UserId,
};
use crate::{record, request};

/// A message of a conversation.
///
/// A message of type [`MessageType::Email`] is a whole thread of e-mails: `meta.email.message_ids` names them, and
/// [`super::Conversations::get_email`] fetches each.
#[record]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is. The wire writes a number and a text.
    #[plain]
    #[serde(flatten, with = "super::wire::message_type")]
    #[schema(super::wire::message_type::Both)]
    pub kind: MessageType,
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When it was written.
    pub date_added: DateTime<Utc>,
    /// When it was last changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// The text. An e-mail's is with the e-mail.
    pub body: Option<Text>,
    /// Who it comes from.
    pub direction: Direction,
    /// How far it has come.
    pub status: Option<MessageStatus>,
    /// The media type of the text.
    pub content_type: Text,
    /// Addresses of files. None with calls and voicemails.
    pub attachments: Vec<Text>,
    /// What calls and e-mails have beside.
    pub meta: Option<MessageMeta>,
    /// What wrote it.
    pub source: Option<MessageSource>,
    /// The user who wrote it.
    pub user_id: Option<UserId>,
    /// The provider that carries it.
    pub conversation_provider_id: Option<ConversationProviderId>,
    /// The widget that it was written in.
    pub chat_widget_id: Option<Text>,
    /// The id that another system knows it by.
    pub alt_id: Option<Text>,
    /// A finer type, where there is one (`EXTERNAL_CALL`).
    pub sub_type: Option<Text>,
    /// Why it failed, in words.
    pub error: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What calls and e-mails have beside a message's own fields.
#[record]
pub struct MessageMeta {
    /// How long the call was, in seconds. The wire writes text.
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::digits")]
    #[schema(Option<String>)]
    pub call_duration: Option<u64>,
    /// How the call ended.
    pub call_status: Option<CallStatus>,
    /// The number that was called, as the caller's system wrote it.
    pub to: Option<Text>,
    /// The number that called, as the caller's system wrote it.
    pub from: Option<Text>,
    /// The e-mails of the thread.
    pub email: Option<EmailThread>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The e-mails of one message.
#[record]
pub struct EmailThread {
    /// Their ids, oldest first.
    pub message_ids: Vec<EmailMessageId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which messages of a conversation to list.
#[request]
pub struct ListMessages {
    /// Go on behind this message: the `last_message_id` of the page before.
    pub last_message_id: Option<MessageId>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// Of these types only.
    #[plain]
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none", with = "super::wire::comma")]
    #[schema(Option<String>)]
    pub kinds: Option<Vec<MessageType>>,
}

/// A page of a conversation's messages, newest first.
///
/// The wire nests it (`messages.messages`); the specification does not. Both are read, the wire's is written.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MessagePage {
    /// The oldest message of the page; `None` on an empty page.
    pub last_message_id: Option<MessageId>,
    /// Whether there are older ones.
    pub next_page: bool,
    /// The messages.
    pub messages: Vec<Arc<Message>>,
}

/// One e-mail of a thread.
#[record]
pub struct EmailMessage {
    /// Its id.
    pub id: EmailMessageId,
    /// The id that another system knows it by.
    pub alt_id: Option<Text>,
    /// The message that its thread is.
    pub thread_id: MessageId,
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When it was written.
    pub date_added: DateTime<Utc>,
    /// The subject.
    pub subject: Option<Text>,
    /// The text, HTML as a rule.
    pub body: Text,
    /// Who it comes from.
    pub direction: Direction,
    /// How far it has come.
    pub status: Option<MessageStatus>,
    /// The media type of the text.
    pub content_type: Text,
    /// Addresses of files.
    pub attachments: Vec<Text>,
    /// What carried it.
    pub provider: Option<Text>,
    /// The sender, with or without a name.
    pub from: Text,
    /// The receivers.
    pub to: Vec<Text>,
    /// Who gets a copy.
    pub cc: Vec<Text>,
    /// Who gets a copy without the others knowing.
    pub bcc: Vec<Text>,
    /// The e-mail that this one answers.
    pub reply_to_message_id: Option<EmailMessageId>,
    /// What wrote it.
    pub source: Option<MessageSource>,
    /// The provider that carries it.
    pub conversation_provider_id: Option<ConversationProviderId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
