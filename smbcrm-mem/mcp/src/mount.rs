//! Streamable HTTP without sessions, one message a request.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use rmcp::ErrorData;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::handler::versions;
use crate::{McpServer, Surface};

/// Which surface a path means; `None` where the path is none of ours.
pub(crate) fn surface(path: &str, query: Option<&str>) -> Option<Surface> {
    let rest = path.strip_prefix("/mcp")?;
    match rest.trim_start_matches('/').trim_end_matches('/').split('/').collect::<Vec<_>>()[..] {
        [""] if rest.len() <= 1 => {
            let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
            let all = pairs.any(|(name, value)| name == "tools" && value == "all");
            Some(if all { Surface::All } else { Surface::Documented })
        }
        [client, "v2"] if !client.is_empty() && rest.starts_with('/') => Some(Surface::V2),
        _ => None,
    }
}

/// Answers one request. Nothing is kept between two.
pub(crate) async fn answer(server: McpServer, head: &Parts, body: Bytes) -> Response<Bytes> {
    if head.method == Method::DELETE {
        return plain(StatusCode::NOT_FOUND, "Not Found: there are no sessions");
    }
    if head.method != Method::POST {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return answer;
    }
    if tokio::runtime::Handle::try_current().is_err() {
        return plain(StatusCode::NOT_IMPLEMENTED, "Not Implemented: MCP needs a Tokio runtime");
    }
    let mut head = head.clone();
    let asked = head.headers.get(VERSION).and_then(|version| version.to_str().ok()).map(str::to_owned);
    if let Some(asked) = asked.filter(|asked| !versions().iter().any(|known| known.as_str() == asked)) {
        let asked = serde_json::from_value(asked.into()).unwrap_or_default();
        return refused(&body, &ErrorData::unsupported_protocol_version(asked, versions()));
    }
    let is_json =
        head.headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"application/json"));
    let message = body.clone();
    // The oldest version differs in nothing that matters here, and the SDK does not know its name.
    if head.headers.get(VERSION).is_some_and(|version| version == "2024-10-07") {
        head.headers.insert(VERSION, HeaderValue::from_static("2024-11-05"));
    }
    // Who may call is decided before; see `Mount`. The SDK wants a name all the same, and without a socket there is none.
    head.headers.entry(HOST).or_insert(HeaderValue::from_static("localhost"));
    let config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_legacy_session_mode(false)
        .with_sse_keep_alive(None)
        // Whoever read it has seen to that.
        .with_max_request_body_bytes(usize::MAX);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let (mut head, answer) = service.handle(Request::from_parts(head, Full::new(body))).await.into_parts();
    // The SDK says of a message that it cannot read what is true of its media type only.
    if head.status == StatusCode::UNSUPPORTED_MEDIA_TYPE && is_json {
        return refused(&message, &unreadable(&message));
    }
    let Ok(body) = answer.collect().await;
    let mut body = body.to_bytes();
    if head.headers.get(CONTENT_TYPE).is_some_and(|media| media == "text/event-stream") {
        body = named(&body);
    }
    head.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(head, body)
}

/// Why a message cannot be read.
fn unreadable(message: &[u8]) -> ErrorData {
    match serde_json::from_slice::<Value>(message) {
        Err(error) => ErrorData::parse_error(format!("the message is not JSON: {error}"), None),
        Ok(Value::Array(_)) => {
            ErrorData::invalid_request("send one message a request; batches are not taken", None)
        }
        Ok(_) => {
            ErrorData::invalid_request("the message is no JSON-RPC request, notification or response", None)
        }
    }
}

/// The refusal of a message, under its own id where it has one.
fn refused(message: &[u8], error: &ErrorData) -> Response<Bytes> {
    let id = serde_json::from_slice::<Value>(message)
        .ok()
        .and_then(|mut message| message.get_mut("id").map(Value::take));
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
    let mut answer = Response::new(body.to_string().into());
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

const VERSION: &str = "mcp-protocol-version";

/// The one frame of an answer, with its event's name as the live server writes it.
fn named(frame: &[u8]) -> Bytes {
    let mut named = Vec::with_capacity(frame.len() + 16);
    if frame.starts_with(b"data:") {
        named.extend_from_slice(b"event: message\n");
    }
    named.extend_from_slice(frame);
    named.into()
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(text.as_bytes()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_a_surface() {
        assert_eq!(surface("/mcp/", None), Some(Surface::Documented));
        assert_eq!(surface("/mcp", Some("tools=all")), Some(Surface::All));
        assert_eq!(surface("/mcp/", Some("tools=some")), Some(Surface::Documented));
        assert_eq!(surface("/mcp/anthropic/v2", None), Some(Surface::V2));
        for other in ["/mcpx", "/mcp/x", "/mcp//", "/mcp//v2", "/mcp/a/v3", "/mcp/a/b/v2", "/"] {
            assert_eq!(surface(other, None), None, "{other}");
        }
    }
}
