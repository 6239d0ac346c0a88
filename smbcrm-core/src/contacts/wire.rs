//! How answers spell a contact.
//!
//! One record, three spellings (behaviour a.1–a.3): fetched alone it leaves out what is not set, as its own table says; a
//! search writes nulls, `address` and `contactName`; the old list writes `firstName` in lower case beside `firstNameRaw`.
//! Each of the other two is the record's table, a rule for each of its fields, and a few fields behind them.

use std::sync::{Arc, LazyLock};

use super::model::{lower, lower_full_name};
use super::{Contact, ContactHit, ContactOpportunity, ListedContact};
use crate::shape::{Field, Kind, Node, Place, Record, RecordShape, Shaped, Slot, Unknown, View};
use crate::types::Cursor;

/// What a spelling makes of a field of the contact.
#[derive(Clone, Copy)]
enum Rule {
    /// As it stands in the contact alone.
    Same,
    /// Null where it is not set.
    Null,
    /// `{}` where it is not set.
    EmptyObject,
    /// Text in lower case; null where it is not set.
    Lower,
    /// Not at all.
    Hidden,
}

/// A contact's table, spelt otherwise.
struct Spelling {
    shape: RecordShape,
    /// One for each of the contact's own fields, which come first.
    rules: Vec<Rule>,
}

impl Spelling {
    fn new(name: &'static str, doc: &'static str, rule: fn(&Field) -> Rule, more: &[Field]) -> Self {
        let own = Contact::default().shape().fields;
        let rules: Vec<Rule> = own.iter().map(rule).collect();
        let shown = own.iter().zip(&rules).map(|(field, rule)| match rule {
            Rule::Hidden => Field { place: Place::Unlisted, ..*field },
            _ => *field,
        });
        // Made once, and for as long as the process runs.
        let fields = Box::leak(shown.chain(more.iter().copied()).collect());
        let shape = RecordShape { name, doc, fields, unknown: Unknown::Kept, lenient: true, open: false };
        Self { shape, rules }
    }

    fn field<'a>(&self, contact: &'a Contact, at: usize) -> View<'a> {
        let view = contact.field(at);
        match (self.rules[at], view) {
            (Rule::Hidden, _) => View::Absent,
            (Rule::EmptyObject, View::Absent) => View::Made(serde_json::json!({})),
            (Rule::Lower, View::Text(text)) => lower(Some(text)),
            (Rule::Null | Rule::Lower, view) => view.or_null(),
            (_, view) => view,
        }
    }

    /// Which of the further fields it is.
    fn beyond(&self, at: usize) -> Option<usize> {
        at.checked_sub(self.rules.len())
    }
}

const TEXT: Kind = Kind::Optional(&Kind::Text);

static HIT: LazyLock<Spelling> = LazyLock::new(|| {
    let rule = |field: &Field| match field.name {
        "fullNameLowerCase" | "emailLowerCase" => Rule::Hidden,
        "address1" | "name" | "contactName" | "businessName" | "phoneLabel" => Rule::Hidden,
        "dndSettings" | "inboundDndSettings" => Rule::EmptyObject,
        "attributionSource" | "lastAttributionSource" | "createdBy" | "lastActivity" => Rule::Same,
        _ => Rule::Null,
    };
    let more = [
        Field::new("contactName", "\"contactName\":", TEXT, "First and last name together, in lower case."),
        Field::new("address", "\"address\":", TEXT, "Street address."),
        Field::new("businessName", "\"businessName\":", TEXT, "Company, as text: what `companyName` says."),
        Field::new(
            "phoneLabel",
            "\"phoneLabel\":",
            TEXT,
            "What the phone is called; null as far as was seen.",
        ),
        Field::new(
            "opportunities",
            "\"opportunities\":",
            <Vec<ContactOpportunity>>::KIND,
            "Its opportunities.",
        ),
        Field::new(
            "searchAfter",
            "\"searchAfter\":",
            Cursor::KIND,
            "Where the search goes on behind this contact.",
        ),
    ];
    Spelling::new("ContactHit", "A contact found by a search.", rule, &more)
});

