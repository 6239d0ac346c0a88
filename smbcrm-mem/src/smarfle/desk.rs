//! The organisations' HTTP side: paths, headers, words.

use std::sync::OnceLock;

use async_trait::async_trait;
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use smbcrm_core::operation::{Arguments, BoxFuture, Operation, Response, api};
use smbcrm_core::smarfle::{Leads, Settings, all_operations, operations};
use smbcrm_core::{Error, Result};

use super::gate::{Received, SPAN};
use super::window::Taken;
use super::{MemSmarfle, refusal};
use crate::MemCrm;
use crate::neighbour::{Admission, Admitted, Desk, Routes, Told};

/// Smarfle, as the server sees it.
pub(crate) struct SmarfleDesk;

/// The largest body that the API takes.
const MAX_BODY: usize = 100 * 1024;

/// What its paths begin with.
const PLACES: [&str; 2] = ["/api/webhook", "/api/organization"];

#[async_trait]
impl Desk for SmarfleDesk {
    fn name(&self) -> &'static str {
        "smarfle"
    }

    fn about(&self) -> &'static api::About {
        &api::SMARFLE
    }

    fn routes(&self) -> &'static Routes {
        static ROUTES: OnceLock<Routes> = OnceLock::new();
        ROUTES.get_or_init(|| Routes::of(&all_operations().collect::<Vec<_>>()))
    }

    fn declared(&self, path: &str) -> Option<String> {
        let below = |place: &&str| {
            path.strip_prefix(*place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        PLACES.iter().any(below).then(|| path.to_owned())
    }

    fn max_body(&self) -> usize {
        MAX_BODY
    }

    async fn admit(&self, crm: &MemCrm, operation: Option<&'static Operation>, head: &Parts) -> Admission {
        let smarfle = crm.smarfle();
        let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let key = header(HeaderName::from_static("x-api-key"));
        let bearer = header(AUTHORIZATION).and_then(bearer);
        // Which one counts where both are sent is not documented: the header of a key does. A session is a bearer's.
        let value = key.or(bearer).unwrap_or_default().trim();
        let Received { name, taken, outcome } = smarfle.receive(operation, value, key.is_none()).await;
        let now = crm.world.clock.millis();
        let headers = taken.map(|(limit, taken)| told(limit, &taken, now).headers()).unwrap_or_default();
        let outcome = outcome.map(|who| Box::new(smarfle.admitted(who)) as Box<dyn Admitted>);
        Admission { caller: name, headers, outcome }
    }

    fn reword(&self, error: Error) -> Error {
        refusal::reword(&error)
    }
}

/// The credential of a bearer. The scheme's name is in any case, as HTTP has it.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, value) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(value)
}

fn told(limit: u32, taken: &Taken, now: i64) -> Told {
    let wait = i64::try_from(taken.reset_in.min(SPAN).as_millis()).unwrap_or_default();
    Told { limit, remaining: taken.remaining, reset_at: now.saturating_add(wait), granted: taken.granted }
}

impl Admitted for MemSmarfle {
    fn call<'a>(
        &'a self,
        operation: &'static Operation,
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<Response>> {
        if *operation == operations::CREATE {
            return Box::pin(self.create_over_http(arguments));
        }
        if let Some(route) = <dyn Leads>::ROUTES.iter().find(|route| route.operation == operation) {
            return (route.call)(self, arguments);
        }
        match <dyn Settings>::ROUTES.iter().find(|route| route.operation == operation) {
            Some(route) => (route.call)(self, arguments),
            None => Box::pin(std::future::ready(Err(Error::unsupported(operation)))),
        }
    }

    fn answered(&self, operation: &'static Operation, outcome: &Result<Response>) {
        self.note_unless_noted(operation, outcome);
    }
}

impl MemSmarfle {
    /// A lead of a known client makes nothing: 200, and not 201.
    async fn create_over_http(&self, arguments: Arguments) -> Result<Response> {
        let received = self.create(arguments.json()?).await?;
        let mut answer = Response::encode(&operations::CREATE, &received)?;
        if !received.created {
            answer.status = 200;
        }
        Ok(answer)
    }
}
