//! Answering a request, without any socket.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::FutureExt as _;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use smbcrm_core::operation::{Arguments, BodyKind, Operation, Payload, Place, Response as Reply};
use smbcrm_core::types::LocationId;
use smbcrm_core::{Error, ErrorKind, Result};

use super::mount::Mount;
use super::neighbour::{self, Errand};
use super::routes::{Found, Route, Routes};
use super::struck::{self, Broken};
use super::wire::Wire;
use super::{admin, answer, cors, input, meant, place};
use crate::MemCrm;
use crate::admit::Caller;
use crate::faults::Hit;
use crate::journal::{Entry, More};
use crate::limits::Allowance;
use crate::refusal;
use crate::world::Credential;
use crate::world::token::{TokenInfo, TokenLevel};

static VERSION: HeaderName = HeaderName::from_static("version");

/// The longest path and query that is looked at; longer ones answer 414.
const MAX_URI: usize = 16 * 1024;

/// How a server treats requests, whatever they ask for.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    /// Where it is reached; named by `/openapi.json` and `/`.
    pub(super) base_url: String,
    /// What the admin API asks for in `x-smbcrm-admin`; nothing on loopback.
    pub(super) admin_key: Option<String>,
    /// The largest body, but for uploads.
    pub(super) max_body: usize,
    /// The largest body of an operation that takes files: a file of the largest kind, and room for more.
    pub(super) max_upload: usize,
    /// How long a request may take, its body included.
    pub(super) timeout: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            base_url: "http://localhost".to_owned(),
            admin_key: None,
            max_body: 10 * 1024 * 1024,
            max_upload: 128 * 1024 * 1024,
            timeout: Duration::from_secs(30),
        }
    }
}

