//! What every implementation of the product campaigns must do.

use super::{Case, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq};
use crate::campaigns::operations::LIST;
use crate::campaigns::{CampaignStatus, ListCampaigns};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    campaigns_are_listed => [LIST],
}

async fn campaigns_are_listed(stage: &Stage) -> Verdict {
    let name = stage.unique("campaign");
    let planted = stage.hands.plant(Plant::Campaign(name.as_str().into())).await;
    let id = planted.ok_or_skip("campaigns cannot be planted here")?;
    let campaigns = stage.crm.campaigns();
    let ask = || ListCampaigns::new(&stage.location);
    for query in [ask(), ask().status(CampaignStatus::Published)] {
        let all = campaigns.list(query).await?;
        let listed = all.iter().find(|campaign| campaign.id == *id.as_str()).cloned().unwrap_or_default();
        ensure_eq!(listed.name.as_str(), name);
        ensure_eq!((listed.status, listed.location_id), (CampaignStatus::Published, stage.location.clone()));
    }
    let drafts = campaigns.list(ask().status(CampaignStatus::Draft)).await?;
    ensure!(drafts.iter().all(|campaign| campaign.id != *id.as_str()), "it is no draft");
    Ok(())
}
