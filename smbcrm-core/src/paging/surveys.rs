//! Walks over surveys and what visitors submitted to them.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::surveys::{ListSurveySubmissions, ListSurveys, Survey, SurveySubmission, Surveys, operations};

/// Streams over every paged operation of [`Surveys`].
pub trait SurveysExt: Surveys {
    /// Every survey of a sub-account, by records to skip. `limit`: 10 unless given.
    fn list_stream(&self, query: ListSurveys) -> Items<'_, Survey> {
        self.list_pages(query).items()
    }

    /// [`SurveysExt::list_stream`], page by page.
    fn list_pages(&self, query: ListSurveys) -> Pages<'_, Survey> {
        Pages::new(list_walk(self, query))
    }

    /// Everything that visitors submitted in the time asked for, by page numbers. `limit`: 20 unless given.
    fn list_submissions_stream(&self, query: ListSurveySubmissions) -> Items<'_, SurveySubmission> {
        self.list_submissions_pages(query).items()
    }

    /// [`SurveysExt::list_submissions_stream`], page by page.
    fn list_submissions_pages(&self, query: ListSurveySubmissions) -> Pages<'_, SurveySubmission> {
        Pages::new(submissions_walk(self, query))
    }
}

impl<T: Surveys + ?Sized> SurveysExt for T {}

fn list_walk<T: Surveys + ?Sized>(crm: &T, query: ListSurveys) -> Result<Walk<'_, Survey>> {
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
            Ok(Fetched { items: page.surveys, total: Some(page.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn submissions_walk<T: Surveys + ?Sized>(
    crm: &T,
    query: ListSurveySubmissions,
) -> Result<Walk<'_, SurveySubmission>> {
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

impl Record for Survey {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for SurveySubmission {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
