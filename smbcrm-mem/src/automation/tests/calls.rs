//! Steps that call other systems, seen from there.

use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::locations::{CreateCustomField, CustomFieldType};
use smbcrm_core::types::CustomFieldInput;
use smbcrm_core::workflows::definition::*;

use super::*;
use crate::{Answer, Sink};

fn called(steps: Vec<Step>, answer: Answer) -> (Stage, Sink, WorkflowRun) {
    let stage = Stage::new();
    let sink = Sink::new();
    sink.answer(answer);
    stage.crm.admin().sink("https://hook.example/", sink.clone());
    let mut definition = Definition::new("Call").trigger(ContactCreated::new());
    definition.steps = steps;
    let workflow = stage.install(definition);
    stage.ada();
    stage.run();
    let run = stage.only(&workflow);
    (stage, sink, run)
}

#[test]
fn the_webhook_has_the_standard_body() {
    let stage = Stage::new();
    let field = CreateCustomField::new("Favourite Colour", CustomFieldType::Text);
    let field = block_on(stage.crm.locations().create_custom_field(stage.crm.location(), field)).unwrap();
    let sink = Sink::new();
    stage.crm.admin().sink("https://hook.example/", sink.clone());
    let hook = Webhook::new("https://hook.example/in")
        .headers([Pair::new("X-Source", "{{location.name}}")])
        .custom_data([Pair::new("greeting", "Hi {{contact.first_name}}")]);
    stage.install(Definition::new("New lead").trigger(ContactCreated::new()).step(hook));
    let blue = CustomFieldInput::new(&field.id, "blue");
    let ada = stage
        .contact(|new| new.name("Ada Vale").email("ada@vale.example").tags(["a", "b"]).custom_fields([blue]));
    stage.run();
    let received = sink.take();
    assert_eq!((received.len(), received[0].method.as_str()), (1, "POST"));
    assert_eq!(received[0].header("x-source"), Some("Demo"));
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!(body["contact_id"], ada.id.as_str());
    assert_eq!(body["full_name"], "Ada Vale");
    assert_eq!(body["tags"], "a,b");
    assert_eq!(body["Favourite Colour"], "blue");
    assert_eq!(body["workflow"]["name"], "New lead");
    assert_eq!(body["location"]["id"], stage.crm.location().as_str());
    assert_eq!(body["customData"], json!({"greeting": "Hi Ada"}));
    assert_eq!(body["contact"]["attributionSource"], json!({}));
    assert!(body.get("pipleline_stage").is_none());
}

#[test]
fn a_custom_webhook_waits_for_its_answer_and_keeps_it() {
    let call = CustomWebhook::new("PUT", "https://hook.example/{{contact.id}}")
        .auth(WebhookAuth::Bearer { token: "secret".into() })
        .query([Pair::new("q", "a b")])
        .json(r#"{"name": {{contact.name}}, "no": "{{contact.city}}"}"#)
        .save_response(true);
    assert!(!format!("{call:?}").contains("secret"));
    let steps = vec![
        Step::from(call).id("ask"),
        Notify::new("{{custom_webhook.ask.status}} {{custom_webhook.ask.body.items[1].id}}").to(["x"]).into(),
    ];
    let (stage, sink, run) = called(steps, Answer::new(200).body(r#"{"items": [{"id": 1}, {"id": 2}]}"#));
    went_well(&run);
    assert_eq!(stage.sent(), ["200 2"]);
    let sent = sink.take().remove(0);
    assert!(sent.url.ends_with("?q=a+b"), "{}", sent.url);
    assert_eq!(sent.header("authorization"), Some("Bearer secret"));
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(body, json!({"name": "Ada Vale", "no": ""}));
}

#[test]
fn forms_keys_and_refusals() {
    let form = CustomWebhook::new("POST", "https://hook.example/")
        .auth(WebhookAuth::ApiKey { header: "x-key".into(), value: "k".into() })
        .form([Pair::new("name", "{{contact.name}}")])
        .save_response(true);
    let steps =
        vec![Step::from(form).id("ask"), Notify::new("{{custom_webhook.ask.status}}").to(["x"]).into()];
    let (stage, sink, run) = called(steps, Answer::new(404).body("gone"));
    assert_eq!(stage.sent(), ["404"], "the run goes on");
    assert!(run.steps().contains(&("ask", StepOutcome::Failed)));
    let sent = sink.take().remove(0);
    assert_eq!((&sent.body[..], sent.header("x-key")), (&b"name=Ada+Vale"[..], Some("k")));
    let (_, sink, run) = called(vec![Webhook::new("{{contact.city}}").into()], Answer::new(200));
    assert!(sink.is_empty());
    assert_eq!(run.steps(), [("webhook-1", StepOutcome::Failed)]);
}
