//! What the contract does not ask: limits, effects, what is kept, who else asks agents.

mod any_graph;
mod kept;
#[cfg(feature = "openai")]
mod model;
mod turns;
mod workflows;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::agent_studio::{AgentDraft, AgentStatus, CreateAgent, Edge, ExecuteAgent, Execution, Node};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::types::{AgentId, ContactId, ExecutionId};
use smbcrm_core::{Error, Result};

use crate::MemCrm;

/// An agent that asks for a name and then greets by it.
fn greeter() -> AgentDraft {
    AgentDraft::new("v1")
        .nodes([Node::start("start"), Node::prompt("ask", "Your name?").save_to("name")])
        .node(Node::reply("greet", "Hello {{name}}!"))
        .edges([Edge::new("start", "ask"), Edge::new("ask", "greet")])
}

fn add(crm: &MemCrm, name: &str, draft: AgentDraft) -> AgentId {
    let wish = CreateAgent::new(crm.location(), AgentStatus::Active, draft).name(name);
    crm.admin().add_agent(wish).expect("the agent makes sense").agent_id.clone()
}

fn contact(crm: &MemCrm) -> ContactId {
    let ada =
        CreateContact::new(crm.location()).first_name("Ada").email("ada@vale.example").phone("+12025550123");
    block_on(crm.contacts().create(ada)).expect("a contact").id.clone()
}

fn say(crm: &MemCrm, agent: &AgentId, session: Option<&ExecutionId>, text: &str) -> Result<Execution> {
    let mut message = ExecuteAgent::new(crm.location(), text);
    message.execution_id = session.cloned();
    block_on(crm.agent_studio().execute(agent, message))
}

fn told(error: &Error) -> String {
    error.messages().join("; ")
}
