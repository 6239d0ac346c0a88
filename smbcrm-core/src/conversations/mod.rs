//! Conversations: what a sub-account and its contacts write to each other, on every channel.
//!
//! Every contact has one conversation from the start. Sending names the contact, not the conversation.
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::conversations::{ConversationStatus, SearchConversations, SendMessage, SendType, UpdateConversation};
//!
//! async fn answer_what_is_unread(crm: &dyn Crm) -> Result<()> {
//!     let unread = SearchConversations::new("LOC1").status(ConversationStatus::Unread);
//!     for found in crm.conversations().search(unread).await?.conversations {
//!         let text = SendMessage::new(SendType::Sms, &found.contact_id).message("We call you back today.");
//!         crm.conversations().send(text).await?;
//!         crm.conversations().update(&found.id, UpdateConversation::mark_read("LOC1")).await?;
//!     }
//!     Ok(())
//! }
//! ```

mod arrive;
mod conversation;
mod export;
mod file;
mod kind;
mod live;
mod message;
mod preference;
mod search;
mod send;
mod wire;

use std::sync::Arc;

pub use arrive::*;
pub use conversation::*;
pub use export::*;
pub use file::*;
pub use kind::*;
pub use live::*;
pub use message::*;
pub use preference::*;
pub use search::*;
pub use send::*;

use crate::api;
use crate::error::Result;
use crate::operation::{Product, Raw};
use crate::types::{ConversationId, EmailMessageId, LocationId, MessageId, SubtypeId};

/// The product's facts.
pub static CONVERSATIONS: Product = Product {
    name: "conversations",
    version: "2021-04-15",
    summary: "What a sub-account and its contacts write to each other.",
};

