//! Campaigns.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::record;
use crate::types::{ContactId, Extra, LocationId, TemplateId, Text};

/// A contact's way through a campaign changed.
#[record]
pub struct CampaignStatusEvent {
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Names the contact's way through the campaign.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub id: Text,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// How it stands, such as `paused`.
    pub status: Option<Text>,
    /// The template sent last.
    pub template_id: Option<TemplateId>,
    /// Whether the contact has replied, in words.
    pub replied: Option<Text>,
    /// When the contact came in.
    pub date_added: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for CampaignStatusEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id).of(self.contact_id.as_ref())
    }
}
