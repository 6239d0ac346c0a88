//! The engine against a naive one.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::prelude::*;

use super::query::compare_records;
use super::*;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
struct Person {
    id: String,
    name: String,
    tags: Vec<String>,
    score: Option<f64>,
    added: Option<i64>,
    vip: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Field {
    Name,
    Tags,
    Score,
    Added,
    Vip,
    /// Several numbers in one field, to which a column does no justice.
    Lengths,
    /// Text or a number, as the record likes.
    Mixed,
}

const FIELDS: [Field; 7] =
    [Field::Name, Field::Tags, Field::Score, Field::Added, Field::Vip, Field::Lengths, Field::Mixed];

impl Record for Person {
    type Field = Field;

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self, field: &Field, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            Field::Name if self.name.is_empty() => {}
            Field::Name => visit(Value::Text(&self.name)),
            Field::Tags => self.tags.iter().for_each(|tag| visit(Value::Text(tag))),
            Field::Score => self.score.into_iter().for_each(|score| visit(Value::Number(score))),
            Field::Added => self.added.into_iter().for_each(|ms| visit(Value::Instant(ms))),
            Field::Vip => visit(Value::Bool(self.vip)),
            Field::Lengths => self.tags.iter().for_each(|tag| visit(Value::Number(tag.len() as f64))),
            Field::Mixed if self.vip => visit(Value::Text(&self.name)),
            Field::Mixed => self.score.into_iter().for_each(|score| visit(Value::Number(score))),
        }
    }
}

const NAMES: &str = "(|Ada|ada|Vale|Ada Vale|Adalbert Vale|Adalbert Valeri|Émile|ÉMILE Ñandú|[a-cA-C ]{1,4})";

prop_compose! {
    fn person()(
        id in 0..150_u32,
        name in NAMES,
        tags in prop::collection::vec("(vip|lead|web-lead|[ab]{1,3})", 0..4),
        score in prop::option::of(prop_oneof![(-3..3_i32).prop_map(f64::from), Just(f64::NAN), Just(1.0 + f64::EPSILON)]),
        added in prop::option::weighted(0.9, -5..40_i64),
        vip in any::<bool>(),
    ) -> Person {
        Person { id: format!("p{id}"), name, tags, score, added, vip }
    }
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        NAMES.prop_map(|s| Term::text(&s)),
        "(vip|lead|web-lead|a|ab)".prop_map(|s| Term::text(&s)),
        (-3..3_i32).prop_map(|n| Term::number(f64::from(n))),
        (-5..40_i64).prop_map(Term::Instant),
        any::<bool>().prop_map(Term::Bool),
    ]
}

fn bound() -> impl Strategy<Value = Bound<Term>> {
    let term = prop_oneof![
        3 => (-6..42_i64).prop_map(Term::Instant),
        2 => (-3..3_i32).prop_map(|n| Term::number(f64::from(n))),
        1 => term(),
    ];
    prop_oneof![
        term.clone().prop_map(Bound::Included),
        term.prop_map(Bound::Excluded),
        Just(Bound::Unbounded),
    ]
}

fn field() -> impl Strategy<Value = Field> {
    prop::sample::select(FIELDS.to_vec())
}

fn filter() -> impl Strategy<Value = Filter<Person>> {
    let between =
        |a: i64, b: i64| Filter::range(Field::Added, Term::Instant(a.min(b))..Term::Instant(a.max(b)));
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        3 => (field(), prop::collection::vec(term(), 0..4)).prop_map(|(f, terms)| Filter::Eq(f, terms)),
        2 => "(vip|lead|[ab]{1,2})".prop_map(|tag| Filter::eq(Field::Tags, &*tag)),
        2 => any::<bool>().prop_map(|vip| Filter::eq(Field::Vip, vip)),
        3 => (field(), "(|a|AD|ada|al|Vale|LEAD|é|ñan|[ab]{1,3})").prop_map(|(f, s)| Filter::Contains(f, s)),
        1 => field().prop_map(Filter::Exists),
        2 => (field(), bound(), bound()).prop_map(|(f, lower, upper)| Filter::Range(f, Span { lower, upper })),
        3 => (-6..42_i64, -6..42_i64).prop_map(move |(a, b)| between(a, b)),
        1 => "(|ada|VALE  a|é v|web vip)"
            .prop_map(|words| Filter::Words(vec![Field::Name, Field::Tags], words)),
        1 => prop::collection::hash_set((0..160_u32).prop_map(|id| format!("p{id}").into()), 0..40)
            .prop_map(|ids| Filter::Ids(Arc::new(ids))),
        1 => (0..4_usize).prop_map(|n| Filter::Where(Arc::new(move |p: &Person| p.tags.len() == n))),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::And),
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Or),
            1 => inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn sort() -> impl Strategy<Value = Vec<Sort<Field>>> {
    let direction = prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)];
    prop::collection::vec((field(), direction).prop_map(|(field, direction)| Sort { field, direction }), 0..3)
}

