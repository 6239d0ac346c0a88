//! Contacts, answered from state.

mod custom;
mod fields;
mod query;
mod store;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::contacts::operations as op;
use smbcrm_core::contacts::{
    Contact, ContactList, ContactPage, Contacts, CreateContact, DuplicateContact, FindDuplicate,
    ListContacts, ListedContact, PageMeta, SearchContacts, UpdateContact, UpsertContact, UpsertedContact,
};
use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::operation::Operation;
use smbcrm_core::types::{ContactId, LocationId};
use smbcrm_core::{Error, Result};

pub(crate) use custom::{custom_date, custom_field_values, custom_values, merge};

use crate::MemCrm;
use crate::refusal;
use crate::search::translate::{Complaints, PageRules};
use crate::search::{Cursor, Filter, Hits, Page, Query, Record, Table, Term};
use crate::world::State;

/// What the wire says of a contact that does not exist.
pub(crate) fn missing(id: &ContactId) -> Error {
    refusal::no_such("Contact", id.as_str())
}

impl MemCrm {
    /// Passes the gate and reads one contact's sub-account.
    pub(crate) fn read_contact<T>(
        &self,
        operation: &'static Operation,
        id: &ContactId,
        find: impl Fn(&State, &Arc<Contact>) -> T,
    ) -> Result<T> {
        let found = |state: &State| state.contacts.get(id.as_str()).map(|contact| find(state, contact));
        self.read_record(operation, id.as_str(), found, || missing(id))
    }

    /// Passes the gate and changes one contact's sub-account; the contact exists while `change` runs.
    pub(crate) fn write_contact<T>(
        &self,
        operation: &'static Operation,
        id: &ContactId,
        change: impl FnOnce(&mut State, chrono::DateTime<chrono::Utc>) -> Result<T>,
    ) -> Result<T> {
        let holds = |state: &State| state.contacts.get(id.as_str()).is_some();
        self.write_record(operation, id.as_str(), holds, change, || missing(id))
    }

    /// Runs a query over one of a sub-account's tables, building the indexes it asks for first.
    ///
    /// The query is made under the lock that it is run under, so that what it was checked against still holds.
    pub(crate) fn query<R: Record, T>(
        &self,
        operation: &'static Operation,
        location: &LocationId,
        table: impl Fn(&State) -> &Table<R>,
        table_mut: impl Fn(&mut State) -> &mut Table<R>,
        query: impl Fn(&State) -> Result<Query<R>>,
        answer: impl Fn(&State, &Query<R>, Hits<R>) -> T,
    ) -> Result<T> {
        let sub = self.enter(operation, location)?;
        let named = |error: Error| error.during(operation);
        {
            let state = sub.state.read();
            let query = query(&state).map_err(named)?;
            let table = table(&state);
            if !table.needs(&query) {
                let hits = table.search(&query);
                return Ok(answer(&state, &query, hits));
            }
        }
        let mut state = sub.state.write();
        let query = query(&state).map_err(named)?;
        table_mut(&mut state).prepare(&query);
        let hits = table(&state).search(&query);
        Ok(answer(&state, &query, hits))
    }
}

#[async_trait]
impl Contacts for MemCrm {
    async fn search(&self, search: SearchContacts) -> Result<ContactPage> {
        self.query(
            &op::SEARCH,
            &search.location_id,
            |state| &state.contacts,
            |state| &mut state.contacts,
            |state| state.contact_query(&search),
            State::contact_page,
        )
    }

    async fn find_duplicate(&self, query: FindDuplicate) -> Result<DuplicateContact> {
        self.read(&op::FIND_DUPLICATE, &query.location_id, |state| {
            if query.email.is_none() && query.number.is_none() {
                return Err(refusal::bad_request("Pass at least one of number, email query parameter"));
            }
            // What cannot be normalised matches nobody.
            let email = query.email.as_deref().and_then(|email| normalise_email(email).ok());
            let phone = query.number.as_deref().and_then(|phone| normalise_phone(phone, state.region()).ok());
            let matches = state.matches(email.as_deref(), phone.as_deref());
            let mut answer = DuplicateContact::default();
            let found = state.duplicate_rule().find(&matches);
            answer.contact = found.and_then(|found| state.contacts.get(found.id.as_str()).cloned());
            Ok(answer)
        })
    }

