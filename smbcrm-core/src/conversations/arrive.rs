//! Messages that other systems carried: what came in, what went out, what became of them.

use chrono::{DateTime, Utc};

use super::{CallStatus, Direction, MessageStatus};
use crate::types::{
    ContactId, ConversationId, ConversationProviderId, EmailMessageId, Extra, MessageId, Text,
};
use crate::{open_enum, record, request};

/// What a message came in as.
#[open_enum]
pub enum InboundType {
    /// A text message.
    Sms = "SMS",
    /// A rich text message.
    Rcs = "RCS",
    /// An e-mail.
    Email = "Email",
    /// WhatsApp.
    WhatsApp = "WhatsApp",
    /// A Google business message.
    Gmb = "GMB",
    /// Instagram.
    Instagram = "IG",
    /// Facebook.
    Facebook = "FB",
    /// Whatever a custom provider carries.
    Custom = "Custom",
    /// The web chat.
    WebChat = "WebChat",
    /// The live chat.
    LiveChat = "Live_Chat",
    /// A call.
    Call = "Call",
    /// A call that a phone menu took.
    IvrCall = "IVR_Call",
    /// A campaign's call.
    CampaignCall = "Campaign_Call",
    /// A campaign's voicemail.
    CampaignVoicemail = "Campaign_VoiceMail",
    /// TikTok.
    TikTok = "TIKTOK",
    /// The chat that unites all channels.
    AllInOneChat = "ALL_IN_ONE_CHAT",
    /// A form that was submitted.
    FormSubmission = "FORM_SUBMISSION",
}

/// What another system carried out.
#[open_enum]
pub enum OutboundType {
    /// A call.
    Call = "Call",
}

/// Who called whom, and how it ended.
#[request]
pub struct CallDetails {
    /// The phone that was called.
    pub to: Option<Text>,
    /// The phone that called.
    pub from: Option<Text>,
    /// How it ended.
    pub status: Option<CallStatus>,
}

/// A message that came in through another system.
///
/// Names the conversation or the contact, or both.
#[request]
pub struct AddInbound {
    /// What it came in as.
    #[serde(rename = "type")]
    pub kind: InboundType,
    /// The conversation.
    pub conversation_id: Option<ConversationId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The provider that carried it.
    pub conversation_provider_id: Option<ConversationProviderId>,
    /// Addresses of files.
    pub attachments: Option<Vec<Text>>,
    /// The text.
    pub message: Option<Text>,
    /// The text of an e-mail.
    pub html: Option<Text>,
    /// The subject of an e-mail.
    pub subject: Option<Text>,
    /// The sender's e-mail: the contact's.
    pub email_from: Option<Text>,
    /// The receiver's e-mail.
    pub email_to: Option<Text>,
    /// Who got a copy.
    pub email_cc: Option<Vec<Text>>,
    /// Who got a copy without the others knowing.
    pub email_bcc: Option<Vec<Text>>,
    /// The e-mail that this one answers; it joins that thread.
    pub email_message_id: Option<EmailMessageId>,
    /// The id that the other system knows it by.
    pub alt_id: Option<Text>,
    /// Who it comes from; the contact unless given (the specification says otherwise, the name of the path does not).
    pub direction: Option<Direction>,
    /// When it came; now unless given.
    pub date: Option<DateTime<Utc>>,
    /// Who called whom.
    pub call: Option<CallDetails>,
}

/// A call that was made through another system.
#[request]
pub struct AddOutbound {
    /// What it was.
    #[serde(rename = "type")]
    pub kind: OutboundType,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The provider that carried it.
    pub conversation_provider_id: ConversationProviderId,
    /// Addresses of files.
    pub attachments: Option<Vec<Text>>,
    /// The id that the other system knows it by.
    pub alt_id: Option<Text>,
    /// When it was; now unless given.
    pub date: Option<DateTime<Utc>>,
    /// Who called whom.
    pub call: Option<CallDetails>,
}

/// A message that was added.
#[record]
pub struct AddedMessage {
    /// Whether it was.
    pub success: bool,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message; of an e-mail, its thread.
    pub message_id: MessageId,
    /// What happened, in words.
    pub message: Text,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// When it was written.
    pub date_added: Option<DateTime<Utc>>,
    /// The e-mail itself.
    pub email_message_id: Option<EmailMessageId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What became of a message.
#[request]
pub struct UpdateMessageStatus {
    /// Delivered, failed, pending or read.
    pub status: MessageStatus,
    /// Why it failed.
    pub error: Option<ProviderError>,
    /// The e-mail of the thread that it is about.
    pub email_message_id: Option<EmailMessageId>,
    /// The further receivers that it is about.
    pub recipients: Option<Vec<Text>>,
}

/// What a provider says of a failure.
#[request]
pub struct ProviderError {
    /// Its code.
    pub code: Text,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Text,
    /// What it says.
    pub message: Text,
}

/// The files of a call, in place of those it had.
#[request]
pub struct SetAttachments {
    /// Their addresses, at most five.
    pub attachments: Vec<Text>,
}
