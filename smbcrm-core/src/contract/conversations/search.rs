//! Finding conversations.

use super::{conversation, mail, reachable, says, text};
use crate::ErrorKind::Invalid;
use crate::contacts::UpdateContact;
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::SEARCH;
use crate::conversations::{
    AddInbound, ConversationSort, ConversationStatus, ConversationType, Direction, InboundType,
    MessageAction, MessageType, SearchConversations, SortOrder, UpdateConversation,
};
use crate::types::{ContactId, UserId};

cases! {
    a_conversation_shows_its_contact_and_newest_message => [SEARCH],
    conversations_are_filtered_by_state_and_newest_message => [SEARCH],
    conversations_are_found_by_their_contact => [SEARCH],
    pages_follow_the_newest_message => [SEARCH],
    a_search_has_bounds => [SEARCH],
}

fn search(stage: &Stage) -> SearchConversations {
    SearchConversations::new(&stage.location)
}

async fn found(
    stage: &Stage,
    search: SearchConversations,
) -> Result<Vec<ContactId>, crate::contract::Failure> {
    let page = stage.crm.conversations().search(search).await?;
    Ok(page.conversations.into_iter().map(|found| found.contact_id).collect())
}

async fn a_conversation_shows_its_contact_and_newest_message(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let fresh = conversation(stage, &contact.id).await?;
    ensure_eq!(fresh.last_message_body.as_str(), "");
    ensure_eq!(fresh.last_message_type, None);
    let sent = text(stage, &contact.id, "Good day").await?;
    let seen = conversation(stage, &contact.id).await?;
    ensure_eq!(seen.id, sent.conversation_id);
    ensure_eq!(seen.last_message_body.as_str(), "Good day");
    ensure_eq!(seen.last_message_type, Some(MessageType::Sms));
    ensure_eq!(seen.last_message_direction, Some(Direction::Outbound));
    ensure_eq!(seen.last_outbound_message_action, Some(MessageAction::Manual));
    ensure_eq!(seen.kind, ConversationType::Phone);
    ensure_eq!(seen.full_name.as_str(), "Ada Vale");
    ensure_eq!((seen.email, seen.phone), (contact.email.clone(), contact.phone.clone()));
    ensure!(seen.last_message_date >= fresh.last_message_date, "the date moves on");
    mail(stage, &contact.id, "Offer").await?;
    ensure_eq!(conversation(stage, &contact.id).await?.kind, ConversationType::Email);
    Ok(())
}

async fn conversations_are_filtered_by_state_and_newest_message(stage: &Stage) -> Verdict {
    let (one, two) = (reachable(stage).await?, reachable(stage).await?);
    let conversations = stage.crm.conversations();
    conversations
        .add_inbound(AddInbound::new(InboundType::WhatsApp).contact_id(&one.id).message("Hi"))
        .await?;
    mail(stage, &two.id, "Offer").await?;
    let star = UpdateConversation::new(&stage.location).starred(true);
    conversations.update(&conversation(stage, &two.id).await?.id, star).await?;
    let is = |contact: &ContactId| search(stage).contact_id(contact);
    let filters = [
        (is(&one.id).status(ConversationStatus::Unread), is(&two.id).status(ConversationStatus::Unread)),
        (is(&one.id).status(ConversationStatus::Recents), is(&one.id).status(ConversationStatus::Read)),
        (
            is(&one.id).last_message_type(MessageType::Whatsapp),
            is(&two.id).last_message_type(MessageType::Whatsapp),
        ),
        (
            is(&one.id).last_message_direction(Direction::Inbound),
            is(&two.id).last_message_direction(Direction::Inbound),
        ),
    ];
    for (yes, no) in filters {
        ensure_eq!(found(stage, yes).await?, std::slice::from_ref(&one.id));
        ensure!(found(stage, no).await?.is_empty(), "the other one is left out");
    }
    ensure_eq!(
        found(stage, is(&two.id).status(ConversationStatus::Starred)).await?,
        std::slice::from_ref(&two.id)
    );
    ensure!(found(stage, is(&one.id).status(ConversationStatus::Starred)).await?.is_empty(), "not starred");
    let manual = is(&two.id).last_message_action(MessageAction::Manual);
    ensure_eq!(found(stage, manual).await?, std::slice::from_ref(&two.id));
    let old = chrono::DateTime::<chrono::Utc>::UNIX_EPOCH;
    ensure!(found(stage, is(&one.id).end_date(old)).await?.is_empty(), "begun since 1970");
    ensure_eq!(found(stage, is(&one.id).start_date(old)).await?, std::slice::from_ref(&one.id));
    Ok(())
}

