//! Messages that other systems carried, and what became of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::conversations::{
    AddInbound, AddOutbound, AddedMessage, CallDetails, CallStatus, Direction, EmailMessage, InboundType,
    Message, MessageMeta, MessageSource, MessageStatus, MessageType, ReviewReply, SentMessage,
    UpdateMessageStatus,
};
use smbcrm_core::types::{ContactId, ConversationId, MessageId, Text};

use super::check::{check_attachments, is_reportable};
use super::message::{missing, missing_email};
use super::outbox::{Outgoing, OutgoingContent, OutgoingText};
use super::state::{ProviderKind, Reads, Thread};
use super::{refusal, thread};
use crate::refusal as wire;
use crate::search::translate::Complaints;
use crate::world::State;

/// The most files of a call.
const MAX_ATTACHMENTS: usize = 5;

/// The finer type of a call that no custom provider carried.
const EXTERNAL_CALL: &str = "EXTERNAL_CALL";

impl State {
    /// The contact that an inbound message is of, named by itself or by its conversation.
    fn arrival_contact(
        &self,
        conversation: Option<&ConversationId>,
        contact: Option<&ContactId>,
    ) -> Result<ContactId> {
        if let Some(id) = conversation.filter(|id| !id.is_empty()) {
            let Some(found) = self.conversations.get(id.as_str()) else { return Err(thread::missing(id)) };
            if contact.is_some_and(|contact| !contact.is_empty() && *contact != found.contact_id) {
                return Err(wire::bad_request("contactId must be the contact of the conversation"));
            }
            return Ok(found.contact_id.clone());
        }
        let contact = contact.cloned().unwrap_or_default();
        match self.contacts.get(contact.as_str()) {
            Some(_) => Ok(contact),
            None => Err(wire::not_found("Contact", contact.as_str())),
        }
    }

    /// What an inbound message is stored as.
    fn arrival_kind(&self, input: &AddInbound) -> Result<MessageType> {
        let provider = input.conversation_provider_id.as_ref().filter(|id| !id.is_empty());
        let carrier = provider.map(|id| self.provider(id).ok_or_else(refusal::no_access)).transpose()?;
        Ok(match (&input.kind, carrier) {
            (InboundType::Custom, None) => return Err(wire::empty("conversationProviderId")),
            (InboundType::Custom, Some(ProviderKind::Email)) | (InboundType::Email, Some(_)) => {
                MessageType::CustomEmail
            }
            (InboundType::Custom, Some(ProviderKind::Call)) | (InboundType::Call, Some(_)) => {
                MessageType::CustomCall
            }
            (InboundType::Custom | InboundType::Sms, Some(_)) => MessageType::CustomSms,
            (InboundType::Rcs, _) => MessageType::Rcs,
            (InboundType::Email, _) => MessageType::Email,
            (InboundType::WhatsApp, _) => MessageType::Whatsapp,
            (InboundType::Gmb, _) => MessageType::Gmb,
            (InboundType::Instagram, _) => MessageType::Instagram,
            (InboundType::Facebook, _) => MessageType::Facebook,
            (InboundType::WebChat, _) => MessageType::Webchat,
            (InboundType::LiveChat | InboundType::AllInOneChat, _) => MessageType::LiveChat,
            (InboundType::Call, _) => MessageType::Call,
            (InboundType::IvrCall, _) => MessageType::IvrCall,
            (InboundType::CampaignCall, _) => MessageType::CampaignCall,
            (InboundType::CampaignVoicemail, _) => MessageType::CampaignVoicemail,
            (InboundType::TikTok, _) => MessageType::Tiktok,
            (InboundType::FormSubmission, _) => MessageType::FormSubmission,
            _ => MessageType::Sms,
        })
    }

