//! A contact on its way in and out: what reading and writing JSON cost, alone and within a call.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use futures::executor::block_on;
use smbcrm_benches::crm::Subject;
use smbcrm_benches::people::People;
use smbcrm_core::contacts::{Contact, ContactPage, Contacts, SearchContacts, operations};
use smbcrm_core::operation::Response;
use smbcrm_mem::{Scopes, TokenLevel, Wire};

fn wire(c: &mut Criterion) {
    let people: Vec<_> = People::new(42).take(10_000).collect();
    let subject = Subject::of(&people);
    let level = TokenLevel::Location(subject.location().clone());
    let (_, token) = subject.crm.admin().create_token("bench", level, Scopes::All);
    let wire = Wire::new(&subject.crm, token.expose());

    let id = people[77].id().into();
    let contact: Arc<Contact> = block_on(wire.get(&id)).unwrap();
    let answer = Response::encode(&operations::GET, &contact).unwrap();
    let search = || SearchContacts::new(subject.location(), 25_u32);
    let page: ContactPage = block_on(wire.search(search())).unwrap();
    let page_answer = Response::encode(&operations::SEARCH, &page).unwrap();

    let mut group = c.benchmark_group("a contact as JSON");
    group.bench_function("encode", |b| {
        b.iter(|| Response::encode(&operations::GET, black_box(&contact)).unwrap());
    });
    group.bench_function("decode", |b| {
        b.iter(|| answer.clone().decode::<Arc<Contact>>(&operations::GET).unwrap());
    });
    group.bench_function("encode a page of 25", |b| {
        b.iter(|| Response::encode(&operations::SEARCH, black_box(&page)).unwrap());
    });
    group.bench_function("decode a page of 25", |b| {
        b.iter(|| page_answer.clone().decode::<ContactPage>(&operations::SEARCH).unwrap());
    });
    group.finish();

    let mut group = c.benchmark_group("over the wire without sockets");
    group.bench_function("get by id", |b| b.iter(|| block_on(wire.get(&id)).unwrap()));
    group.bench_function("search, a page of 25", |b| b.iter(|| block_on(wire.search(search())).unwrap()));
}

criterion_group!(benches, wire);
criterion_main!(benches);
