//! The in-memory SMB Sales Boost account as a backend of its contract suite.

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_client::SalesBoost;
use smbcrm_core::contract::Backend;
use smbcrm_core::contract::sales_boost::{Access, Hands, Stage};
use smbcrm_core::sales_boost::{Dialect, Integrations, Loopback};
use smbcrm_core::{Error, ErrorKind, Result};
use smbcrm_mem::{MemCrm, MemServer, Wire};

use super::Door;

/// The account behind a door, in a dialect; each stage is a world of its own.
pub(crate) struct Mem(pub(crate) Door, pub(crate) Dialect);

#[async_trait]
impl Backend<Stage> for Mem {
    fn name(&self) -> &str {
        "SMB Sales Boost in memory"
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
        let hands = MemHands { crm, door: self.0, dialect: self.1, server };
        Ok(Stage::new(hands.open(Access::Key), hands))
    }
}

struct MemHands {
    crm: MemCrm,
    door: Door,
    dialect: Dialect,
    server: Option<MemServer>,
}

impl MemHands {
    fn open(&self, access: Access) -> Arc<dyn Integrations> {
        let key = match access {
            Access::Key => self.crm.admin().create_sales_boost_key("contract").1.expose().to_owned(),
            _ => "smbk_unknown".to_owned(),
        };
        match (self.door, &self.server) {
            (Door::Looped, _) => Arc::new(Loopback::new(self.crm.sales_boost().with_key(&key))),
            (Door::Wire, _) => Arc::new(Wire::sales_boost(&self.crm, key, self.dialect)),
            (Door::Http, Some(server)) => {
                let client =
                    SalesBoost::builder().token(key).base_url(server.base_url()).dialect(self.dialect);
                Arc::new(client.rate_governor(false).build().expect("a client for a loopback server"))
            }
            _ => Arc::new(self.crm.sales_boost().with_key(&key)),
        }
    }
}

#[async_trait]
impl Hands for MemHands {
    async fn access(&self, access: Access) -> Option<Arc<dyn Integrations>> {
        Some(self.open(access))
    }
}
