//! Sending, and taking back what is scheduled.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::MessageStatus;
use crate::types::{
    AppointmentId, ContactId, ConversationId, ConversationProviderId, EmailMessageId, Extra, LocationId,
    MessageId, SubtypeId, TemplateId, Text,
};
use crate::{open_enum, record, request};

/// What to send a message as.
#[open_enum]
pub enum SendType {
    /// A text message.
    Sms = "SMS",
    /// A rich text message.
    Rcs = "RCS",
    /// An e-mail.
    Email = "Email",
    /// WhatsApp.
    WhatsApp = "WhatsApp",
    /// Instagram.
    Instagram = "IG",
    /// Facebook.
    Facebook = "FB",
    /// Whatever a custom provider carries.
    Custom = "Custom",
    /// The live chat.
    LiveChat = "Live_Chat",
    /// TikTok.
    TikTok = "TIKTOK",
}

/// Whom an answer to an e-mail goes to.
#[open_enum]
pub enum ReplyMode {
    /// The sender.
    Reply = "reply",
    /// The sender and everyone who had it.
    ReplyAll = "reply_all",
}

/// How long the best moment for an e-mail is looked for.
#[open_enum]
pub enum OptimizationPeriod {
    /// A day.
    Day = "24h",
    /// Two days.
    TwoDays = "48h",
    /// Three days.
    ThreeDays = "72h",
}

/// A message to send.
///
/// SMS, RCS and WhatsApp need a contact with a phone, e-mail one with an e-mail; all but e-mail need a `message` or
/// attachments, e-mail needs `html` or attachments (a `message` alone is refused).
#[request]
pub struct SendMessage {
    /// What to send it as.
    #[serde(rename = "type")]
    pub kind: SendType,
    /// Who gets it.
    pub contact_id: ContactId,
    /// A finer type. The live API does not need it.
    pub sub_type: Option<Value>,
    /// The appointment that it is about.
    pub appointment_id: Option<AppointmentId>,
    /// Addresses of files. WhatsApp drops them here.
    pub attachments: Option<Vec<Text>>,
    /// The sender; the sub-account's own address unless given.
    pub email_from: Option<Text>,
    /// Who gets a copy.
    pub email_cc: Option<Vec<Text>>,
    /// Who gets a copy without the others knowing.
    pub email_bcc: Option<Vec<Text>>,
    /// The text of an e-mail.
    pub html: Option<Text>,
    /// The text of everything else.
    pub message: Option<Text>,
    /// The subject of an e-mail.
    pub subject: Option<Text>,
    /// The message, or e-mail, that this one answers.
    pub reply_message_id: Option<Text>,
    /// A template that the text is taken from.
    pub template_id: Option<TemplateId>,
    /// The e-mail thread that it belongs to: the id of that message.
    pub thread_id: Option<MessageId>,
    /// When to send it; at once unless given. The wire counts whole seconds.
    #[plain]
    #[serde(
        rename = "scheduledTimestamp",
        default,
        skip_serializing_if = "Option::is_none",
        with = "super::wire::seconds"
    )]
    #[schema(Option<i64>)]
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The provider, with [`SendType::Custom`].
    pub conversation_provider_id: Option<ConversationProviderId>,
    /// The receiver: the contact's primary or an additional e-mail, letter for letter. Primary unless given.
    pub email_to: Option<Text>,
    /// The kind of e-mail that it is, which the contact may have unsubscribed from.
    pub custom_subtype_id: Option<SubtypeId>,
    /// Whom an answer to an e-mail goes to.
    pub email_reply_mode: Option<ReplyMode>,
    /// The sender's phone.
    pub from_number: Option<Text>,
    /// The receiver's phone; the contact's unless given.
    pub to_number: Option<Text>,
    /// What is forwarded, and where to.
    pub forward: Option<ForwardEmail>,
    /// How far it has come, where another system sends it. The live API does not need it.
    pub status: Option<MessageStatus>,
    /// Whether the API finds the best moment for a scheduled e-mail.
    pub uses_native_scheduling_ai: Option<bool>,
    /// How long that moment is looked for.
    pub optimization_period: Option<OptimizationPeriod>,
}

/// What is forwarded, and where to.
#[request]
pub struct ForwardEmail {
    /// Whether something is forwarded at all.
    pub is_forwarded: bool,
    /// Whether the whole thread is.
    pub forward_whole_thread: Option<bool>,
    /// The thread.
    pub message_id: Option<MessageId>,
    /// The one e-mail.
    pub email_message_id: Option<EmailMessageId>,
    /// The contact that it came from.
    pub source_contact_id: Option<ContactId>,
    /// The conversation that it came from.
    pub source_conversation_id: Option<ConversationId>,
    /// The address that it goes to.
    pub to_email: Option<Text>,
    /// The contact that it goes to.
    pub recipient_contact_id: Option<ContactId>,
    /// The conversation that it goes to.
    pub recipient_conversation_id: Option<ConversationId>,
}

/// A message that was taken in.
#[record]
pub struct SentMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message; of an e-mail, its thread.
    pub message_id: MessageId,
    /// The e-mail itself.
    pub email_message_id: Option<EmailMessageId>,
    /// The messages, where one call makes several (Google business messages).
    pub message_ids: Option<Vec<MessageId>>,
    /// What happened, in words.
    pub msg: Option<Text>,
    /// What was forwarded.
    pub forward_data: Option<ForwardedEmail>,
    /// How far it has come, where the answer says so.
    pub status: Option<MessageStatus>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What was forwarded.
#[record]
pub struct ForwardedEmail {
    /// Whether the whole thread was.
    pub forward_whole_thread: Option<bool>,
    /// The thread.
    pub message_id: Option<MessageId>,
    /// The one e-mail.
    pub email_message_id: Option<EmailMessageId>,
    /// The contact that it came from.
    pub source_contact_id: Option<ContactId>,
    /// The conversation that it came from.
    pub source_conversation_id: Option<ConversationId>,
    /// The address that it went to.
    pub forward_to_email: Option<Text>,
    /// The contact that it went to.
    pub recipient_contact_id: Option<ContactId>,
    /// The conversation that it went to.
    pub recipient_conversation_id: Option<ConversationId>,
}

/// What became of a scheduled message that was taken back.
#[record]
pub struct ScheduleCancelled {
    /// The status, as HTTP counts.
    pub status: u16,
    /// What happened, in words.
    pub message: Text,
}

/// An answer to a review.
#[request]
pub struct ReviewReply {
    /// The conversation with the review.
    pub conversation_id: ConversationId,
    /// The sub-account.
    pub location_id: LocationId,
    /// The answer.
    pub message: Text,
}
