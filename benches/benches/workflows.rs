//! A hundred thousand runs that wait: what they cost in memory, what a look at the clock costs while nothing is due, and
//! what it costs to wake one of them.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::workflows::definition::{ContactCreated, Definition, Span, Wait};
use smbcrm_mem::MemCrm;

const RUNS: usize = 100_000;

/// How far apart they fall due: the last one begins before the first one wakes.
const APART: Duration = Duration::from_millis(500);

/// A world in which so many runs wait, each for a time of its own.
fn waiting() -> MemCrm {
    let crm = MemCrm::new();
    let wait = Definition::new("Wait").trigger(ContactCreated::new()).step(Wait::span(Span::days(1)));
    let again = wait.step(Wait::span(Span::days(30)));
    crm.admin().install_workflow(crm.location(), again).unwrap();
    block_on(async {
        for at in 0..RUNS {
            let contact = CreateContact::new(crm.location()).email(format!("p{at}@x.example"));
            crm.contacts().create(contact).await.unwrap();
            crm.run_until_idle().await;
            crm.clock().advance(APART);
        }
    });
    assert_eq!(crm.admin().active_runs(crm.location()), RUNS);
    crm
}

/// The process's memory in bytes, as Linux tells it.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<usize>().ok()? * 4096)
}

fn runs(c: &mut Criterion) {
    let before = resident();
    let crm = waiting();
    if let (Some(before), Some(after)) = (before, resident()) {
        eprintln!("{} bytes a contact with a waiting run", after.saturating_sub(before) / RUNS);
    }
    let mut group = c.benchmark_group("100 000 waiting runs");
    group.sample_size(20);
    group.bench_function("nothing is due", |bencher| bencher.iter(|| block_on(crm.run_until_idle())));
    group.bench_function("wake one", |bencher| {
        bencher.iter_batched(|| crm.fork(), |fork| block_on(fork.step()), BatchSize::PerIteration);
    });
    group.bench_function("wake a thousand", |bencher| {
        let wake = |fork: MemCrm| {
            block_on(async {
                let due = fork.next_due().unwrap();
                let by = (due - fork.clock().now()).to_std().unwrap() + APART * 1000;
                fork.advance(by).await;
            });
        };
        bencher.iter_batched(|| crm.fork(), wake, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, runs);
criterion_main!(benches);