    pub(crate) fn add_inbound_message(
        &mut self,
        input: &AddInbound,
        now: DateTime<Utc>,
    ) -> Result<AddedMessage> {
        let mut complaints = Complaints::default();
        if !input.kind.is_known() {
            complaints.shape("type must be a valid enum value");
        }
        if input.direction.as_ref().is_some_and(|direction| !direction.is_known()) {
            complaints.shape("direction must be a valid enum value");
        }
        check_attachments(input.attachments.as_deref().unwrap_or_default(), &mut complaints);
        check_call(input.call.as_ref(), &mut complaints);
        complaints.into_result()?;
        let kind = self.arrival_kind(input)?;
        let text = |text: &Option<Text>| text.clone().filter(|text| !text.trim().is_empty());
        let attachments = input.attachments.clone().unwrap_or_default();
        let body = if kind.is_email() {
            text(&input.html).or_else(|| text(&input.message))
        } else {
            text(&input.message)
        };
        if !kind.is_call() && body.is_none() && attachments.is_empty() {
            return Err(refusal::no_content());
        }
        let answered = match input.email_message_id.as_ref().filter(|id| !id.is_empty()) {
            Some(id) if kind.is_email() => {
                Some(self.inbox.emails.get(id.as_str()).cloned().ok_or_else(|| missing_email(id))?)
            }
            _ => None,
        };
        let contact = self.arrival_contact(input.conversation_id.as_ref(), input.contact_id.as_ref())?;
        if answered.as_ref().is_some_and(|email| email.contact_id != contact) {
            return Err(wire::bad_request("emailMessageId must be an email of the conversation"));
        }
        // From here on nothing is refused.
        let thread = self.begin_thread(&contact, now.timestamp_millis());
        let mut message = self.blank_message(&thread, kind, input.date.unwrap_or(now));
        message.direction = input.direction.clone().unwrap_or(Direction::Inbound);
        message.source = Some(MessageSource::Api);
        message.conversation_provider_id = input.conversation_provider_id.clone();
        message.alt_id = input.alt_id.clone();
        message.status = Some(arrived(&message, input.call.as_ref()));
        if message.kind.is_call() {
            message.meta = Some(call_meta(input.call.as_ref()));
            message.sub_type = (message.kind == MessageType::Call).then(|| EXTERNAL_CALL.into());
        }
        let mut answer = self.added(&message);
        let summary;
        if message.kind.is_email() {
            let mut email = self.arrived_email(input, &message, &thread);
            email.body = body.unwrap_or_default();
            email.attachments = attachments;
            email.reply_to_message_id = answered.as_ref().map(|email| email.id.clone());
            if email.subject.is_none() {
                email.subject = answered.as_ref().and_then(|email| email.subject.clone());
            }
            message =
                self.file_email(message, answered.map(|email| email.thread_id.clone()), &mut email, now);
            summary = email.subject.clone().unwrap_or_default();
            answer.message_id = message.id.clone();
            answer.email_message_id = Some(email.id.clone());
            self.inbox.emails.put(Arc::new(email));
            self.put_message(message.clone());
            // The thread's own date is that of its first e-mail; the conversation goes by the newest.
            message.date_added = input.date.unwrap_or(now);
        } else {
            summary = body.clone().unwrap_or_default();
            message.body = body;
            message.attachments = attachments;
            self.put_message(message.clone());
        }
        self.note_in_thread(&message, &summary, now);
        Ok(answer)
    }

    fn arrived_email(&mut self, input: &AddInbound, message: &Message, thread: &Thread) -> EmailMessage {
        let mut email = self.blank_email(message);
        let contact = self.contacts.get(thread.contact_id.as_str());
        let theirs = contact.and_then(|contact| contact.email.clone()).unwrap_or_default();
        let ours = self.own_email();
        let (from, to) =
            if message.direction == Direction::Inbound { (theirs, ours) } else { (ours, theirs) };
        email.from = input.email_from.clone().unwrap_or(from);
        email.to = vec![input.email_to.clone().unwrap_or(to)];
        email.cc = input.email_cc.clone().unwrap_or_default();
        email.bcc = input.email_bcc.clone().unwrap_or_default();
        email.subject.clone_from(&input.subject);
        email.alt_id.clone_from(&input.alt_id);
        email
    }

