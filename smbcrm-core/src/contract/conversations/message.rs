//! Reading messages.

use super::{mail, reachable, says, text};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{EXPORT_MESSAGES, GET_EMAIL, GET_MESSAGE, LIST_MESSAGES};
use crate::conversations::{
    Direction, ExportChannel, ExportMessages, ExportSort, ListMessages, MessageStatus, MessageType,
    SendMessage, SendType, SortOrder,
};
use crate::types::{EmailMessageId, MessageId};

cases! {
    a_message_is_read => [GET_MESSAGE],
    messages_are_listed_newest_first => [LIST_MESSAGES],
    messages_are_filtered_by_type => [LIST_MESSAGES],
    an_email_is_read_by_its_own_id => [GET_EMAIL, GET_MESSAGE],
    emails_form_a_thread => [GET_EMAIL, GET_MESSAGE],
    an_export_goes_through_everything_but_email => [EXPORT_MESSAGES],
    an_export_has_bounds => [EXPORT_MESSAGES],
    unknown_messages_are_named => [GET_MESSAGE, GET_EMAIL, LIST_MESSAGES],
}

async fn a_message_is_read(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let sent = text(stage, &contact.id, "Good day").await?;
    let message = stage.crm.conversations().get_message(&sent.message_id).await?;
    ensure_eq!(message.kind, MessageType::Sms);
    ensure_eq!(message.body.as_deref(), Some("Good day"));
    ensure_eq!(message.direction, Direction::Outbound);
    ensure_eq!(message.status, Some(MessageStatus::Sent));
    ensure_eq!(message.conversation_id, sent.conversation_id);
    ensure_eq!(message.contact_id, contact.id);
    Ok(())
}

async fn messages_are_listed_newest_first(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let mut sent = Vec::new();
    for body in ["One", "Two", "Three"] {
        stage.hands.advance(std::time::Duration::from_millis(5)).await;
        sent.push(text(stage, &contact.id, body).await?);
    }
    let (id, conversations) = (&sent[0].conversation_id, stage.crm.conversations());
    let page = conversations.list_messages(id, ListMessages::new().limit(2)).await?;
    ensure!(page.next_page, "there is an older one");
    let ids: Vec<_> = page.messages.iter().map(|message| message.id.clone()).collect();
    ensure_eq!(ids, [sent[2].message_id.clone(), sent[1].message_id.clone()]);
    ensure_eq!(page.last_message_id, Some(sent[1].message_id.clone()));
    let next = ListMessages::new().limit(2).last_message_id(&sent[1].message_id);
    let page = conversations.list_messages(id, next).await?;
    ensure!(!page.next_page, "there is none older");
    ensure_eq!(page.messages.len(), 1);
    ensure_eq!(page.last_message_id, Some(sent[0].message_id.clone()));
    Ok(())
}

async fn messages_are_filtered_by_type(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let sent = text(stage, &contact.id, "One").await?;
    mail(stage, &contact.id, "Offer").await?;
    let (id, conversations) = (&sent.conversation_id, stage.crm.conversations());
    let texts = ListMessages::new().kinds([MessageType::Sms, MessageType::Call]);
    let page = conversations.list_messages(id, texts).await?;
    ensure_eq!(page.messages.iter().map(|m| m.kind.clone()).collect::<Vec<_>>(), [MessageType::Sms]);
    let wrong = conversations.list_messages(id, ListMessages::new().kinds(["TYPE_PIGEON"])).await;
    refused(wrong, Invalid, 422)?;
    let wrong = conversations.list_messages(id, ListMessages::new().limit(0)).await;
    refused(wrong, Invalid, 422)?;
    Ok(())
}

async fn an_email_is_read_by_its_own_id(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let sent = mail(stage, &contact.id, "Offer").await?;
    let id = sent.email_message_id.unwrap_or_default();
    let email = stage.crm.conversations().get_email(&id).await?;
    ensure_eq!(email.thread_id, sent.message_id);
    ensure_eq!(email.subject.as_deref(), Some("Offer"));
    ensure_eq!(email.body.as_str(), "<p>Hello</p>");
    ensure_eq!(email.to, contact.email.iter().cloned().collect::<Vec<_>>());
    ensure_eq!(email.conversation_id, sent.conversation_id);
    let message = stage.crm.conversations().get_message(&sent.message_id).await?;
    ensure_eq!(message.kind, MessageType::Email);
    let thread = message.meta.as_ref().and_then(|meta| meta.email.as_ref());
    ensure_eq!(thread.map(|thread| thread.message_ids.clone()), Some(vec![id]));
    Ok(())
}

