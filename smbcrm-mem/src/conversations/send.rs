//! Sending: what is checked before anything happens, and what then does.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::conversations::{
    Direction, MessageSource, MessageStatus, MessageType, SendMessage, SendType, SentMessage,
};
use smbcrm_core::dedupe::normalise_phone;
use smbcrm_core::types::{ConversationProviderId, Text};

use super::check::{check_attachments, check_emails, is_reportable, said};
use super::disturb::refuse_dnd;
use super::letter::Letter;
use super::outbox::{Outgoing, OutgoingContent, OutgoingEmail, OutgoingText};
use super::refusal;
use super::state::{Due, ProviderKind};
use crate::refusal as wire;
use crate::search::translate::Complaints;
use crate::world::State;

/// A message that was checked: everything that is needed to write it down.
struct Checked {
    kind: MessageType,
    provider: Option<ConversationProviderId>,
    attachments: Vec<Text>,
    content: Content,
}

enum Content {
    Text { body: Text, from: Option<Text>, to: Option<Text> },
    Email(Box<Letter>),
}

impl State {
    /// The sub-account's own address, for e-mail that names no sender.
    pub(super) fn own_email(&self) -> Text {
        let own = self.location.email.clone().filter(|email| !email.is_empty());
        own.unwrap_or_else(|| format!("no-reply@{}.example", self.location.id.as_str().to_lowercase()).into())
    }

    pub(super) fn provider(&self, id: &ConversationProviderId) -> Option<ProviderKind> {
        self.inbox.providers.iter().find(|provider| provider.id == *id).map(|provider| provider.kind)
    }

    /// What a message is stored as.
    fn kind_of(&self, input: &SendMessage) -> Result<MessageType> {
        let provider = input.conversation_provider_id.as_ref().filter(|id| !id.is_empty());
        if provider.is_some() && input.kind != SendType::Custom {
            return Err(refusal::provider_mismatch());
        }
        Ok(match (&input.kind, provider) {
            (SendType::Custom, None) => return Err(wire::empty("conversationProviderId")),
            (SendType::Custom, Some(id)) => match self.provider(id) {
                Some(ProviderKind::Sms) => MessageType::CustomSms,
                Some(ProviderKind::Email) => MessageType::CustomEmail,
                Some(_) => return Err(refusal::provider_mismatch()),
                None => return Err(refusal::no_access()),
            },
            (SendType::Rcs, _) => MessageType::Rcs,
            (SendType::Email, _) => MessageType::Email,
            (SendType::WhatsApp, _) => MessageType::Whatsapp,
            (SendType::Instagram, _) => MessageType::Instagram,
            (SendType::Facebook, _) => MessageType::Facebook,
            (SendType::LiveChat, _) => MessageType::LiveChat,
            (SendType::TikTok, _) => MessageType::Tiktok,
            _ => MessageType::Sms,
        })
    }

    /// The shape of the input: every complaint at once.
    fn check_shape(&self, input: &SendMessage, now: DateTime<Utc>) -> Result<()> {
        let mut complaints = Complaints::default();
        if !input.kind.is_known() {
            complaints.shape("type must be a valid enum value");
        }
        check_attachments(input.attachments.as_deref().unwrap_or_default(), &mut complaints);
        check_emails("emailCc", input.email_cc.as_deref(), &mut complaints);
        check_emails("emailBcc", input.email_bcc.as_deref(), &mut complaints);
        for (name, number) in [("fromNumber", &input.from_number), ("toNumber", &input.to_number)] {
            if number.as_ref().is_some_and(|number| normalise_phone(number, self.region()).is_err()) {
                complaints.shape(format!("{name} must be a valid phone number"));
            }
        }
        let known = |known: bool, name: &str, complaints: &mut Complaints| {
            if !known {
                complaints.shape(format!("{name} must be a valid enum value"));
            }
        };
        known(
            input.email_reply_mode.as_ref().is_none_or(|m| m.is_known()),
            "emailReplyMode",
            &mut complaints,
        );
        known(
            input.optimization_period.as_ref().is_none_or(|p| p.is_known()),
            "optimizationPeriod",
            &mut complaints,
        );
        known(input.status.as_ref().is_none_or(is_reportable), "status", &mut complaints);
        if input.scheduled_at.is_some_and(|at| at <= now) {
            complaints.domain("scheduledTimestamp must be in the future");
        }
        complaints.into_result()
    }

