//! The SMBcrm API over HTTP.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod access;
mod attempt;
mod backoff;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod budget;
mod builder;
mod client;
mod config;
mod governor;
mod policy;
mod rate_headers;
mod retry;
mod span;
mod timer;
mod token;
mod verdict;

pub use access::{AccessReport, ScopeAccess, ScopeOutcome};
pub use builder::{ClientBuilder, DEFAULT_BASE_URL};
pub use client::Client;
pub use config::ConfigError;
pub use governor::Limits;
pub use policy::RetryPolicy;
pub use reqwest;
pub use secrecy::SecretString;
pub use timer::Timer;
pub use token::{ProviderError, TokenFile, TokenProvider};
