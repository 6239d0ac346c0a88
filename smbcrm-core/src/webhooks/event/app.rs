//! Apps: installed, uninstalled, on another plan.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::record;
use crate::types::{AppId, CompanyId, Extra, LocationId, PlanId, Text, UserId};

/// An app was installed, for a sub-account or for the whole agency.
#[record]
pub struct AppInstallEvent {
    /// The app.
    #[serde(skip_serializing_if = "AppId::is_empty")]
    pub app_id: AppId,
    /// The sub-account; none where the agency installed it.
    pub location_id: Option<LocationId>,
    /// The agency. May be missing where the app came with a new sub-account.
    pub company_id: Option<CompanyId>,
    /// Who installed it. May be missing likewise.
    pub user_id: Option<UserId>,
    /// The plan it is on.
    pub plan_id: Option<PlanId>,
    /// Whether it is on trial.
    pub trial: Option<AppTrial>,
    /// Whether the agency goes by a brand of its own.
    pub is_whitelabel_company: Option<bool>,
    /// That brand.
    pub whitelabel_details: Option<WhitelabelDetails>,
    /// The agency's name.
    pub company_name: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The trial that an app is on.
#[record]
pub struct AppTrial {
    /// Whether it is.
    pub on_trial: Option<bool>,
    /// For how many days.
    pub trial_duration: Option<u32>,
    /// Since when.
    pub trial_start_date: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An agency's own brand.
#[record]
pub struct WhitelabelDetails {
    /// Its domain.
    pub domain: Option<Text>,
    /// The address of its logo.
    pub logo_url: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An app was uninstalled, from a sub-account or from the whole agency.
#[record]
pub struct AppUninstallEvent {
    /// The app.
    #[serde(skip_serializing_if = "AppId::is_empty")]
    pub app_id: AppId,
    /// The sub-account; none where the agency uninstalled it.
    pub location_id: Option<LocationId>,
    /// The agency; none where a sub-account uninstalled it.
    pub company_id: Option<CompanyId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An app is on another plan.
#[record]
pub struct PlanChangeEvent {
    /// The app.
    #[serde(skip_serializing_if = "AppId::is_empty")]
    pub app_id: AppId,
    /// The sub-account.
    pub location_id: Option<LocationId>,
    /// The agency.
    pub company_id: Option<CompanyId>,
    /// Who changed it.
    pub user_id: Option<UserId>,
    /// The plan until now.
    pub current_plan_id: Option<PlanId>,
    /// The plan from now on.
    pub new_plan_id: Option<PlanId>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for AppInstallEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.app_id.as_str(), self.location_id.as_ref())
    }
}

impl Payload for AppUninstallEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.app_id.as_str(), self.location_id.as_ref())
    }
}

impl Payload for PlanChangeEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.app_id.as_str(), self.location_id.as_ref())
    }
}
