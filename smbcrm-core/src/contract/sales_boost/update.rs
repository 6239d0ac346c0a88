//! Changing an integration.

use std::sync::Arc;

use super::{Receiver, Stage};
use crate::ErrorKind;
use crate::contract::{Failure, Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::{
    Channel, CreateWebhook, EventType, IntegrationId, IntegrationStatus, PipedriveDeals, ProviderId,
    SubscriptionInput, UpdateIntegration, operations as op,
};
use crate::types::Text;

cases! { on Stage:
    a_name_is_given_and_taken => [op::UPDATE],
    an_integration_is_switched_off_and_on => [op::UPDATE, op::TEST],
    nobody_sets_needs_attention => [op::UPDATE],
    subscriptions_are_replaced_as_a_whole => [op::UPDATE],
    an_address_that_is_left_out_is_found => [op::UPDATE],
    a_default_address_alone_points_everything_there => [op::UPDATE],
    an_address_that_another_one_has_is_refused => [op::UPDATE],
    what_is_wrong_changes_nothing => [op::UPDATE],
    a_key_belongs_to_the_addresses_it_was_given_for => [op::UPDATE, op::TEST],
    a_key_is_for_those_that_have_one => [op::UPDATE],
    what_changes_nothing_is_no_change => [op::UPDATE],
}

const A: &str = "https://hooks.example.com/a";
const B: &str = "https://hooks.example.com/b";

async fn zap(stage: &Stage, url: &str) -> Result<IntegrationId, Failure> {
    let webhook =
        CreateWebhook::new(ProviderId::Zapier, url, [EventType::LeadCreated, EventType::ExportCompleted]);
    Ok(stage.api.create_webhook(webhook).await?.integration.id)
}

fn of(event: EventType) -> SubscriptionInput {
    SubscriptionInput::new(event)
}

async fn a_name_is_given_and_taken(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let named = stage.api.update(&id, UpdateIntegration::new().display_name("Leads")).await?;
    ensure_eq!(named.display_name.as_deref(), Some("Leads"));
    ensure_eq!(named.last_changed_via.clone().unwrap_or_default().channel, Channel::Api);
    ensure!(named.last_changed_at.is_some());
    ensure_eq!(stage.api.get(&id).await?, named);
    let bare = stage.api.update(&id, UpdateIntegration::new().clear_display_name()).await?;
    ensure_eq!(bare.display_name, None);
    ensure_eq!(bare.subscriptions, named.subscriptions);
    Ok(())
}

async fn an_integration_is_switched_off_and_on(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "");
    stage.api.test(&id).await?;
    ensure_eq!(stage.api.get(&id).await?.consecutive_failures, 1);
    let off = stage.api.update(&id, UpdateIntegration::new().status(IntegrationStatus::Disabled)).await?;
    ensure_eq!((off.status, off.consecutive_failures), (IntegrationStatus::Disabled, 1));
    receiver.take();
    stage.happen(super::Happening::Received(stage.leads(1).await?)).await?;
    ensure!(receiver.take().is_empty(), "one that is off is told nothing");
    let on = stage.api.update(&id, UpdateIntegration::new().status(IntegrationStatus::Connected)).await?;
    ensure_eq!((on.status, on.consecutive_failures), (IntegrationStatus::Connected, 0));
    Ok(())
}

async fn nobody_sets_needs_attention(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    for status in [IntegrationStatus::NeedsAttention, IntegrationStatus::from("asleep")] {
        let changes = UpdateIntegration::new().status(status);
        let error = refused(stage.api.update(&id, changes).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some("validation_error"));
    }
    ensure_eq!(stage.api.get(&id).await?.status, IntegrationStatus::Connected);
    Ok(())
}

