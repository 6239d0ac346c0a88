//! Walks over opportunities and lost reasons.

use std::sync::Arc;

use serde::Deserialize;

use super::bounds::{Bounds, halves, joined, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::opportunities::{
    ListLostReasons, ListOpportunities, LostReason, Opportunities, Opportunity, SearchOpportunities,
    operations,
};
use crate::types::Cursor;

/// Streams over every paged operation of [`Opportunities`].
pub trait OpportunitiesExt: Opportunities {
    /// Every opportunity that a search finds.
    ///
    /// Goes by cursors from the start, or behind `search_after`, or by page numbers where `page` is set. `limit`:
    /// 1 to 500.
    fn search_stream(&self, search: SearchOpportunities) -> Items<'_, Arc<Opportunity>> {
        self.search_pages(search).items()
    }

    /// [`OpportunitiesExt::search_stream`], page by page.
    fn search_pages(&self, search: SearchOpportunities) -> Pages<'_, Arc<Opportunity>> {
        Pages::new(search_walk(self, search))
    }

    /// Every opportunity of the old list, newest first.
    ///
    /// Goes by cursors from the start, or behind `start_after`, or by page numbers where `page` is set. `limit`: 1 to
    /// 100, and 100 unless given.
    fn list_stream(&self, query: ListOpportunities) -> Items<'_, Arc<Opportunity>> {
        self.list_pages(query).items()
    }

    /// [`OpportunitiesExt::list_stream`], page by page.
    fn list_pages(&self, query: ListOpportunities) -> Pages<'_, Arc<Opportunity>> {
        Pages::new(list_walk(self, query))
    }

    /// Every reason for losing an opportunity. `limit`: 100 unless given.
    fn list_lost_reasons_stream(&self, query: ListLostReasons) -> Items<'_, LostReason> {
        self.list_lost_reasons_pages(query).items()
    }

    /// [`OpportunitiesExt::list_lost_reasons_stream`], page by page.
    fn list_lost_reasons_pages(&self, query: ListLostReasons) -> Pages<'_, LostReason> {
        Pages::new(reasons_walk(self, query))
    }
}

impl<T: Opportunities + ?Sized> OpportunitiesExt for T {}

fn search_walk<O: Opportunities + ?Sized>(
    crm: &O,
    search: SearchOpportunities,
) -> Result<Walk<'_, Arc<Opportunity>>> {
    let operation = &operations::SEARCH;
    let limit = search.limit;
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=500));
    bounds.check("page", search.page.unwrap_or(1), &(1..=u32::MAX));
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
            // The cursor is called `sort` here; some answers call it `searchAfter` as everywhere else.
            let next = page.opportunities.last().and_then(|last| {
                last.extra.get("searchAfter").and_then(|cursor| Cursor::deserialize(cursor).ok())
            });
            Ok(Fetched { items: page.opportunities, total: Some(page.total), next })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn list_walk<O: Opportunities + ?Sized>(
    crm: &O,
    query: ListOpportunities,
) -> Result<Walk<'_, Arc<Opportunity>>> {
    let operation = &operations::LIST;
    let limit = query.limit.unwrap_or(100);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.check("page", query.page.unwrap_or(1), &(1..=u32::MAX));
    bounds.refuse(
        query.start_after.is_some() != query.start_after_id.is_some(),
        "startAfter and startAfterId must be used together",
    );
    bounds.refuse(
        query.page.is_some() && query.start_after.is_some(),
        "page and startAfter must not be used together",
    );
    bounds.into_result(operation)?;
    let behind = joined(query.start_after, query.start_after_id.as_ref().map(AsRef::as_ref));
    let start = query.page.map(At::Page).or(behind.map(At::After)).unwrap_or_default();
    let fetch = move |at: &At| {
        let mut query = query.clone();
        query.limit = Some(limit);
        (query.page, query.start_after, query.start_after_id) = match at {
            At::Start => (None, None, None),
            At::After(cursor) => {
                let (instant, id) = halves(cursor)?;
                (None, Some(instant), Some(id.into()))
            }
            At::Page(page) => (Some(*page), None, None),
            At::Skip(_) => return Err(misplaced(at)),
        };
        let page = crm.list(query);
        Ok(Box::pin(async move {
            let page = page.await?;
            let next = joined(page.meta.start_after, page.meta.start_after_id.as_deref());
            Ok(Fetched { items: page.opportunities, total: Some(page.meta.total), next })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn reasons_walk<O: Opportunities + ?Sized>(crm: &O, query: ListLostReasons) -> Result<Walk<'_, LostReason>> {
    let operation = &operations::LIST_LOST_REASONS;
    let limit = query.limit.unwrap_or(100);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.list_lost_reasons(query.clone().limit(limit).skip(*skip));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.lost_reasons, total: page.total, next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for Opportunity {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
    fn record_cursor(&self) -> Option<&Cursor> {
        self.search_after.as_ref()
    }
}

impl Record for LostReason {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
