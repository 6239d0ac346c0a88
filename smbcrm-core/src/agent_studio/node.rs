//! Nodes and edges: what an agent does, step by step.

use serde_json::{Map, Value};

use crate::search::Filter;
use crate::shape::{self, Shaped};
use crate::types::{Extra, Text};
use crate::workflows::definition::Step;
use crate::{open_enum, record};

/// What a node does.
#[open_enum]
pub enum NodeType {
    /// Where a session begins.
    Start = "start",
    /// Says something and waits for an answer; where a model is there, the model says it.
    Prompt = "llm",
    /// Says something and goes on.
    Reply = "reply",
    /// Goes one of several ways.
    Condition = "condition",
    /// Does something in the CRM.
    Action = "action",
    /// The end: the goal is reached.
    End = "end",
}

/// A node of an agent's graph.
///
/// The wire documents its id, name, type and whether it is the start; a node of a type that is not known here is kept
/// as it is. What the types do, and what they want in `nodeConfig`, is our convention:
///
/// | type | `nodeConfig` | what it does |
/// |---|---|---|
/// | `start` | – | goes on |
/// | `llm` | `prompt`, `saveTo` | says the prompt and waits; the answer is kept as the variable `saveTo` |
/// | `reply` | `text` | says the text and goes on |
/// | `condition` | `branches: [{name, when}]` | goes along the edge that names the first branch whose filters all hold, else along the edge that names none |
/// | `action` | `action`: a step of a workflow | does it, and goes on; where it fails, along the edge `failed` |
/// | `end` | `text` | says the text, if there is one: the goal is reached |
///
/// Texts may have merge fields: `{{contact.first_name}}`, `{{message}}`, `{{session.turn}}`, and every variable.
#[record]
#[schema(open)]
pub struct Node {
    /// Its id, which edges name.
    pub node_id: Text,
    /// What people call it.
    pub node_name: Option<Text>,
    /// What it does.
    #[serde(rename = "type")]
    #[schema(String)]
    pub kind: NodeType,
    /// Whether a session begins here.
    pub is_start_node: Option<bool>,
    /// How it does it; see [`Node::config`].
    pub node_config: Option<Map<String, Value>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A way from a node to the next.
#[record]
#[schema(open)]
pub struct Edge {
    /// The id of the node where it begins.
    pub start_node: Text,
    /// The id of the node where it ends.
    pub end_node: Text,
    /// The branch of a condition that goes this way; `failed` for an action that failed.
    pub branch: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Edge {
    /// What the way for an action that failed is called.
    pub const FAILED: &'static str = "failed";

    /// A way from one node to another.
    pub fn new(from: impl Into<Text>, to: impl Into<Text>) -> Self {
        Self { start_node: from.into(), end_node: to.into(), ..Self::default() }
    }

    /// Says which branch goes this way.
    #[must_use]
    pub fn branch(mut self, name: impl Into<Text>) -> Self {
        self.branch = Some(name.into());
        self
    }
}

/// How a `llm` node is configured.
#[record]
pub struct PromptConfig {
    /// What it says, or what the model is told to say.
    pub prompt: Text,
    /// The variable that keeps the answer.
    pub save_to: Option<Text>,
    /// Whose model it is.
    pub llm_provider: Option<Text>,
    /// The model.
    pub llm_model: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How a `reply` or `end` node is configured.
#[record]
pub struct ReplyConfig {
    /// What it says.
    pub text: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How a `condition` node is configured.
#[record]
pub struct ConditionConfig {
    /// The ways, looked at in order.
    pub branches: Vec<NodeBranch>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// One way of a `condition` node.
#[record]
pub struct NodeBranch {
    /// What it is called; the edge that goes this way names it.
    pub name: Text,
    /// What must all hold: of the contact by the names of the contact search, of other things by the names of their
    /// merge fields (`name`, `message`, `opportunity.status`).
    pub when: Vec<Filter>,
}

/// What a node does, read from its type and configuration.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum NodeConfig {
    /// Goes on.
    Start,
    /// Says something and waits.
    Prompt(PromptConfig),
    /// Says something and goes on.
    Reply(ReplyConfig),
    /// Goes one of several ways.
    Condition(ConditionConfig),
    /// Does something in the CRM.
    Action(Box<Step>),
    /// The goal is reached; what it says may be empty.
    End(ReplyConfig),
    /// Of a type that is not known here.
    Unknown,
}

impl Node {
    /// A node of a type, without configuration.
    pub fn new(id: impl Into<Text>, kind: NodeType) -> Self {
        Self { node_id: id.into(), kind, ..Self::default() }
    }

