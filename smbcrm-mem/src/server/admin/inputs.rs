//! What the admin API takes.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use serde::Deserialize;
use smbcrm_core::locations::{Location, LocationSettings, UniqueIdentifier};
use smbcrm_core::types::{LocationId, Text};

use super::Refused;
use crate::{RateLimits, Scopes};

/// No properties at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Settings {
    allow_duplicate_contact: Option<bool>,
    allow_duplicate_opportunity: Option<bool>,
    allow_facebook_name_merge: Option<bool>,
    disable_contact_timezone: Option<bool>,
    contact_unique_identifiers: Option<Vec<UniqueIdentifier>>,
}

impl Settings {
    pub(super) fn into_settings(self) -> LocationSettings {
        let mut settings = LocationSettings::default();
        settings.allow_duplicate_contact = self.allow_duplicate_contact;
        settings.allow_duplicate_opportunity = self.allow_duplicate_opportunity;
        settings.allow_facebook_name_merge = self.allow_facebook_name_merge;
        settings.disable_contact_timezone = self.disable_contact_timezone;
        settings.contact_unique_identifiers = self.contact_unique_identifiers;
        settings
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewLocation {
    pub(super) id: LocationId,
    name: Option<Text>,
    country: Option<Text>,
    timezone: Option<Text>,
    email: Option<Text>,
    phone: Option<Text>,
    settings: Option<Settings>,
}

impl NewLocation {
    pub(super) fn into_location(self) -> Location {
        let mut location = Location::default();
        location.name = self.name.unwrap_or_else(|| self.id.as_str().into());
        location.id = self.id;
        location.country = Some(self.country.unwrap_or_else(|| "US".into()));
        location.timezone = Some(self.timezone.unwrap_or_else(|| "America/Chicago".into()));
        location.email = self.email;
        location.phone = self.phone;
        location.settings = self.settings.map(Settings::into_settings);
        location
    }
}

/// `"all"`, or a list of scopes.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ScopesInput {
    Word(String),
    List(BTreeSet<String>),
}

impl ScopesInput {
    pub(super) fn into_scopes(self) -> Result<Scopes, Refused> {
        match self {
            Self::Word(word) if word == "all" => Ok(Scopes::All),
            Self::Word(_) => Err(Refused::invalid("scopes is \"all\" or a list of scopes")),
            Self::List(list) => Ok(Scopes::Only(list)),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewToken {
    pub(super) name: Option<String>,
    pub(super) location_id: Option<LocationId>,
    #[serde(default)]
    pub(super) agency: bool,
    pub(super) scopes: Option<ScopesInput>,
    pub(super) value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeScopes {
    pub(super) scopes: ScopesInput,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expire {
    pub(super) at: Option<Instant>,
}

/// An instant: RFC 3339, or milliseconds since 1970.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Instant {
    Text(DateTime<Utc>),
    Millis(i64),
}

impl Instant {
    pub(super) fn into_instant(self) -> Result<DateTime<Utc>, Refused> {
        match self {
            Self::Text(at) => Ok(at),
            Self::Millis(millis) => Utc
                .timestamp_millis_opt(millis)
                .single()
                .ok_or_else(|| Refused::invalid("the instant is out of range")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: Option<u64>,
    millis: Option<u64>,
}

impl Advance {
    pub(super) fn into_duration(self) -> Result<Duration, Refused> {
        match (self.seconds, self.millis) {
            (None, None) => Err(Refused::invalid("say how far: seconds, millis or both")),
            (seconds, millis) => Ok(Duration::from_secs(seconds.unwrap_or_default())
                .saturating_add(Duration::from_millis(millis.unwrap_or_default()))),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetClock {
    pub(super) to: Instant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSnapshot {
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Limits {
    burst: Option<u32>,
    interval_millis: Option<u64>,
    daily: Option<u32>,
    #[serde(default)]
    off: bool,
}

impl Limits {
    /// What is left out stays as it is.
    pub(super) fn over(self, current: RateLimits) -> Result<RateLimits, Refused> {
        if self.interval_millis == Some(0) {
            return Err(Refused::invalid("intervalMillis is at least 1"));
        }
        let current = if self.off { RateLimits::off() } else { current };
        Ok(RateLimits::new(
            self.burst.unwrap_or(current.burst),
            self.interval_millis.map_or(current.interval, Duration::from_millis),
            self.daily.unwrap_or(current.daily),
        ))
    }
}
