//! Threads: one a contact.

use super::{conversation, is_coded, reachable, text};
use crate::ErrorKind::{Duplicate, NotFound};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{CREATE, DELETE, GET, SEND, SET_TYPING, UPDATE};
use crate::conversations::{
    AddInbound, ConversationType, CreateConversation, InboundType, SetTyping, UpdateConversation,
};
use crate::types::ConversationId;

cases! {
    every_contact_has_a_conversation => [CREATE, GET],
    a_deleted_conversation_is_gone_and_may_begin_again => [DELETE, CREATE, GET],
    sending_begins_a_conversation_again => [DELETE, SEND],
    reading_clears_the_unread_count => [UPDATE, GET],
    a_conversation_is_starred => [UPDATE, GET],
    an_unknown_conversation_is_named => [GET, UPDATE, DELETE, SET_TYPING],
    typing_is_shown => [SET_TYPING],
}

async fn every_contact_has_a_conversation(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let conversations = stage.crm.conversations();
    let error = refused(
        conversations.create(CreateConversation::new(&stage.location, &contact.id)).await,
        Duplicate,
        400,
    )?;
    is_coded(&error, "CONVERSATIONS_CONVERSATION_ALREADY_EXISTS")?;
    let id = error.meta().get("conversationId").and_then(|id| id.as_str()).unwrap_or_default();
    let found = conversations.get(&id.into()).await?;
    ensure_eq!(found.contact_id, contact.id);
    ensure_eq!(found.location_id, stage.location);
    ensure_eq!((found.unread_count, found.starred, found.deleted), (0, false, false));
    ensure_eq!(found.kind, ConversationType::Phone);
    let nobody = conversations.create(CreateConversation::new(&stage.location, "nobody")).await;
    refused(nobody, NotFound, 400)?;
    Ok(())
}

async fn a_deleted_conversation_is_gone_and_may_begin_again(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let sent = text(stage, &contact.id, "One").await?;
    conversations.delete(&sent.conversation_id).await?;
    refused(conversations.get(&sent.conversation_id).await, NotFound, 400)?;
    refused(conversations.get_message(&sent.message_id).await, NotFound, 400)?;
    let again = conversations.create(CreateConversation::new(&stage.location, &contact.id)).await?;
    ensure!(again.id != sent.conversation_id, "it is another conversation");
    ensure_eq!(again.contact_id, contact.id);
    ensure!(again.date_added.is_some() && again.last_message_date.is_some(), "it has dates");
    Ok(())
}

async fn sending_begins_a_conversation_again(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let first = conversation(stage, &contact.id).await?;
    stage.crm.conversations().delete(&first.id).await?;
    let sent = text(stage, &contact.id, "One").await?;
    ensure!(sent.conversation_id != first.id, "it is another conversation");
    ensure_eq!(conversation(stage, &contact.id).await?.id, sent.conversation_id);
    Ok(())
}

async fn reading_clears_the_unread_count(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let id = conversation(stage, &contact.id).await?.id;
    for body in ["One", "Two"] {
        conversations
            .add_inbound(AddInbound::new(InboundType::Sms).conversation_id(&id).message(body))
            .await?;
    }
    ensure_eq!(conversations.get(&id).await?.unread_count, 2);
    text(stage, &contact.id, "Three").await?;
    ensure_eq!(conversations.get(&id).await?.unread_count, 2);
    let read = conversations.update(&id, UpdateConversation::mark_read(&stage.location)).await?;
    ensure_eq!(read.unread_count, 0);
    ensure_eq!(conversations.get(&id).await?.unread_count, 0);
    Ok(())
}

async fn a_conversation_is_starred(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let conversations = stage.crm.conversations();
    let id = conversation(stage, &contact.id).await?.id;
    let star = UpdateConversation::new(&stage.location).starred(true);
    ensure!(conversations.update(&id, star).await?.starred, "it is starred");
    ensure!(conversations.get(&id).await?.starred, "it stays starred");
    Ok(())
}

async fn an_unknown_conversation_is_named(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let unknown = ConversationId::from("no-such-conversation");
    refused(conversations.get(&unknown).await, NotFound, 400)?;
    refused(conversations.delete(&unknown).await, NotFound, 400)?;
    let read = UpdateConversation::mark_read(&stage.location);
    refused(conversations.update(&unknown, read).await, NotFound, 400)?;
    let typing = SetTyping::new(&stage.location, true, "visitor", &unknown);
    refused(conversations.set_typing(typing).await, NotFound, 400)?;
    Ok(())
}

async fn typing_is_shown(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let id = conversation(stage, &contact.id).await?.id;
    let conversations = stage.crm.conversations();
    conversations.set_typing(SetTyping::new(&stage.location, true, "visitor", &id)).await?;
    conversations.set_typing(SetTyping::new(&stage.location, false, "visitor", &id)).await?;
    Ok(())
}
