//! A wrong answer is noticed, and a right one is not blamed.

use serde_json::{Value, json};

use super::{Answer, Document};

/// A document of one operation that answers a contact.
fn document() -> Document {
    Document::new(json!({
        "paths": { "/contacts/{contactId}": { "get": { "responses": {
            "200": { "content": { "application/json": { "schema": {
                "type": "object", "required": ["contact"], "properties": {
                    "contact": { "$ref": "#/components/schemas/Found" },
                    "traceId": { "type": "string", "format": "uuid" },
                },
            } } } },
            "302": { "description": "Go on at the address in `Location`." },
            "404": { "$ref": "#/components/responses/Missing" },
        } }, "delete": { "responses": {} } }, "/contacts/search": { "get": { "responses": {} } } },
        "components": {
            "responses": { "Missing": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "message": { "oneOf": [
                    { "type": "string" }, { "type": "array", "items": { "type": "string" } },
                ] } },
            } } } } },
            "schemas": {
                "Found": { "allOf": [
                    { "$ref": "#/components/schemas/Contact" },
                    { "type": "object", "properties": { "score": { "type": ["number", "null"] } } },
                ] },
                "Contact": { "type": "object", "required": ["id"], "properties": {
                    "id": { "type": "string" },
                    "kind": { "type": ["string", "null"], "enum": ["lead", "customer", null] },
                    "added": { "type": "string", "format": "date-time" },
                    "born": { "type": "string", "format": "date" },
                    "visits": { "type": "integer", "format": "uint32", "minimum": 0 },
                    "dnd": { "anyOf": [{ "$ref": "#/components/schemas/Dnd" }, { "type": "null" }] },
                    "fields": { "type": "array", "items": { "$ref": "#/components/schemas/Field" } },
                    "own": { "type": "object", "additionalProperties": { "type": "integer" } },
                    "any": { "type": "object" },
                } },
                "Dnd": { "type": "object", "properties": { "status": { "type": "string" } } },
                "Field": { "type": "object", "required": ["id"], "properties": {
                    "id": { "type": "string" }, "value": { "description": "Whatever it is." },
                } },
            },
        },
    }))
}

fn faults_of(status: u16, body: &str) -> Vec<String> {
    let answer = Answer {
        method: "GET",
        path: "/contacts/{contactId}",
        status,
        content_type: Some("application/json; charset=utf-8"),
        body: body.as_bytes(),
    };
    document().faults(&answer)
}

fn faults(contact: &Value) -> Vec<String> {
    faults_of(
        200,
        &json!({ "contact": contact, "traceId": "6a1f0a54-7f5e-4f0e-9f52-0e5b7a0b8c11" }).to_string(),
    )
}

#[test]
fn what_is_as_declared_is_not_blamed() {
    let contact = json!({
        "id": "CON1", "kind": null, "added": "2026-01-01T00:00:00.000Z", "born": "2000-02-29", "visits": 3,
        "dnd": null, "fields": [{ "id": "F", "value": { "x": [1] } }, { "id": "G" }], "own": { "a": 1 },
        "any": { "b": [] }, "score": 1,
    });
    assert_eq!(faults(&contact), [""; 0]);
    assert_eq!(faults(&json!({ "id": "CON1", "dnd": { "status": "active" } })), [""; 0]);
    assert_eq!(faults_of(302, ""), [""; 0]);
    assert_eq!(faults_of(404, r#"{"message":["a","b"]}"#), [""; 0]);
}

#[test]
fn every_kind_of_wrong_answer_is_noticed_where_it_is_wrong() {
    let contacts = [
        (json!({ "id": "C", "firstNameLowerCase": "ada" }), "contact.firstNameLowerCase: not declared"),
        (
            json!({ "id": "C", "fields": [{ "id": "F", "fieldValue": 1 }] }),
            "contact.fields[].fieldValue: not declared",
        ),
        (json!({ "id": "C", "dnd": { "State": 1 } }), "contact.dnd.State: not declared"),
        (json!({ "kind": "lead" }), "contact.id: required, and missing"),
        (json!({ "id": "C", "fields": [{ "value": 1 }] }), "contact.fields[].id: required, and missing"),
        (json!({ "id": 5 }), "contact.id: 5 is not type \"string\""),
        (json!({ "id": "C", "score": "1" }), "contact.score: \"1\" is not type [\"number\",\"null\"]"),
        (
            json!({ "id": "C", "kind": "friend" }),
            "contact.kind: \"friend\" is not enum [\"lead\",\"customer\",null]",
        ),
        (
            json!({ "id": "C", "added": "yesterday" }),
            "contact.added: \"yesterday\" has not the format date-time",
        ),
        (json!({ "id": "C", "born": "2001-02-29" }), "contact.born: \"2001-02-29\" has not the format date"),
        (json!({ "id": "C", "visits": -1 }), "contact.visits: -1 is not minimum 0"),
        (json!({ "id": "C", "visits": 1.5 }), "contact.visits: 1.5 is not type \"integer\""),
        (json!({ "id": "C", "own": { "a": "1" } }), "contact.own.*: \"1\" is not type \"integer\""),
        (json!([]), "contact: array is not type \"object\""),
    ];
    for (contact, fault) in contacts {
        assert!(faults(&contact).iter().any(|found| found == fault), "{contact}: {:?}", faults(&contact));
    }
    let answers = [
        (200, r#"{"contact":{"id":"C"},"succeded":true}"#, "succeded: not declared"),
        (200, r#"{}"#, "contact: required, and missing"),
        (200, r#"{"contact":{"id":"C"},"traceId":"x"}"#, "traceId: \"x\" has not the format uuid"),
        (200, "", "the body is not JSON: EOF while parsing a value at line 1 column 0"),
        (201, r#"{"contact":{"id":"C"}}"#, "the status is not declared"),
        (302, "x", "there is a body, but none is declared"),
        (404, r#"{"message":{}}"#, "message: object is not type \"string\""),
        (404, r#"{"message":[1]}"#, "message[]: 1 is not type \"string\""),
    ];
    for (status, body, fault) in answers {
        assert_eq!(faults_of(status, body), [fault], "{status} {body}");
    }
}

#[test]
fn what_a_schema_says_and_this_does_not_understand_is_no_silent_pass() {
    let document = |schema: Value| {
        let content = json!({ "200": { "content": { "application/json": { "schema": schema } } } });
        Document::new(json!({ "paths": { "/": { "get": { "responses": content } } } }))
    };
    let blamed = |schema: Value| {
        let asked = Answer { method: "GET", path: "/", status: 200, content_type: None, body: b"\"x\"" };
        document(schema).faults(&asked)
    };
    assert_eq!(blamed(json!({ "type": "string" })), [""; 0]);
    assert_eq!(blamed(json!({ "prefixItems": [] })), ["the body: \"x\" is not prefixItems []"]);
    assert_eq!(blamed(json!({ "format": "money" })), ["the body: \"x\" has not the format money"]);
    assert_eq!(blamed(json!({ "$ref": "#/components/schemas/Gone" })), ["the body: nothing may stand here"]);
    assert_eq!(blamed(json!(false)), ["the body: nothing may stand here"]);
}

#[test]
fn a_path_in_words_is_rather_meant_than_one_with_ids() {
    let document = document();
    assert_eq!(document.declared("GET", "/contacts/search"), Some("/contacts/search"));
    assert_eq!(document.declared("GET", "/contacts/CON1"), Some("/contacts/{contactId}"));
    assert_eq!(document.declared("DELETE", "/contacts/search"), Some("/contacts/{contactId}"));
    assert_eq!(document.declared("GET", "/contacts/CON1/tasks"), None);
}
