//! Any graph is refused with a field's name, or walks to an end.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use smbcrm_core::ErrorKind;
use smbcrm_core::agent_studio::{AgentDraft, AgentStatus, CreateAgent};

use super::{contact, say, told};
use crate::MemCrm;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("start"),
        Just(""),
        Just("vip"),
        Just("failed"),
        Just("{{"),
        Just("{{message}}"),
        Just("{{contact.first_name}}"),
        Just("{{name}}"),
    ]
    .prop_map(str::to_owned)
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn config() -> impl Strategy<Value = Value> {
    let filters = prop_oneof![
        word().prop_map(|value| json!([{ "field": "message", "operator": "eq", "value": value }])),
        word().prop_map(|value| json!([{ "field": "tags", "operator": "eq", "value": value }])),
        anything(),
    ];
    prop_oneof![
        (word(), word()).prop_map(|(prompt, name)| json!({ "prompt": prompt, "saveTo": name })),
        word().prop_map(|text| json!({ "text": text })),
        (word(), filters).prop_map(|(name, when)| json!({ "branches": [{ "name": name, "when": when }] })),
        word().prop_map(|tag| json!({ "action": { "type": "add_contact_tag", "tags": [tag] } })),
        word().prop_map(|text| json!({ "action": { "type": "sms", "message": text } })),
        word().prop_map(|text| json!({ "action": { "type": "wait", "for": text } })),
        anything().prop_map(|value| json!({ "action": value })),
        anything(),
    ]
}

fn node() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("start"),
        Just("llm"),
        Just("reply"),
        Just("condition"),
        Just("action"),
        Just("end"),
        Just("odd"),
    ];
    let whole =
        (prop_oneof![Just("a"), Just("b"), Just("c"), Just("")], kind, config(), any::<Option<bool>>());
    let whole = whole.prop_map(|(id, kind, config, start)| {
        let mut node = json!({ "nodeId": id, "type": kind, "nodeConfig": config });
        if let Some(start) = start {
            node["isStartNode"] = start.into();
        }
        node
    });
    prop_oneof![9 => whole, 1 => anything()]
}

fn edge() -> impl Strategy<Value = Value> {
    let ends = prop_oneof![Just("a"), Just("b"), Just("c"), Just("nowhere")];
    let whole = (ends.clone(), ends, prop::option::of(word())).prop_map(|(from, to, branch)| {
        let mut edge = json!({ "startNode": from, "endNode": to });
        if let Some(branch) = branch {
            edge["branch"] = branch.into();
        }
        edge
    });
    prop_oneof![9 => whole, 1 => anything()]
}

proptest! {
    #[test]
    fn any_graph_is_refused_by_name_or_walks_to_an_end(
        nodes in prop::collection::vec(node(), 0..4),
        edges in prop::collection::vec(edge(), 0..5),
        said in prop::collection::vec(word(), 1..4),
    ) {
        let draft = json!({ "nodes": nodes, "edges": edges });
        // What cannot be read is refused before it gets here, with the path to it.
        let Ok(draft) = serde_json::from_value::<AgentDraft>(draft) else { return Ok(()) };
        let crm = MemCrm::new();
        let agent = crm.admin().add_agent(CreateAgent::new(crm.location(), AgentStatus::Active, draft));
        let agent = match agent {
            Ok(agent) => agent.agent_id.clone(),
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Invalid);
                for message in error.messages() {
                    prop_assert!(message.starts_with("version.nodes") || message.starts_with("version.edges"), "{message}");
                }
                return Ok(());
            }
        };
        contact(&crm);
        let mut session = None;
        for text in said {
            match say(&crm, &agent, session.as_ref(), &text) {
                Ok(answer) => session = Some(answer.execution_id),
                Err(error) => {
                    let why = told(&error);
                    prop_assert!(why.starts_with("The agent could not answer: node `") || why.contains("message should not be empty"), "{why}");
                }
            }
        }
    }
}
