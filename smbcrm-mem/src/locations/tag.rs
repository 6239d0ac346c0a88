//! Tags as a sub-account defines them; what happens to a definition happens on every contact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::dedupe::normalise_tag;
use smbcrm_core::locations::Tag;
use smbcrm_core::types::{ContactId, TagId, Text};
use smbcrm_core::{Error, Result};

use crate::refusal;
use crate::search::{Direction, Filter, Page, Query};
use crate::world::{ContactKey, State, TagKey};

fn missing(id: &TagId) -> Error {
    refusal::not_found("Tag", id.as_str())
}

fn normalised(name: &str) -> Result<Text> {
    let name =
        normalise_tag(name).ok_or_else(|| refusal::invalid(vec!["name should not be empty".into()]))?;
    Ok(name.into())
}

impl State {
    pub(crate) fn list_tags(&self) -> Vec<Tag> {
        let all = Query::new(Filter::All)
            .sort(TagKey::Name, Direction::Ascending)
            .page(Page::first(self.tags.len()));
        self.tags.search(&all).records.iter().map(|tag| Tag::clone(tag)).collect()
    }

    pub(crate) fn get_tag(&self, id: &TagId) -> Result<Tag> {
        self.tags.get(id.as_str()).map(|tag| Tag::clone(tag)).ok_or_else(|| missing(id))
    }

    pub(crate) fn create_tag(&mut self, name: &str) -> Result<Tag> {
        let name = normalised(name)?;
        self.refuse_known_tag(&name, None)?;
        Ok(Tag::clone(&self.define_tag(name)))
    }

    /// Renames a definition, and the tag on every contact that carries it.
    pub(crate) fn rename_tag(&mut self, id: &TagId, name: &str, now: DateTime<Utc>) -> Result<Tag> {
        let name = normalised(name)?;
        let mut tag = self.get_tag(id)?;
        self.refuse_known_tag(&name, Some(id))?;
        let old = std::mem::replace(&mut tag.name, name.clone());
        if old == name {
            return Ok(tag);
        }
        self.tags.put(Arc::new(tag.clone()));
        self.edit_carriers(&old, now, |tags| {
            let carried = tags.contains(&name);
            tags.retain(|tag| *tag != old || !carried);
            tags.iter_mut().filter(|tag| **tag == old).for_each(|tag| *tag = name.clone());
        });
        Ok(tag)
    }

    /// Deletes a definition and takes the tag off every contact.
    ///
    /// That contacts lose it is assumed: a tag that is defined nowhere but still carried could not be told apart
    /// from one that is in use.
    pub(crate) fn delete_tag(&mut self, id: &TagId, now: DateTime<Utc>) -> Result<()> {
        let tag = self.tags.remove(id.as_str()).ok_or_else(|| missing(id))?;
        self.edit_carriers(&tag.name, now, |tags| tags.retain(|known| *known != tag.name));
        Ok(())
    }

    fn refuse_known_tag(&self, name: &str, but: Option<&TagId>) -> Result<()> {
        match self.tag_named(name) {
            Some(known) if Some(&known.id) != but => {
                Err(refusal::bad_request(&format!("Tag with name {name} already exists")))
            }
            _ => Ok(()),
        }
    }

    /// Changes the tags of every contact that carries one of this name.
    fn edit_carriers(&mut self, name: &str, now: DateTime<Utc>, change: impl Fn(&mut Vec<Text>)) {
        let carriers = Query::new(Filter::eq(ContactKey::Tags, name)).page(Page::first(self.contacts.len()));
        let ids: Vec<ContactId> =
            self.contacts.search(&carriers).records.iter().map(|contact| contact.id.clone()).collect();
        for id in ids {
            // The contact was found under this very lock, so that editing it cannot fail.
            let _ = self.edit_contact(&id, now, |contact| change(&mut contact.tags));
        }
    }
}
