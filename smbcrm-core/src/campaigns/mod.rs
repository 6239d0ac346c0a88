//! Campaigns, the older kind of automation: they can be listed, and contacts put into them.

use crate::error::Result;
use crate::operation::Product;
use crate::types::{CampaignId, Extra, LocationId, Text};
use crate::{api, open_enum, record, request};

/// The product's facts.
pub static CAMPAIGNS: Product =
    Product { name: "campaigns", version: "2021-07-28", summary: "Campaigns that contacts can be put into." };

/// Whether a campaign runs.
#[open_enum]
pub enum CampaignStatus {
    /// It is being written.
    Draft = "draft",
    /// It runs.
    Published = "published",
}

/// A campaign.
#[record]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: Text,
    /// Whether it runs.
    pub status: CampaignStatus,
    /// The sub-account.
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Whose campaigns to list.
#[request]
pub struct ListCampaigns {
    /// The sub-account.
    pub location_id: LocationId,
    /// Only those in this state.
    pub status: Option<CampaignStatus>,
}

/// Campaigns that contacts can be put into.
#[api(product = CAMPAIGNS)]
pub trait Campaigns: Send + Sync {
    /// Lists the campaigns of a sub-account.
    #[get(
        "/campaigns/",
        id = "get-campaigns",
        scope = "campaigns.readonly",
        location = "locationId",
        key = "campaigns"
    )]
    async fn list(&self, query: ListCampaigns) -> Result<Vec<Campaign>>;
}