    /// Where a session begins.
    pub fn start(id: impl Into<Text>) -> Self {
        Self { is_start_node: Some(true), ..Self::new(id, NodeType::Start) }
    }

    /// Says something and waits for an answer.
    pub fn prompt(id: impl Into<Text>, prompt: impl Into<Text>) -> Self {
        Self::new(id, NodeType::Prompt).set("prompt", prompt.into())
    }

    /// Says something and goes on.
    pub fn reply(id: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self::new(id, NodeType::Reply).set("text", text.into())
    }

    /// Goes along the edge that names the first branch whose filters all hold.
    pub fn condition<N: Into<Text>, F: Into<Filter>>(
        id: impl Into<Text>,
        branches: impl IntoIterator<Item = (N, F)>,
    ) -> Self {
        let branch = |(name, when): (N, F)| NodeBranch { name: name.into(), when: vec![when.into()] };
        let branches: Vec<NodeBranch> = branches.into_iter().map(branch).collect();
        Self::new(id, NodeType::Condition).set("branches", branches)
    }

    /// Does in the CRM what a workflow's step does.
    pub fn action(id: impl Into<Text>, step: impl Into<Step>) -> Self {
        Self::new(id, NodeType::Action).set("action", step.into())
    }

    /// The end: the goal is reached.
    pub fn end(id: impl Into<Text>) -> Self {
        Self::new(id, NodeType::End)
    }

    /// The variable in which a prompt keeps the answer.
    #[must_use]
    pub fn save_to(self, variable: impl Into<Text>) -> Self {
        self.set("saveTo", variable.into())
    }

    /// What people call it.
    #[must_use]
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.node_name = Some(name.into());
        self
    }

    fn set(mut self, name: &str, value: impl serde::Serialize) -> Self {
        // Texts, filters and steps are all plain JSON.
        let value = serde_json::to_value(value).unwrap_or_default();
        self.node_config.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    /// What it does.
    ///
    /// # Errors
    /// What cannot be read of its configuration, with the path to it: `nodeConfig.branches[0].when: …`.
    pub fn config(&self) -> Result<NodeConfig, String> {
        Ok(match self.kind {
            NodeType::Start => NodeConfig::Start,
            NodeType::Prompt => NodeConfig::Prompt(self.read()?),
            NodeType::Reply => NodeConfig::Reply(self.read()?),
            NodeType::Condition => NodeConfig::Condition(self.read()?),
            NodeType::End => NodeConfig::End(self.read()?),
            NodeType::Action => {
                let step = self.node_config.as_ref().and_then(|config| config.get("action"));
                let step = step.ok_or("nodeConfig.action should not be empty")?;
                NodeConfig::Action(Box::new(value_as("nodeConfig.action", step.clone())?))
            }
            _ => NodeConfig::Unknown,
        })
    }

    fn read<T: Shaped>(&self) -> Result<T, String> {
        value_as("nodeConfig", self.node_config.clone().unwrap_or_default().into())
    }
}

fn value_as<T: Shaped>(at: &str, value: Value) -> Result<T, String> {
    shape::from_value(value).map_err(|error| error.below(at).to_string())
}
