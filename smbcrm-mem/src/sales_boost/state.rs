//! What the account holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::sales_boost::{
    AuthMethod, Channel, Delivery, EventType, Integration, IntegrationSecret, IntegrationStatus, Lead,
    ProviderId, Subscription,
};
use smbcrm_core::types::Text;

use super::connect::Connecting;
use super::crm::CrmRecord;
use super::settings::SalesBoostSettings;
use crate::neighbour::{Estate, KeyRing, One, Rows, Shelf};

/// How many integrations an account may have.
pub(super) const INTEGRATIONS: usize = 25;

/// How many deliveries of an integration are kept, and listed.
pub(super) const LOGGED: usize = 50;

/// How many failures in a row are too many.
const FAILURES: u32 = 5;

/// Everything of the account. A clone is a fork.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(super) keys: KeyRing,
    pub(super) sessions: KeyRing,
    pub(super) account: One<Account>,
    pub(super) integrations: Shelf<Kept>,
    pub(super) deliveries: Shelf<KeptDelivery>,
    pub(super) leads: Shelf<KeptLead>,
    pub(super) connecting: Shelf<Connecting>,
    /// What the CRMs hold that are connected.
    pub(super) records: Shelf<CrmRecord>,
}

impl Estate for State {
    const PART: &'static str = crate::disk::SALES_BOOST;

    fn shelves(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Rows)) {
        visit("keys", &mut self.keys);
        visit("sessions", &mut self.sessions);
        visit("account", &mut self.account);
        visit("integrations", &mut self.integrations);
        visit("deliveries", &mut self.deliveries);
        visit("leads", &mut self.leads);
        visit("connecting", &mut self.connecting);
        visit("records", &mut self.records);
    }
}

/// What the account is like, and how far its numbers have come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) settings: SalesBoostSettings,
    /// Whether it has been told that credits are low, since they were last enough.
    pub(super) told_low: bool,
    /// The providers that are not to be had, and why.
    pub(super) unavailable: BTreeMap<Text, Text>,
    /// The CRMs that refuse everything, and with which words.
    pub(super) failing: BTreeMap<Text, Text>,
    pub(super) last_subscription: u64,
    pub(super) last_event: u64,
    pub(super) last_export: u64,
    pub(super) last_schedule: u64,
}

/// An integration as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) integration: Integration,
    /// What a webhook's deliveries are signed with.
    pub(super) secret: Option<IntegrationSecret>,
    pub(super) api_key: Option<BoundKey>,
}

/// An API key, and the addresses that it is sent to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct BoundKey {
    pub(super) key: IntegrationSecret,
    pub(super) urls: BTreeSet<Text>,
}

/// A delivery as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptDelivery {
    pub(super) integration: u64,
    pub(super) shown: Delivery,
    /// What was sent, or for a CRM what it is about: what a retry sends.
    pub(super) body: Text,
    /// Its number in the engine's book.
    pub(super) parcel: Option<u64>,
}

/// A lead of the database, and how it came to be the account's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptLead {
    pub(super) lead: Lead,
    /// Every time it was received, and how.
    pub(super) received: Vec<(DateTime<Utc>, Text)>,
}

impl KeptLead {
    pub(super) fn is_owned(&self) -> bool {
        !self.received.is_empty()
    }
}

/// From where a call came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(super) channel: Channel,
    /// The key's number.
    pub(super) key: Option<u64>,
}

impl Source {
    pub(super) fn dashboard() -> Self {
        Self { channel: Channel::Dashboard, key: None }
    }

    pub(super) fn key(id: u64) -> Self {
        Self { channel: Channel::Api, key: Some(id) }
    }
}

/// Where something for an integration goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    Url(Text),
    Crm,
}

impl Kept {
    pub(super) fn is_crm(&self) -> bool {
        self.integration.auth_method == AuthMethod::OAuth2
    }

    fn way(&self, subscription: &Subscription) -> Option<Way> {
        if self.is_crm() {
            return Some(Way::Crm);
        }
        subscription.target_url.clone().map(Way::Url)
    }

