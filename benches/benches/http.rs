//! A GET by id over loopback on 64 connections: our server, and a bare axum route that returns the same bytes.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use smbcrm_benches::http::Loopback;

fn get_by_id(c: &mut Criterion) {
    let loopback = Loopback::start(10_000).unwrap();
    let mut group = c.benchmark_group("GET by id over loopback, 64 connections");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for (name, target) in [("smbcrm-mem", &loopback.to_ours), ("bare axum route", &loopback.to_bare)] {
        // One "iteration" is one request's share of the time: its inverse is requests a second.
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let rate = loopback.rate(target, Duration::from_millis(500)).unwrap();
                Duration::from_secs_f64(iterations as f64 / rate)
            });
        });
    }
}

criterion_group!(benches, get_by_id);
criterion_main!(benches);
