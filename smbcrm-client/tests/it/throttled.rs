//! 429.

use std::time::{Duration, SystemTime};

use smbcrm_client::RetryPolicy;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::{Crm, ErrorKind};

use crate::clock::Clock;
use crate::server::{CONTACT, answering, json, seen, too_many};
use crate::{builder, client};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn without_headers_it_backs_off_and_tries_again_even_a_create() {
    let server = answering([too_many(), too_many(), json(201, CONTACT)]).await;
    let clock = Clock::new();
    let crm = client(&server.uri(), &clock);
    let contact = crm.contacts().create(CreateContact::new("LOC1").email("ada@vale.example")).await.unwrap();
    assert_eq!(contact.id, "CON1");
    let waits = clock.waits();
    assert_eq!(waits.len(), 2);
    assert!(waits[0] <= SECOND && waits[1] <= 2 * SECOND, "{waits:?}");
    assert_eq!(seen(&server).await.len(), 3);
}

#[tokio::test]
async fn retry_after_in_seconds_is_waited_for() {
    let server = answering([too_many().insert_header("retry-after", "7"), json(200, CONTACT)]).await;
    let clock = Clock::new();
    client(&server.uri(), &clock).contacts().get(&"CON1".into()).await.unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert!(waited >= 7 * SECOND && waited <= 7 * SECOND + SECOND / 5, "{waited:?}");
}

#[tokio::test]
async fn retry_after_as_a_date_is_waited_for() {
    let date = httpdate::fmt_http_date(SystemTime::now() + 30 * SECOND);
    let server =
        answering([too_many().insert_header("retry-after", date.as_str()), json(200, CONTACT)]).await;
    let clock = Clock::new();
    client(&server.uri(), &clock).contacts().get(&"CON1".into()).await.unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert!(waited >= 28 * SECOND && waited <= 31 * SECOND, "{waited:?}");
}

#[tokio::test]
async fn the_rate_headers_alone_name_the_wait() {
    let limited = too_many()
        .insert_header("x-ratelimit-max", "25")
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-interval-milliseconds", "10000");
    for governed in [true, false] {
        let server = answering([limited.clone(), json(200, CONTACT)]).await;
        let clock = Clock::new();
        let crm = builder(&server.uri(), &clock).rate_governor(governed).build().unwrap();
        crm.contacts().get(&"CON1".into()).await.unwrap();
        let waited: Duration = clock.waits().iter().sum();
        assert!(waited >= 10 * SECOND && waited < 11 * SECOND, "{waited:?}");
        assert_eq!(crm.limits().burst, Some(25));
    }
}

#[tokio::test]
async fn a_day_used_up_fails_at_once_with_the_reset() {
    let over = too_many()
        .insert_header("x-ratelimit-limit-daily", "10000")
        .insert_header("x-ratelimit-daily-remaining", "0")
        .insert_header("x-ratelimit-daily-reset", "3600000");
    let server = answering([over]).await;
    let clock = Clock::new();
    let crm = client(&server.uri(), &clock);
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.status()), (ErrorKind::RateLimited, 1, Some(429)));
    assert_eq!(error.retry_after(), Some(3600 * SECOND));
    // The next call knows it and sends nothing.
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 0));
    assert_eq!(error.retry_after(), Some(3600 * SECOND));
    assert_eq!((seen(&server).await.len(), clock.waits().len()), (1, 0));
}

#[tokio::test]
async fn a_wait_beyond_the_total_time_is_not_begun() {
    let server = answering([too_many().insert_header("retry-after", "60")]).await;
    let clock = Clock::new();
    let crm = client(&server.uri(), &clock).with_timeout(5 * SECOND);
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 1));
    assert!(error.retry_after().unwrap() >= 60 * SECOND);
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn it_gives_up_after_the_last_attempt() {
    let server = answering([too_many().insert_header("retry-after", "1")]).await;
    let clock = Clock::new();
    let error = client(&server.uri(), &clock).contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), error.retry_after()),
        (ErrorKind::RateLimited, 4, Some(SECOND))
    );
    assert!(error.to_string().contains("after 4 attempts"), "{error}");
}

#[tokio::test]
async fn the_budget_ends_retries_when_most_calls_fail() {
    let server = answering([json(503, "{}")]).await;
    let clock = Clock::new();
    let retry = RetryPolicy::default().budget(20).seed(1);
    let crm = builder(&server.uri(), &clock).retry(retry).build().unwrap();
    let mut attempts = Vec::new();
    let mut last = None;
    for _ in 0..4 {
        let error = crm.clone().contacts().get(&"CON1".into()).await.unwrap_err();
        attempts.push(error.attempts());
        last = Some(error);
    }
    // 20 pays for four retries of 5, whichever clone makes them.
    assert_eq!(attempts, [4, 2, 1, 1]);
    let source = std::error::Error::source(last.as_ref().unwrap()).unwrap();
    assert!(source.to_string().contains("budget"), "{source}");
}
