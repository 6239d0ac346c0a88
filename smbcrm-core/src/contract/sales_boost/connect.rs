//! Connecting a CRM: consent, and back.

use std::time::Duration;

use serde_json::json;

use super::{Happening, Setting, Stage};
use crate::ErrorKind;
use crate::contract::{Failure, HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::error::Result;
use crate::sales_boost::{
    AuthMethod, Authorization, Connect, CreateWebhook, DeliveryStatus, Dialect, Environment, EventType,
    Integration, IntegrationStatus, PipedriveDeals, ProviderId, PushLead, Returned, StartConnection,
    SubscriptionInput, UpdateIntegration, operations as op,
};

cases! { on Stage:
    a_crm_is_connected_by_consent => [op::START, op::CONNECT, op::CALLBACK, op::GET],
    a_new_connection_is_told_of_leads => [op::START, op::CONNECT, op::CALLBACK],
    a_sandbox_is_another_account => [op::START, op::CONNECT, op::CALLBACK],
    connecting_again_renews_a_connection => [op::CALLBACK, op::UPDATE],
    a_refusal_ends_at_the_dashboard => [op::CALLBACK],
    a_state_is_good_once_for_ten_minutes_and_one_provider => [op::CALLBACK],
    what_was_not_begun_ends_at_the_dashboard => [op::CALLBACK],
    only_crms_are_connected => [op::START, op::CONNECT, op::CALLBACK],
    a_crm_that_is_not_to_be_had_is_said_to_be => [op::START, op::CONNECT],
    there_is_no_26th_integration_by_consent_either => [op::START, op::CONNECT],
    leads_are_upserted => [op::PUSH_LEAD, op::TEST, op::LIST_DELIVERIES],
    a_crm_is_tried_once => [op::LIST_DELIVERIES, op::RETRY],
    a_crm_has_no_address_and_pipedrive_has_deals => [op::UPDATE],
}

const CRMS: [ProviderId; 3] = [ProviderId::HubSpot, ProviderId::Salesforce, ProviderId::Pipedrive];

/// Begins a connection as the dialect does.
async fn begin(stage: &Stage, provider: &ProviderId, sandbox: bool) -> Result<Authorization> {
    if stage.hands.dialect() == Dialect::Plain {
        let mut query = StartConnection::new();
        query.env = sandbox.then_some(Environment::Sandbox);
        stage.api.start(provider, query).await
    } else {
        let mut body = Connect::new();
        body.environment = sandbox.then_some(Environment::Sandbox);
        stage.api.connect(provider, body).await
    }
}

/// Where the CRM's page sends the browser back to.
async fn answered(stage: &Stage, url: &str, give: bool) -> Result<String, Failure> {
    stage.hands.consent(url, give).await.ok_or_skip("needs somebody to consent")
}

/// Returns to the callback; answers where the browser ends.
async fn back(stage: &Stage, provider: &ProviderId, url: &str) -> Result<String, Failure> {
    Ok(stage.api.callback(provider, Returned::from_url(url)).await?.location)
}

/// Connects a CRM.
async fn connected(stage: &Stage, provider: &ProviderId, sandbox: bool) -> Result<Integration, Failure> {
    let begun = begin(stage, provider, sandbox).await?;
    let url = answered(stage, &begun.authorization_url, true).await?;
    let end = back(stage, provider, &url).await?;
    says(&end, &format!("connected={provider}"))?;
    stage.api.list().await?.into_iter().next().ok_or_else(|| Failure::new("nothing is connected"))
}

/// The end of the way says what became of it.
fn says(end: &str, said: &str) -> Result<(), Failure> {
    if end.contains(said) { Ok(()) } else { Err(Failure::new(format!("{end} does not say {said}"))) }
}

async fn a_crm_is_connected_by_consent(stage: &Stage) -> Verdict {
    for provider in CRMS {
        let begun = begin(stage, &provider, false).await?;
        ensure_eq!(begun.provider, provider);
        ensure!(begun.authorization_url.contains("state="));
        if stage.hands.dialect() == Dialect::Plain {
            let state = begun.state.clone().unwrap_or_default();
            ensure!(state.len() >= 32 && begun.authorization_url.contains(state.as_str()));
        }
        let before = stage.api.list().await?.len();
        let url = answered(stage, &begun.authorization_url, true).await?;
        ensure!(
            url.contains(&format!("/api/v1/integrations/{provider}/callback?"))
                == (stage.hands.dialect() == Dialect::Enveloped),
            "{url}"
        );
        ensure_eq!(stage.api.list().await?.len(), before);
        says(&back(stage, &provider, &url).await?, &format!("connected={provider}"))?;
        let made = stage.api.list().await?.remove(0);
        ensure_eq!((&made.provider, &made.auth_method), (&provider, &AuthMethod::OAuth2));
        ensure_eq!(made.status, IntegrationStatus::Connected);
        ensure!(
            made.external_account_id.is_some() && made.metadata.is_some() && made.token_expires_at.is_some()
        );
        ensure!(made.created_via.is_some());
        ensure_eq!(stage.api.get(&made.id).await?, made);
    }
    Ok(())
}

async fn a_new_connection_is_told_of_leads(stage: &Stage) -> Verdict {
    for (provider, told) in [
        (ProviderId::HubSpot, &[("lead.created", true), ("lead.updated", false)][..]),
        (ProviderId::Salesforce, &[("lead.created", true)]),
        (ProviderId::Pipedrive, &[("lead.created", true), ("lead.updated", true)]),
    ] {
        let made = connected(stage, &provider, false).await?;
        let subscriptions: Vec<_> =
            made.subscriptions.iter().map(|one| (one.event_type.as_str(), one.is_active)).collect();
        ensure_eq!(subscriptions, told);
        ensure!(made.subscriptions.iter().all(|one| one.target_url.is_none()));
    }
    Ok(())
}

async fn a_sandbox_is_another_account(stage: &Stage) -> Verdict {
    let live = connected(stage, &ProviderId::Salesforce, false).await?;
    let sandbox = connected(stage, &ProviderId::Salesforce, true).await?;
    ensure!(sandbox.id != live.id && sandbox.external_account_id != live.external_account_id);
    let environment =
        |made: &Integration| made.metadata.as_ref().and_then(|metadata| metadata.get("environment").cloned());
    ensure_eq!(environment(&live), Some(json!("production")));
    ensure_eq!(environment(&sandbox), Some(json!("sandbox")));
    Ok(())
}

async fn connecting_again_renews_a_connection(stage: &Stage) -> Verdict {
    let made = connected(stage, &ProviderId::HubSpot, false).await?;
    stage.api.update(&made.id, UpdateIntegration::new().status(IntegrationStatus::Disabled)).await?;
    stage.advance(Duration::from_secs(60)).await?;
    let again = connected(stage, &ProviderId::HubSpot, false).await?;
    ensure_eq!((again.id, &again.status), (made.id, &IntegrationStatus::Connected));
    ensure!(again.token_expires_at > made.token_expires_at);
    ensure_eq!(again.subscriptions, made.subscriptions);
    ensure_eq!(stage.api.list().await?.len(), 1);
    Ok(())
}

async fn a_refusal_ends_at_the_dashboard(stage: &Stage) -> Verdict {
    let begun = begin(stage, &ProviderId::Pipedrive, false).await?;
    let url = answered(stage, &begun.authorization_url, false).await?;
    says(&back(stage, &ProviderId::Pipedrive, &url).await?, "pipedrive_error=access_denied")?;
    ensure!(stage.api.list().await?.is_empty());
    Ok(())
}

async fn a_state_is_good_once_for_ten_minutes_and_one_provider(stage: &Stage) -> Verdict {
    let hubspot = ProviderId::HubSpot;
    let begun = begin(stage, &hubspot, false).await?;
    let url = answered(stage, &begun.authorization_url, true).await?;
    says(&back(stage, &ProviderId::Salesforce, &url).await?, "salesforce_error=invalid_state")?;
    stage.advance(Duration::from_secs(599)).await?;
    says(&back(stage, &hubspot, &url).await?, "connected=hubspot")?;
    says(&back(stage, &hubspot, &url).await?, "hubspot_error=invalid_state")?;
    ensure_eq!(stage.api.list().await?.len(), 1);

    let late = begin(stage, &ProviderId::Pipedrive, false).await?;
    let url = answered(stage, &late.authorization_url, true).await?;
    stage.advance(Duration::from_secs(600)).await?;
    says(&back(stage, &ProviderId::Pipedrive, &url).await?, "pipedrive_error=state_expired")?;
    ensure_eq!(stage.api.list().await?.len(), 1);
    Ok(())
}

async fn what_was_not_begun_ends_at_the_dashboard(stage: &Stage) -> Verdict {
    let hubspot = ProviderId::HubSpot;
    let callback = async |returned: Returned| stage.api.callback(&hubspot, returned).await;
    says(&callback(Returned::new()).await?.location, "hubspot_error=invalid_state")?;
    let forged = Returned::new().state("st_forged").code("code_forged");
    says(&callback(forged).await?.location, "hubspot_error=invalid_state")?;
    // A state without the code that belongs to it.
    let begun = begin(stage, &hubspot, false).await?;
    let mut returned = Returned::from_url(&answered(stage, &begun.authorization_url, true).await?);
    returned.code = Some("code_forged".into());
    says(&callback(returned).await?.location, "hubspot_error=invalid_code")?;
    ensure!(stage.api.list().await?.is_empty());
    Ok(())
}

async fn only_crms_are_connected(stage: &Stage) -> Verdict {
    for provider in [ProviderId::Zapier, ProviderId::from("nobody")] {
        let error = refused(begin(stage, &provider, false).await, ErrorKind::NotFound, 404)?;
        ensure_eq!(error.code(), Some("not_found"));
        refused(stage.api.callback(&provider, Returned::new()).await, ErrorKind::NotFound, 404)?;
    }
    Ok(())
}

async fn a_crm_that_is_not_to_be_had_is_said_to_be(stage: &Stage) -> Verdict {
    stage.set(Setting::Available(ProviderId::Salesforce, false)).await?;
    let error = refused(begin(stage, &ProviderId::Salesforce, false).await, ErrorKind::Unavailable, 503)?;
    ensure_eq!((error.code(), error.retry_after()), (Some("provider_unavailable"), None));
    begin(stage, &ProviderId::HubSpot, false).await?;
    stage.set(Setting::Available(ProviderId::Salesforce, true)).await?;
    begin(stage, &ProviderId::Salesforce, false).await?;
    Ok(())
}

async fn there_is_no_26th_integration_by_consent_either(stage: &Stage) -> Verdict {
    let begun = begin(stage, &ProviderId::HubSpot, false).await?;
    for at in 1..=25 {
        let url = format!("https://hooks.example.com/{at}");
        stage.api.create_webhook(CreateWebhook::new(ProviderId::Make, url, [EventType::LeadCreated])).await?;
    }
    let error = refused(begin(stage, &ProviderId::HubSpot, false).await, ErrorKind::Conflict, 409)?;
    ensure_eq!(error.code(), Some("integration_limit"));
    let url = answered(stage, &begun.authorization_url, true).await?;
    says(&back(stage, &ProviderId::HubSpot, &url).await?, "hubspot_error=integration_limit")?;
    Ok(())
}

async fn leads_are_upserted(stage: &Stage) -> Verdict {
    let made = connected(stage, &ProviderId::HubSpot, false).await?;
    ensure!(stage.api.test(&made.id).await?.succeeded());
    let lead = |phone: &str| {
        PushLead::own([
            ("companyName", json!("Vale")),
            ("email", json!("Ada@vale.example")),
            ("phone", json!(phone)),
        ])
    };
    let first = stage.api.push_lead(&made.id, lead("1")).await?;
    let again = stage.api.push_lead(&made.id, lead("2")).await?;
    ensure!(first.succeeded() && again.succeeded());
    let record = |pushed: &crate::sales_boost::Pushed| {
        pushed.result.as_ref().and_then(|result| result.get("recordId").cloned())
    };
    ensure!(record(&first).is_some() && record(&first) == record(&again), "it is the same record");
    // All of them, and not only the five that a webhook is shown.
    stage.happen(Happening::Received(stage.leads(7).await?)).await?;
    let records = stage.hands.crm_records().await.ok_or_skip("needs a look into the CRM")?;
    ensure_eq!(records.len(), 9);
    ensure_eq!(records[0]["companyName"], "Acme Test Co");
    ensure_eq!((&records[1]["email"], &records[1]["phone"]), (&json!("Ada@vale.example"), &json!("2")));
    let log = stage.api.list_deliveries(&made.id).await?;
    ensure_eq!(log.len(), 4);
    ensure!(log.iter().all(|line| line.status == DeliveryStatus::Success && line.target_url.is_none()));
    Ok(())
}

async fn a_crm_is_tried_once(stage: &Stage) -> Verdict {
    let made = connected(stage, &ProviderId::Salesforce, false).await?;
    stage.set(Setting::CrmFails(ProviderId::Salesforce, true)).await?;
    stage.happen(Happening::Received(stage.leads(7).await?)).await?;
    stage.advance(Duration::from_secs(60)).await?;
    let line = stage.api.list_deliveries(&made.id).await?.remove(0);
    ensure_eq!((&line.status, line.attempt_count), (&DeliveryStatus::Failed, 1));
    ensure!(line.error_message.is_some());
    ensure_eq!(stage.api.get(&made.id).await?.consecutive_failures, 1);
    ensure!(!stage.api.retry(&made.id, &line.id).await?.succeeded());
    stage.set(Setting::CrmFails(ProviderId::Salesforce, false)).await?;
    ensure!(stage.api.retry(&made.id, &line.id).await?.succeeded());
    let records = stage.hands.crm_records().await.ok_or_skip("needs a look into the CRM")?;
    ensure_eq!(records.len(), 7);
    Ok(())
}

async fn a_crm_has_no_address_and_pipedrive_has_deals(stage: &Stage) -> Verdict {
    let made = connected(stage, &ProviderId::Pipedrive, false).await?;
    let elsewhere = "https://hooks.example.com/";
    for changes in [
        UpdateIntegration::new().default_target_url(elsewhere),
        UpdateIntegration::new()
            .subscriptions([SubscriptionInput::new(EventType::LeadCreated).target_url(elsewhere)]),
        UpdateIntegration::new().api_key("key"),
    ] {
        let error = refused(stage.api.update(&made.id, changes).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some("bad_request"));
    }
    let deals = PipedriveDeals::new().enabled(true).pipeline_id(3).stage_id(4).default_currency("EUR");
    let changed = stage.api.update(&made.id, UpdateIntegration::new().pipedrive_deals(deals)).await?;
    let metadata = changed.metadata.unwrap_or_default();
    ensure_eq!(
        metadata["pipedriveDeals"],
        json!({ "enabled": true, "pipelineId": 3, "stageId": 4, "defaultCurrency": "EUR" })
    );
    let fewer = UpdateIntegration::new().subscriptions([SubscriptionInput::new(EventType::LeadUpdated)]);
    let fewer = stage.api.update(&made.id, fewer).await?;
    ensure_eq!(fewer.subscriptions.len(), 1);
    ensure_eq!(fewer.subscriptions[0].target_url, None);
    Ok(())
}
