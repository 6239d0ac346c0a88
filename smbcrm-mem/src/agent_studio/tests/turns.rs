//! Turns: limits, effects, who may what.

use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use futures::future::join;
use parking_lot::Mutex;
use serde_json::json;
use smbcrm_core::agent_studio::{AgentDraft, Edge, ExecuteAgent, GetAgent, Node};
use smbcrm_core::contacts::{CreateContact, UpdateContact};
use smbcrm_core::locations::{Location, SearchLocations};
use smbcrm_core::opportunities::{ListPipelines, SearchOpportunities};
use smbcrm_core::types::{AgentId, Text};
use smbcrm_core::workflows::definition::{AddTags, AddTask, MakeOpportunity, SendSms, UpdateContactField};
use smbcrm_core::{Crm, ErrorKind};

use super::{add, contact, greeter, say, told};
use crate::{
    AgentAnswer, AgentError, AgentRuntime, AgentTurn, Change, MemCrm, SESSION_TURNS, SESSIONS, Scopes,
    ScriptedRuntime, TokenLevel,
};

#[test]
fn a_long_session_keeps_its_latest_turns_and_counts_all() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let first = say(&crm, &agent, None, "0").unwrap().execution_id;
    for n in 1..SESSION_TURNS + 20 {
        say(&crm, &agent, Some(&first), &n.to_string()).unwrap();
    }
    let session = crm.admin().agent_session(&first).unwrap();
    assert_eq!(session.transcript.len(), SESSION_TURNS);
    assert_eq!(session.transcript[0].message, "20");
    assert_eq!(session.usage.turns, SESSION_TURNS as u64 + 20);
    let input: usize = (0..SESSION_TURNS + 20).map(|n| n.to_string().len()).sum();
    assert_eq!(session.usage.input_characters, input as u64);
}

#[test]
fn of_too_many_sessions_the_one_that_was_idle_longest_goes() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let first = say(&crm, &agent, None, "hi").unwrap().execution_id;
    let second = say(&crm, &agent, None, "hi").unwrap().execution_id;
    say(&crm, &agent, Some(&first), "Ada").unwrap();
    for _ in 2..=SESSIONS {
        say(&crm, &agent, None, "hi").unwrap();
    }
    assert_eq!(crm.admin().agent_sessions(crm.location(), Some(&agent)).len(), SESSIONS);
    assert!(crm.admin().agent_session(&first).is_some());
    assert!(crm.admin().agent_session(&second).is_none());
    assert_eq!(say(&crm, &agent, Some(&second), "Bea").unwrap_err().status(), Some(404));
}

#[test]
fn actions_are_told_as_any_other_change_and_written_down() {
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let pipeline = block_on(crm.opportunities().list_pipelines(ListPipelines::new(crm.location()))).unwrap();
    let fields = json!({ "city": "{{message}}" }).as_object().cloned().unwrap();
    let steps = [
        Node::action("tag", AddTags::new(["talked"])),
        Node::action("city", UpdateContactField::new(fields)),
        Node::action("task", AddTask::new("Call {{contact.first_name}} in {{contact.city}}")),
        Node::action("deal", MakeOpportunity::new(&pipeline[0].id, "Deal of {{contact.first_name}}")),
        Node::action("text", SendSms::new("Hi from {{session.executionId}}")),
    ];
    let names = ["tag", "city", "task", "deal", "text"];
    let edges = names.windows(2).map(|pair| Edge::new(pair[0], pair[1]));
    let draft = AgentDraft::new("v1").node(Node::start("start")).nodes(steps);
    let draft = draft.edges([Edge::new("start", "tag")]).edges(edges);
    let agent = add(&crm, "Doer", draft);
    let events = crm.admin().events().len();
    let said = block_on(
        crm.agent_studio().execute(&agent, ExecuteAgent::new(crm.location(), "Bath").contact_id(&ada)),
    );
    let said = said.unwrap();
    let after = block_on(crm.contacts().get(&ada)).unwrap();
    assert_eq!(
        (after.tags.as_slice(), after.city.as_deref()),
        ([Text::from("talked")].as_slice(), Some("Bath"))
    );
    let tasks = block_on(crm.contacts().list_tasks(&ada)).unwrap();
    assert_eq!(tasks[0].title, "Call Ada in Bath");
    let deals = block_on(crm.opportunities().search(SearchOpportunities::new(crm.location(), 10))).unwrap();
    assert_eq!(deals.opportunities[0].name, "Deal of Ada");
    let sent = crm.admin().outbox();
    assert_eq!(sent[0].text().unwrap().body, format!("Hi from {}", said.execution_id));
    let session = crm.admin().agent_session(&said.execution_id).unwrap();
    let acts: Vec<_> =
        session.transcript[0].actions.iter().map(|act| (act.node.as_str(), act.done)).collect();
    assert_eq!(acts, names.map(|name| (name, true)));
    assert_eq!(session.usage.tool_calls, 5);
    let told = crm.admin().events();
    let is_contact =
        |event: &&crate::Event| matches!(event.change(), Change::Contact(changed) if changed.is_updated());
    assert_eq!(told[events..].iter().filter(is_contact).count(), 2, "the tag and the city");
}

