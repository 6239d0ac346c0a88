//! The server in process, over other transports than HTTP: a client of an account, with a bound on what it may do.

use rmcp::ServiceExt as _;
use serde_json::json;
use smbcrm_core::operation::Loopback;
use smbcrm_mem::MemCrm;
use smbcrm_mem_mcp::{McpServer, Surface};

use super::{Client, call, demo};

/// A client of a server in process.
async fn client(server: McpServer) -> Client {
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move { server.serve(far).await.unwrap().waiting().await });
    ().serve(near).await.unwrap()
}

#[tokio::test]
async fn the_bridge_reads_a_live_account_and_writes_only_if_told() {
    let live = demo().await;
    let account = || {
        let account = smbcrm_client::Client::builder().base_url(live.base_url()).token(live.token());
        McpServer::new(account.build().unwrap()).location(live.location().as_str()).surface(Surface::All)
    };
    let reader = client(account().read_only(true)).await;
    let tools = reader.list_all_tools().await.unwrap();
    assert!(
        tools.len() > 50
            && tools.iter().all(|tool| tool.annotations.as_ref().unwrap().read_only_hint == Some(true))
    );
    let people = call(&reader, "contacts_get-contacts", json!({ "query_limit": 1 })).await;
    let id = people["data"]["contacts"][0]["id"].as_str().unwrap();
    let before = live.crm().admin().calls().len();
    let tag = json!({ "path_contactId": id, "body_tags": ["bridged"] });
    let refused = call(&reader, "contacts_add-tags", tag.clone()).await;
    assert_eq!(refused["data"]["message"], "this server only reads");
    assert!(refused["hint"].as_str().unwrap().contains("--allow-write"), "{refused}");
    assert_eq!(live.crm().admin().calls().len(), before, "nothing was sent");

    let writer = client(account()).await;
    assert_eq!(call(&writer, "contacts_add-tags", tag).await["status"], 201);
    let missing = call(&writer, "contacts_get-contact", json!({ "path_contactId": "none" })).await;
    assert_eq!(
        (&missing["status"], missing["hint"].as_str().unwrap().contains("stale")),
        (&json!(400), true)
    );
    // A search is a read although it is a POST.
    assert!(
        reader
            .list_all_tools()
            .await
            .unwrap()
            .iter()
            .any(|tool| tool.name == "contacts_search-contacts-advanced")
    );
}

#[tokio::test]
async fn the_second_surface_only_reads_where_it_is_told_to() {
    let crm = MemCrm::new();
    let server = McpServer::new(Loopback::new(crm.clone())).surface(Surface::V2).read_only(true);
    let client = client(server.location(crm.location().as_str())).await;
    for dry in [true, false] {
        let create = json!({ "operationId": "contacts_create-contact", "dryRun": dry,
            "params": { "body": { "email": "ada@vale.example" } } });
        assert_eq!(call(&client, "execute_operation", create).await["status"], 403);
    }
    let found = call(&client, "search_operations", json!({ "query": "create contact", "limit": 50 })).await;
    assert!(found["data"]["operations"].as_array().unwrap().iter().all(|one| one["kind"] == "read"));
}

#[tokio::test]
async fn a_budget_bounds_what_an_assistant_may_cause() {
    let crm = MemCrm::new();
    let server =
        McpServer::new(Loopback::new(crm.clone())).location(crm.location().as_str()).calls_per_minute(2);
    let client = client(server).await;
    for _ in 0..2 {
        assert_eq!(call(&client, "opportunities_get-pipelines", json!({})).await["status"], 200);
    }
    let refused = call(&client, "opportunities_get-pipelines", json!({})).await;
    assert_eq!(refused["status"], 429);
    assert!((1.0..=60.0).contains(&refused["retryAfterSeconds"].as_f64().unwrap()), "{refused}");
    assert_eq!(crm.admin().calls().len(), 2);
    // A tool is listed, and a mistake is told, without a call.
    assert!(!client.list_all_tools().await.unwrap().is_empty());
    assert_eq!(call(&client, "contacts_get-contact", json!({})).await["status"], 422);
}
