//! The in-memory Smarfle organisation as a backend of its contract suite.

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_client::Smarfle;
use smbcrm_core::contract::Backend;
use smbcrm_core::contract::smarfle::{Access, Hands, Stage};
use smbcrm_core::smarfle::{Leads, Loopback};
use smbcrm_core::{Error, ErrorKind, Result};
use smbcrm_mem::{MemCrm, MemServer, Wire};

use super::Door;

/// The organisation behind a door; each stage is a world of its own.
pub(crate) struct Mem(pub(crate) Door);

#[async_trait]
impl Backend<Stage> for Mem {
    fn name(&self) -> &str {
        "Smarfle in memory"
    }

    async fn stage(&self) -> Result<Stage> {
        let crm = MemCrm::new();
        let server = match self.0 {
            Door::Http => {
                let server = MemServer::builder().crm(crm.clone()).start().await;
                Some(server.map_err(|error| Error::new(ErrorKind::Transport, error.to_string()))?)
            }
            _ => None,
        };
        let hands = MemHands { crm, door: self.0, server };
        Ok(Stage::new(hands.open(Access::Key), hands))
    }
}

struct MemHands {
    crm: MemCrm,
    door: Door,
    server: Option<MemServer>,
}

impl MemHands {
    fn open(&self, access: Access) -> Arc<dyn Leads> {
        let key = match access {
            Access::Key => self.crm.admin().create_smarfle_key("contract").1.expose().to_owned(),
            _ => "unknown".to_owned(),
        };
        match (self.door, &self.server) {
            (Door::Looped, _) => Arc::new(Loopback::new(self.crm.smarfle().with_key(&key))),
            (Door::Wire, _) => Arc::new(Wire::smarfle(&self.crm, key)),
            (Door::Http, Some(server)) => {
                let client = Smarfle::builder().token(key).base_url(server.base_url());
                Arc::new(client.rate_governor(false).build().expect("a client for a loopback server"))
            }
            _ => Arc::new(self.crm.smarfle().with_key(&key)),
        }
    }
}

#[async_trait]
impl Hands for MemHands {
    async fn access(&self, access: Access) -> Option<Arc<dyn Leads>> {
        Some(self.open(access))
    }
}