#[test]
fn a_failed_turn_says_what_was_done_before() {
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let draft = AgentDraft::new("v1")
        .nodes([
            Node::start("start"),
            Node::action("tag", AddTags::new(["talked"])),
            Node::action("deal", MakeOpportunity::new("nowhere", "Deal")),
        ])
        .edges([Edge::new("start", "tag"), Edge::new("tag", "deal")]);
    let agent = add(&crm, "Fails", draft);
    let ask = ExecuteAgent::new(crm.location(), "Hi").contact_id(&ada);
    let error = block_on(crm.agent_studio().execute(&agent, ask)).unwrap_err();
    assert!(told(&error).starts_with("The agent could not answer: node `deal`: "), "{error}");
    assert_eq!(block_on(crm.contacts().get(&ada)).unwrap().tags.len(), 1);
    let sessions = crm.admin().agent_sessions(crm.location(), None);
    let turn = &sessions[0].transcript[0];
    let acts: Vec<_> = turn.actions.iter().map(|act| (act.action.as_str(), act.done)).collect();
    assert_eq!(acts, [("add_contact_tag", true), ("create_opportunity", false)]);
    assert!(turn.error.as_deref().is_some_and(|error| error.contains("deal")), "{turn:?}");
    assert_eq!((sessions[0].usage.failed, sessions[0].usage.tool_calls), (1, 1));
}

/// Answers when it is told to.
struct Slow(Mutex<Option<futures::channel::oneshot::Receiver<()>>>);

#[async_trait]
impl AgentRuntime for Slow {
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        let gate = self.0.lock().take();
        if let Some(gate) = gate {
            let _ = gate.await;
        }
        Ok(AgentAnswer::new(turn.number.to_string()))
    }
}

#[test]
fn nothing_is_locked_while_an_agent_thinks_and_a_session_answers_one_at_a_time() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let first = say(&crm, &agent, None, "Hi").unwrap().execution_id;
    let (open, gate) = futures::channel::oneshot::channel();
    crm.set_agent_runtime(Slow(Mutex::new(Some(gate))));
    let ask = || ExecuteAgent::new(crm.location(), "Ada").execution_id(&first);
    block_on(async {
        let slow = crm.agent_studio().execute(&agent, ask());
        let others = async {
            // The world goes on, and so do other sessions.
            let bea = CreateContact::new(crm.location()).email("bea@vale.example");
            crm.contacts().create(bea).await.unwrap();
            let other = crm.agent_studio().execute(&agent, ExecuteAgent::new(crm.location(), "Hi")).await;
            assert_eq!(other.unwrap().response, "1");
            let busy = crm.agent_studio().execute(&agent, ask()).await.unwrap_err();
            assert_eq!((busy.status(), busy.kind()), (Some(409), ErrorKind::Conflict));
            open.send(()).unwrap();
        };
        let (slow, ()) = join(slow, others).await;
        assert_eq!(slow.unwrap().response, "2");
    });
    assert_eq!(say(&crm, &agent, Some(&first), "again").unwrap().response, "3");
    // A call that is given up lets the session go, too.
    let (_open, gate) = futures::channel::oneshot::channel();
    crm.set_agent_runtime(Slow(Mutex::new(Some(gate))));
    block_on(async {
        let mut slow = Box::pin(crm.agent_studio().execute(&agent, ask()));
        assert!(futures::poll!(&mut slow).is_pending());
        drop(slow);
    });
    assert_eq!(say(&crm, &agent, Some(&first), "again").unwrap().response, "4");
}

/// Tries its hand at what is not its own.
struct Curious(Arc<Mutex<Vec<Option<u16>>>>);

#[async_trait]
impl AgentRuntime for Curious {
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        for at in ["ELSEWHERE", turn.agent.location_id.as_str()] {
            let made = turn.crm.contacts().create(CreateContact::new(at).email("a@vale.example")).await;
            self.0.lock().push(made.err().and_then(|error| error.status()));
        }
        let agency = turn.crm.locations().search(SearchLocations::new()).await;
        self.0.lock().push(agency.err().and_then(|error| error.status()));
        Ok(AgentAnswer::new("done"))
    }
}

