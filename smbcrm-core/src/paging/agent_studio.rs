//! Walks over agents.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::agent_studio::{
    AgentPage, AgentStudio, AgentSummary, ListAgents, ListPublishedAgents, operations,
};
use crate::error::Result;
use crate::operation::{BoxFuture, Operation};

/// Streams over the lists of [`AgentStudio`].
pub trait AgentStudioExt: AgentStudio {
    /// Every active agent of a sub-account, by records to skip, from `offset` on.
    fn list_stream(&self, query: ListAgents) -> Items<'_, AgentSummary> {
        self.list_pages(query).items()
    }

    /// [`AgentStudioExt::list_stream`], page by page.
    fn list_pages(&self, query: ListAgents) -> Pages<'_, AgentSummary> {
        let (limit, offset) = (query.limit, query.offset);
        let ask = move |offset| {
            let mut query = query.clone();
            query.offset = offset;
            self.list(query)
        };
        Pages::new(agents(&operations::LIST, limit, offset, ask))
    }

    /// Every active agent that has a published version, by records to skip, from `offset` on.
    fn list_published_stream(&self, query: ListPublishedAgents) -> Items<'_, AgentSummary> {
        self.list_published_pages(query).items()
    }

    /// [`AgentStudioExt::list_published_stream`], page by page.
    fn list_published_pages(&self, query: ListPublishedAgents) -> Pages<'_, AgentSummary> {
        let (limit, offset) = (query.limit, query.offset);
        let ask = move |offset| {
            let mut query = query.clone();
            query.offset = offset;
            self.list_published(query)
        };
        Pages::new(agents(&operations::LIST_PUBLISHED, limit, offset, ask))
    }
}

impl<T: AgentStudio + ?Sized> AgentStudioExt for T {}

fn agents<'a>(
    operation: &'static Operation,
    limit: u32,
    offset: u32,
    ask: impl Fn(u32) -> BoxFuture<'a, Result<AgentPage>> + Send + Sync + 'a,
) -> Result<Walk<'a, AgentSummary>> {
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.into_result(operation)?;
    let fetch = move |at: &At| {
        let At::Skip(offset) = at else { return Err(misplaced(at)) };
        let page = ask(*offset);
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.agents, total: Some(page.pagination.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start: At::Skip(offset), limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for AgentSummary {
    fn record_id(&self) -> &str {
        self.agent_id.as_str()
    }
}