impl ContactHit {
    /// What it says beside the contact.
    fn further(&self, at: usize) -> View<'_> {
        match at {
            0 => lower_full_name(&self.contact).or_null(),
            1 => self.contact.address1.view().or_null(),
            2 => self.contact.company_name.view().or_null(),
            3 => View::Null,
            4 => self.opportunities.view(),
            _ => self.search_after.view(),
        }
    }
    fn further_slot(&mut self, at: usize) -> Slot<'_> {
        match at {
            1 => Arc::make_mut(&mut self.contact).address1.slot(),
            4 => self.opportunities.slot(),
            5 => self.search_after.slot(),
            _ => Slot::Ignore,
        }
    }
}

static LISTED: LazyLock<Spelling> = LazyLock::new(|| {
    let rule = |field: &Field| match field.name {
        "firstName" | "lastName" => Rule::Lower,
        name if name.ends_with("LowerCase") || name == "contactName" => Rule::Hidden,
        _ => Rule::Same,
    };
    let more = [
        Field::new("contactName", "\"contactName\":", TEXT, "First and last name together, in lower case."),
        Field::new("firstNameRaw", "\"firstNameRaw\":", TEXT, "Given name, as it was written."),
        Field::new("lastNameRaw", "\"lastNameRaw\":", TEXT, "Family name, as it was written."),
        Field::new(
            "startAfter",
            "\"startAfter\":",
            Cursor::KIND,
            "Where the list goes on behind this contact.",
        ),
    ];
    Spelling::new("ListedContact", "A contact in a list.", rule, &more)
});

impl ListedContact {
    /// What it says beside the contact.
    fn further(&self, at: usize) -> View<'_> {
        match at {
            0 => lower_full_name(&self.contact).or_null(),
            1 => self.contact.first_name.view().or_null(),
            2 => self.contact.last_name.view().or_null(),
            _ => self.start_after.view(),
        }
    }
    /// The names as they were written come behind those in lower case, and replace them.
    fn further_slot(&mut self, at: usize) -> Slot<'_> {
        match at {
            1 => Arc::make_mut(&mut self.contact).first_name.slot(),
            2 => Arc::make_mut(&mut self.contact).last_name.slot(),
            3 => self.start_after.slot(),
            _ => Slot::Ignore,
        }
    }
}

macro_rules! spelt {
    ($($type:ident: $table:ident;)+) => {$(
        impl Record for $type {
            fn shape(&self) -> &'static RecordShape {
                let spelling: &'static Spelling = &$table;
                &spelling.shape
            }
            fn field(&self, at: usize) -> View<'_> {
                match $table.beyond(at) {
                    None => $table.field(&self.contact, at),
                    Some(at) => self.further(at),
                }
            }
            fn field_slot(&mut self, at: usize) -> Slot<'_> {
                match $table.beyond(at) {
                    None => Arc::make_mut(&mut self.contact).field_slot(at),
                    Some(at) => self.further_slot(at),
                }
            }
            fn finish(&mut self) {
                Arc::make_mut(&mut self.contact).finish();
            }
            fn extra(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
                self.contact.extra()
            }
            fn keep(&mut self, key: String, value: serde_json::Value) {
                Arc::make_mut(&mut self.contact).keep(key, value);
            }
        }
        impl Node for $type {
            fn view(&self) -> View<'_> {
                View::Record(self)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::Record(self)
            }
        }
        impl Shaped for $type {
            const KIND: Kind = Kind::Record(|| {
                let spelling: &'static Spelling = &$table;
                &spelling.shape
            });
            fn blank() -> Self {
                Self::default()
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                crate::shape::write_record(self, to)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let mut it = Self::default();
                crate::shape::fill(&mut it, from)?;
                Ok(it)
            }
        }
    )+};
}

spelt! {
    ContactHit: HIT;
    ListedContact: LISTED;
}
