//! Webhooks verified a second, by scheme, for an event of usual size.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::hint::black_box;

use chrono::{DateTime, TimeZone, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http::HeaderMap;
use serde_json::json;
use smbcrm_core::webhooks::{
    Clock, Ed25519PrivateKey, HmacHex, Incoming, MemoryStore, Outgoing, Platform, PlatformSigner, Receiver,
    RsaPrivateKey, SharedSecret, Sign, StandardWebhooks, Timestamped, Verify, WebhookEvent,
};

fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(1_772_357_400, 0).unwrap()
}

/// A contact's event, about 900 bytes.
fn body(id: usize) -> Vec<u8> {
    let fields: Vec<_> = (0..8).map(|at| json!({ "id": format!("FLD{at:017}"), "value": "oak" })).collect();
    let body = json!({
        "type": "ContactUpdate", "locationId": "LOC0000000000000001", "id": "CON0000000000000001",
        "firstName": "Ada", "lastName": "Vale", "name": "Ada Vale", "email": "ada@vale.example",
        "phone": "+15005550100", "address1": "1 Main St", "city": "Springfield", "state": "IL",
        "country": "US", "postalCode": "62701", "dnd": false, "tags": ["web-lead", "vip"], "attachments": [],
        "dateAdded": "2026-03-01T09:30:00.000Z", "customFields": fields,
        "timestamp": "2026-03-01T09:30:00.000Z", "webhookId": format!("6f3f2f2e-0000-4000-8000-{id:012}"),
    });
    serde_json::to_vec(&body).unwrap()
}

fn verify(c: &mut Criterion) {
    let body = body(1);
    let mut group = c.benchmark_group("verify");
    group.throughput(Throughput::Elements(1));
    let mut scheme = |name: &str, signer: &dyn Sign, verifier: &dyn Verify| {
        let mut headers = HeaderMap::new();
        signer.sign(&Outgoing::new("W1", now(), &body), &mut headers).unwrap();
        group.bench_function(name, |b| {
            b.iter(|| verifier.verify(&Incoming::new(black_box(&headers), black_box(&body))).unwrap());
        });
    };
    let key = Ed25519PrivateKey::from_seed(&[7; 32]);
    scheme("platform Ed25519", &PlatformSigner::new(key.clone()), &Platform::empty().ed25519(key.public()));
    let key = RsaPrivateKey::generate().unwrap();
    let legacy = Platform::empty().rsa(key.public().unwrap());
    scheme("platform RSA 2048", &PlatformSigner::legacy(key), &legacy);
    let shared = SharedSecret::new(["a secret of usual length, as one hopes"]);
    scheme("shared secret", &shared, &shared);
    let timestamped = Timestamped::sales_boost(["a secret of usual length, as one hopes"]);
    scheme("timestamped", &timestamped, &timestamped);
    let hmac = HmacHex::new("X-Signature-256", ["a secret of usual length, as one hopes"]).prefix("sha256=");
    scheme("HMAC hex", &hmac, &hmac);
    let standard = StandardWebhooks::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).unwrap();
    scheme("Standard Webhooks", &standard, &standard);
    group.finish();
}

/// The whole way: verified, dated, typed, claimed, done.
fn receive(c: &mut Criterion) {
    const DELIVERIES: usize = 1_000;
    let key = Ed25519PrivateKey::from_seed(&[7; 32]);
    let signer = PlatformSigner::new(key.clone());
    let deliveries: Vec<_> = (0..DELIVERIES)
        .map(|id| {
            let (body, mut headers) = (body(id), HeaderMap::new());
            signer.sign(&Outgoing::new("", now(), &body), &mut headers).unwrap();
            (headers, body)
        })
        .collect();
    let clock = Clock::new(now);
    let receiver = Receiver::new(Platform::empty().ed25519(key.public())).clock(clock.clone());
    let mut group = c.benchmark_group("receive");
    group.throughput(Throughput::Elements(DELIVERIES as u64));
    group.sample_size(20);
    group.bench_function("app events, once each", |b| {
        b.iter(|| {
            let receiver = receiver.clone().store(MemoryStore::new().clock(clock.clone()));
            futures::executor::block_on(async {
                for (headers, body) in &deliveries {
                    receiver.receive::<WebhookEvent>(headers, body).await.unwrap().done().await.unwrap();
                }
            });
        });
    });
    group.finish();
}

criterion_group!(benches, verify, receive);
criterion_main!(benches);
