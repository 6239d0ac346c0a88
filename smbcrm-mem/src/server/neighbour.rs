//! Requests to the APIs beside the CRM's: the same faults, journal, sizes and panics; their own keys, limits and words.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use smbcrm_core::operation::{
    Arguments, BodyKind, Checker, Operation, Payload, Response as Reply, openapi_of,
};
use smbcrm_core::{Error, Result};

use super::dispatch::{Service, Step, caught};
use super::{answer, input, struck};
use crate::faults::Hit;
use crate::neighbour::{Admission, Admitted, Desk, Found};
use crate::refusal;

/// The APIs beside the CRM's.
static DESKS: [&dyn Desk; 2] = [&crate::sales_boost::SalesBoostDesk, &crate::smarfle::SmarfleDesk];

/// A request to one of them, as far as its head tells.
pub(super) struct Errand {
    desk: &'static dyn Desk,
    /// The path as it is declared.
    declared: String,
    started: Instant,
}

impl Errand {
    /// How large its body may be.
    pub(super) fn room(&self) -> usize {
        self.desk.max_body()
    }

    /// What it is answered when it takes too long.
    pub(super) fn late(&self) -> Response<Bytes> {
        refused(self.desk, refusal::server(504, "Gateway Timeout"))
    }
}

/// The API that a path belongs to.
pub(super) fn errand(head: &Parts, started: Instant) -> Option<Step> {
    DESKS.iter().find_map(|desk| {
        let declared = desk.declared(head.uri.path())?;
        Some(Step::Neighbour(Box::new(Errand { desk: *desk, declared, started })))
    })
}

/// The OpenAPI document of the API with this name.
pub(super) fn openapi(name: &str, base_url: &str) -> Option<Bytes> {
    let desk = DESKS.iter().find(|desk| desk.name() == name)?;
    let document = openapi_of(desk.about(), desk.routes().operations(), base_url);
    Some(serde_json::to_vec(&document).unwrap_or_default().into())
}

/// What is carried out of a request.
struct Job<'a> {
    service: &'a dyn Admitted,
    operation: &'static Operation,
    checker: &'static OnceLock<Checker>,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    payload: Payload,
}

impl Service {
    /// Answers a request to an API beside the CRM's.
    pub(super) async fn neighbour(
        &self,
        errand: Errand,
        head: &Parts,
        body: Result<Bytes>,
    ) -> Response<Bytes> {
        let Errand { desk, declared, started } = errand;
        let crm = self.crm();
        let mut exchange = self.exchange(head, started);
        let Some(found) = desk.routes().find(&head.method, &declared) else {
            let Admission { caller, headers, outcome } = desk.admit(crm, None, head).await;
            exchange.caller = caller;
            let nowhere = || refusal::unknown_route(head.method.as_str(), head.uri.path());
            let error = outcome.err().unwrap_or_else(nowhere);
            return self.leave(exchange, dressed(refused(desk, error), headers));
        };
        let operation = found.operation;
        exchange.operation = Some(operation);
        exchange.unknown = None;
        let hit = self.meet_neighbour(operation);
        if let Some(hit) = &hit {
            exchange.fault = Some(Arc::clone(&hit.label));
            crm.world.clock.pass(hit.delay).await;
            if hit.comes_first() {
                return self.leave(exchange, struck::answer(hit, operation, self.limits(), None));
            }
        }
        let Admission { caller, headers, outcome } = desk.admit(crm, Some(operation), head).await;
        exchange.caller = caller;
        let outcome = match outcome {
            Err(error) => Err(error),
            Ok(service) => {
                let outcome = self.run_errand(service.as_ref(), &found, head, body, hit.as_ref()).await;
                service.answered(operation, &outcome);
                outcome
            }
        };
        let real = match outcome {
            Ok(reply) => succeeded(desk, head.uri.path(), operation, reply),
            Err(error) => refused(desk, error),
        };
        let real = dressed(real, headers);
        let answer = match hit.filter(Hit::breaks) {
            Some(hit) => struck::answer(&hit, operation, self.limits(), Some(real)),
            None => real,
        };
        self.leave(exchange, answer)
    }

    async fn run_errand(
        &self,
        service: &dyn Admitted,
        found: &Found,
        head: &Parts,
        body: Result<Bytes>,
        hit: Option<&Hit>,
    ) -> Result<Reply> {
        let operation = found.operation;
        let body = body?;
        let twice = hit.is_some_and(Hit::is_duplicate);
        for last in if twice { [false, true].as_slice() } else { [true].as_slice() } {
            let params = operation.params.iter().zip(&found.params);
            let params = params.map(|(name, raw)| Ok(((*name).to_owned(), input::param(raw)?)));
            let payload = match operation.body {
                BodyKind::None => Payload::Empty,
                kind => input::payload(kind, &head.headers, &body)?,
            };
            let job = Job {
                service,
                operation,
                checker: found.checker,
                params: params.collect::<Result<_>>()?,
                query: input::query(head.uri.query()),
                payload,
            };
            let outcome = caught(job.run(self.is_lenient()), operation).await;
            if *last {
                return outcome;
            }
        }
        Err(refusal::server(500, "Internal server error"))
    }

    /// The armed fault that a call meets.
    fn meet_neighbour(&self, operation: &'static Operation) -> Option<Hit> {
        let crm = self.crm().with_caller(crate::admit::Caller::Nobody);
        if crm.world.faults.is_idle() {
            return None;
        }
        let directory = crm.world.directory.read();
        crm.meet(&directory, operation, None, true)
    }

    fn limits(&self) -> crate::RateLimits {
        self.crm().world.directory.read().limits
    }
}

impl Job<'_> {
    async fn run(self, lenient: bool) -> Result<Reply> {
        let arguments = Arguments::new(self.params, self.query, self.payload);
        if !lenient {
            self.checker.get_or_init(|| Checker::new(self.operation)).check(&arguments)?;
        }
        self.service.call(self.operation, arguments).await
    }
}

fn succeeded(desk: &dyn Desk, path: &str, operation: &Operation, reply: Reply) -> Response<Bytes> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if matches!(operation.reply, smbcrm_core::operation::Reply::Raw | smbcrm_core::operation::Reply::Redirect)
    {
        return answer::plain(reply);
    }
    answer::json(status, desk.wrap(path, reply.body))
}

/// A refusal in the API's own words.
fn refused(desk: &dyn Desk, error: Error) -> Response<Bytes> {
    let error = if error.to_wire().get("statusCode").is_some() { desk.reword(error) } else { error };
    let status = StatusCode::from_u16(error.status_or_default()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = answer::json(status, error.to_wire().to_string().into());
    if let Some(wait) = error.retry_after() {
        // Whole seconds, and never too early.
        let seconds = wait.as_millis().div_ceil(1000).max(1);
        let value = HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX));
        answer.headers_mut().insert(RETRY_AFTER, value);
    }
    answer
}

fn dressed(mut answer: Response<Bytes>, headers: Vec<(http::HeaderName, HeaderValue)>) -> Response<Bytes> {
    answer.headers_mut().extend(headers);
    answer
}
