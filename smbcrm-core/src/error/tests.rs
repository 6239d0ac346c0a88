use serde_json::json;

use super::*;

fn wire(status: u16, body: Value) -> Error {
    Error::from_wire(None, status, body)
}

/// The nine shapes of behaviour c.1, in its order.
#[test]
fn every_shape_of_a_refusal_is_read() {
    let one = wire(401, json!({"statusCode": 401, "message": "Invalid JWT", "traceId": "t"}));
    assert_eq!((one.kind(), one.trace_id()), (ErrorKind::Unauthenticated, Some("t")));

    let two = wire(400, json!({"message": "Invalid field x", "error": "Bad Request", "statusCode": 400}));
    assert_eq!((two.kind(), two.messages()), (ErrorKind::Invalid, &["Invalid field x".to_owned()][..]));

    let three = wire(
        422,
        json!({"message": ["a must be a string", "property b should not exist"],
        "error": "Unprocessable Entity", "statusCode": 422}),
    );
    assert_eq!((three.kind(), three.messages().len()), (ErrorKind::Invalid, 2));

    let four = wire(400, json!({"error": "Contact with id X not found", "status": 400}));
    assert_eq!(
        (four.kind(), four.messages()[0].as_str()),
        (ErrorKind::NotFound, "Contact with id X not found")
    );

    let five = wire(500, json!({"status": 500, "message": "boom", "name": "HttpException", "traceId": "t"}));
    assert_eq!(five.kind(), ErrorKind::Unavailable);

    let six = wire(
        400,
        json!({"message": "Conversation already exists",
        "canonicalCode": "CONVERSATIONS_CONVERSATION_ALREADY_EXISTS", "conversationId": "CNV1"}),
    );
    assert_eq!((six.kind(), six.existing_id()), (ErrorKind::Duplicate, Some("CNV1")));
    assert_eq!(six.code(), Some("CONVERSATIONS_CONVERSATION_ALREADY_EXISTS"));

    let seven = wire(
        400,
        json!({"statusCode": 400, "message": "Can not create duplicate opportunity for the contact.",
        "code": "OPPORTUNITY_NO_DUPLICATE", "meta": {"existingId": "OPP1"}, "error": "Bad Request"}),
    );
    assert_eq!((seven.kind(), seven.existing_id()), (ErrorKind::Duplicate, Some("OPP1")));

    let eight = Error::from_response(None, &Response::new(404, Vec::new()));
    assert_eq!((eight.kind(), eight.messages()[0].as_str()), (ErrorKind::NotFound, "Not Found (empty body)"));

    let nine = Error::from_response(None, &Response::new(502, "<html>secret page</html>"));
    assert_eq!(nine.kind(), ErrorKind::Unavailable);
    assert!(!nine.to_string().contains("secret"));
    let plain = Error::from_response(None, &Response::new(403, "error code: 1010"));
    assert!(plain.to_string().contains("error code: 1010"));
}

#[test]
fn the_http_status_counts_not_the_bodys() {
    let error = wire(400, json!({"statusCode": 422, "message": ["nothing given"]}));
    assert_eq!((error.status(), error.kind()), (Some(400), ErrorKind::Invalid));
}

#[test]
fn statuses_that_mislead_are_sorted_by_meaning() {
    let scope =
        wire(401, json!({"statusCode": 401, "message": "The token is not authorized for this scope."}));
    assert_eq!(scope.kind(), ErrorKind::Forbidden);
    assert!(scope.hint().contains("scope"));
    let gateway = wire(401, json!({"message": "Command timed out"}));
    assert_eq!(gateway.kind(), ErrorKind::Unavailable);
    let route = wire(
        401,
        json!({"message": "This route is not yet supported by the IAM Service. Please update your IAM config."}),
    );
    assert_eq!(route.kind(), ErrorKind::NotFound);
    let version = wire(401, json!({"statusCode": 401, "message": "version header was not found."}));
    assert!(version.hint().contains("Version"));
}