/// What a sub-account and its contacts write to each other, on every channel.
#[api(product = CONVERSATIONS)]
pub trait Conversations: Send + Sync {
    /// Finds conversations by contact, state and newest message; the newest message first unless told otherwise.
    ///
    /// Goes on behind the last record's sort value (`start_after_date`), which works for the sorts by date.
    #[get(
        "/conversations/search",
        id = "search-conversation",
        scope = "conversations.readonly",
        location = "locationId"
    )]
    async fn search(&self, search: SearchConversations) -> Result<ConversationPage>;

    /// Fetches one conversation.
    #[get("/conversations/{conversation_id}", id = "get-conversation", scope = "conversations.readonly")]
    async fn get(&self, conversation_id: &ConversationId) -> Result<Conversation>;

    /// Marks a conversation as read, unread or important.
    #[put(
        "/conversations/{conversation_id}",
        id = "update-conversation",
        scope = "conversations.write",
        location = "locationId",
        key = "conversation",
        ack = "success"
    )]
    async fn update(
        &self,
        conversation_id: &ConversationId,
        conversation: UpdateConversation,
    ) -> Result<Conversation>;

    /// Deletes a conversation and its messages. The contact stays.
    #[delete(
        "/conversations/{conversation_id}",
        id = "delete-conversation",
        scope = "conversations.write",
        ack = "success"
    )]
    async fn delete(&self, conversation_id: &ConversationId) -> Result<()>;

    /// Lists the kinds of message that contacts may unsubscribe from.
    #[get(
        "/conversations/preferences/custom-subtypes",
        id = "get-all-custom-subtypes",
        scope = "conversations.readonly",
        assumed_scope,
        location = "locationId"
    )]
    async fn list_subtypes(&self, query: InLocation) -> Result<Vec<CustomSubtype>>;

    /// Defines a kind of message that contacts may unsubscribe from.
    #[post(
        "/conversations/preferences/custom-subtypes",
        id = "create-custom-subtype",
        scope = "conversations.write",
        assumed_scope,
        location = "locationId",
        status = 200
    )]
    async fn create_subtype(
        &self,
        #[query] query: InLocation,
        subtype: CreateSubtype,
    ) -> Result<CustomSubtype>;

    /// Changes or archives a kind of message.
    #[put(
        "/conversations/preferences/custom-subtypes/{id}",
        id = "update-custom-subtype",
        scope = "conversations.write",
        assumed_scope,
        location = "locationId"
    )]
    async fn update_subtype(
        &self,
        id: &SubtypeId,
        #[query] query: InLocation,
        subtype: UpdateSubtype,
    ) -> Result<CustomSubtype>;

    /// Shows what a contact gets and what it has unsubscribed from, e-mail by e-mail.
    #[get(
        "/conversations/preferences/unsubscriptions/status",
        id = "get-contact-unsubscription-status",
        scope = "conversations.readonly",
        assumed_scope,
        location = "locationId"
    )]
    async fn get_subscriptions(&self, query: GetSubscriptions) -> Result<Subscriptions>;

    /// Subscribes a contact's e-mail to a kind of message, or unsubscribes it. Subscribing needs a legal reason.
    #[post(
        "/conversations/preferences/unsubscriptions/user-change",
        id = "user-subscription-change",
        scope = "conversations.write",
        assumed_scope,
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn change_subscription(&self, change: ChangeSubscription) -> Result<Subscriptions>;

    /// Fetches one e-mail with its text.
    #[get(
        "/conversations/messages/email/{id}",
        id = "get-email-by-id",
        scope = "conversations/message.readonly",
        assumed_scope
    )]
    async fn get_email(&self, id: &EmailMessageId) -> Result<Arc<EmailMessage>>;

    /// Takes back an e-mail that was to be sent later.
    #[delete(
        "/conversations/messages/email/{email_message_id}/schedule",
        id = "cancel-scheduled-email-message",
        scope = "conversations/message.write",
        assumed_scope
    )]
    async fn cancel_scheduled_email(&self, email_message_id: &EmailMessageId) -> Result<ScheduleCancelled>;

    /// Lists all messages of a sub-account; all but e-mail unless a channel is named.
    #[get(
        "/conversations/messages/export",
        id = "export-messages-by-location",
        scope = "conversations/message.readonly",
        location = "locationId"
    )]
    async fn export_messages(&self, query: ExportMessages) -> Result<ExportPage>;

    /// Fetches one message.
    #[get("/conversations/messages/{id}", id = "get-message", scope = "conversations/message.readonly")]
    async fn get_message(&self, id: &MessageId) -> Result<Arc<Message>>;

    /// Lists the messages of a conversation, newest first.
    #[get(
        "/conversations/{conversation_id}/messages",
        id = "get-messages",
        scope = "conversations/message.readonly"
    )]
    async fn list_messages(
        &self,
        conversation_id: &ConversationId,
        query: ListMessages,
    ) -> Result<MessagePage>;

    /// Sends a message to a contact, now or later. A conversation that is missing is begun.
    #[post(
        "/conversations/messages",
        id = "send-a-new-message",
        scope = "conversations/message.write",
        status = 200
    )]
    async fn send(&self, message: SendMessage) -> Result<SentMessage>;

    /// Adds a message that came in through another system.
    #[post(
        "/conversations/messages/inbound",
        id = "add-an-inbound-message",
        scope = "conversations/message.write",
        status = 200
    )]
    async fn add_inbound(&self, message: AddInbound) -> Result<AddedMessage>;

    /// Adds a call that was made through another system.
    #[post(
        "/conversations/messages/outbound",
        id = "add-an-outbound-message",
        scope = "conversations/message.write",
        status = 200
    )]
    async fn add_outbound(&self, message: AddOutbound) -> Result<AddedMessage>;

    /// Answers a review on Google.
    #[post(
        "/conversations/messages/review-reply",
        id = "send-review-reply",
        scope = "conversations/message.write",
        location = "locationId",
        status = 200
    )]
    async fn reply_to_review(&self, reply: ReviewReply) -> Result<SentMessage>;

    /// Takes back a message that was to be sent later.
    #[delete(
        "/conversations/messages/{message_id}/schedule",
        id = "cancel-scheduled-message",
        scope = "conversations/message.write"
    )]
    async fn cancel_scheduled(&self, message_id: &MessageId) -> Result<ScheduleCancelled>;

    /// Uploads files to attach; answers with their addresses.
    #[post(
        "/conversations/messages/upload",
        id = "upload-file-attachments",
        scope = "conversations/message.write",
        body = multipart,
        status = 200
    )]
    async fn upload_attachments(&self, files: UploadAttachments) -> Result<UploadedAttachments>;

    /// Asks for an address to upload a file to, good for 15 minutes.
    #[post(
        "/conversations/messages/upload/initiate",
        id = "initiate-file-upload",
        scope = "conversations/message.write",
        location = "locationId",
        status = 200
    )]
    async fn initiate_upload(&self, upload: InitiateUpload) -> Result<InitiatedUpload>;

    /// Checks a file that was uploaded so, and answers with its public address.
    #[post(
        "/conversations/messages/upload/complete",
        id = "complete-file-upload",
        scope = "conversations/message.write",
        location = "locationId",
        status = 200,
        idempotent
    )]
    async fn complete_upload(&self, upload: CompleteUpload) -> Result<CompletedUpload>;

    /// Says what became of a message.
    #[put(
        "/conversations/messages/{message_id}/status",
        id = "update-message-status",
        scope = "conversations/message.write"
    )]
    async fn update_message_status(
        &self,
        message_id: &MessageId,
        status: UpdateMessageStatus,
    ) -> Result<SentMessage>;

    /// Replaces the files of an external call.
    #[put(
        "/conversations/messages/{message_id}/attachments",
        id = "add-message-attachments",
        scope = "conversations/message.write"
    )]
    async fn set_attachments(
        &self,
        message_id: &MessageId,
        attachments: SetAttachments,
    ) -> Result<Arc<Message>>;

    /// Fetches the recording of a call.
    #[get(
        "/conversations/messages/{message_id}/locations/{location_id}/recording",
        id = "get-message-recording",
        scope = "conversations/message.readonly",
        reply = raw
    )]
    async fn get_recording(&self, message_id: &MessageId, location_id: &LocationId) -> Result<Raw>;

    /// Fetches what was said in a call, sentence by sentence.
    #[get(
        "/conversations/locations/{location_id}/messages/{message_id}/transcription",
        id = "get-message-transcription",
        scope = "conversations/message.readonly"
    )]
    async fn get_transcription(
        &self,
        location_id: &LocationId,
        message_id: &MessageId,
    ) -> Result<Vec<TranscriptSegment>>;

    /// Fetches what was said in a call as a text file.
    #[get(
        "/conversations/locations/{location_id}/messages/{message_id}/transcription/download",
        id = "download-message-transcription",
        scope = "conversations/message.readonly",
        reply = raw
    )]
    async fn download_transcription(&self, location_id: &LocationId, message_id: &MessageId) -> Result<Raw>;

    /// Shows a visitor of the live chat that somebody types.
    #[post(
        "/conversations/providers/live-chat/typing",
        id = "live-chat-agent-typing",
        scope = "conversations/livechat.write",
        location = "locationId",
        ack = "success",
        idempotent
    )]
    async fn set_typing(&self, typing: SetTyping) -> Result<()>;

    /// Begins a conversation with a contact; refused, with the id, when there is one.
    #[post(
        "/conversations/",
        id = "create-conversation",
        scope = "conversations.write",
        location = "locationId",
        key = "conversation",
        ack = "success"
    )]
    async fn create(&self, conversation: CreateConversation) -> Result<Conversation>;
}