async fn emails_form_a_thread(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let first = mail(stage, &contact.id, "Offer").await?;
    let one = first.email_message_id.unwrap_or_default();
    let conversations = stage.crm.conversations();
    let answer = SendMessage::new(SendType::Email, &contact.id).html("<p>Well?</p>");
    let second = conversations.send(answer.clone().reply_message_id(one.as_str())).await?;
    ensure_eq!(second.message_id, first.message_id);
    let two = second.email_message_id.unwrap_or_default();
    let third = conversations.send(answer.thread_id(&first.message_id)).await?;
    let three = third.email_message_id.unwrap_or_default();
    let message = conversations.get_message(&first.message_id).await?;
    let thread = message.meta.as_ref().and_then(|meta| meta.email.clone()).unwrap_or_default();
    ensure_eq!(thread.message_ids, [one.clone(), two.clone(), three]);
    let email = conversations.get_email(&two).await?;
    ensure_eq!(email.reply_to_message_id, Some(one));
    ensure_eq!(email.subject.as_deref(), Some("Offer"));
    let page = conversations.list_messages(&first.conversation_id, ListMessages::new()).await?;
    ensure_eq!(page.messages.len(), 1);
    Ok(())
}

async fn an_export_goes_through_everything_but_email(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let mut sent = Vec::new();
    for number in 0..12 {
        stage.hands.advance(std::time::Duration::from_millis(5)).await;
        sent.push(text(stage, &contact.id, &format!("Text {number}")).await?.message_id);
    }
    let letter = mail(stage, &contact.id, "Offer").await?;
    let conversations = stage.crm.conversations();
    let all = ExportMessages::new(&stage.location).contact_id(&contact.id).limit(10);
    let page = conversations.export_messages(all.clone()).await?;
    ensure_eq!((page.total, page.messages.len()), (12, 10));
    let cursor = page.next_cursor.clone().unwrap_or_default();
    let rest = conversations.export_messages(all.clone().cursor(&cursor)).await?;
    ensure_eq!(rest.next_cursor, None);
    let seen = page.messages.iter().chain(&rest.messages).map(|message| message.id.clone());
    ensure_eq!(seen.collect::<Vec<_>>(), sent.iter().rev().cloned().collect::<Vec<_>>());
    let oldest = all.clone().sort_order(SortOrder::Ascending).sort_by(ExportSort::UpdatedAt);
    let page = conversations.export_messages(oldest).await?;
    ensure_eq!(page.messages.first().map(|message| message.id.clone()), sent.first().cloned());
    let emails = conversations.export_messages(all.clone().channel(ExportChannel::Email)).await?;
    ensure_eq!(emails.messages.iter().map(|m| m.id.clone()).collect::<Vec<_>>(), [letter.message_id]);
    let calls = conversations.export_messages(all.channel(ExportChannel::Call)).await?;
    ensure_eq!(calls.total, 0);
    Ok(())
}

async fn an_export_has_bounds(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let all = ExportMessages::new(&stage.location);
    let error = refused(conversations.export_messages(all.clone().limit(9)).await, Invalid, 422)?;
    says(&error, "limit must not be less than 10")?;
    let error = refused(conversations.export_messages(all.clone().limit(501)).await, Invalid, 422)?;
    says(&error, "limit must not be greater than 500")?;
    refused(conversations.export_messages(all.clone().channel("Pigeon")).await, Invalid, 422)?;
    refused(conversations.export_messages(all.cursor("nonsense")).await, Invalid, 400)?;
    Ok(())
}

async fn unknown_messages_are_named(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let error = refused(conversations.get_message(&MessageId::from("no-message")).await, NotFound, 400)?;
    says(&error, "Message with id no-message not found")?;
    refused(conversations.get_email(&EmailMessageId::from("no-email")).await, NotFound, 400)?;
    let id = super::conversation(stage, &contact.id).await?.id;
    let behind = ListMessages::new().last_message_id("no-message");
    refused(conversations.list_messages(&id, behind).await, NotFound, 400)?;
    Ok(())
}
