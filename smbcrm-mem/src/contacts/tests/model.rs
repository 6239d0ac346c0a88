//! Random sequences of calls against a naive model, forks and snapshots in between.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use proptest::prelude::*;
use smbcrm_core::contacts::{
    Contact, Contacts, CreateContact, SearchContacts, TagNames, UpdateContact, UpsertContact,
};
use smbcrm_core::locations::{LocationSettings, UniqueIdentifier};
use smbcrm_core::search::{ContactField, ContactSort, Filter};
use smbcrm_core::types::{ContactId, Patch, Text};
use smbcrm_core::{Error, ErrorKind};

use crate::{MemCrm, Snapshot};

const EMAILS: [&str; 5] = ["a@x.example", "B@x.example", "b@x.example", " c@X.example", "d@x.example"];
/// As written, and as stored.
const PHONES: [(&str, &str); 5] = [
    ("(202) 555-0100", "+12025550100"),
    ("+12025550100", "+12025550100"),
    ("202.555.0101", "+12025550101"),
    ("+44 20 7946 0018", "+442079460018"),
    ("2025550103", "+12025550103"),
];
const NAMES: [&str; 5] = ["Ada Vale", "ada", "Bea van der Hill", "Cleo Vale", "Bea"];
const CITIES: [&str; 4] = ["Springfield", "Paris", "new paris", "Rome"];
const TAGS: [&str; 5] = ["vip", " VIP", "web-lead", "Event", "old"];

/// What a write brings: indexes into the pools above.
#[derive(Debug, Clone)]
struct Input {
    email: Patch<usize>,
    phone: Patch<usize>,
    name: Patch<usize>,
    city: Patch<usize>,
    tags: Option<Vec<usize>>,
}

#[derive(Debug, Clone)]
enum Test {
    Tag(Vec<usize>),
    NotTag(usize),
    City(usize),
    HasEmail,
    NoPhone,
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
}

#[derive(Debug, Clone)]
enum Step {
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

fn patch(pool: usize) -> impl Strategy<Value = Patch<usize>> {
    prop_oneof![3 => Just(Patch::Keep), 1 => Just(Patch::Clear), 4 => (0..pool).prop_map(Patch::Set)]
}

fn tags() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..TAGS.len(), 0..4)
}

prop_compose! {
    fn input()(
        email in patch(EMAILS.len()),
        phone in patch(PHONES.len()),
        name in patch(NAMES.len()),
        city in patch(CITIES.len()),
        tags in prop::option::weighted(0.3, tags()),
    ) -> Input {
        Input { email, phone, name, city, tags }
    }
}

