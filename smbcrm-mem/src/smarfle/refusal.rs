//! Refusals. Their bodies are not documented: `{"error": code, "message": text}` is our convention.

use std::time::Duration;

use serde_json::{Value, json};
use smbcrm_core::{Error, ErrorKind};

fn wire(status: u16, code: &str, message: &str) -> Error {
    Error::from_wire(None, status, json!({ "error": code, "message": message }))
}

/// No key, or none that is good.
pub(crate) fn unauthorized() -> Error {
    wire(401, "unauthorized", "A valid API key is required.")
}

/// A key where a session is needed.
pub(crate) fn forbidden() -> Error {
    wire(403, "forbidden", "An API key may not do this: a session of the organization is needed.")
}

/// Nothing of this id, or it is somebody else's.
pub(crate) fn not_found(what: &str, id: &str) -> Error {
    wire(404, "not_found", &format!("There is no {what} {id}."))
}

/// It is not in a state in which this can be done.
pub(crate) fn conflict(message: &str) -> Error {
    wire(409, "conflict", message)
}

/// Too many requests of a key.
pub(crate) fn too_many(wait: Duration) -> Error {
    let message = "Too many requests with this key.";
    let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1);
    let body = json!({ "error": "rate_limited", "message": message, "retryAfter": seconds });
    Error::from_wire(None, 429, body).retry_in(wait)
}

/// The requests of a key cannot be counted now.
pub(crate) fn uncounted() -> Error {
    wire(503, "limit_unavailable", "Requests cannot be counted now: try again.")
        .retry_in(Duration::from_secs(1))
}

/// An input whose fields are refused; every violation is in `details`.
pub(crate) fn validation(details: &[String]) -> Error {
    let message = details.first().map_or("The request is not valid.", String::as_str);
    let body =
        json!({ "error": "validation_error", "message": message, "details": Value::from(details.to_vec()) });
    Error::from_wire(None, 422, body)
}

/// A refusal of the server's own, in this API's words.
pub(crate) fn reword(error: &Error) -> Error {
    let (code, status) = match (error.kind(), error.status_or_default()) {
        (ErrorKind::Invalid, 422) => return validation(error.messages()),
        (_, 413) => ("payload_too_large", 413),
        (_, 404) => ("not_found", 404),
        (_, status @ 500..=599) => ("internal_error", status),
        (_, status) => ("bad_request", status),
    };
    wire(status, code, &error.messages().join("; "))
}
