//! The admin API's methods that make agents and look at their sessions.

use http::StatusCode;
use serde_json::{Map, Value, json};
use smbcrm_core::agent_studio::CreateAgent;
use smbcrm_core::types::{AgentId, ExecutionId, LocationId};

use super::methods::{created, ok};
use super::planting::{nowhere, place};
use super::{Ask, Outcome, Refused};

pub(super) fn add_agent(ask: &Ask<'_>) -> Outcome {
    let mut body: Map<String, Value> = ask.body()?;
    body.entry("locationId").or_insert_with(|| ask.crm.location().as_str().into());
    let agent: CreateAgent = serde_path_to_error::deserialize(Value::Object(body))
        .map_err(|error| Refused::invalid(format!("{}: {}", error.path(), error.inner())))?;
    let location = agent.location_id.clone();
    if ask.admin().locations().iter().all(|known| known.id != location) {
        return Err(nowhere(&location));
    }
    let made = ask.admin().add_agent(agent).map_err(|error| {
        Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", error.messages().join("; "))
    })?;
    created(&*made)
}

pub(super) fn agent_sessions(ask: &Ask<'_>) -> Outcome {
    let [location, agent] = ask.query(["locationId", "agentId"])?;
    let location = place(ask, location.map(LocationId::from));
    let agent = agent.map(AgentId::from);
    ok(json!({ "sessions": ask.admin().agent_sessions(&location, agent.as_ref()) }))
}

pub(super) fn agent_session(ask: &Ask<'_>) -> Outcome {
    let id = ExecutionId::from(ask.id.as_str());
    ok(ask.admin().agent_session(&id).ok_or_else(|| Refused::missing("session", id.as_str()))?)
}
