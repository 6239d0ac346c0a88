//! What it costs to keep a world in a file: a create with and without it.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::CreateContact;
use smbcrm_mem::MemCrm;

/// How many contacts a world is loaded or compared with.
const CONTACTS: usize = 10_000;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("smbcrm-bench-{name}-{}.world", std::process::id()))
}

fn remove(path: &Path) {
    for ending in ["world", "world.lock"] {
        let _ = std::fs::remove_file(path.with_extension(ending));
    }
}

/// Creates one contact, the like of which there is none yet.
fn create(crm: &MemCrm, number: &mut u64) {
    *number += 1;
    let input = CreateContact::new(crm.location())
        .first_name("Ada")
        .last_name("Lovelace")
        .email(format!("ada-{number}@vale.example"))
        .city("Austin")
        .tags(["lead", "vip"]);
    block_on(crm.contacts().create(input)).unwrap();
}

fn creates(c: &mut Criterion) {
    let mut group = c.benchmark_group("create a contact");
    group.throughput(Throughput::Elements(1));
    let crm = MemCrm::new();
    let mut number = 0;
    group.bench_function("in memory", |b| b.iter(|| create(&crm, &mut number)));
    for (name, fsync) in [("kept in a file", false), ("kept in a file, with fsync", true)] {
        let file = path(if fsync { "fsync" } else { "log" });
        remove(&file);
        let crm = MemCrm::builder().fsync(fsync).persist(&file).unwrap();
        let mut number = 0;
        group.bench_function(name, |b| b.iter(|| create(&crm, &mut number)));
        drop(crm);
        remove(&file);
    }
    group.finish();
}

fn moments(c: &mut Criterion) {
    let crm = MemCrm::new();
    let mut number = 0;
    (0..CONTACTS).for_each(|_| create(&crm, &mut number));
    let before = crm.snapshot();
    (0..10).for_each(|_| create(&crm, &mut number));
    let (after, file) = (crm.snapshot(), path("saved"));
    let mut group = c.benchmark_group("ten thousand contacts");
    group.bench_function("diff of ten writes", |b| b.iter(|| before.diff(&after)));
    group.bench_function("save", |b| b.iter(|| crm.save(&file).unwrap()));
    group.bench_function("load", |b| b.iter(|| MemCrm::load(&file).unwrap()));
    group.finish();
    remove(&file);
}

criterion_group!(benches, creates, moments);
criterion_main!(benches);
