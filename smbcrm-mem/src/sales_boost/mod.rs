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
mod desk;
mod gate;
mod provider;
pub(crate) mod refusal;
mod state;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::sales_boost::{Integrations, Provider, operations as op};

pub use admin::SalesBoostKey;
pub(crate) use desk::SalesBoostDesk;
use gate::Caller;
pub(crate) use gate::Meter;
pub(crate) use state::State;

use crate::MemCrm;
use crate::delivery::Reply;

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
        Self { caller: Caller::with_key(key), ..self.clone() }
    }
}

impl MemSalesBoost {
    /// Told what an attempt of a delivery came to.
    pub(crate) fn attempted(&self, delivery: u64, reply: &Reply) {
        tracing::debug!(delivery, attempts = reply.attempts, "attempted");
    }
}

#[async_trait]
impl Integrations for MemSalesBoost {
    async fn list_providers(&self) -> Result<Vec<Provider>> {
        let (_, passage) = self.enter(&op::LIST_PROVIDERS)?;
        passage.learns(Ok(provider::all()))
    }
}