fn test() -> impl Strategy<Value = Test> {
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

fn step() -> impl Strategy<Value = Step> {
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

/// A contact, naively.
#[derive(Debug, Clone, PartialEq)]
struct Person {
    id: ContactId,
    email: Option<String>,
    phone: Option<String>,
    first: Option<String>,
    last: Option<String>,
    city: Option<String>,
    tags: Vec<String>,
    additional: Vec<String>,
    added: DateTime<Utc>,
    updated: DateTime<Utc>,
}

impl Person {
    fn of(contact: &Contact) -> Self {
        let owned = |text: &Option<Text>| text.as_ref().map(|text| text.to_string());
        let list = |texts: &[Text]| texts.iter().map(|text| text.to_string()).collect();
        Self {
            id: contact.id.clone(),
            email: owned(&contact.email),
            phone: owned(&contact.phone),
            first: owned(&contact.first_name),
            last: owned(&contact.last_name),
            city: owned(&contact.city),
            tags: list(&contact.tags),
            additional: list(&contact.additional_emails),
            added: contact.date_added,
            updated: contact.date_updated,
        }
    }

    /// The same, whenever it was changed.
    fn undated(&self) -> Self {
        Self { updated: self.added, ..self.clone() }
    }
}

/// Everything, naively: people in the order they were made.
#[derive(Debug, Clone)]
struct Model {
    people: Vec<Person>,
    tags: BTreeSet<String>,
    allow: bool,
    order: Vec<&'static str>,
}

/// What a create, upsert or update comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// Whether it is new, and who it is; nobody yet when it is new.
    Written(bool, Option<ContactId>),
    Taken(ContactId, &'static str),
    Nothing,
    Missing,
}

fn email(at: usize) -> String {
    EMAILS[at].trim().to_lowercase()
}

fn stored_tags(tags: &[usize]) -> Vec<String> {
    let mut stored: Vec<String> = Vec::new();
    for tag in tags {
        let tag = TAGS[*tag].trim().to_lowercase();
        if !stored.contains(&tag) {
            stored.push(tag);
        }
    }
    stored
}

fn order(at: usize) -> Vec<&'static str> {
    [vec!["email", "phone"], vec!["phone", "email"], vec!["email"], vec!["phone"]][at].clone()
}

impl Model {
    fn by(&self, field: &str, input: &Input) -> Option<&Person> {
        if field == "email" {
            let wanted = email(*input.email.value()?);
            let primary = self.people.iter().find(|person| person.email.as_ref() == Some(&wanted));
            return primary.or_else(|| self.people.iter().find(|person| person.additional.contains(&wanted)));
        }
        let wanted = PHONES[*input.phone.value()?].1;
        self.people.iter().find(|person| person.phone.as_deref() == Some(wanted))
    }

    fn create(&self, input: &Input) -> Outcome {
        if is_nothing(input) {
            return Outcome::Nothing;
        }
        if !self.allow {
            for field in &self.order {
                if let Some(person) = self.by(field, input) {
                    return Outcome::Taken(person.id.clone(), field);
                }
            }
        }
        Outcome::Written(true, None)
    }

    /// Also says which fields are written.
    fn upsert(&self, input: &Input, create_new: bool) -> (Outcome, Input) {
        let mut input = input.clone();
        if is_nothing(&input) {
            return (Outcome::Nothing, input);
        }
        if self.allow && create_new {
            return (Outcome::Written(true, None), input);
        }
        let Some(found) = self.order.iter().find_map(|field| self.by(field, &input)).cloned() else {
            return (Outcome::Written(true, None), input);
        };
        for field in &self.order {
            if self.by(field, &input).is_some_and(|other| other.id != found.id) {
                match *field {
                    "email" => input.email = Patch::Keep,
                    _ => input.phone = Patch::Keep,
                }
            }
        }
        (Outcome::Written(false, Some(found.id)), input)
    }

    fn update(&self, id: &ContactId, input: &Input) -> Outcome {
        let Some(own) = self.people.iter().find(|person| person.id == *id) else { return Outcome::Missing };
        if !self.allow {
            for field in &self.order {
                let same = match *field {
                    "email" => input.email.value().is_some_and(|at| own.email == Some(email(*at))),
                    _ => input.phone.value().is_some_and(|at| own.phone.as_deref() == Some(PHONES[*at].1)),
                };
                if let Some(other) = self.by(field, input).filter(|other| !same && other.id != *id) {
                    return Outcome::Taken(other.id.clone(), field);
                }
            }
        }
        Outcome::Written(false, Some(id.clone()))
    }

    /// Writes what the CRM says it has written, after checking that it is what was asked.
    fn write(&mut self, input: &Input, new: bool, seen: &Contact) {
        let seen = Person::of(seen);
        if new {
            assert!(self.people.iter().all(|person| person.id != seen.id), "a new id");
            self.people.push(Person {
                id: seen.id.clone(),
                email: None,
                phone: None,
                first: None,
                last: None,
                city: None,
                tags: Vec::new(),
                additional: Vec::new(),
                added: seen.added,
                updated: seen.added,
            });
        }
        let person = self.people.iter_mut().find(|person| person.id == seen.id).expect("somebody known");
        let before = person.clone();
        set(&mut person.email, &input.email, email);
        set(&mut person.phone, &input.phone, |at| PHONES[at].1.to_owned());
        set(&mut person.city, &input.city, |at| CITIES[at].to_owned());
        set(&mut person.first, &input.name, |at| NAMES[at].split(' ').next().unwrap().to_owned());
        match &input.name {
            Patch::Keep => {}
            Patch::Clear => person.last = None,
            Patch::Set(at) => person.last = NAMES[*at].split_once(' ').map(|(_, last)| last.to_owned()),
        }
        if person.email != before.email
            && let Some(email) = &person.email
        {
            person.additional.retain(|known| known != email);
        }
        if let Some(tags) = &input.tags {
            person.tags = stored_tags(tags);
            self.tags.extend(person.tags.iter().cloned());
        }
        stamp(person, &before, &seen);
    }

    fn retag(&mut self, id: &ContactId, seen: &Contact, change: impl FnOnce(&mut Vec<String>)) {
        let person = self.people.iter_mut().find(|person| person.id == *id).expect("somebody known");
        let before = person.clone();
        change(&mut person.tags);
        stamp(person, &before, &Person::of(seen));
    }

    fn passes(test: &Test, person: &Person) -> bool {
        match test {
            Test::Tag(tags) => stored_tags(tags).iter().any(|tag| person.tags.contains(tag)),
            Test::NotTag(tag) => !person.tags.contains(&stored_tags(&[*tag])[0]),
            Test::City(city) => {
                let part = CITIES[*city].to_lowercase();
                person.city.as_ref().is_some_and(|city| city.to_lowercase().contains(&part))
            }
            Test::HasEmail => person.email.is_some(),
            Test::NoPhone => person.phone.is_none(),
            Test::Both(a, b) => Self::passes(a, person) && Self::passes(b, person),
            Test::Either(a, b) => Self::passes(a, person) || Self::passes(b, person),
        }
    }

    fn search(&self, test: Option<&Test>, sort: ContactSort, down: bool) -> Vec<ContactId> {
        let key = |person: &Person| -> Option<String> {
            match sort {
                ContactSort::FirstName => person.first.clone(),
                ContactSort::LastName => person.last.clone(),
                ContactSort::DateAdded => Some(person.added.to_rfc3339()),
                ContactSort::DateUpdated => Some(person.updated.to_rfc3339()),
                ContactSort::Email => person.email.clone(),
                ContactSort::Dnd => Some("false".to_owned()),
                // Nobody has a business or a source here.
                _ => None,
            }
            .map(|text| text.to_lowercase())
        };
        let mut found: Vec<&Person> =
            self.people.iter().filter(|person| test.is_none_or(|test| Self::passes(test, person))).collect();
        found.sort_by(|a, b| {
            let turned = |order: std::cmp::Ordering| if down { order.reverse() } else { order };
            let by_key = match (key(a), key(b)) {
                (Some(a), Some(b)) => turned(a.cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            };
            by_key.then_with(|| turned(a.id.cmp(&b.id)))
        });
        found.into_iter().map(|person| person.id.clone()).collect()
    }
}

/// Stamps a person if it has changed, with what was seen, which must be later then.
fn stamp(person: &mut Person, before: &Person, seen: &Person) {
    if person.undated() != before.undated() && seen.updated != seen.added {
        assert!(seen.updated > before.updated, "a change is stamped");
        person.updated = seen.updated;
    }
    assert_eq!(*person, *seen);
}

fn set(slot: &mut Option<String>, patch: &Patch<usize>, value: impl Fn(usize) -> String) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *slot = None,
        Patch::Set(at) => *slot = Some(value(*at)),
    }
}

