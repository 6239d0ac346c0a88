//! The dashboard of the SMB Sales Boost account, what happens there by itself, and the consent pages of CRMs.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::header::{HeaderValue, LOCATION};
use http::request::Parts;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use smbcrm_core::Error;
use smbcrm_core::sales_boost::{Lead, LeadId, ProviderId};
use smbcrm_core::types::Text;

use super::inputs::Nothing;
use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::server::input;
use crate::{MemCrm, PlanStatus, SalesBoostAdmin};

/// Where the consent pages are. A browser comes here, with no key: the state in the address is what it needs.
const CONSENT: &str = "/_mem/sales-boost/consent";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    plan: Option<Text>,
    plan_status: Option<PlanStatus>,
    credits: Option<u64>,
    low_balance_threshold: Option<u64>,
    event_per_lead: Option<bool>,
    dashboard_url: Option<Text>,
    allow_loopback_targets: Option<bool>,
    export_blacklist: Option<BTreeSet<Text>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Provider {
    available: Option<bool>,
    reason: Option<String>,
    failing: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Leads {
    leads: Vec<Lead>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    lead_ids: Vec<LeadId>,
    file_type: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Schedule {
    name: Text,
    #[serde(default = "one")]
    recipients: u64,
    #[serde(default)]
    lead_ids: Vec<LeadId>,
}

fn one() -> u64 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spent {
    credits: u64,
}

fn dashboard<'a>(ask: &Ask<'a>) -> SalesBoostAdmin<'a> {
    ask.admin().sales_boost()
}

fn invalid(error: &Error) -> Refused {
    Refused::invalid(error.messages().join("; "))
}

/// Plays a CRM's consent page; `None` for other addresses.
pub(super) fn consent(crm: &MemCrm, head: &Parts) -> Option<Response<Bytes>> {
    if head.uri.path() != CONSENT || head.method != http::Method::GET {
        return None;
    }
    let back = crm.sales_boost().consent(&input::query(head.uri.query()));
    let back = back.and_then(|back| HeaderValue::try_from(back).ok());
    let Some(back) = back else {
        return Some(Refused::invalid("nobody has begun this connection, or it is over").answer());
    };
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::FOUND;
    answer.headers_mut().insert(LOCATION, back);
    Some(answer)
}

pub(super) fn boost_settings(ask: &Ask<'_>) -> Outcome {
    ok(dashboard(ask).settings())
}

pub(super) fn set_boost_settings(ask: &Ask<'_>) -> Outcome {
    let changes: Changes = ask.body()?;
    let changed = dashboard(ask).configure(|settings| {
        settings.plan = changes.plan.unwrap_or(std::mem::take(&mut settings.plan));
        settings.plan_status = changes.plan_status.unwrap_or(settings.plan_status);
        settings.credits = changes.credits.unwrap_or(settings.credits);
        settings.low_balance_threshold =
            changes.low_balance_threshold.unwrap_or(settings.low_balance_threshold);
        settings.event_per_lead = changes.event_per_lead.unwrap_or(settings.event_per_lead);
        settings.allow_loopback_targets =
            changes.allow_loopback_targets.unwrap_or(settings.allow_loopback_targets);
        if let Some(url) = changes.dashboard_url {
            settings.dashboard_url = Some(url).filter(|url| !url.is_empty());
        }
        if let Some(blacklist) = changes.export_blacklist {
            settings.export_blacklist = blacklist;
        }
    });
    ok(changed.map_err(|error| invalid(&error))?)
}

pub(super) fn boost_keys(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "keys": dashboard(ask).keys() }))
}

pub(super) fn add_boost_key(ask: &Ask<'_>) -> Outcome {
    let Named { name } = ask.body()?;
    let (key, value) = dashboard(ask).create_key(name.unwrap_or_else(|| "key".into()));
    created(json!({ "key": key, "value": value.expose() }))
}

pub(super) fn revoke_boost_key(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    let revoked = ask.id.parse().ok().and_then(|id| dashboard(ask).revoke_key(id));
    ok(json!({ "key": revoked.ok_or_else(|| Refused::missing("key", &ask.id))? }))
}

pub(super) fn sign_in(ask: &Ask<'_>) -> Outcome {
    let Named { name } = ask.body()?;
    let (dashboard, name) = (dashboard(ask), name.unwrap_or_else(|| "owner".into()));
    let value = dashboard.sign_in(name);
    let cookie = dashboard.session_cookie();
    created(
        json!({ "name": cookie, "value": value.expose(), "cookie": format!("{cookie}={}", value.expose()) }),
    )
}

pub(super) fn sign_out(ask: &Ask<'_>) -> Outcome {
    dashboard(ask).sign_out();
    ok(json!({ "signedOut": true }))
}

pub(super) fn set_boost_provider(ask: &Ask<'_>) -> Outcome {
    let Provider { available, reason, failing } = ask.body()?;
    let (dashboard, id) = (dashboard(ask), ProviderId::from(ask.id.as_str()));
    let reason = reason.unwrap_or_else(|| "This deployment is not set up for the provider.".to_owned());
    if let Some(available) = available {
        let reason = (!available).then_some(reason.as_str());
        dashboard.set_available(&id, reason).map_err(|error| invalid(&error))?;
    }
    let words = failing.as_deref().filter(|words| !words.is_empty());
    if failing.is_some() {
        dashboard.fail_crm(&id, words).map_err(|error| invalid(&error))?;
    }
    ok(json!({ "provider": id, "available": available, "failing": words }))
}

pub(super) fn crm_records(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "records": dashboard(ask).crm_records() }))
}

pub(super) fn boost_leads(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "leads": dashboard(ask).leads() }))
}

pub(super) fn add_boost_leads(ask: &Ask<'_>) -> Outcome {
    let Leads { leads } = ask.body()?;
    created(json!({ "leadIds": dashboard(ask).add_leads(leads) }))
}

pub(super) fn receive_boost_leads(ask: &Ask<'_>) -> Outcome {
    let Wanted { lead_ids, .. } = ask.body()?;
    ok(dashboard(ask).receive_leads(lead_ids))
}

pub(super) fn run_export(ask: &Ask<'_>) -> Outcome {
    let Wanted { lead_ids, file_type } = ask.body()?;
    ok(dashboard(ask).export_run(file_type.unwrap_or_else(|| "csv".into()), lead_ids))
}

pub(super) fn run_email_schedule(ask: &Ask<'_>) -> Outcome {
    let Schedule { name, recipients, lead_ids } = ask.body()?;
    ok(dashboard(ask).run_email_schedule(name, recipients, lead_ids))
}

pub(super) fn spend_credits(ask: &Ask<'_>) -> Outcome {
    let Spent { credits } = ask.body()?;
    ok(json!({ "creditsRemaining": dashboard(ask).spend_credits(credits) }))
}
