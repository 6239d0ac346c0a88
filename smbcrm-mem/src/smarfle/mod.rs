//! Smarfle in memory: organisations whose leads come in by API keys, and whose events go out, signed.
//!
//! ```
//! use smbcrm_core::smarfle::event::{Envelope, Event, EventKind};
//! use smbcrm_core::smarfle::settings::CreateEndpoint;
//! use smbcrm_core::smarfle::{CreateLead, Leads, Settings};
//! use smbcrm_mem::{MemCrm, Sink};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let sink = Sink::new();
//! crm.admin().sink("https://app.example/", sink.clone());
//! let hooks = CreateEndpoint::new("https://app.example/hooks", [EventKind::ClientCreated]);
//! crm.smarfle().create_endpoint(hooks).await?;
//!
//! let (_, key) = crm.admin().smarfle().create_key("site")?;
//! let site = crm.smarfle().with_key(key.expose());
//! let done = site.create(CreateLead::new().email(" Ada@Vale.example ")).await?;
//! assert!(done.created);
//! assert!(crm.smarfle().with_key("unknown").verify().await.is_err());
//!
//! crm.run_until_idle().await;
//! let told: Envelope = serde_json::from_slice(&sink.take()[0].body)?;
//! assert!(matches!(told.read()?, Event::ClientCreated(client) if client == done.client));
//! # Ok(()) }) }
//! ```

mod admin;
mod audit;
mod clients;
mod cost;
mod curl;
mod delivering;
mod desk;
mod endpoints;
mod gate;
mod happen;
mod ids;
mod keys;
mod lead;
mod ledger;
mod notify;
mod page;
pub(crate) mod refusal;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod window;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::smarfle::{CreateLead, KeyStatus, LeadReceived, Leads, operations as op};
use smbcrm_core::types::OrganizationId;

pub use admin::{SmarfleAdmin, SmarfleConfig, SmarfleOrganization};
pub use clients::SmarfleClientChange;
pub(crate) use desk::SmarfleDesk;
use gate::Caller;
pub(crate) use gate::Meters;
pub use happen::{NewBooking, NewInvoice, NewWorkOrder};
pub use notify::TeamNotification;
pub(crate) use state::State;
pub use window::{MemoryWindow, RateWindow, Taken, WindowError};

use crate::MemCrm;

/// A Smarfle organisation of a world, as somebody uses it. A clone is another handle to the same organisation.
#[derive(Debug, Clone)]
pub struct MemSmarfle {
    crm: MemCrm,
    caller: Caller,
}

impl MemCrm {
    /// The first Smarfle organisation of this world, used as its owner, whom nothing limits.
    pub fn smarfle(&self) -> MemSmarfle {
        MemSmarfle { crm: self.clone(), caller: Caller::Owner(state::FIRST) }
    }
}

impl MemSmarfle {
    /// Another organisation, used as its owner. Where there is none, every call is refused with 404.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Self {
        let org = ids::number(ids::ORGANIZATION, id.as_str());
        Self { caller: Caller::Owner(org), ..self.clone() }
    }

    /// Used with an API key, or with a session's value: its organisation is the key's. It is checked at every call, as
    /// the wire does.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { caller: Caller::with(key), ..self.clone() }
    }
}

#[async_trait]
impl Leads for MemSmarfle {
    async fn verify(&self) -> Result<KeyStatus> {
        self.run(&op::VERIFY, |call| {
            let mut status = KeyStatus::default();
            status.valid = true;
            status.organization = call.read(|state| state.org(call.org()).name);
            Ok(status)
        })
        .await
    }

    async fn create(&self, lead: CreateLead) -> Result<LeadReceived> {
        self.run(&op::CREATE, |call| call.create_lead(&lead)).await
    }
}
