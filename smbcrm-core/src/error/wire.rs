//! The shapes of refusals on the wire (behaviour c.1).

use serde_json::{Map, Value};

/// What a body says, whatever its shape.
#[derive(Default)]
pub(super) struct Read {
    pub(super) messages: Vec<String>,
    pub(super) code: Option<String>,
    pub(super) meta: Map<String, Value>,
    pub(super) trace_id: Option<String>,
}

pub(super) fn read(body: &Value) -> Read {
    let mut read = Read::default();
    let Value::Object(body) = body else { return read };
    match body.get("message") {
        Some(Value::String(text)) => read.messages.push(text.clone()),
        Some(Value::Array(texts)) => {
            read.messages.extend(
                texts.iter().map(|text| text.as_str().map_or_else(|| text.to_string(), str::to_owned)),
            );
        }
        // Shape 4: `{"error": "Contact with id X not found", "status": 400}`.
        _ => read.messages.extend(body.get("error").and_then(Value::as_str).map(str::to_owned)),
    }
    read.code = ["canonicalCode", "code"].iter().find_map(|key| body.get(*key)?.as_str().map(str::to_owned));
    if let Some(Value::Object(meta)) = body.get("meta") {
        read.meta.clone_from(meta);
    }
    // Shape 6 puts the id of the record in question beside the message.
    for (key, value) in body {
        if key.ends_with("Id") && key != "traceId" && value.is_string() {
            read.meta.insert(key.clone(), value.clone());
        }
    }
    read.trace_id = body.get("traceId").and_then(Value::as_str).map(str::to_owned);
    read
}

/// A short account of a body that is not a JSON object. Pages are named, not quoted.
pub(super) fn unreadable(status: u16, body: &[u8]) -> String {
    const EXCERPT: usize = 120;
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * EXCERPT)]);
    let text = text.trim();
    if text.is_empty() {
        return format!("{} (empty body)", reason(status));
    }
    if text.starts_with('<') {
        return format!("{} (an HTML page of {} bytes, not the API's JSON)", reason(status), body.len());
    }
    let excerpt: String = text.chars().take(EXCERPT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{} (not JSON: `{excerpt}`)", reason(status))
}

/// The standard words for a status.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        200..=299 => "OK",
        300..=399 => "an unexpected redirect",
        _ => "Error",
    }
}
