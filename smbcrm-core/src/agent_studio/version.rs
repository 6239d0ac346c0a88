//! Versions of an agent: what it does, and how far that is published.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Edge, Node};
use crate::types::{AgentId, AgentVersionId, CompanyId, Extra, LocationId, Text, UserId};
use crate::{open_enum, record, request};

/// How far a version is.
#[open_enum]
pub enum VersionState {
    /// The one to change next, made when the version before was published.
    Draft = "draft",
    /// The one that an agent begins with.
    Staging = "staging",
    /// The one that answers.
    Production = "production",
    /// The same, as one of the API's examples spells it.
    Prod = "prod",
    /// One that answered before another was published (assumed).
    Archived = "archived",
}

/// A variable that prompts, replies, conditions and actions can name: `{{customerName}}`.
#[record]
#[schema(open)]
pub struct AgentVariable {
    /// What it is called.
    pub key: Text,
    /// What it holds: `string`, `number`, `boolean`, …
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// What it is; of a global variable its value, of any other what it is unless told otherwise.
    pub value: Option<Value>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl AgentVariable {
    /// A variable that holds text.
    pub fn new(key: impl Into<Text>) -> Self {
        Self { key: key.into(), kind: Some("string".into()), ..Self::default() }
    }

    /// A variable with a value.
    #[must_use]
    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.value = Some(value.into());
        self
    }
}

