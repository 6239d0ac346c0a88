//! The sweep: what every operation refuses, asked of every operation.
//!
//! Bad tokens, missing scopes, wrong levels, other sub-accounts, missing records, and – where the wire can be spoken
//! directly – missing versions, undeclared properties and bodies that are no JSON.

use serde_json::{Value, json};

use super::backend::{Access, Level, Stage, WireRequest};
use super::runner::{Failure, HandOrSkip, Verdict};
use super::samples::Known;
use super::{cases, ensure};
use crate::error::{Error, ErrorKind};
use crate::operation::{Access as Levels, BodyKind, Operation, Place};
use crate::{Crm, operations};

cases! {
    unknown_tokens_are_refused => [],
    what_is_no_token_is_refused => [],
    each_operation_wants_its_scope => [],
    agency_operations_want_an_agency_token => [],
    sub_account_operations_want_a_sub_account_token => [],
    other_sub_accounts_are_closed => [],
    records_that_are_not_there_are_named => [],
    the_version_header_is_wanted => [],
    undeclared_properties_are_refused => [],
    an_absent_sub_account_is_refused => [],
    bodies_that_are_no_json_are_refused => [],
}

/// The level of token that an operation takes.
fn level(operation: &Operation) -> Level {
    if operation.access == Levels::Agency { Level::Agency } else { Level::Location }
}

/// Calls an operation with valid arguments and collects the complaint, if the outcome is not the expected refusal.
async fn call(
    crm: &dyn Crm,
    known: &Known,
    operation: &'static Operation,
    expected: impl Fn(&Error) -> bool,
) -> Option<String> {
    let arguments = known.arguments(operation);
    let answer = match crate::crm::call(crm, operation, arguments) {
        Some(call) => call.await,
        None => return Some(format!("{operation}: no route")),
    };
    match answer {
        Ok(response) => Some(format!("{operation}: answered {}", response.status)),
        Err(error) if error.kind() == ErrorKind::Unsupported => Some(format!("{operation}: not supported")),
        Err(error) if expected(&error) => None,
        Err(error) => Some(format!("{operation}: {error}")),
    }
}

fn verdict(complaints: &[String]) -> Verdict {
    if complaints.is_empty() { Ok(()) } else { Err(Failure::new(complaints.join("\n        "))) }
}

fn says(error: &Error, status: u16, text: &str) -> bool {
    error.status() == Some(status) && error.messages().iter().any(|message| message.contains(text))
}

async fn unknown_tokens_are_refused(stage: &Stage) -> Verdict {
    let crm = stage.hands.access(Access::Unknown).await.ok_or_skip("tokens cannot be made up here")?;
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        let refused = |error: &Error| says(error, 401, "Invalid Private Integration token");
        complaints.extend(call(&*crm, &known, operation, refused).await);
    }
    verdict(&complaints)
}

async fn what_is_no_token_is_refused(stage: &Stage) -> Verdict {
    let crm = stage.hands.access(Access::Garbage).await.ok_or_skip("tokens cannot be made up here")?;
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        complaints.extend(call(&*crm, &known, operation, |error| says(error, 401, "Invalid JWT")).await);
    }
    verdict(&complaints)
}

async fn each_operation_wants_its_scope(stage: &Stage) -> Verdict {
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        // Every scope but the one: a token that may do all else.
        let mut scopes: Vec<String> = operations().map(|other| other.scope.to_owned()).collect();
        scopes.retain(|scope| scope != operation.scope);
        let access = Access::Scopes(level(operation), scopes);
        let crm = stage.hands.access(access).await.ok_or_skip("tokens cannot be made here")?;
        let refused = |error: &Error| {
            error.kind() == ErrorKind::Forbidden && says(error, 401, "not authorized for this scope")
        };
        complaints.extend(call(&*crm, &known, operation, refused).await);
    }
    verdict(&complaints)
}

async fn agency_operations_want_an_agency_token(stage: &Stage) -> Verdict {
    let access = Access::Full(Level::Location);
    let crm = stage.hands.access(access).await.ok_or_skip("tokens cannot be made here")?;
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations().filter(|operation| operation.access == Levels::Agency) {
        complaints
            .extend(call(&*crm, &known, operation, |error| says(error, 403, "Forbidden resource")).await);
    }
    verdict(&complaints)
}

async fn sub_account_operations_want_a_sub_account_token(stage: &Stage) -> Verdict {
    let access = Access::Full(Level::Agency);
    let crm = stage.hands.access(access).await.ok_or_skip("tokens cannot be made here")?;
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations().filter(|operation| operation.access == Levels::Location) {
        complaints.extend(call(&*crm, &known, operation, |error| says(error, 401, "authClass")).await);
    }
    verdict(&complaints)
}

async fn other_sub_accounts_are_closed(stage: &Stage) -> Verdict {
    let access = Access::Full(Level::OtherLocation);
    let crm = stage.hands.access(access).await.ok_or_skip("there is no other sub-account here")?;
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations().filter(|operation| operation.access != Levels::Agency) {
        let refused = |error: &Error| {
            error.kind() == ErrorKind::Forbidden && says(error, 403, "does not have access to this location")
        };
        complaints.extend(call(&*crm, &known, operation, refused).await);
    }
    verdict(&complaints)
}

