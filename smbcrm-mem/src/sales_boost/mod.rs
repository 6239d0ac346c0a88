//! SMB Sales Boost in memory: integrations, what is sent to them, and an account that pays for it.
//!
//! ```
//! use smbcrm_core::sales_boost::Integrations;
//! use smbcrm_mem::MemCrm;
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let providers = crm.sales_boost().list_providers().await?; // as the account's owner
//! assert_eq!(providers.len(), 9);
//!
//! let (_, key) = crm.admin().create_sales_boost_key("ci");
//! assert!(crm.sales_boost().with_key(key.expose()).list_providers().await.is_ok());
//! assert!(crm.sales_boost().with_key("smbk_unknown").list_providers().await.is_err());
//! # Ok(()) }) }
//! ```

mod admin;
mod change;
mod check;
mod connect;
mod crm;
mod deliver;
mod desk;
mod event;
mod gate;
mod leads;
mod provider;
mod push;
pub(crate) mod refusal;
mod settings;
mod state;
mod target;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::operation::Redirect;
use smbcrm_core::sales_boost::{
    Attempt, Authorization, Connect, CreateWebhook, CreatedWebhook, Deleted, Delivery, DeliveryId, Dialect,
    Integration, IntegrationId, Integrations, Provider, ProviderId, PushLead, Pushed, Returned,
    StartConnection, UpdateIntegration, operations as op,
};

pub use admin::{SalesBoostAdmin, SalesBoostKey, SalesBoostLead};
pub use crm::CrmRecord;
pub(crate) use desk::SalesBoostDesk;
use gate::Caller;
pub(crate) use gate::Meter;
pub use leads::LeadsReceived;
pub use settings::{PlanStatus, SalesBoostSettings};
pub(crate) use state::State;

use crate::MemCrm;
use crate::neighbour::draw;

/// The SMB Sales Boost account of a world, as somebody uses it. A clone is another handle to the same account.
#[derive(Debug, Clone)]
pub struct MemSalesBoost {
    crm: MemCrm,
    caller: Caller,
}

impl MemCrm {
    /// The SMB Sales Boost account that feeds this CRM, used as its owner, whom nothing limits.
    pub fn sales_boost(&self) -> MemSalesBoost {
        MemSalesBoost { crm: self.clone(), caller: Caller::Owner }
    }
}

impl MemSalesBoost {
    /// The same account, used with an API key. It is checked at every call, as the wire does.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { caller: Caller::Key(key.trim().into()), ..self.clone() }
    }

    /// The same account, used with a session of the dashboard. It is checked at every call, as the wire does.
    #[must_use]
    pub fn with_session(&self, session: &str) -> Self {
        Self { caller: Caller::Session(session.trim().into()), ..self.clone() }
    }
}

#[async_trait]
impl Integrations for MemSalesBoost {
    async fn list_providers(&self) -> Result<Vec<Provider>> {
        let (_, passage) = self.enter(&op::LIST_PROVIDERS)?;
        passage.learns(Ok(provider::all(&self.crm.world.sales_boost.read())))
    }

    async fn list(&self) -> Result<Vec<Integration>> {
        let (_, passage) = self.enter(&op::LIST)?;
        let state = self.crm.world.sales_boost.read();
        passage.learns(Ok(state.integrations.iter().rev().map(|(_, kept)| state.show(kept)).collect()))
    }

    async fn get(&self, id: &IntegrationId) -> Result<Integration> {
        let (_, passage) = self.enter(&op::GET)?;
        let state = self.crm.world.sales_boost.read();
        let found = state.integrations.get(id.number()).ok_or_else(change::unknown);
        passage.learns(found.map(|kept| state.show(kept)))
    }

    async fn create_webhook(&self, webhook: CreateWebhook) -> Result<CreatedWebhook> {
        let (source, passage) = self.enter(&op::CREATE_WEBHOOK)?;
        let world = &self.crm.world;
        let secret = draw(world, "smbs_").0.into();
        let now = world.clock.now();
        let create = |state: &mut State| state.create_webhook(webhook, secret, &source, now);
        passage.learns(world.sales_boost.change(world, create))
    }

    async fn update(&self, id: &IntegrationId, changes: UpdateIntegration) -> Result<Integration> {
        let (source, passage) = self.enter(&op::UPDATE)?;
        let world = &self.crm.world;
        let now = world.clock.now();
        passage.learns(world.sales_boost.change(world, |state| state.update(*id, changes, &source, now)))
    }

    async fn delete(&self, id: &IntegrationId) -> Result<Deleted> {
        let (_, passage) = self.enter(&op::DELETE)?;
        let world = &self.crm.world;
        passage.learns(world.sales_boost.change(world, |state| state.delete(*id, world)))
    }

    async fn list_deliveries(&self, id: &IntegrationId) -> Result<Vec<Delivery>> {
        let (_, passage) = self.enter(&op::LIST_DELIVERIES)?;
        passage.learns(self.deliveries(*id))
    }

    async fn retry(&self, id: &IntegrationId, delivery_id: &DeliveryId) -> Result<Attempt> {
        let (_, passage) = self.enter(&op::RETRY)?;
        passage.learns(self.retry_now(*id, *delivery_id).await)
    }

    async fn test(&self, id: &IntegrationId) -> Result<Attempt> {
        let (_, passage) = self.enter(&op::TEST)?;
        passage.learns(self.test_now(*id).await)
    }

    async fn push_lead(&self, id: &IntegrationId, lead: PushLead) -> Result<Pushed> {
        let (_, passage) = self.enter(&op::PUSH_LEAD)?;
        passage.learns(self.push_now(*id, lead).await)
    }

    async fn start(&self, provider: &ProviderId, query: StartConnection) -> Result<Authorization> {
        let (source, passage) = self.enter(&op::START)?;
        passage.learns(self.authorize(provider, query.env, Dialect::Plain, source))
    }

    async fn connect(&self, provider: &ProviderId, body: Connect) -> Result<Authorization> {
        let (source, passage) = self.enter(&op::CONNECT)?;
        passage.learns(self.authorize(provider, body.environment, Dialect::Enveloped, source))
    }

    async fn callback(&self, provider: &ProviderId, query: Returned) -> Result<Redirect> {
        let passage = self.enter_freely(&op::CALLBACK)?;
        passage.learns(self.called_back(provider, &query))
    }
}
