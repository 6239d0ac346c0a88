//! Messages, e-mail statistics, unread marks, and what custom providers are to send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use super::{Payload, Subject};
use crate::conversations::{
    CallStatus, Conversation, Direction, EmailMessage, Message, MessageSource, MessageStatus, MessageType,
};
use crate::types::{
    CompanyId, ContactId, ConversationId, ConversationProviderId, EmailMessageId, Extra, LocationId,
    MessageId, Text, UserId,
};
use crate::{open_enum, record};

/// What carried a message, as events name it.
#[open_enum]
pub enum Channel {
    /// A text message.
    Sms = "SMS",
    /// A call.
    Call = "CALL",
    /// A voicemail.
    Voicemail = "VoiceMail",
    /// An e-mail.
    Email = "Email",
    /// A Google business message.
    Gmb = "GMB",
    /// A Facebook message.
    Facebook = "FB",
    /// An Instagram message.
    Instagram = "IG",
    /// A message of the live chat.
    LiveChat = "Live Chat",
    /// A WhatsApp message.
    Whatsapp = "WhatsApp",
}

impl From<&MessageType> for Channel {
    /// The channel of a message. A type without one keeps its text (`TYPE_REVIEW`).
    fn from(kind: &MessageType) -> Self {
        match kind {
            kind if kind.is_email() => Self::Email,
            MessageType::CampaignVoicemail => Self::Voicemail,
            kind if kind.is_call() => Self::Call,
            MessageType::Sms
            | MessageType::SmsReviewRequest
            | MessageType::SmsNoShowRequest
            | MessageType::SmsReaction
            | MessageType::CampaignSms
            | MessageType::CampaignManualSms
            | MessageType::CustomSms
            | MessageType::CustomProviderSms
            | MessageType::GroupSms => Self::Sms,
            MessageType::Gmb | MessageType::CampaignGmb => Self::Gmb,
            MessageType::Facebook | MessageType::CampaignFacebook => Self::Facebook,
            MessageType::Instagram => Self::Instagram,
            MessageType::Whatsapp => Self::Whatsapp,
            MessageType::LiveChat | MessageType::Webchat => Self::LiveChat,
            other => Self::from(other.as_str()),
        }
    }
}

/// A message came in or went out.
///
/// The documentation shows an incoming call under the type `OutboundMessage`: `direction` is the safer of the two.
/// Calls say neither who called nor who was called.
#[record]
pub struct MessageEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Addresses of files; with a call its recording, with a voicemail the voicemail.
    pub attachments: Option<Vec<Text>>,
    /// The text; HTML in an e-mail.
    pub body: Option<Text>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The media type of the text.
    pub content_type: Option<Text>,
    /// The conversation.
    pub conversation_id: Option<ConversationId>,
    /// When it was written.
    pub date_added: Option<DateTime<Utc>>,
    /// Who it comes from.
    pub direction: Option<Direction>,
    /// What carried it.
    pub message_type: Option<Channel>,
    /// The e-mail.
    pub email_message_id: Option<EmailMessageId>,
    /// The sender of an e-mail.
    pub from: Option<Text>,
    /// The message that an e-mail's thread is.
    pub thread_id: Option<MessageId>,
    /// The subject of an e-mail.
    pub subject: Option<Text>,
    /// The receivers of an e-mail. Declared as text, sent as a list; both are read.
    #[plain]
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<Text>>,
    /// Who gets a copy of an e-mail.
    #[plain]
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Option::is_none")]
    pub cc: Option<Vec<Text>>,
    /// Who gets a copy of an e-mail without the others knowing.
    #[plain]
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Option::is_none")]
    pub bcc: Option<Vec<Text>>,
    /// What carried an e-mail.
    pub provider: Option<Text>,
    /// The user who wrote or called.
    pub user_id: Option<UserId>,
    /// The message.
    pub message_id: Option<MessageId>,
    /// What wrote it; with outgoing ones only.
    pub source: Option<MessageSource>,
    /// How far it has come.
    pub status: Option<MessageStatus>,
    /// How long the call was, in seconds.
    pub call_duration: Option<u64>,
    /// How the call ended.
    pub call_status: Option<CallStatus>,
    /// The provider that carried it.
    pub conversation_provider_id: Option<ConversationProviderId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Message> for MessageEvent {
    fn from(it: &Message) -> Self {
        let call = it.kind.is_call();
        let meta = it.meta.as_ref();
        let call_duration = meta.and_then(|meta| meta.call_duration);
        let call_status = meta.and_then(|meta| meta.call_status.clone());
        Self {
            location_id: it.location_id.clone(),
            attachments: Some(it.attachments.clone()),
            body: it.body.clone(),
            contact_id: Some(it.contact_id.clone()),
            content_type: Some(it.content_type.clone()).filter(|kind| !call && !kind.is_empty()),
            conversation_id: Some(it.conversation_id.clone()),
            date_added: Some(it.date_added),
            direction: Some(it.direction.clone()),
            message_type: Some(Channel::from(&it.kind)),
            user_id: it.user_id.clone(),
            message_id: Some(it.id.clone()),
            source: it.source.clone().filter(|_| it.direction == Direction::Outbound),
            status: it.status.clone(),
            call_duration,
            call_status,
            conversation_provider_id: it.conversation_provider_id.clone(),
            ..Self::default()
        }
    }
}

