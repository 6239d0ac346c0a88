//! The wire's refusals, word for word where they are known (behaviour c).

use serde_json::{Map, Value, json};
use smbcrm_core::Error;

fn wire(status: u16, body: Value) -> Error {
    Error::from_wire(None, status, body)
}

/// A token that has not the form of one.
pub(crate) fn invalid_jwt() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "Invalid JWT" }))
}

/// A token that is unknown, expired or revoked.
pub(crate) fn invalid_token() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "Invalid Private Integration token" }))
}

/// No `Version` header.
pub(crate) fn no_version() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "version header was not found." }))
}

/// A `Version` that was never published.
pub(crate) fn unknown_version() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "version header is invalid" }))
}

/// A scope that the token lacks.
pub(crate) fn scope() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "The token is not authorized for this scope." }))
}

/// An agency's token on a sub-account's operation.
pub(crate) fn auth_class() -> Error {
    let message = "This authClass type is not allowed to access this scope.";
    wire(401, json!({ "statusCode": 401, "message": message }))
}

/// A sub-account's token on an agency's operation.
pub(crate) fn forbidden_resource() -> Error {
    wire(403, json!({ "message": "Forbidden resource", "error": "Forbidden", "statusCode": 403 }))
}

/// Another sub-account, or none named at all.
pub(crate) fn location() -> Error {
    wire(403, json!({ "statusCode": 403, "message": "The token does not have access to this location." }))
}

/// A search of users that says nothing at all.
pub(crate) fn unauthorized_request() -> Error {
    wire(401, json!({ "statusCode": 401, "message": "E01 - Unauthorized request" }))
}

/// The limit is used up.
pub(crate) fn too_many() -> Error {
    wire(429, json!({ "statusCode": 429, "message": "Too Many Requests" }))
}

/// A route that is not registered, or written in the wrong case.
pub(crate) fn unregistered_route() -> Error {
    let message = "This route is not yet supported by the IAM Service. Please update your IAM config.";
    wire(401, json!({ "statusCode": 401, "message": message }))
}

/// A route that does not exist.
pub(crate) fn unknown_route(method: &str, path: &str) -> Error {
    wire(
        404,
        json!({ "message": format!("Cannot {method} {path}"), "error": "Not Found", "statusCode": 404 }),
    )
}

/// A record of contacts or tasks that does not exist: HTTP 400, and no `message`.
pub(crate) fn no_such(what: &str, id: &str) -> Error {
    wire(400, json!({ "error": format!("{what} with id {id} not found"), "status": 400 }))
}

/// A record of another product that does not exist (assumed: 400 as contacts do, in the common shape).
pub(crate) fn not_found(what: &str, id: &str) -> Error {
    bad_request(&format!("{what} with id {id} not found"))
}

/// A record of the few products for which the wire declares 404 (behaviour c.5).
pub(crate) fn absent(what: &str, id: &str) -> Error {
    let message = format!("{what} with id {id} not found");
    wire(404, json!({ "message": message, "error": "Not Found", "statusCode": 404 }))
}

/// Something that another call is at work on.
pub(crate) fn conflict(message: &str) -> Error {
    wire(409, json!({ "message": message, "error": "Conflict", "statusCode": 409 }))
}

/// An input that makes no sense.
pub(crate) fn bad_request(message: &str) -> Error {
    wire(400, json!({ "message": message, "error": "Bad Request", "statusCode": 400 }))
}

/// An input whose fields are refused; every violation is listed.
pub(crate) fn invalid(messages: Vec<String>) -> Error {
    unprocessable(422, messages)
}

/// As [`invalid`], where the HTTP status differs from the body's.
pub(crate) fn unprocessable(status: u16, messages: Vec<String>) -> Error {
    wire(
        status,
        json!({ "message": Value::from(messages), "error": "Unprocessable Entity", "statusCode": 422 }),
    )
}

/// A text that must say something.
pub(crate) fn empty(name: &str) -> Error {
    invalid(vec![format!("{name} should not be empty")])
}

/// A list that must hold something.
pub(crate) fn empty_list(name: &str) -> Error {
    invalid(vec![format!("{name} must contain at least 1 elements")])
}

/// No sub-account named to a bulk change.
pub(crate) fn no_location_id() -> Error {
    bad_request("LocationId can't be undefined")
}

/// A slot that is taken, closed, too near, too far or past.
pub(crate) fn slot_taken() -> Error {
    bad_request("The slot you have selected is no longer available.")
}

/// No sub-account named to a booking.
pub(crate) fn no_location_of_appointment() -> Error {
    bad_request("Location ID is required.")
}

/// A schedule that does not exist: one of the few records for which the wire declares 404.
pub(crate) fn missing_schedule(id: &str) -> Error {
    absent("Schedule", id)
}

/// None of the posts that were to be deleted exists: the wire declares 404.
pub(crate) fn no_posts() -> Error {
    let message = "No posts found with the given IDs.";
    wire(404, json!({ "message": message, "error": "Not Found", "statusCode": 404 }))
}

/// A contact that exists already.
pub(crate) fn duplicate_contact(id: &str, name: &str, field: &str) -> Error {
    wire(
        400,
        json!({
            "statusCode": 400,
            "message": "This location does not allow duplicated contacts.",
            "meta": { "contactId": id, "contactName": name, "matchingField": field },
        }),
    )
}

/// An opportunity that exists already.
pub(crate) fn duplicate_opportunity(id: &str) -> Error {
    wire(
        400,
        json!({
            "statusCode": 400,
            "message": "Can not create duplicate opportunity for the contact.",
            "code": "OPPORTUNITY_NO_DUPLICATE",
            "meta": { "existingId": id },
            "error": "Bad Request",
        }),
    )
}

/// The server itself failed or gave up: a timeout, a body too large.
pub(crate) fn server(status: u16, message: &str) -> Error {
    let mut body = Map::new();
    body.insert("statusCode".into(), status.into());
    body.insert("message".into(), message.into());
    wire(status, Value::Object(body))
}
