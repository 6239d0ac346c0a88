//! Conversations from the other side: what was sent, and what the contact, a provider or a phone company does.

use std::sync::Arc;

use bytes::Bytes;
use smbcrm_core::Result;
use smbcrm_core::conversations::{
    AddInbound, AddedMessage, Direction, InboundType, MessageStatus, TranscriptSegment,
};
use smbcrm_core::operation::Raw;
use smbcrm_core::types::{ContactId, ConversationId, ConversationProviderId, LocationId, MessageId, Text};

use crate::Admin;
use crate::conversations::{Outgoing, Provider, ProviderKind};
use crate::refusal;
use crate::wait::{self, Patience};
use crate::world::{State, Sub};

impl Admin<'_> {
    /// Changes the sub-account that holds what an id names; `None` when none does.
    fn edit_where<T>(
        &self,
        id: &str,
        holds: impl Fn(&State) -> bool,
        change: impl FnOnce(&mut State) -> T,
    ) -> Option<T> {
        let directory = self.crm.world.directory.read();
        for sub in directory.candidates(id) {
            let mut state = sub.state.write();
            if holds(&state) {
                return Some(self.crm.world.alter_held(sub, &mut state, change));
            }
        }
        None
    }

    /// What was sent, newest last: e-mails, texts, answers to reviews. Each sub-account keeps the newest
    /// [`crate::OUTBOX_ENTRIES`], and [`crate::OUTBOX_BYTES`] at most. What is scheduled and due by now is sent first.
    pub fn outbox(&self) -> Vec<Arc<Outgoing>> {
        let mut all = Vec::new();
        for sub in self.crm.subs() {
            self.crm.send_due(&sub);
            all.extend(sub.state.read().inbox.outbox.iter().cloned());
        }
        all.sort_by_key(|outgoing| outgoing.at);
        all
    }

    /// The first wanted message among those that were sent, waiting for it to be sent. It is woken by what happens in
    /// the world and by its clock, and asks nobody in between. `None` when patience has run out.
    pub async fn wait_for_sent(
        self,
        patience: Patience,
        wanted: impl Fn(&Outgoing) -> bool,
    ) -> Option<Arc<Outgoing>> {
        let look = || self.outbox().into_iter().find(|outgoing| wanted(outgoing));
        wait::until(self.crm.clock(), patience, || self.crm.world.events.stirred(), look).await
    }

    /// Forgets what was sent.
    pub fn clear_outbox(&self) {
        for sub in self.crm.subs() {
            self.crm.world.arrange(&sub, State::clear_outbox);
        }
    }

    /// Writes as the contact does: the message comes in on the channel and counts as unread.
    ///
    /// # Errors
    /// The contact does not exist, or what an inbound message is refused for.
    pub fn answer_as_contact(
        &self,
        contact: &ContactId,
        kind: impl Into<InboundType>,
        body: impl Into<Text>,
    ) -> Result<AddedMessage> {
        let (kind, body) = (kind.into(), body.into());
        let mut inbound = AddInbound::new(kind.clone()).contact_id(contact).direction(Direction::Inbound);
        inbound = if kind == InboundType::Email { inbound.html(body) } else { inbound.message(body) };
        let now = self.crm.world.clock.stamp();
        let holds = |state: &State| state.contacts.get(contact.as_str()).is_some();
        let added =
            self.edit_where(contact.as_str(), holds, |state| state.add_inbound_message(&inbound, now));
        added.unwrap_or_else(|| Err(refusal::not_found("Contact", contact.as_str())))
    }

    /// Makes a conversation provider: an app that carries messages of a kind. `None` when there is no such
    /// sub-account.
    pub fn add_conversation_provider(
        &self,
        location: &LocationId,
        kind: ProviderKind,
    ) -> Option<ConversationProviderId> {
        self.edit(location, |state| {
            let id = ConversationProviderId::from(state.ids.record());
            state.inbox.providers.push(Provider { id: id.clone(), kind });
            id
        })
    }

    /// Has a contact write a review, which can then be answered. `None` when there is no such contact.
    pub fn add_review(&self, contact: &ContactId, text: impl Into<Text>) -> Option<MessageId> {
        let now = self.crm.world.clock.stamp();
        let holds = |state: &State| state.contacts.get(contact.as_str()).is_some();
        self.edit_where(contact.as_str(), holds, |state| state.add_review(contact, &text.into(), now))
    }

    /// Gives a message a recording. `None` when there is no such message.
    pub fn set_recording(&self, message: &MessageId, recording: Raw) -> Option<()> {
        let holds = |state: &State| state.inbox.messages.get(message.as_str()).is_some();
        self.edit_where(message.as_str(), holds, |state| {
            state.plant_on_call(message, Some(recording), None);
        })
    }

    /// Gives a message a transcription. `None` when there is no such message.
    pub fn set_transcription(
        &self,
        message: &MessageId,
        segments: impl IntoIterator<Item = TranscriptSegment>,
    ) -> Option<()> {
        let segments = segments.into_iter().collect();
        let holds = |state: &State| state.inbox.messages.get(message.as_str()).is_some();
        self.edit_where(message.as_str(), holds, |state| {
            state.plant_on_call(message, None, Some(segments));
        })
    }

    /// Says what became of a message, whoever carried it: delivered, read, opened, clicked, … `None` when there is
    /// no such message.
    pub fn set_message_status(&self, message: &MessageId, status: impl Into<MessageStatus>) -> Option<()> {
        let (status, now) = (status.into(), self.crm.world.clock.stamp());
        let holds = |state: &State| state.inbox.messages.get(message.as_str()).is_some();
        self.edit_where(message.as_str(), holds, |state| state.force_status(message, &status, now))
    }

    /// Puts the content where an upload was told to put it, as a `PUT` to its address does. `None` when there is no
    /// such upload, or it has expired.
    pub fn put_upload(&self, upload: &str, content: impl Into<Bytes>) -> Option<()> {
        let (content, now) = (content.into(), self.crm.world.clock.millis());
        let subs = self.crm.subs();
        let put = |sub: &Arc<Sub>| {
            self.crm.world.alter(sub, |state| state.put_upload(upload, content.clone(), now))
        };
        subs.iter().any(put).then_some(())
    }

    /// How many bytes an upload that waits for its content may have.
    pub(crate) fn upload_room(&self, upload: &str) -> Option<u64> {
        let now = self.crm.world.clock.millis();
        self.crm.subs().iter().find_map(|sub| sub.state.read().upload_room(upload, now))
    }

    /// The visitors of the live chat who see somebody type in a conversation.
    pub fn sees_typing(&self, conversation: &ConversationId) -> Vec<Text> {
        let in_one = |sub: &Arc<Sub>| {
            let state = sub.state.read();
            let typing = state.inbox.typing.iter().filter(|typing| typing.conversation_id == *conversation);
            typing.map(|typing| typing.visitor_id.clone()).collect::<Vec<_>>()
        };
        self.crm.subs().iter().flat_map(in_one).collect()
    }
}
