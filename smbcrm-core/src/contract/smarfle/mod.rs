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

mod audit;
mod delivery;
mod endpoint;
mod key;
mod lead;
mod tenant;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::{Case, Failure, HandOrSkip as _, Set};
use crate::error::Result;
use crate::smarfle::Organization;
use crate::types::{Money, SmarfleClientId, SmarfleInvoiceId, Text, WorkOrderId};

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case<Stage>> {
    let files = [lead::CASES, key::CASES, endpoint::CASES, delivery::CASES, audit::CASES, tenant::CASES];
    files.into_iter().flatten()
}

/// Where one case plays: an organisation with one key, and another organisation beside it.
#[non_exhaustive]
pub struct Stage {
    /// The organisation, used with a good key.
    pub api: Arc<dyn Organization>,
    /// What else the backend can do.
    pub hands: Box<dyn Hands>,
}

impl Stage {
    /// A stage.
    pub fn new(api: Arc<dyn Organization>, hands: impl Hands + 'static) -> Self {
        Self { api, hands: Box::new(hands) }
    }

    async fn with(&self, access: Access) -> Result<Arc<dyn Organization>, Failure> {
        self.hands.access(access).await.ok_or_skip("needs another access")
    }

    /// The organisation with a session.
    async fn settings(&self) -> Result<Arc<dyn Organization>, Failure> {
        self.with(Access::Session).await
    }

    async fn receiver(&self) -> Result<Text, Failure> {
        self.hands.receiver().await.ok_or_skip("needs a receiver of webhooks")
    }

    async fn received(&self) -> Result<Vec<Received>, Failure> {
        self.hands.received().await.ok_or_skip("needs a receiver of webhooks")
    }

    async fn happen(&self, what: Happening) -> Result<Text, Failure> {
        Ok(self.hands.happen(what).await.ok_or_skip("needs an organisation that works")??)
    }

    async fn advance(&self, by: Duration) -> Result<(), Failure> {
        self.hands.advance(by).await.ok_or_skip("needs a clock")
    }
}

impl Set for Stage {}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("smarfle::Stage")
    }
}

/// The access that a case wants to have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// A good key, another one each time.
    Key,
    /// A key that nobody made.
    Unknown,
    /// A session of the organisation.
    Session,
    /// A key of another organisation.
    NeighbourKey,
    /// A session of another organisation.
    NeighbourSession,
    /// A key of this value.
    Value(String),
}

/// What happens in the organisation without its API.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Happening {
    /// Somebody makes a client of this e-mail.
    ClientAdded(Text),
    /// Somebody changes a client's phone.
    PhoneChanged(SmarfleClientId, Text),
    /// Somebody makes a work order for a client.
    WorkOrderCreated(SmarfleClientId),
    /// Somebody completes a work order.
    WorkOrderCompleted(WorkOrderId),
    /// Somebody sends a client an invoice of so much.
    InvoiceSent(SmarfleClientId, Money),
    /// The invoice is paid.
    InvoicePaid(SmarfleInvoiceId),
    /// A client books.
    BookingReceived(SmarfleClientId),
}

/// A webhook as the receiver got it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Received {
    /// The headers, names in lower case.
    pub headers: Vec<(Text, Text)>,
    /// The body.
    pub body: Bytes,
}

impl Received {
    /// A webhook.
    pub fn new(headers: Vec<(Text, Text)>, body: Bytes) -> Self {
        Self { headers, body }
    }
}

/// What a backend can do beyond the API. Whatever it cannot do answers `None`, and cases that need it are skipped.
#[async_trait]
pub trait Hands: Send + Sync {
    /// The organisation, used with this access.
    async fn access(&self, access: Access) -> Option<Arc<dyn Organization>> {
        let _ = access;
        None
    }

    /// Lets something happen. Answers the id of the record.
    async fn happen(&self, what: Happening) -> Option<Result<Text>> {
        let _ = what;
        None
    }

    /// How many notifications the team has had.
    async fn notified(&self) -> Option<usize> {
        None
    }

    /// An address that takes webhooks.
    async fn receiver(&self) -> Option<Text> {
        None
    }

    /// What the receiver answers from now on.
    async fn answer(&self, status: u16) -> Option<()> {
        let _ = status;
        None
    }

    /// What the receiver got since it was last asked.
    async fn received(&self) -> Option<Vec<Received>> {
        None
    }

    /// Lets time pass, and what is due be done.
    async fn advance(&self, by: Duration) -> Option<()> {
        let _ = by;
        None
    }
}
