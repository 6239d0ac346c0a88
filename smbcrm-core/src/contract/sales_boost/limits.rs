//! How often.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Access, Stage, WireRequest};
use crate::ErrorKind;
use crate::contract::{HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::operations as op;

cases! { on Stage:
    sixty_requests_a_minute_are_answered => [op::LIST],
    every_answer_tells_what_is_left => [op::LIST],
}

async fn sixty_requests_a_minute_are_answered(stage: &Stage) -> Verdict {
    for _ in 0..59 {
        stage.api.list().await?;
    }
    // One that fails counts too, and so does another key's.
    refused(stage.api.get(&404.into()).await, ErrorKind::NotFound, 404)?;
    let other = stage.hands.access(Access::Key).await.ok_or_skip("needs another key")?;
    for api in [&stage.api, &other] {
        let error = refused(api.list().await, ErrorKind::RateLimited, 429)?;
        ensure!(error.retry_after().is_some_and(|wait| wait <= Duration::from_secs(60)));
    }
    stage.advance(Duration::from_secs(60)).await?;
    stage.api.list().await?;
    Ok(())
}

async fn every_answer_tells_what_is_left(stage: &Stage) -> Verdict {
    let ask = async || {
        stage.hands.wire(WireRequest::new("GET", "/api/integrations")).await.ok_or_skip("needs the wire")
    };
    let first = ask().await?;
    let number = |name: &str| first.header(name).and_then(|value| value.parse::<i64>().ok());
    ensure_eq!((number("x-ratelimit-limit"), number("x-ratelimit-remaining")), (Some(60), Some(59)));
    ensure!(number("x-ratelimit-reset").is_some_and(|reset| reset > 1_000_000_000));
    ensure_eq!(first.header("retry-after"), None);
    for _ in 0..59 {
        ask().await?;
    }
    let over = ask().await?;
    ensure_eq!((over.status, over.header("x-ratelimit-remaining")), (429, Some("0")));
    let wait = over.header("retry-after").and_then(|value| value.parse::<u64>().ok()).unwrap_or_default();
    ensure!((1..=60).contains(&wait), "{wait}");
    let body: Value = serde_json::from_slice(&over.body).unwrap_or_default();
    ensure_eq!(body["error"], json!("Rate limit exceeded"));
    ensure_eq!(body["retryAfter"], json!(wait));
    Ok(())
}
