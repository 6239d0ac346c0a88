//! One table of everything that was measured: `cargo run --release -p smbcrm-benches --bin report`.
//!
//! It always succeeds: a busy machine must not fail a build. `SMBCRM_BENCH_CONTACTS=1000000` measures with more.
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::cell::RefCell;
use std::hint::black_box;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use smbcrm_benches::crm::{self, Subject};
use smbcrm_benches::http::Loopback;
use smbcrm_benches::maps::Maps;
use smbcrm_benches::people::{Dice, People, Person, Segment, Upserts, any_name_part, common_name_part};
use smbcrm_benches::sqlite::{Read, Row, Sqlite};
use smbcrm_benches::stopwatch::{Times, race, resident_bytes};
use smbcrm_benches::{WALK_PAGE, contacts_wanted};
use smbcrm_core::Crm;
use smbcrm_mem::MemCrm;

/// Rounds are long enough for each contender to have the caches to itself, as it would in a process of its own.
const ROUNDS: usize = 20;
const SEED: u64 = 42;

fn main() {
    let count = contacts_wanted();
    if let Some(store) = std::env::args().nth(1) {
        say(&hold(&store, count).to_string());
        return;
    }
    let mut report = Report::default();
    say(&format!("# {count} contacts\n"));
    new_world(&mut report);
    measure(&mut report, count);
    forks(&mut report);
    over_http(&mut report);
    memory(&mut report);
    report.print();
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// A line of the table.
struct Line {
    work: String,
    ours: f64,
    sqlite: Option<f64>,
    limit: Option<f64>,
    /// How many times faster than SQLite it must be.
    factor: Option<f64>,
    /// What it must stay below.
    most: Option<f64>,
    unit: Unit,
}

#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Bytes,
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Bytes => format!("{value:.0} B"),
            Self::Seconds if value < 1e-6 => format!("{:.0} ns", value * 1e9),
            Self::Seconds if value < 1e-3 => format!("{:.2} µs", value * 1e6),
            Self::Seconds if value < 1.0 => format!("{:.2} ms", value * 1e3),
            Self::Seconds => format!("{value:.2} s"),
        }
    }
}

#[derive(Default)]
struct Report(Vec<Line>);

impl Report {
    fn line(&mut self, work: impl Into<String>, ours: f64) -> &mut Line {
        let work = work.into();
        eprintln!("  {work}: {}", Unit::Seconds.show(ours));
        self.0.push(Line {
            work,
            ours,
            sqlite: None,
            limit: None,
            factor: None,
            most: None,
            unit: Unit::Seconds,
        });
        self.0.last_mut().unwrap()
    }

    fn print(&self) {
        say("| work | smbcrm-mem | SQLite | ratio | required | | bare maps | of the limit |");
        say("|---|---|---|---|---|---|---|---|");
        for line in &self.0 {
            let show =
                |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| line.unit.show(value));
            let ratio = line.sqlite.map(|sqlite| sqlite / line.ours);
            let (required, passes) = match (line.factor, line.most) {
                (Some(factor), _) => (format!("{factor}×"), ratio.map(|ratio| ratio >= factor)),
                (None, Some(most)) => (format!("≤ {}", line.unit.show(most)), Some(line.ours <= most)),
                (None, None) => ("–".to_owned(), None),
            };
            let verdict = match passes {
                Some(true) => "pass",
                Some(false) => "**miss**",
                None => "",
            };
            let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}×"));
            let of_limit =
                line.limit.map_or_else(|| "–".to_owned(), |limit| format!("{:.1}×", line.ours / limit));
            say(&format!(
                "| {} | {} | {} | {ratio} | {required} | {verdict} | {} | {of_limit} |",
                line.work,
                line.unit.show(line.ours),
                show(line.sqlite),
                show(line.limit),
            ));
        }
    }
}

impl Line {
    fn against(&mut self, sqlite: f64) -> &mut Self {
        self.sqlite = Some(sqlite);
        self
    }

    fn limit(&mut self, limit: f64) -> &mut Self {
        self.limit = Some(limit);
        self
    }

