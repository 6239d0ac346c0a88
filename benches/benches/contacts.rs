//! Contacts in process, through `&dyn Crm`, against SQLite and bare hash maps.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use smbcrm_benches::contacts_wanted;
use smbcrm_benches::crm::{self, Subject};
use smbcrm_benches::maps::Maps;
use smbcrm_benches::people::{Dice, People, Person, Segment, Upserts, any_name_part};
use smbcrm_benches::sqlite::{Read, Row, Sqlite};
use smbcrm_core::Crm;
use smbcrm_mem::MemCrm;

/// How many calls an iteration makes of what takes less than a microsecond.
const CALLS: usize = 1_000;

/// The same people in every store.
struct Stores {
    people: Vec<Person>,
    subject: Subject,
    token: MemCrm,
    sqlite: Sqlite,
    maps: Maps,
}

impl Stores {
    fn new() -> Self {
        let people: Vec<Person> = People::new(42).take(contacts_wanted()).collect();
        let subject = Subject::of(&people);
        let (mut sqlite, mut maps) = (Sqlite::new().unwrap(), Maps::new());
        let contact = |person: &Person| person.contact(subject.location(), &subject.fields);
        sqlite
            .in_one_transaction(|sqlite| {
                people.iter().try_for_each(|person| sqlite.insert(&Row::new(person, &contact(person))))
            })
            .unwrap();
        sqlite.analyse().unwrap();
        people.iter().for_each(|person| maps.put(contact(person)));
        crm::warm(&subject.crm, subject.location());
        let token = subject.with_token();
        Self { people, subject, token, sqlite, maps }
    }
}

fn contacts(c: &mut Criterion) {
    let mut stores = Stores::new();
    reads(c, &mut stores);
    searches(c, &mut stores);
    forks(c, &stores);
    writes(c, &mut stores);
}

fn reads(c: &mut Criterion, stores: &mut Stores) {
    let Stores { people, subject, token, sqlite, maps } = stores;
    let dice = &mut Dice::new(5);
    let asked: Vec<&Person> = (0..CALLS).map(|_| &people[dice.roll(people.len())]).collect();
    // Loaded in bulk they keep the ids they came with, the same in every store.
    let ids: Vec<_> = asked.iter().map(|person| person.id().into()).collect();
    let own: Vec<String> = asked.iter().map(|person| person.id()).collect();
    let emails: Vec<String> = asked.iter().map(|person| person.email.clone()).collect();

    let mut group = c.benchmark_group("get by id, a thousand");
    group.throughput(Throughput::Elements(CALLS as u64));
    group.bench_function("smbcrm-mem, owner", |b| b.iter(|| crm::get(&subject.crm, &ids)));
    group.bench_function("smbcrm-mem, token", |b| b.iter(|| crm::get(token, &ids)));
    group.bench_function("SQLite, body", |b| {
        b.iter(|| own.iter().for_each(|id| assert!(sqlite.get(id, Read::Body).unwrap())));
    });
    group.bench_function("SQLite, record", |b| {
        b.iter(|| own.iter().for_each(|id| assert!(sqlite.get(id, Read::Record).unwrap())));
    });
    group.bench_function("bare maps", |b| b.iter(|| own.iter().for_each(|id| drop(black_box(maps.get(id))))));
    group.finish();

    let mut group = c.benchmark_group("get by e-mail, a thousand");
    group.throughput(Throughput::Elements(CALLS as u64));
    let location = subject.location();
    group.bench_function("smbcrm-mem, owner", |b| {
        b.iter(|| crm::find_duplicate(&subject.crm, location, &emails));
    });
    group.bench_function("smbcrm-mem, token", |b| b.iter(|| crm::find_duplicate(token, location, &emails)));
    group.bench_function("SQLite, body", |b| {
        b.iter(|| emails.iter().for_each(|email| assert!(sqlite.by_email(email, Read::Body).unwrap())));
    });
    group.bench_function("bare maps", |b| {
        b.iter(|| emails.iter().for_each(|email| drop(black_box(maps.by_email(email)))));
    });
}