#[test]
fn an_agent_acts_in_its_own_sub_account_only() {
    let crm = MemCrm::new();
    let mut other = Location::default();
    other.id = "ELSEWHERE".into();
    other.name = "Elsewhere".into();
    crm.admin().add_location(other);
    let agent = add(&crm, "Greeter", greeter());
    let seen: Arc<Mutex<Vec<Option<u16>>>> = Arc::default();
    crm.set_agent_runtime(Curious(Arc::clone(&seen)));
    say(&crm, &agent, None, "Hi").unwrap();
    assert_eq!(*seen.lock(), [Some(403), None, Some(403)]);
}

#[test]
fn a_token_needs_the_scope_and_the_agent_does_not() {
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let draft = AgentDraft::new("v1")
        .nodes([Node::start("start"), Node::action("tag", AddTags::new(["talked"]))])
        .edges([Edge::new("start", "tag")]);
    let agent = add(&crm, "Tagger", draft);
    let with = |scope: &str| {
        let level = TokenLevel::Location(crm.location().clone());
        crm.with_token(crm.admin().create_token("t", level, Scopes::only([scope])).1.expose())
    };
    let ask = || ExecuteAgent::new(crm.location(), "Hi").contact_id(&ada);
    let refused = block_on(with("agent-studio.readonly").agent_studio().execute(&agent, ask())).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    block_on(with("agent-studio.write").agent_studio().execute(&agent, ask())).unwrap();
    assert_eq!(block_on(crm.contacts().get(&ada)).unwrap().tags.len(), 1);
}

#[test]
fn a_contact_that_was_deleted_since_is_not_there_any_more() {
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let draft = AgentDraft::new("v1")
        .nodes([Node::start("start"), Node::reply("say", "Hello {{contact.first_name}}")])
        .edges([Edge::new("start", "say")]);
    let agent = add(&crm, "Greeter", draft);
    let ask = ExecuteAgent::new(crm.location(), "Hi").contact_id(&ada);
    let first = block_on(crm.agent_studio().execute(&agent, ask)).unwrap();
    assert_eq!(first.response, "Hello Ada");
    block_on(crm.contacts().update(&ada, UpdateContact::new().first_name("Bea"))).unwrap();
    assert_eq!(say(&crm, &agent, Some(&first.execution_id), "Hi").unwrap().response, "Hello Bea");
    block_on(crm.contacts().delete(&ada)).unwrap();
    assert_eq!(say(&crm, &agent, Some(&first.execution_id), "Hi").unwrap().response, "Hello ");
}

#[test]
fn a_script_answers_whatever_the_graph_says() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let script = ScriptedRuntime::new().reply("One").fail(AgentError::new("asleep"));
    crm.set_agent_runtime(script.clone());
    let first = say(&crm, &agent, None, "a").unwrap();
    assert_eq!(first.response, "One");
    assert_eq!(
        told(&say(&crm, &agent, Some(&first.execution_id), "b").unwrap_err()),
        "The agent could not answer: asleep"
    );
    let end = say(&crm, &agent, Some(&first.execution_id), "c").unwrap_err();
    assert!(told(&end).contains("the script has no line"), "{end}");
    assert_eq!(script.asked(), ["a", "b", "c"]);
    assert_eq!(format!("{script:?}"), "ScriptedRuntime(0 lines left)");
}

#[test]
fn a_node_that_is_not_known_here_is_kept_and_named() {
    let crm = MemCrm::new();
    let strange = json!({ "nodes": [
        { "nodeId": "a", "type": "start" }, { "nodeId": "b", "type": "mcpTool", "nodeConfig": { "x": 1 } },
    ], "edges": [{ "startNode": "a", "endNode": "b" }] });
    let agent = add(&crm, "Strange", serde_json::from_value(strange).unwrap());
    let error = say(&crm, &agent, None, "Hi").unwrap_err();
    assert!(told(&error).ends_with("node `b`: a node of the type `mcpTool` is not known here"), "{error}");
    let found = block_on(crm.agent_studio().get(&agent, GetAgent::new(crm.location()))).unwrap();
    assert_eq!(found.agent.versions[0].nodes[1].kind.as_str(), "mcpTool");
}

#[test]
fn the_same_world_answers_the_same() {
    let walk = || {
        let crm = MemCrm::new();
        let agent: AgentId = add(&crm, "Greeter", greeter());
        let first = say(&crm, &agent, None, "Hi").unwrap();
        let second = say(&crm, &agent, Some(&first.execution_id), "Ada").unwrap();
        (agent, first, second)
    };
    assert_eq!(walk(), walk());
}
