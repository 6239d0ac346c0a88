//! Tokens that change while the client runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use smbcrm_client::{ProviderError, SecretString, TokenFile, TokenProvider};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::{Crm, ErrorKind};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::builder;
use crate::clock::Clock;
use crate::server::{CONTACT, json, seen};

/// Accepts one token only.
async fn accepting(good: &'static str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(move |request: &Request| -> ResponseTemplate {
            if request.headers.get("authorization").is_some_and(|value| value == good) {
                json(201, CONTACT)
            } else {
                json(401, r#"{"statusCode":401,"message":"Invalid Private Integration token"}"#)
            }
        })
        .mount(&server)
        .await;
    server
}

/// Gives `pit-old` first, then `pit-new`; counts the questions.
#[derive(Clone, Default)]
struct Vault(Arc<AtomicU32>);

#[async_trait]
impl TokenProvider for Vault {
    async fn token(&self) -> Result<SecretString, ProviderError> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(if first { "pit-old" } else { "pit-new" }.into())
    }
}

#[tokio::test]
async fn a_rotated_token_is_picked_up_once_for_all_calls() {
    let server = accepting("Bearer pit-new").await;
    let vault = Vault::default();
    let crm = builder(&server.uri(), &Clock::new()).token_provider(vault.clone()).build().unwrap();
    let calls = (0..8).map(|_| {
        let crm = crm.clone();
        tokio::spawn(async move { crm.contacts().create(CreateContact::new("LOC1")).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(vault.0.load(Ordering::SeqCst), 2, "at first, and once for all refusals");
    crm.contacts().create(CreateContact::new("LOC1")).await.unwrap();
    let sent = seen(&server).await;
    assert_eq!(sent.last().unwrap().headers.get("authorization").unwrap(), "Bearer pit-new");
}

#[tokio::test]
async fn a_token_that_stays_refused_is_an_error() {
    let server = accepting("Bearer pit-other").await;
    let vault = Vault::default();
    let crm = builder(&server.uri(), &Clock::new()).token_provider(vault.clone()).build().unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    // pit-old, then pit-new; a second refusal is final.
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unauthenticated, 2));
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.attempts(), vault.0.load(Ordering::SeqCst)), (1, 3), "asked again, nothing newer");
}

#[tokio::test]
async fn a_token_file_is_read_again() {
    let server = accepting("Bearer pit-new").await;
    let path = std::env::temp_dir().join(format!("smbcrm-client-token-{}", std::process::id()));
    std::fs::write(&path, "pit-new\n").unwrap();
    let crm = builder(&server.uri(), &Clock::new()).token_provider(TokenFile::new(&path)).build().unwrap();
    crm.contacts().get(&"CON1".into()).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    crm.contacts().get(&"CON1".into()).await.unwrap();
}

#[tokio::test]
async fn a_provider_without_a_token_says_why() {
    let server = accepting("Bearer pit-new").await;
    let crm = builder(&server.uri(), &Clock::new())
        .token_provider(TokenFile::new("/no/such/file"))
        .build()
        .unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unauthenticated, 0));
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("No such file"));
    assert!(seen(&server).await.is_empty());
}
