//! Message templates: planted through the admin side, listed and deleted through the API.

use smbcrm_core::locations::{ListTemplates, Template, TemplatePage};
use smbcrm_core::types::TemplateId;
use smbcrm_core::{Error, Result};

use super::paging::PageSize;
use crate::refusal;
use crate::world::{State, StoredTemplate};

/// The most templates that one page may hold (assumed).
const PAGE: PageSize = PageSize { default: 25, max: 100 };

fn missing(id: &TemplateId) -> Error {
    refusal::not_found("Template", id.as_str())
}

impl State {
    /// The templates of an origin, newest first.
    pub(crate) fn list_templates(&self, query: &ListTemplates) -> Result<TemplatePage> {
        let mut wrong = Vec::new();
        if query.origin_id.trim().is_empty() {
            wrong.push("originId should not be empty".to_owned());
        }
        if query.kind.as_ref().is_some_and(|kind| !kind.is_known()) {
            wrong.push("type must be a valid enum value".to_owned());
        }
        let limit = PAGE.check(query.limit, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let deleted = query.deleted.unwrap_or(false);
        let is_wanted = |stored: &&StoredTemplate| {
            stored.origin == query.origin_id
                && stored.deleted == deleted
                && query.kind.as_ref().is_none_or(|kind| stored.template.kind == *kind)
        };
        // Planted last is newest where two have the same date.
        let mut found: Vec<&StoredTemplate> = self.templates.iter().rev().filter(is_wanted).collect();
        found.sort_by_key(|stored| std::cmp::Reverse(stored.template.date_added));
        let mut page = TemplatePage::default();
        page.total_count = found.len() as u64;
        let skip = query.skip.unwrap_or(0) as usize;
        page.templates =
            found.into_iter().skip(skip).take(limit).map(|stored| stored.template.clone()).collect();
        Ok(page)
    }

    /// Marks a template as deleted; the list of deleted ones shows it from then on.
    pub(crate) fn delete_template(&mut self, id: &TemplateId) -> Result<()> {
        let at = self.templates.iter().position(|stored| stored.template.id == *id && !stored.deleted);
        let at = at.ok_or_else(|| missing(id))?;
        self.templates.edit()[at].deleted = true;
        Ok(())
    }

    /// Stores a template of an origin. An empty id is minted; one of the same id is replaced.
    pub(crate) fn put_template(
        &mut self,
        origin: smbcrm_core::types::Text,
        mut template: Template,
    ) -> Template {
        if template.id.is_empty() {
            template.id = self.ids.record().into();
        }
        template.location_id = self.location.id.clone();
        let mut templates = self.templates.edit();
        templates.retain(|stored| stored.template.id != template.id);
        templates.push(StoredTemplate { template: template.clone(), origin, deleted: false });
        template
    }
}
