//! The subject: a world in memory, asked through `&dyn Crm` as an app would, gate included.

use std::sync::Arc;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{
    Contact, ContactHit, ContactPage, CreateContact, FindDuplicate, SearchContacts, UpsertContact,
};
use smbcrm_core::search::{ContactField, ContactSort, Range};
use smbcrm_core::types::{ContactId, Cursor, CustomFieldId, LocationId};
use smbcrm_mem::{MemCrm, RateLimits, Scopes, TokenLevel};

use crate::people::{Person, Segment, custom_fields};
use crate::{PAGE, WALK_PAGE};

/// Calls through the trait object must not fail in a benchmark; the message says which did.
#[allow(clippy::panic, reason = "a benchmark of refusals measures nothing")]
fn sure<T>(answer: smbcrm_core::Result<T>) -> T {
    answer.unwrap_or_else(|error| panic!("{error}"))
}

/// A world and the custom fields that its contacts have.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The world, used as its owner.
    pub crm: MemCrm,
    /// The ids of the custom fields.
    pub fields: Vec<CustomFieldId>,
}

impl Subject {
    /// An empty world without limits.
    pub fn new() -> Self {
        let crm = MemCrm::builder().rate_limits(RateLimits::off()).build();
        let define = |field| block_on(crm.locations().create_custom_field(crm.location(), field));
        let fields = custom_fields().into_iter().map_while(|field| define(field).ok()).map(|field| field.id);
        let fields = fields.collect();
        Self { crm, fields }
    }

    /// A world that holds these people, loaded by its administrator.
    pub fn of(people: &[Person]) -> Self {
        let subject = Self::new();
        subject.load(people.iter().map(|person| person.contact(subject.location(), &subject.fields)));
        subject
    }

    /// The one sub-account.
    pub fn location(&self) -> &LocationId {
        self.crm.location()
    }

    /// The same world, used with a token that may do everything.
    pub fn with_token(&self) -> MemCrm {
        let level = TokenLevel::Location(self.location().clone());
        let (_, secret) = self.crm.admin().create_token("bench", level, Scopes::All);
        self.crm.with_token(secret.expose())
    }

    /// The administrator's bulk load.
    pub fn load(&self, contacts: impl IntoIterator<Item = Contact>) {
        let _ = self.crm.admin().load_contacts(self.location(), contacts);
    }

    /// A world of its own that starts as this one is now.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { crm: self.crm.fork(), fields: self.fields.clone() }
    }
}

impl Default for Subject {
    fn default() -> Self {
        Self::new()
    }
}

/// Creates contacts, one call each.
pub fn create(crm: &dyn Crm, contacts: Vec<CreateContact>) {
    block_on(async {
        for contact in contacts {
            std::hint::black_box(sure(crm.contacts().create(contact).await));
        }
    });
}

/// Upserts contacts, one call each.
pub fn upsert(crm: &dyn Crm, contacts: Vec<UpsertContact>) {
    block_on(async {
        for contact in contacts {
            std::hint::black_box(sure(crm.contacts().upsert(contact).await));
        }
    });
}

/// Fetches contacts by id, one call each.
pub fn get(crm: &dyn Crm, ids: &[ContactId]) {
    block_on(async {
        for id in ids {
            std::hint::black_box(sure(crm.contacts().get(id).await));
        }
    });
}

/// Looks for the contacts that these e-mails would collide with, one call each.
pub fn find_duplicate(crm: &dyn Crm, location: &LocationId, emails: &[String]) {
    block_on(async {
        for email in emails {
            let found =
                sure(crm.contacts().find_duplicate(FindDuplicate::new(location).email(email.as_str())).await);
            assert!(found.contact.is_some(), "{email}");
            std::hint::black_box(found);
        }
    });
}

/// A search, asked and answered.
pub fn search(crm: &dyn Crm, search: SearchContacts) -> ContactPage {
    sure(block_on(crm.contacts().search(search)))
}

/// The contact with an e-mail, as a search.
pub fn with_email(location: &LocationId, email: &str) -> SearchContacts {
    SearchContacts::new(location, 1).filters([ContactField::Email.eq(email)])
}

/// The newest of a segment.
pub fn newest_of(location: &LocationId, segment: &Segment) -> SearchContacts {
    SearchContacts::new(location, PAGE as u32)
        .filters([
            ContactField::Tags.eq(segment.tag.as_str()),
            ContactField::State.eq(segment.state.as_str()),
            ContactField::DateAdded.range(Range::new().gte(segment.from).lt(segment.to)),
        ])
        .sort([ContactSort::DateAdded.desc()])
}

/// The newest whose last name contains a text.
pub fn with_name_part(location: &LocationId, part: &str) -> SearchContacts {
    SearchContacts::new(location, PAGE as u32)
        .filters([ContactField::LastName.contains(part)])
        .sort([ContactSort::DateAdded.desc()])
}

/// The newest in whose name, e-mail, phone or company each word of a text is found.
pub fn with_text(location: &LocationId, text: &str) -> SearchContacts {
    SearchContacts::new(location, PAGE as u32).query(text).sort([ContactSort::DateAdded.desc()])
}

/// Everybody, newest first, behind a cursor.
pub fn walk_from(location: &LocationId, after: Option<Cursor>) -> SearchContacts {
    let search = SearchContacts::new(location, WALK_PAGE as u32).sort([ContactSort::DateAdded.desc()]);
    match after {
        Some(after) => search.search_after(after),
        None => search,
    }
}

/// Takes a number of pages from a cursor on. Answers the next one, or none at the end.
pub fn walk(crm: &dyn Crm, location: &LocationId, mut after: Option<Cursor>, pages: usize) -> Option<Cursor> {
    for _ in 0..pages {
        let page = search(crm, walk_from(location, after));
        after = page.contacts.last().map(|hit: &ContactHit| hit.search_after.clone());
        std::hint::black_box(page);
        after.as_ref()?;
    }
    after
}

/// Builds every index that the searches want, by asking each once.
pub fn warm(crm: &dyn Crm, location: &LocationId) {
    let segment = Segment::any(&mut crate::people::Dice::new(1));
    search(crm, newest_of(location, &segment));
    search(crm, with_name_part(location, "abcde"));
    search(crm, SearchContacts::new(location, 1).filters([ContactField::FirstName.contains("abc")]));
    walk(crm, location, None, 1);
}

/// Every contact's id by e-mail, in the order of the people.
pub fn ids_of(crm: &dyn Crm, location: &LocationId, people: &[Person]) -> Vec<ContactId> {
    let id = |person: &Person| {
        let query = FindDuplicate::new(location).email(person.email.as_str());
        let found: Option<Arc<Contact>> = sure(block_on(crm.contacts().find_duplicate(query))).contact;
        found.map(|contact| contact.id.clone()).unwrap_or_default()
    };
    people.iter().map(id).collect()
}
