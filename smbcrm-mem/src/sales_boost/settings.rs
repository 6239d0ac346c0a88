//! What an account is like: its plan, its credits, and what is switched on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smbcrm_core::sales_boost::{Dialect, Lead};
use smbcrm_core::types::Text;
use smbcrm_core::{Error, ErrorKind, Result};

/// Whether a plan is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PlanStatus {
    /// It is.
    #[default]
    Active,
    /// It is being tried out, which is as good.
    Trialing,
    /// It is not: every call is refused (403), and nothing is sent.
    Inactive,
}

/// What an SMB Sales Boost account is like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SalesBoostSettings {
    /// What the plan is called.
    pub plan: Text,
    /// Whether it is paid for.
    pub plan_status: PlanStatus,
    /// How many credits are left. A new lead costs one.
    pub credits: u64,
    /// Below how many credits `credit.low_balance` is told, once until there are enough again.
    pub low_balance_threshold: u64,
    /// Whether every lead is told in an event of its own, as [`Dialect::Enveloped`] describes it. Else leads that come
    /// together are told together, with the first five of them.
    pub event_per_lead: bool,
    /// Where a browser is sent when a CRM was connected; `/dashboard` of the server unless told otherwise.
    pub dashboard_url: Option<Text>,
    /// Whether webhooks may go to this machine, over `http` too. Off unless switched on.
    pub allow_loopback_targets: bool,
    /// E-mails, phone numbers and businesses that are never exported.
    pub export_blacklist: BTreeSet<Text>,
}

impl Default for SalesBoostSettings {
    fn default() -> Self {
        Self {
            plan: "growth".into(),
            plan_status: PlanStatus::Active,
            credits: 1_000,
            low_balance_threshold: 100,
            event_per_lead: false,
            dashboard_url: None,
            allow_loopback_targets: false,
            export_blacklist: BTreeSet::new(),
        }
    }
}

impl SalesBoostSettings {
    /// Whether the account may use the API.
    pub fn is_paid(&self) -> bool {
        self.plan_status != PlanStatus::Inactive
    }

    /// Has events told as a dialect describes them.
    pub fn tell_as(&mut self, dialect: Dialect) {
        self.event_per_lead = dialect == Dialect::Enveloped;
    }

    /// Whether a lead must not leave.
    pub(super) fn forbids(&self, lead: &Lead) -> bool {
        let named = [&lead.email, &lead.phone, &lead.company_name];
        let is = |text: &Text| self.export_blacklist.iter().any(|entry| entry.eq_ignore_ascii_case(text));
        !self.export_blacklist.is_empty() && named.into_iter().flatten().any(is)
    }

    /// # Errors
    /// Names what makes no sense.
    pub(super) fn check(&self) -> Result<()> {
        let good = |url: &Text| {
            url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        if self.dashboard_url.as_ref().is_some_and(|url| !good(url)) {
            return Err(Error::new(ErrorKind::Invalid, "dashboardUrl must be an http or https URL"));
        }
        Ok(())
    }
}