    fn required(&mut self, factor: f64) -> &mut Self {
        self.factor = Some(factor);
        self
    }

    fn at_most(&mut self, most: f64) -> &mut Self {
        self.most = Some(most);
        self
    }
}

fn new_world(report: &mut Report) {
    let [new] = race(200, 1, [Box::new(|_| drop(black_box(MemCrm::new())))]);
    report.line("`MemCrm::new()`", new.median()).at_most(1e-3);
}

fn measure(report: &mut Report, count: usize) {
    let people: Vec<Person> = People::new(SEED).take(count).collect();
    let subject = Subject::new();
    let sqlite = RefCell::new(Sqlite::new().unwrap());
    let maps = RefCell::new(Maps::new());
    load(report, &people, &subject, &sqlite, &maps);

    let (owner, token): (&dyn Crm, MemCrm) = (&subject.crm, subject.with_token());
    let token: &dyn Crm = &token;
    let location = subject.location();
    let ids = crm::ids_of(owner, location, &people);
    let dice = &mut Dice::new(7);

    // Fetching by id. Who reads the same store as another reads other contacts: those the other one has just read
    // would be in the caches.
    let (rounds, batch) = (ROUNDS / 2, 100_000);
    let other = |round: usize| (round + rounds / 2) % rounds;
    let picks: Vec<Vec<usize>> = rolls(dice, rounds, batch, count);
    let chosen: Vec<Vec<_>> =
        picks.iter().map(|picks| picks.iter().map(|pick| ids[*pick].clone()).collect()).collect();
    let own_ids: Vec<Vec<String>> =
        picks.iter().map(|picks| picks.iter().map(|pick| people[*pick].id()).collect()).collect();
    let [by_owner, by_token, body, record, bare] = race(
        rounds,
        batch,
        [
            Box::new(|round| crm::get(owner, &chosen[round])),
            Box::new(|round| crm::get(token, &chosen[other(round)])),
            Box::new(|round| {
                let mut sqlite = sqlite.borrow_mut();
                own_ids[round].iter().for_each(|id| assert!(sqlite.get(id, Read::Body).unwrap()));
            }),
            Box::new(|round| {
                let mut sqlite = sqlite.borrow_mut();
                own_ids[other(round)].iter().for_each(|id| assert!(sqlite.get(id, Read::Record).unwrap()));
            }),
            Box::new(|round| {
                let maps = maps.borrow();
                own_ids[round].iter().for_each(|id| drop(black_box(maps.get(id).unwrap())));
            }),
        ],
    )
    .map(|times| times.median());
    report.line("get by id", by_owner).against(body).required(5.0).limit(bare);
    report.line("get by id, with a token", by_token).against(body).required(5.0).limit(bare);
    report.line("get by id; SQLite's body read into a `Contact`", by_owner).against(record);

    // Fetching by e-mail.
    let emails: Vec<Vec<String>> =
        picks.iter().map(|picks| picks.iter().map(|pick| people[*pick].email.clone()).collect()).collect();
    let searched = 5_000;
    let [by_owner, by_token, body, record, bare, by_search] = race(
        rounds,
        batch,
        [
            Box::new(|round| crm::find_duplicate(owner, location, &emails[round])),
            Box::new(|round| crm::find_duplicate(token, location, &emails[other(round)])),
            Box::new(|round| {
                let mut sqlite = sqlite.borrow_mut();
                emails[round].iter().for_each(|email| assert!(sqlite.by_email(email, Read::Body).unwrap()));
            }),
            Box::new(|round| {
                let mut sqlite = sqlite.borrow_mut();
                let emails = &emails[other(round)];
                emails.iter().for_each(|email| assert!(sqlite.by_email(email, Read::Record).unwrap()));
            }),
            Box::new(|round| {
                let maps = maps.borrow();
                emails[round].iter().for_each(|email| drop(black_box(maps.by_email(email).unwrap())));
            }),
            Box::new(|round| {
                for email in &emails[(round + 3) % rounds][..searched] {
                    assert_eq!(crm::search(owner, crm::with_email(location, email)).total, 1);
                }
            }),
        ],
    )
    .map(|times| times.median());
    let by_search = by_search * batch as f64 / searched as f64;
    report.line("get by e-mail (`find_duplicate`)", by_owner).against(body).required(5.0).limit(bare);
    report.line("get by e-mail, with a token", by_token).against(body).required(5.0).limit(bare);
    report.line("get by e-mail; SQLite's body read into a `Contact`", by_owner).against(record);
    report.line("search, `email eq`, page and total", by_search).against(body).limit(bare);

    segments(report, &people, &subject, token, &sqlite, dice);
    names(report, &people, &subject, token, &sqlite, dice);
    walks(report, count, &subject, token, &sqlite);
    upserts(report, &people, &subject, token, &sqlite, &maps);

    // Its indexes would slow the upserts down, and SQLite has none for it: so it comes last.
    let parts: Vec<String> = (0..ROUNDS * 50).map(|_| any_name_part(dice)).collect();
    crm::search(owner, crm::with_text(location, "abc"));
    let [text] = race(
        ROUNDS,
        50,
        [Box::new(|round| {
            for part in &parts[round * 50..][..50] {
                black_box(crm::search(owner, crm::with_text(location, part)));
            }
        })],
    );
    report.line("free text over name, e-mail, phone, company, newest 25 and total", text.median());
}

