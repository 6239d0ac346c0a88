//! What every implementation of the Smarfle API must do.
//!
//! Run as the suite of SMBcrm is, on a [`Stage`] of its own:
//!
//! ```no_run
//! use smbcrm_core::contract::{self, Backend, smarfle};
//!
//! # struct Mine;
//! # #[async_trait::async_trait]
//! # impl Backend<smarfle::Stage> for Mine {
//! #     fn name(&self) -> &str { "mine" }
//! #     async fn stage(&self) -> smbcrm_core::Result<smarfle::Stage> { unimplemented!() }
//! # }
//! # async fn run() {
//! let report = contract::run(&Mine, smarfle::cases()).await;
//! assert!(report.passed(), "{report}");
//! # }
//! ```

mod lead;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Case, Set};
use crate::smarfle::Leads;

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case<Stage>> {
    [lead::CASES].into_iter().flatten()
}

/// Where one case plays: an organisation without leads.
#[non_exhaustive]
pub struct Stage {
    /// The organisation, used with a good key.
    pub api: Arc<dyn Leads>,
    /// What else the backend can do.
    pub hands: Box<dyn Hands>,
}

impl Stage {
    /// A stage.
    pub fn new(api: Arc<dyn Leads>, hands: impl Hands + 'static) -> Self {
        Self { api, hands: Box::new(hands) }
    }
}

impl Set for Stage {}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("smarfle::Stage")
    }
}

/// The access that a case wants to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// A good key.
    Key,
    /// A key that nobody made.
    Unknown,
}

/// What a backend can do beyond the API. Whatever it cannot do answers `None`, and cases that need it are skipped.
#[async_trait]
pub trait Hands: Send + Sync {
    /// The organisation, used with this access.
    async fn access(&self, access: Access) -> Option<Arc<dyn Leads>> {
        let _ = access;
        None
    }
}
