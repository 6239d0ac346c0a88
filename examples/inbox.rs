//! An inbox, worked through: `cargo run --example inbox`.
//!
//! People write in, somebody reads what is unread and answers by SMS and e-mail, a reminder goes out when its time has
//! come, and in the end everything is exported page by page. The other side – people who write, time that passes – is
//! played by the in-memory CRM, so there is no live account in this one; the app itself ([`Inbox`]) takes any backend.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use chrono::{DateTime, Duration, Utc};
use smbcrm_core::contacts::{CreateContact, DndSetting, DndSettings, DndStatus, UpdateContact};
use smbcrm_core::conversations::{
    ConversationStatus, Direction, ExportChannel, ExportMessages, FoundConversation, ListMessages,
    MessageType, SearchConversations, SendMessage, SendType, SentMessage, UpdateConversation,
};
use smbcrm_core::paging::{ConversationsExt, TryStreamExt};
use smbcrm_core::types::{ContactId, LocationId, Text};
use smbcrm_core::{Crm, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::MemCrm;

// ANCHOR: app
/// A sub-account's inbox.
struct Inbox<'a> {
    crm: &'a dyn Crm,
    location: &'a LocationId,
}

impl Inbox<'_> {
    /// What nobody has read yet, the longest waiting first.
    async fn unread(&self) -> Result<Vec<FoundConversation>> {
        let unread = SearchConversations::new(self.location).status(ConversationStatus::Unread);
        let mut found: Vec<_> = self.crm.conversations().search_stream(unread).try_collect().await?;
        found.reverse(); // the API's order is the newest first
        Ok(found)
    }

    /// What the contact wrote since we last did, oldest first.
    async fn heard(&self, thread: &FoundConversation) -> Result<Vec<Text>> {
        let conversations = self.crm.conversations();
        let page = conversations.list_messages(&thread.id, ListMessages::new().limit(20)).await?;
        let mut heard = Vec::new();
        for message in page.messages.iter().take_while(|message| message.direction == Direction::Inbound) {
            // A message of type e-mail is a thread of e-mails; the text is with the newest of them.
            let email = message.meta.as_ref().and_then(|meta| meta.email.as_ref()?.message_ids.last());
            heard.push(match email {
                Some(id) => conversations.get_email(id).await?.body.clone(),
                None => message.body.clone().unwrap_or_default(),
            });
        }
        heard.reverse();
        Ok(heard)
    }

    /// Answers on the channel that the contact wrote on, and marks the conversation as read.
    async fn answer(&self, thread: &FoundConversation, text: &str) -> Result<SentMessage> {
        let reply = match &thread.last_message_type {
            // E-mail needs html. Naming the message that it answers keeps both in one thread.
            Some(MessageType::Email) => {
                let list = ListMessages::new().limit(1).kinds([MessageType::Email]);
                let page = self.crm.conversations().list_messages(&thread.id, list).await?;
                let reply =
                    SendMessage::new(SendType::Email, &thread.contact_id).html(format!("<p>{text}</p>"));
                match page.messages.first() {
                    Some(answered) => reply.reply_message_id(answered.id.as_str()),
                    None => reply.subject("Your question"),
                }
            }
            _ => SendMessage::new(SendType::Sms, &thread.contact_id).message(text),
        };
        let sent = self.crm.conversations().send(reply).await?;
        self.crm.conversations().update(&thread.id, UpdateConversation::mark_read(self.location)).await?;
        Ok(sent)
    }

    /// Sends a text at a later time; until then it can be taken back.
    async fn remind(&self, contact: &ContactId, text: &str, at: DateTime<Utc>) -> Result<SentMessage> {
        let reminder = SendMessage::new(SendType::Sms, contact).message(text).scheduled_at(at);
        self.crm.conversations().send(reminder).await
    }

    /// How many messages there are in all, read page by page: e-mail is a channel that has to be asked for.
    async fn export(&self, page_size: u32) -> Result<(usize, usize)> {
        let (mut pages, mut messages) = (0, 0);
        for channel in [None, Some(ExportChannel::Email)] {
            let mut asked = ExportMessages::new(self.location).limit(page_size);
            asked.channel = channel;
            loop {
                let page = self.crm.conversations().export_messages(asked.clone()).await?;
                pages += 1;
                messages += page.messages.len();
                // The cursor is good for the same question only; where there is none, that was the last page.
                let Some(cursor) = page.next_cursor else { break };
                asked = asked.cursor(cursor);
            }
        }
        Ok((pages, messages))
    }
}
// ANCHOR_END: app

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let crm = MemCrm::new();
    let location = crm.location();
    let inbox = Inbox { crm: &crm, location };
    let ada = person(&crm, "Ada", "Vale", "+12025550101").await?;
    let grace = person(&crm, "Grace", "Marsh", "+12025550102").await?;
    let henry = person(&crm, "Henry", "Stone", "+12025550103").await?;

    // ANCHOR: inbound
    // The contact's side is the test's: over HTTP it is `POST /_mem/contacts/{id}/answer`.
    crm.admin().answer_as_contact(&ada, "SMS", "Hi, are you open on Saturdays?")?;
    crm.admin().answer_as_contact(&grace, "Email", "<p>Could you send me the price list?</p>")?;
    crm.admin().answer_as_contact(&ada, "SMS", "And do I need an appointment?")?;
    // ANCHOR_END: inbound

    println!("Unread");
    let unread = inbox.unread().await?;
    for thread in &unread {
        println!("  {:12} {} unread", thread.full_name, thread.unread_count);
        for text in inbox.heard(thread).await? {
            println!("  {:12} < {text}", "");
        }
        let answer = if thread.contact_id == ada {
            "We are, from 9 to 1, and you can just come by."
        } else {
            "Gladly: it is attached to our website at https://vale.example/prices."
        };
        inbox.answer(thread, answer).await?;
        println!("  {:12} > {answer}", "");
    }
    expect("two conversations were unread", unread.len() == 2)?;
    expect("and none is now", inbox.unread().await?.is_empty())?;

    println!("\nScheduled");
    // ANCHOR: scheduled
    let tomorrow = crm.clock().now() + Duration::days(1);
    inbox.remind(&ada, "We are open now: see you soon!", tomorrow).await?;
    let mistaken = inbox.remind(&grace, "See you soon!", tomorrow).await?;
    crm.conversations().cancel_scheduled(&mistaken.message_id).await?; // Grace only wanted the price list

    let before = crm.admin().outbox().len();
    crm.clock().advance(std::time::Duration::from_secs(24 * 3600));
    let outbox = crm.admin().outbox();
    // ANCHOR_END: scheduled
    expect("of the two reminders one was sent", outbox.len() == before + 1)?;
    for sent in outbox.iter().skip(before) {
        let text = sent.text().map(|text| text.body.as_str()).unwrap_or_default();
        println!("  {} > {text}", sent.at.format("%a %H:%M"));
    }

    println!("\nRefused");
    // ANCHOR: refused
    let mut settings = DndSettings::default();
    settings.sms = Some(DndSetting::new(DndStatus::Active));
    crm.contacts().update(&henry, UpdateContact::new().dnd_settings(settings)).await?;
    let refused = crm.conversations().send(SendMessage::new(SendType::Sms, &henry).message("Hello")).await;
    // ANCHOR_END: refused
    match refused {
        Ok(_) => return Err(Failure::new("Henry does not want to be disturbed, and was")),
        Err(error) => println!("  Henry Stone  {error}"),
    }

    println!("\nExport");
    for number in 0..25 {
        crm.admin().answer_as_contact(&henry, "SMS", format!("Question {number}"))?;
    }
    let (pages, messages) = inbox.export(10).await?;
    println!("  {messages} messages in {pages} pages of ten at most");
    expect("each message was exported once", messages == 25 + 4 + 1)?;

    println!("\nThe outbox: what would have left the house");
    for sent in crm.admin().outbox() {
        match (sent.text(), sent.email()) {
            (Some(text), _) => println!("  {:28} {}", text.to.as_deref().unwrap_or_default(), text.body),
            (_, Some(email)) => println!("  {:28} {}", email.to.join(", "), email.html),
            _ => {}
        }
    }
    Ok(())
}

async fn person(crm: &MemCrm, first: &str, last: &str, phone: &str) -> Result<ContactId> {
    let email = format!("{}@{}.example", first.to_lowercase(), last.to_lowercase());
    let person =
        CreateContact::new(crm.location()).first_name(first).last_name(last).email(email).phone(phone);
    Ok(crm.contacts().create(person).await?.id.clone())
}

/// The example is a promise as well: CI runs it.
fn expect(what: &str, holds: bool) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(format!("expected that {what}"))) }
}
