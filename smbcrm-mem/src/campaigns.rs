//! Campaigns, listed from state.

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::campaigns::{Campaign, CampaignStatus, Campaigns, ListCampaigns, operations as op};

use crate::MemCrm;

#[async_trait]
impl Campaigns for MemCrm {
    async fn list(&self, query: ListCampaigns) -> Result<Vec<Campaign>> {
        self.read(&op::LIST, &query.location_id, |state| {
            let campaigns = state.campaigns.iter().map(|known| {
                let mut campaign = Campaign::default();
                campaign.id = (&known.id).into();
                campaign.name = known.name.clone();
                campaign.status =
                    if known.published { CampaignStatus::Published } else { CampaignStatus::Draft };
                campaign.location_id = state.location.id.clone();
                campaign
            });
            let wanted = |campaign: &Campaign| match &query.status {
                Some(status) => campaign.status == *status,
                None => true,
            };
            Ok(campaigns.filter(wanted).collect())
        })
    }
}
