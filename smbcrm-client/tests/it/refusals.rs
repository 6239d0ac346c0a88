//! 4xx: never tried again.

use smbcrm_core::contacts::CreateContact;
use smbcrm_core::{Crm, ErrorKind};

use crate::client;
use crate::clock::Clock;
use crate::server::{answering, json, seen};

#[tokio::test]
async fn refusals_are_not_repeated() {
    let scope = r#"{"statusCode":401,"message":"The token is not authorized for this scope."}"#;
    for (status, body, kind) in [
        (400, r#"{"error":"Contact with id X not found","status":400}"#, ErrorKind::NotFound),
        (401, scope, ErrorKind::Forbidden),
        (401, r#"{"statusCode":401,"message":"Invalid JWT"}"#, ErrorKind::Unauthenticated),
        (
            403,
            r#"{"statusCode":403,"message":"The token does not have access to this location."}"#,
            ErrorKind::Forbidden,
        ),
        (404, "", ErrorKind::NotFound),
        (409, "{}", ErrorKind::Conflict),
        (422, r#"{"message":["property x should not exist"],"statusCode":422}"#, ErrorKind::Invalid),
    ] {
        let server = answering([json(status, body)]).await;
        let clock = Clock::new();
        let crm = client(&server.uri(), &clock);
        let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (kind, 1), "{error}");
        assert_eq!(error.operation().map(ToString::to_string).as_deref(), Some("contacts.create"));
        assert_eq!((seen(&server).await.len(), clock.waits().len()), (1, 0));
    }
}
