//! What a token may do, found out by reading.

use smbcrm_client::ScopeOutcome;
use smbcrm_core::ErrorKind;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer};

use crate::client;
use crate::clock::Clock;
use crate::server::{answering, json, seen};

#[tokio::test]
async fn the_report_tells_granted_missing_and_unclear() {
    let server = MockServer::start().await;
    for (at, status, body) in [
        (
            "/locations/LOC1",
            200,
            r#"{"location":{"id":"LOC1","name":"Vale Dental","timezone":"Europe/Paris"}}"#,
        ),
        ("/contacts/search", 200, r#"{"contacts":[],"total":0}"#),
        (
            "/opportunities/pipelines",
            401,
            r#"{"statusCode":401,"message":"The token is not authorized for this scope."}"#,
        ),
        ("/locations/LOC1/tags", 200, r#"{"tags":[]}"#),
        ("/locations/LOC1/templates", 422, r#"{"statusCode":422,"message":["originId must be a string"]}"#),
    ] {
        Mock::given(path(at)).respond_with(json(status, body)).mount(&server).await;
    }
    Mock::given(any())
        .respond_with(json(403, r#"{"statusCode":403,"message":"Forbidden resource"}"#))
        .with_priority(9)
        .mount(&server)
        .await;
    let report = client(&server.uri(), &Clock::new()).validate_access(&"LOC1".into()).await.unwrap();
    assert_eq!(
        (report.name.as_deref(), report.timezone.as_deref()),
        (Some("Vale Dental"), Some("Europe/Paris"))
    );
    assert!(report.grants("contacts.readonly") && report.grants("locations/tags.readonly"));
    assert!(!report.grants("opportunities.readonly") && !report.is_complete());
    assert_eq!(report.missing().collect::<Vec<_>>(), ["opportunities.readonly"]);
    let templates = report.scopes.iter().find(|entry| entry.scope == "locations/templates.readonly").unwrap();
    assert!(matches!(&templates.outcome, ScopeOutcome::Failed(error) if error.kind() == ErrorKind::Invalid));
    let text = report.to_string();
    assert!(text.contains("Vale Dental") && text.contains("MISSING  opportunities.readonly"), "{text}");
    for request in seen(&server).await {
        let read = request.method.as_str() == "GET" || request.url.path().ends_with("/search");
        assert!(read, "{} {}", request.method, request.url);
    }
}

#[tokio::test]
async fn a_refused_token_is_an_error_not_a_report() {
    let server =
        answering([json(401, r#"{"statusCode":401,"message":"Invalid Private Integration token"}"#)]).await;
    let error = client(&server.uri(), &Clock::new()).validate_access(&"LOC1".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(seen(&server).await.len(), 1);
}
