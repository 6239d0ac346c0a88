//! Making and finding campaigns.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::emails::{
    EmailCampaign, EmailCampaignPage, EmailCampaignStatus, EmailDeliveryStatus, ListEmailCampaigns,
};

use super::StoredEmailCampaign;
use crate::locations::PageSize;
use crate::refusal;
use crate::search::fold;
use crate::world::State;

const PAGE: PageSize = PageSize { default: 10, max: 100 };

impl State {
    /// Makes a campaign; what it does not say of itself is filled in.
    pub(crate) fn add_email_campaign(
        &mut self,
        mut campaign: EmailCampaign,
        sending: EmailDeliveryStatus,
        now: DateTime<Utc>,
    ) -> EmailCampaign {
        if campaign.id.is_empty() {
            campaign.id = self.ids.object().into();
        }
        campaign.record_id = Some(campaign.id.clone());
        campaign.location_id = Some(self.location.id.clone());
        campaign.name.get_or_insert_with(|| "Untitled new campaign".into());
        campaign.campaign_type.get_or_insert_with(|| "email".into());
        campaign.status.get_or_insert(EmailCampaignStatus::Active);
        for flag in [
            &mut campaign.deleted,
            &mut campaign.migrated,
            &mut campaign.archived,
            &mut campaign.has_tracking,
            &mut campaign.is_plain_text,
            &mut campaign.has_utm_tracking,
            &mut campaign.enable_resend_to_unopened,
        ] {
            flag.get_or_insert(false);
        }
        campaign.child_count.get_or_insert(0);
        campaign.created_at.get_or_insert(now);
        campaign.updated_at.get_or_insert(now);
        let stored = StoredEmailCampaign { campaign: campaign.clone(), sending };
        self.mailings.campaigns.push(Arc::new(stored));
        campaign
    }

    /// Active campaigns that were sent, newest first, unless told otherwise.
    pub(super) fn list_email_campaigns(&self, query: &ListEmailCampaigns) -> Result<EmailCampaignPage> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(query.limit, &mut wrong);
        let status = query.status.clone().unwrap_or_default();
        let sending = query.email_status.clone().unwrap_or_default();
        if !status.is_known() {
            wrong.push("status must be a valid enum value".to_owned());
        }
        if !sending.is_known() {
            wrong.push("emailStatus must be a valid enum value".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let name = query.name.as_deref().map(fold);
        let wanted = |known: &&Arc<StoredEmailCampaign>| {
            let it = &known.campaign;
            it.status.as_ref() == Some(&status)
                && (sending == EmailDeliveryStatus::All || known.sending == sending)
                && it.archived.unwrap_or(false) == query.archived.unwrap_or(false)
                && query.parent_id.as_ref().is_none_or(|parent| it.parent_id.as_ref() == Some(parent))
                && name.as_ref().is_none_or(|name| {
                    it.name.as_deref().is_some_and(|called| fold(called).contains(name.as_ref()))
                })
                && !(query.campaigns_only == Some(true) && it.campaign_type.as_deref() == Some("folder"))
        };
        let mut found: Vec<&EmailCampaign> =
            self.mailings.campaigns.iter().rev().filter(wanted).map(|known| &known.campaign).collect();
        found.sort_by_key(|campaign| Reverse(campaign.created_at));
        let mut page = EmailCampaignPage::default();
        page.total = found.len() as u64;
        let skip = query.offset.unwrap_or(0) as usize;
        let few = query.limited_fields == Some(true);
        let shown = |campaign: &EmailCampaign| if few { essential(campaign) } else { campaign.clone() };
        page.campaigns = found.into_iter().skip(skip).take(limit).map(shown).collect();
        Ok(page)
    }
}

/// The few fields that a short list has.
fn essential(campaign: &EmailCampaign) -> EmailCampaign {
    let mut few = EmailCampaign::default();
    few.id = campaign.id.clone();
    few.template_data_download_url.clone_from(&campaign.template_data_download_url);
    few.updated_at = campaign.updated_at;
    few.template_type.clone_from(&campaign.template_type);
    few.template_id.clone_from(&campaign.template_id);
    few.download_url.clone_from(&campaign.download_url);
    few.is_plain_text = campaign.is_plain_text;
    few
}
