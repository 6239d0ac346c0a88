//! The settings' operations: each is a call, carried out once its caller is admitted.

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::operation::Raw;
use smbcrm_core::smarfle::Settings;
use smbcrm_core::smarfle::settings::{
    ApiKey, AuditPage, CostPeriod, CostReport, CreateEndpoint, CreateKey, CurlExamples, Delivery,
    DeliveryPage, Endpoint, ListAudit, ListDeliveries, NewEndpoint, NewKey, RotateKey, TestResult,
    UpdateEndpoint, operations as op,
};
use smbcrm_core::types::{ApiKeyId, WebhookDeliveryId, WebhookEndpointId};

use super::{MemSmarfle, curl};

#[async_trait]
impl Settings for MemSmarfle {
    async fn list_keys(&self) -> Result<Vec<ApiKey>> {
        self.run(&op::LIST_KEYS, |call| Ok(call.list_keys())).await
    }

    async fn create_key(&self, key: CreateKey) -> Result<NewKey> {
        self.run(&op::CREATE_KEY, |call| call.create_key(&key)).await
    }

    async fn rotate_key(&self, key_id: &ApiKeyId, rotation: RotateKey) -> Result<NewKey> {
        self.run(&op::ROTATE_KEY, |call| call.rotate_key(key_id, &rotation)).await
    }

    async fn revoke_key(&self, key_id: &ApiKeyId) -> Result<ApiKey> {
        self.run(&op::REVOKE_KEY, |call| call.revoke_key(key_id)).await
    }

    async fn list_endpoints(&self) -> Result<Vec<Endpoint>> {
        self.run(&op::LIST_ENDPOINTS, |call| Ok(call.list_endpoints())).await
    }

    async fn create_endpoint(&self, endpoint: CreateEndpoint) -> Result<NewEndpoint> {
        self.run(&op::CREATE_ENDPOINT, |call| call.create_endpoint(&endpoint)).await
    }

    async fn get_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<Endpoint> {
        self.run(&op::GET_ENDPOINT, |call| call.get_endpoint(endpoint_id)).await
    }

    async fn update_endpoint(
        &self,
        endpoint_id: &WebhookEndpointId,
        endpoint: UpdateEndpoint,
    ) -> Result<Endpoint> {
        self.run(&op::UPDATE_ENDPOINT, |call| call.update_endpoint(endpoint_id, &endpoint)).await
    }

    async fn delete_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<()> {
        self.run(&op::DELETE_ENDPOINT, |call| call.delete_endpoint(endpoint_id)).await
    }

    async fn test_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<TestResult> {
        let (mut call, passage) = self.enter(&op::TEST_ENDPOINT).await?;
        let outcome = self.send_test(&mut call, endpoint_id).await;
        self.leave(&op::TEST_ENDPOINT, call, passage, outcome)
    }

    async fn list_deliveries(&self, query: ListDeliveries) -> Result<DeliveryPage> {
        self.run(&op::LIST_DELIVERIES, |call| call.list_deliveries(&query)).await
    }

    async fn redeliver(&self, delivery_id: &WebhookDeliveryId) -> Result<Delivery> {
        self.run(&op::REDELIVER, |call| call.redeliver(delivery_id)).await
    }

    async fn list_audit(&self, query: ListAudit) -> Result<AuditPage> {
        self.run(&op::LIST_AUDIT, |call| call.read(|state| state.audit_page(call.org(), &query))).await
    }

    async fn get_costs(&self, query: CostPeriod) -> Result<CostReport> {
        self.run(&op::GET_COSTS, |call| call.read(|state| state.cost_report(call.org(), &query))).await
    }

    async fn curl_examples(&self, query: CurlExamples) -> Result<Raw> {
        self.run(&op::CURL_EXAMPLES, |call| {
            let key = call.example_key(query.key_id.as_ref())?;
            let base_url = self.crm.world.base_url.read().clone();
            Ok(Raw::new("text/plain; charset=utf-8", curl::examples(&base_url, key.as_ref())))
        })
        .await
    }
}
