//! Versions: what a new one holds, changing and publishing it.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use smbcrm_core::agent_studio::{
    Agent, AgentDraft, AgentUpdated, AgentVariable, AgentVersion, Edge, Node, PublishVersion,
    PublishedVersions, UpdateAgentVersion, VersionPublished, VersionState, graph_problems, has_start,
};
use smbcrm_core::types::{AgentVersionId, Extra, Text};
use smbcrm_core::{Error, Result};

use super::agent::{changed, missing as missing_agent};
use crate::refusal;
use crate::world::State;

/// The longest name (assumed).
const NAME: usize = 200;

/// How large the parts of a version may be that nobody here reads, as JSON (assumed).
const UNREAD_BYTES: usize = 1 << 20;

/// What the wire says of a version that does not exist.
pub(super) fn missing(id: &AgentVersionId) -> Error {
    refusal::absent("Version", id.as_str())
}

pub(super) fn check_length(field: &str, text: Option<&str>, wrong: &mut Vec<String>) {
    if text.is_some_and(|text| text.chars().count() > NAME) {
        wrong.push(format!("{field} must be shorter than or equal to {NAME} characters"));
    }
}

/// What a version holds, before it is one.
pub(super) struct Content {
    name: Option<Text>,
    description: Option<Text>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    ui_nodes: Vec<Value>,
    ui_edges: Vec<Value>,
    globals: Vec<AgentVariable>,
    inputs: Vec<AgentVariable>,
    runtime: Vec<AgentVariable>,
    scopes: Vec<Text>,
    config: Map<String, Value>,
    extra: Extra,
}

impl From<AgentDraft> for Content {
    fn from(draft: AgentDraft) -> Self {
        Self {
            name: draft.version_name,
            description: draft.description,
            nodes: draft.nodes,
            edges: draft.edges,
            ui_nodes: draft.ui_nodes,
            ui_edges: draft.ui_edges,
            globals: draft.global_variables,
            inputs: draft.input_variables,
            runtime: draft.runtime_variables,
            scopes: draft.scopes,
            config: draft.global_config.unwrap_or_default(),
            extra: draft.extra,
        }
    }
}

impl From<&AgentVersion> for Content {
    fn from(version: &AgentVersion) -> Self {
        let version = version.clone();
        Self {
            name: Some(version.version_name),
            description: version.description,
            nodes: version.nodes,
            edges: version.edges,
            ui_nodes: version.ui_nodes,
            ui_edges: version.ui_edges,
            globals: version.global_variables,
            inputs: version.input_variables,
            runtime: version.runtime_variables,
            scopes: version.scopes,
            config: version.global_config,
            extra: version.extra,
        }
    }
}

impl Content {
    /// Adds what is wrong, each with its field.
    pub(super) fn check(&self, prefix: &str, wrong: &mut Vec<String>) {
        let mut found = Vec::new();
        check_length("versionName", self.name.as_deref(), &mut found);
        found.extend(graph_problems(&self.nodes, &self.edges));
        check_variables("globalVariables", &self.globals, &mut found);
        check_variables("inputVariables", &self.inputs, &mut found);
        check_variables("runtimeVariables", &self.runtime, &mut found);
        let unread = serde_json::to_string(&(&self.ui_nodes, &self.ui_edges, &self.config, &*self.extra));
        if unread.is_ok_and(|text| text.len() > UNREAD_BYTES) {
            found.push(format!("uiNodes, uiEdges and globalConfig must not exceed {UNREAD_BYTES} bytes"));
        }
        wrong.extend(found.into_iter().map(|text| format!("{prefix}{text}")));
    }
}

fn check_variables(field: &str, variables: &[AgentVariable], wrong: &mut Vec<String>) {
    let mut known = HashSet::new();
    for (at, variable) in variables.iter().enumerate() {
        if variable.key.trim().is_empty() {
            wrong.push(format!("{field}.{at}.key should not be empty"));
        } else if !known.insert(variable.key.as_str()) {
            wrong.push(format!("{field}.{at}.key must be unique"));
        }
    }
}

