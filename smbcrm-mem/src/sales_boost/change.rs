//! Making, changing and deleting integrations.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use smbcrm_core::Result;
use smbcrm_core::sales_boost::{
    ApiKeyReference, ChangeSource, CreateWebhook, CreatedWebhook, Deleted, EventType, Integration,
    IntegrationId, IntegrationSecret, IntegrationStatus, ProviderId, Subscription, SubscriptionInput,
    UpdateIntegration,
};
use smbcrm_core::types::{Patch, Text};

use super::state::{BoundKey, INTEGRATIONS, Kept, Source, State};
use super::{check, provider, refusal};
use crate::delivery::DeliveryState;
use crate::world::World;

/// How much of an address stands for the account there.
const ACCOUNT: usize = 200;

pub(super) fn unknown() -> smbcrm_core::Error {
    refusal::not_found("Integration")
}

impl State {
    /// Who it was, as integrations show it.
    pub(super) fn credit(&self, source: &Source) -> ChangeSource {
        let mut shown = ChangeSource::default();
        shown.channel = source.channel.clone();
        shown.api_key = source.key.and_then(|id| self.keys.get(id)).map(|key| {
            let mut reference = ApiKeyReference::default();
            reference.id = key.id.into();
            reference.name = key.name.clone();
            reference.key_prefix = key.shown.clone();
            reference.revoked = key.is_revoked();
            reference
        });
        shown
    }

    /// An integration with nothing in it.
    pub(super) fn blank(&self, provider: &ProviderId, source: &Source, now: DateTime<Utc>) -> Integration {
        let mut integration = Integration::default();
        integration.provider_name = provider::name(provider).into();
        integration.auth_method = provider::auth(provider).unwrap_or_default();
        integration.provider = provider.clone();
        integration.status = IntegrationStatus::Connected;
        integration.created_at = now;
        integration.updated_at = now;
        integration.created_via = Some(self.credit(source));
        integration
    }

