//! The client of the Smarfle API: how the key is sent, what is repeated, what is not.

use std::time::Duration;

use smbcrm_client::{RetryPolicy, Smarfle};
use smbcrm_core::ErrorKind;
use smbcrm_core::smarfle::settings::CreateKey;
use smbcrm_core::smarfle::{CreateLead, Leads, Settings};
use wiremock::ResponseTemplate;

use crate::clock::Clock;
use crate::server::{Act, Raw, answering, json, seen};

const KEY: &str = "smf_canary0123456789";
const STATUS: &str = r#"{"valid":true,"organization":"Demo"}"#;
const RECEIVED: &str = r#"{"success":true,"created":true,"client":{"id":"cli_1","status":"lead"}}"#;

fn builder(url: &str, clock: &Clock) -> smbcrm_client::ClientBuilder<Smarfle> {
    let retry = RetryPolicy::default().seed(1);
    Smarfle::builder().token(KEY).base_url(url).timer(clock.clone()).retry(retry)
}

fn client(url: &str, clock: &Clock) -> Smarfle {
    builder(url, clock).build().unwrap()
}

fn lead() -> CreateLead {
    CreateLead::new().email("ada@vale.example").sms_consent(true).sms_consent_source("vale.example/quote")
}

#[tokio::test]
async fn the_key_is_sent_in_its_own_header() {
    let server = answering([json(201, RECEIVED)]).await;
    let done = client(&server.uri(), &Clock::new()).create(lead()).await.unwrap();
    assert_eq!(done.client.id, "cli_1");
    let sent = &seen(&server).await[0];
    assert_eq!((sent.method.as_str(), sent.url.path()), ("POST", "/api/webhook/leads"));
    assert_eq!(sent.headers["x-api-key"], KEY);
    assert!(!sent.headers.contains_key("authorization") && !sent.headers.contains_key("version"));
    let body: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
    let expected = serde_json::json!({
        "email": "ada@vale.example", "sms_consent": true, "sms_consent_source": "vale.example/quote",
    });
    assert_eq!(body, expected, "what was not set is not sent");
}

#[tokio::test]
async fn or_as_a_bearer_by_choice() {
    let server = answering([json(200, STATUS)]).await;
    let smarfle = builder(&server.uri(), &Clock::new()).bearer().build().unwrap();
    assert!(smarfle.verify().await.unwrap().valid);
    let sent = &seen(&server).await[0];
    assert_eq!(sent.headers["authorization"], format!("Bearer {KEY}").as_str());
    assert!(!sent.headers.contains_key("x-api-key"));
}

#[tokio::test]
async fn a_lead_whose_answer_was_lost_is_ambiguous_and_sent_once() {
    for act in [Act::Reset, Act::Say(""), Act::Say("HTTP/1.1 201 Created\r\ncontent-length: 90\r\n\r\n{")] {
        let server = Raw::start(&[act]).await;
        let error = client(&server.url, &Clock::new()).create(lead()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Ambiguous, 1), "{error}");
        assert_eq!(server.requests(), 1);
    }
    // What only reads is sent again.
    let server = Raw::start(&[Act::Reset]).await;
    let error = client(&server.url, &Clock::new()).verify().await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Unavailable, 4));
    // To make a key twice is to have one that nobody knows of.
    let server = Raw::start(&[Act::Reset]).await;
    let error = client(&server.url, &Clock::new()).create_key(CreateKey::new("site")).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Ambiguous, 1));
}

#[tokio::test]
async fn a_limit_is_waited_for_even_with_a_lead() {
    let limited =
        json(429, r#"{"error":"rate_limited","message":"Too many requests with this key.","retryAfter":7}"#);
    for limited in [limited.clone(), limited.insert_header("retry-after", "7")] {
        let server = answering([limited, json(201, RECEIVED)]).await;
        let clock = Clock::new();
        client(&server.uri(), &clock).create(lead()).await.unwrap();
        let waited: Duration = clock.waits().iter().sum();
        assert!(waited >= Duration::from_secs(7) && waited < Duration::from_secs(9), "{waited:?}");
        assert_eq!(seen(&server).await.len(), 2);
    }
}

#[tokio::test]
async fn the_limit_is_learned_from_the_headers() {
    let reset = std::time::SystemTime::now() + Duration::from_secs(30);
    let reset = reset.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().to_string();
    let used_up = json(200, STATUS)
        .insert_header("x-ratelimit-limit", "100")
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-reset", reset.as_str());
    let server = answering([used_up, json(200, STATUS)]).await;
    let clock = Clock::new();
    let smarfle = client(&server.uri(), &clock);
    smarfle.verify().await.unwrap();
    smarfle.verify().await.unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert!(waited > Duration::from_secs(20) && waited <= Duration::from_secs(61), "{waited:?}");
}

#[tokio::test]
async fn refusals_are_the_apis_own() {
    let refusal = r#"{"error":"validation_error","message":"at least one","details":["at least one of email and phone is needed"]}"#;
    let server = answering([json(422, refusal)]).await;
    let error = client(&server.uri(), &Clock::new()).create(CreateLead::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.code()),
        (ErrorKind::Invalid, Some(422), Some("validation_error"))
    );
    assert_eq!(error.meta()["details"][0], "at least one of email and phone is needed");
    let server = answering([ResponseTemplate::new(401)]).await;
    let error = client(&server.uri(), &Clock::new()).verify().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
}

#[tokio::test]
async fn nothing_prints_the_key() {
    let server = answering([json(401, r#"{"error":"unauthorized","message":"no"}"#)]).await;
    let builder = builder(&server.uri(), &Clock::new());
    assert!(!format!("{builder:?}").contains(KEY));
    let smarfle = builder.build().unwrap();
    assert!(!format!("{smarfle:?}").contains(KEY));
    let error = smarfle.verify().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY));
    let error = Smarfle::new("smf canary").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}
