//! `smbcrm-mem mcp`, run as a program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json};
#[cfg(feature = "live")]
use smbcrm_core::Crm;
use smbcrm_core::mcp::DOCUMENTED;
#[cfg(feature = "live")]
use smbcrm_mem::{MemCrm, MemServer, Seed};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(arguments)
        .env_remove("SMBCRM_TOKEN")
        .output()
        .unwrap()
}

/// The command, spoken to over its standard input and output.
struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u32,
}

impl Session {
    /// Starts it and says hello.
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
            .arg("mcp")
            .args(arguments)
            .env("RUST_LOG", "trace")
            .env_remove("SMBCRM_TOKEN")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut session = Self { child, input, output, asked: 0 };
        let hello = session.ask(
            "initialize",
            &json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } }),
        );
        assert_eq!(hello["protocolVersion"], "2025-06-18");
        writeln!(session.input, "{}", json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
            .unwrap();
        session
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let message = json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params });
        writeln!(self.input, "{message}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no protocol: {line}"));
        assert_eq!(answer["id"], message["id"]);
        answer["result"].clone()
    }

    fn tools(&mut self) -> Vec<Value> {
        self.ask("tools/list", &json!({}))["tools"].as_array().unwrap().clone()
    }

    /// Calls a tool: the answer's text, read.
    fn call(&mut self, name: &str, arguments: &Value) -> Value {
        let result = self.ask("tools/call", &json!({ "name": name, "arguments": arguments }));
        serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
    }

    /// The client is done: nothing more is said, and the command ends well.
    fn end(self) {
        let Self { mut child, input, mut output, .. } = self;
        drop(input);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn standard_output_carries_the_protocol_and_nothing_else() {
    let mut session = Session::start(&["--tools", "all", "--read-only"], &[]);
    let tools = session.tools();
    assert!(tools.len() > 50 && tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true));
    // The world's own sub-account is filled in, even where the path wants it.
    assert_eq!(session.call("locations_get-location", &json!({}))["success"], true);
    let of_location = tools.iter().find(|tool| tool["name"] == "locations_get-location").unwrap();
    assert_eq!(of_location["inputSchema"].get("required").cloned().unwrap_or(json!([])), json!([]));
    session.end();
}

#[test]
fn the_command_offers_what_the_live_server_does_unless_told_otherwise() {
    let names = |arguments: &[&str]| {
        let mut session = Session::start(arguments, &[]);
        let tools = session.tools();
        session.end();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), DOCUMENTED);
    assert_eq!(
        names(&["--tools", "v2"]),
        ["search_operations", "describe_operation", "execute_operation", "list_locations"]
    );
}

/// The bridge to a "live" account, which is a server of ours: it only reads unless told otherwise, and keeps a budget.
#[cfg(feature = "live")]
#[tokio::test]
async fn the_bridge_only_reads_unless_told_otherwise_and_keeps_its_budget() {
    let live =
        MemServer::builder().crm(MemCrm::builder().seed_with(Seed::Demo).build()).start().await.unwrap();
    let (url, token, location) =
        (live.base_url().to_string(), live.token().to_owned(), live.location().to_string());
    let admin = live.crm().clone();
    let work = move || {
        let environment =
            [("SMBCRM_BASE_URL", &*url), ("SMBCRM_TOKEN", &*token), ("SMBCRM_LOCATION_ID", &*location)];
        let mut reader = Session::start(&["--live", "--calls-per-minute", "2"], &environment);
        let tools = reader.tools();
        assert!(tools.len() > 15 && tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true));
        let people = reader.call("contacts_get-contacts", &json!({ "query_limit": 1 }));
        let id = people["data"]["contacts"][0]["id"].clone();
        let tag = json!({ "path_contactId": id, "body_tags": ["bridged"] });
        let sent = admin.admin().calls().len();
        let refused = reader.call("contacts_add-tags", &tag);
        assert_eq!(
            (&refused["status"], refused["hint"].as_str().unwrap().contains("--allow-write")),
            (&json!(403), true)
        );
        assert_eq!(admin.admin().calls().len(), sent, "nothing was sent");
        assert_eq!(reader.call("opportunities_get-pipelines", &json!({}))["status"], 200);
        let late = reader.call("opportunities_get-pipelines", &json!({}));
        assert_eq!(
            (&late["status"], late["hint"].as_str().unwrap().contains("Nothing was sent")),
            (&json!(429), true)
        );
        reader.end();

        let mut writer = Session::start(&["--live", "--allow-write"], &environment);
        assert_eq!(writer.tools().len(), 36);
        assert_eq!(writer.call("contacts_add-tags", &tag)["status"], 201);
        writer.end();
        id.as_str().unwrap().to_owned()
    };
    let id = tokio::task::spawn_blocking(work).await.unwrap();
    let tagged = live.crm().contacts().get(&id.as_str().into()).await.unwrap();
    assert!(tagged.tags.iter().any(|tag| tag == "bridged"), "{:?}", tagged.tags);
    live.shutdown().await;
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
