//! Steps that write: to the contact through its conversation, and to the team.

use smbcrm_core::conversations::{SendMessage, SendType};
use smbcrm_core::types::{ContactId, Text, UserId};
use smbcrm_core::workflows::definition::{Notify, NotifyChannel, SendEmail, SendSms};

use super::{contact_of, told};
use crate::automation::engine::{Desk, Next, Outcome, until};
use crate::automation::run::Waiting;
use crate::automation::{Edition, Run, wait};
use crate::conversations::{Outgoing, OutgoingContent, OutgoingNotification};
use crate::world::State;

impl State {
    /// Outside the workflow's hours a message waits until they begin.
    fn window_opens(&self, run: &Run, edition: &Edition, now: i64) -> Option<Next> {
        let window = edition.definition.settings.window.as_ref()?;
        let opens = wait::next_open(self.zone_of(run, &edition.definition.settings), window, now);
        (opens > now).then(|| Next::Wait(opens, Waiting::Turn, until(opens)))
    }

    pub(super) fn send_email(
        &mut self,
        run: &mut Run,
        it: &SendEmail,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        if let Some(wait) = self.window_opens(run, edition, desk.now) {
            return Ok(wait);
        }
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let mut message = SendMessage::new(SendType::Email, &contact)
            .subject(self.fill(&it.subject, &facts))
            .html(self.fill(&it.html, &facts));
        message.email_from =
            it.from.as_ref().map(|from| self.fill(from, &facts)).filter(|from| !from.is_empty());
        self.send_now(run, &message, desk)
    }

    pub(super) fn send_sms(
        &mut self,
        run: &mut Run,
        it: &SendSms,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        if let Some(wait) = self.window_opens(run, edition, desk.now) {
            return Ok(wait);
        }
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let mut message = SendMessage::new(SendType::Sms, &contact).message(self.fill(&it.message, &facts));
        message.attachments = it.attachments.clone();
        self.send_now(run, &message, desk)
    }

    fn send_now(&mut self, run: &mut Run, message: &SendMessage, desk: &Desk) -> Outcome {
        let sent = self.send_message(message, desk.instant()).map_err(|error| told(&error))?;
        run.about_mut().message = Some(sent.message_id);
        Ok(Next::On)
    }

    /// Tells the team: one entry of the outbox, to whoever is named.
    pub(super) fn notify(&mut self, run: &Run, it: &Notify, edition: &Edition, desk: &Desk) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let channel = it.channel.clone().unwrap_or(NotifyChannel::Notification);
        let assigned = || facts.contact.as_ref().and_then(|contact| contact.assigned_to.clone());
        let users: Vec<UserId> = match (&it.users, &it.to) {
            (Some(users), _) => users.clone(),
            (None, Some(_)) => Vec::new(),
            (None, None) => assigned().into_iter().collect(),
        };
        let mut to = Vec::new();
        for id in &users {
            let user = facts.user(id).ok_or_else(|| format!("there is no user {id}"))?;
            let address = match channel {
                NotifyChannel::Email => Some(user.email.clone()),
                NotifyChannel::Sms => user.phone.clone(),
                _ => Some(Text::from(id)),
            };
            let address = address.filter(|address| !address.is_empty());
            to.push(address.ok_or_else(|| format!("the user {id} has no address for {channel}"))?);
        }
        to.extend(
            it.to.iter().flatten().map(|address| self.fill(address, &facts)).filter(|to| !to.is_empty()),
        );
        if to.is_empty() {
            return Err("nobody is to be told: the contact has no user".to_owned());
        }
        let notification = OutgoingNotification {
            channel,
            to,
            subject: it.subject.as_ref().map(|subject| self.fill(subject, &facts)),
            body: self.fill(&it.message, &facts),
        };
        let contact = run.contact.clone().unwrap_or_default();
        self.post_notification(contact, notification, desk);
        Ok(Next::On)
    }

    fn post_notification(&mut self, contact_id: ContactId, notification: OutgoingNotification, desk: &Desk) {
        let conversation_id = self.conversation_of(&contact_id).unwrap_or_default();
        self.post(Outgoing {
            at: desk.instant(),
            location_id: self.location.id.clone(),
            contact_id,
            conversation_id,
            message_id: Default::default(),
            content: OutgoingContent::Notification(notification),
        });
    }
}
