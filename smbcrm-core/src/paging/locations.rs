//! Walks over sub-accounts and what is defined on them.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::locations::{
    ListTemplates, Location, LocationTask, Locations, SearchLocations, SearchTasks, Template, operations,
};
use crate::operation::Operation;
use crate::types::LocationId;

/// Streams over every paged operation of [`Locations`]. All of them go by records to skip.
pub trait LocationsExt: Locations {
    /// Every sub-account that a search finds. `limit`: 10 unless given.
    fn search_stream(&self, query: SearchLocations) -> Items<'_, Location> {
        self.search_pages(query).items()
    }

    /// [`LocationsExt::search_stream`], page by page.
    fn search_pages(&self, query: SearchLocations) -> Pages<'_, Location> {
        Pages::new(search_walk(self, query))
    }

    /// Every template of a sub-account. `limit`: 25 unless given.
    fn list_templates_stream(&self, location_id: &LocationId, query: ListTemplates) -> Items<'_, Template> {
        self.list_templates_pages(location_id, query).items()
    }

    /// [`LocationsExt::list_templates_stream`], page by page.
    fn list_templates_pages(&self, location_id: &LocationId, query: ListTemplates) -> Pages<'_, Template> {
        Pages::new(templates_walk(self, location_id.clone(), query))
    }

    /// Every task that a search finds. `limit`: 25 unless given.
    fn search_tasks_stream(&self, location_id: &LocationId, search: SearchTasks) -> Items<'_, LocationTask> {
        self.search_tasks_pages(location_id, search).items()
    }

    /// [`LocationsExt::search_tasks_stream`], page by page.
    fn search_tasks_pages(&self, location_id: &LocationId, search: SearchTasks) -> Pages<'_, LocationTask> {
        Pages::new(tasks_walk(self, location_id.clone(), search))
    }
}

impl<T: Locations + ?Sized> LocationsExt for T {}

fn checked(operation: &'static Operation, limit: u32) -> Result<u32> {
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    Ok(limit)
}

fn search_walk<L: Locations + ?Sized>(crm: &L, query: SearchLocations) -> Result<Walk<'_, Location>> {
    let operation = &operations::SEARCH;
    let limit = checked(operation, query.limit.unwrap_or(10))?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.search(query.clone().limit(limit).skip(*skip));
        Ok(Box::pin(async move { Ok(Fetched { items: page.await?, total: None, next: None }) }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn templates_walk<L: Locations + ?Sized>(
    crm: &L,
    location: LocationId,
    query: ListTemplates,
) -> Result<Walk<'_, Template>> {
    let operation = &operations::LIST_TEMPLATES;
    let limit = checked(operation, query.limit.unwrap_or(25))?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let query = query.clone().limit(limit).skip(*skip);
        let location = location.clone();
        Ok(Box::pin(async move {
            let page = crm.list_templates(&location, query).await?;
            Ok(Fetched { items: page.templates, total: Some(page.total_count), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn tasks_walk<L: Locations + ?Sized>(
    crm: &L,
    location: LocationId,
    search: SearchTasks,
) -> Result<Walk<'_, LocationTask>> {
    let operation = &operations::SEARCH_TASKS;
    let limit = checked(operation, search.limit.unwrap_or(25))?;
    let start = At::Skip(search.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let search = search.clone().limit(limit).skip(*skip);
        let location = location.clone();
        Ok(Box::pin(async move {
            let items = crm.search_tasks(&location, search).await?;
            Ok(Fetched { items, total: None, next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for Location {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for Template {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for LocationTask {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