/// Another round, far away.
fn other(round: usize) -> usize {
    (round + ROUNDS / 2) % ROUNDS
}

fn segments(
    report: &mut Report,
    people: &[Person],
    subject: &Subject,
    token: &dyn Crm,
    sqlite: &RefCell<Sqlite>,
    dice: &mut Dice,
) {
    let (owner, location): (&dyn Crm, _) = (&subject.crm, subject.location());
    let batch = 500;
    for name in ["rare", "common"] {
        let segment =
            |dice: &mut Dice| if name == "rare" { Segment::any(dice) } else { Segment::common(people, dice) };
        let segments: Vec<Vec<Segment>> =
            (0..ROUNDS).map(|_| (0..batch).map(|_| segment(dice)).collect()).collect();
        let found = RefCell::new([0; 2]);
        let ours = |crm, far| {
            let (segments, found) = (&segments, &found);
            Box::new(move |round: usize| {
                for segment in &segments[if far { other(round) } else { round }] {
                    let page = crm::search(crm, crm::newest_of(location, segment));
                    found.borrow_mut()[0] += page.total;
                    black_box(page);
                }
            })
        };
        let theirs = |how, far| {
            let (segments, found) = (&segments, &found);
            Box::new(move |round: usize| {
                for segment in &segments[if far { other(round) } else { round }] {
                    found.borrow_mut()[1] += sqlite.borrow_mut().newest_of(segment, how).unwrap();
                }
            })
        };
        let [by_owner, by_token, body, record] = race(
            ROUNDS,
            batch,
            [ours(owner, false), ours(token, true), theirs(Read::Body, false), theirs(Read::Record, true)],
        )
        .map(|times| times.median());
        let [ours, theirs] = found.into_inner();
        assert_eq!(ours, theirs, "they disagree");
        let mean = ours / (2 * ROUNDS * batch) as u64;
        let name = format!("tag + state + half a year, newest 25 and total ({name} picks, {mean} hits)");
        report.line(&name, by_owner).against(body).required(3.0);
        report.line(format!("{name}, with a token"), by_token).against(body).required(3.0);
        report.line(format!("{name}; read into `Contact`s"), by_owner).against(record);
    }
}