/// What a new agent's first version is to be. Whatever else the API knows is kept.
#[record]
#[schema(open)]
pub struct AgentDraft {
    /// What the version is called.
    pub version_name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// The nodes of its graph.
    pub nodes: Vec<Node>,
    /// What leads from node to node.
    pub edges: Vec<Edge>,
    /// Where an editor draws the nodes.
    pub ui_nodes: Vec<Value>,
    /// Where an editor draws the edges.
    pub ui_edges: Vec<Value>,
    /// Variables that are always there.
    pub global_variables: Vec<AgentVariable>,
    /// Variables that a message brings.
    pub input_variables: Vec<AgentVariable>,
    /// Variables that come into being in a session.
    pub runtime_variables: Vec<AgentVariable>,
    /// What it may do.
    pub scopes: Vec<Text>,
    /// Prompts and settings of the whole agent.
    pub global_config: Option<Map<String, Value>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl AgentDraft {
    /// A version without nodes.
    pub fn new(name: impl Into<Text>) -> Self {
        Self { version_name: Some(name.into()), ..Self::default() }
    }

    /// Adds a node.
    #[must_use]
    pub fn node(mut self, node: Node) -> Self {
        self.nodes.push(node);
        self
    }

    /// Adds nodes.
    #[must_use]
    pub fn nodes(mut self, nodes: impl IntoIterator<Item = Node>) -> Self {
        self.nodes.extend(nodes);
        self
    }

    /// Adds edges.
    #[must_use]
    pub fn edges(mut self, edges: impl IntoIterator<Item = Edge>) -> Self {
        self.edges.extend(edges);
        self
    }

    /// Adds a variable that is always there.
    #[must_use]
    pub fn global_variable(mut self, key: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.global_variables.push(AgentVariable::new(key).value(value));
        self
    }

    /// Adds a variable that a message brings.
    #[must_use]
    pub fn input_variable(mut self, variable: AgentVariable) -> Self {
        self.input_variables.push(variable);
        self
    }

    /// What every prompt begins with, where a model answers: `globalConfig.globalPrompt.currentPrompt` on the wire.
    #[must_use]
    pub fn global_prompt(mut self, prompt: impl Into<Text>) -> Self {
        let prompt = serde_json::json!({ "currentPrompt": prompt.into(), "history": [] });
        self.global_config.get_or_insert_default().insert("globalPrompt".into(), prompt);
        self
    }
}

/// A version of an agent. Whatever else a draft said is there too.
#[record]
#[schema(open)]
pub struct AgentVersion {
    /// The id of the record (a UUID); operations want [`version_id`](Self::version_id).
    pub id: Text,
    /// Its id.
    pub version_id: AgentVersionId,
    /// The agent.
    pub agent_id: AgentId,
    /// The agency.
    pub agency_id: Option<CompanyId>,
    /// The sub-account.
    pub location_id: LocationId,
    /// What it is called.
    pub version_name: Text,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// Its number, from 1.
    pub version: u32,
    /// How far it is.
    pub state: VersionState,
    /// Whether it answers.
    pub is_published: bool,
    /// What it may do.
    pub scopes: Vec<Text>,
    /// The nodes of its graph.
    pub nodes: Vec<Node>,
    /// What leads from node to node.
    pub edges: Vec<Edge>,
    /// Where an editor draws the nodes.
    pub ui_nodes: Vec<Value>,
    /// Where an editor draws the edges.
    pub ui_edges: Vec<Value>,
    /// Variables that are always there.
    pub global_variables: Vec<AgentVariable>,
    /// Variables that a message brings.
    pub input_variables: Vec<AgentVariable>,
    /// Variables that come into being in a session.
    pub runtime_variables: Vec<AgentVariable>,
    /// Prompts and settings of the whole agent.
    pub global_config: Map<String, Value>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Who published it.
    pub published_by: Option<UserId>,
    /// What that person is called.
    pub published_by_name: Option<Text>,
    /// That person's e-mail.
    pub published_by_email: Option<Text>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl AgentVersion {
    /// Whether it is the version that answers, however the wire spells it.
    #[must_use]
    pub fn is_production(&self) -> bool {
        matches!(self.state, VersionState::Production | VersionState::Prod)
    }

    /// What every prompt begins with, where a model answers.
    #[must_use]
    pub fn global_prompt(&self) -> Option<&str> {
        self.global_config.get("globalPrompt")?.get("currentPrompt")?.as_str()
    }

    /// The node where a session begins: the one that says so, else the first of the type `start`.
    #[must_use]
    pub fn start(&self) -> Option<&Node> {
        let says_so = self.nodes.iter().find(|node| node.is_start_node == Some(true));
        says_so.or_else(|| self.nodes.iter().find(|node| node.kind == super::NodeType::Start))
    }

    /// The node with an id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.node_id == *id)
    }
}

/// The version of an agent that answers, in short.
#[record]
pub struct PublishedVersion {
    /// Its id.
    pub version_id: AgentVersionId,
    /// What it is called.
    pub version_name: Text,
    /// Whether it answers.
    pub is_published: bool,
    /// Variables that a message brings.
    pub input_variables: Vec<AgentVariable>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Changes to a version. What is not set stays.
#[request]
pub struct UpdateAgentVersion {
    /// The sub-account.
    pub location_id: LocationId,
    /// What it is called.
    pub version_name: Option<Text>,
    /// What it is for, in words.
    pub description: Option<Text>,
    /// All nodes, also those that stay as they are.
    pub nodes: Option<Vec<Node>>,
    /// All edges, also those that stay as they are.
    pub edges: Option<Vec<Edge>>,
    /// All variables that are always there.
    pub global_variables: Option<Vec<AgentVariable>>,
    /// All variables that a message brings.
    pub input_variables: Option<Vec<AgentVariable>>,
    /// All variables that come into being in a session.
    pub runtime_variables: Option<Vec<AgentVariable>>,
    /// Prompts and settings of the whole agent.
    pub global_config: Option<Map<String, Value>>,
    /// Who changes it.
    pub user_id: Option<UserId>,
    /// What that person is called.
    pub user_name: Option<Text>,
}

/// A version to publish.
#[request]
pub struct PublishVersion {
    /// The sub-account.
    pub location_id: LocationId,
    /// Who publishes it.
    pub user_id: Option<UserId>,
    /// What that person is called.
    pub user_name: Option<Text>,
    /// That person's e-mail.
    pub user_email: Option<Text>,
}

/// A version that was published.
#[record]
pub struct VersionPublished {
    /// Whether it went well.
    pub success: bool,
    /// That in words.
    pub message: Text,
    /// The two versions that came of it.
    pub data: PublishedVersions,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What came of publishing.
#[record]
pub struct PublishedVersions {
    /// The version that answers from now on.
    pub production_version: AgentVersion,
    /// The one to change next: a copy of it.
    pub new_draft_version: AgentVersion,
    /// Fields this version has no name for.
    pub extra: Extra,
}