fn searches(c: &mut Criterion, stores: &mut Stores) {
    let Stores { subject, sqlite, .. } = stores;
    let (crm, location): (&dyn Crm, _) = (&subject.crm, subject.location());

    let mut group = c.benchmark_group("tag + state + half a year, newest 25 and total");
    let dice = &mut Dice::new(6);
    group.bench_function("smbcrm-mem", |b| {
        b.iter(|| black_box(crm::search(crm, crm::newest_of(location, &Segment::any(dice)))));
    });
    group.bench_function("SQLite, body", |b| {
        b.iter(|| sqlite.newest_of(&Segment::any(dice), Read::Body).unwrap());
    });
    group.finish();

    let mut group = c.benchmark_group("part of a last name, newest 25 and total");
    group.bench_function("smbcrm-mem", |b| {
        b.iter(|| black_box(crm::search(crm, crm::with_name_part(location, &any_name_part(dice)))));
    });
    group.bench_function("SQLite, body", |b| {
        b.iter(|| sqlite.with_name_part(&any_name_part(dice), Read::Body).unwrap());
    });
    group.finish();

    let mut group = c.benchmark_group("cursor walk, a page of 100");
    let mut place = None;
    group.bench_function("smbcrm-mem", |b| b.iter(|| place = crm::walk(crm, location, place.take(), 1)));
    let mut place = None;
    group.bench_function("SQLite, body", |b| {
        b.iter(|| place = sqlite.walk(place.take(), 1, Read::Body).unwrap());
    });
}

fn forks(c: &mut Criterion, stores: &Stores) {
    let mut group = c.benchmark_group("fork");
    group.bench_function("of everything", |b| b.iter(|| stores.subject.fork()));
    let new = People::new(9).next().unwrap();
    group.bench_function("first create after one", |b| {
        b.iter_batched(
            || (stores.subject.fork(), vec![new.create(stores.subject.location(), &stores.subject.fields)]),
            |(fork, create)| {
                crm::create(&fork.crm, create);
                fork
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("MemCrm::new", |b| b.iter(MemCrm::new));
}

fn writes(c: &mut Criterion, stores: &mut Stores) {
    let Stores { people, subject, sqlite, .. } = stores;
    let (location, fields) = (subject.location(), &subject.fields);
    let mut group = c.benchmark_group("upsert mix, a hundred");
    group.throughput(Throughput::Elements(100));
    let mut coming = Upserts::new(people, 77);
    group.bench_function("smbcrm-mem", |b| {
        b.iter_batched(
            || coming.by_ref().take(100).map(|person| person.upsert(location, fields)).collect(),
            |people| crm::upsert(&subject.crm, people),
            BatchSize::LargeInput,
        );
    });
    let mut coming = Upserts::new(people, 77);
    group.bench_function("SQLite, one transaction", |b| {
        b.iter_batched(
            || {
                let row = |person: Person| Row::new(&person, &person.contact(location, fields));
                coming.by_ref().take(100).map(row).collect()
            },
            |rows: Vec<Row>| {
                sqlite
                    .in_one_transaction(|sqlite| rows.iter().try_for_each(|row| sqlite.upsert(row)))
                    .unwrap();
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();

    let mut group = c.benchmark_group("load, a thousand creates into a new world");
    group.throughput(Throughput::Elements(CALLS as u64));
    group.bench_function("smbcrm-mem", |b| {
        b.iter_batched(
            || {
                let world = Subject::new();
                let creates = people.iter().take(CALLS).map(|p| p.create(location, &world.fields)).collect();
                (world, creates)
            },
            |(world, creates)| {
                crm::create(&world.crm, creates);
                world
            },
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, contacts);
criterion_main!(benches);