    /// Where an event goes: nowhere unless it is connected.
    pub(super) fn ways(&self, event: &EventType) -> Vec<Way> {
        if self.integration.status != IntegrationStatus::Connected {
            return Vec::new();
        }
        let wanted =
            |subscription: &&Subscription| subscription.is_active && subscription.event_type == *event;
        self.integration.subscriptions.iter().filter(wanted).filter_map(|one| self.way(one)).collect()
    }

    /// Where a test or a push goes: where the event goes, else where anything goes.
    pub(super) fn way_of(&self, event: &EventType) -> Option<Way> {
        let mut active: Vec<_> = self.integration.subscriptions.iter().filter(|one| one.is_active).collect();
        active.sort_by_key(|one| one.event_type != *event);
        active.into_iter().find_map(|one| self.way(one))
    }

    /// Every address that it has.
    pub(super) fn urls(&self) -> BTreeSet<Text> {
        self.integration.subscriptions.iter().filter_map(|one| one.target_url.clone()).collect()
    }
}

impl State {
    pub(super) fn settings(&self) -> &SalesBoostSettings {
        &self.account.settings
    }

    /// An integration as the API shows it.
    pub(super) fn show(&self, kept: &Kept) -> Integration {
        let mut shown = kept.integration.clone();
        for source in [&mut shown.created_via, &mut shown.last_changed_via].into_iter().flatten() {
            if let Some(reference) = &mut source.api_key
                && let Some(key) = self.keys.get(reference.id.number())
            {
                reference.key_prefix = key.shown.clone();
                reference.revoked = key.is_revoked();
            }
        }
        shown
    }

    /// A free number for a subscription.
    pub(super) fn subscription_number(&mut self) -> u64 {
        let account = self.account.edit();
        account.last_subscription += 1;
        account.last_subscription
    }

    /// Whether another integration of the provider goes to the address.
    pub(super) fn goes_to(&self, provider: &ProviderId, url: &str, but: Option<u64>) -> bool {
        self.integrations.iter().any(|(id, kept)| {
            but != Some(id)
                && kept.integration.provider == *provider
                && kept.integration.subscriptions.iter().any(|one| one.target_url.as_deref() == Some(url))
        })
    }

    /// Counts a delivery that is over. What somebody asked for themselves puts things right when it succeeds.
    pub(super) fn count(&mut self, integration: u64, succeeded: bool, by_hand: bool, now: DateTime<Utc>) {
        self.integrations.edit(integration, |kept| {
            let shown = &mut kept.integration;
            shown.updated_at = now;
            if succeeded {
                shown.consecutive_failures = 0;
                shown.last_success_at = Some(now);
                if by_hand && shown.status == IntegrationStatus::NeedsAttention {
                    shown.status = IntegrationStatus::Connected;
                }
                return;
            }
            shown.consecutive_failures = shown.consecutive_failures.saturating_add(1);
            shown.last_failure_at = Some(now);
            if shown.consecutive_failures >= FAILURES && shown.status == IntegrationStatus::Connected {
                shown.status = IntegrationStatus::NeedsAttention;
            }
        });
    }

    /// Adds a line to an integration's log. What is old and over goes, once there is a good deal of it.
    pub(super) fn log(&mut self, make: impl FnOnce(u64) -> KeptDelivery) -> u64 {
        if self.deliveries.len() >= 2 * INTEGRATIONS * LOGGED {
            self.shorten();
        }
        self.deliveries.add(make).shown.id.number()
    }

    /// Leaves the newest of each integration, and what is still to be sent.
    fn shorten(&mut self) {
        use smbcrm_core::sales_boost::DeliveryStatus::Pending;
        let mut newer: BTreeMap<u64, usize> = BTreeMap::new();
        let mut old = Vec::new();
        for (id, kept) in self.deliveries.iter().rev() {
            let newer = newer.entry(kept.integration).or_default();
            *newer += 1;
            if *newer > LOGGED && kept.shown.status != Pending {
                old.push(id);
            }
        }
        old.into_iter().for_each(|id| drop(self.deliveries.remove(id)));
    }
}
