//! `/mcp/` on the HTTP server, in front of the same gate.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use smbcrm_mem::{Mount, Service, TokenLevel};

use crate::replays::Replays;
use crate::{McpServer, Surface, mount};

/// Answers assistants at `/mcp/` of a [`MemServer`](smbcrm_mem::MemServer) or a [`Service`].
///
/// Their calls go through the HTTP side as anybody's do: token, rate, scope, sub-account, strict check, journal. Any
/// token may ask for the tools, as on the wire; a good one is shown those that it covers.
///
/// ```
/// # async fn doc() -> std::io::Result<()> {
/// let server = smbcrm_mem::MemServer::builder().mount(smbcrm_mem_mcp::Assistants::default()).start().await?;
/// println!("{}/mcp/", server.base_url());
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Assistants {
    /// What was answered under idempotency keys.
    replays: Arc<Replays>,
}

#[async_trait]
impl Mount for Assistants {
    fn takes(&self, head: &Parts) -> bool {
        surface(head).is_some()
    }

    async fn answer(&self, service: &Service, head: &Parts, body: Bytes) -> Response<Bytes> {
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let token = header(AUTHORIZATION.as_str()).unwrap_or_default();
        let token =
            token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("bearer ")).unwrap_or(token).trim();
        let known = service.token(token);
        let surface = surface(head).unwrap_or_default();
        let own = match known.as_ref().map(|known| &known.level) {
            Some(TokenLevel::Location(own)) if surface == Surface::V2 => Some(own.as_str().to_owned()),
            _ => None,
        };
        let mut server = McpServer::new(service.wire(token))
            .surface(surface)
            // Without a good token there is nothing to go by, and everything is shown: each call is held against its
            // token anyway.
            .showing(move |operation| known.as_ref().is_none_or(|known| known.covers(operation)))
            .replaying(Arc::clone(&self.replays), Sha256::digest(token).into());
        if let Some(location) = header("locationid").or(own.as_deref()) {
            server = server.location(location);
        }
        mount::answer(server, head, body).await
    }

    fn late(&self) -> Response<Bytes> {
        let error = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32603, "message": "Gateway Timeout" } });
        let mut answer = Response::new(error.to_string().into());
        *answer.status_mut() = StatusCode::GATEWAY_TIMEOUT;
        answer
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        answer
    }

    fn rearranged(&self) {
        self.replays.clear();
    }
}

fn surface(head: &Parts) -> Option<Surface> {
    mount::surface(head.uri.path(), head.uri.query())
}
