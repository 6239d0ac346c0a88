//! The shapes of refusals on the wire (behaviour c.1), and the one of the APIs beside SMBcrm's: a code in `error`,
//! its words in `message`, and facts beside them.

use std::time::Duration;

use serde_json::{Map, Value};

/// What a body says, whatever its shape.
#[derive(Default)]
pub(super) struct Read {
    pub(super) messages: Vec<String>,
    pub(super) code: Option<String>,
    pub(super) meta: Map<String, Value>,
    pub(super) trace_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

/// Facts that stand beside a message.
const FACTS: [&str; 4] = ["details", "creditsRemaining", "reason", "declineCode"];

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
    // Elsewhere `error` repeats the status in words; a code is written in lower case and has no spaces.
    let code = body.get("error").and_then(Value::as_str).filter(|error| is_code(error));
    if read.code.is_none() && body.get("message").is_some() {
        read.code = code.map(str::to_owned);
    }
    let wait = ["retryAfter", "retryAfterSeconds"].iter().find_map(|key| body.get(*key)?.as_u64());
    read.retry_after = wait.map(Duration::from_secs);
    for name in FACTS {
        if let Some(fact) = body.get(name) {
            read.meta.insert(name.to_owned(), fact.clone());
        }
    }
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

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
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
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
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