async fn conversations_are_found_by_their_contact(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let email = contact.email.clone().unwrap_or_default();
    ensure_eq!(found(stage, search(stage).query(email.as_str())).await?, std::slice::from_ref(&contact.id));
    let id = conversation(stage, &contact.id).await?.id;
    ensure_eq!(found(stage, search(stage).id(&id)).await?, std::slice::from_ref(&contact.id));
    let user = UserId::from(stage.unique("user"));
    ensure!(found(stage, search(stage).assigned_to([&user])).await?.is_empty(), "nobody's yet");
    let nobodys = search(stage).contact_id(&contact.id).assigned_to(["unassigned"]);
    ensure_eq!(found(stage, nobodys).await?, std::slice::from_ref(&contact.id));
    stage.crm.contacts().update(&contact.id, UpdateContact::new().assigned_to(&user)).await?;
    let theirs = search(stage).assigned_to([&user, &UserId::from("somebody")]);
    let page = stage.crm.conversations().search(theirs).await?;
    ensure_eq!(page.total, 1);
    ensure_eq!(page.conversations.first().and_then(|c| c.assigned_to.clone()), Some(user));
    Ok(())
}

async fn pages_follow_the_newest_message(stage: &Stage) -> Verdict {
    let tag = UserId::from(stage.unique("user"));
    let mut contacts = Vec::new();
    for _ in 0..5 {
        let contact = reachable(stage).await?;
        stage.crm.contacts().update(&contact.id, UpdateContact::new().assigned_to(&tag)).await?;
        contacts.push(contact.id.clone());
    }
    // The third is written to last.
    for at in [0, 4, 1, 3, 2] {
        stage.hands.advance(std::time::Duration::from_millis(5)).await;
        text(stage, &contacts[at], "Hello").await?;
    }
    let wanted: Vec<ContactId> = [2, 3, 1, 4, 0].map(|at| contacts[at].clone()).to_vec();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let mut asked = search(stage).assigned_to([&tag]).limit(2);
        asked.start_after_date = after;
        let page = stage.crm.conversations().search(asked).await?;
        ensure_eq!(page.total, 5);
        let Some(last) = page.conversations.last() else { break };
        after = last.last_message_date;
        seen.extend(page.conversations.iter().map(|found| found.contact_id.clone()));
        ensure!(seen.len() <= 5, "the pages overlap");
    }
    ensure_eq!(seen, wanted);
    let backwards = search(stage)
        .assigned_to([&tag])
        .sort(SortOrder::Ascending)
        .sort_by(ConversationSort::LastManualMessage)
        .limit(2);
    ensure_eq!(found(stage, backwards).await?, [contacts[0].clone(), contacts[4].clone()]);
    Ok(())
}

async fn a_search_has_bounds(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let error = refused(conversations.search(search(stage).limit(0)).await, Invalid, 422)?;
    says(&error, "limit must not be less than 1")?;
    let error = refused(conversations.search(search(stage).limit(101)).await, Invalid, 422)?;
    says(&error, "limit must not be greater than 100")?;
    refused(conversations.search(search(stage).status("asleep")).await, Invalid, 422)?;
    Ok(())
}
