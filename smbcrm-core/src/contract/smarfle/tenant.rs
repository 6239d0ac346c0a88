//! Two organisations: neither sees or touches what is the other's.

use std::time::Duration;

use super::{Access, Stage};
use crate::ErrorKind;
use crate::contract::{HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::event::{Envelope, EventKind};
use crate::smarfle::settings::{
    CostPeriod, CreateEndpoint, CreateKey, CurlExamples, ListAudit, ListDeliveries, RotateKey,
    UpdateEndpoint, operations as op,
};
use crate::smarfle::{CreateLead, operations as leads};

cases! { on Stage:
    each_has_its_own_clients => [leads::CREATE, leads::VERIFY],
    each_has_its_own_keys => [op::LIST_KEYS, op::ROTATE_KEY, op::REVOKE_KEY, op::CURL_EXAMPLES],
    each_has_its_own_endpoints_and_deliveries => [
        op::LIST_ENDPOINTS, op::GET_ENDPOINT, op::UPDATE_ENDPOINT, op::DELETE_ENDPOINT, op::TEST_ENDPOINT,
        op::LIST_DELIVERIES, op::REDELIVER,
    ],
    each_has_its_own_log_and_costs => [op::LIST_AUDIT, op::GET_COSTS],
}

fn ada() -> CreateLead {
    CreateLead::new().email("ada@vale.example").first_name("Ada")
}

async fn each_has_its_own_clients(stage: &Stage) -> Verdict {
    let other = stage.with(Access::NeighbourKey).await?;
    let here = stage.api.create(ada()).await?;
    let there = other.create(CreateLead::new().email("ada@vale.example")).await?;
    ensure!(here.created && there.created, "the same person is a client of each");
    ensure!(here.client.id != there.client.id);
    ensure_eq!(there.client.first_name, None);
    ensure!(stage.api.verify().await?.organization != other.verify().await?.organization);
    Ok(())
}

async fn each_has_its_own_keys(stage: &Stage) -> Verdict {
    let (here, there) = (stage.settings().await?, stage.with(Access::NeighbourSession).await?);
    let mine = here.create_key(CreateKey::new("mine")).await?;
    let theirs = there.create_key(CreateKey::new("theirs")).await?;
    ensure!(here.list_keys().await?.iter().all(|key| key.id != theirs.key.id));
    ensure!(there.list_keys().await?.iter().all(|key| key.id != mine.key.id));
    refused(there.rotate_key(&mine.key.id, RotateKey::new()).await, ErrorKind::NotFound, 404)?;
    refused(there.revoke_key(&mine.key.id).await, ErrorKind::NotFound, 404)?;
    let lines = there.curl_examples(CurlExamples::new().key_id(&mine.key.id)).await;
    refused(lines, ErrorKind::NotFound, 404)?;
    let site = stage.with(Access::Value(mine.value.expose().to_owned())).await?;
    ensure!(site.verify().await?.valid, "nothing came of it");
    Ok(())
}

async fn each_has_its_own_endpoints_and_deliveries(stage: &Stage) -> Verdict {
    let (here, there) = (stage.settings().await?, stage.with(Access::NeighbourSession).await?);
    let url = stage.receiver().await?;
    let hook = CreateEndpoint::new(url, [EventKind::ClientCreated]);
    let mine = here.create_endpoint(hook.clone()).await?.endpoint;
    let theirs = there.create_endpoint(hook).await?.endpoint;
    ensure_eq!(
        (here.list_endpoints().await?, there.list_endpoints().await?),
        (vec![mine.clone()], vec![theirs])
    );
    refused(there.get_endpoint(&mine.id).await, ErrorKind::NotFound, 404)?;
    let change = UpdateEndpoint::new().active(false);
    refused(there.update_endpoint(&mine.id, change).await, ErrorKind::NotFound, 404)?;
    refused(there.delete_endpoint(&mine.id).await, ErrorKind::NotFound, 404)?;
    refused(there.test_endpoint(&mine.id).await, ErrorKind::NotFound, 404)?;
    ensure_eq!(here.get_endpoint(&mine.id).await?, mine);

    stage.api.create(ada()).await?;
    stage.advance(Duration::ZERO).await?;
    let received = stage.received().await?;
    ensure_eq!(received.len(), 1);
    let told: Envelope = serde_json::from_slice(&received[0].body).ok().ok_or_skip("no envelope")?;
    let kept = here.list_deliveries(ListDeliveries::new()).await?.deliveries;
    ensure_eq!(kept.iter().map(|it| &it.id).collect::<Vec<_>>(), [&told.id]);
    ensure!(there.list_deliveries(ListDeliveries::new()).await?.deliveries.is_empty());
    let asked = there.list_deliveries(ListDeliveries::new().endpoint_id(&mine.id)).await?;
    ensure!(asked.deliveries.is_empty());
    refused(there.redeliver(&told.id).await, ErrorKind::NotFound, 404)?;
    stage.advance(Duration::ZERO).await?;
    ensure!(stage.received().await?.is_empty());
    Ok(())
}

async fn each_has_its_own_log_and_costs(stage: &Stage) -> Verdict {
    let (here, there) = (stage.settings().await?, stage.with(Access::NeighbourSession).await?);
    stage.api.create(ada()).await?;
    stage.api.verify().await?;
    ensure_eq!(here.get_costs(CostPeriod::new()).await?.calls, 2);
    ensure_eq!(there.get_costs(CostPeriod::new()).await?.calls, 0);
    let log = there.list_audit(ListAudit::new()).await?.entries;
    ensure!(log.iter().all(|it| it.action.starts_with("smarfle-settings.")), "{log:?}");
    let log = here.list_audit(ListAudit::new().action("smarfle.create")).await?.entries;
    ensure_eq!(log.len(), 1);
    Ok(())
}