#[derive(Clone, Debug)]
enum Step {
    Put(Person),
    Remove(u32),
    Ask(Filter<Person>, Vec<Sort<Field>>, usize, usize),
    Fork,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => person().prop_map(Step::Put),
        4 => (0..150_u32).prop_map(Step::Remove),
        3 => (filter(), sort(), 1..30_usize, 0..20_usize).prop_map(|(f, s, l, o)| Step::Ask(f, s, l, o)),
        1 => Just(Step::Fork),
    ]
}

type Model = BTreeMap<String, Person>;

fn empty() -> Table<Person> {
    Table::new().keyed_by(Field::Name).ordered_by(Field::Added, Direction::Descending)
}

fn ids(hits: &Hits<Person>) -> Vec<String> {
    hits.records.iter().map(|person| person.id.clone()).collect()
}

/// Asks a table and the model the same.
fn ask(
    table: &Table<Person>,
    model: &Model,
    filter: &Filter<Person>,
    sort: &[Sort<Field>],
    limit: usize,
    offset: usize,
) -> Result<(), TestCaseError> {
    let own = [Sort { field: Field::Added, direction: Direction::Descending }];
    let order = if sort.is_empty() { &own } else { sort };
    let mut expected: Vec<&Person> = model.values().filter(|person| filter.matches(person)).collect();
    expected.sort_by(|a, b| compare_records(order, *a, *b));
    let expected: Vec<String> = expected.into_iter().map(|person| person.id.clone()).collect();

    let mut query = Query { filter: filter.clone(), sort: sort.to_vec(), page: Page::from(offset, limit) };
    let hits = table.search(&query);
    prop_assert_eq!(hits.total, expected.len() as u64);
    prop_assert_eq!(table.count(filter), expected.len() as u64);
    let page: Vec<String> = expected.iter().skip(offset).take(limit).cloned().collect();
    prop_assert_eq!(ids(&hits), page);

    let mut walked = Vec::new();
    query.page = Page::first(limit);
    loop {
        let hits = table.search(&query);
        prop_assert_eq!(hits.total, expected.len() as u64);
        walked.extend(ids(&hits));
        match table.place_of_last(&query, &hits) {
            Some(cursor) => query.page = Page::after(cursor, limit),
            None => break,
        }
        prop_assert!(walked.len() <= expected.len());
    }
    prop_assert_eq!(walked, expected);
    Ok(())
}

