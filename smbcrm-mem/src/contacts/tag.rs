//! Tags: put on contacts and taken off, defined on the sub-account.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::ContactTags;
use smbcrm_core::dedupe::normalise_tags;
use smbcrm_core::locations::Tag;
use smbcrm_core::types::{ContactId, TagId, Text};

use crate::refusal;
use crate::search::Value;
use crate::world::{State, TagKey};

/// Tags in their stored form. At least one must be left of them.
pub(crate) fn given(tags: &[Text]) -> Result<Vec<Text>> {
    let tags: Vec<Text> = normalise_tags(tags).into_iter().map(Text::from).collect();
    if tags.is_empty() { Err(refusal::empty_list("tags")) } else { Ok(tags) }
}

/// What a change did to a contact's tags.
#[derive(Debug, Default)]
pub(crate) struct TagsChanged {
    pub(crate) before: Vec<Text>,
    pub(crate) after: Vec<Text>,
}

impl TagsChanged {
    pub(crate) fn added(&self) -> Vec<Text> {
        self.after.iter().filter(|tag| !self.before.contains(tag)).cloned().collect()
    }

    pub(crate) fn removed(&self) -> Vec<Text> {
        self.before.iter().filter(|tag| !self.after.contains(tag)).cloned().collect()
    }

    pub(crate) fn answer(self) -> ContactTags {
        let mut answer = ContactTags::default();
        answer.tags = self.after;
        answer
    }
}

impl State {
    /// Puts tags (in stored form) on a contact, behind those it has, and defines the new ones.
    pub(crate) fn add_tags(
        &mut self,
        id: &ContactId,
        tags: &[Text],
        now: DateTime<Utc>,
    ) -> Result<TagsChanged> {
        let changed = self.edit_tags(id, now, |known| {
            let new: Vec<Text> = tags.iter().filter(|tag| !known.contains(tag)).cloned().collect();
            known.extend(new);
        })?;
        self.define_tags(tags);
        Ok(changed)
    }

    /// Takes tags (in stored form) off a contact; their definitions stay.
    pub(crate) fn remove_tags(
        &mut self,
        id: &ContactId,
        tags: &[Text],
        now: DateTime<Utc>,
    ) -> Result<TagsChanged> {
        self.edit_tags(id, now, |known| known.retain(|tag| !tags.contains(tag)))
    }

    /// Changes a contact's tags; one whose tags stay the same is not stamped.
    pub(crate) fn edit_tags(
        &mut self,
        id: &ContactId,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut Vec<Text>),
    ) -> Result<TagsChanged> {
        let Some(known) = self.contacts.get(id.as_str()) else { return Err(super::missing(id)) };
        let before = known.tags.clone();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.edit_contact(id, now, |contact| contact.tags.clone_from(&after))?;
        }
        Ok(TagsChanged { before, after })
    }

    /// Defines tags that the sub-account does not know yet. Names are normalised already.
    pub(crate) fn define_tags(&mut self, names: &[Text]) {
        for name in names {
            if self.tag_named(name).is_none() {
                self.define_tag(name.clone());
            }
        }
    }

    pub(crate) fn tag_named(&self, name: &str) -> Option<&Arc<Tag>> {
        self.tags.find_one(&TagKey::Name, Value::Text(name))
    }

    pub(crate) fn define_tag(&mut self, name: Text) -> Arc<Tag> {
        let mut tag = Tag::default();
        tag.id = TagId::from(self.ids.record());
        tag.name = name;
        tag.location_id = self.location.id.clone();
        let tag = Arc::new(tag);
        self.tags.put(Arc::clone(&tag));
        tag
    }
}
