//! Conversations, answered from state.

mod arrive;
mod check;
mod deliver;
mod disturb;
mod letter;
mod message;
mod messages;
mod notice;
mod outbox;
mod preference;
mod query;
mod recording;
mod refusal;
mod send;
mod state;
#[cfg(test)]
mod tests;
mod thread;
mod upload;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smbcrm_core::conversations::operations as op;
use smbcrm_core::conversations::{
    AddInbound, AddOutbound, AddedMessage, ChangeSubscription, CompleteUpload, CompletedUpload, Conversation,
    ConversationPage, Conversations, CreateConversation, CreateSubtype, CustomSubtype, EmailMessage,
    ExportMessages, ExportPage, GetSubscriptions, InLocation, InitiateUpload, InitiatedUpload, ListMessages,
    Message, MessagePage, ReviewReply, ScheduleCancelled, SearchConversations, SendMessage, SentMessage,
    SetAttachments, SetTyping, Subscriptions, TranscriptSegment, UpdateConversation, UpdateMessageStatus,
    UpdateSubtype, UploadAttachments, UploadedAttachments,
};
use smbcrm_core::operation::{Operation, Raw};
use smbcrm_core::types::{ConversationId, EmailMessageId, LocationId, MessageId, SubtypeId};
use smbcrm_core::{Error, Result};

pub(crate) use notice::Notice;
pub use outbox::{
    OUTBOX_BYTES, OUTBOX_ENTRIES, Outgoing, OutgoingContent, OutgoingEmail, OutgoingNotification,
    OutgoingText,
};
pub use state::ProviderKind;
pub(crate) use state::{Choices, Due, Inbox, Provider, Reads, StoredMessage, Thread, ThreadKey, Upload};

use crate::MemCrm;
use crate::refusal as wire;
use crate::world::{State, Sub};
use state::Typing;

impl MemCrm {
    /// Sends what is due in a sub-account, and tells what is due of its appointments.
    pub(crate) fn send_due(&self, sub: &Sub) {
        let now = self.world.clock.millis();
        let (due, reminders) = {
            let state = sub.state.read();
            (state.is_due(now), state.has_reminders(now))
        };
        if due {
            self.world.alter(sub, |state| state.send_due(now));
        }
        if reminders {
            let users = self.world.directory.read().users.clone();
            self.world.alter(sub, |state| state.remind(now, &users));
        }
    }

    /// As [`send_due`](Self::send_due), for the sub-account that an id was minted in.
    fn send_due_near(&self, id: &str) {
        let near = self.world.directory.read().candidates(id).next().cloned();
        if let Some(sub) = near {
            self.send_due(&sub);
        }
    }

    /// As [`send_due`](Self::send_due), for a sub-account by its id.
    fn send_due_in(&self, location: &LocationId) {
        let sub = self.world.directory.read().location(location.as_str()).cloned();
        if let Some(sub) = sub {
            self.send_due(&sub);
        }
    }

    fn read_thread<T>(
        &self,
        operation: &'static Operation,
        id: &ConversationId,
        find: impl Fn(&State, &Thread) -> Result<T>,
    ) -> Result<T> {
        self.send_due_near(id.as_str());
        let found = |state: &State| state.conversations.get(id.as_str()).map(|thread| find(state, thread));
        self.read_record(operation, id.as_str(), found, || thread::missing(id))?
            .map_err(|error| error.during(operation))
    }

    fn write_message<T>(
        &self,
        operation: &'static Operation,
        id: &MessageId,
        change: impl FnOnce(&mut State, DateTime<Utc>) -> Result<T>,
    ) -> Result<T> {
        self.send_due_near(id.as_str());
        let holds = |state: &State| state.inbox.messages.get(id.as_str()).is_some();
        self.write_record(operation, id.as_str(), holds, change, || message::missing(id))
    }

    /// Where uploaded files are reached.
    fn base_url(&self) -> Arc<str> {
        Arc::clone(&self.world.base_url.read())
    }
}

#[async_trait]
impl Conversations for MemCrm {
    async fn search(&self, search: SearchConversations) -> Result<ConversationPage> {
        self.send_due_in(&search.location_id);
        self.find_threads(&search)
    }

    async fn get(&self, conversation_id: &ConversationId) -> Result<Conversation> {
        self.read_thread(&op::GET, conversation_id, |state, thread| Ok(state.shown_thread(thread)))
    }

    async fn update(
        &self,
        conversation_id: &ConversationId,
        conversation: UpdateConversation,
    ) -> Result<Conversation> {
        self.send_due_in(&conversation.location_id);
        self.write(&op::UPDATE, &conversation.location_id, |state, now| {
            state.update_thread(conversation_id, &conversation, now)
        })
    }

