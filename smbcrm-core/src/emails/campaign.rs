//! E-mail campaigns.

use chrono::{DateTime, Utc};

use super::wire;
use crate::types::{EmailCampaignId, EmailTemplateId, Extra, LocationId, Text};
use crate::{open_enum, record, request};

/// Whether a campaign goes on.
#[open_enum]
pub enum EmailCampaignStatus {
    /// It goes on.
    Active = "active",
    /// It waits.
    Paused = "pause",
    /// It is over.
    Complete = "complete",
    /// It was called off.
    Cancelled = "cancelled",
    /// It is tried again.
    Retry = "retry",
    /// It is being written.
    Draft = "draft",
    /// It will be sent again to those who have not opened it.
    ResendScheduled = "resend-scheduled",
}

/// How far the sending of a campaign is.
#[open_enum]
pub enum EmailDeliveryStatus {
    /// It was sent.
    Complete = "complete",
    /// Whatever it is.
    All = "all",
    /// It has not begun.
    NotStarted = "not-started",
    /// It waits.
    Paused = "paused",
    /// It was called off.
    Cancelled = "cancelled",
    /// It goes on.
    Processing = "processing",
    /// It goes on again.
    Resumed = "resumed",
    /// The next batch waits for its time.
    NextDrip = "next-drip",
    /// It succeeded.
    Success = "success",
    /// It failed.
    Error = "error",
    /// It waits for something else.
    Waiting = "waiting",
    /// It waits for its turn.
    Queued = "queued",
    /// It is being put in line.
    Queueing = "queueing",
    /// Its recipients are being read.
    Reading = "reading",
    /// It waits for its time.
    Scheduled = "scheduled",
}

/// An e-mail campaign. A list of few fields leaves most of it out.
#[record]
pub struct EmailCampaign {
    /// Its id.
    pub id: EmailCampaignId,
    /// Its id again.
    #[serde(rename = "_id")]
    pub record_id: Option<EmailCampaignId>,
    /// Its name.
    pub name: Option<Text>,
    /// After how long it is sent again.
    pub repeat_after: Option<Text>,
    /// The folder that it is in.
    pub parent_id: Option<Text>,
    /// How many it holds, as a folder.
    pub child_count: Option<u32>,
    /// What kind of campaign it is: `email`.
    pub campaign_type: Option<Text>,
    /// The version of what sends it.
    pub bulk_action_version: Option<Text>,
    /// Whether it goes on.
    pub status: Option<EmailCampaignStatus>,
    /// The days on which it may be sent.
    pub send_days: Option<Vec<Text>>,
    /// Whether it was deleted.
    pub deleted: Option<bool>,
    /// Whether it was taken over from an older version.
    pub migrated: Option<bool>,
    /// Whether it was archived.
    pub archived: Option<bool>,
    /// Whether it is told who has opened it.
    pub has_tracking: Option<bool>,
    /// Whether it is plain text.
    pub is_plain_text: Option<bool>,
    /// Whether its links say where a visitor came from.
    pub has_utm_tracking: Option<bool>,
    /// Whether it is sent again to those who have not opened it.
    pub enable_resend_to_unopened: Option<bool>,
    /// The sub-account.
    pub location_id: Option<LocationId>,
    /// The template that it sends.
    pub template_id: Option<EmailTemplateId>,
    /// What that template is.
    pub template_type: Option<Text>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The version of its record.
    #[serde(rename = "__v")]
    pub record_version: Option<u32>,
    /// The document that it is kept in.
    pub document_id: Option<Text>,
    /// Where its page can be fetched.
    pub download_url: Option<Text>,
    /// Where its blocks can be fetched.
    pub template_data_download_url: Option<Text>,
    /// What it holds, as a folder.
    pub child: Option<Vec<Text>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of campaigns.
#[record]
pub struct EmailCampaignPage {
    /// The campaigns.
    #[serde(rename = "schedules")]
    pub campaigns: Vec<EmailCampaign>,
    /// How many there are in all.
    #[plain]
    #[serde(default, with = "wire::total")]
    #[schema(Vec<serde_json::Value>)]
    pub total: u64,
}

/// Which campaigns to list.
#[request]
pub struct ListEmailCampaigns {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page: 10 unless given, 100 at most.
    pub limit: Option<u32>,
    /// How many to skip.
    pub offset: Option<u32>,
    /// Those that stand so: active ones unless told otherwise.
    pub status: Option<EmailCampaignStatus>,
    /// Those whose sending is so far: sent ones unless told otherwise.
    pub email_status: Option<EmailDeliveryStatus>,
    /// With this in the name.
    pub name: Option<Text>,
    /// In this folder.
    pub parent_id: Option<Text>,
    /// With their ids and addresses only.
    pub limited_fields: Option<bool>,
    /// Archived ones instead.
    pub archived: Option<bool>,
    /// Without folders.
    pub campaigns_only: Option<bool>,
    /// With how many were delivered, opened and clicked.
    pub show_stats: Option<bool>,
}
