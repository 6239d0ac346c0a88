//! The SMBcrm API over HTTPS: [`Client`] implements every product of [`smbcrm_core`], and looks after everything
//! between the call and the answer.
//!
//! ```no_run
//! use smbcrm_client::Client;
//! use smbcrm_core::{Crm, Result, contacts::UpsertContact, types::{ContactId, LocationId}};
//!
//! // The app knows a CRM, not how it is reached: in tests, pass an in-memory one.
//! async fn intake(crm: &dyn Crm, location: &LocationId, email: &str) -> Result<ContactId> {
//!     let done = crm.contacts().upsert(UpsertContact::new(location).email(email)).await?;
//!     Ok(done.contact.id.clone())
//! }
//!
//! # async fn doc() -> Result<()> {
//! let crm = Client::from_env()?;
//! intake(&crm, &"LOC1".into(), "ada@vale.example").await?;
//! # Ok(()) }
//! ```
//!
//! What happens to a call, outermost first:
//!
//! 1. **total time**: 120 s for all attempts and waits together;
//! 2. **retry**: up to 4 attempts, only where another cannot do harm, paid from a budget ([`RetryPolicy`]);
//! 3. **rate governor**: waits for the learned limit instead of provoking a 429 ([`Limits`]);
//! 4. **attempt time**: 30 s from connecting to the last byte;
//! 5. **tracing**: one span an attempt;
//! 6. **HTTP**: token, `Version` of the product, body; no redirects, answers of at most 32 MiB.
//!
//! # Settings
//!
//! [`Client::builder`] sets everything, [`Client::from_env`] reads `SMBCRM_TOKEN`, `SMBCRM_BASE_URL` and
//! `SMBCRM_LOCATION_ID`; [`ClientBuilder::from_env`] does both.
//!
//! ```no_run
//! use std::time::Duration;
//! use smbcrm_client::ClientBuilder;
//!
//! let crm = ClientBuilder::from_env()?.timeout(Duration::from_secs(20)).user_agent("intake/1.0").build()?;
//! println!("{} in {:?}", crm.base_url(), crm.location_id());
//! # Ok::<(), smbcrm_client::ConfigError>(())
//! ```
//!
//! # Tokens that rotate
//!
//! A [`TokenProvider`] is asked for the token at first, and again when the API refuses it: a rotation is picked up
//! without a restart. [`TokenFile`] is one, for mounted secrets.
//!
//! ```no_run
//! use smbcrm_client::{Client, TokenFile};
//!
//! let crm = Client::builder().token_provider(TokenFile::new("/run/secrets/smbcrm-token")).build()?;
//! # Ok::<(), smbcrm_client::ConfigError>(())
//! ```
//!
//! # Errors
//!
//! A program matches on [`kind`](smbcrm_core::Error::kind); for a write it also says whether anything happened. Only
//! [`Ambiguous`](smbcrm_core::ErrorKind::Ambiguous) needs a look: the write was sent and its answer was lost.
//!
//! ```no_run
//! use smbcrm_core::{Crm, Error, ErrorKind, contacts::CreateContact};
//!
//! # async fn doc(crm: smbcrm_client::Client, new: CreateContact) -> Result<(), Error> {
//! match crm.contacts().create(new).await {
//!     Ok(contact) => println!("created {}", contact.id),
//!     Err(error) if error.kind() == ErrorKind::Duplicate => println!("known: {:?}", error.existing_id()),
//!     Err(error) if error.kind() == ErrorKind::Ambiguous => println!("look first: {}", error.hint()),
//!     Err(error) if error.retry_after().is_some() => println!("again in {:?}", error.retry_after()),
//!     Err(error) => return Err(error), // "contacts.create: 422 email must be an email"
//! }
//! # Ok(()) }
//! ```
//!
//! # Rate limits
//!
//! The API tells its limits with every answer; the client learns them and paces itself. A call that would have to wait
//! beyond its total time fails at once, with [`retry_after`](smbcrm_core::Error::retry_after).
//!
//! ```no_run
//! # async fn doc(crm: smbcrm_client::Client) -> smbcrm_core::Result<()> {
//! let limits = crm.limits();
//! println!("{:?} of {:?} left, {:?} today", limits.remaining, limits.burst, limits.daily_remaining);
//! # Ok(()) }
//! ```
//!
//! # Checking a token
//!
//! ```no_run
//! # async fn doc(crm: smbcrm_client::Client) -> smbcrm_core::Result<()> {
//! print!("{}", crm.validate_access(&"LOC1".into()).await?); // what it may read, what it lacks, what to do
//! # Ok(()) }
//! ```
//!
//! # Tracing
//!
//! Every attempt is a [`tracing`] span `smbcrm.request` with OpenTelemetry's names: `http.request.method`, `url.full`
//! (ids and query values left out), `url.template`, `server.address`, `server.port`, `http.response.status_code`,
//! `http.request.resend_count`, `error.type`, and `smbcrm.operation`. Tokens, headers, bodies and people's data are never
//! recorded.
//!
//! ```no_run
//! tracing_subscriber::fmt().with_env_filter("smbcrm_client=debug").init();
//! ```
//!
//! # Your own HTTP client
//!
//! For private certificates, DNS, or a shared connection pool. It must not follow redirects.
//!
//! ```no_run
//! use smbcrm_client::{Client, http_builder, reqwest};
//!
//! let http = http_builder()?.redirect(reqwest::redirect::Policy::none()).build()?;
//! let crm = Client::builder().token("pit-00000000-0000-0000-0000-000000000000").http_client(http).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Without async
//!
//! The feature `blocking` adds `blocking::Client`: the same operations, waited for.
//!
//! # The APIs beside SMBcrm's
//!
//! [`SalesBoost`] and [`Smarfle`] reach the two APIs that feed the CRM. They are built, retried, limited and refused as
//! [`Client`] is; each implements its own API's traits and no other's.
//!
//! # What the client does not do
//!
//! It adds no idempotency keys, as the API knows none: repeat-safe writes are the API's upserts. It does not fill in
//! [`Client::location_id`]: every call names its sub-account.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod access;
mod api;
mod attempt;
mod backoff;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod budget;
mod builder;
mod client;
mod config;
mod connection;
mod governor;
mod multipart;
mod policy;
mod rate_headers;
mod retry;
mod span;
mod timer;
mod tls;
mod token;
mod verdict;

pub use access::{AccessReport, ScopeAccess, ScopeOutcome};
pub use api::{Reach, SalesBoost, Smarfle};
pub use builder::{ClientBuilder, DEFAULT_BASE_URL};
pub use client::Client;
pub use config::ConfigError;
pub use governor::Limits;
pub use policy::RetryPolicy;
pub use reqwest;
pub use secrecy::SecretString;
pub use timer::Timer;
pub use tls::http_builder;
pub use token::{ProviderError, TokenFile, TokenProvider};
