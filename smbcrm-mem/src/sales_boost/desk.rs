//! The account's HTTP side: paths, headers, words.

use std::sync::OnceLock;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE as COOKIE_HEADER};
use http::request::Parts;
use smbcrm_core::Error;
use smbcrm_core::operation::{Arguments, BoxFuture, Operation, Response};
use smbcrm_core::sales_boost::{Dialect, Integrations, operations};

use super::gate::Caller;
use super::state::Source;
use super::{MemSalesBoost, refusal};
use crate::MemCrm;
use crate::neighbour::{Admission, Admitted, Desk, Routes};

/// SMB Sales Boost, as the server sees it.
pub(crate) struct SalesBoostDesk;

/// The cookie that a session of the dashboard is in (assumed).
pub(super) const COOKIE: &str = "smb_session";

/// What a request shows: a key, else a session.
fn presented(headers: &HeaderMap) -> Option<Caller> {
    if let Some(header) = headers.get(AUTHORIZATION) {
        let key = header.to_str().ok()?.strip_prefix("Bearer ")?;
        return Some(Caller::Key(key.trim().into()));
    }
    let cookies = headers.get_all(COOKIE_HEADER).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let session = pairs.into_iter().find(|(name, _)| *name == COOKIE)?;
    Some(Caller::Session(session.1.into()))
}

/// Whether the dialect of a path has an operation.
fn is_spoken(operation: &Operation, path: &str) -> bool {
    let enveloped = Dialect::of(path).0 == Dialect::Enveloped;
    (*operation != operations::START || !enveloped) && (*operation != operations::CONNECT || enveloped)
}

/// The largest body that the API takes.
const MAX_BODY: usize = 100 * 1024;

#[async_trait]
impl Desk for SalesBoostDesk {
    fn name(&self) -> &'static str {
        "sales-boost"
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

    async fn admit(&self, crm: &MemCrm, operation: Option<&'static Operation>, head: &Parts) -> Admission {
        let account = crm.sales_boost();
        let refused = |error| Admission { caller: "nobody".into(), headers: Vec::new(), outcome: Err(error) };
        let operation = operation.filter(|operation| is_spoken(operation, head.uri.path()));
        if operation == Some(&operations::CALLBACK) {
            let browser = MemSalesBoost { caller: Caller::Admitted(Source::dashboard()), ..account };
            return Admission {
                caller: "browser".into(),
                headers: Vec::new(),
                outcome: Ok(Box::new(browser)),
            };
        }
        let Some(caller) = presented(&head.headers) else { return refused(refusal::unauthorized()) };
        let account = MemSalesBoost { caller, ..account };
        let known = match account.identify() {
            Ok(known) => known,
            Err(error) => return refused(error),
        };
        let (told, granted) = account.count();
        let there = operation.ok_or_else(|| refusal::not_found("Route"));
        let outcome = granted.and_then(|()| account.paid()).and(there);
        let admitted = MemSalesBoost { caller: Caller::Admitted(known.source), ..account };
        Admission {
            caller: known.name.as_str().into(),
            headers: told.headers(),
            outcome: outcome.map(|_| Box::new(admitted) as Box<dyn Admitted>),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_reached_by_its_own_path() {
        let routes = SalesBoostDesk.routes();
        for operation in routes.operations() {
            let path = operation.path.replace(['{', '}'], "");
            let method = operation.method.as_str().parse().unwrap();
            let found = routes.find(&method, &path).map(|found| found.operation.to_string());
            assert_eq!(found, Some(operation.to_string()), "{path}");
        }
        assert_eq!(routes.operations().count(), 13);
    }

    #[test]
    fn a_key_is_looked_at_before_a_cookie() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, http::HeaderValue::from_static(value));
            }
            match presented(&headers) {
                Some(Caller::Key(key)) => format!("key {key}"),
                Some(Caller::Session(session)) => format!("session {session}"),
                _ => "nothing".to_owned(),
            }
        };
        assert_eq!(of(&[("authorization", "Bearer smbk_1"), ("cookie", "smb_session=x")]), "key smbk_1");
        assert_eq!(of(&[("cookie", "a=b; smb_session=x=y")]), "session x=y");
        assert_eq!(of(&[("authorization", "Basic x"), ("cookie", "smb_session=x")]), "nothing");
        assert_eq!(of(&[("cookie", "other=1")]), "nothing");
    }
}
