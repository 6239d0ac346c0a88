//! Sending: what is checked before anything happens, and what then does.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::{Contact, DndSetting, DndSettings, DndStatus};
use smbcrm_core::conversations::{
    Direction, EmailMessage, EmailThread, ForwardedEmail, Message, MessageMeta, MessageSource, MessageStatus,
    MessageType, SendMessage, SendType, SentMessage,
};
use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::types::{ConversationProviderId, EmailMessageId, MessageId, Text};

use super::message::{missing, missing_email};
use super::outbox::{Outgoing, OutgoingContent, OutgoingEmail, OutgoingText};
use super::refusal;
use super::state::{Due, ProviderKind, StoredMessage, Thread};
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

/// An e-mail to write.
struct Letter {
    html: Text,
    subject: Option<Text>,
    from: Text,
    to: Vec<Text>,
    cc: Vec<Text>,
    bcc: Vec<Text>,
    thread: Option<MessageId>,
    answers: Option<EmailMessageId>,
    forwarded: Option<ForwardedEmail>,
}

/// Finds the setting of one channel.
type OfChannel = fn(&DndSettings) -> Option<&DndSetting>;

/// The channel of a contact's do-not-disturb settings, and its name.
fn dnd_channel(kind: &MessageType) -> Option<(&'static str, OfChannel)> {
    Some(match kind {
        MessageType::Sms | MessageType::Rcs | MessageType::CustomSms => ("SMS", |s| s.sms.as_ref()),
        MessageType::Email | MessageType::CustomEmail => ("Email", |s| s.email.as_ref()),
        MessageType::Whatsapp => ("WhatsApp", |s| s.whatsapp.as_ref()),
        MessageType::Facebook => ("FB", |s| s.fb.as_ref()),
        MessageType::Gmb => ("GMB", |s| s.gmb.as_ref()),
        _ => return None,
    })
}

/// Refuses to disturb a contact who does not want to be.
pub(super) fn refuse_dnd(contact: &Contact, kind: &MessageType) -> Result<()> {
    let channel = dnd_channel(kind);
    let name = channel.map_or("all channels", |(name, _)| name);
    let setting = channel
        .and_then(|(_, setting)| contact.dnd_settings.as_deref().and_then(setting))
        .map(|setting| setting.status.clone());
    match setting {
        Some(DndStatus::Permanent) => Err(refusal::unsubscribed(name)),
        Some(DndStatus::Active) => Err(refusal::dnd(name)),
        _ if contact.dnd => Err(refusal::dnd(name)),
        _ => Ok(()),
    }
}

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Complains of attachments that are no addresses.
pub(super) fn check_attachments(attachments: &[Text], complaints: &mut Complaints) {
    if attachments.iter().any(|url| !is_url(url)) {
        complaints.shape("each value in attachments must be a URL address");
    }
}

fn check_emails(name: &str, emails: Option<&[Text]>, complaints: &mut Complaints) {
    if emails.unwrap_or_default().iter().any(|email| normalise_email(email).is_err()) {
        complaints.shape(format!("each value in {name} must be an email"));
    }
}

