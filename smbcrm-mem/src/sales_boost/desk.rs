//! The account's HTTP side: paths, headers, words.

use std::sync::OnceLock;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use smbcrm_core::Error;
use smbcrm_core::operation::{Arguments, BoxFuture, Operation, Response, api};
use smbcrm_core::sales_boost::{Dialect, Integrations, operations};

use super::gate::Caller;
use super::{MemSalesBoost, refusal};
use crate::MemCrm;
use crate::neighbour::{Admission, Admitted, Desk, Routes};

/// SMB Sales Boost, as the server sees it.
pub(crate) struct SalesBoostDesk;

/// The largest body that the API takes.
const MAX_BODY: usize = 100 * 1024;

#[async_trait]
impl Desk for SalesBoostDesk {
    fn name(&self) -> &'static str {
        "sales-boost"
    }

    fn about(&self) -> &'static api::About {
        &api::SALES_BOOST
    }

    fn routes(&self) -> &'static Routes {
        static ROUTES: OnceLock<Routes> = OnceLock::new();
        ROUTES.get_or_init(|| Routes::of(&operations::ALL))
    }

    fn declared(&self, path: &str) -> Option<String> {
        let (dialect, declared) = Dialect::of(path);
        let ours = declared == "/api/integrations"
            || declared.starts_with("/api/integrations/")
            || dialect == Dialect::Enveloped;
        ours.then_some(declared)
    }

    fn max_body(&self) -> usize {
        MAX_BODY
    }

    async fn admit(&self, crm: &MemCrm, _: Option<&'static Operation>, head: &Parts) -> Admission {
        let account = crm.sales_boost();
        let header = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let value = header.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
        let key = match account.identify(value.trim()) {
            Ok(key) => key,
            Err(error) => {
                return Admission { caller: "nobody".into(), headers: Vec::new(), outcome: Err(error) };
            }
        };
        let told = account.count();
        let caller = key.name.as_str().into();
        let outcome = if told.granted {
            let admitted = MemSalesBoost { caller: Caller::Admitted(Some(key)), ..account };
            Ok(Box::new(admitted) as Box<dyn Admitted>)
        } else {
            Err(account.too_many(&told))
        };
        Admission { caller, headers: told.headers(), outcome }
    }

    fn wrap(&self, path: &str, body: Bytes) -> Bytes {
        Dialect::of(path).0.wrap(body)
    }

    fn reword(&self, error: Error) -> Error {
        refusal::reword(&error)
    }
}

impl Admitted for MemSalesBoost {
    fn call<'a>(
        &'a self,
        operation: &'static Operation,
        arguments: Arguments,
    ) -> BoxFuture<'a, smbcrm_core::Result<Response>> {
        match <dyn Integrations>::ROUTES.iter().find(|route| route.operation == operation) {
            Some(route) => (route.call)(self, arguments),
            None => Box::pin(std::future::ready(Err(Error::unsupported(operation)))),
        }
    }
}
