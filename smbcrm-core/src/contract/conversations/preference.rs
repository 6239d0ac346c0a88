//! Subscriptions.

use super::{is_coded, reachable, says};
use crate::ErrorKind::{Duplicate, Invalid, NotFound};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{
    CHANGE_SUBSCRIPTION, CREATE_SUBTYPE, GET_SUBSCRIPTIONS, LIST_SUBTYPES, SEND, UPDATE_SUBTYPE,
};
use crate::conversations::{
    ChangeSubscription, CreateSubtype, CustomSubtype, DefaultSubtype, GetSubscriptions, InLocation,
    SendMessage, SendType, SubscriptionAction, SubscriptionKind, SubscriptionStatus, SubtypeChannel,
    UpdateSubtype,
};

cases! {
    a_kind_of_message_is_defined_and_changed => [CREATE_SUBTYPE, UPDATE_SUBTYPE, LIST_SUBTYPES],
    a_kind_of_message_makes_sense => [CREATE_SUBTYPE, UPDATE_SUBTYPE],
    who_has_unsubscribed_gets_no_email_of_the_kind => [CHANGE_SUBSCRIPTION, GET_SUBSCRIPTIONS, SEND],
    subscribing_again_needs_a_reason => [CHANGE_SUBSCRIPTION],
    a_change_makes_sense => [CHANGE_SUBSCRIPTION, GET_SUBSCRIPTIONS],
}

fn here(stage: &Stage) -> InLocation {
    InLocation::new(&stage.location)
}

async fn newsletter(stage: &Stage) -> Result<CustomSubtype, Failure> {
    let input =
        CreateSubtype::new(stage.unique("News"), SubtypeChannel::Email, "en").description("Every week");
    Ok(stage.crm.conversations().create_subtype(here(stage), input).await?)
}

async fn a_kind_of_message_is_defined_and_changed(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let made = newsletter(stage).await?;
    ensure_eq!((made.channel.clone(), made.archived), (SubtypeChannel::Email, false));
    let listed = conversations.list_subtypes(here(stage)).await?;
    // Over the wire an answer may carry more than the record (a trace id).
    let found = listed.iter().find(|listed| listed.id == made.id);
    ensure_eq!(found.map(|found| found.name.clone()), Some(made.name.clone()));
    let change = UpdateSubtype::new().description("Every month").archived(true);
    let changed = conversations.update_subtype(&made.id, here(stage), change).await?;
    ensure_eq!(changed.name, made.name);
    ensure_eq!(changed.description.as_deref(), Some("Every month"));
    ensure!(changed.archived, "it is archived");
    Ok(())
}

async fn a_kind_of_message_makes_sense(stage: &Stage) -> Verdict {
    let conversations = stage.crm.conversations();
    let made = newsletter(stage).await?;
    let same = CreateSubtype::new(&made.name, SubtypeChannel::Email, "en");
    refused(conversations.create_subtype(here(stage), same).await, Duplicate, 400)?;
    let long = CreateSubtype::new("x".repeat(101), SubtypeChannel::Email, "");
    let error = refused(conversations.create_subtype(here(stage), long).await, Invalid, 422)?;
    says(&error, "name must be shorter than or equal to 100 characters")?;
    says(&error, "language should not be empty")?;
    let unnamed = conversations.update_subtype(&made.id, here(stage), UpdateSubtype::new().name("")).await;
    refused(unnamed, Invalid, 422)?;
    let unknown = conversations.update_subtype(&"no-subtype".into(), here(stage), UpdateSubtype::new()).await;
    refused(unknown, NotFound, 400)?;
    Ok(())
}

async fn who_has_unsubscribed_gets_no_email_of_the_kind(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let conversations = stage.crm.conversations();
    let news = newsletter(stage).await?;
    let own = contact.email.clone().unwrap_or_default();
    let leave = SubscriptionAction::new(SubscriptionKind::Custom, SubscriptionStatus::Unsubscribed)
        .subtype_id(&news.id);
    let change = ChangeSubscription::new(&stage.location, &contact.id, &own, leave);
    conversations.change_subscription(change).await?;
    let asked = GetSubscriptions::new(&stage.location, &contact.id);
    let shown = conversations.get_subscriptions(asked.clone()).await?;
    let of_one = shown.emails.first().cloned().unwrap_or_default();
    ensure_eq!((of_one.email.clone(), of_one.status.clone()), (own.clone(), SubscriptionStatus::Subscribed));
    let of_kind = of_one.subscriptions.iter().find(|shown| shown.subtype_id.as_ref() == Some(&news.id));
    ensure_eq!(of_kind.map(|shown| shown.status.clone()), Some(SubscriptionStatus::Unsubscribed));
    let email = SendMessage::new(SendType::Email, &contact.id).html("<p>News</p>");
    let error = refused(conversations.send(email.clone().custom_subtype_id(&news.id)).await, Invalid, 400)?;
    is_coded(&error, "CONVERSATIONS_MSG_UNSUBSCRIBED")?;
    conversations.send(email.clone()).await?;
    let leave = SubscriptionAction::new(SubscriptionKind::Default, SubscriptionStatus::Unsubscribed)
        .subtype_name(DefaultSubtype::OneOnOne);
    let change = ChangeSubscription::new(&stage.location, &contact.id, &own, leave);
    conversations.change_subscription(change).await?;
    refused(conversations.send(email.clone()).await, Invalid, 400)?;
    let again = SubscriptionAction::new(SubscriptionKind::ResubscribeAll, SubscriptionStatus::Subscribed);
    let change =
        ChangeSubscription::new(&stage.location, &contact.id, &own, again).legal_reason("Asked for it");
    conversations.change_subscription(change).await?;
    conversations.send(email.custom_subtype_id(&news.id)).await?;
    Ok(())
}

async fn subscribing_again_needs_a_reason(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let own = contact.email.clone().unwrap_or_default();
    let again = SubscriptionAction::new(SubscriptionKind::ResubscribeAll, SubscriptionStatus::Subscribed);
    let change = ChangeSubscription::new(&stage.location, &contact.id, &own, again);
    let error = refused(stage.crm.conversations().change_subscription(change).await, Invalid, 422)?;
    says(&error, "legal_reason should not be empty")
}

async fn a_change_makes_sense(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let own = contact.email.clone().unwrap_or_default();
    let conversations = stage.crm.conversations();
    let leave = SubscriptionAction::new(SubscriptionKind::Custom, SubscriptionStatus::Unsubscribed);
    let change = |email: &str, action: &SubscriptionAction| {
        ChangeSubscription::new(&stage.location, &contact.id, email, action.clone())
    };
    refused(conversations.change_subscription(change(&own, &leave)).await, Invalid, 422)?;
    let unknown = leave.clone().subtype_id("no-subtype");
    refused(conversations.change_subscription(change(&own, &unknown)).await, NotFound, 400)?;
    let one = SubscriptionAction::new(SubscriptionKind::Default, SubscriptionStatus::Unsubscribed)
        .subtype_name(DefaultSubtype::OneOnOne);
    refused(conversations.change_subscription(change("else@contract.example", &one)).await, NotFound, 400)?;
    let nobody = conversations.get_subscriptions(GetSubscriptions::new(&stage.location, "nobody")).await;
    refused(nobody, NotFound, 400)?;
    Ok(())
}
