//! Changes to many contacts at once.

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::{
    BulkBusiness, BulkBusinessDone, BulkOutcome, BulkTags, BulkTagsDone, BulkTagsResult, TagChange,
};
use smbcrm_core::types::{ContactId, Text};

use super::tag::{self, TagsChanged};
use crate::refusal;
use crate::world::State;

/// The most contacts that one change of business takes.
const MAX_BUSINESS: usize = 50;

/// What a bulk change does to each contact's tags.
enum Change {
    Add(Vec<Text>),
    Remove(Vec<Text>),
    RemoveAll,
}

/// What is asked, or all that is wrong with it.
fn read_change(change: &TagChange, update: &BulkTags) -> Result<Change> {
    let all = update.remove_all_tags.unwrap_or(false);
    let tags = tag::given(&update.tags);
    let mut wrong = Vec::new();
    if !change.is_known() {
        wrong.push("type must be a valid enum value".to_owned());
    }
    if update.contacts.is_empty() {
        wrong.push("contacts must contain at least 1 elements".to_owned());
    }
    if all && *change == TagChange::Add {
        wrong.push("removeAllTags is only allowed when type is remove".to_owned());
    }
    if !all && tags.is_err() {
        wrong.push("tags must contain at least 1 elements".to_owned());
    }
    if !wrong.is_empty() {
        return Err(refusal::invalid(wrong));
    }
    match change {
        _ if all => Ok(Change::RemoveAll),
        TagChange::Add => tags.map(Change::Add),
        _ => tags.map(Change::Remove),
    }
}

impl State {
    /// Changes many contacts' tags. Contacts that are not here are told apart in the answer; the rest is done.
    pub(crate) fn bulk_update_tags(
        &mut self,
        change: &TagChange,
        update: &BulkTags,
        now: DateTime<Utc>,
    ) -> Result<BulkTagsDone> {
        let change = read_change(change, update)?;
        let mut done = BulkTagsDone::default();
        done.succeeded = true;
        for id in &update.contacts {
            let result = self.change_tags(id, &change, now);
            done.error_count += u64::from(result.is_err());
            done.responses.push(response(id, result));
        }
        Ok(done)
    }

    fn change_tags(&mut self, id: &ContactId, change: &Change, now: DateTime<Utc>) -> Result<TagsChanged> {
        match change {
            Change::Add(tags) => self.add_tags(id, tags, now),
            Change::Remove(tags) => self.remove_tags(id, tags, now),
            Change::RemoveAll => self.edit_tags(id, now, Vec::clear),
        }
    }

    /// Puts contacts into a business, or takes them out. Answers with those that are here; the others are left out
    /// (assumed). A business that does not exist is refused.
    pub(crate) fn bulk_set_business(
        &mut self,
        update: &BulkBusiness,
        now: DateTime<Utc>,
    ) -> Result<BulkBusinessDone> {
        let mut wrong = Vec::new();
        if update.ids.is_empty() {
            wrong.push("ids must contain at least 1 elements".to_owned());
        }
        if update.ids.len() > MAX_BUSINESS {
            wrong.push(format!("ids must contain no more than {MAX_BUSINESS} elements"));
        }
        if update.business_id.as_ref().is_some_and(|id| id.is_empty()) {
            wrong.push("businessId should not be empty".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(id) = &update.business_id
            && self.business(id).is_none()
        {
            return Err(crate::businesses::missing(id));
        }
        let mut done = BulkBusinessDone::default();
        done.success = true;
        for id in &update.ids {
            let edited = self.edit_contact(id, now, |contact| {
                contact.business_id.clone_from(&update.business_id);
            });
            if edited.is_ok() && !done.ids.contains(id) {
                done.ids.push(id.clone());
            }
        }
        Ok(done)
    }
}

fn response(id: &ContactId, result: Result<TagsChanged>) -> BulkTagsResult {
    let mut response = BulkTagsResult::default();
    response.contact_id = id.clone();
    match result {
        Ok(changed) => {
            response.outcome = BulkOutcome::Success;
            response.message = Some("Tags updated successfully".into());
            response.tags_added = changed.added();
            response.tags_removed = changed.removed();
            response.old_tags = changed.before;
        }
        Err(error) => {
            response.outcome = BulkOutcome::Error;
            response.message = error.messages().first().map(Text::from);
        }
    }
    response
}
