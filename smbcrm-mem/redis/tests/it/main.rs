//! Smarfle's limit in a real Redis: one script, several servers, one limit.

mod server;

use std::time::Duration;

use proptest::prelude::*;
use smbcrm_core::ErrorKind;
use smbcrm_core::smarfle::{CreateLead, Leads};
use smbcrm_mem::{MemCrm, MemoryWindow, RateWindow, Taken};
use smbcrm_mem_redis::RedisWindow;

use server::Redis;

const MINUTE: Duration = Duration::from_secs(60);

async fn window(redis: &Redis, prefix: &str) -> RedisWindow {
    RedisWindow::connect(&redis.url).await.unwrap().prefix(prefix)
}

#[tokio::test]
async fn a_window_that_slides() {
    let Some(redis) = Redis::start() else { return };
    let (one, other) = (window(&redis, "slide:").await, window(&redis, "slide:").await);
    let taken = |granted, remaining, seconds| Taken::new(granted, remaining, Duration::from_secs(seconds));
    assert_eq!(one.take("k", 2, MINUTE, 1_000_000).await, Ok(taken(true, 1, 60)));
    assert_eq!(other.take("k", 2, MINUTE, 1_010_000).await, Ok(taken(true, 0, 50)));
    assert_eq!(one.take("k", 2, MINUTE, 1_020_000).await, Ok(taken(false, 0, 40)));
    assert_eq!(one.take("another", 2, MINUTE, 1_020_000).await, Ok(taken(true, 1, 60)));
    assert_eq!(
        window(&redis, "elsewhere:").await.take("k", 2, MINUTE, 1_020_000).await,
        Ok(taken(true, 1, 60))
    );
    assert_eq!(other.take("k", 2, MINUTE, 1_060_000).await, Ok(taken(true, 0, 10)));
    // A limit of nothing takes nothing.
    assert_eq!(one.take("none", 0, MINUTE, 1_000_000).await, Ok(taken(false, 0, 0)));
}

#[tokio::test]
async fn clocks_that_differ_let_nobody_through() {
    let Some(redis) = Redis::start() else { return };
    let window = window(&redis, "skew:").await;
    for at in [1_000_000, 1_000_400, 1_000_100] {
        assert!(window.take("k", 3, MINUTE, at).await.unwrap().granted);
    }
    // A server whose clock is behind sees what the others counted.
    assert!(!window.take("k", 3, MINUTE, 999_500).await.unwrap().granted);
    // A clock that was set back by a window or more begins anew: it locks nobody out.
    assert!(window.take("k", 3, MINUTE, 900_000).await.unwrap().granted);
}

/// Random requests against the window in memory, which has been held against a naive model.
#[test]
fn it_agrees_with_the_one_in_memory() {
    let Some(redis) = Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shared = runtime.block_on(window(&redis, "model:"));
    let round = std::sync::atomic::AtomicU32::new(0);
    let steps = (0_u32..6, prop::collection::vec((0_i64..700, 0_usize..3), 0..60));
    proptest!(ProptestConfig::with_cases(64), |((limit, steps) in steps)| {
        let round = round.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (memory, span, mut now) = (MemoryWindow::default(), Duration::from_millis(1_000), 1_790_000_000_000);
        for (wait, caller) in steps {
            now += wait;
            let caller = format!("{round}/{caller}");
            let (here, there) = runtime.block_on(async {
                (memory.take(&caller, limit, span, now).await, shared.take(&caller, limit, span, now).await)
            });
            prop_assert_eq!(here.unwrap(), there.unwrap());
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_requests_at_once_no_more_than_the_limit_is_taken() {
    let Some(redis) = Redis::start() else { return };
    let mut tries = Vec::new();
    for _ in 0..4 {
        let window = window(&redis, "race:").await;
        for at in 0..50 {
            let window = window.clone();
            tries.push(tokio::spawn(async move { window.take("k", 100, MINUTE, 1_000_000 + at).await }));
        }
    }
    let mut granted = 0;
    for tried in tries {
        granted += u32::from(tried.await.unwrap().unwrap().granted);
    }
    assert_eq!(granted, 100);
}

#[tokio::test]
async fn a_redis_that_is_gone_keeps_everything_out() {
    let Some(mut redis) = Redis::start() else { return };
    let crm = MemCrm::new();
    let (_, key) = crm.admin().smarfle().create_key("site").unwrap();
    let window = window(&redis, "gone:").await;
    assert!(!format!("{window:?}").contains("127.0.0.1"), "an address may hold a password");
    crm.admin().set_smarfle_window(window);
    let site = crm.smarfle().with_key(key.expose());
    site.verify().await.unwrap();
    redis.stop();
    let error = site.create(CreateLead::new().email("ada@vale.example")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(503)), "{error}");
    assert!(error.retry_after().is_some() && crm.admin().smarfle().clients().is_empty());
    let refused = RedisWindow::connect(&redis.url).await.unwrap_err();
    assert!(!refused.to_string().contains("127.0.0.1"), "{refused}");
    assert!(RedisWindow::connect("no address").await.is_err());
}