    pub(super) fn add_outbound_call(
        &mut self,
        input: AddOutbound,
        now: DateTime<Utc>,
    ) -> Result<AddedMessage> {
        let mut complaints = Complaints::default();
        if !input.kind.is_known() {
            complaints.shape("type must be a valid enum value");
        }
        if input.conversation_provider_id.is_empty() {
            complaints.shape("conversationProviderId should not be empty");
        }
        check_attachments(input.attachments.as_deref().unwrap_or_default(), &mut complaints);
        check_call(input.call.as_ref(), &mut complaints);
        complaints.into_result()?;
        let Some(thread) = self.conversations.get(input.conversation_id.as_str()).cloned() else {
            return Err(thread::missing(&input.conversation_id));
        };
        if self.provider(&input.conversation_provider_id).is_none() {
            return Err(refusal::no_access());
        }
        let mut message = self.blank_message(&thread, MessageType::CustomCall, input.date.unwrap_or(now));
        message.direction = Direction::Outbound;
        message.source = Some(MessageSource::Api);
        message.conversation_provider_id = Some(input.conversation_provider_id);
        message.alt_id = input.alt_id;
        message.attachments = input.attachments.unwrap_or_default();
        message.status = Some(arrived(&message, input.call.as_ref()));
        message.meta = Some(call_meta(input.call.as_ref()));
        let answer = self.added(&message);
        self.put_message(message.clone());
        self.note_in_thread(&message, "", now);
        Ok(answer)
    }

    fn added(&self, message: &Message) -> AddedMessage {
        let mut answer = AddedMessage::default();
        answer.success = true;
        answer.conversation_id = message.conversation_id.clone();
        answer.message_id = message.id.clone();
        answer.contact_id = Some(message.contact_id.clone());
        answer.date_added = Some(message.date_added);
        answer.message = "Message added successfully.".into();
        answer
    }

    /// Says what became of a message; only its provider may.
    pub(super) fn report_status(
        &mut self,
        id: &MessageId,
        input: &UpdateMessageStatus,
        now: DateTime<Utc>,
    ) -> Result<SentMessage> {
        if !is_reportable(&input.status) {
            return Err(wire::invalid(vec!["status must be a valid enum value".to_owned()]));
        }
        let Some(known) = self.inbox.messages.get(id.as_str()) else { return Err(missing(id)) };
        let provider = known.message.conversation_provider_id.as_ref();
        if provider.and_then(|id| self.provider(id)).is_none() {
            return Err(refusal::no_access());
        }
        if let Some(email) = input.email_message_id.as_ref().filter(|email| !email.is_empty()) {
            let letter = self.inbox.emails.get(email.as_str()).filter(|letter| letter.thread_id == *id);
            let Some(letter) = letter else { return Err(missing_email(email)) };
            let mut letter = EmailMessage::clone(letter);
            letter.status = Some(input.status.clone());
            self.inbox.emails.put(Arc::new(letter));
        }
        let message = self.edit_message(id, now, |message| {
            message.status = Some(input.status.clone());
            message.error = input.error.as_ref().map(|error| error.message.clone());
        })?;
        self.note_read(&message, &input.status, now);
        let mut answer = SentMessage::default();
        answer.conversation_id = message.conversation_id.clone();
        answer.message_id = message.id.clone();
        answer.email_message_id = input.email_message_id.clone();
        answer.status = message.status.clone();
        Ok(answer)
    }

    /// Replaces the files of an external call.
    pub(super) fn replace_attachments(
        &mut self,
        id: &MessageId,
        attachments: &[Text],
        now: DateTime<Utc>,
    ) -> Result<Arc<Message>> {
        let mut complaints = Complaints::default();
        if attachments.len() > MAX_ATTACHMENTS {
            complaints.shape(format!("attachments must contain no more than {MAX_ATTACHMENTS} elements"));
        }
        check_attachments(attachments, &mut complaints);
        complaints.into_result()?;
        let Some(known) = self.inbox.messages.get(id.as_str()) else { return Err(missing(id)) };
        let is_external = match known.message.kind {
            MessageType::CustomCall => true,
            MessageType::Call => known.message.sub_type.as_deref() == Some(EXTERNAL_CALL),
            _ => false,
        };
        if !is_external {
            return Err(wire::bad_request("Attachments can be set on external calls only"));
        }
        self.edit_message(id, now, |message| message.attachments = attachments.to_vec())
    }

