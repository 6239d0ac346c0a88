//! What leads can be carried to.

use crate::types::{Extra, Text};
use crate::{open_enum, record};

/// A CRM, an automation service or any address of one's own.
#[open_enum]
pub enum ProviderId {
    /// HubSpot: contacts and companies are upserted.
    HubSpot = "hubspot",
    /// Salesforce: leads are upserted, in production or in a sandbox.
    Salesforce = "salesforce",
    /// Pipedrive: persons and organisations are upserted, deals where they are switched on.
    Pipedrive = "pipedrive",
    /// Zapier.
    Zapier = "zapier",
    /// n8n.
    N8n = "n8n",
    /// Make.com.
    Make = "make",
    /// Pipedream.
    Pipedream = "pipedream",
    /// Clay: rows of JSON, with an API key in a header where it is set.
    Clay = "clay",
    /// Any other address.
    GenericWebhook = "generic_webhook",
}

/// How an integration is authorised.
#[open_enum]
pub enum AuthMethod {
    /// By the provider's consent page.
    OAuth2 = "oauth2",
    /// By the secret in the address, and our signature.
    Webhook = "webhook",
    /// As a webhook, with an API key in a header of its own.
    ApiKeyWebhook = "api_key_webhook",
}

/// Something that leads can be carried to.
#[record]
pub struct Provider {
    /// Which.
    pub id: ProviderId,
    /// Its name.
    pub name: Text,
    /// What it is, in a line.
    pub tagline: Text,
    /// What it is, in a sentence or two.
    pub description: Text,
    /// What to do to set it up.
    pub help_text: Text,
    /// How an integration with it is authorised.
    pub auth_method: AuthMethod,
    /// Whether the account's owner has to set something up there.
    pub owner_setup_required: bool,
    /// The events that a new integration is told of.
    pub default_events: Vec<Text>,
    /// Whether single leads can be pushed to it.
    pub supports_per_lead_push: bool,
    /// Where its set-up is explained.
    pub setup_help_url: Option<Text>,
    /// Whether it is to be had here.
    pub available: bool,
    /// Why it is not.
    pub reason: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
