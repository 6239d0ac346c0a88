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

/// The thirty-six that the live server documents, in its order, as the reference lists them.
#[test]
fn the_documented_tools_are_there_exactly_and_in_order() {
    let listed = "
        calendars_get-calendar-events calendars_get-appointment-notes
        contacts_get-contact contacts_get-contacts contacts_create-contact contacts_update-contact
        contacts_upsert-contact contacts_add-tags contacts_remove-tags contacts_get-all-tasks
        conversations_search-conversation conversations_get-messages conversations_send-a-new-message
        locations_get-location locations_get-custom-fields
        opportunities_search-opportunity opportunities_get-pipelines opportunities_get-opportunity
        opportunities_update-opportunity
        payments_get-order-by-id payments_list-transactions
        socialmediaposting_get-account socialmediaposting_get-social-media-statistics
        socialmediaposting_create-post socialmediaposting_get-post socialmediaposting_get-posts
        socialmediaposting_edit-post
        blogs_check-url-slug-exists blogs_create-blog-post blogs_update-blog-post blogs_get-blog-post
        blogs_get-blogs blogs_get-all-blog-authors-by-location blogs_get-all-categories-by-location
        emails_create-template emails_fetch-template";
    assert_eq!(listed.split_whitespace().collect::<Vec<_>>(), DOCUMENTED);
    let documented: Vec<&str> = Tool::documented().iter().map(|tool| tool.name()).collect();
    assert_eq!(documented, DOCUMENTED);
    assert!(Tool::documented().iter().all(|tool| tool.is_documented()));
    assert_eq!(Tool::all().iter().filter(|tool| tool.is_documented()).count(), 36);
}

/// The arguments that others have seen the documented tools take.
#[test]
fn the_documented_tools_take_the_arguments_that_were_seen() {
    for (name, arguments) in [
        ("payments_get-order-by-id", "path_orderId query_altId query_altType"),
        ("payments_list-transactions", "query_altId query_altType query_limit query_offset"),
        (
            "calendars_get-calendar-events",
            "query_locationId query_startTime query_endTime query_calendarId query_userId query_groupId",
        ),
        ("calendars_get-appointment-notes", "path_appointmentId query_limit query_offset"),
        (
            "contacts_get-contacts",
            "query_locationId query_query query_limit query_startAfterId query_startAfter",
        ),
        (
            "contacts_create-contact",
            "body_locationId body_firstName body_lastName body_email body_phone body_tags body_customFields",
        ),
        ("contacts_add-tags", "path_contactId body_tags"),
        ("conversations_search-conversation", "query_locationId query_contactId query_limit query_status"),
        ("conversations_get-messages", "path_conversationId query_limit query_lastMessageId"),
        (
            "conversations_send-a-new-message",
            "body_type body_contactId body_message body_subject body_html body_emailFrom body_emailTo body_emailCc body_emailBcc body_fromNumber body_toNumber",
        ),
        ("locations_get-custom-fields", "path_locationId query_model"),
        (
            "opportunities_search-opportunity",
            "query_location_id query_pipeline_id query_status query_contact_id query_limit",
        ),
        (
            "opportunities_update-opportunity",
            "path_id body_pipelineId body_pipelineStageId body_name body_status body_monetaryValue body_assignedTo",
        ),
        ("socialmediaposting_get-account", "path_locationId"),
        ("socialmediaposting_edit-post", "path_locationId path_id"),
    ] {
        let properties = tool(name).input_schema()["properties"].as_object().unwrap();
        for argument in arguments.split_whitespace() {
            assert!(properties.contains_key(argument), "{name}: {argument}");
        }
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
    assert_eq!(hints("payments_list-transactions"), (true, false, true, Kind::Read));
    assert_eq!(hints("payments_record-order-payment"), (false, false, false, Kind::MoneyMovement));
    assert_eq!(hints("socialmediaposting_get-posts"), (true, false, true, Kind::Read));
    assert_eq!(hints("socialmediaposting_edit-post"), (false, true, true, Kind::Write));
    assert_eq!(
        hints("socialmediaposting_bulk-delete-social-planner-posts"),
        (false, true, true, Kind::Delete)
    );
    assert_eq!(hints("blogs_create-blog-post"), (false, false, false, Kind::Write));
    assert_eq!(hints("emails_update-template"), (false, true, true, Kind::Write));
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
    let transactions = tool("payments_list-transactions");
    let request =
        transactions.request(&object(json!({ "query_altType": "location" })), Some("LOC1")).unwrap();
    assert!(request.query.contains(&("altId".into(), "LOC1".to_owned())), "{:?}", request.query);
    let request = tool("socialmediaposting_get-account").request(&Map::new(), Some("LOC1")).unwrap();
    assert_eq!(request.path, "/social-media-posting/LOC1/accounts");
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
