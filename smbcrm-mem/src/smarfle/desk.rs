//! The organisation's HTTP side: paths, headers, words.

use std::sync::OnceLock;

use async_trait::async_trait;
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use smbcrm_core::Error;
use smbcrm_core::operation::{Arguments, BoxFuture, Operation, Response, api};
use smbcrm_core::smarfle::{Leads, operations};

use super::gate::Caller;
use super::{MemSmarfle, refusal};
use crate::MemCrm;
use crate::neighbour::{Admission, Admitted, Desk, Routes};

/// Smarfle, as the server sees it.
pub(crate) struct SmarfleDesk;

/// The largest body that the API takes.
const MAX_BODY: usize = 100 * 1024;

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
        ROUTES.get_or_init(|| Routes::of(&operations::ALL))
    }

    fn declared(&self, path: &str) -> Option<String> {
        (path == "/api/webhook" || path.starts_with("/api/webhook/")).then(|| path.to_owned())
    }

    fn max_body(&self) -> usize {
        MAX_BODY
    }

    async fn admit(&self, crm: &MemCrm, _: Option<&'static Operation>, head: &Parts) -> Admission {
        let organization = crm.smarfle();
        let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = header(AUTHORIZATION).and_then(|header| header.strip_prefix("Bearer "));
        // Which one counts where both are sent is not documented: the documented header does.
        let value = header(HeaderName::from_static("x-api-key")).or(bearer).unwrap_or_default();
        let key = match organization.identify(value.trim()) {
            Ok(key) => key,
            Err(error) => {
                return Admission { caller: "nobody".into(), headers: Vec::new(), outcome: Err(error) };
            }
        };
        let told = organization.count(&key).await;
        let caller = key.name.as_str().into();
        let outcome = if told.granted {
            let admitted = MemSmarfle { caller: Caller::Admitted(Some(key)), ..organization };
            Ok(Box::new(admitted) as Box<dyn Admitted>)
        } else {
            Err(organization.too_many(&told))
        };
        Admission { caller, headers: told.headers(), outcome }
    }

    fn reword(&self, error: Error) -> Error {
        refusal::reword(&error)
    }
}

impl Admitted for MemSmarfle {
    fn call<'a>(
        &'a self,
        operation: &'static Operation,
        arguments: Arguments,
    ) -> BoxFuture<'a, smbcrm_core::Result<Response>> {
        match <dyn Leads>::ROUTES.iter().find(|route| route.operation == operation) {
            Some(route) => (route.call)(self, arguments),
            None => Box::pin(std::future::ready(Err(Error::unsupported(operation)))),
        }
    }
}