async fn records_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let mut known = Known::make(stage).await?;
    known.contact = "nobody".into();
    known.opportunity = "nothing".into();
    known.user = "nobody".into();
    known.business = "nothing".into();
    known.object_field = "nothing".into();
    known.field_folder = "nothing".into();
    known.conversation = "nowhere".into();
    known.message = "no-message".into();
    known.email = "no-email".into();
    known.calendars = known.calendars.unknown();
    let mut complaints = Vec::new();
    for operation in operations().filter(|operation| operation.place == Place::Record) {
        // The few records for which the wire declares 404 (behaviour c.5).
        let status = if operation.path.starts_with("/calendars/schedules/") { 404 } else { 400 };
        let refused = |error: &Error| error.kind() == ErrorKind::NotFound && error.status() == Some(status);
        complaints.extend(call(&*stage.crm, &known, operation, refused).await);
    }
    verdict(&complaints)
}

async fn send(stage: &Stage, request: WireRequest) -> Result<(u16, Value), Failure> {
    let response = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
    let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    Ok((response.status, body))
}

/// Whether the body's message, or one of its messages, contains the text.
fn mentions(body: &Value, text: &str) -> bool {
    match &body["message"] {
        Value::String(message) => message.contains(text),
        Value::Array(messages) => messages.iter().any(|m| m.as_str().is_some_and(|m| m.contains(text))),
        _ => false,
    }
}

fn request(operation: &Operation, known: &Known) -> WireRequest {
    let mut request = WireRequest::new(operation, known.target(operation));
    request.access = Some(Access::Full(level(operation)));
    if operation.body == BodyKind::Json {
        request = request.json(&known.body(operation));
    }
    request
}

async fn the_version_header_is_wanted(stage: &Stage) -> Verdict {
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        let mut missing = request(operation, &known);
        missing.version = None;
        let (status, body) = send(stage, missing).await?;
        if status != 401 || !mentions(&body, "version header was not found.") {
            complaints.push(format!("{operation} without a version: {status} {body}"));
        }
        let mut unpublished = request(operation, &known);
        unpublished.version = Some("1999-01-01".to_owned());
        let (status, body) = send(stage, unpublished).await?;
        if status != 401 || !mentions(&body, "version header is invalid") {
            complaints.push(format!("{operation} with an unpublished version: {status} {body}"));
        }
    }
    verdict(&complaints)
}

async fn undeclared_properties_are_refused(stage: &Stage) -> Verdict {
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        let mut asked = request(operation, &known);
        let separator = if asked.target.contains('?') { '&' } else { '?' };
        asked.target.push_str(&format!("{separator}bogus=1"));
        let (status, body) = send(stage, asked).await?;
        if status != 422 || !mentions(&body, "property bogus should not exist") {
            complaints.push(format!("{operation} with an undeclared parameter: {status} {body}"));
        }
        if operation.body != BodyKind::Json {
            continue;
        }
        let mut input = known.body(operation);
        // A list of inputs has it in the first.
        let (target, path) = match &mut input {
            Value::Array(items) if !items.is_empty() => (&mut items[0], "0.bogus"),
            one => (one, "bogus"),
        };
        target["bogus"] = json!(1);
        let (status, body) = send(stage, request(operation, &known).json(&input)).await?;
        if status != 422 || !mentions(&body, &format!("property {path} should not exist")) {
            complaints.push(format!("{operation} with an undeclared property: {status} {body}"));
        }
    }
    verdict(&complaints)
}

async fn an_absent_sub_account_is_refused(stage: &Stage) -> Verdict {
    let known = Known::make(stage).await?;
    let mut complaints = Vec::new();
    for operation in operations() {
        let mut asked = request(operation, &known);
        match operation.place {
            Place::Query(_) => asked.target = asked.target.split('?').next().unwrap_or_default().to_owned(),
            Place::Body(name) => {
                let mut input = known.body(operation);
                input.as_object_mut().and_then(|input| input.shift_remove(name));
                asked = asked.json(&input);
            }
            _ => continue,
        }
        let (status, body) = send(stage, asked).await?;
        // Two operations say so in their own words (behaviour b.5, h.2).
        let said = |text| mentions(&body, text);
        let own_words =
            status == 400 && (said("LocationId can't be undefined") || said("Location ID is required."));
        if !own_words && (status != 403 || !mentions(&body, "does not have access to this location")) {
            complaints.push(format!("{operation} without a sub-account: {status} {body}"));
        }
    }
    verdict(&complaints)
}

async fn bodies_that_are_no_json_are_refused(stage: &Stage) -> Verdict {
    let known = Known::make(stage).await?;
    for operation in operations().filter(|operation| operation.body == BodyKind::Json) {
        for text in ["{", "[1", "nonsense", "{\"a\":}"] {
            let mut asked = request(operation, &known);
            asked.body = Some(text.to_owned());
            let (status, body) = send(stage, asked).await?;
            ensure!(status == 400, "{operation} with the body {text}: {status} {body}");
        }
    }
    Ok(())
}
