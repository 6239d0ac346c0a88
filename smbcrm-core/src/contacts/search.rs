//! `POST /contacts/search`.

use std::ops::Deref;
use std::sync::Arc;

use super::{Contact, ContactOpportunity};
use crate::search::{Filter, Sort};
use crate::types::{Cursor, LocationId, Text};
use crate::{record, request};

/// Which contacts to find, in which order, and which page of them.
///
/// ```
/// use smbcrm_core::contacts::SearchContacts;
/// use smbcrm_core::search::{ContactField, ContactSort};
///
/// let search = SearchContacts::new("LOC1", 100)
///     .filters([ContactField::Tags.eq("web-lead")])
///     .sort([ContactSort::DateAdded.desc()]);
/// ```
#[request]
pub struct SearchContacts {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page, 1 to 500.
    pub page_limit: u32,
    /// Which page, from 1; the first 10 000 records only, and not together with `search_after`.
    pub page: Option<u32>,
    /// Go on behind this record: the cursor of the last one seen.
    pub search_after: Option<Cursor>,
    /// All of these must hold.
    pub filters: Option<Vec<Filter>>,
    /// At most two keys.
    pub sort: Option<Vec<Sort>>,
    /// Free text over names, e-mail, phone and company; 75 characters at most.
    pub query: Option<Text>,
}

/// A page of a contact search.
#[record]
pub struct ContactPage {
    /// The contacts.
    pub contacts: Vec<ContactHit>,
    /// How many match in all.
    pub total: u64,
}

/// A contact found by a search. It reads like the contact itself.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ContactHit {
    /// The contact.
    pub contact: Arc<Contact>,
    /// Its opportunities.
    pub opportunities: Vec<ContactOpportunity>,
    /// Where the search goes on behind this contact.
    pub search_after: Cursor,
}

impl ContactHit {
    /// A found contact.
    pub fn new(contact: Arc<Contact>, opportunities: Vec<ContactOpportunity>, search_after: Cursor) -> Self {
        Self { contact, opportunities, search_after }
    }
}

impl Deref for ContactHit {
    type Target = Contact;
    fn deref(&self) -> &Contact {
        &self.contact
    }
}
