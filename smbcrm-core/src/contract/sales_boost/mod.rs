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

mod access;
mod connect;
mod delivery;
mod event;
mod limits;
mod provider;
mod push;
mod update;
mod webhook;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;

use super::runner::Failure;
use super::{Case, HandOrSkip as _, Set};
use crate::operation::Response;
use crate::sales_boost::{
    CreateWebhook, CreatedWebhook, Dialect, EventType, Integrations, Lead, LeadId, ProviderId, WebhookEvent,
};
use crate::types::Text;

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case<Stage>> {
    let files = [
        access::CASES,
        connect::CASES,
        delivery::CASES,
        event::CASES,
        limits::CASES,
        provider::CASES,
        push::CASES,
        update::CASES,
        webhook::CASES,
    ];
    files.into_iter().flatten()
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

    /// A receiver, and a webhook that goes there.
    ///
    /// # Errors
    /// A skip, or whatever the create says.
    pub async fn webhook(
        &self,
        events: impl IntoIterator<Item = EventType>,
    ) -> Result<(Arc<dyn Receiver>, CreatedWebhook), Failure> {
        let receiver = self.hands.receiver().await.ok_or_skip("needs a receiver")?;
        let webhook = CreateWebhook::new(ProviderId::GenericWebhook, receiver.url(), events);
        Ok((receiver, self.api.create_webhook(webhook).await?))
    }

    /// Changes what the account is like.
    ///
    /// # Errors
    /// A skip.
    pub async fn set(&self, setting: Setting) -> Result<(), Failure> {
        self.hands.set(setting).await.ok_or_skip("needs the dashboard")
    }

    /// Leads in the database, as many.
    ///
    /// # Errors
    /// A skip.
    pub async fn leads(&self, count: usize) -> Result<Vec<LeadId>, Failure> {
        let lead = |at| Lead::named(format!("Vale {at}")).email(format!("ada{at}@vale.example"));
        let leads = (1..=count).map(lead).collect();
        self.hands.plant_leads(leads).await.ok_or_skip("needs leads to be planted")
    }

    /// Has something happen, and everything be sent that is due by that.
    ///
    /// # Errors
    /// A skip.
    pub async fn happen(&self, happening: Happening) -> Result<(), Failure> {
        self.hands.happen(happening).await.ok_or_skip("needs the dashboard")?;
        self.advance(Duration::ZERO).await
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// A skip.
    pub async fn advance(&self, by: Duration) -> Result<(), Failure> {
        self.hands.advance(by).await.ok_or_skip("needs the clock to be moved")
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
    /// A key that was revoked.
    Revoked,
    /// A key that nobody made.
    Unknown,
}

/// What the account is like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// Whether somebody pays.
    Paid(bool),
    /// How many credits are left.
    Credits(u64),
    /// Below how many credits the alert is given.
    Threshold(u64),
    /// Whether webhooks may go to this machine.
    LoopbackTargets(bool),
    /// Whether each lead has an event of its own.
    EventPerLead(bool),
    /// What is never exported.
    Blacklist(Text),
    /// Whether a CRM is to be had.
    Available(ProviderId, bool),
    /// Whether a CRM refuses all that it is sent.
    CrmFails(ProviderId, bool),
}

/// What happens without a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// Leads are found by a search.
    Received(Vec<LeadId>),
    /// An export run ends.
    Export(Vec<LeadId>),
    /// A scheduled batch is sent.
    Schedule(Vec<LeadId>),
    /// Credits are spent.
    Spent(u64),
}

/// What came to a receiver.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// Its headers, names in lower case.
    pub headers: Vec<(Text, Text)>,
    /// Its body, byte for byte.
    pub body: Bytes,
}

impl Received {
    /// A request.
    pub fn new(headers: Vec<(Text, Text)>, body: Bytes) -> Self {
        Self { headers, body }
    }

    /// A header's value; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What it says.
    ///
    /// # Errors
    /// A failure when it is no event.
    pub fn event(&self) -> Result<WebhookEvent, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::new(format!("no event: {error}")))
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({} bytes)", self.body.len())
    }
}

/// The other end of a webhook: answers 200 unless told otherwise.
pub trait Receiver: Send + Sync {
    /// Where it is: an address that no other receiver has, and that a webhook may have.
    fn url(&self) -> String;
    /// What it answers from now on.
    fn answer(&self, status: u16, body: &str);
    /// Takes what came, oldest first.
    fn take(&self) -> Vec<Received>;
}

/// What a request shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// The key that [`Stage::api`] uses.
    Key,
    /// A session of the dashboard.
    Session,
}

/// A request in the wire's own terms, for what no typed call can say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WireRequest {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// Path and query, as they are.
    pub target: String,
    /// Who asks.
    pub shown: Shown,
    /// The JSON body, as text; it need not be JSON.
    pub body: Option<String>,
}

impl WireRequest {
    /// A request with the key, and without a body.
    pub fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), shown: Shown::Key, body: None }
    }

    /// With this to show.
    #[must_use]
    pub fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// What a backend can do beyond the API. Whatever it cannot do answers `None`, and cases that need it are skipped.
#[async_trait]
pub trait Hands: Send + Sync {
    /// Which description of the API the backend follows.
    fn dialect(&self) -> Dialect {
        Dialect::Plain
    }

    /// The account, used with this access.
    async fn access(&self, access: Access) -> Option<Arc<dyn Integrations>> {
        let _ = access;
        None
    }

    /// Another end for a webhook.
    async fn receiver(&self) -> Option<Arc<dyn Receiver>> {
        None
    }

    /// Changes what the account is like.
    async fn set(&self, setting: Setting) -> Option<()> {
        let _ = setting;
        None
    }

    /// Puts leads into the database, which are nobody's yet.
    async fn plant_leads(&self, leads: Vec<Lead>) -> Option<Vec<LeadId>> {
        let _ = leads;
        None
    }

    /// Has something happen.
    async fn happen(&self, happening: Happening) -> Option<()> {
        let _ = happening;
        None
    }

    /// Moves the clock; what is due by then is sent.
    async fn advance(&self, by: Duration) -> Option<()> {
        let _ = by;
        None
    }

    /// Consents on a CRM's page, or does not. Answers where the browser is sent back to; an empty text where the page
    /// knows no such connection.
    async fn consent(&self, authorization_url: &str, give: bool) -> Option<String> {
        let _ = (authorization_url, give);
        None
    }

    /// What the connected CRMs hold: the fields of each record, oldest first.
    async fn crm_records(&self) -> Option<Vec<Value>> {
        None
    }

    /// Sends a request in the wire's own terms.
    async fn wire(&self, request: WireRequest) -> Option<Response> {
        let _ = request;
        None
    }
}
