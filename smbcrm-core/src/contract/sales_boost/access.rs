//! Who may call, and how the API says no.

use serde_json::{Value, json};

use super::{Access, Setting, Shown, Stage, WireRequest};
use crate::ErrorKind;
use crate::contract::{Failure, HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::operation::Response;
use crate::sales_boost::{
    Connect, CreateWebhook, Dialect, EventType, ProviderId, PushLead, Returned, StartConnection,
    UpdateIntegration, operations as op,
};

cases! { on Stage:
    a_good_key_is_needed => [
        op::LIST_PROVIDERS, op::LIST, op::GET, op::CREATE_WEBHOOK, op::UPDATE, op::DELETE, op::LIST_DELIVERIES,
        op::RETRY, op::TEST, op::PUSH_LEAD, op::START, op::CONNECT,
    ],
    a_plan_that_is_paid_for_is_needed => [
        op::LIST_PROVIDERS, op::LIST, op::GET, op::CREATE_WEBHOOK, op::UPDATE, op::DELETE, op::LIST_DELIVERIES,
        op::RETRY, op::TEST, op::PUSH_LEAD, op::START, op::CONNECT,
    ],
    a_browser_returns_without_a_key => [op::CALLBACK],
    a_session_is_as_good_as_a_key => [op::CREATE_WEBHOOK, op::LIST],
    answers_are_wrapped_as_the_dialect_says => [op::LIST, op::GET],
    each_dialect_has_its_own_way_to_connect => [op::START, op::CONNECT],
    what_cannot_be_read_is_refused => [op::CREATE_WEBHOOK, op::GET],
}

fn webhook() -> CreateWebhook {
    CreateWebhook::new(ProviderId::Zapier, "https://hooks.example.com/1", [EventType::LeadCreated])
}

/// Every operation that wants a key is refused.
async fn all_refused(
    stage: &Stage,
    api: &dyn crate::sales_boost::Integrations,
    kind: ErrorKind,
    status: u16,
) -> Verdict {
    let (id, delivery, hubspot) = (1.into(), 1.into(), ProviderId::HubSpot);
    let lead = PushLead::own([("companyName", json!("Vale"))]);
    let mut errors = vec![
        refused(api.list_providers().await, kind, status)?,
        refused(api.list().await, kind, status)?,
        refused(api.get(&id).await, kind, status)?,
        refused(api.create_webhook(webhook()).await, kind, status)?,
        refused(api.update(&id, UpdateIntegration::new()).await, kind, status)?,
        refused(api.delete(&id).await, kind, status)?,
        refused(api.list_deliveries(&id).await, kind, status)?,
        refused(api.retry(&id, &delivery).await, kind, status)?,
        refused(api.test(&id).await, kind, status)?,
        refused(api.push_lead(&id, lead).await, kind, status)?,
    ];
    errors.push(match stage.hands.dialect() {
        Dialect::Plain => refused(api.start(&hubspot, StartConnection::new()).await, kind, status)?,
        Dialect::Enveloped => refused(api.connect(&hubspot, Connect::new()).await, kind, status)?,
    });
    let code = if status == 401 { "unauthorized" } else { "forbidden" };
    ensure!(errors.iter().all(|error| error.code() == Some(code)), "{errors:?}");
    Ok(())
}

async fn a_good_key_is_needed(stage: &Stage) -> Verdict {
    for access in [Access::Unknown, Access::Revoked] {
        let nobody = stage.hands.access(access).await.ok_or_skip("needs a key that is not good")?;
        all_refused(stage, &*nobody, ErrorKind::Unauthenticated, 401).await?;
    }
    ensure!(stage.api.list().await?.is_empty());
    Ok(())
}

async fn a_plan_that_is_paid_for_is_needed(stage: &Stage) -> Verdict {
    stage.set(Setting::Paid(false)).await?;
    all_refused(stage, &*stage.api, ErrorKind::Forbidden, 403).await?;
    stage.set(Setting::Paid(true)).await?;
    ensure!(stage.api.list().await?.is_empty());
    Ok(())
}

async fn a_browser_returns_without_a_key(stage: &Stage) -> Verdict {
    let nobody = stage.hands.access(Access::Unknown).await.ok_or_skip("needs a key that is not good")?;
    let end = nobody.callback(&ProviderId::HubSpot, Returned::new()).await?;
    ensure!(end.location.contains("hubspot_error="), "{}", end.location);
    let target = "/api/integrations/hubspot/callback?error=access_denied";
    let answer = sent(stage, WireRequest::new("GET", target).shown(Shown::Nothing)).await?;
    ensure_eq!(answer.status, 302);
    ensure!(answer.header("location").is_some_and(|location| location.contains("hubspot_error=")));
    Ok(())
}

async fn sent(stage: &Stage, request: WireRequest) -> Result<Response, Failure> {
    stage.hands.wire(request).await.ok_or_skip("needs the wire")
}

fn read(answer: &Response) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

async fn a_session_is_as_good_as_a_key(stage: &Stage) -> Verdict {
    let body = r#"{"provider":"zapier","targetUrl":"https://hooks.example.com/1","events":["lead.created"]}"#;
    let make = || WireRequest::new("POST", "/api/integrations/webhook").body(body);
    ensure_eq!(sent(stage, make().shown(Shown::Nothing)).await?.status, 401);
    let made = sent(stage, make().shown(Shown::Session)).await?;
    ensure_eq!(made.status, 200);
    let made = &read(&made)["integration"];
    ensure_eq!(made["createdVia"], json!({ "channel": "dashboard", "apiKey": null }));
    ensure_eq!(stage.api.list().await?.len(), 1);
    Ok(())
}

async fn answers_are_wrapped_as_the_dialect_says(stage: &Stage) -> Verdict {
    let plain = sent(stage, WireRequest::new("GET", "/api/integrations")).await?;
    ensure_eq!((plain.status, read(&plain)), (200, json!([])));
    let enveloped = sent(stage, WireRequest::new("GET", "/api/v1/integrations")).await?;
    ensure_eq!((enveloped.status, read(&enveloped)), (200, json!({ "data": [] })));
    // A refusal is the same in both.
    for target in ["/api/integrations/404", "/api/v1/integrations/404"] {
        let refused = sent(stage, WireRequest::new("GET", target)).await?;
        let body = read(&refused);
        ensure_eq!((refused.status, &body["error"]), (404, &json!("not_found")));
        ensure!(body["message"].is_string() && body.get("traceId").is_none());
    }
    Ok(())
}

async fn each_dialect_has_its_own_way_to_connect(stage: &Stage) -> Verdict {
    for (method, target, status) in [
        ("GET", "/api/integrations/hubspot/start", 200),
        ("POST", "/api/v1/integrations/hubspot/connect", 200),
        ("GET", "/api/v1/integrations/hubspot/start", 404),
        ("POST", "/api/integrations/hubspot/connect", 404),
        ("GET", "/api/integrations/salesforce/start?env=sandbox", 200),
        ("GET", "/api/integrations/salesforce/start?env=moon", 400),
    ] {
        let answer = sent(stage, WireRequest::new(method, target)).await?;
        ensure_eq!((target, answer.status), (target, status));
    }
    Ok(())
}

async fn what_cannot_be_read_is_refused(stage: &Stage) -> Verdict {
    let long = format!(r#"{{"displayName":"{}"}}"#, "x".repeat(110_000));
    for (body, status, code) in [
        ("{\"provider\": ", 400, "bad_request"),
        ("{}", 400, "validation_error"),
        (
            r#"{"provider":"zapier","targetUrl":"https://a.example/","events":["lead.created"],"more":1}"#,
            400,
            "validation_error",
        ),
        (r#"{"provider":"zapier","targetUrl":7,"events":"lead.created"}"#, 400, "validation_error"),
        (long.as_str(), 413, "payload_too_large"),
    ] {
        let answer = sent(stage, WireRequest::new("POST", "/api/integrations/webhook").body(body)).await?;
        let said = read(&answer);
        ensure_eq!((answer.status, &said["error"]), (status, &json!(code)));
        ensure_eq!(said["details"].is_array(), code == "validation_error");
    }
    for target in ["/api/integrations/seven", "/api/integrations/-1", "/api/integrations/1.5"] {
        let answer = sent(stage, WireRequest::new("GET", target)).await?;
        ensure_eq!((target, answer.status), (target, 400));
    }
    let nowhere = sent(stage, WireRequest::new("GET", "/api/v1/nowhere")).await?;
    ensure_eq!((nowhere.status, &read(&nowhere)["error"]), (404, &json!("not_found")));
    Ok(())
}
