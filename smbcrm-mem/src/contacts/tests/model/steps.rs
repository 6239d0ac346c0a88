//! Random calls: what may be asked, and of whom.

use proptest::prelude::*;
use smbcrm_core::search::ContactSort;
use smbcrm_core::types::Patch;

pub(super) const EMAILS: [&str; 5] =
    ["a@x.example", "B@x.example", "b@x.example", " c@X.example", "d@x.example"];
/// As written, and as stored.
pub(super) const PHONES: [(&str, &str); 5] = [
    ("(202) 555-0100", "+12025550100"),
    ("+12025550100", "+12025550100"),
    ("202.555.0101", "+12025550101"),
    ("+44 20 7946 0018", "+442079460018"),
    ("2025550103", "+12025550103"),
];
pub(super) const NAMES: [&str; 5] = ["Ada Vale", "ada", "Bea van der Hill", "Cleo Vale", "Bea"];
pub(super) const CITIES: [&str; 4] = ["Springfield", "Paris", "new paris", "Rome"];
pub(super) const TAGS: [&str; 5] = ["vip", " VIP", "web-lead", "Event", "old"];

/// What a write brings: indexes into the pools above.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) email: Patch<usize>,
    pub(super) phone: Patch<usize>,
    pub(super) name: Patch<usize>,
    pub(super) city: Patch<usize>,
    pub(super) tags: Option<Vec<usize>>,
}

#[derive(Debug, Clone)]
pub(super) enum Test {
    Tag(Vec<usize>),
    NotTag(usize),
    City(usize),
    HasEmail,
    NoPhone,
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Create(Input),
    Upsert(Input, bool),
    Update(usize, Input),
    Delete(usize),
    AddTags(usize, Vec<usize>),
    RemoveTags(usize, Vec<usize>),
    Rule(bool, usize),
    AdditionalEmails(usize, Vec<usize>),
    Search(Option<Test>, usize, bool, u32),
    Fork,
    Switch(usize),
    Snapshot,
    Restore(usize),
}

pub(super) fn patch(pool: usize) -> impl Strategy<Value = Patch<usize>> {
    prop_oneof![3 => Just(Patch::Keep), 1 => Just(Patch::Clear), 4 => (0..pool).prop_map(Patch::Set)]
}

pub(super) fn tags() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..TAGS.len(), 0..4)
}

prop_compose! {
    pub(super) fn input()(
        email in patch(EMAILS.len()),
        phone in patch(PHONES.len()),
        name in patch(NAMES.len()),
        city in patch(CITIES.len()),
        tags in prop::option::weighted(0.3, tags()),
    ) -> Input {
        Input { email, phone, name, city, tags }
    }
}

pub(super) fn test() -> impl Strategy<Value = Test> {
    let leaf = prop_oneof![
        prop::collection::vec(0..TAGS.len(), 1..3).prop_map(Test::Tag),
        (0..TAGS.len()).prop_map(Test::NotTag),
        (0..CITIES.len()).prop_map(Test::City),
        Just(Test::HasEmail),
        Just(Test::NoPhone),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Test::Both(a.into(), b.into())),
            (inner.clone(), inner).prop_map(|(a, b)| Test::Either(a.into(), b.into())),
        ]
    })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let which = 0..12_usize;
    prop_oneof![
        6 => input().prop_map(Step::Create),
        6 => (input(), any::<bool>()).prop_map(|(input, new)| Step::Upsert(input, new)),
        4 => (which.clone(), input()).prop_map(|(at, input)| Step::Update(at, input)),
        1 => which.clone().prop_map(Step::Delete),
        2 => (which.clone(), tags()).prop_map(|(at, tags)| Step::AddTags(at, tags)),
        2 => (which.clone(), tags()).prop_map(|(at, tags)| Step::RemoveTags(at, tags)),
        1 => (any::<bool>(), 0..4_usize).prop_map(|(allow, order)| Step::Rule(allow, order)),
        1 => (which.clone(), prop::collection::vec(0..EMAILS.len(), 0..3))
            .prop_map(|(at, emails)| Step::AdditionalEmails(at, emails)),
        5 => (prop::option::of(test()), 0..ContactSort::ALL.len(), any::<bool>(), 1..4_u32)
            .prop_map(|(test, sort, down, limit)| Step::Search(test, sort, down, limit)),
        1 => Just(Step::Fork),
        1 => which.clone().prop_map(Step::Switch),
        1 => Just(Step::Snapshot),
        1 => which.prop_map(Step::Restore),
    ]
}
