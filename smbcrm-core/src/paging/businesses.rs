//! Walks over businesses.

use std::sync::Arc;

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::businesses::{Business, Businesses, ListBusinesses, operations};
use crate::error::Result;

/// Streams over the list of [`Businesses`].
pub trait BusinessesExt: Businesses {
    /// Every business of a sub-account, by records to skip. `limit`: 100 unless given.
    fn list_stream(&self, query: ListBusinesses) -> Items<'_, Arc<Business>> {
        self.list_pages(query).items()
    }

    /// [`BusinessesExt::list_stream`], page by page.
    fn list_pages(&self, query: ListBusinesses) -> Pages<'_, Arc<Business>> {
        Pages::new(list_walk(self, query))
    }
}

impl<T: Businesses + ?Sized> BusinessesExt for T {}

fn list_walk<T: Businesses + ?Sized>(crm: &T, query: ListBusinesses) -> Result<Walk<'_, Arc<Business>>> {
    let operation = &operations::LIST;
    let limit = query.limit.unwrap_or(100);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.list(query.clone().limit(limit).skip(*skip));
        Ok(Box::pin(async move { Ok(Fetched { items: page.await?, total: None, next: None }) }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for Business {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
