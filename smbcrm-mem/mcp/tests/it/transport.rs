//! The wire of `/mcp/`: statuses, headers, frames. No socket, so every byte is seen.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use smbcrm_mem::{MemCrm, Service};
use smbcrm_mem_mcp::Assistants;

use super::token;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// A request with what the transport asks for; an empty header leaves it out.
async fn send(line: &str, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    ask(&MemCrm::new(), line, headers, body).await
}

async fn ask(crm: &MemCrm, line: &str, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let (method, target) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(target);
    let usual = [("accept", "application/json, text/event-stream"), ("content-type", "application/json")];
    let given = |name: &str| headers.iter().any(|(given, _)| *given == name);
    for (name, value) in
        usual.iter().filter(|(name, _)| !given(name)).chain(headers).filter(|(_, value)| !value.is_empty())
    {
        request = request.header(*name, *value);
    }
    Service::new(crm)
        .mounting(Assistants::default())
        .respond(request.body(Bytes::from(body.to_owned())).unwrap())
        .await
}

fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

/// The message in the one frame of an answer.
fn message(answer: &Response<Bytes>) -> Value {
    let data = text(answer).strip_prefix("event: message\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
    serde_json::from_str(data).unwrap()
}

fn initialize(version: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": "i", "method": "initialize", "params": { "protocolVersion": version,
        "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } })
    .to_string()
}

#[tokio::test]
async fn an_answer_is_one_frame_and_no_session() {
    let answer = send("POST /mcp/", &[], PING).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert!(!answer.headers().contains_key("mcp-session-id"));
    assert_eq!(text(&answer), "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");
}

#[tokio::test]
async fn what_the_transport_refuses() {
    for (line, headers, body, status) in [
        ("POST /mcp/", &[("accept", "application/json")][..], PING, 406),
        ("POST /mcp/", &[("accept", "text/event-stream")], PING, 406),
        ("POST /mcp/", &[("accept", "")], PING, 406),
        ("POST /mcp/", &[("content-type", "text/plain")], PING, 415),
        ("POST /mcp/", &[("content-type", "")], PING, 415),
        ("GET /mcp/", &[], "", 405),
        ("PUT /mcp/", &[], PING, 405),
        ("DELETE /mcp/", &[], "", 404),
        ("POST /mcp/nowhere", &[], PING, 404),
        ("POST /mcp/", &[("origin", "https://evil.example")], PING, 403),
        ("POST /mcp/", &[("host", "evil.example")], PING, 403),
        ("POST /mcp/", &[("mcp-protocol-version", "1999-01-01")], PING, 400),
        ("POST /mcp/", &[("mcp-protocol-version", "2026-07-28")], PING, 400),
    ] {
        let answer = send(line, headers, body).await;
        assert_eq!(answer.status(), status, "{line} {headers:?}: {}", text(&answer));
    }
    assert_eq!(send("GET /mcp/", &[], "").await.headers()["allow"], "POST");
}

#[tokio::test]
async fn what_is_no_message_is_told_so_under_its_id() {
    for (body, code, id) in [
        ("{", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, Value::Null),
        (r#"{"id":7}"#, -32600, json!(7)),
    ] {
        let answer = send("POST /mcp/", &[], body).await;
        assert_eq!(answer.status(), 400, "{body}");
        let said: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((&said["error"]["code"], &said["id"]), (&json!(code), &id), "{body}");
    }
    let unknown = send("POST /mcp/", &[], r#"{"jsonrpc":"2.0","id":1,"method":"nothing/like/it"}"#).await;
    assert_eq!(unknown.status(), 200);
    assert_eq!(message(&unknown)["error"]["code"], -32601);
}

#[tokio::test]
async fn a_notification_is_accepted_and_not_answered() {
    let answer = send("POST /mcp/", &[], r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    assert_eq!((answer.status().as_u16(), text(&answer)), (202, ""));
}

#[tokio::test]
async fn the_five_versions_are_spoken_and_no_others() {
    for version in ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"] {
        let answer = send("POST /mcp/", &[], &initialize(version)).await;
        assert_eq!(message(&answer)["result"]["protocolVersion"], version);
        let answer = send("POST /mcp/", &[("mcp-protocol-version", version)], PING).await;
        assert_eq!(answer.status(), 200, "{version}");
    }
    for other in ["2026-07-28", "1.0"] {
        let answer = send("POST /mcp/", &[], &initialize(other)).await;
        assert_eq!(message(&answer)["result"]["protocolVersion"], "2025-11-25", "{other}");
    }
}

#[tokio::test]
async fn anybody_may_ask_for_the_tools_and_nobody_may_call_them_without_a_token() {
    let crm = MemCrm::new();
    for header in ["", "Bearer nonsense", "Bearer pit-00000000-0000-0000-0000-000000000000"] {
        let headers = [("authorization", header)];
        let list =
            ask(&crm, "POST /mcp", &headers, r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await;
        assert_eq!(message(&list)["result"]["tools"].as_array().unwrap().len(), 36, "{header}");
        let called = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": { "name": "contacts_get-contact", "arguments": { "path_contactId": "C" } } });
        let answer = message(&ask(&crm, "POST /mcp", &headers, &called.to_string()).await);
        assert_eq!(answer["result"]["isError"], true);
        let said: Value =
            serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!((&said["success"], &said["status"]), (&json!(false), &json!(401)));
        let words = if header.ends_with('0') { "Invalid Private Integration token" } else { "Invalid JWT" };
        assert_eq!(said["data"]["message"], words);
        assert!(said["hint"].as_str().unwrap().contains("token is valid"), "{said}");
    }
}

#[tokio::test]
async fn a_page_of_this_machine_may_read_the_answer() {
    let answer = send("POST /mcp/", &[("origin", "http://localhost:3000")], PING).await;
    assert_eq!(answer.headers()["access-control-allow-origin"], "http://localhost:3000");
}

#[tokio::test]
async fn a_success_is_a_text_of_success_status_and_data() {
    let crm = MemCrm::new();
    let bearer = format!("Bearer {}", token(&crm, smbcrm_mem::Scopes::All));
    let headers = [("authorization", &*bearer), ("locationid", crm.location().as_str())];
    let called = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call",
        "params": { "name": "contacts_create-contact", "arguments": { "body_email": "ada@vale.example" } } });
    let answer = message(&ask(&crm, "POST /mcp/", &headers, &called.to_string()).await);
    assert_eq!(answer["id"], 7);
    assert!(answer["result"].get("isError").is_none());
    let said: Value = serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!((&said["success"], &said["status"]), (&json!(true), &json!(201)));
    assert_eq!(said["data"]["contact"]["email"], "ada@vale.example");
}
