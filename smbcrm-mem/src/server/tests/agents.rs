//! Agents over HTTP: the wire's own words, and what the admin API shows.

use serde_json::json;

use super::Site;

#[tokio::test]
async fn two_turns_over_http_are_one_session_and_can_be_looked_at() {
    let site = Site::new();
    let agent = json!({ "status": "active", "name": "Greeter", "version": {
        "nodes": [
            { "nodeId": "start", "type": "start", "isStartNode": true },
            { "nodeId": "ask", "type": "llm", "nodeConfig": { "prompt": "Your name?", "saveTo": "name" } },
            { "nodeId": "greet", "type": "reply", "nodeConfig": { "text": "Hello {{name}}!" } },
        ],
        "edges": [{ "startNode": "start", "endNode": "ask" }, { "startNode": "ask", "endNode": "greet" }],
    } });
    let made = site.post("/_mem/agents", agent.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let id = made.json()["agentId"].as_str().unwrap().to_owned();

    let here = site.location().as_str().to_owned();
    let path = format!("/agent-studio/public-api/agents/{id}/execute");
    let first = site.post(&path, json!({ "locationId": here, "input": "Hi" })).await;
    assert_eq!(first.status, 200);
    let said = first.json();
    let (session, interaction) =
        (said["executionId"].as_str().unwrap(), said["interactionId"].as_str().unwrap());
    let expected = format!(
        r#"{{"success":true,"executionId":"{session}","interactionId":"{interaction}","response":"Your name?","type":"text","nextExpectedInput":"text","goalCompletion":false,"executionStatus":"completed","flowSwitch":false,"attachments":[],"generativeOutputs":[]}}"#
    );
    assert_eq!(first.exact(), expected);
    let path = format!("/agent-studio/agent/{id}/execute");
    let second =
        site.post(&path, json!({ "locationId": here, "message": "Ada", "executionId": session })).await;
    assert_eq!(second.json()["response"], "Hello Ada!");

    let kept = site.get(&format!("/_mem/agents/sessions/{session}")).await.json();
    assert_eq!((&kept["usage"]["turns"], &kept["usage"]["toolCalls"]), (&json!(2), &json!(0)));
    assert_eq!(kept["variables"], json!({ "name": "Ada" }));
    assert_eq!(kept["transcript"][1]["path"], json!(["greet"]));
    assert_eq!(kept["transcript"][1]["message"], "Ada");
    let all = site.get(&format!("/_mem/agents/sessions?agentId={id}")).await.json();
    assert_eq!(all["sessions"], json!([kept]));
    assert_eq!(site.get("/_mem/agents/sessions?agentId=other").await.json()["sessions"], json!([]));
    assert_eq!(site.get("/_mem/agents/sessions/other").await.status, 404);
    assert_eq!(site.get("/_mem/agents/sessions?agent=x").await.status, 400);

    let mut wrong = agent;
    wrong["version"]["nodes"][2]["nodeConfig"] = json!({});
    let refused = site.post("/_mem/agents", wrong).await;
    assert_eq!(refused.status, 422);
    let message = refused.json()["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "version.nodes.2.nodeConfig.text should not be empty");
    assert_eq!(site.post("/_mem/agents", json!({ "status": "active" })).await.status, 400);
    let nowhere = json!({ "locationId": "nowhere", "status": "active", "version": {} });
    assert_eq!(site.post("/_mem/agents", nowhere).await.status, 404);
}

#[tokio::test]
async fn lists_want_their_page_and_take_it_as_text() {
    let site = Site::new();
    let list = format!("/agent-studio/agent?locationId={}", site.location());
    let refused = site.get(&list).await;
    assert_eq!(refused.status, 422);
    let said = refused.json()["message"].to_string();
    assert!(said.contains("limit must be an integer number") && said.contains("offset"), "{said}");
    let none = site.get(&format!("{list}&limit=20&offset=0&isPublished=true&source=api")).await;
    assert_eq!(
        none.exact(),
        r#"{"success":true,"message":"Agents retrieved successfully","agents":[],"pagination":{"total":0,"limit":20,"offset":0,"hasMore":false}}"#
    );
    let older = format!("/agent-studio/public-api/agents?locationId={}&limit=1&offset=0", site.location());
    assert_eq!(site.get(&older).await.status, 200);
    let said = site.get(&format!("{older}&isPublished=true")).await.json()["message"].to_string();
    assert!(said.contains("property isPublished should not exist"), "{said}");
}