fn check(table: &Table<Person>, model: &Model) -> Result<(), TestCaseError> {
    prop_assert_eq!(table.len(), model.len());
    for (id, person) in model {
        prop_assert_eq!(format!("{:?}", table.get(id).map(|p| &**p)), format!("{:?}", Some(person)));
        let name = Value::Text(&person.name);
        let mut found: Vec<_> = table.find(&Field::Name, name).map(|p| p.id.clone()).collect();
        found.sort();
        let same = |p: &&Person| !p.name.is_empty() && fold(&p.name) == fold(&person.name);
        let mut expected: Vec<_> = model.values().filter(same).map(|p| p.id.clone()).collect();
        expected.sort();
        prop_assert_eq!(found, expected);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn answers_as_a_naive_engine_would(
        people in prop::collection::vec(person(), 0..250),
        steps in prop::collection::vec(step(), 0..120),
        questions in prop::collection::vec((filter(), sort(), 1..40_usize, 0..30_usize), 1..6),
    ) {
        let (mut table, mut model) = (empty(), Model::new());
        let mut forks = Vec::new();
        for step in people.into_iter().map(Step::Put).chain(steps) {
            match step {
                Step::Put(person) => {
                    let old = table.put(Arc::new(person.clone()));
                    let expected = model.insert(person.id.clone(), person);
                    prop_assert_eq!(format!("{:?}", old.as_deref()), format!("{:?}", expected.as_ref()));
                }
                Step::Remove(id) => {
                    let id = format!("p{id}");
                    prop_assert_eq!(table.remove(&id).is_some(), model.remove(&id).is_some());
                }
                Step::Ask(filter, sort, limit, offset) => {
                    let query = Query { filter, sort, page: Page::first(limit) };
                    ask(&table, &model, &query.filter, &query.sort, limit, offset)?;
                    table.prepare(&query);
                    prop_assert!(!table.needs(&query));
                    ask(&table, &model, &query.filter, &query.sort, limit, offset)?;
                }
                Step::Fork => forks.push((table.clone(), model.clone())),
            }
        }
        forks.push((table, model));
        for (mut table, model) in forks {
            check(&table, &model)?;
            for (filter, sort, limit, offset) in &questions {
                let query = Query { filter: filter.clone(), sort: sort.clone(), page: Page::first(*limit) };
                ask(&table, &model, filter, sort, *limit, *offset)?;
                table.prepare(&query);
                ask(&table, &model, filter, sort, *limit, *offset)?;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Large enough for dense sets, walks that are worth it or give up, and picking in batches.
    #[test]
    fn answers_over_thousands_of_records_as_well(
        people in prop::collection::vec(person(), 3_000),
        questions in prop::collection::vec((filter(), sort(), 100..900_usize, 0..300_usize), 8),
        changed in prop::collection::vec(0..3_000_usize, 100),
    ) {
        let mut questions = questions;
        let (vip, lead) = (Filter::eq(Field::Vip, true), Filter::eq(Field::Tags, "lead"));
        let either = Filter::Or(vec![lead.clone(), Filter::Contains(Field::Name, "a".into())]);
        let recent = Filter::range(Field::Added, Term::Instant(10)..);
        for filter in [
            Filter::And(vec![vip.clone(), Filter::Not(Box::new(lead))]),
            Filter::And(vec![vip.clone(), either.clone(), recent.clone()]),
            Filter::And(vec![either, recent]),
        ] {
            questions.push((filter, Vec::new(), 300, 17));
        }
        let ties = vec![Sort { field: Field::Vip, direction: Direction::Ascending }];
        questions.insert(0, (Filter::All, ties, 300, 17));
        let (mut table, mut model) = (empty(), Model::new());
        for (number, mut person) in people.into_iter().enumerate() {
            person.id = format!("p{:04}", number * 7 % 3_000);
            model.insert(person.id.clone(), person.clone());
            table.put(Arc::new(person));
        }
        for (filter, sort, limit, offset) in &questions {
            ask(&table, &model, filter, sort, *limit, *offset)?;
            table.prepare(&Query { filter: filter.clone(), sort: sort.clone(), page: Page::first(*limit) });
            ask(&table, &model, filter, sort, *limit, *offset)?;
        }
        for number in changed {
            let (from, to) = (format!("p{number:04}"), format!("p{:04}", number / 2));
            let Some(mut person) = model.get(&from).cloned() else { continue };
            person.id.clone_from(&to);
            table.put(Arc::new(person.clone()));
            model.insert(to, person);
            prop_assert_eq!(table.remove(&from).is_some(), model.remove(&from).is_some());
        }
        for (filter, sort, limit, offset) in &questions {
            ask(&table, &model, filter, sort, *limit, *offset)?;
        }
    }
}

fn ada(id: &str, added: i64) -> Arc<Person> {
    let tags = vec!["vip".to_owned()];
    Arc::new(Person {
        id: id.into(),
        name: "Ada Vale".into(),
        tags,
        score: None,
        added: Some(added),
        vip: true,
    })
}

#[test]
fn the_example_of_the_module() {
    let mut people = empty();
    for i in 0..100 {
        people.put(ada(&format!("p{i:02}"), i));
    }
    let query = Query::new(Filter::And(vec![
        Filter::eq(Field::Tags, "VIP"),
        Filter::Contains(Field::Name, "vale".into()),
        Filter::range(Field::Added, Term::Instant(10)..Term::Instant(90)),
    ]))
    .sort(Field::Added, Direction::Descending)
    .page(Page::first(25));
    assert!(people.needs(&query));
    people.prepare(&query);
    assert!(!people.needs(&query));

    let before = people.clone();
    people.remove("p89");
    let hits = people.search(&query);
    assert_eq!((hits.total, hits.records[0].id()), (79, "p88"));
    let hits = before.search(&query);
    assert_eq!((hits.total, hits.records[0].id()), (80, "p89"));

    let place = before.place_of_last(&query, &hits).unwrap();
    let next = query.page(Page::after(place, 2));
    assert_eq!(ids(&before.search(&next)), ["p64", "p63"]);
    let short = Cursor { keys: vec![], id: "p63".into() };
    assert_eq!(ids(&before.search(&next.page(Page::after(short, 1)))), ["p62"], "completed from the record");
}

#[test]
fn pages_by_offset_end_at_the_window() {
    let mut people = empty();
    for i in 0..12_000 {
        people.put(ada(&format!("p{i:05}"), i));
    }
    let page = |offset, limit| {
        let hits = people.search(&Query::new(Filter::All).page(Page::from(offset, limit)));
        (hits.records.len(), hits.total)
    };
    assert_eq!(page(9_990, 100), (10, 12_000));
    assert_eq!(page(10_000, 100), (0, 12_000));
    assert_eq!(page(usize::MAX, usize::MAX), (0, 12_000));
    assert_eq!(page(0, usize::MAX), (12_000, 12_000));
    assert_eq!(page(0, 0), (0, 12_000));
}
