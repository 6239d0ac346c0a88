//! The providers that leads can be carried to.

use smbcrm_core::sales_boost::{AuthMethod, Provider, ProviderId};

/// All providers, in the order of the documents.
pub(super) fn all() -> Vec<Provider> {
    [
        (ProviderId::HubSpot, "HubSpot"),
        (ProviderId::Salesforce, "Salesforce"),
        (ProviderId::Pipedrive, "Pipedrive"),
        (ProviderId::Zapier, "Zapier"),
        (ProviderId::N8n, "n8n"),
        (ProviderId::Make, "Make.com"),
        (ProviderId::Pipedream, "Pipedream"),
        (ProviderId::Clay, "Clay"),
        (ProviderId::GenericWebhook, "Generic Webhook"),
    ]
    .into_iter()
    .map(|(id, name)| {
        let mut provider = Provider::default();
        provider.name = name.into();
        provider.auth_method = match id {
            ProviderId::HubSpot | ProviderId::Salesforce | ProviderId::Pipedrive => AuthMethod::OAuth2,
            ProviderId::Clay => AuthMethod::ApiKeyWebhook,
            _ => AuthMethod::Webhook,
        };
        provider.available = true;
        provider.id = id;
        provider
    })
    .collect()
}
