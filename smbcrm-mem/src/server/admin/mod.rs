//! The admin API under `/_mem/`: what [`crate::Admin`] does, over HTTP.
//!
//! `GET /_mem/` lists every method. Bodies and answers are JSON; a refusal is `{"error": code, "message": text}`,
//! and undeclared properties are refused.
//!
//! On loopback it asks for no key, and answers only requests that name this machine and do not come from a page of
//! elsewhere: any page that a developer visits could else reset the world. Beyond loopback, or where a key was set,
//! every request needs the header `x-smbcrm-admin`.

mod access;
mod agents;
mod automation;
mod conversing;
mod delivering;
mod files;
mod forms;
mod inputs;
mod methods;
mod moments;
mod planting;
mod publishing;
mod sales_boost;
mod smarfle;
mod watching;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::request::Parts;
use http::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use smbcrm_core::Error;

pub(super) use files::room as upload_room;

use super::dispatch::Policy;
use super::{answer, input};
use crate::{Admin, MemCrm};

/// A request to the admin API.
struct Ask<'a> {
    crm: &'a MemCrm,
    /// What the path names: a token's id, a snapshot's name.
    id: String,
    /// What it names besides: another snapshot.
    other: String,
    query: Vec<(String, String)>,
    body: &'a [u8],
}

/// Why a request is refused.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    error: &'static str,
    message: String,
}

type Outcome = Result<(StatusCode, Value), Refused>;

/// One method of the admin API.
struct Method {
    verb: http::Method,
    /// Below `/_mem/`; one segment may be `{id}`, another one `{other}`.
    path: &'static str,
    summary: &'static str,
    run: Run,
}

/// How a method is carried out: at once, over some time, or with a file as its answer.
enum Run {
    Now(fn(&Ask<'_>) -> Outcome),
    File(fn(&Ask<'_>) -> Result<Bytes, Refused>),
    Later(for<'a> fn(&'a Ask<'a>) -> BoxFuture<'a, Outcome>),
}

pub(super) use automation::is_called;

/// What is shown at `/`.
pub(super) fn index(base_url: &str) -> Bytes {
    json!({
        "name": "smbcrm-mem",
        "version": env!("CARGO_PKG_VERSION"),
        "openapi": format!("{base_url}/openapi.json"),
        "admin": format!("{base_url}/_mem/"),
    })
    .to_string()
    .into()
}

/// Answers a request to the admin API.
pub(super) async fn answer(crm: &MemCrm, policy: &Policy, head: &Parts, body: &[u8]) -> Response<Bytes> {
    if let Some(called) = automation::call(crm, head, body) {
        return called;
    }
    if automation::is_called(head.uri.path()) {
        return Refused::missing("address", head.uri.path()).answer();
    }
    if let Some(file) = files::find(crm, head).or_else(|| files::take(crm, head, body)) {
        return file;
    }
    if let Some(consent) = sales_boost::consent(crm, head) {
        return consent;
    }
    let outcome = match access::check(policy, &head.headers) {
        Ok(()) => find(crm, head, body).await,
        Err(refused) => Err(refused),
    };
    outcome.unwrap_or_else(|refused| refused.answer())
}

async fn find(crm: &MemCrm, head: &Parts, body: &[u8]) -> Result<Response<Bytes>, Refused> {
    let path = head.uri.path().strip_prefix("/_mem").unwrap_or_default().trim_matches('/');
    let mut known = false;
    for method in methods::ALL {
        let Some((id, other)) = matches(method.path, path) else { continue };
        known = true;
        if method.verb == head.method
            || (method.verb == http::Method::GET && head.method == http::Method::HEAD)
        {
            let name = |segment| input::param(segment).map_err(|error| Refused::invalid(error.to_string()));
            let (id, other) = (name(id)?, name(other)?);
            let ask = Ask { crm, id, other, query: input::query(head.uri.query()), body };
            let (status, value) = match method.run {
                Run::Now(run) => run(&ask)?,
                Run::Later(run) => run(&ask).await?,
                Run::File(run) => return Ok(files::download(run(&ask)?)),
            };
            return Ok(answer::json(status, value.to_string().into()));
        }
    }
    let asked = format!("{} /_mem/{path}", head.method);
    Err(if known {
        Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", format!("{asked}: see GET /_mem/"))
    } else {
        Refused::new(StatusCode::NOT_FOUND, "not_found", format!("{asked} is not a method: see GET /_mem/"))
    })
}

/// What stands for `{id}` and `{other}` in a path of this template; empty where the template has none.
fn matches<'p>(template: &str, path: &'p str) -> Option<(&'p str, &'p str)> {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let (mut id, mut other) = ("", "");
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some((id, other)),
            (Some("{id}"), Some(segment)) if !segment.is_empty() => id = segment,
            (Some("{other}"), Some(segment)) if !segment.is_empty() => other = segment,
            (Some(wanted), Some(segment)) if wanted == segment => {}
            _ => return None,
        }
    }
}

/// The answer to a body that could not be read.
pub(super) fn refused_body(error: &Error) -> Response<Bytes> {
    let status = StatusCode::from_u16(error.status_or_default()).unwrap_or(StatusCode::BAD_REQUEST);
    Refused::new(status, "unreadable_body", error.messages().join("; ")).answer()
}

/// The answer where the admin API itself failed.
pub(super) fn broken() -> Response<Bytes> {
    Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "this is a bug in smbcrm-mem").answer()
}

impl Refused {
    fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    fn missing(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {what} `{id}`"))
    }

    fn answer(&self) -> Response<Bytes> {
        let body = json!({ "error": self.error, "message": self.message });
        answer::json(self.status, body.to_string().into())
    }
}

impl<'a> Ask<'a> {
    fn admin(&self) -> Admin<'a> {
        self.crm.admin()
    }

    /// The body as a struct that declares what it takes; no body reads as an empty object.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        let body = if self.body.is_empty() { b"{}" } else { self.body };
        serde_json::from_slice(body).map_err(|error| Refused::invalid(error.to_string()))
    }

    /// The query's values of these names, in their order; others are refused.
    fn query<const N: usize>(&self, names: [&str; N]) -> Result<[Option<&str>; N], Refused> {
        if let Some((name, _)) = self.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            let known = names.join(", ");
            return Err(Refused::invalid(format!("unknown parameter `{name}`: expected {known}")));
        }
        let last =
            |name| self.query.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str());
        Ok(names.map(last))
    }
}
