//! A client's settings.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::SecretString;
use smbcrm_core::sales_boost::Dialect;
use smbcrm_core::types::LocationId;

use crate::api::{Credentials, Reach};
use crate::attempt::Wire;
use crate::backoff::Jitter;
use crate::base_url::BaseUrl;
use crate::budget::Budget;
use crate::connection::{Connection, Inner};
use crate::governor::Governor;
use crate::timer::{Timer, TokioTimer};
use crate::token::{TokenProvider, Tokens, check};
use crate::{Client, ConfigError, RetryPolicy};

/// Where the API is unless told otherwise.
pub const DEFAULT_BASE_URL: &str = "https://services.smbcrm.com";

/// Settings for a [`Client`], or for a client of another API. Only the token has no default.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_client::Client;
///
/// let client = Client::builder()
///     .token("pit-00000000-0000-0000-0000-000000000000")
///     .base_url("http://127.0.0.1:4010") // a local emulator; plain http is for this machine only
///     .location_id("LOC1")
///     .attempt_timeout(Duration::from_secs(10))
///     .timeout(Duration::from_secs(60))
///     .build()?;
/// # Ok::<(), smbcrm_client::ConfigError>(())
/// ```
#[must_use]
pub struct ClientBuilder<C = Client> {
    pub(crate) credentials: Credentials,
    pub(crate) dialect: Dialect,
    builds: PhantomData<fn() -> C>,
    token: Option<SecretString>,
    provider: Option<Box<dyn TokenProvider>>,
    base_url: String,
    allow_insecure_http: bool,
    location_id: Option<LocationId>,
    connect_timeout: Option<Duration>,
    attempt_timeout: Duration,
    timeout: Option<Duration>,
    retry: RetryPolicy,
    rate_governor: bool,
    max_response_bytes: usize,
    user_agent: String,
    proxy: Option<reqwest::Proxy>,
    http_client: Option<reqwest::Client>,
    timer: Arc<dyn Timer>,
}

impl<C: Reach> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self {
            credentials: C::FACTS.credentials,
            dialect: Dialect::default(),
            builds: PhantomData,
            token: None,
            provider: None,
            base_url: C::FACTS.base_url.to_owned(),
            allow_insecure_http: false,
            location_id: None,
            connect_timeout: None,
            attempt_timeout: Duration::from_secs(30),
            timeout: Some(Duration::from_secs(120)),
            retry: RetryPolicy::default(),
            rate_governor: true,
            max_response_bytes: 32 * 1024 * 1024,
            user_agent: concat!("smbcrm-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            proxy: None,
            http_client: None,
            timer: Arc::new(TokioTimer),
        }
    }
}

impl<C: Reach> ClientBuilder<C> {
    /// Settings from the environment variables of the API.
    pub(crate) fn of_env() -> Result<Self, ConfigError> {
        Self::from_variables(env::var_os)
    }

    fn from_variables(look_up: impl Fn(&'static str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let read = |name: &'static str| match look_up(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(Err(_)) => Err(ConfigError::Environment(name)),
        };
        let mut builder = Self::default().token(read(C::FACTS.token)?.ok_or(ConfigError::NoToken)?);
        if let Some(url) = read(C::FACTS.base_url_variable)? {
            builder = builder.base_url(url);
        }
        if let Some(location) = read("SMBCRM_LOCATION_ID")? {
            builder.location_id = Some(location.into());
        }
        Ok(builder)
    }

    /// The token, as text or as a [`SecretString`]. Replaces a provider.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self.provider = None;
        self
    }

