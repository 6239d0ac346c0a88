//! Where the token comes from, and how a rotated one is picked up.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use smbcrm_core::{Error, ErrorKind};

use crate::ConfigError;
use crate::api::Credentials;

/// The cause that a [`TokenProvider`] reports.
pub type ProviderError = Box<dyn std::error::Error + Send + Sync>;

/// Supplies the token, so that a rotated one is picked up without a restart.
///
/// The client asks before its first call and keeps the answer. When the API refuses that token (401), the client asks
/// once more, however many calls were refused at the same time, and sends each of them again with the new token. The
/// same token as before means that there is no newer one: the calls fail as
/// [`Unauthenticated`](ErrorKind::Unauthenticated).
///
/// ```
/// use smbcrm_client::{Client, ProviderError, SecretString, TokenProvider};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// #[async_trait::async_trait]
/// impl TokenProvider for Vault {
///     async fn token(&self) -> Result<SecretString, ProviderError> {
///         Ok(std::env::var("MY_VAULT_ITEM")?.into()) // in truth: ask the secret store
///     }
/// }
///
/// let client = Client::builder().token_provider(Vault).build()?;
/// # Ok::<(), smbcrm_client::ConfigError>(())
/// ```
#[async_trait]
pub trait TokenProvider: Send + Sync + 'static {
    /// The token that is valid now. Surrounding white space is ignored.
    ///
    /// # Errors
    /// Whatever kept it from being read; the call fails as [`Unauthenticated`](ErrorKind::Unauthenticated) with this
    /// as its source, so it must not contain the token.
    async fn token(&self) -> Result<SecretString, ProviderError>;
}

/// Reads the token from a file, such as a mounted secret, and reads it again when the API refuses it.
#[derive(Debug, Clone)]
pub struct TokenFile(PathBuf);

impl TokenFile {
    /// The file that holds the token and nothing else.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

#[async_trait]
impl TokenProvider for TokenFile {
    async fn token(&self) -> Result<SecretString, ProviderError> {
        // A line of a local file, read once in weeks: not worth a thread.
        Ok(std::fs::read_to_string(&self.0)?.into())
    }
}

/// A token for one attempt, with what is needed to tell whether it has been replaced since.
pub(crate) struct Lease {
    token: SecretString,
    asked: u64,
}

impl Lease {
    /// The header that carries the token, its value marked so that nothing prints it.
    pub(crate) fn header(&self, how: Credentials) -> Result<(HeaderName, HeaderValue), ConfigError> {
        match how {
            Credentials::Bearer => Ok((AUTHORIZATION, secret("Bearer ", &self.token)?)),
            Credentials::ApiKey => Ok((HeaderName::from_static("x-api-key"), secret("", &self.token)?)),
        }
    }
}

/// Checks a token that is known when the client is built.
pub(crate) fn check(token: &SecretString) -> Result<(), ConfigError> {
    secret("", token).map(drop)
}

fn secret(scheme: &str, token: &SecretString) -> Result<HeaderValue, ConfigError> {
    let token = token.expose_secret().trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(ConfigError::Token);
    }
    let mut value = HeaderValue::from_str(&format!("{scheme}{token}")).map_err(|_| ConfigError::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The client's token, whoever supplies it.
pub(crate) struct Tokens {
    provider: Option<Box<dyn TokenProvider>>,
    current: Mutex<Current>,
    /// Held while the provider is asked, so that it is asked by one call at a time.
    asking: tokio::sync::Mutex<()>,
}

struct Current {
    token: Option<SecretString>,
    /// How often the provider has been asked.
    asked: u64,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.provider.is_some() { "TokenProvider" } else { "REDACTED" })
    }
}

impl Tokens {
    pub(crate) fn fixed(token: SecretString) -> Self {
        Self {
            provider: None,
            current: Mutex::new(Current { token: Some(token), asked: 0 }),
            asking: ().into(),
        }
    }

    pub(crate) fn provided(provider: Box<dyn TokenProvider>) -> Self {
        Self {
            provider: Some(provider),
            current: Mutex::new(Current { token: None, asked: 0 }),
            asking: ().into(),
        }
    }

    /// The token to send, asking the provider if it has never been asked.
    pub(crate) async fn lease(&self) -> Result<Lease, Error> {
        if let Some(lease) = self.known() {
            return Ok(lease);
        }
        let _asking = self.asking.lock().await;
        match self.known() {
            Some(lease) => Ok(lease),
            None => self.ask().await,
        }
    }

    /// Another token than the refused one, if the provider has one.
    pub(crate) async fn replace(&self, refused: &Lease) -> Result<Option<Lease>, Error> {
        if self.provider.is_none() {
            return Ok(None);
        }
        let _asking = self.asking.lock().await;
        let lease = match self.known() {
            // Asked since this attempt was prepared: that answer counts for this call too.
            Some(lease) if lease.asked != refused.asked => lease,
            _ => self.ask().await?,
        };
        let newer = lease.token.expose_secret() != refused.token.expose_secret();
        Ok(newer.then_some(lease))
    }

    fn known(&self) -> Option<Lease> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.token.clone().map(|token| Lease { token, asked: current.asked })
    }

    async fn ask(&self) -> Result<Lease, Error> {
        let Some(provider) = &self.provider else { return Err(ConfigError::NoToken.into()) };
        let token = provider.token().await.map_err(|error| {
            Error::new(ErrorKind::Unauthenticated, "the token provider has no token").caused_by(error)
        })?;
        check(&token)?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.asked += 1;
        current.token = Some(token.clone());
        Ok(Lease { token, asked: current.asked })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    struct Rotating(Arc<AtomicU32>);

    #[async_trait]
    impl TokenProvider for Rotating {
        async fn token(&self) -> Result<SecretString, ProviderError> {
            tokio::task::yield_now().await;
            Ok(format!("pit-{}\n", self.0.fetch_add(1, Ordering::SeqCst).min(1)).into())
        }
    }

    #[tokio::test]
    async fn one_question_for_many_refusals() {
        let asked = Arc::new(AtomicU32::new(0));
        let tokens = Tokens::provided(Box::new(Rotating(asked.clone())));
        let old = tokens.lease().await.unwrap();
        let (a, b, c) = tokio::join!(tokens.replace(&old), tokens.replace(&old), tokens.replace(&old));
        for lease in [a, b, c] {
            let (name, value) = lease.unwrap().unwrap().header(Credentials::Bearer).unwrap();
            assert_eq!((name, value.to_str().unwrap()), (AUTHORIZATION, "Bearer pit-1"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "once at first, once for three refusals");
        let current = tokens.lease().await.unwrap();
        assert!(tokens.replace(&current).await.unwrap().is_none(), "the provider has nothing newer");
    }

    #[test]
    fn tokens_that_cannot_be_sent_are_refused() {
        for bad in ["", "  ", "pit a", "pit\nX-Evil: 1", "pit-\u{7f}"] {
            assert!(check(&bad.into()).is_err(), "{bad:?}");
        }
        assert_eq!(secret("Bearer ", &" pit-1\n".into()).unwrap(), "Bearer pit-1");
        assert!(secret("", &"pit-1".into()).unwrap().is_sensitive());
    }
}
