//! Webhook events: change, queue, sign, deliver – to a sink in process and to a receiver over loopback HTTP.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::expect_used, reason = "what fails here is the benchmark itself")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use smbcrm_core::Crm;
use smbcrm_core::contacts::{CreateContact, UpdateContact};
use smbcrm_core::types::ContactId;
use smbcrm_mem::{Answer, EndpointSettings, MemCrm, Outbound};
use tokio::runtime::Runtime;

/// How many events are queued before they are delivered.
const EVENTS: u64 = 1_000;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A world with a contact, whose changes are told to these addresses, in order or not.
fn world(runtime: &Runtime, urls: &[String], in_order: bool) -> (MemCrm, ContactId) {
    let crm = MemCrm::new();
    for url in urls {
        let settings = EndpointSettings::new(url.as_str());
        let settings = if in_order { settings } else { settings.unordered() };
        crm.admin().add_endpoint(settings).expect("the settings make sense");
    }
    let contact = CreateContact::new(crm.location()).email("ada@vale.example");
    let contact = runtime.block_on(crm.contacts().create(contact)).expect("it is new");
    runtime.block_on(crm.run_until_idle());
    (crm, contact.id.clone())
}

async fn change(crm: &MemCrm, contact: &ContactId) {
    for number in 0..EVENTS {
        let update = UpdateContact::new().city(number.to_string());
        crm.contacts().update(contact, update).await.expect("it is there");
    }
}

/// A receiver on this machine that answers 200 to everything.
async fn receiver() -> String {
    let app = axum::Router::new().fallback(|| async { "ok" });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has one");
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/hooks")
}

fn webhooks(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("webhooks");
    group.sample_size(10).throughput(Throughput::Elements(EVENTS));

    let (quiet, contact) = world(&runtime, &[], true);
    group.bench_function("change, nobody listens", |bencher| {
        bencher.iter(|| runtime.block_on(change(&quiet, &contact)));
    });

    let (crm, contact) = world(&runtime, &["https://app.example/hooks".to_owned()], true);
    crm.admin().sink("https://app.example/", |_: Outbound| async { Ok(Answer::new(200)) });
    group.bench_function("change and queue", |bencher| {
        bencher.iter_batched(
            || crm.admin().clear_deliveries(),
            |()| {
                runtime.block_on(change(&crm, &contact));
            },
            BatchSize::PerIteration,
        );
        runtime.block_on(crm.run_until_idle());
    });
    group.bench_function("change, queue, sign, deliver in process", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                change(&crm, &contact).await;
                crm.run_until_idle().await;
            });
        });
    });

    let url = runtime.block_on(receiver());
    for (name, in_order) in [("loopback, in order", true), ("loopback, 64 at once", false)] {
        let (crm, contact) = world(&runtime, std::slice::from_ref(&url), in_order);
        group.bench_function(format!("change, queue, sign, deliver: {name}"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    change(&crm, &contact).await;
                    crm.run_until_idle().await;
                });
            });
        });
        assert_eq!(crm.admin().deliveries_turned_away(), 0);
    }
    group.finish();
}

criterion_group!(benches, webhooks);
criterion_main!(benches);
