//! Prompts that a model says, against a stub of its endpoint.

use std::time::Duration;

use serde_json::{Value, json};
use smbcrm_core::agent_studio::{AgentAttachment, AgentDraft, AgentSessions, Edge, Node};
use smbcrm_core::{Crm, Error};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{add, contact, told};
use crate::{MemCrm, OpenAiRuntime};

fn draft() -> AgentDraft {
    AgentDraft::new("v1")
        .global_prompt("You sell chairs.")
        .nodes([Node::start("start"), Node::prompt("chat", "You speak with {{contact.first_name}}.")])
        .edges([Edge::new("start", "chat")])
}

fn says(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text } }],
        "usage": { "prompt_tokens": 40, "completion_tokens": 7, "total_tokens": 47 },
    }))
}

async fn asked(stub: &MockServer) -> Vec<Value> {
    let requests = stub.received_requests().await.unwrap();
    requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

#[tokio::test]
async fn the_model_is_shown_the_prompts_and_what_was_said_before() {
    let stub = MockServer::start().await;
    let chat = || Mock::given(method("POST")).and(path("/v1/chat/completions"));
    chat()
        .and(header("authorization", "Bearer sk-not-a-real-key"))
        .and(body_partial_json(json!({ "model": "tiny" })))
        .respond_with(says(" Which colour? "))
        .mount(&stub)
        .await;
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let agent = add(&crm, "Seller", draft());
    let model = OpenAiRuntime::new(&format!("{}/v1/", stub.uri()), "tiny").unwrap();
    crm.set_agent_runtime(model.key("sk-not-a-real-key").unwrap());
    let mut session = crm.agent_studio().agent(crm.location(), &agent).session().contact(&ada);
    assert_eq!(session.say("I want a chair").await.unwrap().response, "Which colour?");
    let image = AgentAttachment::image("https://files.example/a.png");
    session.say_with("Like this", [image]).await.unwrap();
    let asked = asked(&stub).await;
    let system = json!([
        { "role": "system", "content": "You sell chairs." },
        { "role": "system", "content": "You speak with Ada." },
    ]);
    assert_eq!(json!(asked[0]["messages"].as_array().unwrap()[..2]), system);
    assert_eq!(asked[0]["messages"][2], json!({ "role": "user", "content": "I want a chair" }));
    let second = asked[1]["messages"].as_array().unwrap();
    assert_eq!(second[3], json!({ "role": "assistant", "content": "Which colour?" }));
    assert_eq!(
        second[4]["content"],
        json!([
            { "type": "text", "text": "Like this" },
            { "type": "image_url", "image_url": { "url": "https://files.example/a.png" } },
        ])
    );
    let kept = crm.admin().agent_session(session.execution_id().unwrap()).unwrap();
    assert_eq!((kept.usage.turns, kept.usage.input_tokens, kept.usage.output_tokens), (2, 80, 14));
}

async fn refused(answer: ResponseTemplate, timeout: Duration) -> Error {
    let stub = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answer).mount(&stub).await;
    let crm = MemCrm::new();
    let agent = add(&crm, "Seller", draft());
    let model = OpenAiRuntime::new(&stub.uri(), "tiny").unwrap().key("sk-secret").unwrap().timeout(timeout);
    assert!(!format!("{model:?}").contains("sk-secret"));
    crm.set_agent_runtime(model);
    let mut session = crm.agent_studio().agent(crm.location(), &agent).session();
    let error = session.say("Hello").await.unwrap_err();
    let kept = crm.admin().agent_sessions(crm.location(), None);
    assert_eq!(kept[0].usage.failed, 1);
    let written = serde_json::to_string(&kept).unwrap();
    assert!(!written.contains("sk-secret"), "{written}");
    error
}

#[tokio::test]
async fn a_model_that_fails_is_told_so_and_the_key_is_told_to_nobody() {
    let long = Duration::from_secs(30);
    let leaky = ResponseTemplate::new(401).set_body_string("Incorrect API key provided: sk-secret");
    for (answer, timeout, why) in [
        (leaky, long, "the model answered HTTP 401"),
        (ResponseTemplate::new(500), long, "the model answered HTTP 500"),
        (ResponseTemplate::new(200).set_body_string("hello"), long, "the model's answer is no JSON"),
        (
            ResponseTemplate::new(200).set_body_json(json!({ "choices": [] })),
            long,
            "the model's answer has no text",
        ),
        (says(&"x".repeat(2 << 20)), long, "the model's answer is too long"),
        (
            says("late").set_delay(Duration::from_secs(60)),
            Duration::from_millis(50),
            "did not answer in time",
        ),
    ] {
        let error = refused(answer, timeout).await;
        assert_eq!(error.status(), Some(503), "{error}");
        assert!(told(&error).contains(why), "{error}");
        assert!(!format!("{error:?} {error}").contains("sk-secret"));
    }
}

#[test]
fn a_key_goes_over_https_or_to_this_machine() {
    for (url, goes) in [
        ("https://api.example/v1", true),
        ("http://127.0.0.1:11434/v1", true),
        ("http://[::1]:11434/v1", true),
        ("http://localhost:11434/v1", true),
        ("http://models.example/v1", false),
    ] {
        assert_eq!(OpenAiRuntime::new(url, "tiny").unwrap().key("k").is_ok(), goes, "{url}");
    }
    for url in ["", "ftp://models.example", "models.example", "http://"] {
        assert!(OpenAiRuntime::new(url, "tiny").is_err(), "{url}");
    }
}
