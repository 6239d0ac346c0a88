//! API keys, and what they do not open.

use std::time::Duration;

use super::{Access, Stage};
use crate::ErrorKind;
use crate::contract::{Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::event::EventKind;
use crate::smarfle::settings::{
    CostPeriod, CreateEndpoint, CreateKey, CurlExamples, ListAudit, ListDeliveries, RotateKey,
    UpdateEndpoint, operations as op,
};

cases! { on Stage:
    a_key_is_shown_once_and_masked_afterwards => [op::CREATE_KEY, op::LIST_KEYS],
    a_key_has_a_name => [op::CREATE_KEY],
    a_rotated_key_is_dead_or_overlaps => [op::ROTATE_KEY],
    a_revoked_key_is_dead => [op::REVOKE_KEY, op::ROTATE_KEY],
    a_key_that_is_not_there => [op::ROTATE_KEY, op::REVOKE_KEY],
    no_key_opens_the_settings => [
        op::LIST_KEYS, op::CREATE_KEY, op::ROTATE_KEY, op::REVOKE_KEY, op::LIST_ENDPOINTS, op::CREATE_ENDPOINT,
        op::GET_ENDPOINT, op::UPDATE_ENDPOINT, op::DELETE_ENDPOINT, op::TEST_ENDPOINT, op::LIST_DELIVERIES,
        op::REDELIVER, op::LIST_AUDIT, op::GET_COSTS, op::CURL_EXAMPLES,
    ],
}

async fn a_key_is_shown_once_and_masked_afterwards(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = settings.create_key(CreateKey::new("site")).await?;
    let value = made.value.expose().to_owned();
    ensure!(value.len() >= 20);
    ensure!(stage.with(Access::Value(value.clone())).await?.verify().await?.valid);
    let listed = settings.list_keys().await?;
    let key = listed.iter().find(|key| key.id == made.key.id);
    ensure_eq!(key.map(|key| (key.name.as_str(), key.active)), Some(("site", true)));
    let shown = serde_json::to_string(&listed).unwrap_or_default();
    ensure!(!shown.contains(&value));
    let masked = made.key.masked.trim_end_matches('.');
    ensure!(value.starts_with(masked) && masked.len() <= 12 && made.key.masked.ends_with("..."));
    ensure!(!format!("{made:?}").contains(&value), "nothing prints it");
    Ok(())
}

async fn a_key_has_a_name(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    for name in ["", "  ", "a\nb", &"x".repeat(101)] {
        let error = refused(settings.create_key(CreateKey::new(name)).await, ErrorKind::Invalid, 422)?;
        ensure!(error.to_string().contains("name"), "{error}");
    }
    Ok(())
}

async fn a_rotated_key_is_dead_or_overlaps(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let first = settings.create_key(CreateKey::new("site")).await?;
    let value = |key: &str| stage.with(Access::Value(key.to_owned()));

    let second = settings.rotate_key(&first.key.id, RotateKey::new()).await?;
    ensure_eq!((&second.key.id, &second.key.name), (&first.key.id, &first.key.name));
    ensure!(second.key.rotated_at.is_some() && second.key.previous_valid_until.is_none());
    let old = value(first.value.expose()).await?;
    refused(old.verify().await, ErrorKind::Unauthenticated, 401)?;
    ensure!(value(second.value.expose()).await?.verify().await?.valid);

    let hour = RotateKey::new().overlap_seconds(3600_u64);
    let third = settings.rotate_key(&first.key.id, hour).await?;
    ensure!(third.key.previous_valid_until.is_some());
    let old = value(second.value.expose()).await?;
    ensure!(old.verify().await?.valid, "they overlap");
    ensure!(value(third.value.expose()).await?.verify().await?.valid);
    stage.advance(Duration::from_secs(3600)).await?;
    refused(old.verify().await, ErrorKind::Unauthenticated, 401)?;
    ensure!(value(third.value.expose()).await?.verify().await?.valid);

    let year = RotateKey::new().overlap_seconds(365 * 24 * 3600_u64);
    let error = refused(settings.rotate_key(&first.key.id, year).await, ErrorKind::Invalid, 422)?;
    ensure!(error.to_string().contains("overlap_seconds"), "{error}");
    Ok(())
}

async fn a_revoked_key_is_dead(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = settings.create_key(CreateKey::new("site")).await?;
    let site = stage.with(Access::Value(made.value.expose().to_owned())).await?;
    site.verify().await?;
    let revoked = settings.revoke_key(&made.key.id).await?;
    ensure!(!revoked.active && revoked.revoked_at.is_some());
    refused(site.verify().await, ErrorKind::Unauthenticated, 401)?;
    refused(settings.rotate_key(&made.key.id, RotateKey::new()).await, ErrorKind::Conflict, 409)?;
    // It is listed, and revoking it once more changes nothing.
    let again = settings.revoke_key(&made.key.id).await?;
    ensure_eq!(again.revoked_at, revoked.revoked_at);
    ensure!(settings.list_keys().await?.iter().any(|key| key.id == made.key.id && !key.active));
    Ok(())
}

async fn a_key_that_is_not_there(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    for id in ["key_999", "nonsense", "whe_1"] {
        refused(settings.rotate_key(&id.into(), RotateKey::new()).await, ErrorKind::NotFound, 404)?;
        refused(settings.revoke_key(&id.into()).await, ErrorKind::NotFound, 404)?;
    }
    Ok(())
}

/// A lead key that leaks must not make others, nor see who is told of what.
async fn no_key_opens_the_settings(stage: &Stage) -> Verdict {
    let ways = [
        (stage.with(Access::Key).await?, ErrorKind::Forbidden, 403),
        (stage.with(Access::Unknown).await?, ErrorKind::Unauthenticated, 401),
    ];
    for (api, kind, status) in ways {
        let hook = CreateEndpoint::new("https://app.example/", [EventKind::InvoicePaid]);
        let moved = UpdateEndpoint::new().active(false);
        refused(api.list_keys().await, kind, status)?;
        refused(api.create_key(CreateKey::new("mine")).await, kind, status)?;
        refused(api.rotate_key(&"key_1".into(), RotateKey::new()).await, kind, status)?;
        refused(api.revoke_key(&"key_1".into()).await, kind, status)?;
        refused(api.list_endpoints().await, kind, status)?;
        refused(api.create_endpoint(hook).await, kind, status)?;
        refused(api.get_endpoint(&"whe_1".into()).await, kind, status)?;
        refused(api.update_endpoint(&"whe_1".into(), moved).await, kind, status)?;
        refused(api.delete_endpoint(&"whe_1".into()).await, kind, status)?;
        refused(api.test_endpoint(&"whe_1".into()).await, kind, status)?;
        refused(api.list_deliveries(ListDeliveries::new()).await, kind, status)?;
        refused(api.redeliver(&"dlv_1".into()).await, kind, status)?;
        refused(api.list_audit(ListAudit::new()).await, kind, status)?;
        refused(api.get_costs(CostPeriod::new()).await, kind, status)?;
        refused(api.curl_examples(CurlExamples::new()).await, kind, status)?;
    }
    Ok(())
}