    /// Answers a review.
    pub(super) fn answer_review(&mut self, input: &ReviewReply, now: DateTime<Utc>) -> Result<SentMessage> {
        if input.message.trim().is_empty() {
            return Err(wire::empty("message"));
        }
        let Some(thread) = self.conversations.get(input.conversation_id.as_str()).cloned() else {
            return Err(thread::missing(&input.conversation_id));
        };
        if !thread.newest.as_ref().is_some_and(|newest| newest.reviewed) {
            return Err(wire::bad_request("The conversation has no review to reply to"));
        }
        let mut message = self.blank_message(&thread, MessageType::Review, now);
        message.direction = Direction::Outbound;
        message.source = Some(MessageSource::Api);
        message.status = Some(MessageStatus::Sent);
        message.body = Some(input.message.clone());
        self.put_message(message.clone());
        self.note_in_thread(&message, &input.message, now);
        self.post(Outgoing {
            at: now,
            location_id: self.location.id.clone(),
            contact_id: thread.contact_id.clone(),
            conversation_id: thread.id.clone(),
            message_id: message.id.clone(),
            content: OutgoingContent::Text(OutgoingText {
                channel: MessageType::Review,
                provider: None,
                from: None,
                to: None,
                body: input.message.clone(),
                attachments: Vec::new(),
            }),
        });
        let mut answer = SentMessage::default();
        answer.conversation_id = thread.id.clone();
        answer.message_id = message.id;
        answer.msg = Some("Message queued successfully.".into());
        Ok(answer)
    }

    /// Remembers of the contact that it opened an e-mail, or clicked a link in it, which it opened to do so.
    fn note_read(&mut self, message: &Message, status: &MessageStatus, now: DateTime<Utc>) {
        let clicked = *status == MessageStatus::Clicked;
        let opened = clicked || matches!(status, MessageStatus::Opened | MessageStatus::Read);
        if !(opened && message.kind.is_email() && message.direction == Direction::Outbound) {
            return;
        }
        let at = Some(now.timestamp_millis());
        let known = self.inbox.reads.get(message.contact_id.as_str());
        let clicked_at = if clicked { at } else { known.and_then(|known| known.clicked) };
        let reads = Reads { contact_id: message.contact_id.clone(), opened: at, clicked: clicked_at };
        self.inbox.reads.put(Arc::new(reads));
    }

    /// Says what became of a message, whoever carried it.
    pub(crate) fn force_status(&mut self, id: &MessageId, status: &MessageStatus, now: DateTime<Utc>) {
        let changed = self.edit_message(id, now, |message| message.status = Some(status.clone()));
        let newest = changed.ok().and_then(|message| {
            self.note_read(&message, status, now);
            let thread = message.meta.as_ref()?.email.as_ref()?;
            self.inbox.emails.get(thread.message_ids.last()?.as_str()).cloned()
        });
        if let Some(newest) = newest {
            let mut email = EmailMessage::clone(&newest);
            email.status = Some(status.clone());
            self.inbox.emails.put(Arc::new(email));
        }
    }

    /// A review that a contact has written, as a message of its conversation.
    pub(crate) fn add_review(&mut self, contact: &ContactId, text: &Text, now: DateTime<Utc>) -> MessageId {
        let thread = self.begin_thread(contact, now.timestamp_millis());
        let mut message = self.blank_message(&thread, MessageType::Review, now);
        message.direction = Direction::Inbound;
        message.status = Some(MessageStatus::Delivered);
        message.body = Some(text.clone());
        let id = message.id.clone();
        self.put_message(message.clone());
        self.note_in_thread(&message, text, now);
        id
    }
}

fn check_call(call: Option<&CallDetails>, complaints: &mut Complaints) {
    if call.and_then(|call| call.status.as_ref()).is_some_and(|status| !status.is_known()) {
        complaints.shape("call.status must be a valid enum value");
    }
}

fn call_meta(call: Option<&CallDetails>) -> MessageMeta {
    let mut meta = MessageMeta::default();
    meta.call_status = call.and_then(|call| call.status.clone());
    meta.to = call.and_then(|call| call.to.clone());
    meta.from = call.and_then(|call| call.from.clone());
    meta
}

/// How far a message that another system carried has come.
fn arrived(message: &Message, call: Option<&CallDetails>) -> MessageStatus {
    if !message.kind.is_call() {
        return MessageStatus::Delivered;
    }
    match call.and_then(|call| call.status.as_ref()) {
        Some(CallStatus::Completed | CallStatus::Answered) => MessageStatus::Connected,
        Some(CallStatus::Failed | CallStatus::Canceled) => MessageStatus::Failed,
        Some(CallStatus::Busy | CallStatus::NoAnswer) => MessageStatus::Undelivered,
        Some(CallStatus::Voicemail) => MessageStatus::Delivered,
        _ => MessageStatus::Pending,
    }
}
