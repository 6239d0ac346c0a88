//! `/mcp/{client}/v2`: search, describe, execute, list.

use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::locations::Location;
use smbcrm_mem::{Scopes, TokenLevel};

use super::{Client, call, connect, demo, token};

const PATH: &str = "/mcp/anthropic/v2";

async fn found(client: &Client, arguments: Value) -> Vec<String> {
    let answer = call(client, "search_operations", arguments).await;
    let operations = answer["data"]["operations"].as_array().unwrap();
    operations.iter().map(|one| one["operationId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn four_tools_and_nothing_else() {
    let server = demo().await;
    let client = connect(&server, PATH, server.token(), None).await;
    let info = client.peer_info().unwrap();
    let known = info.server_info.as_ref().unwrap();
    assert_eq!((known.name.as_str(), known.version.as_str()), ("smbcrm-mcp", "1.0.0"));
    assert!(info.capabilities.resources.is_none() && info.capabilities.prompts.is_none());
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["search_operations", "describe_operation", "execute_operation", "list_locations"]);
    for tool in &tools {
        assert_eq!(tool.input_schema["additionalProperties"], false);
        assert!(tool.output_schema.is_none() && tool.annotations.as_ref().unwrap().open_world_hint.is_some());
    }
    let wrong = call(&client, "search_operations", json!({ "query": "x", "colour": "red" })).await;
    assert!(wrong["data"]["message"].as_str().unwrap().contains("colour"), "{wrong}");
    let wrong = call(&client, "describe_operation", json!({})).await;
    assert!(wrong["data"]["message"].as_str().unwrap().contains("operationId"), "{wrong}");
}

#[tokio::test]
async fn what_is_asked_for_in_plain_words_is_found() {
    let server = demo().await;
    let client = connect(&server, PATH, server.token(), None).await;
    for (query, wanted) in [
        ("add a tag to a contact", "contacts_add-tags"),
        ("search contacts", "contacts_search-contacts-advanced"),
        ("move a deal to another stage", "opportunities_update-opportunity"),
        ("delete an opportunity", "opportunities_delete-opportunity"),
        ("free slots of a calendar", "calendars_get-slots"),
        ("book an appointment", "calendars_create-appointment"),
        ("write a note on a lead", "contacts_create-note"),
        ("send a message", "conversations_send-a-new-message"),
        ("list pipelines", "opportunities_get-pipelines"),
        ("record a payment of an order", "payments_record-order-payment"),
        ("create a blog post", "blogs_create-blog-post"),
        ("statistics of social media", "socialmediaposting_get-social-media-statistics"),
    ] {
        let all = found(&client, json!({ "query": query, "limit": 5 })).await;
        assert!(all.iter().any(|id| id == wanted), "{query}: {all:?}");
    }
    let deletes =
        found(&client, json!({ "query": "contact", "kind": "delete", "domains": ["contacts"] })).await;
    assert!(deletes.len() > 3 && deletes.iter().all(|id| id.starts_with("contacts_")), "{deletes:?}");
    let moves = found(&client, json!({ "query": "payment", "kind": "money_movement" })).await;
    assert_eq!(moves, ["payments_record-order-payment"]);
    assert!(found(&client, json!({ "query": "invoice", "kind": "money_movement" })).await.is_empty());
    assert_eq!(
        call(&client, "search_operations", json!({ "query": "x", "kind": "steal" })).await["status"],
        422
    );
    // A token finds what it covers.
    let narrow = connect(&server, PATH, &token(server.crm(), ["contacts.readonly"]), None).await;
    let all = found(&narrow, json!({ "query": "contact", "limit": 50 })).await;
    assert!(
        all.iter().any(|id| id == "contacts_get-contact")
            && !all.iter().any(|id| id == "contacts_delete-contact")
    );
}

#[tokio::test]
async fn an_operation_is_described_rehearsed_and_executed() {
    let server = demo().await;
    let location = server.location().as_str();
    let client = connect(&server, PATH, server.token(), None).await;
    let described = call(&client, "describe_operation", json!({ "operationId": "create-contact" })).await;
    let described = &described["data"];
    assert_eq!(
        (&described["operationId"], &described["kind"]),
        (&json!("contacts_create-contact"), &json!("write"))
    );
    assert!(described["params"]["properties"]["body"]["properties"]["email"].is_object());

    let before = server.crm().admin().calls().len();
    let rehearse = |body: Value| {
        json!({ "operationId": "contacts_create-contact", "params": { "body": body },
            "locationId": location, "dryRun": true })
    };
    let dry = call(&client, "execute_operation", rehearse(json!({ "email": "ada@vale.example" }))).await;
    assert_eq!(dry["data"]["authorizationVerified"], false);
    assert_eq!(
        dry["data"]["request"],
        json!({ "method": "POST", "path": "/contacts/", "query": [], "version": "2021-07-28",
            "body": { "email": "ada@vale.example", "locationId": location } })
    );
    let wrong = call(&client, "execute_operation", rehearse(json!({ "colour": "red" }))).await;
    assert!(wrong["data"]["message"][0].as_str().unwrap().contains("body_colour"), "{wrong}");
    assert_eq!(server.crm().admin().calls().len(), before, "a rehearsal sends nothing");

    let execute = |email: &str| {
        json!({ "operationId": "contacts_create-contact", "params": { "body": { "email": email }, "header": { "Version": "v3" } },
            "locationId": location, "idempotencyKey": "k1", "reason": "a test" })
    };
    let done = call(&client, "execute_operation", execute("ada@vale.example")).await;
    let id = done["data"]["contact"]["id"].as_str().unwrap();
    assert_eq!(
        server.crm().contacts().get(&id.into()).await.unwrap().email.as_deref(),
        Some("ada@vale.example")
    );
    // The same again is answered as before, and not carried out: the API would refuse a duplicate.
    assert_eq!(call(&client, "execute_operation", execute("ada@vale.example")).await, done);
    let reused = call(&client, "execute_operation", execute("eve@vale.example")).await;
    assert_eq!(reused["status"], 409);
    // Another token's keys are its own.
    let other = connect(&server, PATH, &token(server.crm(), Scopes::All), None).await;
    assert_eq!(call(&other, "execute_operation", execute("eve@vale.example")).await["status"], 201);

    let unset =
        json!({ "operationId": "contacts_get-contact", "params": { "header": { "Authorization": "x" } } });
    assert_eq!(call(&client, "execute_operation", unset).await["status"], 422);
    let unknown = call(&client, "execute_operation", json!({ "operationId": "contacts_fly" })).await;
    assert!(unknown["hint"].as_str().unwrap().contains("search_operations"), "{unknown}");
    // A body that is a choice goes as it is.
    let choice = json!({ "operationId": "calendars_create-event-notification", "dryRun": true,
        "params": { "path": { "calendarId": "CAL1" }, "body": [] } });
    assert_eq!(call(&client, "execute_operation", choice).await["data"]["request"]["body"], json!([]));
}

#[tokio::test]
async fn a_token_is_told_which_sub_accounts_it_opens() {
    let server = demo().await;
    for number in 0..22 {
        let mut location = Location::default();
        location.id = format!("MORE{number}").as_str().into();
        location.name = format!("Branch {number}").as_str().into();
        server.crm().admin().add_location(location);
    }
    let own = connect(&server, PATH, server.token(), None).await;
    let listed = call(&own, "list_locations", json!({})).await;
    let listed = listed["data"]["locations"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(server.location())));

    let agency = server.crm().admin().create_token("agency", TokenLevel::Agency, Scopes::All).1;
    let agency = connect(&server, PATH, agency.expose(), None).await;
    let first = call(&agency, "list_locations", json!({})).await;
    assert_eq!(first["data"]["locations"].as_array().unwrap().len(), 20);
    let next = json!({ "pageToken": first["data"]["nextPageToken"] });
    let second = call(&agency, "list_locations", next).await;
    assert_eq!(second["data"]["locations"].as_array().unwrap().len(), 3);
    assert!(second["data"].get("nextPageToken").is_none());
    let one = call(&agency, "list_locations", json!({ "query": "branch 1" })).await;
    assert!(
        one["data"]["locations"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["name"].as_str().unwrap().starts_with("Branch 1"))
    );
    assert_eq!(call(&agency, "list_locations", json!({ "pageToken": "x" })).await["status"], 422);
}
