//! The rules that fields keep. Every violation is named, in one answer.

use std::collections::BTreeSet;

use smbcrm_core::Result;
use smbcrm_core::sales_boost::{
    CreateWebhook, EventType, IntegrationStatus, PipedriveDeals, UpdateIntegration,
};
use smbcrm_core::types::{Hidden, Money, Patch, Text};

use super::state::Kept;
use super::target::{self, Unfit};
use super::{provider, refusal};

/// How many subscriptions an integration may have.
const SUBSCRIPTIONS: usize = 20;

/// The longest API key.
const LONGEST_KEY: usize = 500;

/// What is wrong with an input.
#[derive(Default)]
struct Violations {
    details: Vec<String>,
    /// An address that must not be called: said when all else is well.
    unsafe_url: Option<String>,
}

impl Violations {
    fn add(&mut self, field: &str, rule: &str) {
        self.details.push(format!("{field} {rule}"));
    }

    fn text(&mut self, field: &str, text: &str, length: std::ops::RangeInclusive<usize>) {
        if !length.contains(&text.chars().count()) {
            let rule = format!("must be {} to {} characters long", length.start(), length.end());
            self.add(field, &rule);
        }
    }

    fn url(&mut self, field: &str, url: &str, loopback: bool) {
        match target::check(url, loopback) {
            Ok(()) => {}
            Err(Unfit::Malformed(rule)) => self.add(field, rule),
            Err(Unfit::Unsafe(rule)) => _ = self.unsafe_url.get_or_insert(format!("{field} {rule}")),
        }
    }

    fn event(&mut self, field: &str, event: &EventType) {
        if !event.is_known() {
            self.add(field, &format!("must be one of the following values: {}", EventType::KNOWN.join(", ")));
        }
    }

    fn key(&mut self, key: &Hidden) {
        if key.expose().chars().count() > LONGEST_KEY {
            self.add("apiKey", "must be at most 500 characters long");
        }
        // It becomes a header's value.
        if http::HeaderValue::from_str(key.expose()).is_err() {
            self.add("apiKey", "must be one line of printable characters");
        }
    }

    fn into_result(self) -> Result<()> {
        if !self.details.is_empty() {
            return Err(refusal::validation(&self.details));
        }
        self.unsafe_url.map_or(Ok(()), |text| Err(refusal::bad_request(&text)))
    }
}

/// A webhook that is to be made.
pub(super) fn webhook(webhook: &CreateWebhook, loopback: bool) -> Result<()> {
    let mut found = Violations::default();
    if !provider::webhooks().any(|known| *known == webhook.provider) {
        let known: Vec<&str> = provider::webhooks().map(|known| known.as_str()).collect();
        found.add("provider", &format!("must be one of the following values: {}", known.join(", ")));
    }
    found.url("targetUrl", &webhook.target_url, loopback);
    if webhook.events.is_empty() {
        found.add("events", "must contain at least 1 element");
    }
    for (at, event) in webhook.events.iter().enumerate() {
        found.event(&format!("events.{at}"), event);
    }
    if let Some(name) = &webhook.display_name {
        found.text("displayName", name, 1..=100);
    }
    if let Some(key) = &webhook.api_key {
        found.key(key);
    }
    found.into_result()
}

/// What is to change in an integration.
pub(super) fn changes(changes: &UpdateIntegration, kept: &Kept, loopback: bool) -> Result<()> {
    let mut found = Violations::default();
    let (provider, crm) = (&kept.integration.provider, kept.is_crm());
    if let Patch::Set(name) = &changes.display_name {
        found.text("displayName", name, 1..=100);
    }
    match &changes.status {
        Some(IntegrationStatus::NeedsAttention)
            if kept.integration.status == IntegrationStatus::NeedsAttention => {}
        Some(IntegrationStatus::Connected | IntegrationStatus::Disabled) | None => {}
        Some(_) => found.add("status", "must be one of the following values: connected, disabled"),
    }
    if let Some(subscriptions) = &changes.subscriptions {
        if subscriptions.len() > SUBSCRIPTIONS {
            found.add("subscriptions", "must contain at most 20 elements");
        }
        for (at, one) in subscriptions.iter().enumerate() {
            found.event(&format!("subscriptions.{at}.eventType"), &one.event_type);
            if let Some(url) = &one.target_url {
                found.url(&format!("subscriptions.{at}.targetUrl"), url, loopback);
            }
        }
    }
    if let Some(url) = &changes.default_target_url {
        found.url("defaultTargetUrl", url, loopback);
    }
    if let Patch::Set(key) = &changes.api_key {
        found.key(key);
    }
    if let Some(pipedrive) = &changes.pipedrive_deals {
        deals(pipedrive, &mut found);
    }
    found.into_result()?;

    let targets = changes.subscriptions.iter().flatten().any(|one| one.target_url.is_some());
    if crm && (targets || changes.default_target_url.is_some()) {
        return Err(refusal::bad_request("A CRM has no target URL."));
    }
    if changes.pipedrive_deals.is_some() && provider.as_str() != "pipedrive" {
        return Err(refusal::bad_request("pipedriveDeals is for Pipedrive only."));
    }
    let takes_key = !crm && (provider.as_str() == "clay" || kept.api_key.is_some());
    if matches!(&changes.api_key, Patch::Set(key) if !key.is_empty()) && !takes_key {
        return Err(refusal::bad_request("apiKey is for Clay, and for webhooks that have one."));
    }
    Ok(())
}

fn deals(deals: &PipedriveDeals, found: &mut Violations) {
    for (field, id) in [("pipelineId", deals.pipeline_id), ("stageId", deals.stage_id)] {
        if id == Some(0) {
            found.add(&format!("pipedriveDeals.{field}"), "must not be less than 1");
        }
    }
    if deals.default_value.is_some_and(|value| value < Money::ZERO) {
        found.add("pipedriveDeals.defaultValue", "must not be less than 0");
    }
    if let Some(currency) = &deals.default_currency {
        found.text("pipedriveDeals.defaultCurrency", currency, 3..=8);
    }
    if deals.expected_close_days.is_some_and(|days| days > 3_650) {
        found.add("pipedriveDeals.expectedCloseDays", "must not be greater than 3650");
    }
    for (name, value) in deals.field_map.iter().flatten() {
        let field = format!("pipedriveDeals.fieldMap.{name}");
        match value.as_str() {
            Some(text) => found.text(&field, text, 1..=100),
            None => found.add(&field, "must be a string"),
        }
    }
}

/// The key of an integration that goes elsewhere has to be given again: it is not for whoever is there.
pub(super) fn key_for(urls: &BTreeSet<Text>, kept: &Kept) -> Result<()> {
    match &kept.api_key {
        Some(bound) if !urls.is_subset(&bound.urls) => {
            Err(refusal::bad_request("Give apiKey again along with a new target URL."))
        }
        _ => Ok(()),
    }
}