    fn check_send(&self, input: &SendMessage, contact: &Contact, now: DateTime<Utc>) -> Result<Checked> {
        self.check_shape(input, now)?;
        let kind = self.kind_of(input)?;
        let template = match input.template_id.as_ref().filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => {
                let found = self.templates.iter().find(|known| known.template.id == *id && !known.deleted);
                Some(found.ok_or_else(|| wire::not_found("Template", id.as_str()))?)
            }
        };
        let template = template.map(|known| &known.template);
        // WhatsApp drops files on this endpoint.
        let attachments = match kind {
            MessageType::Whatsapp => Vec::new(),
            _ => input.attachments.clone().unwrap_or_default(),
        };
        let content = if kind.is_email() {
            Content::Email(Box::new(self.check_letter(input, contact, template, !attachments.is_empty())?))
        } else {
            let body = said(input.message.as_ref())
                .cloned()
                .or_else(|| template.and_then(|template| template.template.body.clone()));
            if body.is_none() && attachments.is_empty() {
                return Err(refusal::no_content());
            }
            let wants_phone = matches!(
                kind,
                MessageType::Sms | MessageType::Rcs | MessageType::Whatsapp | MessageType::CustomSms
            );
            let number = |number: &Option<Text>| {
                number.as_ref().and_then(|number| normalise_phone(number, self.region()).ok()).map(Text::from)
            };
            let to = if wants_phone {
                Some(
                    number(&input.to_number)
                        .or_else(|| contact.phone.clone())
                        .ok_or_else(refusal::no_phone)?,
                )
            } else {
                None
            };
            let own = self.location.phone.clone().filter(|_| wants_phone);
            Content::Text { body: body.unwrap_or_default(), from: number(&input.from_number).or(own), to }
        };
        refuse_dnd(contact, &kind)?;
        Ok(Checked { kind, provider: input.conversation_provider_id.clone(), attachments, content })
    }

    /// Sends a message to a contact that exists, now or later.
    pub(crate) fn send_message(&mut self, input: &SendMessage, now: DateTime<Utc>) -> Result<SentMessage> {
        let Some(contact) = self.contacts.get(input.contact_id.as_str()).map(Arc::clone) else {
            return Err(wire::not_found("Contact", input.contact_id.as_str()));
        };
        let checked = self.check_send(input, &contact, now)?;
        let thread = self.begin_thread(&contact.id, now.timestamp_millis());
        let status = match (&input.scheduled_at, &input.status) {
            (Some(_), _) => MessageStatus::Scheduled,
            (None, Some(status)) => status.clone(),
            // A custom provider says by itself what became of it.
            (None, None) if input.kind == SendType::Custom => MessageStatus::Pending,
            (None, None) => MessageStatus::Sent,
        };
        let mut answer = SentMessage::default();
        answer.conversation_id = thread.id.clone();
        answer.msg = Some("Message queued successfully.".into());
        let mut message = self.blank_message(&thread, checked.kind.clone(), now);
        message.direction = Direction::Outbound;
        message.source = Some(MessageSource::Api);
        message.status = Some(status.clone());
        message.conversation_provider_id = checked.provider.clone();
        let (summary, content) = match checked.content {
            Content::Text { body, from, to } => {
                message.body = Some(body.clone());
                message.attachments = checked.attachments.clone();
                let (provider, channel) = (checked.provider, checked.kind);
                let text = OutgoingText {
                    channel,
                    provider,
                    from,
                    to,
                    body: body.clone(),
                    attachments: checked.attachments,
                };
                (body, OutgoingContent::Text(text))
            }
            Content::Email(letter) => {
                let mut email = self.blank_email(&message);
                email.body = letter.html;
                email.subject = letter.subject;
                email.from = letter.from;
                (email.to, email.cc, email.bcc) = (letter.to, letter.cc, letter.bcc);
                email.attachments = checked.attachments;
                email.reply_to_message_id = letter.answers;
                answer.forward_data = letter.forwarded.map(|mut data| {
                    data.recipient_conversation_id = Some(thread.id.clone());
                    data
                });
                message = self.file_email(message, letter.thread, &mut email, now);
                let sent = OutgoingEmail {
                    id: email.id.clone(),
                    from: email.from.clone(),
                    to: email.to.clone(),
                    cc: email.cc.clone(),
                    bcc: email.bcc.clone(),
                    subject: email.subject.clone(),
                    html: email.body.clone(),
                    attachments: email.attachments.clone(),
                };
                let summary = email.subject.clone().unwrap_or_default();
                answer.email_message_id = Some(email.id.clone());
                self.inbox.emails.put(Arc::new(email));
                (summary, OutgoingContent::Email(sent))
            }
        };
        answer.message_id = message.id.clone();
        let outgoing = Outgoing {
            at: now,
            location_id: self.location.id.clone(),
            contact_id: contact.id.clone(),
            conversation_id: thread.id.clone(),
            message_id: message.id.clone(),
            content,
        };
        self.put_message(message.clone());
        match input.scheduled_at {
            Some(at) => {
                let due = Due {
                    at: at.timestamp_millis(),
                    message: message.id,
                    email: answer.email_message_id.clone(),
                    outgoing,
                };
                self.put_due(due);
            }
            None => {
                self.note_in_thread(&message, &summary, now);
                self.post(outgoing);
            }
        }
        Ok(answer)
    }
}
