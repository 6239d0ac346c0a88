//! SMB Sales Boost: integrations that carry leads out of it, over webhooks or into another CRM.
//!
//! It is an API of its own, beside SMBcrm's, with its own keys (`smbk_…`), limits and refusals. It is declared like a
//! product: what an app writes against [`Integrations`] runs on `smbcrm_client::SalesBoost` and on the in-memory one.
//!
//! ```
//! use smbcrm_core::Result;
//! use smbcrm_core::sales_boost::Integrations;
//!
//! async fn available(sales_boost: &dyn Integrations) -> Result<Vec<String>> {
//!     let providers = sales_boost.list_providers().await?;
//!     Ok(providers.into_iter().filter(|provider| provider.available).map(|provider| provider.name.into()).collect())
//! }
//! ```
//!
//! Its documents describe two [`Dialect`]s of one API. Both are spoken; [`Dialect::Plain`] is the default.

mod connect;
mod delivery;
mod dialect;
pub mod event;
mod id;
mod integration;
#[cfg(feature = "server")]
mod loopback;
mod provider;
mod webhook;

pub use connect::*;
pub use delivery::*;
pub use dialect::*;
pub use event::{EventType, Lead, WebhookEvent};
pub use id::*;
pub use integration::*;
#[cfg(feature = "server")]
pub use loopback::Loopback;
pub use provider::*;
pub use webhook::*;

use crate::api;
use crate::error::Result;
use crate::operation::{Product, Redirect, api as apis};

/// The product's facts. The API has no `Version` header.
pub static SALES_BOOST: Product = Product {
    name: "sales-boost",
    version: "",
    summary: "Integrations that carry leads out of SMB Sales Boost, over webhooks or into another CRM.",
};

/// Integrations of an SMB Sales Boost account. Every operation needs a key or a session, and an active paid plan.
#[api(product = SALES_BOOST, of = apis::SalesBoost)]
pub trait Integrations: Send + Sync {
    /// Lists what leads can be carried to, and whether it is to be had here.
    #[get("/api/integrations/providers")]
    async fn list_providers(&self) -> Result<Vec<Provider>>;

    /// Lists the integrations, newest first; at most 25.
    #[get("/api/integrations")]
    async fn list(&self) -> Result<Vec<Integration>>;

    /// Fetches an integration.
    #[get("/api/integrations/{id}")]
    async fn get(&self, id: &IntegrationId) -> Result<Integration>;

    /// Makes a webhook. Its signing secret is shown this once.
    ///
    /// Not to be repeated blindly: where the answer was lost, look into the list first. The same provider and address
    /// twice are refused (409 `integration_exists`), and so is the 26th integration (409 `integration_limit`).
    #[post("/api/integrations/webhook", status = 200)]
    async fn create_webhook(&self, webhook: CreateWebhook) -> Result<CreatedWebhook>;

    /// Changes an integration's name, status, subscriptions and addresses.
    #[patch("/api/integrations/{id}", idempotent)]
    async fn update(&self, id: &IntegrationId, changes: UpdateIntegration) -> Result<Integration>;

    /// Deletes an integration, its subscriptions and its log.
    #[delete("/api/integrations/{id}")]
    async fn delete(&self, id: &IntegrationId) -> Result<Deleted>;

    /// Lists the newest 50 deliveries of an integration, newest first.
    #[get("/api/integrations/{id}/deliveries")]
    async fn list_deliveries(&self, id: &IntegrationId) -> Result<Vec<Delivery>>;

    /// Sends a delivery again, now, to where it went then. That it failed again is an answer, and no error.
    #[post("/api/integrations/{id}/deliveries/{delivery_id}/retry", status = 200)]
    async fn retry(&self, id: &IntegrationId, delivery_id: &DeliveryId) -> Result<Attempt>;

    /// Sends a made-up `lead.created` to the real destination, now. That it failed is an answer, and no error.
    #[post("/api/integrations/{id}/test", status = 200)]
    async fn test(&self, id: &IntegrationId) -> Result<Attempt>;

    /// Pushes one lead to one integration, now. A new lead of the database costs a credit (402 `insufficient_credits`).
    /// That it failed is an answer, and no error.
    #[post("/api/integrations/{id}/push-lead", status = 200)]
    async fn push_lead(&self, id: &IntegrationId, lead: PushLead) -> Result<Pushed>;

    /// Begins to connect a CRM: answers the address of its consent page. In [`Dialect::Plain`] only.
    #[get("/api/integrations/{provider}/start")]
    async fn start(&self, provider: &ProviderId, query: StartConnection) -> Result<Authorization>;

    /// Begins to connect a CRM: answers the address of its consent page. In [`Dialect::Enveloped`] only.
    #[post("/api/integrations/{provider}/connect", status = 200)]
    async fn connect(&self, provider: &ProviderId, body: Connect) -> Result<Authorization>;

    /// Where a consent page returns to. It needs no key: the state says whose connection it is. Sends the browser on to
    /// the dashboard, with `<provider>_error` in the address when nothing was connected.
    #[get("/api/integrations/{provider}/callback", reply = redirect, status = 302)]
    async fn callback(&self, provider: &ProviderId, query: Returned) -> Result<Redirect>;
}
