//! What can be wrong with a client's settings.

use smbcrm_core::{Error, ErrorKind};

/// Why a client could not be built. Nothing has been sent.
///
/// It turns into an [`Error`] with `?`, so `Client::from_env()?` fits into any function that calls the API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No token was set.
    #[error(
        "no token: call `token(…)` or `token_provider(…)`, or set SMBCRM_TOKEN (SALES_BOOST_KEY, SMARFLE_KEY)"
    )]
    NoToken,
    /// The token is empty or holds characters that no HTTP header can carry. The token itself is not shown.
    #[error("the token is empty or holds characters that a header cannot carry")]
    Token,
    /// The base URL cannot be used.
    #[error("the base URL cannot be used: {0}")]
    BaseUrl(String),
    /// An environment variable is not valid text.
    #[error("the environment variable {0} is not valid text")]
    Environment(&'static str),
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(String),
    /// The HTTP client could not be set up: TLS, certificates, proxy.
    #[error("the HTTP client cannot be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        let kind = match error {
            ConfigError::NoToken | ConfigError::Token => ErrorKind::Unauthenticated,
            _ => ErrorKind::Transport,
        };
        Self::new(kind, error.to_string()).caused_by(error)
    }
}
