//! Reasons for losing an opportunity.

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::opportunities::{ListLostReasons, LostReason, LostReasonPage};
use smbcrm_core::types::{LostReasonId, Text};

use crate::search::fold;
use crate::search::translate::Complaints;
use crate::world::{State, StoredLostReason};

/// How many reasons a page has unless told otherwise.
const PAGE: u32 = 100;

impl State {
    /// The reason with this id, unless it was deleted.
    pub(crate) fn lost_reason(&self, id: &str) -> Option<&LostReason> {
        let found = self.lost_reasons.iter().find(|known| known.reason.id == *id && !known.deleted)?;
        Some(&found.reason)
    }

    pub(crate) fn add_lost_reason(&mut self, id: LostReasonId, name: Text, now: DateTime<Utc>) -> LostReason {
        let mut reason = LostReason::default();
        reason.id = id;
        reason.name = name;
        reason.location_id = self.location.id.clone();
        reason.created_at = Some(now);
        reason.updated_at = Some(now);
        self.lost_reasons.push(StoredLostReason { reason: reason.clone(), deleted: false });
        reason
    }

    /// Deletes a reason. Opportunities lost for it keep its id.
    pub(crate) fn delete_lost_reason(&mut self, id: &LostReasonId, now: DateTime<Utc>) -> Option<LostReason> {
        let at = self.lost_reasons.iter().position(|known| known.reason.id == *id && !known.deleted)?;
        let mut reasons = self.lost_reasons.edit();
        let known = reasons.get_mut(at)?;
        known.deleted = true;
        known.reason.updated_at = Some(now);
        Some(known.reason.clone())
    }

    /// The reasons that a list asks for, in the order they were made.
    pub(crate) fn lost_reason_page(&self, query: &ListLostReasons) -> Result<LostReasonPage> {
        let limit = query.limit.unwrap_or(PAGE);
        let mut complaints = Complaints::default();
        if limit == 0 {
            complaints.shape("limit must not be less than 1");
        }
        complaints.into_result()?;
        let deleted = query.deleted.unwrap_or(false);
        let name = query.name.as_deref().map(|name| fold(name.trim()));
        let part = query.query.as_deref().map(|text| fold(text.trim()));
        let wanted = |known: &&StoredLostReason| {
            let known_name = fold(&known.reason.name);
            known.deleted == deleted
                && name.as_ref().is_none_or(|name| known_name == *name)
                && part.as_ref().is_none_or(|part| known_name.contains(&**part))
        };
        let found: Vec<&StoredLostReason> = self.lost_reasons.iter().filter(wanted).collect();
        let mut page = LostReasonPage::default();
        page.total = query.get_count.unwrap_or(false).then_some(found.len() as u64);
        page.lost_reasons = found
            .into_iter()
            .skip(query.skip.unwrap_or(0) as usize)
            .take(limit as usize)
            .map(|known| known.reason.clone())
            .collect();
        Ok(page)
    }
}
