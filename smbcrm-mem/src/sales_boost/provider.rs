//! The providers that leads can be carried to.

use smbcrm_core::sales_boost::{AuthMethod, EventType, Provider, ProviderId};

use super::state::State;

struct Facts {
    id: ProviderId,
    name: &'static str,
    tagline: &'static str,
    help: &'static str,
}

/// All of them, in the order of the documents. The words are ours.
static ALL: [Facts; 9] = [
    Facts {
        id: ProviderId::HubSpot,
        name: "HubSpot",
        tagline: "Leads become contacts and companies.",
        help: "Connect the account on its consent page.",
    },
    Facts {
        id: ProviderId::Salesforce,
        name: "Salesforce",
        tagline: "Leads become leads, in production or in a sandbox.",
        help: "Connect the organisation on its consent page.",
    },
    Facts {
        id: ProviderId::Pipedrive,
        name: "Pipedrive",
        tagline: "Leads become persons and organisations, and deals where you like.",
        help: "Connect the company on its consent page.",
    },
    Facts {
        id: ProviderId::Zapier,
        name: "Zapier",
        tagline: "Leads start a Zap.",
        help: "Begin a Zap with a webhook that catches, and paste its address.",
    },
    Facts {
        id: ProviderId::N8n,
        name: "n8n",
        tagline: "Leads start a workflow.",
        help: "Begin a workflow with a webhook, and paste its production address.",
    },
    Facts {
        id: ProviderId::Make,
        name: "Make.com",
        tagline: "Leads start a scenario.",
        help: "Begin a scenario with a custom webhook, and paste its address.",
    },
    Facts {
        id: ProviderId::Pipedream,
        name: "Pipedream",
        tagline: "Leads start a workflow.",
        help: "Begin a workflow with an HTTP trigger, and paste its address.",
    },
    Facts {
        id: ProviderId::Clay,
        name: "Clay",
        tagline: "Leads become rows of a table.",
        help: "Add a webhook to the table, and paste its address and its API key.",
    },
    Facts {
        id: ProviderId::GenericWebhook,
        name: "Generic Webhook",
        tagline: "Leads go to any address.",
        help: "Give an https address that verifies X-SMB-Signature.",
    },
];

/// The provider's name.
pub(super) fn name(id: &ProviderId) -> &str {
    ALL.iter().find(|facts| facts.id == *id).map_or(id.as_str(), |facts| facts.name)
}

/// How an integration with it is authorised; `None` for a provider that there is not.
pub(super) fn auth(id: &ProviderId) -> Option<AuthMethod> {
    match id {
        ProviderId::HubSpot | ProviderId::Salesforce | ProviderId::Pipedrive => Some(AuthMethod::OAuth2),
        ProviderId::Clay => Some(AuthMethod::ApiKeyWebhook),
        known if known.is_known() => Some(AuthMethod::Webhook),
        _ => None,
    }
}

/// Whether it is a CRM, which is connected by consent.
pub(super) fn is_crm(id: &ProviderId) -> bool {
    auth(id) == Some(AuthMethod::OAuth2)
}

/// The providers that webhooks are made for.
pub(super) fn webhooks() -> impl Iterator<Item = &'static ProviderId> {
    ALL.iter().map(|facts| &facts.id).filter(|id| !is_crm(id))
}

/// What a new integration is told of, and whether that counts from the start.
pub(super) fn defaults(id: &ProviderId) -> &'static [(EventType, bool)] {
    match id {
        ProviderId::HubSpot => &[(EventType::LeadCreated, true), (EventType::LeadUpdated, false)],
        ProviderId::Pipedrive => &[(EventType::LeadCreated, true), (EventType::LeadUpdated, true)],
        _ => &[(EventType::LeadCreated, true)],
    }
}

/// All providers as the API shows them.
pub(super) fn all(state: &State) -> Vec<Provider> {
    let show = |facts: &Facts| {
        let mut shown = Provider::default();
        shown.id = facts.id.clone();
        shown.name = facts.name.into();
        shown.tagline = facts.tagline.into();
        shown.description = facts.tagline.into();
        shown.help_text = facts.help.into();
        shown.auth_method = auth(&facts.id).unwrap_or_default();
        shown.owner_setup_required = is_crm(&facts.id);
        let on = defaults(&facts.id).iter().filter(|(_, on)| *on);
        shown.default_events = on.map(|(event, _)| event.as_str().into()).collect();
        shown.supports_per_lead_push = true;
        shown.reason = state.account.unavailable.get(facts.id.as_str()).cloned();
        shown.available = shown.reason.is_none();
        shown
    };
    ALL.iter().map(show).collect()
}
