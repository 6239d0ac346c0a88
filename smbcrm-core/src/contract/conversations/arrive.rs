//! What other systems carried.

use super::{conversation, is_coded, mail, provider, reachable, text};
use crate::ErrorKind::{Forbidden, Invalid, NotFound};
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{
    ADD_INBOUND, ADD_OUTBOUND, REPLY_TO_REVIEW, SET_ATTACHMENTS, UPDATE_MESSAGE_STATUS,
};
use crate::conversations::{
    AddInbound, AddOutbound, CallDetails, CallStatus, ConversationType, Direction, InboundType,
    MessageStatus, MessageType, OutboundType, ReviewReply, SetAttachments, UpdateMessageStatus,
};

cases! {
    an_inbound_message_is_unread => [ADD_INBOUND],
    an_inbound_email_joins_its_thread => [ADD_INBOUND],
    an_inbound_message_makes_sense => [ADD_INBOUND],
    an_outbound_call_is_added => [ADD_OUTBOUND],
    only_the_provider_says_what_became_of_a_message => [UPDATE_MESSAGE_STATUS],
    an_external_calls_files_are_replaced => [SET_ATTACHMENTS],
    a_review_is_answered => [REPLY_TO_REVIEW],
}

async fn an_inbound_message_is_unread(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let inbound = AddInbound::new(InboundType::WhatsApp).contact_id(&contact.id).message("Hello?");
    let added = conversations.add_inbound(inbound).await?;
    ensure!(added.success && added.date_added.is_some(), "it was added");
    let message = conversations.get_message(&added.message_id).await?;
    ensure_eq!(message.direction, Direction::Inbound);
    ensure_eq!(message.kind, MessageType::Whatsapp);
    ensure_eq!(message.status, Some(MessageStatus::Delivered));
    let found = conversation(stage, &contact.id).await?;
    ensure_eq!((found.id, found.unread_count), (added.conversation_id, 1));
    ensure!(found.last_inbound_whatsapp_message_date.is_some(), "WhatsApp's window is open");
    Ok(())
}

async fn an_inbound_email_joins_its_thread(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let sent = mail(stage, &contact.id, "Offer").await?;
    let answer = AddInbound::new(InboundType::Email)
        .conversation_id(&sent.conversation_id)
        .html("<p>Yes</p>")
        .email_message_id(sent.email_message_id.clone().unwrap_or_default());
    let added = conversations.add_inbound(answer).await?;
    ensure_eq!(added.message_id, sent.message_id);
    let email = conversations.get_email(&added.email_message_id.unwrap_or_default()).await?;
    ensure_eq!(email.direction, Direction::Inbound);
    ensure_eq!(email.reply_to_message_id, sent.email_message_id);
    ensure_eq!(Some(email.from.clone()), contact.email.clone());
    ensure_eq!(conversation(stage, &contact.id).await?.unread_count, 1);
    let unknown =
        AddInbound::new(InboundType::Email).contact_id(&contact.id).html("x").email_message_id("none");
    refused(conversations.add_inbound(unknown).await, NotFound, 400)?;
    Ok(())
}

async fn an_inbound_message_makes_sense(stage: &Stage) -> Verdict {
    let (contact, other) = (reachable(stage).await?, reachable(stage).await?);
    let conversations = stage.crm.conversations();
    let inbound = AddInbound::new(InboundType::Sms).contact_id(&contact.id);
    let error = refused(conversations.add_inbound(inbound.clone()).await, Invalid, 422)?;
    is_coded(&error, "CONVERSATIONS_MSG_NO_CONTENT")?;
    let nowhere = AddInbound::new(InboundType::Sms).message("Hello");
    refused(conversations.add_inbound(nowhere.clone()).await, Invalid, 422)?;
    refused(conversations.add_inbound(nowhere.clone().conversation_id("nowhere")).await, NotFound, 400)?;
    refused(conversations.add_inbound(nowhere.contact_id("nobody")).await, NotFound, 400)?;
    let theirs = conversation(stage, &other.id).await?.id;
    let mixed = inbound.clone().message("Hello").conversation_id(&theirs);
    refused(conversations.add_inbound(mixed).await, Invalid, 400)?;
    let foreign = inbound.message("Hello").conversation_provider_id("no-provider");
    let error = refused(conversations.add_inbound(foreign).await, Forbidden, 401)?;
    is_coded(&error, "CONVERSATIONS_MSG_PROVIDER_NO_ACCESS")?;
    ensure_eq!(conversation(stage, &contact.id).await?.unread_count, 0);
    Ok(())
}

