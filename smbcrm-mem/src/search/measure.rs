//! Timings of the engine, for development; they assert nothing.
//!
//! `cargo test --release -p smbcrm-mem --lib measure -- --ignored --nocapture`, with `RECORDS=1000000` for more.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;

struct Contact {
    id: String,
    first: String,
    last: String,
    email: String,
    phone: String,
    tags: Vec<String>,
    city: String,
    state: String,
    added: i64,
    _rest: [u64; 40],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Field {
    First,
    Last,
    Email,
    Phone,
    Tags,
    City,
    State,
    Added,
}

impl Record for Contact {
    type Field = Field;

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self, field: &Field, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            Field::First => visit(Value::Text(&self.first)),
            Field::Last => visit(Value::Text(&self.last)),
            Field::Email => visit(Value::Text(&self.email)),
            Field::Phone => visit(Value::Text(&self.phone)),
            Field::Tags => self.tags.iter().for_each(|tag| visit(Value::Text(tag))),
            Field::City => visit(Value::Text(&self.city)),
            Field::State => visit(Value::Text(&self.state)),
            Field::Added => visit(Value::Instant(self.added)),
        }
    }
}

/// xorshift: numbers without a dependency.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Small numbers more often, roughly as names and tags are distributed.
    fn zipf(&mut self, sides: u64) -> u64 {
        let uniform = self.roll(1 << 32) as f64 / f64::from(u32::MAX);
        (((sides as f64 + 1.0).powf(uniform) - 1.0) as u64).min(sides - 1)
    }
}

fn word(number: u64, syllables: u32) -> String {
    const PARTS: [&str; 16] =
        ["an", "be", "cor", "da", "el", "fin", "gar", "ho", "is", "jo", "ka", "li", "mar", "ne", "ol", "ri"];
    let mut number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(PARTS[(number % 16) as usize]);
        number /= 16;
    }
    word
}

const THREE_YEARS: u64 = 3 * 365 * 86_400_000;

fn contact(dice: &mut Dice, number: u64) -> Arc<Contact> {
    let (first, last) = (word(dice.zipf(500), 2), word(dice.zipf(20_000) + 1000, 4));
    let tags = (0..dice.roll(7)).map(|_| format!("tag-{}", dice.zipf(200))).collect();
    Arc::new(Contact {
        id: format!("{:020x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        email: format!("{first}.{last}{number}@mail.example"),
        phone: format!("+1555{number:07}"),
        city: word(dice.zipf(2_000) + 90_000, 3),
        state: format!("state {}", dice.zipf(50)),
        tags,
        first,
        last,
        added: 1_700_000_000_000 + dice.roll(THREE_YEARS) as i64,
        _rest: [number; 40],
    })
}

fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e6;
    eprintln!("{name:<48} p50 {:>9.2} µs   p99 {:>9.2} µs", at(0.5), at(0.99));
}

fn time(name: &str, rounds: usize, mut work: impl FnMut(usize)) {
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let start = Instant::now();
        work(round);
        times.push(start.elapsed());
    }
    report(name, times);
}

fn queries(table: &mut Table<Contact>, name: &str, mut make: impl FnMut(&mut Dice) -> Query<Contact>) {
    if std::env::var("ONLY").is_ok_and(|only| !name.contains(&only)) {
        return;
    }
    let dice = &mut Dice(77);
    let queries: Vec<_> = (0..4_000).map(|_| make(dice)).collect();
    let before = resident_bytes();
    let start = Instant::now();
    table.prepare(&queries[0]);
    let built = start.elapsed();
    let grown = resident_bytes().saturating_sub(before) as usize / table.len();
    let mut hits = 0;
    for _ in 0..std::env::var("ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1) {
        hits = 0;
        time(name, queries.len(), |i| hits += black_box(table.search(&queries[i])).total as usize);
    }
    eprintln!(
        "    mean total {}, indexes built in {built:.1?} with {grown} bytes a record",
        hits / queries.len()
    );
}

fn forks(table: &Table<Contact>, dice: &mut Dice, count: u64, indexes: &str) {
    eprintln!("with {indexes}:");
    let mut forks = Vec::new();
    time("fork", 1_000, |_| forks.push(table.clone()));
    forks.truncate(100);
    let spares: Vec<_> = (0..300).map(|number| contact(dice, count + number)).collect();
    for name in ["first insert after a fork", "second insert", "third insert"] {
        let spare = |i: usize| Arc::clone(&spares[i + name.len() - 12]);
        time(name, 100, |i| drop(forks[i].put(spare(i))));
    }
}

