//! The organisation's settings: API keys, endpoints and their deliveries, the audit log, what the calls cost.
//!
//! The vendor has pages for all of this and no API. What is here is *our own convention*, so that tests and scripts in
//! any language can do what the pages do; nothing of it is to be had at the vendor's address.
//!
//! It is the owner's: it needs a session of the organisation (`Authorization: Bearer smfs_…`), and refuses API keys with
//! 403, so that a key which leaks can make no others.
//!
//! ```
//! use smbcrm_core::Result;
//! use smbcrm_core::smarfle::Settings;
//! use smbcrm_core::smarfle::event::EventKind;
//! use smbcrm_core::smarfle::settings::{CreateEndpoint, CreateKey, RotateKey};
//!
//! async fn set_up(settings: &dyn Settings) -> Result<()> {
//!     let site = settings.create_key(CreateKey::new("site")).await?;
//!     println!("{} {}", site.key.masked, site.value.expose()); // the value is shown this once
//!     let hour = RotateKey::new().overlap_seconds(3600);
//!     settings.rotate_key(&site.key.id, hour).await?; // the old value is good for an hour more
//!
//!     let hooks = CreateEndpoint::new("https://app.example/hooks", [EventKind::InvoicePaid]);
//!     settings.create_endpoint(hooks).await?;
//!     Ok(())
//! }
//! ```

mod audit;
mod cost;
mod delivery;
mod endpoint;
mod key;

pub use audit::*;
pub use cost::*;
pub use delivery::*;
pub use endpoint::*;
pub use key::*;

use crate::error::Result;
use crate::operation::{Product, Raw, api as apis};
use crate::types::{ApiKeyId, WebhookDeliveryId, WebhookEndpointId};
use crate::{api, request};

/// The product's facts.
pub static SETTINGS: Product = Product {
    name: "smarfle-settings",
    version: "",
    summary: "An organisation's keys, endpoints, deliveries, audit log and costs. Our convention: the vendor has pages.",
};

/// The settings of an organisation, with a session of its owner.
#[api(product = SETTINGS, of = apis::Smarfle)]
pub trait Settings: Send + Sync {
    /// Lists the API keys, masked, oldest first; revoked ones too.
    #[get("/api/organization/keys", key = "keys")]
    async fn list_keys(&self) -> Result<Vec<ApiKey>>;

    /// Makes an API key. Its value is in this answer and in no other.
    #[post("/api/organization/keys")]
    async fn create_key(&self, key: CreateKey) -> Result<NewKey>;

    /// Gives a key another value, shown once. The old one ends at once, or after an overlap.
    #[post("/api/organization/keys/{key_id:key_id}/rotate", status = 200)]
    async fn rotate_key(&self, key_id: &ApiKeyId, rotation: RotateKey) -> Result<NewKey>;

    /// Ends a key at once and for good.
    #[delete("/api/organization/keys/{key_id:key_id}", key = "key")]
    async fn revoke_key(&self, key_id: &ApiKeyId) -> Result<ApiKey>;

    /// Lists the endpoints, oldest first.
    #[get("/api/organization/endpoints", key = "endpoints")]
    async fn list_endpoints(&self) -> Result<Vec<Endpoint>>;

    /// Adds an endpoint: an address, the events it is told of, and a secret, which is in this answer and in no other.
    #[post("/api/organization/endpoints")]
    async fn create_endpoint(&self, endpoint: CreateEndpoint) -> Result<NewEndpoint>;

    /// Fetches an endpoint.
    #[get("/api/organization/endpoints/{endpoint_id:endpoint_id}", key = "endpoint")]
    async fn get_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<Endpoint>;

    /// Changes an endpoint. What is not set stays.
    ///
    /// What waits for an endpoint that is switched off fails; it can be sent again by hand. What waits for one that
    /// moves still goes to where it was queued for.
    #[patch("/api/organization/endpoints/{endpoint_id:endpoint_id}", key = "endpoint", idempotent)]
    async fn update_endpoint(
        &self,
        endpoint_id: &WebhookEndpointId,
        endpoint: UpdateEndpoint,
    ) -> Result<Endpoint>;

    /// Removes an endpoint. What waits for it fails.
    #[delete("/api/organization/endpoints/{endpoint_id:endpoint_id}", ack = "success")]
    async fn delete_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<()>;

    /// Sends a signed test event to an endpoint, now and once, and says what came of it.
    ///
    /// An attempt that fails is an answer, and no error.
    #[post("/api/organization/endpoints/{endpoint_id:endpoint_id}/test", status = 200, key = "test")]
    async fn test_endpoint(&self, endpoint_id: &WebhookEndpointId) -> Result<TestResult>;

    /// Lists deliveries, newest first. Those with the status `failed` are the failure log.
    #[get("/api/organization/deliveries")]
    async fn list_deliveries(&self, query: ListDeliveries) -> Result<DeliveryPage>;

    /// Sends a delivery again that is over, with the same id and body, to where its endpoint is now.
    #[post(
        "/api/organization/deliveries/{delivery_id:delivery_id}/redeliver",
        status = 200,
        key = "delivery"
    )]
    async fn redeliver(&self, delivery_id: &WebhookDeliveryId) -> Result<Delivery>;

    /// Lists what was called and delivered, newest first: who, what, when, with which result.
    #[get("/api/organization/audit")]
    async fn list_audit(&self, query: ListAudit) -> Result<AuditPage>;

    /// Says what the calls cost: $0.003 each. Deliveries are counted and not charged.
    #[get("/api/organization/costs", key = "costs")]
    async fn get_costs(&self, query: CostPeriod) -> Result<CostReport>;

    /// Prints curl lines to copy, with a key masked: the value is shown once, and this is not when.
    #[get("/api/organization/curl", reply = raw)]
    async fn curl_examples(&self, query: CurlExamples) -> Result<Raw>;
}

/// For which key to print examples.
#[request(snake_case)]
pub struct CurlExamples {
    /// The key; the oldest good one unless it is set.
    pub key_id: Option<ApiKeyId>,
}
