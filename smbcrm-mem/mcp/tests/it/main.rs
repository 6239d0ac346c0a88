//! The MCP server, as its clients find it.

mod assistant;
mod embedded;
mod second_surface;
mod transport;

use std::collections::HashMap;

use http::{HeaderName, HeaderValue};
use rmcp::model::CallToolRequestParams;
use rmcp::service::RunningService;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{RoleClient, ServiceExt as _};
use serde_json::Value;
use smbcrm_mem::{MemCrm, MemServer, Scopes, Seed, TokenLevel};
use smbcrm_mem_mcp::Assistants;

/// The SDK's client, connected.
type Client = RunningService<RoleClient, ()>;

/// A server whose world has people and deals.
async fn demo() -> MemServer {
    MemServer::builder()
        .crm(MemCrm::builder().seed_with(Seed::Demo).build())
        .mount(Assistants::default())
        .start()
        .await
        .unwrap()
}

/// A client over loopback.
async fn connect(server: &MemServer, path: &str, token: &str, location: Option<&str>) -> Client {
    let mut headers = HashMap::new();
    if let Some(location) = location {
        headers.insert(HeaderName::from_static("locationid"), HeaderValue::from_str(location).unwrap());
    }
    let config = StreamableHttpClientTransportConfig::with_uri(format!("{}{path}", server.base_url()))
        .auth_header(token)
        .custom_headers(headers);
    ().serve(StreamableHttpClientTransport::from_config(config)).await.unwrap()
}

/// A token of the server's sub-account.
fn token(crm: &MemCrm, scopes: impl Into<Scopes>) -> String {
    let level = TokenLevel::Location(crm.location().clone());
    crm.admin().create_token("assistant", level, scopes).1.expose().to_owned()
}

/// Calls a tool: the answer's text, read. Whether it is an error agrees with what the text says.
async fn call(client: &Client, tool: &'static str, arguments: Value) -> Value {
    let Value::Object(arguments) = arguments else { panic!("{arguments} is no object") };
    let result = client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.unwrap();
    let answer: Value = serde_json::from_str(&result.content[0].as_text().unwrap().text).unwrap();
    assert_eq!(answer["success"], !result.is_error.unwrap_or_default(), "{answer}");
    answer
}
