//! What every implementation of the product agent-studio must do.

mod agent;
mod execute;
mod session;
mod version;

use super::{Case, Failure, Stage, Verdict, ensure};
use crate::agent_studio::{AgentDraft, AgentStatus, CreateAgent, Edge, Node, PublishVersion, UpdateAgent};
use crate::error::Error;
use crate::types::{AgentId, AgentVersionId};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[agent::CASES, version::CASES, execute::CASES, session::CASES];

/// An agent that asks for a name and then greets by it.
fn greeter(name: &str) -> AgentDraft {
    AgentDraft::new(name)
        .node(Node::start("start"))
        .node(Node::prompt("ask", "What is your name?").save_to("name"))
        .node(Node::reply("greet", "Nice to meet you, {{name}}."))
        .edges([Edge::new("start", "ask"), Edge::new("ask", "greet")])
}

/// An agent that says one thing.
fn parrot(text: &str) -> AgentDraft {
    AgentDraft::new("Parrot")
        .nodes([Node::start("start"), Node::reply("say", text)])
        .edges([Edge::new("start", "say")])
}

/// An agent and its staging version.
async fn staged(stage: &Stage, draft: AgentDraft) -> Result<(AgentId, AgentVersionId), Failure> {
    let wish = CreateAgent::new(&stage.location, AgentStatus::Active, draft).name(stage.unique("agent"));
    let made = stage.crm.agent_studio().create(wish).await?;
    stage.discard(&made.agent.agent_id);
    let version = made.versions.first().ok_or_else(|| Failure::new("there is no staging version"))?;
    Ok((made.agent.agent_id.clone(), version.version_id.clone()))
}

/// An agent that answers.
async fn published(stage: &Stage, draft: AgentDraft) -> Result<AgentId, Failure> {
    let (agent, version) = staged(stage, draft).await?;
    stage.crm.agent_studio().publish(&version, PublishVersion::new(&stage.location)).await?;
    Ok(agent)
}

async fn set_status(stage: &Stage, agent: &AgentId, status: AgentStatus) -> Result<(), Failure> {
    stage.crm.agent_studio().update(agent, UpdateAgent::new(&stage.location).status(status)).await?;
    Ok(())
}

fn says(error: &Error, text: &str) -> Verdict {
    ensure!(error.messages().iter().any(|message| message.contains(text)), "it says {:?}", error.messages());
    Ok(())
}