    async fn delete(&self, conversation_id: &ConversationId) -> Result<()> {
        let holds = |state: &State| state.conversations.get(conversation_id.as_str()).is_some();
        let delete = |state: &mut State, _| {
            state.delete_thread(conversation_id);
            Ok(())
        };
        self.write_record(&op::DELETE, conversation_id.as_str(), holds, delete, || {
            thread::missing(conversation_id)
        })
    }

    async fn list_subtypes(&self, query: InLocation) -> Result<Vec<CustomSubtype>> {
        self.read(&op::LIST_SUBTYPES, &query.location_id, |state| Ok(state.inbox.subtypes.to_vec()))
    }

    async fn create_subtype(&self, query: InLocation, subtype: CreateSubtype) -> Result<CustomSubtype> {
        self.write(&op::CREATE_SUBTYPE, &query.location_id, |state, now| state.create_subtype(subtype, now))
    }

    async fn update_subtype(
        &self,
        id: &SubtypeId,
        query: InLocation,
        subtype: UpdateSubtype,
    ) -> Result<CustomSubtype> {
        self.write(&op::UPDATE_SUBTYPE, &query.location_id, |state, now| {
            state.update_subtype(id, subtype, now)
        })
    }

    async fn get_subscriptions(&self, query: GetSubscriptions) -> Result<Subscriptions> {
        self.read(&op::GET_SUBSCRIPTIONS, &query.location_id, |state| state.subscriptions(&query))
    }

    async fn change_subscription(&self, change: ChangeSubscription) -> Result<Subscriptions> {
        self.write(&op::CHANGE_SUBSCRIPTION, &change.location_id, |state, now| {
            state.change_subscription(&change, now)
        })
    }

    async fn get_email(&self, id: &EmailMessageId) -> Result<Arc<EmailMessage>> {
        self.send_due_near(id.as_str());
        let find = |state: &State| state.inbox.emails.get(id.as_str()).cloned();
        self.read_record(&op::GET_EMAIL, id.as_str(), find, || message::missing_email(id))
    }

    async fn cancel_scheduled_email(&self, email_message_id: &EmailMessageId) -> Result<ScheduleCancelled> {
        let id = email_message_id;
        self.send_due_near(id.as_str());
        let holds = |state: &State| state.inbox.emails.get(id.as_str()).is_some();
        let cancel = |state: &mut State, now| {
            let thread = state.inbox.emails.get(id.as_str()).map(|email| email.thread_id.clone());
            state.cancel_due(&thread.unwrap_or_default(), Some(id), now)
        };
        self.write_record(&op::CANCEL_SCHEDULED_EMAIL, id.as_str(), holds, cancel, || {
            message::missing_email(id)
        })
    }

    async fn export_messages(&self, query: ExportMessages) -> Result<ExportPage> {
        self.send_due_in(&query.location_id);
        self.query(
            &op::EXPORT_MESSAGES,
            &query.location_id,
            |state| &*state.inbox.messages,
            |state| state.inbox.messages.indexes(),
            |state| state.export_query(&query),
            |state, _, hits| state.export_page(&query, &hits),
        )
    }

    async fn get_message(&self, id: &MessageId) -> Result<Arc<Message>> {
        self.send_due_near(id.as_str());
        let find =
            |state: &State| state.inbox.messages.get(id.as_str()).map(|stored| Arc::clone(&stored.message));
        self.read_record(&op::GET_MESSAGE, id.as_str(), find, || message::missing(id))
    }

    async fn list_messages(
        &self,
        conversation_id: &ConversationId,
        query: ListMessages,
    ) -> Result<MessagePage> {
        self.read_thread(&op::LIST_MESSAGES, conversation_id, |state, thread| {
            state.messages_of(&thread.id, &query)
        })
    }

    async fn send(&self, message: SendMessage) -> Result<SentMessage> {
        let id = message.contact_id.clone();
        self.send_due_near(id.as_str());
        let holds = |state: &State| state.contacts.get(id.as_str()).is_some();
        let send = |state: &mut State, now| state.send_message(&message, now);
        self.write_record(&op::SEND, id.as_str(), holds, send, || wire::not_found("Contact", id.as_str()))
    }

