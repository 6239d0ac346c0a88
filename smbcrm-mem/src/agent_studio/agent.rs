//! Creating, listing, showing, changing and deleting agents.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::agent_studio::{
    Agent, AgentChange, AgentCreated, AgentDeleted, AgentFound, AgentPage, AgentPagination, AgentStatus,
    AgentSummary, AgentUpdated, AgentVersion, CreateAgent, PublishedVersion, UpdateAgent, VersionState,
};
use smbcrm_core::types::{AgentId, Text};
use smbcrm_core::{Error, Result};

use super::version::{self, Content};
use crate::locations::PageSize;
use crate::refusal;
use crate::search::{Filter, Page, Query};
use crate::world::State;

/// The most agents that one page may hold (assumed). There is no default: the wire wants a limit.
const PAGE: PageSize = PageSize { default: 20, max: 100 };

/// What the wire says of an agent that does not exist.
pub(super) fn missing(id: &AgentId) -> Error {
    refusal::absent("Agent", id.as_str())
}

impl State {
    /// Creates an agent with a staging version. Nothing is made when anything is wrong.
    pub(crate) fn create_agent(&mut self, input: CreateAgent, now: DateTime<Utc>) -> Result<AgentCreated> {
        let mut wrong = Vec::new();
        check_name(input.name.as_deref(), &mut wrong);
        check_status(Some(&input.status), &mut wrong);
        let mut draft = input.version;
        let mut prefix = "version.";
        if draft.nodes.is_empty() && draft.edges.is_empty() && input.nodes.is_some() {
            draft.nodes = input.nodes.unwrap_or_default();
            draft.edges = input.edges.unwrap_or_default();
            prefix = "";
        }
        let content = Content::from(draft);
        content.check(prefix, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let name = input.name.map_or_else(|| Text::from("New Agent"), |name| name.trim().into());
        let mut agent = Agent::default();
        agent.id = self.ids.uuid().into();
        agent.agent_id = self.ids.record().into();
        agent.name = name;
        agent.description = input.description;
        agent.agency_id = input.agency_id.or_else(|| self.location.company_id.clone());
        agent.location_id = self.location.id.clone();
        agent.product_slug = Some("agent_studio".into());
        agent.product_id = Some("agent_studio".into());
        agent.author_id = input.author_id;
        agent.status = input.status;
        agent.created_at = Some(now);
        agent.updated_at = Some(now);
        let version = self.new_agent_version(&agent, content, 1, VersionState::Staging, now);
        let mut made = AgentCreated::default();
        made.success = true;
        made.message = "Agent created successfully with staging version.".into();
        made.agent = summary(&agent);
        made.agent.agency_id.clone_from(&agent.agency_id);
        made.agent.author_id.clone_from(&agent.author_id);
        made.versions = vec![AgentVersion::clone(&version)];
        self.studio.agents.put(Arc::new(agent));
        self.studio.versions.put(version);
        Ok(made)
    }

    /// A page of the active agents, the newest first.
    pub(super) fn list_agents(&self, limit: u32, offset: u32, published: bool) -> Result<AgentPage> {
        let mut wrong = Vec::new();
        PAGE.check(Some(limit), &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let shown = move |agent: &Agent| {
            !agent.deleted
                && agent.status == AgentStatus::Active
                && (!published || agent.production_version.is_some())
        };
        let query = Query::new(Filter::Where(Arc::new(shown)));
        let found = self.studio.agents.search(&query.page(Page::from(offset as usize, limit as usize)));
        let mut page = AgentPage::default();
        page.success = true;
        page.message = "Agents retrieved successfully".into();
        page.agents = found.records.iter().map(|agent| summary(agent)).collect();
        page.pagination = AgentPagination::default();
        page.pagination.total = found.total;
        page.pagination.limit = limit;
        page.pagination.offset = offset;
        page.pagination.has_more = u64::from(offset) + (page.agents.len() as u64) < found.total;
        Ok(page)
    }

    /// An active agent with all its versions.
    pub(super) fn show_agent(&self, id: &AgentId) -> Result<AgentFound> {
        let agent = self.agent(id).filter(|agent| agent.status == AgentStatus::Active);
        let agent = agent.ok_or_else(|| missing(id))?;
        let mut found = AgentFound::default();
        found.success = true;
        found.message = "Agent retrieved successfully".into();
        found.agent = Agent::clone(agent);
        let versions = self.studio.versions_of(id);
        found.agent.versions = versions.iter().map(|version| AgentVersion::clone(version)).collect();
        Ok(found)
    }

    pub(super) fn update_agent(
        &mut self,
        id: &AgentId,
        input: UpdateAgent,
        now: DateTime<Utc>,
    ) -> Result<AgentUpdated> {
        let mut agent = Agent::clone(self.agent(id).ok_or_else(|| missing(id))?);
        let mut wrong = Vec::new();
        check_name(input.name.as_deref(), &mut wrong);
        check_status(input.status.as_ref(), &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(name) = input.name {
            agent.name = name.trim().into();
        }
        if let Some(description) = input.description {
            agent.description = Some(description).filter(|text| !text.trim().is_empty());
        }
        if let Some(status) = input.status {
            agent.status = status;
        }
        agent.updated_at = Some(now);
        let updated = changed(&agent, agent.description.clone(), now);
        self.studio.agents.put(Arc::new(agent));
        Ok(updated)
    }

    /// Marks an agent and its versions as deleted; its sessions go.
    pub(super) fn delete_agent(&mut self, id: &AgentId, now: DateTime<Utc>) -> Result<AgentDeleted> {
        let mut agent = Agent::clone(self.agent(id).ok_or_else(|| missing(id))?);
        (agent.deleted, agent.updated_at) = (true, Some(now));
        self.studio.agents.put(Arc::new(agent));
        for version in self.studio.versions_of(id) {
            let mut version = AgentVersion::clone(&version);
            (version.deleted, version.updated_at) = (true, Some(now));
            self.studio.versions.put(Arc::new(version));
        }
        self.forget_sessions_of(id);
        let mut done = AgentDeleted::default();
        done.success = true;
        done.message = "Agent deleted successfully".into();
        done.agent_id = id.clone();
        Ok(done)
    }

    /// Says on the agent's record which version answers.
    pub(super) fn set_production(&mut self, agent: &AgentId, version: &AgentVersion, now: DateTime<Utc>) {
        let Some(known) = self.agent(agent) else { return };
        let mut agent = Agent::clone(known);
        let mut short = PublishedVersion::default();
        short.version_id = version.version_id.clone();
        short.version_name = version.version_name.clone();
        short.is_published = true;
        short.input_variables.clone_from(&version.input_variables);
        short.updated_at = Some(now);
        (agent.production_version, agent.updated_at) = (Some(short), Some(now));
        self.studio.agents.put(Arc::new(agent));
    }
}

/// An agent or version after a change.
pub(super) fn changed(agent: &Agent, description: Option<Text>, now: DateTime<Utc>) -> AgentUpdated {
    let mut updated = AgentUpdated::default();
    updated.success = true;
    updated.message = "Agent updated successfully".into();
    updated.data = AgentChange::default();
    updated.data.agent_id = agent.agent_id.clone();
    updated.data.name = agent.name.clone();
    updated.data.description = description;
    updated.data.status = agent.status.clone();
    updated.data.updated_at = Some(now);
    updated
}

fn summary(agent: &Agent) -> AgentSummary {
    let mut summary = AgentSummary::default();
    summary.agent_id = agent.agent_id.clone();
    summary.name = agent.name.clone();
    summary.description.clone_from(&agent.description);
    summary.location_id = agent.location_id.clone();
    summary.status = agent.status.clone();
    summary.created_at = agent.created_at;
    summary.updated_at = agent.updated_at;
    summary
}

fn check_name(name: Option<&str>, wrong: &mut Vec<String>) {
    if name.is_some_and(|name| name.trim().is_empty()) {
        wrong.push("name should not be empty".to_owned());
    }
    version::check_length("name", name, wrong);
}

fn check_status(status: Option<&AgentStatus>, wrong: &mut Vec<String>) {
    if status.is_some_and(|status| !status.is_known()) {
        wrong.push(format!("status must be one of the following values: {}", AgentStatus::KNOWN.join(", ")));
    }
}
