//! The older lists: `GET /contacts/` and `GET /contacts/business/{businessId}`.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use super::Contact;
use crate::types::{ContactId, Cursor, LocationId, Text};
use crate::{record, request};

/// Which contacts to list.
#[request]
pub struct ListContacts {
    /// The sub-account.
    pub location_id: LocationId,
    /// Free text.
    pub query: Option<Text>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// Go on behind this instant (epoch milliseconds); together with `start_after_id`.
    pub start_after: Option<i64>,
    /// Go on behind this contact; together with `start_after`.
    pub start_after_id: Option<ContactId>,
}

/// A page of [`super::Contacts::list`].
#[record]
pub struct ContactList {
    /// The contacts, newest first.
    pub contacts: Vec<ListedContact>,
    /// How many match in all.
    pub count: u64,
    /// Where the list goes on.
    pub meta: PageMeta,
}

/// Where a list goes on (twin cursor).
#[record]
pub struct PageMeta {
    /// How many match in all.
    pub total: u64,
    /// A link to the next page. The live API leaks an internal address here: do not follow it.
    pub next_page_url: Option<Text>,
    /// The last record's id.
    pub start_after_id: Option<Text>,
    /// The last record's instant, epoch milliseconds.
    pub start_after: Option<i64>,
    /// This page's number.
    pub current_page: Option<u64>,
    /// The next page's number; none on the last page.
    pub next_page: Option<u64>,
    /// The page before; none on the first page.
    pub prev_page: Option<u64>,
}

/// A contact in a list. It reads like the contact itself.
///
/// This answer writes `firstName` in lower case and the display casing in `firstNameRaw`; both are put right here.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListedContact {
    /// The contact.
    pub contact: Arc<Contact>,
    /// Where the list goes on behind this contact.
    pub start_after: Cursor,
}

impl ListedContact {
    /// A listed contact; its cursor follows from its date and id.
    pub fn new(contact: Arc<Contact>) -> Self {
        let at: DateTime<Utc> = contact.date_added;
        let start_after = Cursor::place(at.timestamp_millis(), contact.id.as_text());
        Self { contact, start_after }
    }
}

impl Deref for ListedContact {
    type Target = Contact;
    fn deref(&self) -> &Contact {
        &self.contact
    }
}

impl<'de> Deserialize<'de> for ListedContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut contact = Contact::deserialize(deserializer)?;
        let mut take = |name: &str| contact.extra.remove(name).unwrap_or_default();
        let (first, last, cursor) = (take("firstNameRaw"), take("lastNameRaw"), take("startAfter"));
        if let Some(first) = first.as_str() {
            contact.first_name = Some(first.into());
        }
        if let Some(last) = last.as_str() {
            contact.last_name = Some(last.into());
        }
        let start_after =
            Option::<Cursor>::deserialize(cursor).map_err(serde::de::Error::custom)?.unwrap_or_default();
        Ok(Self { contact: Arc::new(contact), start_after })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ListedContact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ListedContact".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let contact = generator.subschema_for::<Contact>();
        let cursor = generator.subschema_for::<Cursor>();
        schemars::json_schema!({
            "allOf": [contact, { "type": "object", "properties": {
                "contactName": { "type": ["string", "null"],
                    "description": "Given and family name together, in lower case." },
                "firstNameRaw": { "type": ["string", "null"],
                    "description": "Given name, as it was written; `firstName` is in lower case here." },
                "lastNameRaw": { "type": ["string", "null"],
                    "description": "Family name, as it was written; `lastName` is in lower case here." },
                "startAfter": cursor } }]
        })
    }
}

/// Which contacts of a business to list.
#[request]
pub struct ListByBusiness {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page: 25 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// How many to skip. The wire declares it as text.
    pub skip: Option<u32>,
    /// Free text.
    pub query: Option<Text>,
}

/// A page of [`super::Contacts::list_by_business`].
#[record]
pub struct BusinessContacts {
    /// The contacts.
    pub contacts: Vec<Arc<Contact>>,
    /// How many match in all.
    pub count: u64,
}