fn names(
    report: &mut Report,
    people: &[Person],
    subject: &Subject,
    token: &dyn Crm,
    sqlite: &RefCell<Sqlite>,
    dice: &mut Dice,
) {
    let (owner, location): (&dyn Crm, _) = (&subject.crm, subject.location());
    let batch = 200;
    for name in ["rare", "common"] {
        let part = |dice: &mut Dice| {
            if name == "rare" { any_name_part(dice) } else { common_name_part(people, dice) }
        };
        let parts: Vec<Vec<String>> = (0..ROUNDS).map(|_| (0..batch).map(|_| part(dice)).collect()).collect();
        let found = RefCell::new([0; 2]);
        let ours = |crm, far| {
            let (parts, found) = (&parts, &found);
            Box::new(move |round: usize| {
                for part in &parts[if far { other(round) } else { round }] {
                    let page = crm::search(crm, crm::with_name_part(location, part));
                    found.borrow_mut()[0] += page.total;
                    black_box(page);
                }
            })
        };
        let theirs = |how, far| {
            let (parts, found) = (&parts, &found);
            Box::new(move |round: usize| {
                for part in &parts[if far { other(round) } else { round }] {
                    found.borrow_mut()[1] += sqlite.borrow_mut().with_name_part(part, how).unwrap();
                }
            })
        };
        let [by_owner, by_token, body, record, any] = race(
            ROUNDS,
            batch,
            [
                ours(owner, false),
                ours(token, true),
                theirs(Read::Body, false),
                theirs(Read::Record, true),
                Box::new(|round| {
                    let parts = &parts[(round + 7) % ROUNDS];
                    parts.iter().for_each(|part| sqlite.borrow_mut().any_with_name_part(part).unwrap());
                }),
            ],
        )
        .map(|times| times.median());
        let [ours, theirs] = found.into_inner();
        assert_eq!(ours, theirs, "they disagree");
        let mean = ours / (2 * ROUNDS * batch) as u64;
        let name = format!("part of a last name, newest 25 and total ({name} picks, {mean} hits)");
        report.line(&name, by_owner).against(body).required(4.0);
        report.line(format!("{name}, with a token"), by_token).against(body).required(4.0);
        report.line(format!("{name}; SQLite any 25, no total"), by_owner).against(any).required(4.0);
        report.line(format!("{name}; read into `Contact`s"), by_owner).against(record);
    }
}

fn rolls(dice: &mut Dice, rounds: usize, batch: usize, sides: usize) -> Vec<Vec<usize>> {
    (0..rounds).map(|_| (0..batch).map(|_| dice.roll(sides)).collect()).collect()
}

/// Loads all three stores in turns, then a second world in bulk.
fn load(
    report: &mut Report,
    people: &[Person],
    subject: &Subject,
    sqlite: &RefCell<Sqlite>,
    maps: &RefCell<Maps>,
) {
    let rounds = 20.min(people.len());
    let batch = people.len() / rounds;
    let token = subject.with_token();
    let (mut ours, mut tokens, mut theirs, mut bare, mut bytes) = (vec![], vec![], vec![], vec![], 0);
    for (round, people) in people.chunks(batch).enumerate() {
        // What each is given is made ready outside the measurement.
        let location = subject.location();
        let creates: Vec<_> =
            people.iter().map(|person| (person.added, person.create(location, &subject.fields))).collect();
        let contacts: Vec<_> =
            people.iter().map(|person| person.contact(location, &subject.fields)).collect();
        let rows: Vec<Row> =
            people.iter().zip(&contacts).map(|(person, contact)| Row::new(person, contact)).collect();
        bytes += rows.iter().map(Row::body_len).sum::<usize>();
        let by_token = round % 2 == 1;
        let handle: &dyn Crm = if by_token { &token } else { &subject.crm };
        let clock = subject.crm.clock();
        let start = Instant::now();
        futures::executor::block_on(async {
            for (added, create) in creates {
                clock.set(added);
                black_box(handle.contacts().create(create).await.unwrap());
            }
        });
        let each = |start: Instant| start.elapsed().as_secs_f64() / people.len() as f64;
        if by_token {
            tokens.push(each(start));
        } else {
            ours.push(each(start));
        }
        let start = Instant::now();
        sqlite
            .borrow_mut()
            .in_one_transaction(|sqlite| rows.iter().try_for_each(|row| sqlite.insert(row)))
            .unwrap();
        theirs.push(each(start));
        let start = Instant::now();
        contacts.into_iter().for_each(|contact| maps.borrow_mut().put(contact));
        bare.push(each(start));
    }
    sqlite.borrow().analyse().unwrap();
    let mean = |times: Vec<f64>| Times::new(times).mean();
    let (ours, tokens, theirs, bare) = (mean(ours), mean(tokens), mean(theirs), mean(bare));
    eprintln!("  a body has {} bytes, with {} custom fields", bytes / people.len(), subject.fields.len());
    let start = Instant::now();
    crm::warm(&subject.crm, subject.location());
    let indexing = start.elapsed().as_secs_f64() / people.len() as f64;
    report.line("load: creates, one call each", ours).against(theirs).required(5.0).limit(bare);
    report.line("load: creates, with a token", tokens).against(theirs).required(5.0).limit(bare);
    report
        .line("load: creates, and the indexes of every search below", ours + indexing)
        .against(theirs)
        .required(5.0)
        .limit(bare);

    let contacts: Vec<_> =
        people.iter().map(|person| person.contact(subject.location(), &subject.fields)).collect();
    let second = Subject::new();
    let start = Instant::now();
    second.load(contacts);
    let bulk = start.elapsed().as_secs_f64() / people.len() as f64;
    report.line("load: in bulk, by the administrator", bulk).against(theirs).required(5.0).limit(bare);
}