impl From<&EmailMessage> for MessageEvent {
    fn from(it: &EmailMessage) -> Self {
        let listed = |texts: &[Text]| Some(texts.to_vec()).filter(|texts| !texts.is_empty());
        Self {
            location_id: it.location_id.clone(),
            attachments: listed(&it.attachments),
            body: Some(it.body.clone()),
            contact_id: Some(it.contact_id.clone()),
            conversation_id: Some(it.conversation_id.clone()),
            date_added: Some(it.date_added),
            direction: Some(it.direction.clone()),
            message_type: Some(Channel::Email),
            email_message_id: Some(it.id.clone()),
            from: Some(it.from.clone()),
            thread_id: Some(it.thread_id.clone()),
            subject: it.subject.clone(),
            to: Some(it.to.clone()),
            cc: listed(&it.cc),
            bcc: listed(&it.bcc),
            provider: it.provider.clone(),
            source: it.source.clone().filter(|_| it.direction == Direction::Outbound),
            conversation_provider_id: it.conversation_provider_id.clone(),
            ..Self::default()
        }
    }
}

impl Payload for MessageEvent {
    fn subject(&self) -> Subject<'_> {
        let id = [
            self.message_id.as_ref().map(MessageId::as_str),
            self.email_message_id.as_ref().map(AsRef::as_ref),
        ];
        let id = id.into_iter().flatten().next().unwrap_or_default();
        Subject::new(id, &self.location_id).of(self.contact_id.as_ref())
    }
}

/// Reads a text, a list of texts, or null.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Text>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Text),
        Many(Vec<Text>),
    }
    Ok(Option::<Written>::deserialize(deserializer)?.map(|written| match written {
        Written::One(text) => vec![text],
        Written::Many(texts) => texts,
    }))
}

/// A conversation was read, starred or deleted, or has something unread.
#[record]
pub struct ConversationUnreadEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The conversation.
    #[serde(skip_serializing_if = "ConversationId::is_empty")]
    pub id: ConversationId,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// Whether it was deleted.
    pub deleted: Option<bool>,
    /// Whether it is in the inbox.
    pub inbox: Option<bool>,
    /// Whether it is starred.
    pub starred: Option<bool>,
    /// How many of its messages are unread.
    pub unread_count: Option<u64>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl From<&Conversation> for ConversationUnreadEvent {
    fn from(it: &Conversation) -> Self {
        Self {
            location_id: it.location_id.clone(),
            id: it.id.clone(),
            contact_id: Some(it.contact_id.clone()),
            deleted: Some(it.deleted),
            inbox: Some(it.inbox),
            starred: Some(it.starred),
            unread_count: Some(it.unread_count.into()),
            extra: Extra::default(),
        }
    }
}

impl Payload for ConversationUnreadEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}

/// A text or an e-mail that a custom provider is to send, with the event's type saying which.
///
/// It goes to the address that the provider was registered with, not to an app's webhook.
#[record]
pub struct ProviderMessageEvent {
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The message. Its status is to be reported under this id.
    #[serde(skip_serializing_if = "MessageId::is_empty")]
    pub message_id: MessageId,
    /// The e-mail.
    pub email_message_id: Option<EmailMessageId>,
    /// The phone that a text goes to.
    pub phone: Option<Text>,
    /// The text.
    pub message: Option<Text>,
    /// The receivers of an e-mail. Declared as text, sent as a list; both are read.
    #[plain]
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Option::is_none")]
    pub email_to: Option<Vec<Text>>,
    /// The sender of an e-mail, with or without a name.
    pub email_from: Option<Text>,
    /// Addresses of files.
    pub attachments: Option<Vec<Text>>,
    /// What an e-mail says.
    pub html: Option<Text>,
    /// An e-mail's subject.
    pub subject: Option<Text>,
    /// The user who wrote.
    pub user_id: Option<UserId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for ProviderMessageEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.message_id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}

