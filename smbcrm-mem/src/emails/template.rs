//! Making, finding, filling and deleting templates.

use std::cmp::Reverse;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use smbcrm_core::emails::{
    CreateEmailTemplate, EmailBuilderVersion, EmailTemplate, EmailTemplatePage, EmailTemplateSaved,
    EmailTemplateType, ListEmailTemplates, SaveEmailTemplate,
};
use smbcrm_core::locations::Order;
use smbcrm_core::types::{EmailTemplateId, Text};
use smbcrm_core::{Error, Result};

use super::{StoredContent, StoredEmailTemplate};
use crate::locations::PageSize;
use crate::refusal;
use crate::search::fold;
use crate::world::{State, StoredFile, ids};

/// How large a page may be; the most is assumed.
const PAGE: PageSize = PageSize { default: 10, max: 1_000 };

fn missing(id: &EmailTemplateId) -> Error {
    refusal::not_found("Template", id.as_str())
}

/// The id of the file that a template's blocks are kept in; its page is kept under its own.
fn design_file(id: &EmailTemplateId) -> Text {
    ids::derived(id.as_str(), "design")
}

/// Where a file is.
fn address(base: &str, id: &str) -> Text {
    format!("{base}/_mem/files/{id}").into()
}

impl State {
    fn email_template_at(&self, id: &EmailTemplateId) -> Option<usize> {
        self.mailings.templates.iter().position(|known| known.template.id == *id)
    }