    /// Makes a webhook, whose deliveries are signed with this secret.
    pub(super) fn create_webhook(
        &mut self,
        webhook: CreateWebhook,
        secret: IntegrationSecret,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<CreatedWebhook> {
        check::webhook(&webhook, self.settings().allow_loopback_targets)?;
        if self.goes_to(&webhook.provider, &webhook.target_url, None) {
            return Err(refusal::exists());
        }
        if self.integrations.len() >= INTEGRATIONS {
            return Err(refusal::limit());
        }
        let mut integration = self.blank(&webhook.provider, source, now);
        integration.display_name = webhook.display_name;
        integration.external_account_id = Some(account(&webhook.target_url));
        let mut events: Vec<EventType> = Vec::new();
        for event in webhook.events {
            if !events.contains(&event) {
                events.push(event);
            }
        }
        for event in events {
            let target = Some(webhook.target_url.clone());
            integration.subscriptions.push(self.subscription(event, target, true));
        }
        let urls = BTreeSet::from([webhook.target_url]);
        let api_key = webhook.api_key.filter(|key| !key.is_empty()).map(|key| BoundKey { key, urls });
        let kept = self.integrations.add(|id| {
            integration.id = id.into();
            Kept { integration, secret: Some(secret.clone()), api_key }
        });
        let mut created = CreatedWebhook::default();
        created.integration = self.show(&kept);
        created.signing_secret = secret;
        Ok(created)
    }

    pub(super) fn subscription(
        &mut self,
        event: EventType,
        target: Option<Text>,
        active: bool,
    ) -> Subscription {
        let mut subscription = Subscription::default();
        subscription.id = self.subscription_number().into();
        subscription.event_type = event;
        subscription.target_url = target;
        subscription.is_active = active;
        subscription
    }

    pub(super) fn update(
        &mut self,
        id: IntegrationId,
        changes: UpdateIntegration,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<Integration> {
        let before = self.integrations.get(id.number()).cloned().ok_or_else(unknown)?;
        check::changes(&changes, &before, self.settings().allow_loopback_targets)?;
        let mut next = Kept::clone(&before);
        let shown = &mut next.integration;
        match changes.display_name {
            Patch::Keep => {}
            Patch::Clear => shown.display_name = None,
            Patch::Set(name) => shown.display_name = Some(name),
        }
        match changes.status {
            Some(IntegrationStatus::Connected) if shown.status != IntegrationStatus::Connected => {
                shown.status = IntegrationStatus::Connected;
                shown.consecutive_failures = 0;
            }
            Some(status) => shown.status = status,
            None => {}
        }
        if let Some(deals) = changes.pipedrive_deals {
            let deals = serde_json::to_value(deals).unwrap_or_default();
            shown.metadata.get_or_insert_default().insert("pipedriveDeals".to_owned(), deals);
        }
        let default = changes.default_target_url;
        let planned = match (changes.subscriptions, &default) {
            (Some(list), _) => Some(list.into_iter().map(|one| resolved(one, &default, &before)).collect()),
            (None, Some(url)) => {
                Some(next.integration.subscriptions.iter().map(|one| pointed(one, url)).collect())
            }
            (None, None) => None,
        };
        let planned: Option<Vec<SubscriptionInput>> = planned;
        let old = before.urls();
        let urls: BTreeSet<Text> = match &planned {
            Some(list) => list.iter().filter_map(|one| one.target_url.clone()).collect(),
            None => old.clone(),
        };
        match changes.api_key {
            Patch::Keep => check::key_for(&urls, &before)?,
            Patch::Set(key) if !key.is_empty() => next.api_key = Some(BoundKey { key, urls: urls.clone() }),
            Patch::Clear | Patch::Set(_) => next.api_key = None,
        }
        let provider = &before.integration.provider;
        if urls.difference(&old).any(|url| self.goes_to(provider, url, Some(id.number()))) {
            return Err(refusal::exists());
        }
        if let Some(planned) = planned {
            next.integration.subscriptions = self.numbered(planned, &before);
            if let Some(first) = next.integration.subscriptions.iter().find_map(|one| one.target_url.as_ref())
            {
                next.integration.external_account_id = Some(account(first));
            }
        }
        if next != *before {
            next.integration.updated_at = now;
            next.integration.last_changed_at = Some(now);
            next.integration.last_changed_via = Some(self.credit(source));
            self.integrations.edit(id.number(), |kept| kept.clone_from(&next));
        }
        Ok(self.show(&next))
    }

    /// Gives subscriptions their numbers: the ones they had, where event and address are the same.
    fn numbered(&mut self, planned: Vec<SubscriptionInput>, before: &Kept) -> Vec<Subscription> {
        let mut old = before.integration.subscriptions.clone();
        let mut numbered = Vec::with_capacity(planned.len());
        for input in planned {
            let same =
                |one: &Subscription| one.event_type == input.event_type && one.target_url == input.target_url;
            let mut subscription = match old.iter().position(same) {
                Some(at) => old.remove(at),
                None => self.subscription(input.event_type, input.target_url, true),
            };
            subscription.is_active = input.is_active.unwrap_or(true);
            subscription.config = input.config;
            numbered.push(subscription);
        }
        numbered
    }

    /// Deletes an integration and its log. What waits to be sent for it is not sent any more.
    pub(super) fn delete(&mut self, id: IntegrationId, world: &World) -> Result<Deleted> {
        let id = id.number();
        self.integrations.remove(id).ok_or_else(unknown)?;
        let of_it = self.deliveries.iter().filter(|(_, kept)| kept.integration == id);
        let waiting: Vec<u64> = of_it.filter_map(|(_, kept)| kept.parcel).collect();
        self.deliveries.retain(|kept| kept.integration != id);
        let now = world.clock.millis();
        world.exchange.change(|book| {
            let why = "the integration was deleted";
            waiting.into_iter().for_each(|parcel| book.end(parcel, DeliveryState::Failed, why, now));
        });
        let mut deleted = Deleted::default();
        deleted.message = "Integration deleted.".into();
        Ok(deleted)
    }
}

/// With an address, if it is a webhook's.
fn resolved(mut input: SubscriptionInput, default: &Option<Text>, before: &Kept) -> SubscriptionInput {
    let known = &before.integration.subscriptions;
    if input.target_url.is_none() {
        let of_event = known.iter().find(|one| one.event_type == input.event_type);
        let first = || known.iter().find_map(|one| one.target_url.clone());
        let now = of_event.and_then(|one| one.target_url.clone());
        input.target_url = default.clone().or(now).or_else(first);
    }
    input
}

/// The same subscription, pointed elsewhere.
fn pointed(one: &Subscription, url: &Text) -> SubscriptionInput {
    let mut input = SubscriptionInput::new(one.event_type.clone()).target_url(url).is_active(one.is_active);
    input.config.clone_from(&one.config);
    input
}

/// What of an address stands for the account there.
fn account(url: &str) -> Text {
    url.chars().take(ACCOUNT).collect::<String>().into()
}

/// An object's fields; anything else has none.
pub(super) fn fields(value: Value) -> serde_json::Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { serde_json::Map::new() }
}