async fn an_outbound_call_is_added(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let provider = provider(stage, "Call").await?;
    let conversations = stage.crm.conversations();
    let id = conversation(stage, &contact.id).await?.id;
    let call = CallDetails::new().to("+15005550006").from("+15005550001").status(CallStatus::Completed);
    let outbound = AddOutbound::new(OutboundType::Call, &id, &provider).call(call);
    let added = conversations.add_outbound(outbound).await?;
    let message = conversations.get_message(&added.message_id).await?;
    ensure_eq!(
        (message.kind.clone(), message.direction.clone()),
        (MessageType::CustomCall, Direction::Outbound)
    );
    let meta = message.meta.clone().unwrap_or_default();
    ensure_eq!(meta.call_status, Some(CallStatus::Completed));
    let unknown = AddOutbound::new(OutboundType::Call, &id, "no-provider");
    refused(conversations.add_outbound(unknown).await, Forbidden, 401)?;
    let nowhere = AddOutbound::new(OutboundType::Call, "nowhere", &provider);
    refused(conversations.add_outbound(nowhere).await, NotFound, 400)?;
    Ok(())
}

async fn only_the_provider_says_what_became_of_a_message(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let sent = text(stage, &contact.id, "Hello").await?;
    let conversations = stage.crm.conversations();
    let read = UpdateMessageStatus::new(MessageStatus::Read);
    let error =
        refused(conversations.update_message_status(&sent.message_id, read.clone()).await, Forbidden, 401)?;
    is_coded(&error, "CONVERSATIONS_MSG_PROVIDER_NO_ACCESS")?;
    refused(conversations.update_message_status(&"nothing".into(), read).await, NotFound, 400)?;
    let odd = UpdateMessageStatus::new(MessageStatus::Scheduled);
    refused(conversations.update_message_status(&sent.message_id, odd).await, Invalid, 422)?;
    ensure_eq!(conversations.get_message(&sent.message_id).await?.status, Some(MessageStatus::Sent));
    Ok(())
}

async fn an_external_calls_files_are_replaced(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let call = conversations.add_inbound(AddInbound::new(InboundType::Call).contact_id(&contact.id)).await?;
    let files = |count: usize| {
        SetAttachments::new((0..count).map(|number| format!("https://files.example/{number}.mp3")))
    };
    let message = conversations.set_attachments(&call.message_id, files(2)).await?;
    ensure_eq!(message.attachments.len(), 2);
    ensure_eq!(conversations.set_attachments(&call.message_id, files(1)).await?.attachments.len(), 1);
    refused(conversations.set_attachments(&call.message_id, files(6)).await, Invalid, 422)?;
    let sent = text(stage, &contact.id, "Hello").await?;
    refused(conversations.set_attachments(&sent.message_id, files(1)).await, Invalid, 400)?;
    ensure_eq!(conversations.get_message(&call.message_id).await?.attachments.len(), 1);
    Ok(())
}

async fn a_review_is_answered(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let id = conversation(stage, &contact.id).await?.id;
    let reply = ReviewReply::new(&id, &stage.location, "Thank you!");
    refused(conversations.reply_to_review(reply.clone()).await, Invalid, 400)?;
    let planted = stage.hands.plant(Plant::Review(contact.id.clone(), "Five stars".into())).await;
    planted.ok_or_skip("reviews cannot be planted here")?;
    ensure_eq!(conversation(stage, &contact.id).await?.kind, ConversationType::Review);
    let sent = conversations.reply_to_review(reply).await?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!((message.kind.clone(), message.direction.clone()), (MessageType::Review, Direction::Outbound));
    let empty = conversations.reply_to_review(ReviewReply::new(&id, &stage.location, "")).await;
    refused(empty, Invalid, 422)?;
    Ok(())
}
