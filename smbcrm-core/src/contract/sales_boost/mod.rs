//! What every implementation of the SMB Sales Boost API must do.
//!
//! Run as the suite of SMBcrm is, on a [`Stage`] of its own:
//!
//! ```no_run
//! use smbcrm_core::contract::{self, Backend, sales_boost};
//!
//! # struct Mine;
//! # #[async_trait::async_trait]
//! # impl Backend<sales_boost::Stage> for Mine {
//! #     fn name(&self) -> &str { "mine" }
//! #     async fn stage(&self) -> smbcrm_core::Result<sales_boost::Stage> { unimplemented!() }
//! # }
//! # async fn run() {
//! let report = contract::run(&Mine, sales_boost::cases()).await;
//! assert!(report.passed(), "{report}");
//! # }
//! ```

mod provider;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Case, Set};
use crate::sales_boost::Integrations;

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case<Stage>> {
    [provider::CASES].into_iter().flatten()
}

/// Where one case plays: an account without integrations.
#[non_exhaustive]
pub struct Stage {
    /// The account, used with a good key.
    pub api: Arc<dyn Integrations>,
    /// What else the backend can do.
    pub hands: Box<dyn Hands>,
}

impl Stage {
    /// A stage.
    pub fn new(api: Arc<dyn Integrations>, hands: impl Hands + 'static) -> Self {
        Self { api, hands: Box::new(hands) }
    }
}

impl Set for Stage {}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sales_boost::Stage")
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
    /// The account, used with this access.
    async fn access(&self, access: Access) -> Option<Arc<dyn Integrations>> {
        let _ = access;
        None
    }
}