    /// Who supplies the token, so that a rotated one is picked up. Replaces a token.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(Box::new(provider));
        self.token = None;
        self
    }

    /// Where the API is: `https://services.smbcrm.com` unless set (each API has its own). A path is kept as a prefix of every call's path.
    ///
    /// Plain `http` is refused except for this machine (`localhost`, 127.0.0.0/8, `::1`).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Whether a base URL on another machine may be plain `http`, which shows the token to the network. Off unless set.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// How long connecting may take: 5 s unless set. Not together with [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer: 30 s unless set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take in all, retries and waits included: 120 s unless set; `None` for no limit.
    ///
    /// One call can have another limit, see [`Client::with_timeout`].
    pub fn timeout(mut self, total: impl Into<Option<Duration>>) -> Self {
        self.timeout = total.into();
        self
    }

    /// How often, and after which waits, calls are tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Whether requests wait for the rate limit instead of provoking a 429. On unless set.
    ///
    /// [`Client::limits`] learns either way, and a 429 is waited out either way.
    pub fn rate_governor(mut self, on: bool) -> Self {
        self.rate_governor = on;
        self
    }

    /// How large an answer may be, in bytes: 32 MiB unless set. A larger one fails as
    /// [`Decode`](smbcrm_core::ErrorKind::Decode).
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// The `User-Agent`: `smbcrm-client/<version>` unless set. The API's edge refuses some libraries' default ones.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = agent.into();
        self
    }

    /// Sends everything through a proxy. Unless set, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count, except for a base
    /// URL on this machine. Not together with [`http_client`](Self::http_client).
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Sends everything through this client: for certificates, DNS or connection pools of one's own.
    ///
    /// Begin with [`http_builder`](crate::http_builder), which has TLS. Build it with
    /// `redirect(reqwest::redirect::Policy::none())`: a followed redirect is an error here, found only after it was followed. Its own connect timeout and proxy apply.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// How the client tells the time and waits; for tests.
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Arc::new(timer);
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// When a setting is missing or cannot be used, or TLS cannot be set up.
    pub fn build(self) -> Result<C, ConfigError> {
        let base = BaseUrl::parse(&self.base_url, self.allow_insecure_http)?.speaking(self.dialect);
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigError::Setting("the user agent cannot be a header's value".to_owned()))?;
        if self.attempt_timeout.is_zero() || self.timeout.is_some_and(|total| total.is_zero()) {
            return Err(ConfigError::Setting("a timeout must be longer than nothing".to_owned()));
        }
        let http = self.http(&base)?;
        let tokens = match (self.token, self.provider) {
            (Some(token), _) => {
                check(&token)?;
                Tokens::fixed(token)
            }
            (None, Some(provider)) => Tokens::provided(provider),
            (None, None) => return Err(ConfigError::NoToken),
        };
        let inner = Inner {
            wire: Wire {
                http,
                base,
                user_agent,
                max_response_bytes: self.max_response_bytes,
                credentials: self.credentials,
            },
            tokens,
            attempt_timeout: self.attempt_timeout,
            jitter: Jitter::new(self.retry.seed),
            budget: Budget::new(self.retry.budget),
            retry: self.retry,
            governor: Arc::new(Governor::new(self.rate_governor, C::FACTS.interval, self.timer.clone())),
            timer: self.timer,
            location_id: self.location_id,
        };
        Ok(C::over(Connection::new(inner, self.timeout)))
    }

    fn http(&self, base: &BaseUrl) -> Result<reqwest::Client, ConfigError> {
        if let Some(client) = &self.http_client {
            if self.proxy.is_some() || self.connect_timeout.is_some() {
                let text = "set the proxy and the connect timeout on the HTTP client that you gave";
                return Err(ConfigError::Setting(text.to_owned()));
            }
            return Ok(client.clone());
        }
        let mut http = crate::http_builder()?
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Every attempt is this crate's own, so that each is counted and paced.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.unwrap_or(Duration::from_secs(5)))
            // Shorter than servers keep idle connections: one that they close under a write would be ambiguous.
            .pool_idle_timeout(Duration::from_secs(30));
        match &self.proxy {
            Some(proxy) => http = http.proxy(proxy.clone()),
            // A proxy from the environment could not reach this machine, and has no business seeing the token.
            None if base.loopback => http = http.no_proxy(),
            None => {}
        }
        http.build().map_err(|error| ConfigError::Http(Box::new(error)))
    }
}

impl ClientBuilder {
    /// Settings from the environment; more can be set on what it returns.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `SMBCRM_TOKEN` | the token (required) |
    /// | `SMBCRM_BASE_URL` | where the API is; [`DEFAULT_BASE_URL`] if unset |
    /// | `SMBCRM_LOCATION_ID` | the sub-account, for [`Client::location_id`] |
    ///
    /// An empty variable counts as unset.
    ///
    /// # Errors
    /// [`ConfigError::NoToken`] without a token, [`ConfigError::Environment`] for a variable that is not valid text.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::of_env()
    }

    /// The sub-account to work in, for [`Client::location_id`]. It is not added to calls.
    pub fn location_id(mut self, location: impl Into<LocationId>) -> Self {
        self.location_id = Some(location.into());
        self
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = match (&self.token, &self.provider) {
            (Some(_), _) => Some("REDACTED"),
            (None, Some(_)) => Some("TokenProvider"),
            (None, None) => None,
        };
        // Proxies and base URLs may carry passwords until they are checked.
        f.debug_struct("ClientBuilder")
            .field("token", &token)
            .field("location_id", &self.location_id)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("rate_governor", &self.rate_governor)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&str, &str)]) -> Result<ClientBuilder, ConfigError> {
        ClientBuilder::from_variables(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn the_environment_sets_everything_up() {
        let client = env(&[
            ("SMBCRM_TOKEN", "pit-1"),
            ("SMBCRM_BASE_URL", "http://127.0.0.1:4010/"),
            ("SMBCRM_LOCATION_ID", "LOC1"),
        ])
        .and_then(ClientBuilder::build)
        .unwrap();
        assert_eq!(client.base_url(), "http://127.0.0.1:4010");
        assert_eq!(client.location_id().unwrap(), &"LOC1");
        let client =
            env(&[("SMBCRM_TOKEN", "pit-1"), ("SMBCRM_BASE_URL", " ")]).and_then(ClientBuilder::build);
        assert_eq!(client.unwrap().base_url(), DEFAULT_BASE_URL);
    }

    #[test]
    fn a_missing_token_says_what_to_set() {
        for pairs in [&[][..], &[("SMBCRM_TOKEN", "")]] {
            let error = env(pairs).unwrap_err();
            assert!(matches!(error, ConfigError::NoToken));
            assert!(error.to_string().contains("SMBCRM_TOKEN"), "{error}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let builder = || Client::builder().token("pit-1");
        assert!(builder().user_agent("a\nb").build().is_err());
        assert!(builder().timeout(Duration::ZERO).build().is_err());
        assert!(builder().base_url("http://services.smbcrm.com").build().is_err());
        assert!(Client::builder().build().is_err());
        let own = builder()
            .http_client(crate::http_builder().unwrap().build().unwrap())
            .connect_timeout(Duration::from_secs(1));
        assert!(own.build().is_err(), "a setting that would be ignored");
    }
}
