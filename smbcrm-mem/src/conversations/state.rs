//! What a sub-account keeps of its conversations.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smbcrm_core::conversations::{
    ConversationType, CustomSubtype, Direction, EmailMessage, Message, MessageAction, MessageType,
    SubscriptionStatus, TranscriptSegment,
};
use smbcrm_core::operation::Raw;
use smbcrm_core::types::{
    ContactId, ConversationId, ConversationProviderId, EmailMessageId, MessageId, SubtypeId, Text, UploadId,
};

use super::messages::Messages;
use super::outbox::Outgoing;
use crate::search::{Record, Table, Value};
use crate::world::{Owned, Row};

/// Everything about conversations but the threads themselves. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    pub(crate) messages: Messages,
    pub(crate) emails: Table<EmailMessage>,
    /// What is to be sent later, the earliest first.
    pub(crate) due: Owned<Due>,
    pub(crate) outbox: Owned<Arc<Outgoing>>,
    /// What the outbox takes in memory.
    pub(crate) outbox_bytes: usize,
    pub(crate) providers: Owned<Provider>,
    pub(crate) subtypes: Owned<CustomSubtype>,
    pub(crate) choices: Table<Choices>,
    pub(crate) reads: Table<Reads>,
    pub(crate) uploads: Owned<Upload>,
    pub(crate) typing: Owned<Typing>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            messages: Messages::new(),
            emails: Table::new().keyed_by(EmailKey::Thread),
            due: Owned::default(),
            outbox: Owned::default(),
            outbox_bytes: 0,
            providers: Owned::default(),
            subtypes: Owned::default(),
            choices: Table::new(),
            reads: Table::new(),
            uploads: Owned::default(),
            typing: Owned::default(),
        }
    }
}

/// A contact's conversation. Every contact of a million has one: what only written-in ones have is boxed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Thread {
    pub(crate) id: ConversationId,
    pub(crate) contact_id: ContactId,
    /// When it was begun and last changed, in milliseconds.
    pub(crate) added: i64,
    pub(crate) updated: i64,
    pub(crate) unread: u32,
    pub(crate) starred: bool,
    pub(crate) newest: Option<Box<Newest>>,
}

/// What is known of a thread's newest messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Newest {
    pub(crate) body: Text,
    pub(crate) kind: MessageType,
    pub(crate) direction: Direction,
    pub(crate) at: i64,
    pub(crate) manual_at: Option<i64>,
    pub(crate) action: Option<MessageAction>,
    pub(crate) whatsapp_at: Option<i64>,
    pub(crate) leads: ConversationType,
    /// Whether there is a review to answer.
    pub(crate) reviewed: bool,
}

impl Thread {
    /// A thread without messages.
    pub(crate) fn new(id: impl Into<ConversationId>, contact_id: ContactId, at: i64) -> Self {
        Self { id: id.into(), contact_id, added: at, updated: at, unread: 0, starred: false, newest: None }
    }

    /// When the newest message was written; of one without any, when it was begun.
    pub(crate) fn last(&self) -> i64 {
        self.newest.as_ref().map_or(self.added, |newest| newest.at)
    }
}

/// What a thread is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ThreadKey {
    Id,
    Contact,
    Added,
    Last,
    LastManual,
    LastType,
    LastDirection,
    LastAction,
    Unread,
    Starred,
}

impl Record for Thread {
    type Field = ThreadKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Thread(Arc::clone(record)))
    }

    fn values(&self, field: &ThreadKey, visit: &mut dyn FnMut(Value<'_>)) {
        let newest = self.newest.as_deref();
        match field {
            ThreadKey::Id => visit(Value::Text(self.id.as_str())),
            ThreadKey::Contact => visit(Value::Text(self.contact_id.as_str())),
            ThreadKey::Added => visit(Value::Instant(self.added)),
            ThreadKey::Last => visit(Value::Instant(self.last())),
            ThreadKey::LastManual => {
                newest
                    .and_then(|newest| newest.manual_at)
                    .into_iter()
                    .for_each(|at| visit(Value::Instant(at)));
            }
            ThreadKey::LastType => newest.into_iter().for_each(|n| visit(Value::Text(n.kind.as_str()))),
            ThreadKey::LastDirection => {
                newest.into_iter().for_each(|n| visit(Value::Text(n.direction.as_str())));
            }
            ThreadKey::LastAction => newest
                .and_then(|newest| newest.action.as_ref())
                .into_iter()
                .for_each(|action| visit(Value::Text(action.as_str()))),
            ThreadKey::Unread => visit(Value::Bool(self.unread > 0)),
            ThreadKey::Starred => visit(Value::Bool(self.starred)),
        }
    }
}