fn is_nothing(input: &Input) -> bool {
    let none = |patch: &Patch<usize>| patch.value().is_none();
    none(&input.email) && none(&input.phone) && none(&input.name) && none(&input.city) && input.tags.is_none()
}

fn text<T: From<Text>>(patch: &Patch<usize>, pool: impl Fn(usize) -> &'static str) -> Patch<T> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(at) => Patch::Set(Text::from(pool(*at)).into()),
    }
}

macro_rules! fill {
    ($request:expr, $input:expr) => {{
        let mut request = $request;
        request.email = text(&$input.email, |at| EMAILS[at]);
        request.phone = text(&$input.phone, |at| PHONES[at].0);
        request.name = text(&$input.name, |at| NAMES[at]);
        request.city = text(&$input.city, |at| CITIES[at]);
        request.tags =
            $input.tags.as_ref().map(|tags| tags.iter().map(|tag| Text::from(TAGS[*tag])).collect());
        request
    }};
}

fn filter(test: &Test) -> Filter {
    let tag = |tag: &usize| TAGS[*tag].trim().to_lowercase();
    match test {
        Test::Tag(tags) => ContactField::Tags.eq_any(tags.iter().map(tag)),
        Test::NotTag(at) => ContactField::Tags.not_eq(tag(at)),
        Test::City(city) => ContactField::City.contains(CITIES[*city]),
        Test::HasEmail => ContactField::Email.exists(),
        Test::NoPhone => ContactField::Phone.not_exists(),
        Test::Both(a, b) => filter(a).and(filter(b)),
        Test::Either(a, b) => filter(a).or(filter(b)),
    }
}

