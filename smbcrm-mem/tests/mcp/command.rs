//! `smbcrm-mem mcp`, run as a program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(arguments)
        .env_remove("SMBCRM_TOKEN")
        .output()
        .unwrap()
}

#[test]
fn standard_output_carries_the_protocol_and_nothing_else() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(["mcp", "--tools", "all", "--read-only"])
        .env("RUST_LOG", "trace")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |message: Value| {
        writeln!(input, "{message}").unwrap();
        if message.get("id").is_none() {
            return Value::Null;
        }
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no protocol: {line}"));
        assert_eq!(answer["id"], message["id"]);
        answer["result"].clone()
    };
    let hello = ask(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } }));
    assert_eq!(hello["protocolVersion"], "2025-06-18");
    ask(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let tools = ask(json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }));
    let tools = tools["tools"].as_array().unwrap().clone();
    assert!(tools.len() > 50 && tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true));
    // The world's own sub-account is filled in, even where the path wants it.
    let called = ask(json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call",
        "params": { "name": "locations_get-location", "arguments": {} } }));
    assert!(called["content"][0]["text"].as_str().unwrap().starts_with(r#"{"success":true"#), "{called}");
    let of_location = tools.iter().find(|tool| tool["name"] == "locations_get-location").unwrap();
    assert_eq!(of_location["inputSchema"].get("required").cloned().unwrap_or(json!([])), json!([]));

    drop(input); // the client is done
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_configuration_is_ready_and_holds_no_token() {
    for client in ["generic", "claude-desktop", "claude-code", "cursor", "vscode", "codex"] {
        for more in [&[][..], &["--live"], &["--url", "http://127.0.0.1:4010/mcp/"]] {
            let output = run(&[&["mcp", "config", client], more].concat());
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.contains("pit-") && !output.stderr.is_empty(), "{text}");
            assert_eq!(
                text.contains("SMBCRM_TOKEN") || text.contains("smbcrm-token"),
                !more.is_empty(),
                "{client} {more:?}: {text}"
            );
            assert_eq!(text.contains("127.0.0.1:4010"), more.len() == 2);
            if client != "codex" {
                let config: Value = serde_json::from_str(&text).unwrap();
                let key = if client == "vscode" { "servers" } else { "mcpServers" };
                let server = &config[key]["smbcrm"];
                assert_eq!(server["url"].is_string(), more.len() == 2, "{text}");
                assert_eq!(server["args"] == json!(["mcp", "--live"]), more.len() == 1, "{text}");
            }
        }
    }
}

#[test]
fn mistakes_are_said_in_a_line_and_not_on_standard_output() {
    let mut cases = vec![
        (vec!["mcp", "--seed", "no-such-file.json"], "no-such-file.json"),
        (vec!["mcp", "--allow-write"], "--live"),
        (vec!["mcp", "--live", "--seed", "empty"], "cannot be used with"),
    ];
    if cfg!(feature = "live") {
        cases.push((vec!["mcp", "--live"], "SMBCRM_TOKEN"));
    }
    for (arguments, said) in cases {
        let output = run(&arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
}
