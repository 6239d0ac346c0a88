//! SMB Sales Boost: what is sent, what is repeated, and what is not.

use std::time::Duration;

use serde_json::json;
use smbcrm_client::{RetryPolicy, SalesBoost};
use smbcrm_core::ErrorKind;
use smbcrm_core::sales_boost::{
    Connect, CreateWebhook, Dialect, EventType, IntegrationStatus, Integrations, ProviderId, PushLead,
    Returned, StartConnection, UpdateIntegration,
};
use wiremock::ResponseTemplate;

use crate::clock::Clock;
use crate::server::{Act, Raw, answering, json, seen};

const KEY: &str = "smbk_0000000000000000";
const SECOND: Duration = Duration::from_secs(1);

fn client(url: &str, clock: &Clock, dialect: Dialect) -> SalesBoost {
    let builder = SalesBoost::builder().token(KEY).base_url(url).dialect(dialect).timer(clock.clone());
    builder.retry(RetryPolicy::default().seed(1)).build().unwrap()
}

fn plain(url: &str, clock: &Clock) -> SalesBoost {
    client(url, clock, Dialect::Plain)
}

fn webhook() -> CreateWebhook {
    CreateWebhook::new(ProviderId::Zapier, "https://hooks.example.com/1", [EventType::LeadCreated])
}

fn integration() -> serde_json::Value {
    json!({ "id": 41, "provider": "zapier", "status": "connected", "consecutiveFailures": 0,
        "createdAt": "2026-10-01T12:00:00.000Z", "subscriptions": [], "metadata": null, "unheard": true })
}

fn too_many() -> ResponseTemplate {
    json(429, r#"{"error":"Rate limit exceeded","message":"slow down","retryAfter":42}"#)
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_ambiguous_and_sent_once() {
    let lead = || PushLead::own([("companyName", json!("Vale"))]);
    for act in [Act::Reset, Act::Say(""), Act::Say("HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"data\":")]
    {
        for call in 0..4 {
            let server = Raw::start(&[act]).await;
            let api = plain(&server.url, &Clock::new());
            let (id, delivery) = (41.into(), 7.into());
            let error = match call {
                0 => api.create_webhook(webhook()).await.map(drop),
                1 => api.test(&id).await.map(drop),
                2 => api.retry(&id, &delivery).await.map(drop),
                _ => api.push_lead(&id, lead()).await.map(drop),
            };
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Ambiguous, 1), "{error}");
            assert_eq!(server.requests(), 1);
        }
    }
}