/// Walks through everybody in pages of a hundred.
fn walks(report: &mut Report, count: usize, subject: &Subject, token: &dyn Crm, sqlite: &RefCell<Sqlite>) {
    let (owner, location): (&dyn Crm, _) = (&subject.crm, subject.location());
    let pages = count / WALK_PAGE;
    let ours = |crm| Box::new(move |_: usize| drop(crm::walk(crm, location, None, pages)));
    let theirs = |how| Box::new(move |_: usize| drop(sqlite.borrow_mut().walk(None, pages, how).unwrap()));
    let [by_owner, by_token, body, record] =
        race(5, pages, [ours(owner), ours(token), theirs(Read::Body), theirs(Read::Record)])
            .map(|times| times.median());
    report.line("full cursor walk, a page of 100", by_owner).against(body).required(15.0);
    report.line("full cursor walk, with a token", by_token).against(body).required(15.0);
    report.line("full cursor walk; read into `Contact`s", by_owner).against(record);
}

fn upserts(
    report: &mut Report,
    people: &[Person],
    subject: &Subject,
    token: &dyn Crm,
    sqlite: &RefCell<Sqlite>,
    maps: &RefCell<Maps>,
) {
    let (rounds, batch) = (ROUNDS / 2, 2_000);
    let location = subject.location();
    let mut coming = Upserts::new(people, 1_234);
    let (mut ours, mut theirs, mut alone, mut bare) = (vec![], vec![], vec![], vec![]);
    let mut tokens = vec![];
    for round in 0..rounds * 2 {
        let people: Vec<Person> = coming.by_ref().take(batch).collect();
        let inputs: Vec<_> = people.iter().map(|person| person.upsert(location, &subject.fields)).collect();
        let contacts: Vec<_> =
            people.iter().map(|person| person.contact(location, &subject.fields)).collect();
        let rows: Vec<Row> = people.iter().zip(&contacts).map(|(p, c)| Row::new(p, c)).collect();
        subject.crm.clock().advance(Duration::from_secs(1));
        let each = |start: Instant| start.elapsed().as_secs_f64() / batch as f64;
        let start = Instant::now();
        if round % 2 == 0 {
            crm::upsert(&subject.crm, inputs);
            ours.push(each(start));
        } else {
            crm::upsert(token, inputs);
            tokens.push(each(start));
        }
        let mut sqlite = sqlite.borrow_mut();
        let start = Instant::now();
        if round % 2 == 0 {
            sqlite.in_one_transaction(|sqlite| rows.iter().try_for_each(|row| sqlite.upsert(row))).unwrap();
            theirs.push(each(start));
        } else {
            rows.iter().for_each(|row| sqlite.in_one_transaction(|sqlite| sqlite.upsert(row)).unwrap());
            alone.push(each(start));
        }
        let start = Instant::now();
        contacts.into_iter().for_each(|contact| maps.borrow_mut().upsert(contact));
        bare.push(each(start));
    }
    let median = |times: Vec<f64>| Times::new(times).median();
    let (ours, tokens, bare) = (median(ours), median(tokens), median(bare));
    let (together, alone) = (median(theirs), median(alone));
    report
        .line("upsert mix; SQLite in transactions of 2 000", ours)
        .against(together)
        .required(4.0)
        .limit(bare);
    report.line("upsert mix, with a token", tokens).against(together).required(4.0).limit(bare);
    report.line("upsert mix; SQLite one transaction each", ours).against(alone).limit(bare);
}

