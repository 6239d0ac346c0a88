//! What leads can be carried to.

use super::{Access, Stage};
use crate::ErrorKind;
use crate::contract::{HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::{ProviderId, operations as op};

cases! { on Stage:
    providers_are_listed => [op::LIST_PROVIDERS],
    a_good_key_is_needed => [op::LIST_PROVIDERS],
}

async fn providers_are_listed(stage: &Stage) -> Verdict {
    let providers = stage.api.list_providers().await?;
    ensure_eq!(providers.len(), 9);
    let n8n = providers.iter().find(|provider| provider.id == ProviderId::N8n);
    ensure!(n8n.is_some_and(|provider| provider.available && provider.name == "n8n"));
    Ok(())
}

async fn a_good_key_is_needed(stage: &Stage) -> Verdict {
    let nobody = stage.hands.access(Access::Unknown).await.ok_or_skip("needs an unknown key")?;
    let error = refused(nobody.list_providers().await, ErrorKind::Unauthenticated, 401)?;
    ensure_eq!(error.code(), Some("unauthorized"));
    Ok(())
}
