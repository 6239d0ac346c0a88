//! The model: lists, and loops over them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::Contact;
use smbcrm_core::search::ContactSort;
use smbcrm_core::types::{ContactId, Patch, Text};

use super::steps::{CITIES, EMAILS, Input, NAMES, PHONES, TAGS, Test};

/// A contact, naively.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub(super) id: ContactId,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) city: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) additional: Vec<String>,
    pub(super) added: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

impl Person {
    pub(super) fn of(contact: &Contact) -> Self {
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
    pub(super) fn undated(&self) -> Self {
        Self { updated: self.added, ..self.clone() }
    }
}

/// Everything, naively: people in the order they were made.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) people: Vec<Person>,
    pub(super) tags: BTreeSet<String>,
    pub(super) allow: bool,
    pub(super) order: Vec<&'static str>,
}

/// What a create, upsert or update comes to.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// Whether it is new, and who it is; nobody yet when it is new.
    Written(bool, Option<ContactId>),
    Taken(ContactId, &'static str),
    Nothing,
    Missing,
}

pub(super) fn email(at: usize) -> String {
    EMAILS[at].trim().to_lowercase()
}

pub(super) fn stored_tags(tags: &[usize]) -> Vec<String> {
    let mut stored: Vec<String> = Vec::new();
    for tag in tags {
        let tag = TAGS[*tag].trim().to_lowercase();
        if !stored.contains(&tag) {
            stored.push(tag);
        }
    }
    stored
}

pub(super) fn order(at: usize) -> Vec<&'static str> {
    [vec!["email", "phone"], vec!["phone", "email"], vec!["email"], vec!["phone"]][at].clone()
}

impl Model {
    pub(super) fn by(&self, field: &str, input: &Input) -> Option<&Person> {
        if field == "email" {
            let wanted = email(*input.email.value()?);
            let primary = self.people.iter().find(|person| person.email.as_ref() == Some(&wanted));
            return primary.or_else(|| self.people.iter().find(|person| person.additional.contains(&wanted)));
        }
        let wanted = PHONES[*input.phone.value()?].1;
        self.people.iter().find(|person| person.phone.as_deref() == Some(wanted))
    }

    pub(super) fn create(&self, input: &Input) -> Outcome {
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
    pub(super) fn upsert(&self, input: &Input, create_new: bool) -> (Outcome, Input) {
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

    pub(super) fn update(&self, id: &ContactId, input: &Input) -> Outcome {
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
    pub(super) fn write(&mut self, input: &Input, new: bool, seen: &Contact) {
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

    pub(super) fn retag(&mut self, id: &ContactId, seen: &Contact, change: impl FnOnce(&mut Vec<String>)) {
        let person = self.people.iter_mut().find(|person| person.id == *id).expect("somebody known");
        let before = person.clone();
        change(&mut person.tags);
        stamp(person, &before, &Person::of(seen));
    }

    pub(super) fn passes(test: &Test, person: &Person) -> bool {
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

    pub(super) fn search(&self, test: Option<&Test>, sort: ContactSort, down: bool) -> Vec<ContactId> {
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
pub(super) fn stamp(person: &mut Person, before: &Person, seen: &Person) {
    if person.undated() != before.undated() && seen.updated != seen.added {
        assert!(seen.updated > before.updated, "a change is stamped");
        person.updated = seen.updated;
    }
    assert_eq!(*person, *seen);
}

pub(super) fn set(slot: &mut Option<String>, patch: &Patch<usize>, value: impl Fn(usize) -> String) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *slot = None,
        Patch::Set(at) => *slot = Some(value(*at)),
    }
}

pub(super) fn is_nothing(input: &Input) -> bool {
    let none = |patch: &Patch<usize>| patch.value().is_none();
    none(&input.email) && none(&input.phone) && none(&input.name) && none(&input.city) && input.tags.is_none()
}