/// Forks of 150 000 contacts with every index, and the first writes to them.
fn forks(report: &mut Report) {
    let people: Vec<Person> = People::new(SEED).take(150_100).collect();
    let subject = Subject::of(&people[..150_000]);
    crm::warm(&subject.crm, subject.location());
    let forks = RefCell::new(Vec::new());
    let [fork] = race(100, 1, [Box::new(|_| forks.borrow_mut().push(subject.fork()))]);
    report.line("fork of 150 000 contacts", fork.median()).at_most(1e-3);
    let location = subject.location();
    for (at, name) in ["first", "second", "third"].into_iter().enumerate() {
        let forks = forks.borrow();
        let mut inputs: Vec<_> = (0..90)
            .map(|i| Some(vec![people[150_000 + at * 30 + i % 30].create(location, &subject.fields)]))
            .collect();
        let [write] = race(90, 1, [Box::new(|i| crm::create(&forks[i].crm, inputs[i].take().unwrap()))]);
        report.line(format!("{name} create after a fork"), write.median());
    }
}

/// A GET by id over loopback, in turns with a bare axum route that returns the same bytes.
fn over_http(report: &mut Report) {
    let loopback = Loopback::start(10_000).unwrap();
    let (mut ours, mut bare) = (vec![], vec![]);
    for _ in 0..5 {
        for (target, times) in [(&loopback.to_ours, &mut ours), (&loopback.to_bare, &mut bare)] {
            times.push(1.0 / loopback.rate(target, Duration::from_secs(1)).unwrap());
        }
    }
    let (ours, bare) = (Times::new(ours).median(), Times::new(bare).median());
    let name = format!(
        "GET by id over loopback: {:.0} a second; a bare axum route in place of SQLite: {:.0}",
        1.0 / ours,
        1.0 / bare
    );
    report.line(name, ours).against(bare).required(0.5);
}

/// What each store holds for a contact, measured in a process of its own.
fn memory(report: &mut Report) {
    let held = |store: &str| -> f64 {
        let child = Command::new(std::env::current_exe().unwrap()).arg(store).output().unwrap();
        String::from_utf8_lossy(&child.stdout).trim().parse::<f64>().unwrap_or(f64::NAN)
    };
    let (plain, indexed, sqlite, bare) = (held("mem"), held("mem-indexed"), held("sqlite"), held("maps"));
    for (name, ours) in [
        ("bytes a contact, every search above indexed", indexed),
        ("bytes a contact, before any search", plain),
    ] {
        let line = report.line(name, ours).against(sqlite).required(1.0).limit(bare);
        line.unit = Unit::Bytes;
    }
}

/// Fills one store and says how many bytes a contact takes.
fn hold(store: &str, count: usize) -> u64 {
    let people = || People::new(SEED).take(count);
    let subject = Subject::new();
    // Whatever is allocated once is allocated now.
    let made = |person: &Person| person.contact(subject.location(), &subject.fields);
    let mut sqlite = Sqlite::new().unwrap();
    let mut maps = Maps::new();
    let before = resident_bytes();
    match store {
        "sqlite" => sqlite
            .in_one_transaction(|sqlite| {
                people().try_for_each(|person| sqlite.insert(&Row::new(&person, &made(&person))))
            })
            .unwrap(),
        "maps" => people().for_each(|person| maps.put(made(&person))),
        _ => {
            subject.load(people().map(|person| made(&person)));
            if store == "mem-indexed" {
                crm::warm(&subject.crm, subject.location());
            }
        }
    }
    resident_bytes().saturating_sub(before) / count as u64
}
