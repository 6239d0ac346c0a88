//! 5xx, and what stands for one.

use std::time::Duration;

use smbcrm_client::RetryPolicy;
use smbcrm_core::contacts::{CreateContact, SearchContacts, UpsertContact};
use smbcrm_core::{Crm, ErrorKind};
use wiremock::ResponseTemplate;

use crate::clock::Clock;
use crate::server::{CONTACT, UPSERTED, answering, json, seen};
use crate::{builder, client};

fn page() -> ResponseTemplate {
    ResponseTemplate::new(502).set_body_raw("<html><h1>502 Bad Gateway</h1></html>", "text/html")
}

#[tokio::test]
async fn reads_and_idempotent_writes_are_repeated() {
    for status in [408, 425, 500, 502, 503, 504, 520, 522] {
        let clock = Clock::new();
        let server = answering([json(status, "{}"), json(200, r#"{"contacts":[],"total":0}"#)]).await;
        client(&server.uri(), &clock).contacts().search(SearchContacts::new("LOC1", 1)).await.unwrap();
        let server = answering([json(status, "{}"), json(200, UPSERTED)]).await;
        client(&server.uri(), &clock).contacts().upsert(UpsertContact::new("LOC1")).await.unwrap();
        assert_eq!(clock.waits().len(), 2, "{status}");
        assert!(clock.waits().iter().all(|wait| *wait <= Duration::from_millis(200)));
    }
}

#[tokio::test]
async fn a_create_is_not_and_may_have_happened() {
    let server = answering([page()]).await;
    let error =
        client(&server.uri(), &Clock::new()).contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Ambiguous, Some(502), 1));
    assert_eq!(seen(&server).await.len(), 1);
    assert!(!error.to_string().contains("<h1>"), "a page is named, not quoted: {error}");
}

#[tokio::test]
async fn a_create_is_repeated_when_the_answer_says_when_to_come_back() {
    let server = answering([json(503, "{}").insert_header("retry-after", "2"), json(201, CONTACT)]).await;
    let clock = Clock::new();
    client(&server.uri(), &clock).contacts().create(CreateContact::new("LOC1")).await.unwrap();
    assert!(clock.waits()[0] >= Duration::from_secs(2));
}

#[tokio::test]
async fn pages_and_empty_bodies_are_errors_like_others() {
    for answer in [page(), ResponseTemplate::new(503), ResponseTemplate::new(504).set_body_string("upstream")]
    {
        let server = answering([answer]).await;
        let error = client(&server.uri(), &Clock::new()).contacts().get(&"CON1".into()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 4), "{error}");
    }
}

#[tokio::test]
async fn a_gateways_timeout_dressed_as_a_401_is_one() {
    let late = || json(401, r#"{"statusCode":401,"message":"Command timed out"}"#);
    let server = answering([late(), json(200, CONTACT)]).await;
    client(&server.uri(), &Clock::new()).contacts().get(&"CON1".into()).await.unwrap();
    let server = answering([late()]).await;
    let crm = client(&server.uri(), &Clock::new());
    let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
}

#[tokio::test]
async fn a_policy_of_one_attempt_makes_one() {
    let server = answering([json(503, "{}")]).await;
    let crm = builder(&server.uri(), &Clock::new()).retry(RetryPolicy::none()).build().unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.attempts(), seen(&server).await.len()), (1, 1));
}

#[tokio::test]
async fn the_total_time_ends_the_retries() {
    let server = answering([json(503, "{}").insert_header("retry-after", "2")]).await;
    let clock = Clock::new();
    let retry = RetryPolicy::default().max_attempts(100).budget(None).seed(1);
    let crm = builder(&server.uri(), &clock).retry(retry).timeout(Duration::from_secs(9)).build().unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    let waited: Duration = clock.waits().iter().sum();
    assert!(waited < Duration::from_secs(9), "{waited:?}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 5));
    assert!(error.retry_after().is_some());
}
