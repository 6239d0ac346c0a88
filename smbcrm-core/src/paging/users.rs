//! Walks over users.

use std::sync::Arc;

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::users::{SearchUsers, User, Users, operations};

/// Streams over the search of [`Users`].
pub trait UsersExt: Users {
    /// Every user that a search finds, by records to skip. `limit`: 25 unless given.
    fn search_stream(&self, search: SearchUsers) -> Items<'_, Arc<User>> {
        self.search_pages(search).items()
    }

    /// [`UsersExt::search_stream`], page by page.
    fn search_pages(&self, search: SearchUsers) -> Pages<'_, Arc<User>> {
        Pages::new(search_walk(self, search))
    }
}

impl<T: Users + ?Sized> UsersExt for T {}

fn search_walk<T: Users + ?Sized>(crm: &T, search: SearchUsers) -> Result<Walk<'_, Arc<User>>> {
    let operation = &operations::SEARCH;
    let limit = search.limit.unwrap_or(25);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(search.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.search(search.clone().limit(limit).skip(*skip));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.users, total: Some(page.count), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for User {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
