//! Walks over e-mail templates and campaigns.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::emails::{
    EmailCampaign, EmailTemplate, Emails, ListEmailCampaigns, ListEmailTemplates, operations,
};
use crate::error::Result;

/// Streams over every paged operation of [`Emails`]. Both go by records to skip.
pub trait EmailsExt: Emails {
    /// Every e-mail template of a sub-account. `limit`: 10 unless given.
    fn list_templates_stream(&self, query: ListEmailTemplates) -> Items<'_, EmailTemplate> {
        self.list_templates_pages(query).items()
    }

    /// [`EmailsExt::list_templates_stream`], page by page.
    fn list_templates_pages(&self, query: ListEmailTemplates) -> Pages<'_, EmailTemplate> {
        Pages::new(templates_walk(self, query))
    }

    /// Every e-mail campaign that a list finds. `limit`: 10 unless given.
    fn list_campaigns_stream(&self, query: ListEmailCampaigns) -> Items<'_, EmailCampaign> {
        self.list_campaigns_pages(query).items()
    }

    /// [`EmailsExt::list_campaigns_stream`], page by page.
    fn list_campaigns_pages(&self, query: ListEmailCampaigns) -> Pages<'_, EmailCampaign> {
        Pages::new(campaigns_walk(self, query))
    }
}

impl<T: Emails + ?Sized> EmailsExt for T {}

fn templates_walk<E: Emails + ?Sized>(crm: &E, query: ListEmailTemplates) -> Result<Walk<'_, EmailTemplate>> {
    let operation = &operations::LIST_TEMPLATES;
    let limit = query.limit.unwrap_or(10);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(query.offset.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.list_templates(query.clone().limit(limit).offset(*skip));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.templates, total: Some(page.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn campaigns_walk<E: Emails + ?Sized>(crm: &E, query: ListEmailCampaigns) -> Result<Walk<'_, EmailCampaign>> {
    let operation = &operations::LIST_CAMPAIGNS;
    let limit = query.limit.unwrap_or(10);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.into_result(operation)?;
    let start = At::Skip(query.offset.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let page = crm.list_campaigns(query.clone().limit(limit).offset(*skip));
        Ok(Box::pin(async move {
            let page = page.await?;
            Ok(Fetched { items: page.campaigns, total: Some(page.total), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for EmailTemplate {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for EmailCampaign {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