/// What became of an e-mail.
#[record]
pub struct EmailStatsEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The agency.
    pub company_id: Option<CompanyId>,
    /// What the mail service says.
    pub webhook_payload: EmailReport,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What a mail service says of an e-mail. Its keys are spelt with hyphens.
#[record]
pub struct EmailReport {
    /// What happened: `delivered`, `opened`, `failed` …
    pub event: Text,
    /// Names the report.
    pub id: Option<Text>,
    /// When, in seconds since 1970, whole or not.
    pub timestamp: Option<Number>,
    /// What kind of e-mail it was.
    pub flags: Option<EmailFlags>,
    /// The e-mail itself.
    pub message: Option<EmailFacts>,
    /// How grave it is: `info`, `warn`, `error`.
    #[serde(rename = "log-level")]
    pub log_level: Option<Text>,
    /// Who it went to.
    pub recipient: Option<Text>,
    /// Their domain.
    #[serde(rename = "recipient-domain")]
    pub recipient_domain: Option<Text>,
    /// Labels: the sub-account, the agency, the kind.
    pub tags: Option<Vec<Text>>,
    /// Who runs their mail box.
    #[serde(rename = "recipient-provider")]
    pub recipient_provider: Option<Text>,
    /// Campaigns it belongs to.
    pub campaigns: Option<Vec<Text>>,
    /// What their server said.
    #[serde(rename = "delivery-status")]
    pub delivery_status: Option<EmailDelivery>,
    /// How it was sent.
    pub envelope: Option<EmailEnvelope>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What kind of e-mail it was.
#[record]
pub struct EmailFlags {
    /// Whether the sender logged in.
    #[serde(rename = "is-authenticated")]
    pub is_authenticated: Option<bool>,
    /// Whether a rule passed it on.
    #[serde(rename = "is-routed")]
    pub is_routed: Option<bool>,
    /// Whether it is large.
    #[serde(rename = "is-big")]
    pub is_big: Option<bool>,
    /// Whether the mail service tests itself.
    #[serde(rename = "is-system-test")]
    pub is_system_test: Option<bool>,
    /// Whether it is a test.
    #[serde(rename = "is-test-mode")]
    pub is_test_mode: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An e-mail, as a report shows it.
#[record]
pub struct EmailFacts {
    /// Its files.
    pub attachments: Option<Vec<Value>>,
    /// Its headers.
    pub headers: Option<EmailHeaders>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The headers of an e-mail, as a report shows them.
#[record]
pub struct EmailHeaders {
    /// `Message-Id`.
    #[serde(rename = "message-id")]
    pub message_id: Option<Text>,
    /// `From`.
    pub from: Option<Text>,
    /// `To`.
    pub to: Option<Text>,
    /// Further headers.
    pub extra: Extra,
}

/// What the receiver's mail server said.
#[record]
pub struct EmailDelivery {
    /// Which attempt it was, from 1.
    #[serde(rename = "attempt-no")]
    pub attempt_no: Option<u32>,
    /// The SMTP code.
    pub code: Option<i64>,
    /// The server's words.
    pub message: Option<Text>,
    /// The mail service's words.
    pub description: Option<Text>,
    /// How long the session took, in seconds.
    #[serde(rename = "session-seconds")]
    pub session_seconds: Option<f64>,
    /// The enhanced SMTP code.
    #[serde(rename = "enhanced-code")]
    pub enhanced_code: Option<Text>,
    /// The server.
    #[serde(rename = "mx-host")]
    pub mx_host: Option<Text>,
    /// Whether the session was in UTF-8.
    pub utf8: Option<bool>,
    /// How long the first attempt took, in seconds.
    #[serde(rename = "i-first-delivery-attempt-seconds")]
    pub first_delivery_attempt_seconds: Option<f64>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How an e-mail was sent.
#[record]
pub struct EmailEnvelope {
    /// The sender.
    pub sender: Option<Text>,
    /// The receivers.
    pub targets: Option<Text>,
    /// `smtp` or `http`.
    pub transport: Option<Text>,
    /// The address that it was sent from.
    #[serde(rename = "sending-ip")]
    pub sending_ip: Option<Text>,
    /// The pool of that address.
    #[serde(rename = "i-ip-pool-id")]
    pub ip_pool_id: Option<Text>,
    /// The pool's name.
    #[serde(rename = "i-ip-pool-name")]
    pub ip_pool_name: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for EmailStatsEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.webhook_payload.id.as_deref().unwrap_or_default(), &self.location_id)
    }
}
