//! The same operations without async (feature `blocking`).
//!
//! [`Client`] drives the asynchronous client on a small runtime of its own. It has no methods per operation: every
//! product's method is called as it is and waited for, so nothing is declared twice.
//!
//! ```no_run
//! use smbcrm_client::blocking::Client;
//! use smbcrm_core::Crm;
//!
//! fn main() -> smbcrm_core::Result<()> {
//!     let crm = Client::from_env()?;
//!     // one call: make the future, wait for it
//!     let contact = crm.wait(crm.contacts().get(&"CON1".into()))?;
//!     println!("{:?}", contact.email);
//!     // several: an async closure, waited for as a whole
//!     let tags = crm.run(async |crm| {
//!         let contact = crm.contacts().get(&"CON1".into()).await?;
//!         crm.contacts().add_tags(&contact.id, vec!["seen"].into()).await
//!     })?;
//!     println!("{tags:?}");
//!     Ok(())
//! }
//! ```

use std::fmt;
use std::ops::{AsyncFnOnce, Deref};
use std::sync::Arc;

use secrecy::SecretString;
use smbcrm_core::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::ConfigError;

/// A client for programs without async: the asynchronous [`crate::Client`], which it derefs to, and a way to wait.
///
/// Cheap to clone; clones share everything. Inside an asynchronous runtime it waits for nothing and fails instead, as
/// waiting would stop the runtime's thread: use [`crate::Client`] there. That includes `spawn_blocking`, where
/// `Handle::current().block_on(…)` waits for the asynchronous client.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<Background>,
}

/// Ends without waiting for its tasks, since waiting would panic where the last clone is dropped by async code.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// A client of `https://services.smbcrm.com` with this token and the default settings.
    ///
    /// # Errors
    /// As [`crate::Client::new`], and when the runtime's thread cannot be started.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, ConfigError> {
        Self::with(crate::Client::new(token)?)
    }

    /// A client set up from the environment.
    ///
    /// # Errors
    /// As [`crate::Client::from_env`], and when the runtime's thread cannot be started.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::with(crate::Client::from_env()?)
    }

    /// Waits for the calls of an asynchronous client that was built with settings of one's own.
    ///
    /// # Errors
    /// When the runtime's thread cannot be started.
    pub fn with(client: crate::Client) -> Result<Self, ConfigError> {
        // A thread of its own looks after idle connections and timers between calls.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("smbcrm-client")
            .enable_all()
            .build()
            .map_err(|error| ConfigError::Http(Box::new(error)))?;
        Ok(Self { client, runtime: Arc::new(Background(Some(runtime))) })
    }

    /// Waits for a call: `crm.wait(crm.contacts().get(&id))`.
    ///
    /// # Errors
    /// The call's own, or [`ErrorKind::Unsupported`] inside an asynchronous runtime.
    pub fn wait<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        match &self.runtime.0 {
            Some(runtime) if Handle::try_current().is_err() => runtime.block_on(call),
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                "the blocking client cannot wait inside an asynchronous runtime; use smbcrm_client::Client there",
            )),
        }
    }

    /// Runs asynchronous code with the client and waits for its end.
    ///
    /// # Errors
    /// The code's own, or [`ErrorKind::Unsupported`] inside an asynchronous runtime.
    pub fn run<T>(&self, code: impl AsyncFnOnce(&crate::Client) -> Result<T>) -> Result<T> {
        self.wait(code(&self.client))
    }
}

impl Deref for Client {
    type Target = crate::Client;
    fn deref(&self) -> &crate::Client {
        &self.client
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}
