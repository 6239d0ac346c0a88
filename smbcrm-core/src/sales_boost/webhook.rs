//! Making and changing integrations.

use serde_json::{Map, Value};

use super::{EventType, Integration, IntegrationStatus, ProviderId};
use crate::types::{Hidden, Money, Patch, Text};
use crate::{record, request};

/// A webhook to make.
///
/// ```
/// use smbcrm_core::sales_boost::{CreateWebhook, EventType, ProviderId};
///
/// let webhook = CreateWebhook::new(ProviderId::Zapier, "https://hooks.example.com/catch/1", [EventType::LeadCreated])
///     .display_name("Leads to Zap");
/// assert_eq!(webhook.events, [EventType::LeadCreated]);
/// ```
#[request]
pub struct CreateWebhook {
    /// `zapier`, `n8n`, `make`, `pipedream`, `clay` or `generic_webhook`.
    pub provider: ProviderId,
    /// Where to: `https`, a public address, at most 2 048 characters.
    pub target_url: Text,
    /// What it is told of: at least one. Repetitions count once.
    pub events: Vec<EventType>,
    /// What it is called, 1 to 100 characters.
    pub display_name: Option<Text>,
    /// What is sent to this address as `X-SMB-API-Key`, at most 500 characters.
    pub api_key: Option<Hidden>,
}

/// A webhook that was made.
#[record]
pub struct CreatedWebhook {
    /// The integration.
    pub integration: Integration,
    /// What its deliveries are signed with. It is shown this once: who loses it deletes the integration and makes
    /// another.
    pub signing_secret: Hidden,
}

/// What an integration is to be told of.
#[request]
pub struct SubscriptionInput {
    /// Which event.
    pub event_type: EventType,
    /// Where to. Left out: where [`UpdateIntegration::default_target_url`] says, else where this event goes now, else
    /// the integration's first address.
    pub target_url: Option<Text>,
    /// Whether it counts; it does unless told otherwise.
    pub is_active: Option<bool>,
    /// The provider's own settings.
    pub config: Option<Map<String, Value>>,
}

/// How Pipedrive's deals are made, along with persons and organisations.
#[request]
pub struct PipedriveDeals {
    /// Whether they are.
    pub enabled: Option<bool>,
    /// In which pipeline, at least 1.
    pub pipeline_id: Option<u64>,
    /// In which stage, at least 1.
    pub stage_id: Option<u64>,
    /// Of what value, at least 0.
    pub default_value: Option<Money>,
    /// In which currency, 3 to 8 characters.
    pub default_currency: Option<Text>,
    /// In how many days they are expected to close, 0 to 3 650.
    pub expected_close_days: Option<u32>,
    /// Which field there takes which of a lead's: texts of 1 to 100 characters.
    pub field_map: Option<Map<String, Value>>,
}

/// What is to change in an integration; what is left out stays.
#[request]
pub struct UpdateIntegration {
    /// What it is called, 1 to 100 characters.
    pub display_name: Patch<Text>,
    /// `connected` or `disabled`. Enabling it sets the failures in a row back to none.
    pub status: Option<IntegrationStatus>,
    /// All that it is told of, at most 20: the list is replaced.
    pub subscriptions: Option<Vec<SubscriptionInput>>,
    /// Of a webhook: where everything goes that says nothing else. Without `subscriptions` all of them go there.
    pub default_target_url: Option<Text>,
    /// What is sent as `X-SMB-API-Key`; cleared, or empty, nothing is. Clay has it, and a webhook that had it from the
    /// start. It belongs to the addresses that it was given for, and is given again along with another one.
    pub api_key: Patch<Hidden>,
    /// Of Pipedrive: how deals are made.
    pub pipedrive_deals: Option<PipedriveDeals>,
}
