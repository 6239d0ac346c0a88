//! An integration: where leads are carried to, and what of it is told.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{ApiKeyId, AuthMethod, EventType, IntegrationId, ProviderId, SubscriptionId};
use crate::types::{Extra, Text};
use crate::{open_enum, record};

/// Whether an integration is told anything.
#[open_enum]
pub enum IntegrationStatus {
    /// It is.
    Connected = "connected",
    /// It was switched off: it is told nothing, and cannot be tested.
    Disabled = "disabled",
    /// Too many deliveries failed one after the other. It is told nothing until it is enabled again, or a test or a
    /// retry succeeds. Nobody sets this by hand.
    NeedsAttention = "needs_attention",
}

/// From where something was changed.
#[open_enum]
pub enum Channel {
    /// From the dashboard: with a session.
    Dashboard = "dashboard",
    /// With an API key.
    Api = "api",
    /// By an assistant.
    Mcp = "mcp",
}

/// The API key that something was changed with.
#[record]
pub struct ApiKeyReference {
    /// Its number.
    pub id: ApiKeyId,
    /// Its first characters, `smbk_Ab12...`.
    pub key_prefix: Text,
    /// What it is called.
    pub name: Text,
    /// Whether it has been revoked since.
    pub revoked: bool,
}

/// Who changed something.
#[record]
pub struct ChangeSource {
    /// From where.
    pub channel: Channel,
    /// With which key; `None` for the dashboard.
    #[plain]
    pub api_key: Option<ApiKeyReference>,
}

/// One event that an integration is told of.
#[record]
pub struct Subscription {
    /// Its number. It stays the same while event and address do.
    pub id: SubscriptionId,
    /// Which event.
    pub event_type: EventType,
    /// Where to; `None` for CRMs.
    #[plain]
    pub target_url: Option<Text>,
    /// Whether it counts. One that does not is kept, and never used.
    pub is_active: bool,
    /// Free for the provider's own settings.
    #[plain]
    pub config: Option<Map<String, Value>>,
}

/// Where leads are carried to, and what of it is told. It never holds a secret.
#[record]
pub struct Integration {
    /// Its number.
    pub id: IntegrationId,
    /// Where to.
    pub provider: ProviderId,
    /// The provider's name.
    pub provider_name: Text,
    /// What it is called, 1 to 100 characters.
    #[plain]
    pub display_name: Option<Text>,
    /// Of a webhook, the first 200 characters of its address; of a CRM, the account there.
    #[plain]
    pub external_account_id: Option<Text>,
    /// How it is authorised.
    pub auth_method: AuthMethod,
    /// Whether it is told anything.
    pub status: IntegrationStatus,
    /// What is known of the account at the CRM; `None` for webhooks.
    #[plain]
    pub metadata: Option<Map<String, Value>>,
    /// How many deliveries have failed one after the other.
    pub consecutive_failures: u32,
    /// When one failed last.
    #[plain]
    #[serde(with = "crate::types::time::iso_option")]
    #[schema(Option<DateTime<Utc>>)]
    pub last_failure_at: Option<DateTime<Utc>>,
    /// When one succeeded last.
    #[plain]
    #[serde(with = "crate::types::time::iso_option")]
    #[schema(Option<DateTime<Utc>>)]
    pub last_success_at: Option<DateTime<Utc>>,
    /// Until when the CRM's token is good.
    #[plain]
    #[serde(with = "crate::types::time::iso_option")]
    #[schema(Option<DateTime<Utc>>)]
    pub token_expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of it changed last.
    pub updated_at: DateTime<Utc>,
    /// What it is told of, at most 20.
    pub subscriptions: Vec<Subscription>,
    /// Who made it; `None` where that was not recorded.
    #[plain]
    pub created_via: Option<ChangeSource>,
    /// Who changed it last; `None` where nobody has.
    #[plain]
    pub last_changed_via: Option<ChangeSource>,
    /// When somebody did.
    #[plain]
    #[serde(with = "crate::types::time::iso_option")]
    #[schema(Option<DateTime<Utc>>)]
    pub last_changed_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What became of an integration that was deleted.
#[record]
pub struct Deleted {
    /// In words.
    pub message: Text,
}
