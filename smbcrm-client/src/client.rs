//! The client: the API over HTTPS, as a transport.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use smbcrm_core::Result;
use smbcrm_core::operation::{Request, Response, Transport};
use smbcrm_core::types::LocationId;

use crate::access::{self, AccessReport};
use crate::attempt::Wire;
use crate::backoff::Jitter;
use crate::budget::Budget;
use crate::governor::{Governor, Limits};
use crate::retry::{self, Failed};
use crate::timer::Timer;
use crate::token::Tokens;
use crate::{ClientBuilder, ConfigError, RetryPolicy};

/// The SMBcrm API over HTTPS. It implements [`smbcrm_core::Crm`] and with it every product.
///
/// Cheap to clone: clones share connections, token, retry budget and what was learned about rate limits. Use one client
/// (and its clones) per token.
///
/// ```no_run
/// use smbcrm_client::Client;
/// use smbcrm_core::{Crm, contacts::UpsertContact};
///
/// # async fn doc() -> smbcrm_core::Result<()> {
/// let crm = Client::new("pit-00000000-0000-0000-0000-000000000000")?;
/// let done = crm.contacts().upsert(UpsertContact::new("LOC1").email("ada@vale.example")).await?;
/// println!("{}", done.contact.id);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    total: Option<Duration>,
}

pub(crate) struct Inner {
    pub(crate) wire: Wire,
    pub(crate) tokens: Tokens,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) jitter: Jitter,
    pub(crate) budget: Budget,
    pub(crate) governor: Arc<Governor>,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) location_id: Option<LocationId>,
}

impl Client {
    /// A client of `https://services.smbcrm.com` with this token and the default settings.
    ///
    /// # Errors
    /// When the token cannot be a header's value, or TLS cannot be set up.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, ConfigError> {
        Self::builder().token(token).build()
    }

    /// A client with settings of one's own.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client set up from `SMBCRM_TOKEN`, `SMBCRM_BASE_URL` and `SMBCRM_LOCATION_ID`; see
    /// [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// When there is no token, or a variable cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn from_parts(inner: Inner, total: Option<Duration>) -> Self {
        Self { inner: Arc::new(inner), total }
    }

    /// The sub-account to work in, as configured ([`ClientBuilder::location_id`] or `SMBCRM_LOCATION_ID`).
    ///
    /// It is kept for the caller and never added to a call: every operation names its sub-account itself.
    pub fn location_id(&self) -> Option<&LocationId> {
        self.inner.location_id.as_ref()
    }

    /// The address that calls go to, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.inner.wire.base.as_str()
    }

    /// What the client has learned about its rate limits from the API's answers so far.
    pub fn limits(&self) -> Limits {
        self.inner.governor.limits()
    }

    /// The same client, whose calls may take this long in all, retries and waits included; `None` for no limit.
    ///
    /// ```no_run
    /// # async fn doc(crm: smbcrm_client::Client) -> smbcrm_core::Result<()> {
    /// use std::time::Duration;
    /// use smbcrm_core::Crm;
    ///
    /// let hurried = crm.with_timeout(Duration::from_secs(2));
    /// hurried.contacts().get(&"CON1".into()).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_timeout(&self, total: impl Into<Option<Duration>>) -> Self {
        Self { inner: self.inner.clone(), total: total.into() }
    }

    /// Sends a request as [`Transport::send`] does, but returns a refusal as the answer that it is.
    ///
    /// For what must see the API's own words: recorders, proxies, conformance tests. Retries, limits and timeouts apply.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub async fn exchange(&self, request: Request) -> Result<Response> {
        match retry::run(&self.inner, &request, self.total).await {
            Ok(answer) | Err(Failed { answer: Some(answer), .. }) => Ok(answer),
            Err(Failed { error, .. }) => Err(error),
        }
    }

    /// Checks the token against a sub-account: does it open it, and which scopes does it have?
    ///
    /// One cheap read per scope, one after the other; nothing is written. Print the report, or ask it:
    ///
    /// ```no_run
    /// # async fn doc(crm: smbcrm_client::Client) -> smbcrm_core::Result<()> {
    /// let report = crm.validate_access(&"LOC1".into()).await?;
    /// println!("{report}");
    /// assert!(report.grants("contacts.readonly"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the token itself is refused, or the API cannot be reached. A refusal of a single read is part of the report.
    pub async fn validate_access(&self, location: &LocationId) -> Result<AccessReport> {
        access::report(self, location).await
    }
}

#[async_trait]
impl Transport for Client {
    /// Sends the request and returns the answer of a success.
    ///
    /// # Errors
    /// A refusal comes back as its error already, because the client knows more about it than the answer says: how many
    /// attempts were made, when another makes sense, and whether a write may have happened all the same.
    async fn send(&self, request: Request) -> Result<Response> {
        retry::run(&self.inner, &request, self.total).await.map_err(|failed| failed.error)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("token", &self.inner.tokens)
            .field("location_id", &self.inner.location_id)
            .field("attempt_timeout", &self.inner.attempt_timeout)
            .field("timeout", &self.total)
            .field("retry", &self.inner.retry)
            .field("limits", &self.limits())
            .finish_non_exhaustive()
    }
}
