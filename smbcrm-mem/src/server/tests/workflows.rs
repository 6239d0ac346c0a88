//! Workflows over HTTP: installed, triggered from outside, looked at.

use serde_json::{Value, json};

use super::Site;

async fn send(site: &Site, line: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = site.ask(line, &[("authorization", ""), ("version", "")], body).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_workflow_is_installed_triggered_and_looked_at() {
    let site = Site::new();
    let yaml = "
name: Leads
triggers:
  - {type: inbound_webhook, id: leads, contact: {email: email, firstName: name}}
  - {type: trigger_link, link: offer}
settings: {allowReentry: true}
steps:
  - {type: add_contact_tag, id: tag, tags: [lead]}
";
    let (status, made) = send(&site, "POST /_mem/workflows", json!({ "yaml": yaml })).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    let (_, listed) = send(&site, "GET /_mem/workflows", Value::Null).await;
    assert_eq!(listed["workflows"], json!([{ "id": id, "name": "Leads" }]));

    let (_, locations) = send(&site, "GET /_mem/locations", Value::Null).await;
    let location = locations["locations"][0]["id"].as_str().unwrap().to_owned();
    let hook = format!("POST /hooks/{location}/webhook-trigger/leads");
    let (status, answer) = send(&site, &hook, json!({ "email": "ada@vale.example", "name": "Ada" })).await;
    assert_eq!(
        (status, &answer["status"]),
        (200, &json!("Success: request sent to trigger execution server"))
    );
    let unknown = format!("GET /hooks/{location}/webhook-trigger/other?email=x@y.example");
    let (status, answer) = send(&site, &unknown, Value::Null).await;
    assert_eq!((status, answer), (200, json!({ "status": "Success: test request received" })));

    send(&site, "POST /_mem/clock/run", Value::Null).await;
    let (_, runs) = send(&site, &format!("GET /_mem/workflows/{id}/runs"), Value::Null).await;
    let run = &runs["runs"][0];
    assert_eq!((&run["state"], &run["history"][0]["step"]), (&json!("finished"), &json!("tag")));
    let contact = run["contactId"].as_str().unwrap();
    let link = format!("GET /l/offer?contact={contact}");
    assert_eq!(send(&site, &link, Value::Null).await, (200, json!({ "runs": 1 })));

    let (status, wrong) = send(
        &site,
        "POST /_mem/workflows",
        json!({ "definition": { "name": "x", "steps": [{ "type": "sms" }] } }),
    )
    .await;
    assert_eq!(status, 400);
    assert!(wrong["message"].as_str().unwrap().starts_with("steps[0]: missing field `message`"), "{wrong}");
    let (status, schema) = send(&site, "GET /_mem/workflow-schema", Value::Null).await;
    assert_eq!((status, &schema["title"]), (200, &json!("Definition")));
    assert_eq!(send(&site, &format!("DELETE /_mem/workflows/{id}"), Value::Null).await.0, 200);
    assert_eq!(send(&site, &format!("GET /_mem/workflows/{id}"), Value::Null).await.0, 404);
}