    async fn add_inbound(&self, message: AddInbound) -> Result<AddedMessage> {
        let thread = message.conversation_id.clone().filter(|id| !id.is_empty());
        let contact = message.contact_id.clone().filter(|id| !id.is_empty());
        let add = |state: &mut State, now| state.add_inbound_message(&message, now);
        match (thread, contact) {
            (Some(id), _) => {
                let holds = |state: &State| state.conversations.get(id.as_str()).is_some();
                self.write_record(&op::ADD_INBOUND, id.as_str(), holds, add, || thread::missing(&id))
            }
            (None, Some(id)) => {
                let holds = |state: &State| state.contacts.get(id.as_str()).is_some();
                let missing = || wire::not_found("Contact", id.as_str());
                self.write_record(&op::ADD_INBOUND, id.as_str(), holds, add, missing)
            }
            (None, None) => {
                let nowhere: Error = wire::empty("conversationId");
                self.enter_account(&op::ADD_INBOUND, |_| Err(nowhere.during(&op::ADD_INBOUND)))
            }
        }
    }

    async fn add_outbound(&self, message: AddOutbound) -> Result<AddedMessage> {
        let id = message.conversation_id.clone();
        let holds = |state: &State| state.conversations.get(id.as_str()).is_some();
        let add = |state: &mut State, now| state.add_outbound_call(message, now);
        self.write_record(&op::ADD_OUTBOUND, id.as_str(), holds, add, || thread::missing(&id))
    }

    async fn reply_to_review(&self, reply: ReviewReply) -> Result<SentMessage> {
        self.write(&op::REPLY_TO_REVIEW, &reply.location_id, |state, now| state.answer_review(&reply, now))
    }

    async fn cancel_scheduled(&self, message_id: &MessageId) -> Result<ScheduleCancelled> {
        self.write_message(&op::CANCEL_SCHEDULED, message_id, |state, now| {
            state.cancel_due(message_id, None, now)
        })
    }

    async fn upload_attachments(&self, files: UploadAttachments) -> Result<UploadedAttachments> {
        let base = self.base_url();
        let location = files.location_id.clone();
        self.write(&op::UPLOAD_ATTACHMENTS, &location, |state, _| state.upload_attachments(files, &base))
    }

    async fn initiate_upload(&self, upload: InitiateUpload) -> Result<InitiatedUpload> {
        let base = self.base_url();
        self.write(&op::INITIATE_UPLOAD, &upload.location_id, |state, now| {
            state.initiate_upload(&upload, &base, now)
        })
    }

    async fn complete_upload(&self, upload: CompleteUpload) -> Result<CompletedUpload> {
        let base = self.base_url();
        self.write(&op::COMPLETE_UPLOAD, &upload.location_id, |state, _| {
            state.complete_upload(&upload, &base)
        })
    }

    async fn update_message_status(
        &self,
        message_id: &MessageId,
        status: UpdateMessageStatus,
    ) -> Result<SentMessage> {
        self.write_message(&op::UPDATE_MESSAGE_STATUS, message_id, |state, now| {
            state.report_status(message_id, &status, now)
        })
    }

    async fn set_attachments(
        &self,
        message_id: &MessageId,
        attachments: SetAttachments,
    ) -> Result<Arc<Message>> {
        self.write_message(&op::SET_ATTACHMENTS, message_id, |state, now| {
            state.replace_attachments(message_id, &attachments.attachments, now)
        })
    }

    async fn get_recording(&self, message_id: &MessageId, location_id: &LocationId) -> Result<Raw> {
        self.read(&op::GET_RECORDING, location_id, |state| state.recording(message_id))
    }

    async fn get_transcription(
        &self,
        location_id: &LocationId,
        message_id: &MessageId,
    ) -> Result<Vec<TranscriptSegment>> {
        self.read(&op::GET_TRANSCRIPTION, location_id, |state| state.transcript(message_id))
    }

    async fn download_transcription(&self, location_id: &LocationId, message_id: &MessageId) -> Result<Raw> {
        self.read(&op::DOWNLOAD_TRANSCRIPTION, location_id, |state| state.transcript_file(message_id))
    }

    async fn set_typing(&self, typing: SetTyping) -> Result<()> {
        self.write(&op::SET_TYPING, &typing.location_id, |state, _| {
            if typing.visitor_id.trim().is_empty() {
                return Err(wire::empty("visitorId"));
            }
            if state.conversations.get(typing.conversation_id.as_str()).is_none() {
                return Err(thread::missing(&typing.conversation_id));
            }
            let list = state.inbox.typing.edit_aside();
            list.retain(|known| {
                known.conversation_id != typing.conversation_id || known.visitor_id != typing.visitor_id
            });
            if bool::from(typing.is_typing) {
                list.push(Typing { conversation_id: typing.conversation_id, visitor_id: typing.visitor_id });
            }
            Ok(())
        })
    }

    async fn create(&self, conversation: CreateConversation) -> Result<Conversation> {
        self.write(&op::CREATE, &conversation.location_id, |state, now| {
            state.create_thread(&conversation, now)
        })
    }
}
