//! Random sequences of calls against a naive model, forks and snapshots in between.

mod naive;
mod steps;

use std::collections::BTreeSet;

use futures::executor::block_on;
use proptest::prelude::*;
use smbcrm_core::contacts::{
    Contacts, CreateContact, SearchContacts, TagNames, UpdateContact, UpsertContact,
};
use smbcrm_core::locations::{LocationSettings, UniqueIdentifier};
use smbcrm_core::search::{ContactField, ContactSort, Filter};
use smbcrm_core::types::{ContactId, Patch, Text};
use smbcrm_core::{Error, ErrorKind};

use naive::{Model, Outcome, Person, email, order, stamp, stored_tags};
use steps::{CITIES, EMAILS, NAMES, PHONES, Step, TAGS, Test, step};

use crate::{MemCrm, Snapshot};

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
            let conversations: BTreeSet<_> =
                state.contacts.iter().filter_map(|contact| state.conversation_of(&contact.id)).collect();
            (people, tags, conversations.len())
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
