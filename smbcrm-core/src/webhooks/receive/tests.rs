//! The receiver and what it remembers, on a clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeZone, Utc};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::webhooks::{
    Ed25519PrivateKey, Event, HmacHex, Outgoing, Platform, PlatformSigner, SharedSecret, Sign,
    StandardWebhooks, Timestamped, WebhookEvent,
};

/// A clock of seconds, to be moved.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn new() -> (Self, Clock) {
        let hand = Self(Arc::new(AtomicI64::new(1_772_357_400)));
        let same = hand.clone();
        (hand, Clock::new(move || same.now()))
    }

    fn now(&self) -> DateTime<Utc> {
        Utc.timestamp_opt(self.0.load(Ordering::SeqCst), 0).unwrap()
    }

    fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn standard() -> StandardWebhooks {
    StandardWebhooks::new(["whsec_b25l"]).unwrap()
}

fn signed(scheme: &dyn Sign, id: &str, at: DateTime<Utc>, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    scheme.sign(&Outgoing::new(id, at, body), &mut headers).unwrap();
    headers
}

const LEASE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_app_event_arrives_typed_once() {
    let (hand, clock) = Hand::new();
    let key = Ed25519PrivateKey::from_seed(&[7; 32]);
    let receiver = Receiver::new(Platform::empty().ed25519(key.public()))
        .clock(clock.clone())
        .store(MemoryStore::new().clock(clock));
    let event = Event::from_parts("NoteCreate", json!({ "id": "N1" }).as_object().unwrap().clone());
    let body = serde_json::to_vec(&WebhookEvent::new(event, hand.now(), "W1")).unwrap();
    let headers = signed(&PlatformSigner::new(key), "W1", hand.now(), &body);

    let delivery = receiver.receive::<WebhookEvent>(&headers, &body).await.unwrap();
    assert!(matches!(delivery.value.event, Event::NoteCreate(_)));
    assert_eq!(delivery.proof.id.as_deref(), Some("W1"));
    let meanwhile = receiver.receive::<WebhookEvent>(&headers, &body).await.unwrap_err();
    assert!(matches!(meanwhile, Rejection::InProgress { .. }) && meanwhile.status() == 409);
    delivery.failed().await.unwrap();

    let delivery = receiver.receive::<WebhookEvent>(&headers, &body).await.unwrap();
    delivery.done().await.unwrap();
    let again = receiver.receive::<WebhookEvent>(&headers, &body).await.unwrap_err();
    assert!(matches!(again, Rejection::Duplicate) && again.status() == 200 && again.is_genuine());
}

#[tokio::test]
async fn a_lost_lease_cannot_end_the_next_claim() {
    let (hand, clock) = Hand::new();
    let store = MemoryStore::new().clock(clock);
    let Claim::Claimed(first) = store.claim("W1", LEASE).await.unwrap() else { panic!() };
    hand.advance(60);
    let Claim::Claimed(second) = store.claim("W1", LEASE).await.unwrap() else { panic!() };
    assert!(matches!(store.done("W1", &first).await, Err(StoreError::Lost)));
    assert!(matches!(store.failed("W1", &first).await, Err(StoreError::Lost)));
    assert_eq!(store.claim("W1", LEASE).await.unwrap(), Claim::InProgress);
    store.done("W1", &second).await.unwrap();
    assert!(matches!(store.failed("W1", &second).await, Err(StoreError::Lost)), "done stays done");
    assert_eq!(store.claim("W1", LEASE).await.unwrap(), Claim::Done);
    // Late, but nobody took over: it was handled after all.
    let Claim::Claimed(late) = store.claim("W2", LEASE).await.unwrap() else { panic!() };
    hand.advance(61);
    store.done("W2", &late).await.unwrap();
    assert_eq!(store.claim("W2", LEASE).await.unwrap(), Claim::Done);
}