#[test]
#[ignore = "a measurement"]
fn measure() {
    let count: u64 = std::env::var("RECORDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let mut dice = Dice(42);
    let contacts: Vec<_> = (0..count).map(|number| contact(&mut dice, number)).collect();
    let ids: Vec<String> = contacts.iter().map(|c| c.id.clone()).collect();
    let emails: Vec<String> = contacts.iter().map(|c| c.email.clone()).collect();

    let before = resident_bytes();
    let mut table = Table::new()
        .keyed_by(Field::Email)
        .keyed_by(Field::Phone)
        .ordered_by(Field::Added, Direction::Descending);
    let start = Instant::now();
    for contact in contacts {
        table.put(contact);
    }
    eprintln!(
        "insert: {:.2} µs each, {} bytes of index each",
        start.elapsed().as_secs_f64() * 1e6 / count as f64,
        resident_bytes().saturating_sub(before) / count
    );
    let picks: Vec<usize> = (0..200_000).map(|_| dice.roll(count) as usize).collect();
    let (ids, emails): (Vec<_>, Vec<_>) =
        picks.iter().map(|&pick| (ids[pick].clone(), emails[pick].clone())).unzip();
    let start = Instant::now();
    for id in &ids {
        black_box(table.get(id).map(Arc::clone));
    }
    eprintln!("get by id: {:.3} µs", start.elapsed().as_secs_f64() * 1e6 / picks.len() as f64);
    let start = Instant::now();
    for email in &emails {
        black_box(table.find_one(&Field::Email, Value::Text(email)).map(Arc::clone));
    }
    eprintln!("get by e-mail: {:.3} µs", start.elapsed().as_secs_f64() * 1e6 / picks.len() as f64);

    forks(&table, &mut dice, count, "keys and order only");
    let newest =
        |query: Query<Contact>| query.sort(Field::Added, Direction::Descending).page(Page::first(25));
    let range = |dice: &mut Dice| {
        let from = 1_700_000_000_000 + dice.roll(THREE_YEARS) as i64;
        Filter::range(Field::Added, Term::Instant(from)..Term::Instant(from + 180 * 86_400_000))
    };
    let tag = |n: u64| Filter::eq(Field::Tags, &*format!("tag-{n}"));
    let state = |n: u64| Filter::eq(Field::State, &*format!("state {n}"));
    queries(&mut table, "tag + state + range (uniform picks)", |dice| {
        newest(Query::new(Filter::And(vec![tag(dice.roll(200)), state(dice.roll(50)), range(dice)])))
    });
    queries(&mut table, "tag + state + range (frequent picks)", |dice| {
        newest(Query::new(Filter::And(vec![tag(dice.zipf(200)), state(dice.zipf(50)), range(dice)])))
    });
    queries(&mut table, "tag + range (frequent picks)", |dice| {
        newest(Query::new(Filter::And(vec![tag(dice.zipf(200)), range(dice)])))
    });
    queries(&mut table, "range", |dice| newest(Query::new(range(dice))));
    queries(&mut table, "tag or state, not tag", |dice| {
        let not = Filter::Not(Box::new(tag(dice.zipf(200))));
        newest(Query::new(Filter::And(vec![
            Filter::Or(vec![tag(dice.roll(200)), state(dice.roll(50))]),
            not,
        ])))
    });
    queries(&mut table, "substring of last name (5 letters)", |dice| {
        let name = word(dice.roll(20_000) + 1000, 4);
        newest(Query::new(Filter::Contains(Field::Last, name[1..6].to_owned())))
    });
    queries(&mut table, "substring of last name (whole)", |dice| {
        newest(Query::new(Filter::Contains(Field::Last, word(dice.roll(20_000) + 1000, 4))))
    });
    queries(&mut table, "substring of last name (3 letters)", |dice| {
        let name = word(dice.roll(20_000) + 1000, 4);
        newest(Query::new(Filter::Contains(Field::Last, name[..3].to_owned())))
    });
    queries(&mut table, "substring of last name (2 letters)", |dice| {
        let name = word(dice.roll(20_000) + 1000, 4);
        newest(Query::new(Filter::Contains(Field::Last, name[..2].to_owned())))
    });
    queries(&mut table, "free text over names, e-mail, phone (5 letters)", |dice| {
        let fields = vec![Field::First, Field::Last, Field::Email, Field::Phone];
        let name = word(dice.roll(20_000) + 1000, 4);
        newest(Query::new(Filter::Words(fields, name[1..6].to_owned())))
    });
    queries(&mut table, "city eq, sorted by last name", |dice| {
        Query::new(Filter::eq(Field::City, &*word(dice.zipf(2_000) + 90_000, 3)))
            .sort(Field::Last, Direction::Ascending)
            .page(Page::first(25))
    });
    queries(&mut table, "cursor page of 100", |dice| {
        let keys = vec![Some(Term::Instant(1_700_000_000_000 + dice.roll(THREE_YEARS) as i64))];
        Query::new(Filter::All).page(Page::after(Cursor { keys, id: String::new() }, 100))
    });
    queries(&mut table, "tag, cursor page of 100", |dice| {
        let keys = vec![Some(Term::Instant(1_700_000_000_000 + dice.roll(THREE_YEARS) as i64))];
        Query::new(tag(dice.zipf(200))).page(Page::after(Cursor { keys, id: String::new() }, 100))
    });

    forks(&table, &mut dice, count, "all indexes");
    let more: Vec<_> = (0..20_000).map(|number| contact(&mut dice, count + number)).collect();
    time("insert, all indexes", more.len(), |i| drop(table.put(Arc::clone(&more[i]))));
}
