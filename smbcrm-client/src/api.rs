//! The APIs that a client can be built for, and what differs between them.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use smbcrm_core::Result;
use smbcrm_core::operation::{Request, Response, Transport, api};
use smbcrm_core::sales_boost::{Dialect, unwrapped};

use crate::connection::Connection;
use crate::{Client, ClientBuilder, ConfigError, Limits};

/// How the token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// `Authorization: Bearer …`.
    Bearer,
    /// `X-API-Key: …`.
    ApiKey,
}

/// What a client of one API begins with.
#[derive(Debug)]
#[non_exhaustive]
pub struct Facts {
    pub(crate) base_url: &'static str,
    pub(crate) token: &'static str,
    pub(crate) base_url_variable: &'static str,
    pub(crate) credentials: Credentials,
    /// The published window, for answers that tell a limit and no window.
    pub(crate) interval: Duration,
}

/// Something that a [`ClientBuilder`] builds: [`Client`], [`SalesBoost`], [`Smarfle`].
pub trait Reach: sealed::Sealed + Sized {
    #[doc(hidden)]
    const FACTS: Facts;
    #[doc(hidden)]
    fn over(connection: Connection) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::Client {}
    impl Sealed for super::SalesBoost {}
    impl Sealed for super::Smarfle {}
}

impl Reach for Client {
    const FACTS: Facts = Facts {
        base_url: crate::DEFAULT_BASE_URL,
        token: "SMBCRM_TOKEN",
        base_url_variable: "SMBCRM_BASE_URL",
        credentials: Credentials::Bearer,
        interval: Duration::from_secs(10),
    };

    fn over(connection: Connection) -> Self {
        Self(connection)
    }
}

macro_rules! neighbours {
    ($(
        $(#[$doc:meta])*
        $name:ident: $api:ty, $facts:expr, |$answer:ident| $read:expr;
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Connection);

        impl Reach for $name {
            const FACTS: Facts = $facts;

            fn over(connection: Connection) -> Self {
                Self(connection)
            }
        }

        impl $name {
            /// A client with this key and the default settings.
            ///
            /// # Errors
            /// When the key cannot be a header's value, or TLS cannot be set up.
            pub fn new(key: impl Into<SecretString>) -> Result<Self, ConfigError> {
                Self::builder().token(key).build()
            }

            /// A client with settings of one's own.
            pub fn builder() -> ClientBuilder<Self> {
                ClientBuilder::default()
            }

            /// A client set up from the environment; more can be set on what
            /// [`builder_from_env`](Self::builder_from_env) returns.
            ///
            /// # Errors
            /// When there is no key, or a variable cannot be used.
            pub fn from_env() -> Result<Self, ConfigError> {
                Self::builder_from_env()?.build()
            }

            /// Settings from the environment.
            ///
            /// # Errors
            /// When there is no key, or a variable is not valid text.
            pub fn builder_from_env() -> Result<ClientBuilder<Self>, ConfigError> {
                ClientBuilder::of_env()
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
            #[must_use]
            pub fn with_timeout(&self, total: impl Into<Option<Duration>>) -> Self {
                Self(self.0.with_timeout(total.into()))
            }

            /// Sends a request as [`Transport::send`] does, but returns a refusal as the answer that it is.
            ///
            /// # Errors
            /// Only when there is no answer.
            pub async fn exchange(&self, request: Request) -> Result<Response> {
                let $answer = self.0.exchange(request).await?;
                Ok($read)
            }
        }

        #[async_trait]
        impl Transport<$api> for $name {
            /// Sends the request and returns the answer of a success.
            ///
            /// # Errors
            /// A refusal comes back as its error already, as from [`Client`].
            async fn send(&self, request: Request) -> Result<Response> {
                let $answer = self.0.send(request).await?;
                Ok($read)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.show(stringify!($name), f)
            }
        }
    )*};
}

neighbours! {
    /// The SMB Sales Boost API over HTTPS. It implements [`smbcrm_core::sales_boost::Integrations`].
    ///
    /// Built, cloned, retried, limited and refused as [`Client`] is. From the environment: `SALES_BOOST_KEY`,
    /// `SALES_BOOST_BASE_URL`.
    ///
    /// ```no_run
    /// use smbcrm_client::SalesBoost;
    /// use smbcrm_core::sales_boost::Integrations;
    ///
    /// # async fn doc() -> smbcrm_core::Result<()> {
    /// let sales_boost = SalesBoost::new("smbk_0000000000000000")?;
    /// for provider in sales_boost.list_providers().await? {
    ///     println!("{}: {}", provider.name, provider.available);
    /// }
    /// # Ok(()) }
    /// ```
    SalesBoost: api::SalesBoost, Facts {
        base_url: "https://smbsalesboost.com",
        token: "SALES_BOOST_KEY",
        base_url_variable: "SALES_BOOST_BASE_URL",
        credentials: Credentials::Bearer,
        interval: Duration::from_secs(60),
    }, |answer| unwrapped(answer);

    /// The Smarfle API over HTTPS. It implements [`smbcrm_core::smarfle::Leads`], and
    /// [`Settings`](smbcrm_core::smarfle::Settings), which only the in-memory server answers.
    ///
    /// Built, cloned, retried, limited and refused as [`Client`] is. From the environment: `SMARFLE_KEY`,
    /// `SMARFLE_BASE_URL`.
    ///
    /// ```no_run
    /// use smbcrm_client::Smarfle;
    /// use smbcrm_core::smarfle::Leads;
    ///
    /// # async fn doc() -> smbcrm_core::Result<()> {
    /// let smarfle = Smarfle::new("smf_0000000000000000")?;
    /// println!("{}", smarfle.verify().await?.valid);
    /// # Ok(()) }
    /// ```
    Smarfle: api::Smarfle, Facts {
        base_url: "https://www.smarfle.com",
        token: "SMARFLE_KEY",
        base_url_variable: "SMARFLE_BASE_URL",
        credentials: Credentials::ApiKey,
        interval: Duration::from_secs(60),
    }, |answer| answer;
}

impl ClientBuilder<SalesBoost> {
    /// Which description of the API the server follows: [`Dialect::Plain`] unless set. Answers of both are read.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }
}

impl ClientBuilder<Smarfle> {
    /// Sends the key as `Authorization: Bearer …` instead of `X-API-Key`. Both are accepted.
    pub fn bearer(mut self) -> Self {
        self.credentials = Credentials::Bearer;
        self
    }
}