#[tokio::test]
async fn what_is_done_is_forgotten_after_its_time() {
    let (hand, clock) = Hand::new();
    let store = MemoryStore::new().clock(clock).ttl(Duration::from_secs(3600));
    let Claim::Claimed(token) = store.claim("W1", LEASE).await.unwrap() else { panic!() };
    store.done("W1", &token).await.unwrap();
    hand.advance(3599);
    assert_eq!(store.claim("W1", LEASE).await.unwrap(), Claim::Done);
    hand.advance(1);
    assert!(store.is_empty());
    assert!(matches!(store.claim("W1", LEASE).await.unwrap(), Claim::Claimed(_)));
}

#[tokio::test]
async fn memory_is_bounded_and_what_is_being_handled_stays() {
    let (hand, clock) = Hand::new();
    let store = MemoryStore::new().clock(clock).capacity(3);
    let claim = async |key: &str| match store.claim(key, LEASE).await? {
        Claim::Claimed(token) => Ok(token),
        other => panic!("{key}: {other:?}"),
    };
    for key in ["A", "B"] {
        let token = claim(key).await.unwrap();
        store.done(key, &token).await.unwrap();
        hand.advance(1);
    }
    claim("C").await.unwrap();
    claim("D").await.unwrap(); // A is forgotten for it
    assert_eq!(store.len(), 3);
    assert_eq!(store.claim("B", LEASE).await.unwrap(), Claim::Done);
    claim("E").await.unwrap(); // and B
    let full: Result<ClaimToken, StoreError> = claim("F").await;
    assert!(matches!(full, Err(StoreError::Full)));
    assert_eq!(Rejection::from(StoreError::Full).status(), 503);
    hand.advance(60);
    claim("F").await.unwrap();
    assert_eq!(store.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_wins() {
    let (hand, clock) = Hand::new();
    let receiver = Receiver::new(standard()).clock(clock.clone()).store(MemoryStore::new().clock(clock));
    let headers = signed(&standard(), "W1", hand.now(), b"{}");
    let tries = (0..64).map(|_| {
        let (receiver, headers) = (receiver.clone(), headers.clone());
        tokio::spawn(async move { receiver.receive::<Value>(&headers, b"{}").await.is_ok() })
    });
    let won = futures::future::join_all(tries).await.into_iter().filter(|won| *won.as_ref().unwrap()).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn only_what_is_fresh_passes() {
    let (hand, clock) = Hand::new();
    let receiver = Receiver::new(standard()).clock(clock).tolerance(Duration::from_secs(300));
    let headers = signed(&standard(), "W1", hand.now(), b"{}");
    for (moved, expected) in [(0, "ok"), (300, "ok"), (1, "old"), (-601, "ok"), (-1, "future")] {
        hand.advance(moved);
        let found = match receiver.verify(&headers, b"{}") {
            Ok(_) => "ok",
            Err(Rejection::TooOld) => "old",
            Err(Rejection::FromTheFuture) => "future",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "{moved}");
    }
}

#[tokio::test]
async fn what_does_not_say_when_is_refused_where_it_has_to() {
    let (hand, clock) = Hand::new();
    let key = Ed25519PrivateKey::from_seed(&[7; 32]);
    let body = br#"{"type":"NoteCreate","id":"N1"}"#;
    let headers = signed(&PlatformSigner::new(key.clone()), "W1", hand.now(), body);
    let receiver = Receiver::new(Platform::empty().ed25519(key.public())).clock(clock.clone());
    let refused = receiver.receive::<WebhookEvent>(&headers, body).await.unwrap_err();
    assert!(matches!(refused, Rejection::NoTimestamp) && refused.status() == 401);
    receiver
        .clone()
        .allow_undated()
        .receive::<WebhookEvent>(&headers, body)
        .await
        .unwrap()
        .done()
        .await
        .unwrap();
    // And without an id nothing is known of repeats.
    let remembering = receiver.allow_undated().store(MemoryStore::new().clock(clock));
    let refused = remembering.receive::<WebhookEvent>(&headers, body).await.unwrap_err();
    assert!(matches!(refused, Rejection::NoId) && refused.status() == 400);
}

#[tokio::test]
async fn the_id_stands_where_it_is_said_to() {
    let (hand, clock) = Hand::new();
    let body = br#"{"id":"evt_1","n":7,"long":""}"#;
    let scheme = Timestamped::sales_boost(["one"]);
    let mut headers = signed(&scheme, "W1", hand.now(), body);
    headers.insert("x-id", HeaderValue::from_static("H1"));
    let receiver = Receiver::new(scheme).clock(clock.clone());
    for (id, fine) in [
        (DeliveryId::Scheme, false),
        (DeliveryId::Header("x-id".into()), true),
        (DeliveryId::Header("x-other".into()), false),
        (DeliveryId::Body("/id".into()), true),
        (DeliveryId::Body("/n".into()), true),
        (DeliveryId::Body("/long".into()), false),
        (DeliveryId::Body("/nowhere".into()), false),
        (DeliveryId::Digest, true),
    ] {
        let store = MemoryStore::new().clock(clock.clone());
        let receiver = receiver.clone().delivery_id(id.clone()).store(store.clone());
        match receiver.receive::<Value>(&headers, body).await {
            Ok(delivery) => delivery.done().await.unwrap(),
            Err(rejection) => assert!(matches!(rejection, Rejection::NoId), "{id:?}: {rejection}"),
        }
        assert_eq!(store.len(), usize::from(fine), "{id:?}");
        let again = receiver.receive::<Value>(&headers, body).await;
        assert_eq!(matches!(again, Err(Rejection::Duplicate)), fine, "{id:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_used_claims_nothing() {
    let (hand, clock) = Hand::new();
    let store = MemoryStore::new().clock(clock.clone());
    let receiver = Receiver::new(standard()).clock(clock).store(store.clone()).max_body(64);
    #[derive(Debug, serde::Deserialize)]
    struct Order {
        #[allow(dead_code)] // read by name only
        items: Vec<u32>,
    }
    for (body, path) in [
        (&br#"{"items":[1,"secret"]}"#[..], "items[1]"),
        (b"{}", "."),
        (b"", "."),
        (br#"{"items":[]} {}"#, "."),
    ] {
        let headers = signed(&standard(), "W1", hand.now(), body);
        let refused = receiver.receive::<Order>(&headers, body).await.unwrap_err();
        assert_eq!(refused.status(), 422);
        assert!(matches!(&refused, Rejection::Unexpected { path: found } if found == path), "{refused:?}");
        assert!(!format!("{refused} {refused:?}").contains("secret"));
    }
    let large = vec![b' '; 65];
    let headers = signed(&standard(), "W1", hand.now(), &large);
    let refused = receiver.receive::<Value>(&headers, &large).await.unwrap_err();
    assert!(matches!(refused, Rejection::TooLarge { limit: 64 }) && refused.status() == 413);
    let refused = receiver.receive::<Value>(&HeaderMap::new(), b"{}").await.unwrap_err();
    assert_eq!(refused.status(), 401);
    assert!(!refused.is_genuine());
    assert!(store.is_empty());
}

#[tokio::test]
async fn a_store_that_is_away_keeps_everything_out() {
    struct Away;
    #[async_trait::async_trait]
    impl IdempotencyStore for Away {
        async fn claim(&self, _: &str, _: Duration) -> Result<Claim, StoreError> {
            Err(StoreError::Unavailable("connection refused to redis://:secret@host".into()))
        }
        async fn done(&self, _: &str, _: &ClaimToken) -> Result<(), StoreError> {
            Err(StoreError::Lost)
        }
        async fn failed(&self, _: &str, _: &ClaimToken) -> Result<(), StoreError> {
            Err(StoreError::Lost)
        }
    }
    let (hand, clock) = Hand::new();
    let receiver = Receiver::new(standard()).clock(clock).store(Away);
    let headers = signed(&standard(), "W1", hand.now(), b"{}");
    let refused = receiver.receive::<Value>(&headers, b"{}").await.unwrap_err();
    assert_eq!(refused.status(), 503);
    assert!(!refused.to_string().contains("secret"));
}

#[tokio::test]
async fn handling_answers_with_a_status() {
    let (hand, clock) = Hand::new();
    let receiver = Receiver::new(standard()).clock(clock.clone()).store(MemoryStore::new().clock(clock));
    let headers = signed(&standard(), "W1", hand.now(), b"{}");
    let fails = receiver.handle(&headers, b"{}", async |_: Value| Err("down")).await;
    assert_eq!(fails, 500);
    let works = receiver.handle(&headers, b"{}", async |_: Value| Ok::<_, ()>(())).await;
    assert_eq!(works, 200);
    let again =
        receiver.handle(&headers, b"{}", async |_: Value| -> Result<(), ()> { panic!("twice") }).await;
    assert_eq!(again, 200);
    assert_eq!(receiver.handle(&headers, b"{ }", async |_: Value| Ok::<_, ()>(())).await, 401);
}

#[tokio::test]
async fn schemes_without_a_time_need_an_id() {
    let clock = Hand::new().1;
    let shared = SharedSecret::new(["sesame"]);
    let headers = signed(&shared, "RUN1", clock.now(), b"{}");
    let receiver = Receiver::new(shared).clock(clock.clone()).store(MemoryStore::new().clock(clock.clone()));
    receiver.receive::<Value>(&headers, b"{}").await.unwrap().done().await.unwrap();
    assert!(matches!(receiver.receive::<Value>(&headers, b"{}").await, Err(Rejection::Duplicate)));

    let hmac = HmacHex::new("X-Sig", ["one"]);
    let headers = signed(&hmac, "", clock.now(), b"{}");
    let receiver = Receiver::new(hmac).clock(clock.clone()).store(MemoryStore::new().clock(clock));
    assert!(matches!(receiver.receive::<Value>(&headers, b"{}").await, Err(Rejection::NoId)));
    receiver
        .delivery_id(DeliveryId::Digest)
        .receive::<Value>(&headers, b"{}")
        .await
        .unwrap()
        .done()
        .await
        .unwrap();
}

proptest! {
    #[test]
    fn old_and_future_deliveries_are_refused(off in -100_000i64..100_000, tolerance in 0u64..1000) {
        let (hand, clock) = Hand::new();
        let receiver = Receiver::new(standard()).clock(clock).tolerance(Duration::from_secs(tolerance));
        let headers = signed(&standard(), "W1", hand.now(), b"{}");
        hand.advance(off);
        let passed = receiver.verify(&headers, b"{}").is_ok();
        prop_assert_eq!(passed, off.unsigned_abs() <= tolerance);
    }

    /// The store agrees with a plain list of what is claimed and done, whatever happens in whatever order.
    #[test]
    fn the_store_is_a_map_with_ends(steps in prop::collection::vec((0u8..4, 0usize..4, 0i64..50), 1..80)) {
        futures::executor::block_on(async move {
            let (hand, clock) = Hand::new();
            let store = MemoryStore::new().clock(clock).ttl(Duration::from_secs(100)).capacity(100);
            let mut model: [Option<(bool, i64)>; 4] = [None; 4];
            let mut tokens: [Option<ClaimToken>; 4] = [const { None }; 4];
            for (step, at, wait) in steps {
                hand.advance(wait);
                let now = hand.now().timestamp();
                for slot in &mut model {
                    *slot = slot.filter(|(_, until)| *until > now);
                }
                let key = at.to_string();
                match (step, tokens[at].clone()) {
                    (2, Some(token)) => {
                        let done = store.done(&key, &token).await.is_ok();
                        assert_eq!(done, !matches!(model[at], Some((true, _))));
                        if done {
                            model[at] = Some((true, now + 100));
                        }
                    }
                    (3, Some(token)) => {
                        let failed = store.failed(&key, &token).await.is_ok();
                        assert_eq!(failed, !matches!(model[at], Some((true, _))));
                        if failed {
                            model[at] = None;
                        }
                    }
                    _ => match store.claim(&key, Duration::from_secs(60)).await.unwrap() {
                        Claim::Claimed(token) => {
                            assert_eq!(model[at], None);
                            tokens[at] = Some(token);
                            model[at] = Some((false, now + 60));
                        }
                        Claim::Done => assert!(matches!(model[at], Some((true, _)))),
                        Claim::InProgress => assert!(matches!(model[at], Some((false, _)))),
                    },
                }
                assert_eq!(store.len(), model.iter().flatten().count());
            }
        });
    }
}

#[cfg(feature = "axum")]
mod extractor {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::FromRef;
    use axum::http::{Request, StatusCode};
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    #[derive(Clone)]
    struct App {
        receiver: Receiver,
    }

    impl FromRef<App> for Receiver {
        fn from_ref(app: &App) -> Self {
            app.receiver.clone()
        }
    }

    async fn hook(Verified(delivery): Verified<Value>) -> StatusCode {
        let fails = delivery.value["fail"] == true;
        let kept = if fails { delivery.failed().await } else { delivery.done().await };
        match (kept, fails) {
            (Ok(()), false) => StatusCode::NO_CONTENT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    #[tokio::test]
    async fn a_handler_gets_what_is_genuine_and_new() {
        let (hand, clock) = Hand::new();
        let store = MemoryStore::new().clock(clock.clone());
        let receiver = Receiver::new(standard()).clock(clock).store(store.clone()).max_body(100);
        let app = Router::new().route("/", post(hook)).with_state(App { receiver });
        let send = async |headers: HeaderMap, body: Body| {
            let mut request = Request::post("/").body(body).unwrap();
            request.headers_mut().extend(headers);
            app.clone().oneshot(request).await.unwrap()
        };
        let status = async |headers: &HeaderMap, body: &'static str| {
            send(headers.clone(), Body::from(body)).await.status().as_u16()
        };
        let good = signed(&standard(), "W1", hand.now(), b"{}");
        assert_eq!(status(&good, "{}").await, 204);
        assert_eq!(status(&good, "{}").await, 200, "a duplicate is no error");
        assert_eq!(status(&good, "{ }").await, 401);
        assert_eq!(status(&HeaderMap::new(), "{}").await, 401);
        let failing = r#"{"fail":true}"#;
        let headers = signed(&standard(), "W2", hand.now(), failing.as_bytes());
        assert_eq!(status(&headers, failing).await, 500);
        assert_eq!(status(&headers, failing).await, 500, "it may be tried again");
        let text = signed(&standard(), "W3", hand.now(), b"no json");
        assert_eq!(status(&text, "no json").await, 422);

        // The limit holds whether the length is announced or not.
        let large = "x".repeat(101);
        let headers = signed(&standard(), "W4", hand.now(), large.as_bytes());
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(large.clone())]);
        assert_eq!(send(headers.clone(), Body::from_stream(pieces)).await.status(), 413);
        let mut announced = headers;
        announced.insert("content-length", HeaderValue::from_static("101"));
        assert_eq!(send(announced, Body::from(large)).await.status(), 413);
        let broken = futures::stream::iter([Err::<&str, _>(std::io::Error::other("reset"))]);
        assert_eq!(send(good, Body::from_stream(broken)).await.status(), 400);

        store.claim("id:W5", Duration::from_secs(60)).await.unwrap();
        let headers = signed(&standard(), "W5", hand.now(), b"{}");
        let busy = send(headers, Body::from("{}")).await;
        assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().unwrap()), (409, "60"));
    }
}
