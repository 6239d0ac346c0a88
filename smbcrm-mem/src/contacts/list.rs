//! The older lists: `GET /contacts/` and `GET /contacts/business/{businessId}`.

use smbcrm_core::Result;
use smbcrm_core::contacts::{
    BusinessContacts, Contact, ContactList, ListByBusiness, ListContacts, ListedContact, PageMeta,
};
use smbcrm_core::types::BusinessId;

use super::query::{TEXT_FIELDS, newest_first};
use crate::search::translate::{Complaints, PageRules};
use crate::search::{Cursor, Filter, Hits, OFFSET_WINDOW, Page, Query, Term};
use crate::world::ContactKey;

/// The most records a page of either list holds. Of the business's list this is assumed.
const MAX_PAGE: u32 = 100;

fn words(query: Option<&str>) -> Filter<Contact> {
    match query.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Filter::Words(TEXT_FIELDS.to_vec(), text.to_owned()),
        None => Filter::All,
    }
}

/// What the older list asks: newest first, twenty unless told otherwise, a twin cursor.
pub(super) fn location_query(list: &ListContacts) -> Result<Query<Contact>> {
    let mut complaints = Complaints::default();
    let limit = list.limit.unwrap_or(20);
    let query = list.query.as_deref();
    PageRules { limit_name: "limit", limit, max: MAX_PAGE, page: None, has_cursor: false, query }
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
    let mut query = Query::new(words(query));
    query.sort.push(newest_first());
    // One more than a page, to tell whether there is another.
    query.page = Page { after, offset: 0, limit: limit as usize + 1 };
    Ok(query)
}

/// What a business's list asks: newest first, twenty-five unless told otherwise, an offset.
pub(super) fn business_query(business: &BusinessId, list: &ListByBusiness) -> Result<Query<Contact>> {
    let mut complaints = Complaints::default();
    let limit = list.limit.unwrap_or(25);
    let skip = list.skip.unwrap_or(0);
    let query = list.query.as_deref();
    PageRules { limit_name: "limit", limit, max: MAX_PAGE, page: None, has_cursor: false, query }
        .check(&mut complaints);
    if skip as usize + limit as usize > OFFSET_WINDOW {
        complaints.domain(format!("skip + limit must not be greater than {OFFSET_WINDOW}"));
    }
    complaints.into_result()?;
    let mut filters = vec![Filter::eq(ContactKey::BusinessId, business.as_str())];
    match words(query) {
        Filter::All => {}
        words => filters.push(words),
    }
    let mut query = Query::new(Filter::And(filters));
    query.sort.push(newest_first());
    query.page = Page::from(skip as usize, limit as usize);
    Ok(query)
}

pub(super) fn contact_list(query: &Query<Contact>, hits: Hits<Contact>) -> ContactList {
    let mut records = hits.records;
    let more = records.len() == query.page.limit;
    records.truncate(query.page.limit - 1);
    let mut list = ContactList::default();
    list.count = hits.total;
    list.meta = page_meta(hits.total, more, query.page.after.is_some());
    if let Some(last) = records.last() {
        list.meta.start_after_id = Some(last.id.as_text().clone());
        list.meta.start_after = Some(last.date_added.timestamp_millis());
    }
    list.contacts = records.into_iter().map(ListedContact::new).collect();
    list
}

pub(super) fn business_contacts(hits: Hits<Contact>) -> BusinessContacts {
    let mut page = BusinessContacts::default();
    page.count = hits.total;
    page.contacts = hits.records;
    page
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
