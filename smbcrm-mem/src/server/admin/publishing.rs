//! The admin API's methods that plant what shops sell, and what blogs, e-mails and social posts need.

use serde::Deserialize;
use serde_json::json;
use smbcrm_core::emails::{EmailCampaign, EmailDeliveryStatus};
use smbcrm_core::payments::{Order, Subscription, Transaction};
use smbcrm_core::social_media_posting::SocialPlatform;
use smbcrm_core::types::{LocationId, SocialAccountId, Text};

use super::methods::{created, ok};
use super::planting::{nowhere, place};
use super::{Ask, Outcome, Refused};
use crate::SocialFigures;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    location_id: Option<LocationId>,
    name: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewOrder {
    location_id: Option<LocationId>,
    order: Order,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTransaction {
    location_id: Option<LocationId>,
    transaction: Transaction,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewSubscription {
    location_id: Option<LocationId>,
    subscription: Subscription,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewEmailCampaign {
    location_id: Option<LocationId>,
    campaign: EmailCampaign,
    #[serde(default)]
    email_status: EmailDeliveryStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewSocialAccount {
    location_id: Option<LocationId>,
    platform: SocialPlatform,
    name: Text,
    #[serde(default)]
    followers: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewSocialGroup {
    location_id: Option<LocationId>,
    name: Text,
    account_ids: Vec<SocialAccountId>,
}

pub(super) fn add_order(ask: &Ask<'_>) -> Outcome {
    let new: NewOrder = ask.body()?;
    let location = place(ask, new.location_id);
    created(&*ask.admin().add_order(&location, new.order).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_transaction(ask: &Ask<'_>) -> Outcome {
    let new: NewTransaction = ask.body()?;
    let location = place(ask, new.location_id);
    let made = ask.admin().add_transaction(&location, new.transaction);
    created(&*made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_subscription(ask: &Ask<'_>) -> Outcome {
    let new: NewSubscription = ask.body()?;
    let location = place(ask, new.location_id);
    let made = ask.admin().add_subscription(&location, new.subscription);
    created(&*made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_blog(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(&*ask.admin().add_blog(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_blog_author(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(&*ask.admin().add_blog_author(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_blog_category(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(&*ask.admin().add_blog_category(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_email_campaign(ask: &Ask<'_>) -> Outcome {
    let new: NewEmailCampaign = ask.body()?;
    let location = place(ask, new.location_id);
    let made = ask.admin().add_email_campaign(&location, new.campaign, new.email_status);
    created(made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_social_account(ask: &Ask<'_>) -> Outcome {
    let new: NewSocialAccount = ask.body()?;
    if !new.platform.is_known() {
        return Err(Refused::invalid("platform is not one of the networks that are known"));
    }
    let location = place(ask, new.location_id);
    let made = ask.admin().add_social_account(&location, new.platform, new.name, new.followers);
    created(made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_social_group(ask: &Ask<'_>) -> Outcome {
    let new: NewSocialGroup = ask.body()?;
    let location = place(ask, new.location_id);
    let made = ask.admin().add_social_group(&location, new.name, new.account_ids);
    created(made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_social_category(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(ask.admin().add_social_category(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_social_tag(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(ask.admin().add_social_tag(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn set_social_figures(ask: &Ask<'_>) -> Outcome {
    let figures: SocialFigures = ask.body()?;
    let set = ask.admin().set_social_figures(&ask.id.as_str().into(), figures);
    set.ok_or_else(|| Refused::missing("social post", &ask.id))?;
    ok(json!({ "set": true }))
}
