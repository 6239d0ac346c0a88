//! Refusals in the API's words: a code in `error`, its words in `message`.

use serde_json::{Value, json};
use smbcrm_core::{Error, ErrorKind};

fn wire(status: u16, code: &str, message: &str) -> Error {
    Error::from_wire(None, status, json!({ "error": code, "message": message }))
}

/// No key, or none that is good.
pub(crate) fn unauthorized() -> Error {
    wire(401, "unauthorized", "A valid API key is required.")
}

/// No plan that is paid for.
pub(crate) fn unpaid() -> Error {
    wire(403, "forbidden", "An active paid plan is required.")
}

pub(crate) fn bad_request(message: &str) -> Error {
    wire(400, "bad_request", message)
}

/// There is no such thing.
pub(crate) fn not_found(what: &str) -> Error {
    wire(404, "not_found", &format!("{what} not found."))
}

/// Another integration of the provider goes to the address.
pub(crate) fn exists() -> Error {
    wire(409, "integration_exists", "An integration of this provider with this URL exists already.")
}

/// There are as many integrations as there may be.
pub(crate) fn limit() -> Error {
    wire(409, "integration_limit", "An account has at most 25 integrations.")
}

/// A push that there is no credit for.
pub(crate) fn insufficient_credits(remaining: u64) -> Error {
    let message = "There are not enough credits for this lead.";
    let body = json!({ "error": "insufficient_credits", "message": message, "creditsRemaining": remaining });
    Error::from_wire(None, 402, body)
}

/// A CRM that this deployment is not set up for.
pub(crate) fn unavailable(reason: &str) -> Error {
    wire(503, "provider_unavailable", reason)
}

/// Too many requests.
pub(crate) fn too_many(seconds: u64) -> Error {
    let message = "Too many requests. Please try again later.";
    Error::from_wire(
        None,
        429,
        json!({ "error": "Rate limit exceeded", "message": message, "retryAfter": seconds }),
    )
}

/// An input whose fields are refused; every violation is in `details`.
pub(crate) fn validation(details: &[String]) -> Error {
    let message = details.first().map_or("The request is not valid.", String::as_str);
    let body =
        json!({ "error": "validation_error", "message": message, "details": Value::from(details.to_vec()) });
    Error::from_wire(None, 400, body)
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