async fn subscriptions_are_replaced_as_a_whole(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let before = stage.api.get(&id).await?.subscriptions;
    let config: serde_json::Map<_, _> = [("row".to_owned(), serde_json::json!(7))].into_iter().collect();
    let wanted = [
        of(EventType::LeadUpdated).target_url(B).config(config.clone()),
        of(EventType::LeadCreated).is_active(false),
    ];
    let after = stage.api.update(&id, UpdateIntegration::new().subscriptions(wanted)).await?.subscriptions;
    ensure_eq!(after.len(), 2);
    ensure_eq!((&after[0].event_type, after[0].target_url.as_deref()), (&EventType::LeadUpdated, Some(B)));
    ensure_eq!((after[0].config.as_ref(), after[0].is_active), (Some(&config), true));
    ensure_eq!((after[1].id, after[1].is_active), (before[0].id, false));
    ensure!(before.iter().all(|one| one.id != after[0].id));
    let none: [SubscriptionInput; 0] = [];
    ensure!(
        stage.api.update(&id, UpdateIntegration::new().subscriptions(none)).await?.subscriptions.is_empty()
    );
    let many = || (0..20).map(|_| of(EventType::LeadCreated).target_url(A)).collect::<Vec<_>>();
    ensure_eq!(
        stage.api.update(&id, UpdateIntegration::new().subscriptions(many())).await?.subscriptions.len(),
        20
    );
    let mut too_many = many();
    too_many.push(of(EventType::LeadCreated).target_url(A));
    let changes = UpdateIntegration::new().subscriptions(too_many);
    let error = refused(stage.api.update(&id, changes).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("validation_error"));
    Ok(())
}

async fn an_address_that_is_left_out_is_found(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let at = |urls: Vec<Option<Text>>| urls.iter().flatten().map(ToString::to_string).collect::<Vec<_>>();
    let moved = [of(EventType::LeadCreated).target_url(B), of(EventType::ExportCompleted)];
    let moved = stage.api.update(&id, UpdateIntegration::new().subscriptions(moved)).await?;
    ensure_eq!(at(moved.subscriptions.iter().map(|one| one.target_url.clone()).collect()), [B, A]);
    ensure_eq!(moved.external_account_id.as_deref(), Some(B));
    // The event's own address, then the integration's first.
    let kept = [of(EventType::ExportCompleted), of(EventType::LeadUpdated)];
    let kept = stage.api.update(&id, UpdateIntegration::new().subscriptions(kept)).await?;
    ensure_eq!(at(kept.subscriptions.iter().map(|one| one.target_url.clone()).collect()), [A, B]);
    // A default goes before both.
    let c = "https://hooks.example.com/c";
    let told = UpdateIntegration::new().subscriptions([of(EventType::ExportCompleted)]).default_target_url(c);
    let told = stage.api.update(&id, told).await?;
    ensure_eq!(at(told.subscriptions.iter().map(|one| one.target_url.clone()).collect()), [c]);
    Ok(())
}

async fn a_default_address_alone_points_everything_there(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let off = [of(EventType::LeadCreated), of(EventType::ExportCompleted).is_active(false)];
    stage.api.update(&id, UpdateIntegration::new().subscriptions(off)).await?;
    let moved = stage.api.update(&id, UpdateIntegration::new().default_target_url(B)).await?;
    ensure!(moved.subscriptions.iter().all(|one| one.target_url.as_deref() == Some(B)));
    let active: Vec<bool> = moved.subscriptions.iter().map(|one| one.is_active).collect();
    ensure_eq!(active, [true, false]);
    Ok(())
}

async fn an_address_that_another_one_has_is_refused(stage: &Stage) -> Verdict {
    let (id, _) = (zap(stage, A).await?, zap(stage, B).await?);
    let before = stage.api.get(&id).await?;
    let changes = UpdateIntegration::new().default_target_url(B).display_name("moved");
    let error = refused(stage.api.update(&id, changes).await, ErrorKind::Duplicate, 409)?;
    ensure_eq!(error.code(), Some("integration_exists"));
    ensure_eq!(stage.api.get(&id).await?, before);
    stage.api.update(&id, UpdateIntegration::new().default_target_url(A)).await?; // its own
    Ok(())
}