/// A message, and what its record does not show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    pub(crate) message: Arc<Message>,
    #[serde(with = "crate::disk::raw_option")]
    pub(crate) recording: Option<Arc<Raw>>,
    pub(crate) transcript: Option<Arc<Vec<TranscriptSegment>>>,
}

impl StoredMessage {
    pub(crate) fn new(message: Message) -> Self {
        Self { message: Arc::new(message), recording: None, transcript: None }
    }
}

/// What a message is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MessageKey {
    Thread,
    Contact,
    Kind,
    Created,
    Updated,
}

impl Record for StoredMessage {
    type Field = MessageKey;

    fn id(&self) -> &str {
        self.message.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Message(Arc::clone(record)))
    }

    fn values(&self, field: &MessageKey, visit: &mut dyn FnMut(Value<'_>)) {
        let message = &*self.message;
        match field {
            MessageKey::Thread => visit(Value::Text(message.conversation_id.as_str())),
            MessageKey::Contact => visit(Value::Text(message.contact_id.as_str())),
            MessageKey::Kind => visit(Value::Text(message.kind.as_str())),
            MessageKey::Created => visit(Value::Instant(message.date_added.timestamp_millis())),
            MessageKey::Updated => {
                let at = message.date_updated.unwrap_or(message.date_added);
                visit(Value::Instant(at.timestamp_millis()));
            }
        }
    }
}

/// What an e-mail is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EmailKey {
    /// The message that its thread is.
    Thread,
}

impl Record for EmailMessage {
    type Field = EmailKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Email(Arc::clone(record)))
    }

    fn values(&self, _: &EmailKey, visit: &mut dyn FnMut(Value<'_>)) {
        visit(Value::Text(self.thread_id.as_str()));
    }
}

/// A message that is to be sent later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Due {
    pub(crate) at: i64,
    pub(crate) message: MessageId,
    pub(crate) email: Option<EmailMessageId>,
    pub(crate) outgoing: Outgoing,
}

/// What a custom provider carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProviderKind {
    /// Text messages.
    Sms,
    /// E-mail.
    Email,
    /// Calls.
    Call,
}

/// Something of the marketplace that carries messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Provider {
    pub(crate) id: ConversationProviderId,
    pub(crate) kind: ProviderKind,
}

/// What a contact gets and does not get, as far as that was ever said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Choices {
    pub(crate) contact_id: ContactId,
    pub(crate) choices: Vec<Choice>,
}

/// Whether an e-mail gets a kind of message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub(crate) email: Text,
    /// The kind; `None` for e-mail to one contact, which every sub-account has.
    pub(crate) subtype: Option<SubtypeId>,
    pub(crate) status: SubscriptionStatus,
    pub(crate) at: chrono::DateTime<chrono::Utc>,
}

impl Record for Choices {
    type Field = ();

    fn id(&self) -> &str {
        self.contact_id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Choices(Arc::clone(record)))
    }

    fn values(&self, (): &(), _: &mut dyn FnMut(Value<'_>)) {}
}

/// When a contact last did something with an e-mail, in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reads {
    pub(crate) contact_id: ContactId,
    pub(crate) opened: Option<i64>,
    pub(crate) clicked: Option<i64>,
}

impl Record for Reads {
    type Field = ();

    fn id(&self) -> &str {
        self.contact_id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Reads(Arc::clone(record)))
    }

    fn values(&self, (): &(), _: &mut dyn FnMut(Value<'_>)) {}
}

/// A file that is to be uploaded by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) path: Text,
    pub(crate) conversation_id: ConversationId,
    pub(crate) file_name: Text,
    pub(crate) content_type: Text,
    pub(crate) most: u64,
    pub(crate) expires: i64,
    #[serde(with = "crate::disk::base64_option")]
    pub(crate) data: Option<Bytes>,
    /// The address that completing it gave it.
    pub(crate) url: Option<Text>,
}

/// That somebody types, for a visitor of the live chat to see.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typing {
    pub(crate) conversation_id: ConversationId,
    pub(crate) visitor_id: Text,
}
