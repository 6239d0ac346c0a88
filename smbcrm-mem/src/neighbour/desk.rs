//! What the server knows of an API beside the CRM's: its routes, who may call, and how it words its answers.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use smbcrm_core::operation::{Arguments, BoxFuture, Checker, Operation, Response as Reply, api::About};
use smbcrm_core::{Error, Result};

use crate::MemCrm;

/// An API as the server sees it. Everything of the CRM's that it shares – faults, journal, panics, sizes – is the
/// server's; what differs is asked here.
#[async_trait]
pub(crate) trait Desk: Send + Sync {
    /// What it is called in `/openapi/{name}.json`.
    fn name(&self) -> &'static str;

    /// What that document says of it.
    fn about(&self) -> &'static About;

    /// The operations and where they are.
    fn routes(&self) -> &'static Routes;

    /// The path as it is declared; `None` when the path is none of this API's.
    fn declared(&self, path: &str) -> Option<String>;

    /// How large a body may be.
    fn max_body(&self) -> usize;

    /// Asks whose request it is, and counts it. `operation` is `None` where the path leads nowhere.
    async fn admit(&self, crm: &MemCrm, operation: Option<&'static Operation>, head: &Parts) -> Admission;

    /// A success's body as this path's dialect wraps it.
    fn wrap(&self, path: &str, body: Bytes) -> Bytes {
        let _ = path;
        body
    }

    /// A refusal that is not in this API's words yet: input that cannot be read, a path that leads nowhere, a fault of
    /// the server's own.
    fn reword(&self, error: Error) -> Error;
}

/// Who a request comes from.
pub(crate) struct Admission {
    /// Its name in the journal.
    pub(crate) caller: Arc<str>,
    /// The headers that every answer carries.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// What it may use, or why not.
    pub(crate) outcome: Result<Box<dyn Admitted>>,
}

/// An API as an admitted caller uses it.
pub(crate) trait Admitted: Send + Sync {
    /// Carries out an operation.
    fn call<'a>(
        &'a self,
        operation: &'static Operation,
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<Reply>>;

    /// Told what the request comes to, before its caller is.
    fn answered(&self, operation: &'static Operation, outcome: &Result<Reply>) {
        let _ = (operation, outcome);
    }
}

/// The operations of an API by verb and path.
pub(crate) struct Routes {
    operations: Vec<(&'static Operation, OnceLock<Checker>)>,
    by_verb: [matchit::Router<usize>; 5],
}

/// What a verb and a path lead to.
pub(crate) struct Found {
    pub(crate) operation: &'static Operation,
    pub(crate) checker: &'static OnceLock<Checker>,
    /// The path's parameters as they stand in it.
    pub(crate) params: Vec<String>,
}

impl Routes {
    pub(crate) fn of(operations: &[&'static Operation]) -> Self {
        let mut by_verb: [matchit::Router<usize>; 5] = Default::default();
        for (at, operation) in operations.iter().enumerate() {
            if let Err(error) = by_verb[operation.method as usize].insert(operation.path, at) {
                tracing::error!(%operation, %error, "this route cannot be reached");
            }
        }
        Self { operations: operations.iter().map(|known| (*known, OnceLock::new())).collect(), by_verb }
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static Operation> + '_ {
        self.operations.iter().map(|(operation, _)| *operation)
    }

    /// What a verb and a declared path lead to.
    pub(crate) fn find(&'static self, method: &http::Method, path: &str) -> Option<Found> {
        let verb = crate::server::verb(method)?;
        let found = self.by_verb[verb as usize].at(path).ok()?;
        let (operation, checker) = &self.operations[*found.value];
        let params = found.params.iter().map(|(_, raw)| raw.to_owned()).collect();
        Some(Found { operation, checker, params })
    }
}
