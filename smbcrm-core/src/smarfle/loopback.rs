//! A transport without sockets.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::settings::{SETTINGS, Settings};
use super::{Leads, Organization};
use crate::error::Result;
use crate::operation::{Request, Response, Transport, api, loop_back};

/// Encodes every call as a client would and answers it from another implementation, all in process: what
/// [`crate::operation::Loopback`] is to SMBcrm.
#[derive(Clone)]
pub struct Loopback(Arc<dyn Organization>);

impl Loopback {
    /// Loops calls back into `service`.
    pub fn new(service: impl Organization + 'static) -> Self {
        Self(Arc::new(service))
    }
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("smarfle::Loopback")
    }
}

#[async_trait]
impl Transport<api::Smarfle> for Loopback {
    async fn send(&self, request: Request) -> Result<Response> {
        let service = self.0.as_ref();
        if request.operation.product.name == SETTINGS.name {
            let settings: &dyn Settings = service;
            return loop_back(<dyn Settings>::ROUTES, settings, &request).await;
        }
        let leads: &dyn Leads = service;
        loop_back(<dyn Leads>::ROUTES, leads, &request).await
    }
}