    /// Templates and folders, those that were changed last first unless told otherwise.
    ///
    /// Where the content can be looked at follows from where the server is, which is no part of the world.
    pub(super) fn list_email_templates(
        &self,
        query: &ListEmailTemplates,
        base: &str,
    ) -> Result<EmailTemplatePage> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(query.limit, &mut wrong);
        if query.sort_by_date.as_ref().is_some_and(|order| !order.is_known()) {
            wrong.push("sortByDate must be a valid enum value".to_owned());
        }
        if query.builder_version.as_ref().is_some_and(|version| !version.is_known()) {
            wrong.push("builderVersion must be a valid enum value".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let said = |text: &Option<Text>| {
            text.as_deref().filter(|text| !text.is_empty()).map(|text| fold(text).into_owned())
        };
        let (search, name) = (said(&query.search), said(&query.name));
        let version = query.builder_version.clone().unwrap_or_default();
        let parent = query.parent_id.as_ref().filter(|id| !id.is_empty());
        let archived = query.archived.unwrap_or(false);
        let wanted = |known: &&Arc<StoredEmailTemplate>| {
            let called = fold(&known.template.name);
            known.archived == archived
                && known.template.version == version
                && search.as_ref().is_none_or(|search| called.contains(search.as_str()))
                && name.as_ref().is_none_or(|name| called == name.as_str())
                && parent.is_none_or(|parent| known.parent.as_ref() == Some(parent))
                && query.origin_id.as_ref().is_none_or(|origin| known.origin.as_ref() == Some(origin))
                && !(query.templates_only == Some(true)
                    && known.template.template_type == EmailTemplateType::Folder)
        };
        // Of several that were changed at one time the one that was made last is the newest.
        let mut found: Vec<&Arc<StoredEmailTemplate>> =
            self.mailings.templates.iter().filter(wanted).collect();
        if query.sort_by_date == Some(Order::Ascending) {
            found.sort_by_key(|known| known.template.last_updated);
        } else {
            found.reverse();
            found.sort_by_key(|known| Reverse(known.template.last_updated));
        }
        let mut page = EmailTemplatePage::default();
        page.total = found.len() as u64;
        let skip = query.offset.unwrap_or(0) as usize;
        let shown = |known: &Arc<StoredEmailTemplate>| {
            let mut template = known.template.clone();
            template.preview_url = known.content.as_ref().map(|_| address(base, template.id.as_str()));
            template
        };
        page.templates = found.into_iter().skip(skip).take(limit).map(shown).collect();
        Ok(page)
    }

    pub(crate) fn create_email_template(
        &mut self,
        input: CreateEmailTemplate,
        now: DateTime<Utc>,
    ) -> Result<EmailTemplateId> {
        let mut wrong = Vec::new();
        if !input.kind.is_known() {
            wrong.push("type must be a valid enum value".to_owned());
        }
        if input.builder_version.as_ref().is_some_and(|version| !version.is_known()) {
            wrong.push("builderVersion must be a valid enum value".to_owned());
        }
        if input.kind == EmailTemplateType::Import {
            match &input.import_provider {
                None => wrong.push("importProvider should not be empty".to_owned()),
                Some(provider) if !provider.is_known() => {
                    wrong.push("importProvider must be a valid enum value".to_owned());
                }
                Some(_) => {}
            }
            if input.import_url.as_deref().is_none_or(|url| url.trim().is_empty()) {
                wrong.push("importURL should not be empty".to_owned());
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let parent = input.parent_id.filter(|id| !id.is_empty());
        if let Some(parent) = &parent {
            let is_it = |known: &&Arc<StoredEmailTemplate>| {
                known.template.id == *parent && known.template.template_type == EmailTemplateType::Folder
            };
            if !self.mailings.templates.iter().any(|known| is_it(&known)) {
                return Err(refusal::not_found("Folder", parent.as_str()));
            }
        }
        let mut template = EmailTemplate::default();
        template.id = self.ids.object().into();
        let named = [&input.name, &input.title].into_iter().flatten().find(|name| !name.trim().is_empty());
        template.name = named.map_or_else(|| "New Template".into(), |name| name.trim().into());
        template.updated_by = input.updated_by.map(Text::from);
        template.is_plain_text = input.is_plain_text.unwrap_or(false);
        template.version = input.builder_version.unwrap_or(EmailBuilderVersion::Two);
        template.template_type = input.kind;
        (template.date_added, template.last_updated) = (now, now);
        let id = template.id.clone();
        let stored = StoredEmailTemplate { template, parent, archived: false, origin: None, content: None };
        self.mailings.templates.push(Arc::new(stored));
        Ok(id)
    }

    pub(crate) fn save_email_template(
        &mut self,
        input: SaveEmailTemplate,
        base: &str,
        now: DateTime<Utc>,
    ) -> Result<EmailTemplateSaved> {
        if !input.editor_type.is_known() {
            return Err(refusal::invalid(vec!["editorType must be a valid enum value".to_owned()]));
        }
        let id = input.template_id;
        let at = self.email_template_at(&id).ok_or_else(|| missing(&id))?;
        let mut stored = StoredEmailTemplate::clone(&self.mailings.templates[at]);
        if stored.template.template_type == EmailTemplateType::Folder {
            return Err(refusal::bad_request("A folder has no content"));
        }
        let design = serde_json::to_vec(&input.dnd).unwrap_or_default();
        let design_id = design_file(&id);
        let mut saved = EmailTemplateSaved::default();
        saved.ok = true;
        saved.preview_url = Some(address(base, id.as_str()));
        saved.template_download_url = Some(address(base, &design_id));
        stored.template.updated_by = Some(Text::from(input.updated_by)).filter(|user| !user.is_empty());
        stored.template.last_updated = now;
        if let Some(plain) = input.is_plain_text {
            stored.template.is_plain_text = plain;
        }
        stored.content = Some(StoredContent {
            design: input.dnd,
            editor: input.editor_type,
            preview_text: input.preview_text,
        });
        self.mailings.templates.edit()[at] = Arc::new(stored);
        self.keep_content(
            id.as_text().clone(),
            "template.html",
            "text/html; charset=utf-8",
            input.html.into(),
        );
        self.keep_content(design_id, "template.json", "application/json", design.into());
        Ok(saved)
    }

    /// Keeps a file under an id of its own, in the place of the one that had it.
    fn keep_content(&mut self, id: Text, name: &str, media_type: &str, data: Bytes) {
        let file = Arc::new(StoredFile { id, name: name.into(), media_type: media_type.into(), data });
        match self.files.iter().position(|known| known.id == file.id) {
            Some(at) => self.files.edit()[at] = file,
            None => self.files.push(file),
        }
    }

    pub(crate) fn delete_email_template(&mut self, id: &EmailTemplateId) -> Result<()> {
        let at = self.email_template_at(id).ok_or_else(|| missing(id))?;
        if self.mailings.templates.iter().any(|known| known.parent.as_ref() == Some(id)) {
            return Err(refusal::bad_request("The folder is not empty"));
        }
        self.mailings.templates.edit().remove(at);
        let design = design_file(id);
        if self.files.iter().any(|file| file.id == *id.as_str()) {
            self.files.edit().retain(|file| file.id != *id.as_str() && file.id != design);
        }
        Ok(())
    }
}
