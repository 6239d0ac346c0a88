//! Workflows: installed, looked at and triggered from outside.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smbcrm_core::types::{ContactId, LocationId, Text, WorkflowId};
use smbcrm_core::workflows::definition::{Definition, DefinitionError};

use super::methods::{created, ok};
use super::planting::{nowhere, place};
use super::{Ask, Outcome, Refused};
use crate::MemCrm;
use crate::server::{answer, input};

/// A workflow: only its name, or what it does, as JSON or as a YAML text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewWorkflow {
    location_id: Option<LocationId>,
    name: Option<Text>,
    definition: Option<Value>,
    yaml: Option<String>,
    #[serde(default = "yes")]
    published: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Publish {
    #[serde(default = "yes")]
    published: bool,
}

impl NewWorkflow {
    fn definition(&mut self) -> Result<Option<Definition>, Refused> {
        let read = match (self.definition.take(), self.yaml.take()) {
            (Some(_), Some(_)) => return Err(Refused::invalid("give either definition or yaml")),
            (Some(definition), None) => Definition::from_value(definition),
            (None, Some(yaml)) => Definition::from_yaml(&yaml),
            (None, None) => return Ok(None),
        };
        read.map(Some).map_err(|error| refused(&error))
    }
}

fn refused(error: &DefinitionError) -> Refused {
    Refused::invalid(error.to_string())
}

pub(super) fn add_workflow(ask: &Ask<'_>) -> Outcome {
    let mut new: NewWorkflow = ask.body()?;
    let definition = new.definition()?;
    let location = place(ask, new.location_id);
    let admin = ask.admin();
    let id = match (definition, new.name) {
        (Some(_), Some(_)) => return Err(Refused::invalid("the definition has the name")),
        (Some(definition), None) if new.published => {
            admin.install_workflow(&location, definition).map_err(|error| refused(&error))?
        }
        (Some(definition), None) => {
            admin.draft_workflow(&location, definition).map_err(|error| refused(&error))?
        }
        (None, Some(name)) => {
            let id = admin.add_workflow(&location, name).ok_or_else(|| nowhere(&location))?;
            if !new.published {
                admin.publish_workflow(&location, &id, false);
            }
            id
        }
        (None, None) => return Err(Refused::invalid("give name, definition or yaml")),
    };
    created(json!({ "id": id }))
}

fn missing(ask: &Ask<'_>) -> Refused {
    Refused::missing("workflow", &ask.id)
}

fn id(ask: &Ask<'_>) -> WorkflowId {
    WorkflowId::from(ask.id.as_str())
}

/// The sub-account that holds a workflow.
fn home(ask: &Ask<'_>) -> Option<LocationId> {
    let id = id(ask);
    let locations = ask.admin().locations();
    let holds = |location: &LocationId| {
        ask.admin().workflows(location).is_some_and(|list| list.iter().any(|(known, _)| *known == id))
    };
    locations.iter().map(|location| location.id.clone()).find(holds)
}

pub(super) fn workflows(ask: &Ask<'_>) -> Outcome {
    let [location] = ask.query(["locationId"])?;
    let location = place(ask, location.map(LocationId::from));
    let list = ask.admin().workflows(&location).ok_or_else(|| nowhere(&location))?;
    let shown: Vec<Value> = list.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    ok(json!({ "workflows": shown, "activeRuns": ask.admin().active_runs(&location) }))
}

pub(super) fn workflow(ask: &Ask<'_>) -> Outcome {
    let definition = ask.admin().workflow_definition(&id(ask)).ok_or_else(|| missing(ask))?;
    ok(json!({ "id": ask.id, "definition": definition }))
}

pub(super) fn update_workflow(ask: &Ask<'_>) -> Outcome {
    let mut new: NewWorkflow = ask.body()?;
    home(ask).ok_or_else(|| missing(ask))?;
    let definition = new.definition()?.ok_or_else(|| Refused::invalid("give definition or yaml"))?;
    ask.admin().update_workflow(&id(ask), definition).map_err(|error| refused(&error))?;
    ok(json!({ "id": ask.id }))
}

pub(super) fn publish_workflow(ask: &Ask<'_>) -> Outcome {
    let Publish { published } = ask.body()?;
    let location = home(ask).ok_or_else(|| missing(ask))?;
    ask.admin().publish_workflow(&location, &id(ask), published).ok_or_else(|| missing(ask))?;
    ok(json!({ "published": published }))
}

pub(super) fn delete_workflow(ask: &Ask<'_>) -> Outcome {
    ask.admin().delete_workflow(&id(ask)).ok_or_else(|| missing(ask))?;
    ok(json!({ "deleted": true }))
}

pub(super) fn workflow_runs(ask: &Ask<'_>) -> Outcome {
    home(ask).ok_or_else(|| missing(ask))?;
    ok(json!({ "runs": ask.admin().runs(&id(ask)) }))
}

/// The JSON Schema of a definition, for editors and agents that write one.
pub(super) fn workflow_schema(_: &Ask<'_>) -> Outcome {
    ok(smbcrm_core::workflows::definition::schema())
}

/// Whether a path is one of those below.
pub(in crate::server) fn is_called(path: &str) -> bool {
    path.starts_with("/hooks/") || path.starts_with("/l/")
}

/// Answers inbound webhooks and trigger links. Like the real addresses they need no token and no key: who knows the id
/// may call it.
pub(super) fn call(crm: &MemCrm, head: &Parts, body: &[u8]) -> Option<Response<Bytes>> {
    let path = head.uri.path().trim_end_matches('/');
    if let Some(rest) = path.strip_prefix("/hooks/") {
        let (location, id) = rest.split_once("/webhook-trigger/")?;
        let request = match head.method {
            Method::POST | Method::PUT => sent(head, body),
            Method::GET => Some(pairs(input::query(head.uri.query()))),
            _ => return None,
        };
        let Some(request) = request else {
            let body =
                json!({ "statusCode": 400, "message": "the body is not JSON", "error": "Bad Request" });
            return Some(answer::json(StatusCode::BAD_REQUEST, body.to_string().into()));
        };
        let said = crm.admin().call_hook(&location.into(), id, request);
        let said = serde_json::to_vec(&said).unwrap_or_default();
        return Some(answer::json(StatusCode::OK, said.into()));
    }
    let link = path.strip_prefix("/l/").filter(|_| head.method == Method::GET)?;
    let query = input::query(head.uri.query());
    let contact =
        query.iter().find(|(name, _)| name == "contact").map(|(_, id)| ContactId::from(id.as_str()))?;
    let location = crm.admin().location_of(&contact)?;
    let runs = crm.admin().open_link(&location, link, &contact);
    Some(answer::json(StatusCode::OK, json!({ "runs": runs }).to_string().into()))
}

fn sent(head: &Parts, body: &[u8]) -> Option<Value> {
    let kind =
        head.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Some(pairs(url::form_urlencoded::parse(body).into_owned().collect()));
    }
    if body.is_empty() {
        return Some(pairs(input::query(head.uri.query())));
    }
    serde_json::from_slice(body).ok()
}

fn pairs(pairs: Vec<(String, String)>) -> Value {
    pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect::<Map<_, _>>().into()
}