/// The CRM and its model, side by side.
struct World {
    crm: MemCrm,
    model: Model,
    snapshots: Vec<(Snapshot, Model)>,
}

fn refusal(error: &Error) -> Outcome {
    match error.kind() {
        ErrorKind::Duplicate => {
            let field = error.meta()["matchingField"].as_str().unwrap_or_default();
            let field = if field == "email" { "email" } else { "phone" };
            Outcome::Taken(error.existing_id().unwrap_or_default().into(), field)
        }
        ErrorKind::NotFound => Outcome::Missing,
        ErrorKind::Invalid if error.status() == Some(400) => Outcome::Nothing,
        kind => panic!("{kind:?}: {error}"),
    }
}

impl World {
    fn id(&self, at: usize) -> ContactId {
        // Now and then somebody who is not there.
        self.model.people.get(at).map_or_else(|| "nobody".into(), |person| person.id.clone())
    }

    fn play(&mut self, step: &Step) {
        let location = self.crm.location().clone();
        match step {
            Step::Create(input) => {
                let expected = self.model.create(input);
                match block_on(self.crm.create(fill!(CreateContact::new(&location), input))) {
                    Ok(contact) => {
                        assert_eq!(expected, Outcome::Written(true, None));
                        self.model.write(input, true, &contact);
                    }
                    Err(error) => assert_eq!(refusal(&error), expected),
                }
            }
            Step::Upsert(input, create_new) => {
                let (expected, written) = self.model.upsert(input, *create_new);
                let request = fill!(UpsertContact::new(&location), input);
                match block_on(self.crm.upsert(request.create_new_if_duplicate_allowed(*create_new))) {
                    Ok(done) => {
                        let id = (!done.new).then(|| done.contact.id.clone());
                        assert_eq!(expected, Outcome::Written(done.new, id));
                        self.model.write(&written, done.new, &done.contact);
                    }
                    Err(error) => assert_eq!(refusal(&error), expected),
                }
            }
            Step::Update(at, input) => {
                let id = self.id(*at);
                let expected = self.model.update(&id, input);
                match block_on(self.crm.update(&id, fill!(UpdateContact::new(), input))) {
                    Ok(contact) => {
                        assert_eq!(expected, Outcome::Written(false, Some(contact.id.clone())));
                        self.model.write(input, false, &contact);
                    }
                    Err(error) => assert_eq!(refusal(&error), expected),
                }
            }
            Step::Delete(at) => {
                let id = self.id(*at);
                let known = self.model.people.iter().position(|person| person.id == id);
                match block_on(self.crm.delete(&id)) {
                    Ok(()) => drop(self.model.people.remove(known.expect("somebody known"))),
                    Err(error) => assert_eq!((refusal(&error), known), (Outcome::Missing, None)),
                }
            }
            Step::AddTags(at, tags) | Step::RemoveTags(at, tags) => {
                let id = self.id(*at);
                let names = TagNames::new(tags.iter().map(|tag| TAGS[*tag]));
                let adding = matches!(step, Step::AddTags(..));
                let answer = if adding {
                    block_on(self.crm.add_tags(&id, names))
                } else {
                    block_on(self.crm.remove_tags(&id, names))
                };
                let tags = stored_tags(tags);
                match answer {
                    Ok(answer) => {
                        let contact = block_on(self.crm.get(&id)).unwrap();
                        assert_eq!(contact.tags, answer.tags);
                        if adding {
                            self.model.tags.extend(tags.iter().cloned());
                        }
                        self.model.retag(&id, &contact, |known| {
                            known.retain(|tag| adding || !tags.contains(tag));
                            let new: Vec<_> =
                                tags.iter().filter(|tag| adding && !known.contains(tag)).cloned().collect();
                            known.extend(new);
                        });
                    }
                    Err(error) if error.kind() == ErrorKind::NotFound => assert_eq!(id, "nobody"),
                    Err(error) => assert!(tags.is_empty() && error.status() == Some(422), "{error}"),
                }
            }
            Step::Rule(allow, at) => {
                let mut settings = LocationSettings::default();
                settings.allow_duplicate_contact = Some(*allow);
                let identifiers = order(*at).into_iter().map(UniqueIdentifier::from).collect();
                settings.contact_unique_identifiers = Some(identifiers);
                self.crm.admin().set_settings(&location, settings).unwrap();
                (self.model.allow, self.model.order) = (*allow, order(*at));
            }
            Step::AdditionalEmails(at, emails) => {
                let id = self.id(*at);
                let planted =
                    self.crm.admin().set_additional_emails(&id, emails.iter().map(|at| EMAILS[*at]));
                if let Some(person) = self.model.people.iter_mut().find(|person| person.id == id) {
                    let before = person.clone();
                    person.additional = emails.iter().map(|at| email(*at)).collect();
                    stamp(person, &before, &Person::of(&planted.unwrap()));
                }
            }
            Step::Search(test, sort, down, limit) => self.search(test.as_ref(), *sort, *down, *limit),
            Step::Snapshot => self.snapshots.push((self.crm.snapshot(), self.model.clone())),
            Step::Restore(at) => {
                if let Some((snapshot, model)) = self.snapshots.get(*at) {
                    self.crm.restore(snapshot);
                    self.model = model.clone();
                }
            }
            Step::Fork | Step::Switch(_) => {}
        }
    }

