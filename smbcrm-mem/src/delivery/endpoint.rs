//! Where apps are told what happens.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::types::{LocationId, Text};
use smbcrm_core::webhooks::EventKind;

use super::schedule::RetrySchedule;
use crate::refusal;

/// How an app wants to be told: the address, of what, and how often to try.
///
/// ```
/// use smbcrm_core::webhooks::EventKind;
/// use smbcrm_mem::{EndpointSettings, RetrySchedule};
///
/// let settings = EndpointSettings::new("https://app.example/hooks")
///     .events([EventKind::ContactCreate, EventKind::OpportunityStageUpdate])
///     .retries(RetrySchedule::five_over_a_day());
/// assert_eq!(settings.url.as_str(), "https://app.example/hooks");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct EndpointSettings {
    /// Where events are posted: an `http` or `https` URL.
    pub url: Text,
    /// Which events; `None` is all.
    #[serde(default)]
    pub events: Option<Vec<EventKind>>,
    /// Of which sub-accounts; `None` is all.
    #[serde(default)]
    pub locations: Option<Vec<LocationId>>,
    /// Whether the legacy RSA signature (`x-wh-signature`) is sent beside the Ed25519 one.
    #[serde(default)]
    pub legacy_signature: bool,
    /// The app: `appId` in what is sent.
    #[serde(default)]
    pub app_id: Option<Text>,
    /// The app's version: `versionId` in what is sent.
    #[serde(default)]
    pub version_id: Option<Text>,
    /// When a delivery is tried again; what the platform does unless told otherwise.
    #[serde(default)]
    pub retries: RetrySchedule,
    /// Whether each event waits until the one before was delivered or given up; so unless told otherwise.
    #[serde(default = "yes")]
    pub in_order: bool,
    /// After how many seconds of nothing but failure it is disabled: five days unless told otherwise, 0 is never.
    #[serde(default = "five_days")]
    pub disable_after_seconds: u64,
}

fn yes() -> bool {
    true
}

fn five_days() -> u64 {
    5 * 24 * 3600
}

impl EndpointSettings {
    /// Every event of every sub-account, in order.
    pub fn new(url: impl Into<Text>) -> Self {
        Self {
            url: url.into(),
            events: None,
            locations: None,
            legacy_signature: false,
            app_id: None,
            version_id: None,
            retries: RetrySchedule::platform(),
            in_order: true,
            disable_after_seconds: five_days(),
        }
    }

    /// These events only.
    #[must_use]
    pub fn events(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.events = Some(kinds.into_iter().collect());
        self
    }

    /// Of these sub-accounts only.
    #[must_use]
    pub fn locations(mut self, ids: impl IntoIterator<Item = LocationId>) -> Self {
        self.locations = Some(ids.into_iter().collect());
        self
    }

    /// Signs with RSA too, as the platform did of old.
    #[must_use]
    pub fn legacy_signature(mut self) -> Self {
        self.legacy_signature = true;
        self
    }

    /// Names the app and its version in what is sent.
    #[must_use]
    pub fn app(mut self, id: impl Into<Text>, version: impl Into<Text>) -> Self {
        self.app_id = Some(id.into());
        self.version_id = Some(version.into());
        self
    }

    /// When a delivery is tried again.
    #[must_use]
    pub fn retries(mut self, schedule: RetrySchedule) -> Self {
        self.retries = schedule;
        self
    }

    /// Sends events without waiting for those before.
    #[must_use]
    pub fn unordered(mut self) -> Self {
        self.in_order = false;
        self
    }

    /// After how long a time of nothing but failure it is disabled; zero is never.
    #[must_use]
    pub fn disable_after(mut self, failing: Duration) -> Self {
        self.disable_after_seconds = failing.as_secs();
        self
    }

    /// Says what is wrong with it.
    pub(crate) fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        let url = url::Url::parse(&self.url).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            wrong.push("url must be an http or https URL".to_owned());
        }
        if self.events.as_ref().is_some_and(Vec::is_empty) {
            wrong.push("events should not be empty".to_owned());
        }
        if self.locations.as_ref().is_some_and(Vec::is_empty) {
            wrong.push("locations should not be empty".to_owned());
        }
        if self.legacy_signature && !cfg!(feature = "rsa") {
            wrong.push("legacySignature needs the feature `rsa` of smbcrm-mem".to_owned());
        }
        if wrong.is_empty() { Ok(()) } else { Err(refusal::invalid(wrong)) }
    }

    pub(crate) fn wants(&self, kind: &EventKind) -> bool {
        self.events.as_ref().is_none_or(|events| events.contains(kind))
    }

    pub(crate) fn serves(&self, location: &LocationId) -> bool {
        self.locations.as_ref().is_none_or(|locations| locations.contains(location))
    }
}

/// An app's endpoint, and how it fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Endpoint {
    /// Its id.
    pub id: Text,
    /// What it was set to.
    #[serde(flatten)]
    pub settings: EndpointSettings,
    /// Whether anything is sent to it.
    pub enabled: bool,
    /// Why it was disabled.
    pub disabled_because: Option<Text>,
    /// Since when nothing but failure came of it.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}