#[test]
fn a_slot_that_is_gone_is_a_conflict() {
    let text = "The slot you have selected is no longer available.";
    let gone = wire(400, json!({"message": text, "error": "Bad Request", "statusCode": 400, "traceId": "t"}));
    assert_eq!((gone.kind(), gone.messages()), (ErrorKind::Conflict, &[text.to_owned()][..]));
    assert!(gone.hint().contains("free slots"));
}

#[test]
fn every_kind_has_a_hint_and_a_status() {
    for kind in [
        ErrorKind::Unauthenticated,
        ErrorKind::Forbidden,
        ErrorKind::PaymentRequired,
        ErrorKind::NotFound,
        ErrorKind::Invalid,
        ErrorKind::Duplicate,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Ambiguous,
        ErrorKind::Transport,
        ErrorKind::Decode,
        ErrorKind::Unsupported,
    ] {
        let error = Error::new(kind, "x");
        assert!(error.hint().len() > 20, "{kind:?}");
        assert!((400..600).contains(&error.status_or_default()), "{kind:?}");
    }
}

#[test]
fn what_the_server_advises_comes_before_the_general_hint() {
    let refused = |response: Response| Error::from_response(None, &response);
    let plain = Response::new(404, r#"{"statusCode":404,"message":"Cannot POST /contact"}"#);
    assert!(refused(plain.clone()).advice().is_none());
    let advised = plain.clone().with_header(HINT_HEADER, "did you mean POST /contacts/?\u{7}");
    assert_eq!(refused(advised).hint(), "did you mean POST /contacts/?");
    let empty = refused(plain.clone().with_header(HINT_HEADER, " \n"));
    assert_eq!((empty.advice(), empty.hint()), (None, refused(plain).hint()));
    assert_eq!(wire(404, json!({})).with_hint(&"é".repeat(9_000)).hint().len(), 1_000);
}

proptest::proptest! {
    #[test]
    fn no_body_panics(status in 100u16..600, body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let error = Error::from_response(None, &Response::new(status, body));
        let _ = (error.to_string(), error.hint(), error.to_wire());
    }
}

#[test]
fn the_neighbours_refusals_are_read() {
    let read = |status, body: serde_json::Value| Error::from_wire(None, status, body);
    let error = read(
        402,
        json!({ "error": "insufficient_credits", "message": "Not enough credits.", "creditsRemaining": 3 }),
    );
    assert_eq!((error.kind(), error.code()), (ErrorKind::PaymentRequired, Some("insufficient_credits")));
    assert_eq!(
        (error.messages(), &error.meta()["creditsRemaining"]),
        (&["Not enough credits.".to_owned()][..], &json!(3))
    );
    assert_eq!(error.status_or_default(), 402);

    let error = read(409, json!({ "error": "integration_exists", "message": "It exists." }));
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    let error = read(409, json!({ "error": "integration_limit", "message": "25 are the most." }));
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let error = read(410, json!({ "error": "gone", "message": "It has expired.", "reason": "expired" }));
    assert_eq!((error.kind(), &error.meta()["reason"]), (ErrorKind::NotFound, &json!("expired")));

    // The one whose `error` is no code, and which says when to come back in its body.
    let error =
        read(429, json!({ "error": "Rate limit exceeded", "message": "Slow down.", "retryAfter": 42 }));
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, None));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(42)));

    let error = read(400, json!({ "error": "validation_error", "message": "No.", "details": ["targetUrl"] }));
    assert_eq!(error.meta()["details"], json!(["targetUrl"]));
    // SMBcrm's own: the status in words is no code.
    let error = read(404, json!({ "error": "Not Found", "message": "Cannot GET /x" }));
    assert_eq!(error.code(), None);
    let error = read(503, json!({ "error": "provider_unavailable", "message": "HubSpot is not set up." }));
    assert!(error.hint().contains("not set up"), "{}", error.hint());
}