impl State {
    /// A version of an agent that is not kept yet.
    pub(super) fn new_agent_version(
        &mut self,
        agent: &Agent,
        content: Content,
        number: u32,
        state: VersionState,
        now: DateTime<Utc>,
    ) -> Arc<AgentVersion> {
        let mut version = AgentVersion::default();
        version.id = self.ids.uuid().into();
        version.version_id = self.ids.record().into();
        version.agent_id = agent.agent_id.clone();
        version.agency_id.clone_from(&agent.agency_id);
        version.location_id = agent.location_id.clone();
        let name = content.name.filter(|name| !name.trim().is_empty());
        version.version_name = name.unwrap_or_else(|| format!("{} v{number}", agent.name).into());
        version.description = content.description;
        version.version = number;
        version.state = state;
        version.scopes = content.scopes;
        (version.nodes, version.edges) = (content.nodes, content.edges);
        (version.ui_nodes, version.ui_edges) = (content.ui_nodes, content.ui_edges);
        version.global_variables = content.globals;
        version.input_variables = content.inputs;
        version.runtime_variables = content.runtime;
        version.global_config = content.config;
        version.extra = content.extra;
        version.created_at = Some(now);
        version.updated_at = Some(now);
        Arc::new(version)
    }

    /// Changes a version that is a draft or staging. One that answers, or did, stays what it was: sessions go by it.
    pub(super) fn update_agent_version(
        &mut self,
        id: &AgentVersionId,
        input: UpdateAgentVersion,
        now: DateTime<Utc>,
    ) -> Result<AgentUpdated> {
        let known = self.agent_version(id).ok_or_else(|| missing(id))?;
        if !matches!(known.state, VersionState::Draft | VersionState::Staging) {
            return Err(refusal::bad_request("Only draft and staging versions can be updated"));
        }
        let mut version = AgentVersion::clone(known);
        let agent = self.agent(&version.agent_id).cloned().ok_or_else(|| missing_agent(&version.agent_id))?;
        macro_rules! set {
            ($($field:ident),*) => {$(
                if let Some(value) = input.$field {
                    version.$field = value;
                }
            )*};
        }
        set!(nodes, edges, global_variables, input_variables, runtime_variables, global_config);
        let mut wrong = Vec::new();
        if let Some(name) = input.version_name {
            if name.trim().is_empty() {
                wrong.push("versionName should not be empty".to_owned());
            }
            version.version_name = name.trim().into();
        }
        if let Some(description) = input.description {
            version.description = Some(description).filter(|text| !text.trim().is_empty());
        }
        Content::from(&version).check("", &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        version.updated_at = Some(now);
        let mut updated = changed(&agent, version.description.clone(), now);
        updated.message = "Version updated successfully".into();
        updated.data.version_id = Some(id.clone());
        self.studio.versions.put(Arc::new(version));
        Ok(updated)
    }

    /// Makes a version the one that answers, and a copy of it the next draft.
    pub(crate) fn publish_version(
        &mut self,
        id: &AgentVersionId,
        by: PublishVersion,
        now: DateTime<Utc>,
    ) -> Result<VersionPublished> {
        let known = self.agent_version(id).cloned().ok_or_else(|| missing(id))?;
        if !matches!(known.state, VersionState::Draft | VersionState::Staging) {
            return Err(refusal::bad_request("Only draft versions can be promoted"));
        }
        let agent = self.agent(&known.agent_id).cloned().ok_or_else(|| missing_agent(&known.agent_id))?;
        if !has_start(&known.nodes) {
            return Err(refusal::invalid(vec!["nodes must contain a start node".to_owned()]));
        }
        let versions = self.studio.versions_of(&agent.agent_id);
        for earlier in versions.iter().filter(|version| version.is_production()) {
            let mut earlier = AgentVersion::clone(earlier);
            (earlier.state, earlier.is_published) = (VersionState::Archived, false);
            earlier.updated_at = Some(now);
            self.studio.versions.put(Arc::new(earlier));
        }
        let mut version = AgentVersion::clone(&known);
        (version.state, version.is_published) = (VersionState::Production, true);
        (version.published_at, version.updated_at) = (Some(now), Some(now));
        version.published_by = by.user_id;
        version.published_by_name = by.user_name;
        version.published_by_email = by.user_email;
        // A draft that is there already stays the one to change next.
        let draft =
            versions.iter().find(|other| other.state == VersionState::Draft && other.version_id != *id);
        let draft = draft.cloned().unwrap_or_else(|| {
            let number = versions.iter().map(|version| version.version).max().unwrap_or_default() + 1;
            let mut content = Content::from(&version);
            content.name = Some(format!("{} v{number}", agent.name).into());
            self.new_agent_version(&agent, content, number, VersionState::Draft, now)
        });
        self.set_production(&agent.agent_id, &version, now);
        let mut published = VersionPublished::default();
        published.success = true;
        published.message =
            "Draft published to production successfully. New draft version created for future edits.".into();
        published.data = PublishedVersions::default();
        published.data.production_version = version.clone();
        published.data.new_draft_version = AgentVersion::clone(&draft);
        self.studio.versions.put(Arc::new(version));
        self.studio.versions.put(draft);
        Ok(published)
    }
}