impl Policy {
    /// Whether it serves this machine only.
    pub(super) fn is_local(&self) -> bool {
        let url = url::Url::parse(&self.base_url).ok();
        match url.as_ref().and_then(url::Url::host) {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// A world's HTTP side without sockets: a request in, an answer out.
///
/// Mount it wherever requests come from; [`crate::MemServer`] is it on a socket. A clone is cheap and answers from
/// the same world.
///
/// ```
/// use smbcrm_mem::{MemCrm, Service};
///
/// # futures::executor::block_on(async {
/// let service = Service::new(&MemCrm::new());
/// let request = http::Request::get("/contacts/CON1").body(bytes::Bytes::new()).unwrap();
/// let answer = service.respond(request).await;
/// assert_eq!(answer.status(), 401);
/// assert_eq!(answer.headers()["x-ratelimit-max"], "100");
/// # });
/// ```
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    crm: MemCrm,
    routes: &'static Routes,
    policy: Policy,
    openapi: OnceLock<Bytes>,
    /// What the journal calls a request without a good token.
    nobody: Arc<str>,
    /// What the journal calls a request to a lenient world.
    anyone: Arc<str>,
    /// What others serve beside the API.
    mounts: Vec<Arc<dyn Mount>>,
}

/// What the head of a request leads to.
pub(super) enum Step {
    /// The answer is known.
    Done(Response<Bytes>),
    /// An operation is called.
    Call(Box<Call>),
    /// The admin API.
    Admin,
    /// An API beside the CRM's.
    Neighbour(Box<Errand>),
    /// What somebody else serves.
    Mount(Arc<dyn Mount>),
}

/// A call that passed the first part of the gate; its body is still to be read.
pub(super) struct Call {
    exchange: Exchange,
    route: &'static Route,
    crm: MemCrm,
    credential: Option<Arc<Credential>>,
    arguments: Result<Arguments>,
    /// The armed fault that it meets.
    hit: Option<Hit>,
}

impl Call {
    pub(super) fn wants_body(&self) -> bool {
        self.route.operation().body != BodyKind::None && (self.arguments.is_ok() || self.hit.is_some())
    }

    /// What is needed to answer should the call itself never do so.
    pub(super) fn exchange(&self) -> Exchange {
        self.exchange.clone()
    }
}

/// What is known of a request while it is answered.
#[derive(Clone)]
pub(super) struct Exchange {
    started: Instant,
    pub(super) operation: Option<&'static Operation>,
    /// Method and path of a route that no operation has.
    pub(super) unknown: Option<(String, String)>,
    pub(super) caller: Arc<str>,
    location: Option<LocationId>,
    allowance: Allowance,
    origin: Option<HeaderValue>,
    pub(super) fault: Option<Arc<str>>,
}

impl Service {
    /// The HTTP side of a world. The handle's own caller does not matter: every request brings its token.
    pub fn new(crm: &MemCrm) -> Self {
        Self::with(crm, Policy::default(), Vec::new())
    }

    /// The same with something beside the API: see [`Mount`].
    #[must_use]
    pub fn mounting(self, mount: impl Mount + 'static) -> Self {
        let mut mounts = self.0.mounts.clone();
        mounts.push(Arc::new(mount));
        Self::with(&self.0.crm, self.0.policy.clone(), mounts)
    }

    /// A transport that answers from this service's world, and leaves its calls in the same journal: the API for what is
    /// mounted beside it.
    pub fn wire(&self, token: impl Into<String>) -> Wire {
        Wire::of(self, token)
    }

    /// What is known of a token by its value, if it is good now. In a lenient world no token is known, as none matters.
    pub fn token(&self, value: &str) -> Option<TokenInfo> {
        self.0.crm.with_caller(Caller::of(value)).own_token()
    }

    pub(super) fn with(crm: &MemCrm, policy: Policy, mounts: Vec<Arc<dyn Mount>>) -> Self {
        Self(Arc::new(Inner {
            crm: crm.clone(),
            routes: Routes::all(),
            policy,
            openapi: OnceLock::new(),
            nobody: "nobody".into(),
            anyone: "anyone".into(),
            mounts,
        }))
    }

    pub(super) fn crm(&self) -> &MemCrm {
        &self.0.crm
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Answers a request. It never fails: whatever goes wrong is an answer too.
    ///
    /// An armed fault that breaks the connection cannot be shown by a whole answer: it is a 502 whose header
    /// `x-smbcrm-mem-fault` names what a socket would have seen.
    pub async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        struck::whole(self.answer(request).await)
    }

    /// Answers a request; what becomes of the connection is among the answer's extensions ([`Broken`]).
    pub(super) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let step = self.begin(&head);
        let body = if body.len() > self.room(&head, &step) { Err(too_large()) } else { Ok(body) };
        match step {
            Step::Done(answer) => answer,
            Step::Call(call) => self.finish(*call, &head, body).await,
            Step::Admin => self.administer(&head, body).await,
            Step::Neighbour(errand) => self.neighbour(*errand, &head, body).await,
            Step::Mount(mount) => self.visit_mount(&*mount, &head, body).await,
        }
    }

    /// How large a body may be: files have room of their own. What is put where an upload was told to be put has
    /// the room that this upload was promised, and a byte more to be told so.
    pub(super) fn room(&self, head: &Parts, step: &Step) -> usize {
        match step {
            Step::Call(call) if call.route.operation().body == BodyKind::Multipart => {
                self.policy().max_upload
            }
            Step::Neighbour(errand) => errand.room(),
            Step::Admin => admin::upload_room(&self.0.crm, head).unwrap_or(self.policy().max_body),
            _ => self.policy().max_body,
        }
    }

    /// The part that needs no body: route, token, version, rate, scope, sub-account.
    pub(super) fn begin(&self, head: &Parts) -> Step {
        let started = Instant::now();
        std::panic::catch_unwind(AssertUnwindSafe(|| self.look(head, started))).unwrap_or_else(|_| {
            let exchange = self.exchange(head, started);
            Step::Done(self.refuse(exchange, &panicked(None)))
        })
    }

    fn look(&self, head: &Parts, started: Instant) -> Step {
        let path = head.uri.path();
        let length = path.len() + head.uri.query().map_or(0, str::len);
        if length > MAX_URI {
            let exchange = self.exchange(head, started);
            return Step::Done(self.refuse(exchange, &refusal::server(414, "URI Too Long")));
        }
        if let Some(answer) = cors::preflight(head) {
            return Step::Done(answer);
        }
        match self.0.routes.find(&head.method, path) {
            Found::Route(route, params) => self.admit(head, started, route, &params),
            Found::WrongCase => self.astray(head, started, refusal::unregistered_route()),
            Found::Nothing => match self.own_page(head).or_else(|| neighbour::errand(head, started)) {
                Some(step) => step,
                None => {
                    let asked = head.uri.path_and_query().map_or(path, |both| both.as_str());
                    self.astray(head, started, refusal::unknown_route(head.method.as_str(), asked))
                }
            },
        }
    }

    /// Passes a request for a known operation through the gate, as far as its head goes.
    fn admit(
        &self,
        head: &Parts,
        started: Instant,
        route: &'static Route,
        params: &matchit::Params<'_, '_>,
    ) -> Step {
        let operation = route.operation();
        let version = head.headers.get(&VERSION).and_then(|version| version.to_str().ok());
        let caller = self.caller(head);
        let hit = struck::meet(&caller, operation, params, head.uri.query());
        if let Some(hit) = hit.as_ref().filter(|hit| hit.comes_first()) {
            return Step::Call(Box::new(self.struck(head, started, route, &caller, hit.clone())));
        }
        let admission = caller.admit_http(Some(operation), version);
        let mut exchange = Exchange {
            started,
            operation: Some(operation),
            unknown: None,
            caller: self.name(admission.credential.as_deref(), admission.outcome.is_ok()),
            location: admission.credential.as_deref().and_then(own_location),
            allowance: admission.allowance,
            origin: cors::local_origin(&head.headers).cloned(),
            fault: hit.as_ref().map(|hit| Arc::clone(&hit.label)),
        };
        let checked = admission.outcome.and_then(|()| {
            if route.removed_in_v3 && version.is_some_and(|version| version.trim() == "v3") {
                return Err(removed(head.uri.path()).during(operation));
            }
            let mut named = Vec::with_capacity(params.len());
            for (name, (_, raw)) in operation.params.iter().zip(params.iter()) {
                named.push(((*name).to_owned(), input::param(raw)?));
            }
            let arguments = Arguments::new(named, input::query(head.uri.query()), Payload::Empty);
            if let Some(named) = place::named_before_body(operation, &arguments) {
                exchange.location = Some(named.into());
            }
            place::check(operation, admission.credential.as_deref(), &arguments, true)?;
            Ok(arguments)
        });
        match checked {
            Err(error) if hit.is_none() => Step::Done(self.refuse(exchange, &error)),
            arguments => {
                let lag = hit.as_ref().and_then(Hit::lag);
                let caller = Caller::Admitted(admission.credential.clone(), operation, lag);
                Step::Call(Box::new(Call {
                    exchange,
                    route,
                    crm: self.0.crm.with_caller(caller),
                    credential: admission.credential,
                    arguments,
                    hit,
                }))
            }
        }
    }

    /// A call that an armed fault hits before anything else is looked at.
    fn struck(
        &self,
        head: &Parts,
        started: Instant,
        route: &'static Route,
        caller: &MemCrm,
        hit: Hit,
    ) -> Call {
        let mut exchange = self.exchange(head, started);
        exchange.operation = Some(route.operation());
        exchange.unknown = None;
        exchange.fault = Some(Arc::clone(&hit.label));
        let directory = self.0.crm.world.directory.read();
        if let Some(credential) = caller.whose_token(&directory) {
            exchange.caller = Arc::clone(&credential.name);
            exchange.location = own_location(credential);
        }
        Call {
            exchange,
            route,
            crm: self.0.crm.clone(),
            credential: None,
            arguments: Ok(Arguments::default()),
            hit: Some(hit),
        }
    }

    /// A request that leads nowhere. It counts against the limit; whether its token is good does not matter.
    fn astray(&self, head: &Parts, started: Instant, refused: Error) -> Step {
        let version = head.headers.get(&VERSION).and_then(|version| version.to_str().ok());
        let admission = self.caller(head).admit_http(None, version);
        let mut exchange = self.exchange(head, started);
        exchange.caller = self.name(admission.credential.as_deref(), admission.outcome.is_ok());
        exchange.allowance = admission.allowance;
        exchange.location = admission.credential.as_deref().and_then(own_location);
        if let Some(error) = admission.outcome.err().filter(|error| error.kind() == ErrorKind::RateLimited) {
            return Step::Done(self.refuse(exchange, &error));
        }
        let hint = meant::route(self.0.routes, &head.method, head.uri.path());
        Step::Done(self.refuse(exchange, &refused.with_hint(&hint.unwrap_or_default())))
    }

    /// What a server has beside the API.
    fn own_page(&self, head: &Parts) -> Option<Step> {
        let path = head.uri.path();
        if path == "/_mem" || path.starts_with("/_mem/") || admin::is_called(path) {
            return Some(Step::Admin);
        }
        if let Some(mount) = self.mount(head) {
            return Some(Step::Mount(mount));
        }
        if head.method != Method::GET && head.method != Method::HEAD {
            return None;
        }
        let body = match path {
            "/openapi.json" => self.openapi(),
            "/" => admin::index(&self.policy().base_url),
            path => {
                let name = path.strip_prefix("/openapi/")?.strip_suffix(".json")?;
                neighbour::openapi(name, &self.policy().base_url)?
            }
        };
        Some(Step::Done(self.shown(head, answer::json(StatusCode::OK, body))))
    }

    /// The OpenAPI document, made when first asked for.
    fn openapi(&self) -> Bytes {
        let make = || {
            let document =
                smbcrm_core::operation::openapi(smbcrm_core::operations(), &self.policy().base_url);
            serde_json::to_vec(&document).unwrap_or_default().into()
        };
        self.0.openapi.get_or_init(make).clone()
    }

    /// The part that needs the body, and the operation itself.
    pub(super) async fn finish(&self, call: Call, head: &Parts, body: Result<Bytes>) -> Response<Bytes> {
        let Call { mut exchange, route, mut crm, credential, arguments, mut hit } = call;
        let operation = route.operation();
        // A sub-account that only the body names: faults that are armed for it are met now.
        if hit.is_none()
            && !self.0.crm.world.faults.is_idle()
            && let (Place::Body(name), Ok(body)) = (operation.place, &body)
            && let Some(named) = struck::named(name, body)
            && let Some(met) = self.caller(head).meet_again(operation, &named)
        {
            exchange.fault = Some(Arc::clone(&met.label));
            exchange.location = Some(named.as_str().into());
            crm = crm.with_caller(Caller::Admitted(credential.clone(), operation, met.lag()));
            hit = Some(met);
        }
        let Some(hit) = hit else {
            let run = self.run(route, &crm, credential.as_deref(), arguments, head, body);
            return self.show(exchange, caught(run, operation).await);
        };
        self.0.crm.world.clock.pass(hit.delay).await;
        if hit.comes_first() {
            let limits = exchange.allowance.limits;
            return self.leave(exchange, struck::answer(&hit, operation, limits, None));
        }
        if hit.is_duplicate()
            && let (Ok(first), Ok(body)) = (&arguments, &body)
        {
            let first = Arguments::new(first.params.clone(), first.query.clone(), Payload::Empty);
            let run = self.run(route, &crm, credential.as_deref(), Ok(first), head, Ok(body.clone()));
            // The answer that nobody gets.
            drop(caught(run, operation).await);
        }
        let run = self.run(route, &crm, credential.as_deref(), arguments, head, body);
        let outcome = caught(run, operation).await;
        if !hit.breaks() {
            return self.show(exchange, outcome);
        }
        let limits = exchange.allowance.limits;
        let trace = self.0.crm.world.trace_id();
        let mut real = match outcome {
            Ok(reply) => answer::success(operation, reply, &trace),
            Err(error) => answer::refusal(&error, &trace),
        };
        answer::limits(&mut real, &exchange.allowance);
        self.leave(exchange, struck::answer(&hit, operation, limits, Some(real)))
    }

    /// Answers with the outcome of a call.
    fn show(&self, exchange: Exchange, outcome: Result<Reply>) -> Response<Bytes> {
        match outcome {
            Ok(reply) => {
                let trace = self.0.crm.world.trace_id();
                let operation = exchange.operation;
                let answer = operation.map(|operation| answer::success(operation, reply, &trace));
                self.close(exchange, answer.unwrap_or_default())
            }
            Err(error) => self.refuse(exchange, &error),
        }
    }

    async fn run(
        &self,
        route: &'static Route,
        crm: &MemCrm,
        credential: Option<&Credential>,
        arguments: Result<Arguments>,
        head: &Parts,
        body: Result<Bytes>,
    ) -> Result<Reply> {
        let operation = route.operation();
        let mut arguments = arguments?;
        if operation.body != BodyKind::None {
            arguments.payload = input::payload(operation.body, &head.headers, &body?)?;
            place::check(operation, credential, &arguments, false)?;
        }
        // A lenient world lets undeclared properties pass; the inputs' own decoding leaves them out.
        if !self.is_lenient() {
            let checked = route.checker().check(&arguments);
            checked.map_err(|error| meant::input(self.0.routes, route, error))?;
        }
        route.endpoint.call(crm, arguments).await
    }

    /// Answers a request to the admin API.
    pub(super) async fn administer(&self, head: &Parts, body: Result<Bytes>) -> Response<Bytes> {
        // What was answered before the world was arranged by hand says nothing about it now.
        if head.method != Method::GET {
            self.0.mounts.iter().for_each(|mount| mount.rearranged());
        }
        let run = async {
            match body {
                Ok(body) => admin::answer(&self.0.crm, self.policy(), head, &body).await,
                Err(error) => admin::refused_body(&error),
            }
        };
        let answer = AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(path = head.uri.path(), "the admin API panicked; this is a bug");
            admin::broken()
        });
        self.shown(head, answer)
    }

    /// Answers a call that did not come to an end.
    pub(super) fn refuse(&self, exchange: Exchange, error: &Error) -> Response<Bytes> {
        let trace = self.0.crm.world.trace_id();
        let mut answer = answer::refusal(error, &trace);
        if let Some(advice) = error.advice() {
            meant::tell(&mut answer, advice);
        }
        self.close(exchange, answer)
    }

    /// What every answer of the API carries, and its line in the journal.
    fn close(&self, exchange: Exchange, mut answer: Response<Bytes>) -> Response<Bytes> {
        answer::limits(&mut answer, &exchange.allowance);
        self.leave(exchange, answer)
    }

    /// What every answer carries, an armed fault's included, and its line in the journal.
    pub(super) fn leave(&self, exchange: Exchange, mut answer: Response<Bytes>) -> Response<Bytes> {
        if let Some(origin) = exchange.origin {
            cors::allow(&mut answer, origin);
        }
        let micros = u32::try_from(exchange.started.elapsed().as_micros()).unwrap_or(u32::MAX);
        let status = answer.status().as_u16();
        let hint = meant::told(&answer).map(redacted);
        if tracing::enabled!(tracing::Level::DEBUG) {
            let what = match (&exchange.operation, &exchange.unknown) {
                (Some(operation), _) => operation.to_string(),
                (None, Some(unknown)) => format!("{} {}", unknown.0, unknown.1),
                (None, None) => String::new(),
            };
            let (fault, hint) = (exchange.fault.as_deref(), hint.as_deref());
            tracing::debug!(what, status, micros, caller = &*exchange.caller, fault, hint, "answered");
        }
        let is_unsaid = answer.extensions().get::<Broken>().is_some_and(|broken| broken.is_without_head());
        let is_plain = exchange.unknown.is_none() && exchange.fault.is_none() && hint.is_none();
        let more = More { unknown: exchange.unknown, fault: exchange.fault, hint };
        let world = &self.0.crm.world;
        world.journal.record(Entry {
            at: world.clock.millis(),
            operation: exchange.operation,
            status: (!is_unsaid).then_some(status),
            micros: Some(micros),
            caller: Some(exchange.caller),
            location: exchange.location,
            more: (!is_plain).then(|| Box::new(more)),
        });
        answer
    }

    /// An answer that is not the API's: no limits, no line in the journal.
    pub(super) fn shown(&self, head: &Parts, mut answer: Response<Bytes>) -> Response<Bytes> {
        if let Some(origin) = cors::local_origin(&head.headers) {
            cors::allow(&mut answer, origin.clone());
        }
        answer
    }

    pub(super) fn exchange(&self, head: &Parts, started: Instant) -> Exchange {
        let limits = self.0.crm.world.directory.read().limits;
        Exchange {
            started,
            operation: None,
            unknown: Some((head.method.to_string(), redacted(head.uri.path()))),
            caller: Arc::clone(&self.0.nobody),
            location: None,
            allowance: Allowance::untouched(limits),
            origin: cors::local_origin(&head.headers).cloned(),
            fault: None,
        }
    }

    pub(super) fn caller(&self, head: &Parts) -> MemCrm {
        let token = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        self.0.crm.with_caller(token.map_or(Caller::Nobody, Caller::of))
    }

    fn name(&self, credential: Option<&Credential>, admitted: bool) -> Arc<str> {
        match credential {
            Some(credential) => Arc::clone(&credential.name),
            None if admitted => Arc::clone(&self.0.anyone),
            None => Arc::clone(&self.0.nobody),
        }
    }

    pub(super) fn mounts(&self) -> &[Arc<dyn Mount>] {
        &self.0.mounts
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.0.crm.world.directory.read().lenient
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("crm", &self.0.crm).finish_non_exhaustive()
    }
}

