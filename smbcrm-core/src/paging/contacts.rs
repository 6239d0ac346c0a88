//! Walks over contacts.

use std::sync::Arc;

use super::bounds::{Bounds, halves, joined, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::contacts::{
    Contact, ContactHit, Contacts, ListByBusiness, ListContacts, ListedContact, SearchContacts, operations,
};
use crate::error::Result;
use crate::types::{BusinessId, Cursor};

/// How many records page numbers reach; behind them only cursors lead on.
const WINDOW: u32 = 10_000;

/// Streams over every paged operation of [`Contacts`].
pub trait ContactsExt: Contacts {
    /// Every contact that a search finds.
    ///
    /// Goes by cursors from the start, or behind `search_after`. Where `page` is set it goes by page numbers from
    /// there, and by cursors again behind the 10 000 records that numbers reach. `page_limit`: 1 to 500.
    fn search_stream(&self, search: SearchContacts) -> Items<'_, ContactHit> {
        self.search_pages(search).items()
    }

    /// [`ContactsExt::search_stream`], page by page.
    fn search_pages(&self, search: SearchContacts) -> Pages<'_, ContactHit> {
        Pages::new(search_walk(self, search))
    }

    /// Every contact of the old list, newest first. `limit`: 1 to 100, and 100 unless given.
    fn list_stream(&self, query: ListContacts) -> Items<'_, ListedContact> {
        self.list_pages(query).items()
    }

    /// [`ContactsExt::list_stream`], page by page.
    fn list_pages(&self, query: ListContacts) -> Pages<'_, ListedContact> {
        Pages::new(list_walk(self, query))
    }

    /// Every contact of a business. `limit`: 25 unless given.
    fn list_by_business_stream(
        &self,
        business_id: &BusinessId,
        query: ListByBusiness,
    ) -> Items<'_, Arc<Contact>> {
        self.list_by_business_pages(business_id, query).items()
    }

    /// [`ContactsExt::list_by_business_stream`], page by page.
    fn list_by_business_pages(
        &self,
        business_id: &BusinessId,
        query: ListByBusiness,
    ) -> Pages<'_, Arc<Contact>> {
        Pages::new(business_walk(self, business_id.clone(), query))
    }
}

impl<T: Contacts + ?Sized> ContactsExt for T {}

fn search_walk<C: Contacts + ?Sized>(crm: &C, search: SearchContacts) -> Result<Walk<'_, ContactHit>> {
    let operation = &operations::SEARCH;
    let limit = search.page_limit;
    let mut bounds = Bounds::default();
    bounds.check("pageLimit", limit, &(1..=500));
    let last_page = WINDOW / limit.max(1);
    if let Some(page) = search.page {
        bounds.check("page", page, &(1..=last_page.max(1)));
    }
    bounds.refuse(
        search.page.is_some() && search.search_after.is_some(),
        "page and searchAfter must not be used together",
    );
    bounds.into_result(operation)?;
    let start = match (search.page, &search.search_after) {
        (Some(page), _) => At::Page(page),
        (None, Some(cursor)) => At::After(cursor.clone()),
        (None, None) => At::Start,
    };
    let fetch = move |at: &At| {
        let mut search = search.clone();
        (search.page, search.search_after) = match at {
            At::Start => (None, None),
            At::After(cursor) => (None, Some(cursor.clone())),
            At::Page(page) => (Some(*page), None),
            At::Skip(_) => return Err(misplaced(at)),
        };
        let page = crm.search(search);
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.contacts, total: Some(page.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: Some(last_page), fetch: Box::new(fetch) })
}

fn list_walk<C: Contacts + ?Sized>(crm: &C, query: ListContacts) -> Result<Walk<'_, ListedContact>> {
    let operation = &operations::LIST;
    let limit = query.limit.unwrap_or(100);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.refuse(
        query.start_after.is_some() != query.start_after_id.is_some(),
        "startAfter and startAfterId must be used together",
    );
    bounds.into_result(operation)?;
    let start = joined(query.start_after, query.start_after_id.as_ref().map(AsRef::as_ref))
        .map_or(At::Start, At::After);
    let fetch = move |at: &At| {
        let mut query = query.clone();
        query.limit = Some(limit);
        (query.start_after, query.start_after_id) = match at {
            At::Start => (None, None),
            At::After(cursor) => {
                let (instant, id) = halves(cursor)?;
                (Some(instant), Some(id.into()))
            }
            At::Page(_) | At::Skip(_) => return Err(misplaced(at)),
        };
        let page = crm.list(query);
        Ok(Box::pin(async move {
            let page = page.await?;
            let next = joined(page.meta.start_after, page.meta.start_after_id.as_deref());
            Ok(Fetched { items: page.contacts, total: Some(page.count), next })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn business_walk<C: Contacts + ?Sized>(
    crm: &C,
    business: BusinessId,
    query: ListByBusiness,
) -> Result<Walk<'_, Arc<Contact>>> {
    let operation = &operations::LIST_BY_BUSINESS;
    let limit = query.limit.unwrap_or(25);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let query = query.clone().limit(limit).skip(*skip);
        let business = business.clone();
        Ok(Box::pin(async move {
            let page = crm.list_by_business(&business, query).await?;
            Ok(Fetched { items: page.contacts, total: Some(page.count), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl<T: Record> Record for Arc<T> {
    fn record_id(&self) -> &str {
        (**self).record_id()
    }
    fn record_cursor(&self) -> Option<&Cursor> {
        (**self).record_cursor()
    }
}

impl Record for Contact {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for ContactHit {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
    fn record_cursor(&self) -> Option<&Cursor> {
        Some(&self.search_after)
    }
}

impl Record for ListedContact {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
    fn record_cursor(&self) -> Option<&Cursor> {
        Some(&self.start_after)
    }
}
