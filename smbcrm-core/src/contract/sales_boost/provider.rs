//! What leads can be carried to.

use super::{Setting, Stage};
use crate::contract::{Verdict, cases, ensure, ensure_eq};
use crate::sales_boost::{AuthMethod, ProviderId, operations as op};

cases! { on Stage:
    providers_are_listed => [op::LIST_PROVIDERS],
    a_crm_says_whether_it_is_to_be_had => [op::LIST_PROVIDERS],
}

async fn providers_are_listed(stage: &Stage) -> Verdict {
    let providers = stage.api.list_providers().await?;
    let ids: Vec<&str> = providers.iter().map(|provider| provider.id.as_str()).collect();
    ensure_eq!(ids, ProviderId::KNOWN);
    for provider in &providers {
        let is_crm = provider.auth_method == AuthMethod::OAuth2;
        ensure_eq!(provider.owner_setup_required, is_crm);
        ensure!(provider.available && provider.reason.is_none(), "{} is not to be had", provider.id);
        ensure!(!provider.name.is_empty() && !provider.tagline.is_empty() && !provider.help_text.is_empty());
        ensure!(provider.default_events.iter().any(|event| event == "lead.created"));
    }
    let crms: Vec<_> = providers.iter().filter(|one| one.auth_method == AuthMethod::OAuth2).collect();
    ensure_eq!(crms.len(), 3);
    let make = providers.iter().find(|provider| provider.id == ProviderId::Make);
    ensure!(make.is_some_and(|make| make.name == "Make.com" && make.auth_method == AuthMethod::Webhook));
    Ok(())
}

async fn a_crm_says_whether_it_is_to_be_had(stage: &Stage) -> Verdict {
    stage.set(Setting::Available(ProviderId::HubSpot, false)).await?;
    let providers = stage.api.list_providers().await?;
    for provider in providers {
        let is_away = provider.id == ProviderId::HubSpot;
        ensure_eq!((provider.available, provider.reason.is_some()), (!is_away, is_away));
    }
    Ok(())
}
