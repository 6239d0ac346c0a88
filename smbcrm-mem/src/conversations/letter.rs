//! E-mails to send: their text, receiver and thread, and what is forwarded in them.

use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::conversations::{ForwardEmail, ForwardedEmail, SendMessage};
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::locations::Template;
use smbcrm_core::types::{EmailMessageId, MessageId, Text};

use super::check::said;
use super::message::{missing, missing_email};
use super::refusal;
use crate::refusal as wire;
use crate::world::State;

/// An e-mail to write.
pub(super) struct Letter {
    pub(super) html: Text,
    pub(super) subject: Option<Text>,
    pub(super) from: Text,
    pub(super) to: Vec<Text>,
    pub(super) cc: Vec<Text>,
    pub(super) bcc: Vec<Text>,
    pub(super) thread: Option<MessageId>,
    pub(super) answers: Option<EmailMessageId>,
    pub(super) forwarded: Option<ForwardedEmail>,
}

impl State {
    /// Checks what is to be sent as an e-mail.
    pub(super) fn check_letter(
        &self,
        input: &SendMessage,
        contact: &Contact,
        template: Option<&Template>,
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
    fn check_forward(&self, forward: &ForwardEmail, contact: &Contact) -> Result<(ForwardedEmail, String)> {
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
}
