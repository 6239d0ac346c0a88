//! Answers that never came, or not whole; connections that never were.

use std::time::Duration;

use smbcrm_client::{Client, RetryPolicy};
use smbcrm_core::contacts::{CreateContact, UpsertContact};
use smbcrm_core::{Crm, ErrorKind};
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::server::{Act, Raw};
use crate::{builder, client};

const CUT: Act = Act::Say(
    "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{\"contact\":",
);
const CUT_CHUNK: Act = Act::Say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"contact\":");
const MALFORMED_CHUNK: Act =
    Act::Say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
const NO_HTTP: Act = Act::Say("SSH-2.0-OpenSSH\r\n");
const SILENT_CLOSE: Act = Act::Say("");
const STALL: Act = Act::SayAndStall("");
const STALL_IN_BODY: Act = Act::SayAndStall("HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"contact\":");
const CUT_REFUSAL: Act =
    Act::Say("HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 90\r\n\r\n{\"message\":");
const GOOD: Act = Act::Say(
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 56\r\n\r\n{\"new\":true,\"contact\":{\"id\":\"CON1\",\"locationId\":\"LOC1\"}}",
);

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_ambiguous_and_sent_once() {
    for act in [Act::Reset, SILENT_CLOSE, CUT, CUT_CHUNK, MALFORMED_CHUNK, NO_HTTP] {
        let server = Raw::start(&[act]).await;
        let error = client(&server.url, &Clock::new())
            .contacts()
            .create(CreateContact::new("LOC1").email("ada@vale.example"))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Ambiguous, 1), "{error}");
        assert_eq!(server.requests(), 1);
        assert!(std::error::Error::source(&error).is_some());
        assert!(error.hint().contains("search for the record"));
    }
}

// The clock is paused: it jumps to the next timeout whenever nothing else can happen.
#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_late_is_ambiguous_and_sent_once() {
    for act in [STALL, STALL_IN_BODY] {
        let server = Raw::start(&[act]).await;
        let crm = client(&server.url, &Clock::new());
        let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
        assert_eq!((error.kind(), server.requests()), (ErrorKind::Ambiguous, 1), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upsert_is_sent_again() {
    for act in [Act::Reset, SILENT_CLOSE, CUT, CUT_CHUNK, STALL, STALL_IN_BODY] {
        let server = Raw::start(&[act, GOOD]).await;
        let crm = client(&server.url, &Clock::new());
        crm.contacts().upsert(UpsertContact::new("LOC1")).await.unwrap();
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn a_read_that_is_never_answered_is_unavailable() {
    let server = Raw::start(&[Act::Reset]).await;
    let error = client(&server.url, &Clock::new()).contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 4));
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn what_was_not_sent_is_sent_again_even_a_create() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let clock = Clock::new();
    let crm = client(&format!("http://{address}"), &clock);
    let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 4), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    assert_eq!(clock.waits().len(), 3);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_not_sent() {
    let retry = RetryPolicy::none();
    let crm = builder("https://no-such-host.invalid", &Clock::new()).retry(retry).build().unwrap();
    let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_total_time_ends_an_attempt_too() {
    let server = Raw::start(&[STALL]).await;
    let start = tokio::time::Instant::now();
    let crm = Client::builder()
        .token("pit-1")
        .base_url(&server.url)
        .timeout(Duration::from_secs(3))
        .build()
        .unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 1), "{error}");
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn a_refusal_is_one_even_when_its_text_is_cut() {
    let server = Raw::start(&[CUT_REFUSAL]).await;
    let error =
        client(&server.url, &Clock::new()).contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Invalid, Some(422), 1));
}

#[tokio::test]
async fn a_repeated_write_does_not_claim_that_nothing_happened() {
    // The first answer is lost; then nobody listens any more.
    let server = Raw::start_once(Act::Reset).await;
    let error =
        client(&server.url, &Clock::new()).contacts().upsert(UpsertContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 4), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}