/// Text that says something.
fn said(text: Option<&Text>) -> Option<&Text> {
    text.filter(|text| !text.trim().is_empty())
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

    fn check_letter(
        &self,
        input: &SendMessage,
        contact: &Contact,
        template: Option<&smbcrm_core::locations::Template>,
        has_files: bool,
    ) -> Result<Letter> {
        let forward = input.forward.as_ref().filter(|forward| forward.is_forwarded);
        let (forwarded, quoted) = match forward {
            None => (None, None),
            Some(forward) => {
                let (data, quoted) = self.check_forward(forward, contact)?;
                (Some(data), Some(quoted))
            }
        };
        let html = said(input.html.as_ref())
            .cloned()
            .or_else(|| template.and_then(|template| template.template.html.as_deref().map(Text::from)));
        if html.is_none() && quoted.is_none() && !has_files {
            return Err(refusal::no_content());
        }
        let to = match (forward.and_then(|forward| forward.to_email.clone()), &input.email_to) {
            (Some(elsewhere), _) => elsewhere,
            (None, None) => contact.email.clone().ok_or_else(refusal::no_email)?,
            // Compared letter for letter with what is stored, which is in lower case.
            (None, Some(to)) => {
                let own = contact.email.as_ref() == Some(to) || contact.additional_emails.contains(to);
                if !own {
                    return Err(refusal::invalid_email_to());
                }
                to.clone()
            }
        };
        let (thread, answers) = self.letter_place(input, contact)?;
        self.refuse_unsubscribed(contact, &to, input.custom_subtype_id.as_ref())?;
        let mut text = html.unwrap_or_default();
        if let Some(quoted) = quoted {
            text = Text::from(format!("{text}{quoted}"));
        }
        let subject = input.subject.clone().or_else(|| template.and_then(|t| t.template.subject.clone()));
        Ok(Letter {
            html: text,
            subject: subject.or_else(|| self.subject_of(thread.as_ref())),
            from: input.email_from.clone().unwrap_or_else(|| self.own_email()),
            to: vec![to],
            cc: input.email_cc.clone().unwrap_or_default(),
            bcc: input.email_bcc.clone().unwrap_or_default(),
            thread,
            answers,
            forwarded,
        })
    }

    /// The e-mail thread that an e-mail belongs to, and the e-mail that it answers.
    fn letter_place(
        &self,
        input: &SendMessage,
        contact: &Contact,
    ) -> Result<(Option<MessageId>, Option<EmailMessageId>)> {
        let own = |id: &str| {
            let found = self.inbox.messages.get(id).map(|stored| &stored.message);
            found.filter(|message| message.contact_id == contact.id && message.kind.is_email())
        };
        let answered = input.reply_message_id.as_ref().filter(|id| !id.is_empty());
        let (mut thread, mut answers) = (None, None);
        if let Some(id) = answered {
            let email = self.inbox.emails.get(id).filter(|email| email.contact_id == contact.id);
            match (email, own(id)) {
                (Some(email), _) => {
                    (thread, answers) = (Some(email.thread_id.clone()), Some(email.id.clone()));
                }
                (None, Some(message)) => thread = Some(message.id.clone()),
                (None, None) => return Err(wire::not_found("Message", id)),
            }
        }
        if let Some(id) = input.thread_id.as_ref().filter(|id| !id.is_empty()) {
            let Some(message) = own(id.as_str()) else { return Err(missing(id)) };
            thread = Some(message.id.clone());
        }
        Ok((thread, answers))
    }

    fn subject_of(&self, thread: Option<&MessageId>) -> Option<Text> {
        let message = self.inbox.messages.get(thread?.as_str())?;
        let emails = &message.message.meta.as_ref()?.email.as_ref()?.message_ids;
        self.inbox.emails.get(emails.first()?.as_str())?.subject.clone()
    }

    /// What is forwarded, and the text of it.
    fn check_forward(
        &self,
        forward: &smbcrm_core::conversations::ForwardEmail,
        contact: &Contact,
    ) -> Result<(ForwardedEmail, String)> {
        let Some(id) = forward.message_id.as_ref().filter(|id| !id.is_empty()) else {
            return Err(wire::empty("forward.messageId"));
        };
        let Some(source) = self.inbox.messages.get(id.as_str()).filter(|m| m.message.kind.is_email()) else {
            return Err(missing(id));
        };
        if let Some(to) = &forward.to_email
            && normalise_email(to).is_err()
        {
            return Err(wire::invalid(vec!["forward.toEmail must be an email".to_owned()]));
        }
        let whole = forward.forward_whole_thread.unwrap_or(false);
        let ids = source.message.meta.as_ref().and_then(|meta| meta.email.as_ref());
        let ids = ids.map(|email| email.message_ids.as_slice()).unwrap_or_default();
        let one = forward.email_message_id.as_ref().filter(|id| !id.is_empty());
        let ids: Vec<&EmailMessageId> = match one {
            _ if whole => ids.iter().collect(),
            Some(one) if ids.contains(one) => vec![one],
            Some(one) => return Err(missing_email(one)),
            None => ids.last().into_iter().collect(),
        };
        let mut quoted = String::new();
        for email in ids.iter().filter_map(|id| self.inbox.emails.get(id.as_str())) {
            quoted.push_str(&format!("<blockquote>{}</blockquote>", email.body));
        }
        let mut data = ForwardedEmail::default();
        data.forward_whole_thread = Some(whole);
        data.message_id = Some(id.clone());
        data.email_message_id = one.cloned();
        data.source_contact_id = Some(source.message.contact_id.clone());
        data.source_conversation_id = Some(source.message.conversation_id.clone());
        data.forward_to_email = forward.to_email.clone().or_else(|| contact.email.clone());
        data.recipient_contact_id = Some(contact.id.clone());
        Ok((data, quoted))
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
                let mut list = self.inbox.due.edit();
                let place = list.partition_point(|known| known.at <= due.at);
                list.insert(place, due);
            }
            None => {
                self.note_in_thread(&message, &summary, now);
                self.post(outgoing);
            }
        }
        Ok(answer)
    }

    /// A message of a thread with nothing in it yet.
    pub(super) fn blank_message(&mut self, thread: &Thread, kind: MessageType, at: DateTime<Utc>) -> Message {
        let mut message = Message::default();
        message.id = self.ids.record().into();
        message.content_type = if kind.is_email() { "text/html" } else { "text/plain" }.into();
        message.kind = kind;
        message.location_id = self.location.id.clone();
        message.contact_id = thread.contact_id.clone();
        message.conversation_id = thread.id.clone();
        message.date_added = at;
        message
    }

    /// An e-mail of a message with nothing in it yet.
    pub(super) fn blank_email(&mut self, message: &Message) -> EmailMessage {
        let mut email = EmailMessage::default();
        email.id = self.ids.record().into();
        email.location_id = message.location_id.clone();
        email.contact_id = message.contact_id.clone();
        email.conversation_id = message.conversation_id.clone();
        email.date_added = message.date_added;
        email.direction = message.direction.clone();
        email.status = message.status.clone();
        email.source = message.source.clone();
        email.conversation_provider_id = message.conversation_provider_id.clone();
        email.content_type = "text/html".into();
        email
    }

    /// Puts an e-mail into its thread: the message of an older e-mail, or the new one.
    pub(super) fn file_email(
        &mut self,
        message: Message,
        thread: Option<MessageId>,
        email: &mut EmailMessage,
        now: DateTime<Utc>,
    ) -> Message {
        let older = thread.and_then(|id| self.inbox.messages.get(id.as_str()));
        let mut message = match older {
            None => message,
            Some(older) => {
                let mut older = Message::clone(&older.message);
                older.status = message.status;
                older.direction = message.direction;
                older.date_updated = Some(now);
                older
            }
        };
        email.thread_id = message.id.clone();
        message.body.clone_from(&email.subject);
        let meta = message.meta.get_or_insert_with(MessageMeta::default);
        meta.email.get_or_insert_with(EmailThread::default).message_ids.push(email.id.clone());
        message
    }

    /// Stores a message; its recording and transcription stay.
    pub(super) fn put_message(&mut self, message: Message) {
        let stored = match self.inbox.messages.get(message.id.as_str()) {
            Some(known) => StoredMessage { message: Arc::new(message), ..StoredMessage::clone(known) },
            None => StoredMessage::new(message),
        };
        self.inbox.messages.put(Arc::new(stored));
    }
}

/// Whether a status may be reported from outside.
pub(super) fn is_reportable(status: &MessageStatus) -> bool {
    matches!(
        status,
        MessageStatus::Delivered | MessageStatus::Failed | MessageStatus::Pending | MessageStatus::Read
    )
}
