//! What every client is made of: one API over HTTPS, with everything between the call and the answer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use smbcrm_core::Result;
use smbcrm_core::operation::{Request, Response};
use smbcrm_core::types::LocationId;

use crate::attempt::Wire;
use crate::backoff::Jitter;
use crate::budget::Budget;
use crate::governor::{Governor, Limits};
use crate::policy::RetryPolicy;
use crate::retry::{self, Failed};
use crate::timer::Timer;
use crate::token::Tokens;

/// A client without its API's name. Clones share everything but the total time.
#[derive(Clone)]
pub struct Connection {
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

impl Connection {
    pub(crate) fn new(inner: Inner, total: Option<Duration>) -> Self {
        Self { inner: Arc::new(inner), total }
    }

    pub(crate) fn location_id(&self) -> Option<&LocationId> {
        self.inner.location_id.as_ref()
    }

    pub(crate) fn base_url(&self) -> &str {
        self.inner.wire.base.as_str()
    }

    pub(crate) fn limits(&self) -> Limits {
        self.inner.governor.limits()
    }

    pub(crate) fn with_timeout(&self, total: Option<Duration>) -> Self {
        Self { inner: self.inner.clone(), total }
    }

    pub(crate) async fn exchange(&self, request: Request) -> Result<Response> {
        match retry::run(&self.inner, &request, self.total).await {
            Ok(answer) | Err(Failed { answer: Some(answer), .. }) => Ok(answer),
            Err(Failed { error, .. }) => Err(error),
        }
    }

    pub(crate) async fn send(&self, request: Request) -> Result<Response> {
        retry::run(&self.inner, &request, self.total).await.map_err(|failed| failed.error)
    }

    /// Everything but secrets.
    pub(crate) fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        shown.field("base_url", &self.base_url()).field("token", &self.inner.tokens);
        if let Some(location) = self.location_id() {
            shown.field("location_id", location);
        }
        shown
            .field("attempt_timeout", &self.inner.attempt_timeout)
            .field("timeout", &self.total)
            .field("retry", &self.inner.retry)
            .field("limits", &self.limits())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show("Connection", f)
    }
}
