//! Smarfle in memory: an organisation whose leads come in by API keys.
//!
//! ```
//! use smbcrm_core::smarfle::Leads;
//! use smbcrm_mem::MemCrm;
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let (_, key) = crm.admin().create_smarfle_key("site");
//! assert!(crm.smarfle().with_key(key.expose()).verify().await?.valid);
//! assert!(crm.smarfle().with_key("unknown").verify().await.is_err());
//! # Ok(()) }) }
//! ```

mod admin;
mod desk;
mod gate;
pub(crate) mod refusal;
mod state;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::smarfle::{KeyStatus, Leads, operations as op};
use smbcrm_core::types::Text;

pub use admin::SmarfleKey;
pub(crate) use desk::SmarfleDesk;
use gate::Caller;
pub(crate) use gate::Meters;
pub(crate) use state::State;

use crate::MemCrm;
use crate::delivery::Reply;

/// The Smarfle organisation of a world, as somebody uses it. A clone is another handle to the same organisation.
#[derive(Debug, Clone)]
pub struct MemSmarfle {
    crm: MemCrm,
    caller: Caller,
}

impl MemCrm {
    /// The Smarfle organisation that feeds this CRM, used as its owner, whom nothing limits.
    pub fn smarfle(&self) -> MemSmarfle {
        MemSmarfle { crm: self.clone(), caller: Caller::Owner }
    }
}

impl MemSmarfle {
    /// The same organisation, used with an API key. It is checked at every call, as the wire does.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { caller: Caller::with_key(key), ..self.clone() }
    }
}

impl MemSmarfle {
    /// Told what an attempt of a delivery came to.
    pub(crate) fn attempted(&self, delivery: u64, reply: &Reply) {
        tracing::debug!(delivery, attempts = reply.attempts, "attempted");
    }
}

#[async_trait]
impl Leads for MemSmarfle {
    async fn verify(&self) -> Result<KeyStatus> {
        let (_, passage) = self.enter(&op::VERIFY).await?;
        let mut status = KeyStatus::default();
        status.valid = true;
        status.organization = Text::clone(&self.crm.world.smarfle.read().name);
        passage.learns(Ok(status))
    }
}
