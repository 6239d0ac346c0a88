//! What no API creates around opportunities: reasons for losing them, and bulk loads.

use smbcrm_core::opportunities::{LostReason, Opportunity};
use smbcrm_core::types::{LocationId, LostReasonId, Text};

use crate::Admin;

impl Admin<'_> {
    /// Makes a reason for losing an opportunity. `None` when there is no such sub-account.
    ///
    /// ```
    /// # let crm = smbcrm_mem::MemCrm::new();
    /// let price = crm.admin().add_lost_reason(crm.location(), "Price").expect("the sub-account exists");
    /// assert_eq!(price.name, "Price");
    /// ```
    pub fn add_lost_reason(&self, location: &LocationId, name: impl Into<Text>) -> Option<LostReason> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| {
            let id = state.ids.record().into();
            state.add_lost_reason(id, name.into(), now)
        })
    }

    /// Deletes a reason: no opportunity can be lost for it any more, and only a list that asks for deleted reasons
    /// shows it. Opportunities that were lost for it keep its id.
    ///
    /// `None` when there is no such sub-account, or no such reason that is not deleted already.
    pub fn delete_lost_reason(&self, location: &LocationId, id: &LostReasonId) -> Option<LostReason> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.delete_lost_reason(id, now)).flatten()
    }

    /// Loads opportunities as they are – ids, dates and all – without the duplicate rule. Returns how many.
    ///
    /// An empty id is minted; the sub-account is filled in, and a stage left open becomes the pipeline's first.
    /// Opportunities with an id that exists replace that opportunity. What they say of their contact is not kept:
    /// every read shows the contact as it is. `None` when there is no such sub-account.
    pub fn load_opportunities(
        &self,
        location: &LocationId,
        opportunities: impl IntoIterator<Item = Opportunity>,
    ) -> Option<usize> {
        self.edit(location, |state| {
            let mut loaded = 0;
            for mut opportunity in opportunities {
                if opportunity.id.is_empty() {
                    opportunity.id = state.ids.record().into();
                }
                if opportunity.pipeline_stage_id.is_empty()
                    && let Some(pipeline) = state.pipeline(opportunity.pipeline_id.as_str())
                    && let Some(first) = pipeline.stages.first()
                {
                    opportunity.pipeline_stage_id = first.id.clone();
                }
                opportunity.location_id = state.location.id.clone();
                state.put_opportunity(opportunity);
                loaded += 1;
            }
            loaded
        })
    }
}
