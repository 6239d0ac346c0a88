//! What sub-accounts get that no API creates: templates, uploaded files, tasks that are due.

use bytes::Bytes;
use smbcrm_core::locations::Template;
use smbcrm_core::types::{LocationId, Text};

use crate::Admin;

/// A file that was uploaded to a world.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedFile {
    /// Its name, as it was uploaded.
    pub name: Text,
    /// Its media type.
    pub media_type: Text,
    /// What is in it.
    pub data: Bytes,
}

impl Admin<'_> {
    /// Adds a message template of the sub-account's own: lists find it with the sub-account's id as their origin.
    ///
    /// An empty id is minted; the sub-account is filled in, and the date unless given. One of the same id is
    /// replaced. `None` when there is no such sub-account.
    pub fn add_template(&self, location: &LocationId, template: Template) -> Option<Template> {
        self.add_template_from(location, location.as_text(), template)
    }

    /// As [`Admin::add_template`], for a template that comes from another origin: a snapshot, say.
    pub fn add_template_from(
        &self,
        location: &LocationId,
        origin: impl Into<Text>,
        mut template: Template,
    ) -> Option<Template> {
        let now = self.crm.world.clock.stamp();
        self.edit(location, |state| {
            template.date_added.get_or_insert(now);
            state.put_template(origin.into(), template)
        })
    }

    /// A file that was uploaded to any sub-account, by the id that its address ends with.
    pub fn file(&self, id: &str) -> Option<UploadedFile> {
        let directory = self.crm.world.directory.read();
        directory.candidates(id).find_map(|sub| {
            let state = sub.state.read();
            state.file(id).map(|file| UploadedFile {
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                data: file.data.clone(),
            })
        })
    }

    /// Says where the world is reached; the addresses of files uploaded from now on begin with it.
    pub fn set_base_url(&self, url: &str) {
        *self.crm.world.base_url.write() = url.trim_end_matches('/').into();
    }
}
