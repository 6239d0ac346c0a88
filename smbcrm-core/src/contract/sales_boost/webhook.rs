//! Webhooks: made, found, deleted, and refused.

use super::{Setting, Stage};
use crate::ErrorKind;
use crate::contract::{Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::{
    Channel, CreateWebhook, EventType, IntegrationStatus, ProviderId, operations as op,
};

cases! { on Stage:
    a_webhook_is_made_and_found => [op::CREATE_WEBHOOK, op::GET, op::LIST],
    a_secret_is_shown_once => [op::CREATE_WEBHOOK, op::GET],
    the_list_begins_with_the_newest => [op::LIST],
    repeated_events_count_once => [op::CREATE_WEBHOOK],
    every_field_that_is_wrong_is_named => [op::CREATE_WEBHOOK],
    an_address_is_public_and_https => [op::CREATE_WEBHOOK],
    this_machine_is_an_address_once_it_is_switched_on => [op::CREATE_WEBHOOK],
    the_same_address_twice_is_refused => [op::CREATE_WEBHOOK],
    the_26th_integration_is_refused => [op::CREATE_WEBHOOK],
    a_webhook_is_deleted_with_all_it_has => [op::DELETE, op::GET, op::LIST_DELIVERIES],
    what_is_not_there_is_not_found => [
        op::GET, op::UPDATE, op::DELETE, op::LIST_DELIVERIES, op::RETRY, op::TEST, op::PUSH_LEAD,
    ],
}

const URL: &str = "https://hooks.example.com/catch/1";

fn zap(url: &str) -> CreateWebhook {
    CreateWebhook::new(ProviderId::Zapier, url, [EventType::LeadCreated])
}

async fn a_webhook_is_made_and_found(stage: &Stage) -> Verdict {
    let events = [EventType::LeadCreated, EventType::CreditLowBalance];
    let wanted = CreateWebhook::new(ProviderId::Zapier, URL, events.clone()).display_name("Leads to Zap");
    let made = stage.api.create_webhook(wanted).await?.integration;
    ensure!(made.id.number() > 0);
    ensure_eq!((&made.provider, made.provider_name.as_str()), (&ProviderId::Zapier, "Zapier"));
    ensure_eq!(made.display_name.as_deref(), Some("Leads to Zap"));
    ensure_eq!(made.external_account_id.as_deref(), Some(URL));
    ensure_eq!((&made.status, made.consecutive_failures), (&IntegrationStatus::Connected, 0));
    ensure!(made.metadata.is_none() && made.last_changed_via.is_none() && made.last_success_at.is_none());
    let told: Vec<_> = made.subscriptions.iter().map(|one| one.event_type.clone()).collect();
    ensure_eq!(told, events);
    ensure!(made.subscriptions.iter().all(|one| one.is_active && one.target_url.as_deref() == Some(URL)));
    ensure!(made.subscriptions[0].id != made.subscriptions[1].id);
    let via = made.created_via.clone().unwrap_or_default();
    ensure_eq!(via.channel, Channel::Api);
    let key = via.api_key.unwrap_or_default();
    ensure!(key.key_prefix.starts_with("smbk_") && key.key_prefix.ends_with("...") && !key.revoked);
    ensure_eq!(stage.api.get(&made.id).await?, made);
    ensure_eq!(stage.api.list().await?, [made]);
    Ok(())
}

async fn a_secret_is_shown_once(stage: &Stage) -> Verdict {
    let made = stage.api.create_webhook(zap(URL).api_key("key-of-the-receiver")).await?;
    let secret = made.signing_secret.expose();
    ensure!(secret.len() >= 32);
    ensure!(!format!("{made:?}").contains(secret), "Debug shows the secret");
    let again = stage.api.get(&made.integration.id).await?;
    let shown = serde_json::to_string(&again).unwrap_or_default();
    ensure!(!shown.contains(secret) && !shown.contains("key-of-the-receiver"));
    let other = stage.api.create_webhook(zap("https://hooks.example.com/catch/2")).await?;
    ensure!(other.signing_secret != made.signing_secret);
    Ok(())
}

async fn the_list_begins_with_the_newest(stage: &Stage) -> Verdict {
    ensure!(stage.api.list().await?.is_empty());
    let mut made = Vec::new();
    for path in ["a", "b", "c"] {
        let webhook = stage.api.create_webhook(zap(&format!("https://hooks.example.com/{path}"))).await?;
        made.insert(0, webhook.integration.id);
    }
    let listed: Vec<_> = stage.api.list().await?.iter().map(|one| one.id).collect();
    ensure_eq!(listed, made);
    Ok(())
}

async fn repeated_events_count_once(stage: &Stage) -> Verdict {
    let events = [EventType::LeadUpdated, EventType::LeadCreated, EventType::LeadUpdated];
    let made = stage.api.create_webhook(CreateWebhook::new(ProviderId::N8n, URL, events)).await?;
    let told: Vec<_> = made.integration.subscriptions.iter().map(|one| one.event_type.as_str()).collect();
    ensure_eq!(told, ["lead.updated", "lead.created"]);
    Ok(())
}

async fn every_field_that_is_wrong_is_named(stage: &Stage) -> Verdict {
    let long = format!("https://hooks.example.com/{}", "x".repeat(2_048));
    let none: [EventType; 0] = [];
    for (input, fields) in [
        (
            CreateWebhook::new(ProviderId::HubSpot, "no address", none.clone()),
            &["provider", "targetUrl", "events"][..],
        ),
        (zap(&long), &["targetUrl"]),
        (zap(URL).display_name(""), &["displayName"]),
        (zap(URL).display_name("x".repeat(101)), &["displayName"]),
        (zap(URL).api_key("x".repeat(501).as_str()), &["apiKey"]),
        (zap(URL).api_key("two\nlines"), &["apiKey"]),
        (CreateWebhook::new("carrier-pigeon", URL, [EventType::LeadCreated]), &["provider"]),
        (CreateWebhook::new(ProviderId::Make, URL, [EventType::from("lead.eaten")]), &["events"]),
    ] {
        let error = refused(stage.api.create_webhook(input).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some("validation_error"));
        let details = error.meta().get("details").map(ToString::to_string).unwrap_or_default();
        for field in fields {
            ensure!(details.contains(field), "{field} is not named: {details}");
        }
    }
    ensure!(stage.api.list().await?.is_empty(), "what was refused was made");
    let name = "ä".repeat(100);
    let made =
        stage.api.create_webhook(zap(URL).display_name(&name).api_key("x".repeat(500).as_str())).await?;
    ensure_eq!(made.integration.display_name.as_deref(), Some(name.as_str()));
    Ok(())
}

async fn an_address_is_public_and_https(stage: &Stage) -> Verdict {
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.7/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https://metadata.google.internal/",
    ] {
        let error = refused(stage.api.create_webhook(zap(url)).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some("bad_request"));
    }
    Ok(())
}

