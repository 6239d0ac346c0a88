//! Sending, and what is refused.

use super::{conversation, is_coded, mail, provider, reachable, says};
use crate::ErrorKind::{Forbidden, Invalid, NotFound};
use crate::contacts::{CreateContact, DndSetting, DndSettings, DndStatus, UpdateContact};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{GET_MESSAGE, SEND, UPDATE_MESSAGE_STATUS};
use crate::conversations::{
    ForwardEmail, ListMessages, MessageStatus, MessageType, SendMessage, SendType, UpdateMessageStatus,
};
use crate::types::ContactId;

cases! {
    every_channel_sends => [SEND, GET_MESSAGE],
    a_message_needs_a_text_or_files => [SEND],
    an_email_needs_html => [SEND],
    a_text_needs_a_phone_and_an_email_an_address => [SEND],
    an_email_goes_to_the_contacts_own_address => [SEND],
    who_is_not_to_be_disturbed_is_not => [SEND],
    a_custom_provider_carries_custom_messages => [SEND, UPDATE_MESSAGE_STATUS],
    an_email_is_forwarded => [SEND],
    what_is_sent_makes_sense => [SEND],
    whatsapp_drops_files => [SEND, GET_MESSAGE],
}

fn sms(contact: &ContactId) -> SendMessage {
    SendMessage::new(SendType::Sms, contact)
}

async fn every_channel_sends(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let channels = [
        (SendType::Sms, MessageType::Sms),
        (SendType::Rcs, MessageType::Rcs),
        (SendType::WhatsApp, MessageType::Whatsapp),
        (SendType::Instagram, MessageType::Instagram),
        (SendType::Facebook, MessageType::Facebook),
        (SendType::LiveChat, MessageType::LiveChat),
        (SendType::TikTok, MessageType::Tiktok),
    ];
    for (channel, kind) in channels {
        let sent = conversations.send(SendMessage::new(channel, &contact.id).message("Good day")).await?;
        let message = conversations.get_message(&sent.message_id).await?;
        ensure_eq!(message.kind, kind);
        ensure_eq!(message.body.as_deref(), Some("Good day"));
        ensure!(sent.msg.is_some(), "the answer says what happened");
    }
    Ok(())
}

async fn a_message_needs_a_text_or_files(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    for nothing in [sms(&contact.id), sms(&contact.id).message(" ")] {
        let error = refused(conversations.send(nothing).await, Invalid, 422)?;
        is_coded(&error, "CONVERSATIONS_MSG_NO_CONTENT")?;
        says(&error, "There is no message or attachments")?;
    }
    let sent = conversations.send(sms(&contact.id).attachments(["https://files.example/a.png"])).await?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(message.attachments.len(), 1);
    let page = conversations.list_messages(&sent.conversation_id, ListMessages::new()).await?;
    ensure_eq!(page.messages.len(), 1);
    Ok(())
}

async fn an_email_needs_html(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let plain = SendMessage::new(SendType::Email, &contact.id).subject("Offer").message("Hello");
    let error = refused(conversations.send(plain.clone()).await, Invalid, 422)?;
    is_coded(&error, "CONVERSATIONS_MSG_NO_CONTENT")?;
    conversations.send(plain.clone().html("<p>Hello</p>")).await?;
    conversations.send(plain.attachments(["https://files.example/a.pdf"])).await?;
    Ok(())
}

async fn a_text_needs_a_phone_and_an_email_an_address(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let mailed = stage.contact().await?;
    let no_phone = conversations.send(sms(&mailed.id).message("Hello")).await;
    says(&refused(no_phone, Invalid, 400)?, "Missing phone number")?;
    let input = CreateContact::new(&stage.location).first_name("Ada").phone(stage.unique_phone());
    let called = stage.crm.contacts().create(input).await?;
    stage.discard(&called.id);
    let email = SendMessage::new(SendType::Email, &called.id).html("<p>Hello</p>");
    says(&refused(conversations.send(email).await, Invalid, 400)?, "Missing email")?;
    refused(conversations.send(sms(&"nobody".into()).message("Hello")).await, NotFound, 400)?;
    Ok(())
}

async fn an_email_goes_to_the_contacts_own_address(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let email = SendMessage::new(SendType::Email, &contact.id).html("<p>Hello</p>");
    let error =
        refused(conversations.send(email.clone().email_to("else@contract.example")).await, Invalid, 400)?;
    is_coded(&error, "CONVERSATIONS_MSG_INVALID_EMAILTO")?;
    let own = contact.email.clone().unwrap_or_default();
    // Compared letter for letter with the stored address, which is in lower case.
    let loud = conversations.send(email.clone().email_to(own.to_uppercase())).await;
    is_coded(&refused(loud, Invalid, 400)?, "CONVERSATIONS_MSG_INVALID_EMAILTO")?;
    conversations.send(email.email_to(&own)).await?;
    Ok(())
}