    fn search(&self, test: Option<&Test>, sort: usize, down: bool, limit: u32) {
        let by = ContactSort::ALL[sort];
        let expected = self.model.search(test, by, down);
        let mut search = SearchContacts::new(self.crm.location(), limit)
            .filters(test.map(filter))
            .sort([if down { by.desc() } else { by.asc() }]);
        let mut seen = Vec::new();
        loop {
            let page = block_on(self.crm.search(search.clone())).unwrap();
            assert_eq!(page.total, expected.len() as u64);
            seen.extend(page.contacts.iter().map(|hit| hit.id.clone()));
            match page.contacts.last() {
                Some(last) => search = search.search_after(last.search_after.clone()),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{test:?} by {by:?}, down {down}");
    }

    /// The whole state is what the model says.
    fn compare(&self) {
        let state = |state: &mut crate::world::State| {
            let mut people: Vec<Person> = state.contacts.iter().map(|contact| Person::of(contact)).collect();
            people.sort_by_key(|person| person.added);
            let tags: Vec<String> = state.tags.iter().map(|tag| tag.name.to_string()).collect();
            (people, tags, state.conversations.len())
        };
        let (people, mut tags, conversations) = self.crm.admin().edit(self.crm.location(), state).unwrap();
        tags.sort();
        assert_eq!(people, self.model.people);
        assert!(tags.iter().eq(&self.model.tags), "{tags:?} are defined, expected {:?}", self.model.tags);
        assert_eq!(conversations, people.len());
    }
}

fn play(steps: &[Step]) {
    let model = Model { people: Vec::new(), tags: BTreeSet::new(), allow: false, order: order(0) };
    let mut worlds = vec![World { crm: MemCrm::new(), model, snapshots: Vec::new() }];
    let mut current = 0;
    for step in steps {
        match step {
            Step::Fork => {
                let World { crm, model, .. } = &worlds[current];
                let fork = World { crm: crm.fork(), model: model.clone(), snapshots: Vec::new() };
                worlds.push(fork);
            }
            Step::Switch(to) => current = to % worlds.len(),
            step => worlds[current].play(step),
        }
        worlds[current].compare();
    }
    // What happened in one world has not happened in another.
    for world in &worlds {
        world.compare();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn the_crm_does_as_the_model(steps in prop::collection::vec(step(), 1..80)) {
        play(&steps);
    }
}
