//! An AI assistant's day, without the AI: `cargo run -p smbcrm-more-examples --example assistant`.
//!
//! A client of the Model Context Protocol connects to the in-memory CRM as an assistant would. It looks first, with a
//! token that only reads; then a token for this one job lets it tag a contact and move a deal.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use rmcp::model::CallToolRequestParams;
use rmcp::service::RunningService;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{RoleClient, ServiceExt as _};
use serde_json::{Value, json};
use smbcrm_examples::Failure;
use smbcrm_mem::{MemCrm, MemServer, Scopes, Seed, TokenLevel};
use smbcrm_mem_mcp::Assistants;

type Client = RunningService<RoleClient, ()>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let crm = MemCrm::builder().seed_with(Seed::Demo).build();
    let server = MemServer::builder().crm(crm).mount(Assistants::default()).start().await?;

    println!("A token that reads");
    // ANCHOR: tokens
    // Least privilege: one token for each assistant, with the scopes of its job and no others.
    let level = || TokenLevel::Location(server.location().clone());
    let reads = ["contacts.readonly", "opportunities.readonly"];
    let (_, reader) = server.crm().admin().create_token("assistant (reads)", level(), Scopes::only(reads));
    let client = connect(&server, reader.expose()).await?;
    // ANCHOR_END: tokens
    let tools = client.list_all_tools().await?;
    println!("  is shown {} tools, none of which writes", tools.len());
    let writes = |tool: &rmcp::model::Tool| {
        tool.annotations.as_ref().is_none_or(|hints| hints.read_only_hint != Some(true))
    };
    assert!(!tools.iter().any(writes));

    let deals = call(
        &client,
        "opportunities_search-opportunity",
        json!({ "query_status": "open", "query_limit": 1 }),
    )
    .await?;
    let deal = &deals["data"]["opportunities"][0];
    let contact =
        call(&client, "contacts_get-contact", json!({ "path_contactId": deal["contactId"] })).await?;
    let contact = &contact["data"]["contact"];
    println!("  found {} and the deal {}", contact["email"], deal["name"]);

    // ANCHOR: refused
    let tag = json!({ "path_contactId": contact["id"], "body_tags": ["called-back"] });
    let refused = call(&client, "contacts_add-tags", tag.clone()).await?;
    assert_eq!(refused["success"], false);
    println!("  refused: {}\n    {}", refused["data"]["message"], refused["hint"]);
    // ANCHOR_END: refused

    println!("A token for the job");
    let scopes = ["contacts.readonly", "contacts.write", "opportunities.readonly", "opportunities.write"];
    let (_, writer) = server.crm().admin().create_token("assistant (writes)", level(), Scopes::only(scopes));
    let client = connect(&server, writer.expose()).await?;
    let tagged = call(&client, "contacts_add-tags", tag).await?;
    println!("  tagged: {}", tagged["data"]["tags"]);

    let pipelines = call(&client, "opportunities_get-pipelines", json!({})).await?;
    let pipelines = pipelines["data"]["pipelines"].as_array().cloned().unwrap_or_default();
    let pipeline = pipelines.iter().find(|one| one["id"] == deal["pipelineId"]).unwrap_or(&Value::Null);
    let stages = pipeline["stages"].as_array().cloned().unwrap_or_default();
    let at = stages.iter().position(|stage| stage["id"] == deal["pipelineStageId"]).unwrap_or_default();
    let next = stages.get(at + 1).or(stages.first()).ok_or_else(|| Failure::new("a pipeline has stages"))?;
    let update = json!({ "path_id": deal["id"], "body_pipelineId": pipeline["id"], "body_pipelineStageId": next["id"] });
    let moved = call(&client, "opportunities_update-opportunity", update).await?;
    assert_eq!(moved["data"]["opportunity"]["pipelineStageId"], next["id"]);
    println!("  moved to: {}", next["name"]);

    println!("What the journal says");
    for call in server.crm().admin().calls() {
        println!(
            "  {:<20} {:<26} {}",
            call.caller,
            call.operation.unwrap_or_default(),
            call.status.unwrap_or_default()
        );
    }
    client.cancel().await?;
    server.shutdown().await;
    Ok(())
}

// ANCHOR: connect
/// Connects as an assistant's program does: an address, a token, and the sub-account in a header.
async fn connect(server: &MemServer, token: &str) -> Result<Client, Failure> {
    let location = http::HeaderValue::from_str(server.location().as_str())?;
    let config = StreamableHttpClientTransportConfig::with_uri(format!("{}/mcp/", server.base_url()))
        .auth_header(token)
        .custom_headers([(http::HeaderName::from_static("locationid"), location)].into());
    Ok(().serve(StreamableHttpClientTransport::from_config(config)).await?)
}

/// Calls a tool, and reads the JSON in its answer.
async fn call(client: &Client, tool: &'static str, arguments: Value) -> Result<Value, Failure> {
    let Value::Object(arguments) = arguments else { return Err(Failure::new("arguments are an object")) };
    let answer = client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await?;
    let text =
        answer.content.first().and_then(|content| content.as_text()).map(|content| content.text.as_str());
    Ok(serde_json::from_str(text.unwrap_or("null"))?)
}
// ANCHOR_END: connect
