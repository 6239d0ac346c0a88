//! A transport without sockets.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::{Arguments, Body, Payload, Request, Response, Route, Transport};
use crate::Crm;
use crate::error::{Error, ErrorKind, Result};

/// Encodes every call as a client would and answers it from another implementation, all in process.
///
/// It proves that what is sent can be read back: the contract suite runs through it. It is also the quickest way to
/// put a wrapper (a recorder, a fault injector) between an app and an in-memory CRM.
///
/// ```
/// # async fn doc(crm: impl smbcrm_core::Crm) -> smbcrm_core::Result<()> {
/// use smbcrm_core::operation::Loopback;
/// use smbcrm_core::contacts::Contacts;
///
/// let looped = Loopback::new(crm);
/// let contact = looped.get(&"ocQHyuzHvysMo5N5VsXc".into()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Loopback(Arc<dyn Crm>);

impl Loopback {
    /// Loops calls back into `crm`.
    pub fn new(crm: impl Crm) -> Self {
        Self(Arc::new(crm))
    }

    /// Loops calls back into a shared CRM.
    pub fn shared(crm: Arc<dyn Crm>) -> Self {
        Self(crm)
    }
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loopback")
    }
}

#[async_trait]
impl Transport for Loopback {
    async fn send(&self, request: Request) -> Result<Response> {
        let operation = request.operation;
        let arguments = arguments(&request)?;
        let answer = crate::crm::call(self.0.as_ref(), operation, arguments)
            .ok_or_else(|| Error::unsupported(operation))?
            .await;
        on_the_wire(answer)
    }
}

/// Answers a request from one product, as [`Loopback`] does from all of them.
pub(crate) async fn answer<S: ?Sized>(
    routes: &'static [Route<S>],
    service: &S,
    request: &Request,
) -> Result<Response> {
    let operation = request.operation;
    let arguments = arguments(request)?;
    let route = routes.iter().find(|route| route.operation == operation);
    let route = route.ok_or_else(|| Error::unsupported(operation))?;
    on_the_wire((route.call)(service, arguments).await)
}

/// An outcome as the wire would carry it.
fn on_the_wire(outcome: Result<Response>) -> Result<Response> {
    match outcome {
        Ok(response) => Ok(response),
        // There is no answer, or none that says what this error says.
        Err(error) if is_without_answer(&error) => Err(error),
        // A refusal travels as the wire would carry it, and is read back by the caller.
        Err(error) => {
            let body = serde_json::to_vec(&error.to_wire()).unwrap_or_default();
            Ok(Response::new(error.status_or_default(), body))
        }
    }
}

fn is_without_answer(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Unsupported | ErrorKind::Ambiguous | ErrorKind::Transport => true,
        ErrorKind::Unavailable | ErrorKind::Decode => error.status().is_none(),
        _ => false,
    }
}

/// What a request says, as whoever answers it reads it.
pub(crate) fn arguments(request: &Request) -> Result<Arguments> {
    let unreadable = |what: &str| {
        Error::new(ErrorKind::Transport, format!("the {what} cannot be read")).during(request.operation)
    };
    let mut params = Vec::new();
    let filled = request.path.split('/');
    for (name, value) in request.operation.path.split('/').zip(filled) {
        if let Some(name) = name.strip_prefix('{').and_then(|n| n.strip_suffix('}')) {
            let decoded =
                percent_encoding::percent_decode_str(value).decode_utf8().map_err(|_| unreadable("path"))?;
            params.push((name.to_owned(), decoded.into_owned()));
        }
    }
    let query = request.query.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let payload = match &request.body {
        Body::Empty => Payload::Empty,
        Body::Json(bytes) => Payload::Json(serde_json::from_slice(bytes).map_err(|_| unreadable("body"))?),
        Body::Form(pairs) => Payload::Json(Value::Object(
            pairs.iter().map(|(name, value)| (name.to_string(), Value::String(value.clone()))).collect(),
        )),
        Body::Multipart(parts) => Payload::Multipart(parts.clone()),
    };
    Ok(Arguments::new(params, query, payload))
}
