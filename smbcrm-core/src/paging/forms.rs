//! Walks over forms and what visitors submitted to them.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::forms::{Form, FormSubmission, Forms, ListFormSubmissions, ListForms, operations};

/// Streams over every paged operation of [`Forms`].
pub trait FormsExt: Forms {
    /// Every form of a sub-account, by records to skip. `limit`: 10 unless given.
    fn list_stream(&self, query: ListForms) -> Items<'_, Form> {
        self.list_pages(query).items()
    }

    /// [`FormsExt::list_stream`], page by page.
    fn list_pages(&self, query: ListForms) -> Pages<'_, Form> {
        Pages::new(list_walk(self, query))
    }

    /// Everything that visitors submitted in the time asked for, by page numbers. `limit`: 20 unless given.
    fn list_submissions_stream(&self, query: ListFormSubmissions) -> Items<'_, FormSubmission> {
        self.list_submissions_pages(query).items()
    }

    /// [`FormsExt::list_submissions_stream`], page by page.
    fn list_submissions_pages(&self, query: ListFormSubmissions) -> Pages<'_, FormSubmission> {
        Pages::new(submissions_walk(self, query))
    }
}

impl<T: Forms + ?Sized> FormsExt for T {}

fn list_walk<T: Forms + ?Sized>(crm: &T, query: ListForms) -> Result<Walk<'_, Form>> {
    let operation = &operations::LIST;
    let limit = query.limit.unwrap_or(10);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=50));
    bounds.into_result(operation)?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.list(query.clone().limit(limit).skip(*skip));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.forms, total: Some(page.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn submissions_walk<T: Forms + ?Sized>(
    crm: &T,
    query: ListFormSubmissions,
) -> Result<Walk<'_, FormSubmission>> {
    let operation = &operations::LIST_SUBMISSIONS;
    let limit = query.limit.unwrap_or(20);
    let page = query.page.unwrap_or(1);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.check("page", page, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Page(page);
    let fetch = move |at: &At| {
        let At::Page(number) = at else { return Err(misplaced(at)) };
        let page = crm.list_submissions(query.clone().limit(limit).page(*number));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.submissions, total: Some(page.meta.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for Form {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for FormSubmission {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
