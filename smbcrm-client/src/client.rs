//! The client: the API over HTTPS, as a transport.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use smbcrm_core::Result;
use smbcrm_core::operation::{Request, Response, Transport};
use smbcrm_core::types::LocationId;

use crate::access::{self, AccessReport};
use crate::connection::Connection;
use crate::governor::Limits;
use crate::{ClientBuilder, ConfigError};

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
pub struct Client(pub(crate) Connection);

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

    /// The sub-account to work in, as configured ([`ClientBuilder::location_id`] or `SMBCRM_LOCATION_ID`).
    ///
    /// It is kept for the caller and never added to a call: every operation names its sub-account itself.
    pub fn location_id(&self) -> Option<&LocationId> {
        self.0.location_id()
    }

    /// The address that calls go to, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.0.base_url()
    }

    /// What the client has learned about its rate limits from the API's answers so far.
    pub fn limits(&self) -> Limits {
        self.0.limits()
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
        Self(self.0.with_timeout(total.into()))
    }

    /// Sends a request as [`Transport::send`] does, but returns a refusal as the answer that it is.
    ///
    /// For what must see the API's own words: recorders, proxies, conformance tests. Retries, limits and timeouts apply.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub async fn exchange(&self, request: Request) -> Result<Response> {
        self.0.exchange(request).await
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
        self.0.send(request).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show("Client", f)
    }
}
