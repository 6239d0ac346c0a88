//! The sub-account that a request names, held against the token.

use smbcrm_core::operation::{Arguments, Operation, Payload, Place};
use smbcrm_core::{Error, Result};

use crate::refusal;
use crate::world::Credential;
use crate::world::token::TokenLevel;

/// Refuses a request that names another sub-account than its token's, or none where it has to name one.
///
/// An agency's token has to name one as well, but opens all of its sub-accounts. A lenient world asks for nothing.
/// `before_body` asks for what can be told from the path and query, so that it can be refused before the body is
/// read; the other half follows once there is a body.
pub(super) fn check(
    operation: &'static Operation,
    credential: Option<&Credential>,
    arguments: &Arguments,
    before_body: bool,
) -> Result<()> {
    let Some(level) = credential.map(|credential| &credential.token.info.level) else { return Ok(()) };
    // The one operation that says so in these words (behaviour c.3).
    if before_body && operation.path == "/users/search" && arguments.query.is_empty() {
        return Err(refusal::unauthorized_request().during(operation));
    }
    let named = match operation.place {
        Place::Path(name) if before_body => find(&arguments.params, name),
        Place::Query(name) if before_body => find(&arguments.query, name),
        Place::Body(name) if !before_body => match named_in_body(name, &arguments.payload) {
            Named::Text(text) => Some(text),
            // The strict check says what is wrong with it.
            Named::Other => return Ok(()),
            Named::Nothing => None,
        },
        _ => return Ok(()),
    };
    match named {
        None | Some("") => Err(absent(operation)),
        Some(named) => match level {
            TokenLevel::Location(own) if own != named => Err(refusal::location().during(operation)),
            _ => Ok(()),
        },
    }
}

/// The sub-account that path or query name, where the operation takes it from them.
pub(super) fn named_before_body<'a>(operation: &Operation, arguments: &'a Arguments) -> Option<&'a str> {
    match operation.place {
        Place::Path(name) => find(&arguments.params, name),
        Place::Query(name) => find(&arguments.query, name),
        _ => None,
    }
}

/// What is said where no sub-account is named: as a rule the same as for a foreign one.
fn absent(operation: &'static Operation) -> Error {
    let error = match operation.path {
        "/contacts/bulk/tags/update/{type}" => refusal::no_location_id(),
        "/calendars/events/appointments" => refusal::no_location_of_appointment(),
        _ => refusal::location(),
    };
    error.during(operation)
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

enum Named<'a> {
    Text(&'a str),
    Other,
    Nothing,
}

fn named_in_body<'a>(name: &str, payload: &'a Payload) -> Named<'a> {
    match payload {
        Payload::Json(serde_json::Value::Object(body)) => match body.get(name) {
            Some(serde_json::Value::String(text)) => Named::Text(text),
            Some(serde_json::Value::Null) | None => Named::Nothing,
            Some(_) => Named::Other,
        },
        Payload::Json(_) => Named::Other,
        Payload::Multipart(parts) => parts
            .iter()
            .find(|part| part.name == name)
            .and_then(|part| part.text())
            .map_or(Named::Nothing, Named::Text),
        _ => Named::Nothing,
    }
}