/// The sub-account that a token belongs to.
fn own_location(credential: &Credential) -> Option<LocationId> {
    match &credential.token.info.level {
        TokenLevel::Location(own) => Some(own.clone()),
        TokenLevel::Agency => None,
    }
}

/// The outcome of a call; a panic in it is a refusal, not the end of the connection.
pub(super) async fn caught(
    run: impl Future<Output = Result<Reply>>,
    operation: &'static Operation,
) -> Result<Reply> {
    AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|_| Err(panicked(Some(operation))))
}

/// The refusal of a body that is larger than the server takes.
pub(super) fn too_large() -> Error {
    refusal::server(413, "request entity too large")
}

fn panicked(operation: Option<&'static Operation>) -> Error {
    let operation = operation.map_or_else(|| "no operation".to_owned(), ToString::to_string);
    tracing::error!(operation, "answering panicked; this is a bug");
    refusal::server(500, "Internal server error")
}

fn removed(path: &str) -> Error {
    refusal::bad_request(&format!(
        "Endpoint {path} not available in API version v3. This endpoint was removed in version v3. \
         Please use a version before v3."
    ))
}

/// A path as the journal may keep it: nobody's token, and not for ever long.
fn redacted(path: &str) -> String {
    const LONGEST: usize = 200;
    let mut kept = String::new();
    let mut rest = path;
    while let Some(at) = rest.find("pit-") {
        kept.push_str(&rest[..at]);
        kept.push_str("pit-…");
        rest = rest[at + 4..].trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '-');
    }
    kept.push_str(rest);
    if kept.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| kept.is_char_boundary(*at)).unwrap_or_default();
        kept.truncate(end);
        kept.push('…');
    }
    kept
}
