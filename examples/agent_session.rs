//! A conversation with an agent that remembers: two turns in process, and the same two over HTTP.
//!
//! `cargo run --example agent_session` prints what was said, and what it took.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use smbcrm_client::Client;
use smbcrm_core::Crm;
use smbcrm_core::agent_studio::{
    AgentDraft, AgentSessions, AgentStatus, CreateAgent, Edge, Node, PublishVersion,
};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::search::ContactField;
use smbcrm_core::types::{AgentId, ContactId, ExecutionId, LocationId};
use smbcrm_core::workflows::definition::AddTags;
use smbcrm_examples::Failure;
use smbcrm_mem::{MemCrm, MemServer, Scopes, TokenLevel};

// ANCHOR: agent
/// An agent that asks what it is about, tags who asked, and answers customers by their name.
async fn publish_concierge(crm: &dyn Crm, location: &LocationId) -> smbcrm_core::Result<AgentId> {
    let draft = AgentDraft::new("Concierge v1")
        .node(Node::start("start"))
        .node(Node::condition("known", [("customer", ContactField::Tags.eq("customer"))]))
        .node(Node::reply("hello", "Welcome back, {{contact.first_name}}!"))
        .node(Node::prompt("ask", "What is it about?").save_to("topic"))
        .node(Node::action("tag", AddTags::new(["asked"])))
        .node(Node::reply("done", "I have written down: {{topic}}."))
        .edges([
            Edge::new("start", "known"),
            Edge::new("known", "hello").branch("customer"),
            Edge::new("known", "ask"),
            Edge::new("hello", "ask"),
            Edge::new("ask", "tag"),
            Edge::new("tag", "done"),
        ]);
    let studio = crm.agent_studio();
    let made =
        studio.create(CreateAgent::new(location, AgentStatus::Active, draft).name("Concierge")).await?;
    for version in &made.versions {
        studio.publish(&version.version_id, PublishVersion::new(location)).await?;
    }
    Ok(made.agent.agent_id)
}
// ANCHOR_END: agent

// ANCHOR: talk
/// Two turns; the session carries the `executionId` from the first to the second.
async fn talk(
    crm: &dyn Crm,
    location: &LocationId,
    agent: &AgentId,
    contact: &ContactId,
) -> smbcrm_core::Result<Option<ExecutionId>> {
    let mut session = crm.agent_studio().agent(location, agent).session().contact(contact);
    for said in ["Hello", "A standing desk"] {
        println!("  > {said}");
        for line in session.say(said).await?.response.lines() {
            println!("  < {line}");
        }
    }
    Ok(session.execution_id().cloned())
}
// ANCHOR_END: talk

// ANCHOR: look
/// What the in-memory CRM kept of a session.
fn show(crm: &MemCrm, session: &ExecutionId) -> Option<u64> {
    let kept = crm.admin().agent_session(session)?;
    for turn in &kept.transcript {
        let nodes: Vec<&str> = turn.path.iter().map(AsRef::as_ref).collect();
        println!("  turn {}: {}", turn.number, nodes.join(" -> "));
        for act in &turn.actions {
            println!("    {} did {}", act.node, act.action);
        }
    }
    let usage = kept.usage;
    println!(
        "  {} turns, {} characters in, {} out, {} things done",
        usage.turns, usage.input_characters, usage.output_characters, usage.tool_calls
    );
    Some(usage.turns)
}
// ANCHOR_END: look

/// The sessions, in process and over HTTP, and the world that they were held in.
async fn both() -> Result<(MemCrm, Vec<ExecutionId>), Failure> {
    let crm = MemCrm::new();
    let here = crm.location().clone();
    let agent = publish_concierge(&crm, &here).await?;
    let ada = CreateContact::new(&here).first_name("Ada").email("ada@vale.example").tags(["customer"]);
    let ada = crm.contacts().create(ada).await?.id.clone();

    println!("in process:");
    let first = talk(&crm, &here, &agent, &ada).await?;

    let server = MemServer::builder().crm(crm.clone()).start().await?;
    let level = TokenLevel::Location(here.clone());
    let (_, token) = crm.admin().create_token("talks", level, Scopes::only(["agent-studio.write"]));
    let client = Client::builder().token(token.expose()).base_url(server.base_url()).build()?;
    println!("over HTTP, at {}:", server.base_url());
    let second = talk(&client, &here, &agent, &ada).await?;

    let sessions: Vec<ExecutionId> = first.into_iter().chain(second).collect();
    for session in &sessions {
        println!("session {session}:");
        show(&crm, session).ok_or_else(|| Failure::new("the session was let go"))?;
    }
    Ok((crm, sessions))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    both().await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_remember() {
        let (crm, sessions) = both().await.expect("the example runs");
        assert_eq!(sessions.len(), 2);
        for session in &sessions {
            let kept = crm.admin().agent_session(session).expect("it is kept");
            let said: Vec<&str> = kept.transcript.iter().map(|turn| turn.response.as_str()).collect();
            let hello = "Welcome back, Ada!\nWhat is it about?";
            assert_eq!(said, [hello, "I have written down: A standing desk."]);
        }
    }
}
