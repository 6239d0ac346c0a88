//! AI assistants: `/mcp/`, in front of the same gate.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Response, StatusCode};
use serde_json::json;
use smbcrm_core::Result;

use super::{Service, Wire, answer, cors};
use crate::mcp::{McpServer, Surface, mount};
use crate::world::token;

impl Service {
    /// Answers an assistant's message.
    ///
    /// Its calls go through the HTTP side as anybody's do: token, rate, scope, sub-account, strict check, journal. Any
    /// token may ask for the tools, as on the wire; a good one is shown those that it covers.
    pub(super) async fn assist(
        &self,
        surface: Surface,
        head: &Parts,
        body: Result<Bytes>,
    ) -> Response<Bytes> {
        if self.is_foreign(head) {
            return mount::foreign();
        }
        let body = match body {
            Ok(body) => body,
            Err(error) => return self.shown(head, answer::refusal(&error, &self.trace_id())),
        };
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let token = header(AUTHORIZATION.as_str()).unwrap_or_default();
        let token =
            token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("bearer ")).unwrap_or(token).trim();
        let caller = self.caller(head);
        let mut server = McpServer::new(Wire::of(self, token))
            .surface(surface)
            .showing(caller.covers())
            .replaying(self.replays().clone(), token::hash(token));
        let own = (surface == Surface::V2).then(|| caller.own_location()).flatten();
        if let Some(location) = header("locationid").or(own.as_ref().map(|own| own.as_str())) {
            server = server.location(location);
        }
        self.shown(head, mount::answer(server, head, body, self.policy().max_body).await)
    }

    /// Whether a page from elsewhere asks, or on loopback a name from elsewhere leads here (DNS rebinding).
    fn is_foreign(&self, head: &Parts) -> bool {
        if self.policy().is_local() {
            return cors::is_foreign(&head.headers);
        }
        head.headers.contains_key(http::header::ORIGIN) && cors::local_origin(&head.headers).is_none()
    }
}

/// What is said where a call does not come to an end in time.
pub(super) fn late() -> Response<Bytes> {
    let error =
        json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32603, "message": "Gateway Timeout" } });
    answer::json(StatusCode::GATEWAY_TIMEOUT, error.to_string().into())
}