async fn who_is_not_to_be_disturbed_is_not(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let (contacts, conversations) = (stage.crm.contacts(), stage.crm.conversations());
    let permanent = Some(DndSetting::new(DndStatus::Permanent));
    let settings = DndSettings { sms: permanent, ..DndSettings::default() };
    contacts.update(&contact.id, UpdateContact::new().dnd_settings(settings)).await?;
    let error = refused(conversations.send(sms(&contact.id).message("Hello")).await, Invalid, 400)?;
    is_coded(&error, "CONVERSATIONS_MSG_UNSUBSCRIBED")?;
    mail(stage, &contact.id, "Still fine").await?;
    contacts.update(&contact.id, UpdateContact::new().dnd(true)).await?;
    let email = SendMessage::new(SendType::Email, &contact.id).html("<p>Hello</p>");
    refused(conversations.send(email).await, Invalid, 400)?;
    let id = conversation(stage, &contact.id).await?.id;
    ensure_eq!(conversations.list_messages(&id, ListMessages::new()).await?.messages.len(), 1);
    Ok(())
}

async fn a_custom_provider_carries_custom_messages(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = provider(stage, "SMS").await?;
    let conversations = stage.crm.conversations();
    let wrong = conversations.send(sms(&contact.id).message("Hello").conversation_provider_id(&id)).await;
    let error = refused(wrong, Invalid, 400)?;
    is_coded(&error, "CONVERSATIONS_MSG_CONVERSATION_PROVIDER_MISMATCH")?;
    let custom = SendMessage::new(SendType::Custom, &contact.id).message("Hello");
    refused(conversations.send(custom.clone()).await, Invalid, 422)?;
    let unknown = conversations.send(custom.clone().conversation_provider_id("no-provider")).await;
    is_coded(&refused(unknown, Forbidden, 401)?, "CONVERSATIONS_MSG_PROVIDER_NO_ACCESS")?;
    let sent = conversations.send(custom.conversation_provider_id(&id)).await?;
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(
        (message.kind.clone(), message.status.clone()),
        (MessageType::CustomSms, Some(MessageStatus::Pending))
    );
    let done = UpdateMessageStatus::new(MessageStatus::Delivered);
    let answer = conversations.update_message_status(&sent.message_id, done).await?;
    ensure_eq!(answer.status, Some(MessageStatus::Delivered));
    let message = conversations.get_message(&sent.message_id).await?;
    ensure_eq!(message.status, Some(MessageStatus::Delivered));
    Ok(())
}

async fn an_email_is_forwarded(stage: &Stage) -> Verdict {
    let (one, two) = (reachable(stage).await?, reachable(stage).await?);
    let conversations = stage.crm.conversations();
    let source = mail(stage, &one.id, "Offer").await?;
    let forward = ForwardEmail::new(true).message_id(&source.message_id).to_email("third@contract.example");
    let email = SendMessage::new(SendType::Email, &two.id).subject("Fwd: Offer").forward(forward);
    let sent = conversations.send(email).await?;
    let data = sent.forward_data.unwrap_or_default();
    ensure_eq!(data.source_contact_id, Some(one.id.clone()));
    ensure_eq!(data.forward_to_email.as_deref(), Some("third@contract.example"));
    let email = conversations.get_email(&sent.email_message_id.unwrap_or_default()).await?;
    ensure!(email.body.contains("Hello"), "it quotes: {}", email.body);
    Ok(())
}

async fn what_is_sent_makes_sense(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let good = sms(&contact.id).message("Hello");
    let wrong = good.clone().attachments(["no address"]).from_number("abc");
    let error = refused(conversations.send(wrong).await, Invalid, 422)?;
    says(&error, "each value in attachments must be a URL address")?;
    says(&error, "fromNumber must be a valid phone number")?;
    let pigeon = conversations.send(SendMessage::new("Pigeon", &contact.id).message("Hello")).await;
    refused(pigeon, Invalid, 422)?;
    refused(conversations.send(good.template_id("no-template")).await, NotFound, 400)?;
    let email = SendMessage::new(SendType::Email, &contact.id).html("<p>Hello</p>");
    refused(conversations.send(email.clone().thread_id("no-message")).await, NotFound, 400)?;
    refused(conversations.send(email.reply_message_id("no-message")).await, NotFound, 400)?;
    ensure_eq!(conversation(stage, &contact.id).await?.last_message_type, None);
    Ok(())
}

async fn whatsapp_drops_files(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let files =
        SendMessage::new(SendType::WhatsApp, &contact.id).attachments(["https://files.example/a.png"]);
    refused(conversations.send(files.clone()).await, Invalid, 422)?;
    let sent = conversations.send(files.message("Look")).await?;
    ensure_eq!(conversations.get_message(&sent.message_id).await?.attachments.len(), 0);
    Ok(())
}
