//! The HTTP side, held to the wire.

mod admin;
mod agents;
mod any_input;
mod bodies;
mod faults;
mod limits;
mod refusals;
mod smarfle;
mod sockets;
mod workflows;

use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::Value;
use smbcrm_core::types::LocationId;

use crate::{MemCrm, Scopes, Service, TokenLevel};

/// A world, its HTTP side, and a token of its sub-account.
struct Site {
    crm: MemCrm,
    service: Service,
    token: String,
}

/// What came back.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Site {
    fn new() -> Self {
        Self::of(MemCrm::new())
    }

    fn of(crm: MemCrm) -> Self {
        let level = TokenLevel::Location(crm.location().clone());
        let token = crm.admin().create_token("test", level, Scopes::All).1;
        crm.admin().mark_origin();
        Self { service: Service::new(&crm), token: token.expose().to_owned(), crm }
    }

    fn location(&self) -> &LocationId {
        self.crm.location()
    }

    /// A request with a good token and version; a header that is given replaces it, an empty one removes it.
    async fn ask(&self, line: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let (method, target) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(target);
        let token = format!("Bearer {}", self.token);
        let usual =
            [("authorization", &*token), ("version", "2021-07-28"), ("content-type", "application/json")];
        for (name, value) in usual {
            if !headers.iter().any(|(given, _)| *given == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let (head, body) = self.service.respond(request.body(body.into()).unwrap()).await.into_parts();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    async fn get(&self, target: &str) -> Answer {
        self.ask(&format!("GET {target}"), &[], "").await
    }

    async fn post(&self, target: &str, body: Value) -> Answer {
        self.ask(&format!("POST {target}"), &[], body.to_string()).await
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body byte for byte, but for the trace id, which has to be there and to come last.
    fn exact(&self) -> String {
        let text = std::str::from_utf8(&self.body).unwrap();
        let (before, trace) = text.rsplit_once(",\"traceId\":\"").unwrap();
        assert_eq!(trace.len(), 38, "{text}");
        format!("{before}}}")
    }

    fn header(&self, name: &str) -> u64 {
        self.headers[name].to_str().unwrap().parse().unwrap()
    }
}
