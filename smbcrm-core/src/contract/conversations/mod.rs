//! What every implementation of the product conversations must do.

mod arrive;
mod call;
mod file;
mod message;
mod preference;
mod schedule;
mod search;
mod send;
mod thread;

use std::sync::Arc;

use super::{Case, Failure, HandOrSkip, Plant, Stage, Verdict};
use crate::contacts::{Contact, CreateContact};
use crate::conversations::{FoundConversation, SearchConversations, SendMessage, SendType, SentMessage};
use crate::error::Error;
use crate::types::{ContactId, ConversationProviderId};

/// The product's cases, concept by concept.
pub(super) static CASES: &[&[Case]] = &[
    thread::CASES,
    search::CASES,
    message::CASES,
    send::CASES,
    schedule::CASES,
    arrive::CASES,
    file::CASES,
    call::CASES,
    preference::CASES,
];

/// Whether a refusal says this, word for word.
fn says(error: &Error, text: &str) -> Verdict {
    if error.messages().iter().any(|message| message == text) {
        return Ok(());
    }
    Err(Failure::new(format!("expected {text:?} among {:?}", error.messages())))
}

/// Whether a refusal carries this canonical code.
fn is_coded(error: &Error, code: &str) -> Verdict {
    if error.code() == Some(code) {
        return Ok(());
    }
    Err(Failure::new(format!("expected the code {code}, seen {:?}: {error}", error.code())))
}

/// A contact with an e-mail and a phone.
async fn reachable(stage: &Stage) -> Result<Arc<Contact>, Failure> {
    let input = CreateContact::new(&stage.location)
        .first_name("Ada")
        .last_name("Vale")
        .email(stage.unique_email())
        .phone(stage.unique_phone());
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    Ok(contact)
}

/// A contact's conversation.
async fn conversation(stage: &Stage, contact: &ContactId) -> Result<FoundConversation, Failure> {
    let search = SearchConversations::new(&stage.location).contact_id(contact);
    let found = stage.crm.conversations().search(search).await?.conversations;
    found.into_iter().next().ok_or_else(|| Failure::new("the contact has no conversation"))
}

/// An SMS to a contact.
async fn text(stage: &Stage, contact: &ContactId, body: &str) -> Result<SentMessage, Failure> {
    Ok(stage.crm.conversations().send(SendMessage::new(SendType::Sms, contact).message(body)).await?)
}

/// An e-mail to a contact.
async fn mail(stage: &Stage, contact: &ContactId, subject: &str) -> Result<SentMessage, Failure> {
    let email = SendMessage::new(SendType::Email, contact).html("<p>Hello</p>").subject(subject);
    Ok(stage.crm.conversations().send(email).await?)
}

/// A conversation provider of a kind: `SMS`, `Email`, `Call`.
async fn provider(stage: &Stage, kind: &str) -> Result<ConversationProviderId, Failure> {
    let planted = stage.hands.plant(Plant::ConversationProvider(kind.into())).await;
    Ok(planted.ok_or_skip("conversation providers cannot be planted here")?.into())
}