    async fn get(&self, contact_id: &ContactId) -> Result<Arc<Contact>> {
        self.read_contact(&op::GET, contact_id, |_, contact| Arc::clone(contact))
    }

    async fn create(&self, contact: CreateContact) -> Result<Arc<Contact>> {
        let location = contact.location_id.clone();
        self.write(&op::CREATE, &location, |state, now| state.create_contact(contact.into(), now))
    }

    async fn upsert(&self, contact: UpsertContact) -> Result<UpsertedContact> {
        let location = contact.location_id.clone();
        let create_new = contact.create_new_if_duplicate_allowed.unwrap_or(false);
        self.write(&op::UPSERT, &location, |state, now| state.upsert_contact(contact.into(), create_new, now))
    }

    async fn update(&self, contact_id: &ContactId, contact: UpdateContact) -> Result<Arc<Contact>> {
        self.write_contact(&op::UPDATE, contact_id, |state, now| {
            state.update_contact(contact_id, contact.into(), now)
        })
    }

    async fn delete(&self, contact_id: &ContactId) -> Result<()> {
        self.write_contact(&op::DELETE, contact_id, |state, _| {
            state.delete_contact(contact_id);
            Ok(())
        })
    }

    async fn list(&self, query: ListContacts) -> Result<ContactList> {
        self.query(
            &op::LIST,
            &query.location_id,
            |state| &state.contacts,
            |state| &mut state.contacts,
            |_| list_query(&query),
            |_, asked, hits| contact_list(asked, hits),
        )
    }
}

/// What the older list asks: newest first, twenty unless told otherwise, a twin cursor.
fn list_query(list: &ListContacts) -> Result<Query<Contact>> {
    let mut complaints = Complaints::default();
    let limit = list.limit.unwrap_or(20);
    let query = list.query.as_deref();
    PageRules { limit_name: "limit", limit, max: 100, page: None, has_cursor: false, query }
        .check(&mut complaints);
    let after = match (list.start_after, &list.start_after_id) {
        (Some(millis), Some(id)) => {
            Some(Cursor { keys: vec![Some(Term::Instant(millis))], id: id.as_str().to_owned() })
        }
        (None, None) => None,
        _ => {
            complaints.shape("startAfter and startAfterId must be sent together");
            None
        }
    };
    complaints.into_result()?;
    let filter = match query.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Filter::Words(query::TEXT_FIELDS.to_vec(), text.to_owned()),
        None => Filter::All,
    };
    let mut query = Query::new(filter);
    query.sort.push(query::newest_first());
    query.page = Page { after, offset: 0, limit: limit as usize };
    Ok(query)
}

fn contact_list(query: &Query<Contact>, hits: Hits<Contact>) -> ContactList {
    let mut list = ContactList::default();
    list.count = hits.total;
    list.meta = page_meta(hits.total, hits.records.len() == query.page.limit, query.page.after.is_some());
    if let Some(last) = hits.records.last() {
        list.meta.start_after_id = Some(last.id.as_text().clone());
        list.meta.start_after = Some(last.date_added.timestamp_millis());
    }
    list.contacts = hits.records.into_iter().map(ListedContact::new).collect();
    list
}

/// Where a list of pages stands. A cursor does not say which page it is on; the wire counts from one all the same.
pub(crate) fn page_meta(total: u64, more: bool, behind: bool) -> PageMeta {
    let mut meta = PageMeta::default();
    meta.total = total;
    let current = if behind { 2 } else { 1 };
    meta.current_page = Some(current);
    meta.next_page = more.then_some(current + 1);
    meta.prev_page = behind.then_some(current - 1);
    meta
}
