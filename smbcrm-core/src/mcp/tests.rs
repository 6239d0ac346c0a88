use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::ErrorKind;
use crate::operation::Body;

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("{value} is no object") };
    object
}

fn tool(name: &str) -> &'static Tool {
    Tool::find(name).unwrap()
}

fn body(request: &Request) -> Value {
    match &request.body {
        Body::Json(bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_unique_and_what_every_assistant_takes() {
    let names: BTreeSet<&str> = Tool::all().iter().map(Tool::name).collect();
    assert_eq!(names.len(), Tool::all().len());
    for name in names {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(name.len() <= 64 && name.chars().all(good), "{name}");
    }
}

#[test]
fn every_operation_but_uploads_is_a_tool() {
    let uploads = crate::operations().filter(|operation| operation.body == BodyKind::Multipart).count();
    assert_eq!(Tool::all().len() + uploads, crate::operations().count());
}

/// Whoever adds a product sees here which documented tools come with it.
#[test]
fn every_documented_tool_of_a_declared_product_is_there() {
    let products: BTreeSet<&str> = crate::operations()
        .map(|operation| operation.product.name)
        .map(|name| if name == "social-media-posting" { "socialmediaposting" } else { name })
        .collect();
    for name in DOCUMENTED {
        let product = name.split_once('_').unwrap().0;
        assert_eq!(Tool::find(name).is_some_and(Tool::is_documented), products.contains(product), "{name}");
    }
}

#[test]
fn every_schema_is_one_flat_object() {
    for tool in Tool::all() {
        let schema = tool.input_schema();
        assert_eq!(schema["type"], "object", "{}", tool.name());
        assert_eq!(schema["additionalProperties"], false);
        let properties = schema["properties"].as_object().unwrap();
        for name in properties.keys() {
            assert!(["path_", "query_", "body"].iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(properties.contains_key(name.as_str().unwrap()), "{}: {name}", tool.name());
        }
        let text = serde_json::to_string(schema).unwrap();
        assert!(!text.contains("#/components") && !text.contains("](") && !text.contains("[`"), "{text}");
        assert!(!tool.description().contains("[`"), "{}", tool.description());
    }
}

#[test]
fn hints_say_what_a_call_may_do() {
    let hints = |name| {
        let tool = tool(name);
        (tool.is_read_only(), tool.is_destructive(), tool.is_idempotent(), tool.kind())
    };
    assert_eq!(hints("contacts_get-contact"), (true, false, true, Kind::Read));
    assert_eq!(hints("contacts_search-contacts-advanced"), (true, false, true, Kind::Read));
    assert_eq!(hints("contacts_create-contact"), (false, false, false, Kind::Write));
    assert_eq!(hints("contacts_upsert-contact"), (false, true, true, Kind::Write));
    assert_eq!(hints("opportunities_Upsert-opportunity"), (false, true, true, Kind::Write));
    assert_eq!(hints("contacts_update-contact"), (false, true, true, Kind::Write));
    assert_eq!(hints("contacts_add-tags"), (false, false, true, Kind::Write));
    assert_eq!(hints("contacts_remove-tags"), (false, true, true, Kind::Delete));
    assert_eq!(hints("contacts_delete-contact"), (false, true, true, Kind::Delete));
    assert_eq!(hints("conversations_send-a-new-message"), (false, false, false, Kind::Write));
}

#[test]
fn arguments_go_where_their_prefix_says() {
    let arguments = object(
        json!({ "query_locationId": "LOC1", "query_limit": 5, "query_query": "ada v", "query_startAfter": null }),
    );
    let request = tool("contacts_get-contacts").request(&arguments, None).unwrap();
    let query: Vec<_> = request.query.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
    assert_eq!(query, [("locationId", "LOC1"), ("limit", "5"), ("query", "ada v")]);

    let arguments = object(json!({ "path_contactId": "a/b", "body_firstName": "Ada", "body_city": null }));
    let request = tool("contacts_update-contact").request(&arguments, None).unwrap();
    assert_eq!(request.path, "/contacts/a%2Fb");
    assert_eq!(body(&request), json!({ "firstName": "Ada", "city": null })); // a body can say null
}

#[test]
fn the_connection_fills_in_the_sub_account() {
    let request = tool("contacts_get-contacts").request(&Map::new(), Some("LOC1")).unwrap();
    assert_eq!(request.query, [("locationId".into(), "LOC1".to_owned())]);
    let request = tool("contacts_create-contact")
        .request(&object(json!({ "body_locationId": "" })), Some("LOC1"))
        .unwrap();
    assert_eq!(body(&request), json!({ "locationId": "LOC1" }));
    let request = tool("locations_get-location").request(&Map::new(), Some("LOC1")).unwrap();
    assert_eq!(request.path, "/locations/LOC1");
    let request = tool("opportunities_search-opportunity").request(&Map::new(), Some("LOC1")).unwrap();
    assert_eq!(request.query, [("location_id".into(), "LOC1".to_owned())]);
    // What is said counts.
    let said = object(json!({ "query_locationId": "LOC2" }));
    let request = tool("contacts_get-contacts").request(&said, Some("LOC1")).unwrap();
    assert_eq!(request.query, [("locationId".into(), "LOC2".to_owned())]);
    // An operation that names no sub-account is left alone.
    let request =
        tool("contacts_get-contact").request(&object(json!({ "path_contactId": "C" })), Some("LOC1"));
    assert!(request.unwrap().query.is_empty());
}

#[test]
fn mistakes_are_named_all_at_once() {
    let arguments = object(json!({ "tags": ["a"], "path_contactid": "C", "colour": 1 }));
    let error = tool("contacts_add-tags").request(&arguments, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(
        error.messages(),
        [
            "argument `tags` should not exist; did you mean `body_tags`?",
            "argument `path_contactid` should not exist; did you mean `path_contactId`?",
            "argument `colour` should not exist; there are: path_contactId, body_tags",
            "path_contactId should not be empty",
        ]
    );
    let error =
        tool("contacts_get-contacts").request(&object(json!({ "query_query": {} })), None).unwrap_err();
    assert_eq!(error.messages(), ["query_query must be a plain value or a list of plain values"]);
    for id in ["", ".."] {
        let error =
            tool("contacts_get-contact").request(&object(json!({ "path_contactId": id })), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{id}");
    }
}

#[test]
fn a_rehearsal_refuses_what_the_api_would_and_sends_nothing() {
    let create = tool("contacts_create-contact");
    let good = object(json!({ "body_email": "ada@vale.example" }));
    assert_eq!(create.rehearse(&good, Some("LOC1")).unwrap().path, "/contacts/");
    let wrong = object(json!({ "body_tags": "vip" }));
    assert!(create.request(&wrong, Some("LOC1")).is_ok()); // the API's to refuse
    let error = create.rehearse(&wrong, Some("LOC1")).unwrap_err();
    assert!(error.to_string().contains("tags"), "{error}");
}