#[tokio::test]
async fn an_update_and_a_read_are_sent_again() {
    let server = answering([json(500, "{}"), json(200, &integration().to_string())]).await;
    let api = plain(&server.uri(), &Clock::new());
    let changes = UpdateIntegration::new().status(IntegrationStatus::Disabled).clear_api_key();
    assert_eq!(api.update(&41.into(), changes).await.unwrap().id, 41.into());
    let requests = seen(&server).await;
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].method.as_str(), "PATCH");
    let body: serde_json::Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!(body, json!({ "status": "disabled", "apiKey": null }));

    let server = answering([json(503, "{}"), json(200, "[]")]).await;
    assert!(plain(&server.uri(), &Clock::new()).list().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_429_is_waited_for_as_long_as_it_says() {
    let dated = too_many().insert_header("retry-after", "7");
    // The header says it, or the body does; a write waits too, as nothing was done.
    for (answer, wait) in [(dated, 7), (too_many(), 42)] {
        let server = answering([answer, json(200, r#"{"status":"success","statusCode":200}"#)]).await;
        let clock = Clock::new();
        assert!(plain(&server.uri(), &clock).test(&41.into()).await.unwrap().succeeded());
        let waited: Duration = clock.waits().iter().sum();
        assert!(waited >= wait * SECOND && waited <= (wait + 1) * SECOND, "{waited:?}");
        assert_eq!(seen(&server).await.len(), 2);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_to_be_had_is_not_asked_again() {
    let not_here = json(503, r#"{"error":"provider_unavailable","message":"HubSpot is not set up."}"#);
    let server = answering([not_here]).await;
    let api = plain(&server.uri(), &Clock::new());
    let error = api.start(&ProviderId::HubSpot, StartConnection::new()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.status(), error.attempts()),
        (Some("provider_unavailable"), Some(503), 1)
    );
    assert_eq!(seen(&server).await.len(), 1);
    assert!(error.hint().contains("not set up"));
}

#[tokio::test]
async fn both_envelopes_are_read_whichever_was_asked_for() {
    let bare = json!({ "integration": integration(), "signingSecret": "smbs_1" });
    let wrapped = json!({ "data": bare });
    for dialect in [Dialect::Plain, Dialect::Enveloped] {
        for body in [&bare, &wrapped] {
            let server = answering([json(200, &body.to_string())]).await;
            let api = client(&server.uri(), &Clock::new(), dialect);
            let made = api.create_webhook(webhook()).await.unwrap();
            assert_eq!((made.integration.id, made.signing_secret.expose()), (41.into(), "smbs_1"));
            assert_eq!(made.integration.extra["unheard"], true);
            let request = &seen(&server).await[0];
            let path = dialect.path("/api/integrations/webhook");
            assert_eq!((request.url.path(), request.headers.get("version")), (path.as_str(), None));
            assert_eq!(request.headers["authorization"], format!("Bearer {KEY}").as_str());
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            let sent = json!({ "provider": "zapier", "targetUrl": "https://hooks.example.com/1",
                "events": ["lead.created"] });
            assert_eq!(body, sent);
        }
    }
}

#[tokio::test]
async fn refusals_keep_what_they_say() {
    for (status, body, kind, fact) in [
        (
            400,
            r#"{"error":"validation_error","message":"no","details":["targetUrl must be a URL"]}"#,
            ErrorKind::Invalid,
            ("details", json!(["targetUrl must be a URL"])),
        ),
        (
            402,
            r#"{"error":"insufficient_credits","message":"no","creditsRemaining":0}"#,
            ErrorKind::PaymentRequired,
            ("creditsRemaining", json!(0)),
        ),
    ] {
        let server = answering([json(status, body)]).await;
        let error =
            plain(&server.uri(), &Clock::new()).push_lead(&1.into(), PushLead::known(1)).await.unwrap_err();
        assert_eq!((error.kind(), error.meta().get(fact.0)), (kind, Some(&fact.1)), "{error}");
    }
    for (status, code, kind) in [
        (409, "integration_exists", ErrorKind::Duplicate),
        (409, "integration_limit", ErrorKind::Conflict),
        (403, "forbidden", ErrorKind::Forbidden),
        (404, "not_found", ErrorKind::NotFound),
    ] {
        let server = answering([json(status, &format!(r#"{{"error":"{code}","message":"no"}}"#))]).await;
        let error = plain(&server.uri(), &Clock::new()).create_webhook(webhook()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
    }
}

#[tokio::test]
async fn a_callback_answers_where_to_go_on_and_is_not_followed() {
    let back =
        ResponseTemplate::new(302).insert_header("location", "https://dash.example/?connected=hubspot");
    let server = answering([back]).await;
    let returned = Returned::new().state("st_1").code("c&1");
    let end = plain(&server.uri(), &Clock::new()).callback(&ProviderId::HubSpot, returned).await.unwrap();
    assert_eq!(end.location, "https://dash.example/?connected=hubspot");
    let requests = seen(&server).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url.query(), Some("state=st_1&code=c%261"));
}

#[tokio::test]
async fn connect_is_the_newer_dialects() {
    let url = json!({ "data": { "provider": "salesforce", "authorizationUrl": "https://sf.example/?state=1",
        "expiresAt": "2026-10-01T12:10:00.000Z" } });
    let server = answering([json(200, &url.to_string())]).await;
    let api = client(&server.uri(), &Clock::new(), Dialect::Enveloped);
    let begun = api.connect(&ProviderId::Salesforce, Connect::new().environment("sandbox")).await.unwrap();
    assert_eq!(begun.authorization_url, "https://sf.example/?state=1");
    let request = &seen(&server).await[0];
    assert_eq!(request.url.path(), "/api/v1/integrations/salesforce/connect");
    assert_eq!(request.body, br#"{"environment":"sandbox"}"#);
}