async fn what_is_wrong_changes_nothing(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let before = stage.api.get(&id).await?;
    let all = || UpdateIntegration::new().display_name("changed");
    for (changes, code) in [
        (all().display_name(""), "validation_error"),
        (all().display_name("x".repeat(101)), "validation_error"),
        (all().subscriptions([of(EventType::from("lead.eaten"))]), "validation_error"),
        (all().subscriptions([of(EventType::LeadCreated).target_url("nowhere")]), "validation_error"),
        (all().subscriptions([of(EventType::LeadCreated).target_url("https://10.0.0.1/")]), "bad_request"),
        (all().default_target_url("https://localhost/"), "bad_request"),
        (all().pipedrive_deals(PipedriveDeals::new().enabled(true)), "bad_request"),
        (all().pipedrive_deals(PipedriveDeals::new().stage_id(0)), "validation_error"),
        (all().pipedrive_deals(PipedriveDeals::new().default_currency("$")), "validation_error"),
        (all().pipedrive_deals(PipedriveDeals::new().expected_close_days(3_651)), "validation_error"),
    ] {
        let error = refused(stage.api.update(&id, changes).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some(code));
    }
    ensure_eq!(stage.api.get(&id).await?, before);
    Ok(())
}

async fn sent_key(
    stage: &Stage,
    id: IntegrationId,
    at: &Arc<dyn Receiver>,
) -> Result<Option<String>, Failure> {
    at.take();
    stage.api.test(&id).await?;
    Ok(at.take().first().and_then(|received| received.header("x-smb-api-key").map(str::to_owned)))
}

async fn a_key_belongs_to_the_addresses_it_was_given_for(stage: &Stage) -> Verdict {
    use crate::contract::HandOrSkip as _;
    let here = stage.hands.receiver().await.ok_or_skip("needs a receiver")?;
    let there = stage.hands.receiver().await.ok_or_skip("needs a receiver")?;
    let webhook =
        CreateWebhook::new(ProviderId::Clay, here.url(), [EventType::LeadCreated]).api_key("clay-1");
    let id = stage.api.create_webhook(webhook).await?.integration.id;
    ensure_eq!(sent_key(stage, id, &here).await?.as_deref(), Some("clay-1"));

    let moved = UpdateIntegration::new().default_target_url(there.url());
    let error = refused(stage.api.update(&id, moved.clone()).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("bad_request"));
    stage.api.update(&id, moved.api_key("clay-2")).await?;
    ensure_eq!(sent_key(stage, id, &there).await?.as_deref(), Some("clay-2"));

    stage.api.update(&id, UpdateIntegration::new().clear_api_key()).await?;
    ensure_eq!(sent_key(stage, id, &there).await?, None);
    stage.api.update(&id, UpdateIntegration::new().api_key("clay-3")).await?;
    ensure_eq!(sent_key(stage, id, &there).await?.as_deref(), Some("clay-3"));
    stage.api.update(&id, UpdateIntegration::new().api_key("")).await?;
    ensure_eq!(sent_key(stage, id, &there).await?, None);
    Ok(())
}

async fn a_key_is_for_those_that_have_one(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let changes = UpdateIntegration::new().api_key("key");
    let error = refused(stage.api.update(&id, changes).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("bad_request"));
    let with = CreateWebhook::new(ProviderId::Make, B, [EventType::LeadCreated]).api_key("first");
    let id = stage.api.create_webhook(with).await?.integration.id;
    stage.api.update(&id, UpdateIntegration::new().api_key("second")).await?;
    let long = UpdateIntegration::new().api_key("x".repeat(501).as_str());
    let error = refused(stage.api.update(&id, long).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("validation_error"));
    Ok(())
}

async fn what_changes_nothing_is_no_change(stage: &Stage) -> Verdict {
    let id = zap(stage, A).await?;
    let before = stage.api.get(&id).await?;
    let same = UpdateIntegration::new().status(IntegrationStatus::Connected).default_target_url(A);
    ensure_eq!(stage.api.update(&id, same).await?, before);
    ensure_eq!(stage.api.update(&id, UpdateIntegration::new()).await?, before);
    Ok(())
}