async fn this_machine_is_an_address_once_it_is_switched_on(stage: &Stage) -> Verdict {
    let here = || zap("http://127.0.0.1:4999/hook");
    refused(stage.api.create_webhook(here()).await, ErrorKind::Invalid, 400)?;
    stage.set(Setting::LoopbackTargets(true)).await?;
    stage.api.create_webhook(here()).await?;
    refused(stage.api.create_webhook(zap("https://10.0.0.7/")).await, ErrorKind::Invalid, 400)?;
    Ok(())
}

async fn the_same_address_twice_is_refused(stage: &Stage) -> Verdict {
    stage.api.create_webhook(zap(URL)).await?;
    let error = refused(stage.api.create_webhook(zap(URL)).await, ErrorKind::Duplicate, 409)?;
    ensure_eq!(error.code(), Some("integration_exists"));
    // As it is written, and of the same provider.
    stage.api.create_webhook(zap(&format!("{URL}/"))).await?;
    stage.api.create_webhook(CreateWebhook::new(ProviderId::Make, URL, [EventType::LeadCreated])).await?;
    Ok(())
}

async fn the_26th_integration_is_refused(stage: &Stage) -> Verdict {
    for at in 1..=25 {
        stage.api.create_webhook(zap(&format!("https://hooks.example.com/{at}"))).await?;
    }
    let one_more = || zap("https://hooks.example.com/26");
    let error = refused(stage.api.create_webhook(one_more()).await, ErrorKind::Conflict, 409)?;
    ensure_eq!(error.code(), Some("integration_limit"));
    let listed = stage.api.list().await?;
    ensure_eq!(listed.len(), 25);
    stage.api.delete(&listed[0].id).await?;
    stage.api.create_webhook(one_more()).await?;
    Ok(())
}

async fn a_webhook_is_deleted_with_all_it_has(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    stage.api.test(&id).await?;
    ensure_eq!(stage.api.list_deliveries(&id).await?.len(), 1);
    receiver.answer(500, "");
    stage.happen(super::Happening::Received(stage.leads(1).await?)).await?;
    receiver.take();
    ensure!(!stage.api.delete(&id).await?.message.is_empty());
    refused(stage.api.get(&id).await, ErrorKind::NotFound, 404)?;
    refused(stage.api.list_deliveries(&id).await, ErrorKind::NotFound, 404)?;
    refused(stage.api.delete(&id).await, ErrorKind::NotFound, 404)?;
    stage.advance(std::time::Duration::from_secs(60)).await?;
    ensure!(receiver.take().is_empty(), "it is still being sent to");
    // The address is free again, and the number is not used again.
    let again = CreateWebhook::new(ProviderId::GenericWebhook, receiver.url(), [EventType::LeadCreated]);
    ensure!(stage.api.create_webhook(again).await?.integration.id > id);
    Ok(())
}

async fn what_is_not_there_is_not_found(stage: &Stage) -> Verdict {
    use crate::sales_boost::{PushLead, UpdateIntegration};
    let (id, delivery) = (404.into(), 405.into());
    let lead = PushLead::own([("companyName", serde_json::json!("Vale"))]);
    let errors = [
        refused(stage.api.get(&id).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.update(&id, UpdateIntegration::new()).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.delete(&id).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.list_deliveries(&id).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.retry(&id, &delivery).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.test(&id).await, ErrorKind::NotFound, 404)?,
        refused(stage.api.push_lead(&id, lead).await, ErrorKind::NotFound, 404)?,
    ];
    ensure!(errors.iter().all(|error| error.code() == Some("not_found")));
    let (_, made) = stage.webhook([EventType::LeadCreated]).await?;
    refused(stage.api.retry(&made.integration.id, &delivery).await, ErrorKind::NotFound, 404)?;
    Ok(())
}
