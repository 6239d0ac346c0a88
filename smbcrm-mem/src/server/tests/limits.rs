//! Rate limits, and the journal.

use std::time::Duration;

use serde_json::json;

use super::Site;

#[tokio::test]
async fn the_hundred_and_first_request_is_one_too_many() {
    let site = Site::new();
    for left in (0..100).rev() {
        let answer = site.get("/contacts/x").await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (400, left));
    }
    let answer = site.get("/contacts/x").await;
    assert_eq!(
        (answer.status, answer.exact().as_str()),
        (429, r#"{"statusCode":429,"message":"Too Many Requests"}"#)
    );
    assert!(!answer.headers.contains_key("retry-after"));
    let names =
        ["max", "remaining", "interval-milliseconds", "limit-daily", "daily-remaining", "daily-reset"];
    let values = names.map(|name| answer.header(&format!("x-ratelimit-{name}")));
    assert_eq!(values[..5], [100, 0, 10_000, 200_000, 199_900]);
    assert!(values[5] > 0);
    // Unknown routes count as well.
    assert_eq!(site.get("/nothing").await.status, 429);
    site.crm.clock().advance(Duration::from_secs(10));
    assert_eq!(site.get("/contacts/x").await.status, 400);
}

#[tokio::test]
async fn every_answer_carries_limits_and_a_trace() {
    let site = Site::new();
    let list = format!("/contacts/?locationId={}", site.location());
    for line in
        [&*format!("GET {list}"), "GET /nothing", "GET /CONTACTS/x", "POST /contacts/", "GET /contacts/x"]
    {
        let answer = site.ask(line, &[], "").await;
        assert!(answer.headers.contains_key("x-ratelimit-daily-reset"), "{line}");
        assert!(answer.json()["traceId"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn the_journal_has_every_request_and_no_secret() {
    let site = Site::new();
    let canary = "canary-7f3a";
    let body = json!({ "locationId": site.location(), "email": format!("{canary}@vale.example"), "firstName": canary });
    assert_eq!(site.post("/contacts/", body).await.status, 201);
    site.get(&format!("/contacts/?locationId={}&query={canary}", site.location())).await;
    site.get(&format!("/nothing/{}?x={canary}", site.token)).await;
    site.ask("GET /contacts/x", &[("authorization", &format!("Bearer {canary}"))], "").await;

    let answer = site.get("/_mem/requests").await;
    let text = std::str::from_utf8(&answer.body).unwrap();
    assert!(!text.contains(canary), "{text}");
    assert!(!text.contains(&site.token) && !text.contains(&site.token[4..]), "{text}");
    let calls = answer.json()["requests"].clone();
    let line = |at: usize| {
        let call = &calls[at];
        let text = |name: &str| call[name].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {} {} {}",
            text("operation"),
            text("method"),
            text("path"),
            call["status"],
            text("caller")
        )
    };
    assert_eq!(line(0), "contacts.create POST /contacts/ 201 test");
    assert_eq!(line(1), "contacts.list GET /contacts/ 200 test");
    assert_eq!(line(2), "- GET /nothing/pit-… 404 test");
    assert_eq!(line(3), "contacts.get GET /contacts/{contactId} 401 nobody");
    assert_eq!(calls.as_array().unwrap().len(), 4); // the admin API keeps out of it
}
