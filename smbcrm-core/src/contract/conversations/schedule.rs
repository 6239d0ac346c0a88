//! Messages that are sent later.

use std::time::Duration;

use super::{conversation, mail, reachable};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contract::{HandOrSkip, Stage, Verdict, cases, ensure_eq, refused};
use crate::conversations::operations::{CANCEL_SCHEDULED, CANCEL_SCHEDULED_EMAIL, SEND};
use crate::conversations::{MessageStatus, SendMessage, SendType, SentMessage};

cases! {
    a_scheduled_message_waits_and_goes => [SEND],
    a_scheduled_message_is_taken_back => [CANCEL_SCHEDULED],
    a_scheduled_email_is_taken_back => [CANCEL_SCHEDULED_EMAIL],
    the_past_is_no_time_to_send => [SEND],
    what_was_sent_is_not_taken_back => [CANCEL_SCHEDULED, CANCEL_SCHEDULED_EMAIL],
}

/// An hour from the world's now, in whole seconds.
async fn in_an_hour(stage: &Stage) -> Result<chrono::DateTime<chrono::Utc>, crate::contract::Failure> {
    let contact = stage.contact().await?;
    let at = contact.date_added.timestamp() + 3600;
    Ok(chrono::DateTime::from_timestamp(at, 0).unwrap_or_default())
}

async fn scheduled(stage: &Stage, message: SendMessage) -> Result<SentMessage, crate::contract::Failure> {
    let at = in_an_hour(stage).await?;
    Ok(stage.crm.conversations().send(message.scheduled_at(at)).await?)
}

async fn a_scheduled_message_waits_and_goes(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let at = in_an_hour(stage).await?;
    let conversations = stage.crm.conversations();
    let text = SendMessage::new(SendType::Sms, &contact.id).message("Later").scheduled_at(at);
    let sent = conversations.send(text).await?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(message.status, Some(MessageStatus::Scheduled));
    ensure_eq!(conversation(stage, &contact.id).await?.last_message_type, None);
    stage.hands.advance(Duration::from_secs(1800)).await.ok_or_skip("the clock cannot be moved here")?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(message.status, Some(MessageStatus::Scheduled));
    stage.hands.advance(Duration::from_secs(1801)).await.ok_or_skip("the clock cannot be moved here")?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(message.status, Some(MessageStatus::Sent));
    ensure_eq!(message.date_added, at);
    let found = conversation(stage, &contact.id).await?;
    ensure_eq!(found.last_message_body.as_str(), "Later");
    ensure_eq!(found.last_message_date, Some(at));
    Ok(())
}

async fn a_scheduled_message_is_taken_back(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let text = SendMessage::new(SendType::Sms, &contact.id).message("Later");
    let sent = scheduled(stage, text).await?;
    ensure_eq!(conversations.cancel_scheduled(&sent.message_id).await?.status, 200);
    refused(conversations.get_message(&sent.message_id).await, NotFound, 400)?;
    if stage.hands.advance(Duration::from_secs(7200)).await.is_some() {
        ensure_eq!(conversation(stage, &contact.id).await?.last_message_type, None);
    }
    Ok(())
}

async fn a_scheduled_email_is_taken_back(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let first = mail(stage, &contact.id, "Offer").await?;
    let email = SendMessage::new(SendType::Email, &contact.id).html("<p>Later</p>");
    let sent = scheduled(stage, email.thread_id(&first.message_id)).await?;
    let id = sent.email_message_id.unwrap_or_default();
    ensure_eq!(conversations.get_email(&id).await?.status, Some(MessageStatus::Scheduled));
    ensure_eq!(conversations.cancel_scheduled_email(&id).await?.status, 200);
    refused(conversations.get_email(&id).await, NotFound, 400)?;
    let message = conversations.get_message(&first.message_id).await?;
    let thread = message.meta.as_ref().and_then(|meta| meta.email.clone()).unwrap_or_default();
    ensure_eq!(thread.message_ids, first.email_message_id.into_iter().collect::<Vec<_>>());
    ensure_eq!(message.status, Some(MessageStatus::Sent));
    Ok(())
}

async fn the_past_is_no_time_to_send(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let past = chrono::DateTime::<chrono::Utc>::UNIX_EPOCH;
    let text = SendMessage::new(SendType::Sms, &contact.id).message("Late").scheduled_at(past);
    refused(stage.crm.conversations().send(text).await, Invalid, 400)?;
    Ok(())
}

async fn what_was_sent_is_not_taken_back(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let sent = mail(stage, &contact.id, "Offer").await?;
    let conversations = stage.crm.conversations();
    refused(conversations.cancel_scheduled(&sent.message_id).await, Invalid, 400)?;
    let id = sent.email_message_id.unwrap_or_default();
    refused(conversations.cancel_scheduled_email(&id).await, Invalid, 400)?;
    ensure_eq!(conversations.get_message(&sent.message_id).await?.status, Some(MessageStatus::Sent));
    Ok(())
}
