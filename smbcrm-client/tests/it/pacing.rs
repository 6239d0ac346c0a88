//! The governor against a server that counts.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use smbcrm_client::Timer;
use smbcrm_core::{Crm, ErrorKind};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::clock::Clock;
use crate::server::{CONTACT, json, too_many};
use crate::{builder, client};

const WINDOW: Duration = Duration::from_secs(10);

/// Counts in a sliding window, the strictest kind, and refuses what is above the burst.
async fn counting(clock: &Clock, burst: usize) -> (MockServer, Arc<Mutex<Vec<Instant>>>) {
    let arrivals = Arc::new(Mutex::new(Vec::<Instant>::new()));
    let server = MockServer::start().await;
    let (clock, log) = (clock.clone(), arrivals.clone());
    Mock::given(any())
        .respond_with(move |_: &Request| -> ResponseTemplate {
            let mut log = log.lock().unwrap();
            let now = clock.now();
            let used = log.iter().filter(|at| now - **at < WINDOW).count();
            log.push(now);
            let answer = if used < burst { json(200, CONTACT) } else { too_many() };
            answer
                .insert_header("x-ratelimit-max", burst.to_string().as_str())
                .insert_header("x-ratelimit-remaining", burst.saturating_sub(used + 1).to_string().as_str())
                .insert_header("x-ratelimit-interval-milliseconds", "10000")
                .insert_header("x-ratelimit-limit-daily", "10000")
                .insert_header("x-ratelimit-daily-remaining", "9000")
                .insert_header("x-ratelimit-daily-reset", "60000")
        })
        .mount(&server)
        .await;
    (server, arrivals)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_never_exceed_the_burst() {
    let clock = Clock::new();
    let (server, arrivals) = counting(&clock, 7).await;
    let crm = builder(&server.uri(), &clock).timeout(None).build().unwrap();
    // One call teaches the limit; until then the client cannot know it.
    crm.contacts().get(&"CON1".into()).await.unwrap();
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let crm = crm.clone();
            tokio::spawn(async move { crm.contacts().get(&"CON1".into()).await })
        })
        .collect();
    for call in calls {
        let contact = call.await.unwrap().unwrap();
        assert_eq!(contact.id, "CON1");
    }
    let arrivals = arrivals.lock().unwrap();
    assert_eq!(arrivals.len(), 41, "no 429 was provoked, so nothing was sent twice");
    for at in arrivals.iter() {
        let window = arrivals.iter().filter(|other| **other <= *at && *at - **other < WINDOW).count();
        assert!(window <= 7, "{window} in one window");
    }
}

#[tokio::test]
async fn the_smallest_known_burst_is_kept_even_before_the_first_answer() {
    let clock = Clock::new();
    let (server, arrivals) = counting(&clock, 25).await;
    let crm = builder(&server.uri(), &clock).timeout(None).build().unwrap();
    let calls: Vec<_> = (0..60)
        .map(|_| {
            let crm = crm.clone();
            tokio::spawn(async move { crm.contacts().get(&"CON1".into()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(arrivals.lock().unwrap().len(), 60);
}

#[tokio::test]
async fn limits_are_learned_and_shown() {
    let clock = Clock::new();
    let (server, _) = counting(&clock, 25).await;
    let crm = client(&server.uri(), &clock);
    assert_eq!(crm.limits(), Default::default());
    crm.contacts().get(&"CON1".into()).await.unwrap();
    let limits = crm.clone().limits();
    assert_eq!((limits.burst, limits.remaining, limits.interval), (Some(25), Some(24), Some(WINDOW)));
    assert_eq!((limits.daily_limit, limits.daily_remaining), (Some(10_000), Some(9_000)));
    assert_eq!(limits.daily_reset_in, Some(Duration::from_secs(60)));
}

#[tokio::test]
async fn switched_off_it_lets_everything_through() {
    let clock = Clock::new();
    let (server, arrivals) = counting(&clock, 2).await;
    let crm = builder(&server.uri(), &clock).rate_governor(false).build().unwrap();
    for _ in 0..2 {
        crm.contacts().get(&"CON1".into()).await.unwrap();
    }
    assert!(clock.waits().is_empty());
    crm.contacts().get(&"CON1".into()).await.unwrap();
    assert_eq!((arrivals.lock().unwrap().len(), clock.waits().len()), (4, 1), "the 429 is still waited out");
    assert_eq!(crm.limits().burst, Some(2));
}

#[tokio::test]
async fn a_retry_that_the_limit_prevents_reports_what_it_was_for() {
    let server = crate::server::answering([json(503, "{}")
        .insert_header("x-ratelimit-max", "25")
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-interval-milliseconds", "10000")])
    .await;
    let crm = client(&server.uri(), &Clock::new()).with_timeout(Duration::from_secs(5));
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Unavailable, Some(503), 1));
    assert!(error.retry_after().unwrap() > Duration::from_secs(5));
}
