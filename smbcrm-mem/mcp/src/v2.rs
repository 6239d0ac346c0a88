//! The second surface: four tools that reach every operation.

use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, Tool as Listed, ToolAnnotations};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use smbcrm_core::mcp::{Kind, Tool};
use smbcrm_core::operation::{Body, Request};
use smbcrm_core::{Error, ErrorKind};

use crate::McpServer;
use crate::outcome::{self, Failure};

pub(super) const NAMES: [&str; 4] =
    ["search_operations", "describe_operation", "execute_operation", "list_locations"];

/// How many operations a search finds unless told otherwise, and at most.
const FOUND: (usize, usize) = (10, 50);

/// How many sub-accounts a page of them holds.
const PAGE: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
    #[serde(default)]
    domains: Vec<String>,
    kind: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Describe {
    operation_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Execute {
    operation_id: String,
    #[serde(default)]
    params: Params,
    location_id: Option<String>,
    #[serde(default)]
    dry_run: bool,
    idempotency_key: Option<String>,
    /// For whoever reads the call before it is allowed; it is not kept.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    #[serde(default)]
    path: Map<String, Value>,
    #[serde(default)]
    query: Map<String, Value>,
    #[serde(default)]
    header: Map<String, Value>,
    body: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Locations {
    query: Option<String>,
    page_token: Option<String>,
}

pub(super) fn listed() -> Vec<Listed> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let tool = |name: &'static str, description: &'static str, properties: Value, required: &[&str]| {
        let schema = json!({ "type": "object", "properties": properties, "required": required,
            "additionalProperties": false });
        let Value::Object(schema) = schema else { unreachable!("it is an object") };
        Listed::new(name, description, Arc::new(schema))
    };
    let reads = |title: &str| {
        ToolAnnotations::with_title(title)
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false)
    };
    vec![
        tool(
            NAMES[0],
            "Finds operations of the API by what they do. Then describe the one you want, and execute it.",
            json!({
                "query": text("What is to be done: `add a tag`, `search contacts`, `move a deal`."),
                "domains": { "type": "array", "items": { "type": "string" },
                    "description": "Only these products: contacts, opportunities, …" },
                "kind": { "type": "string", "enum": ["read", "write", "delete", "money_movement"] },
                "limit": { "type": "integer", "minimum": 1, "maximum": FOUND.1, "description": "10 unless given." },
            }),
            &["query"],
        )
        .annotate(reads("Search operations")),
        tool(
            NAMES[1],
            "Says what an operation takes, which scope it needs and whether it may be repeated.",
            json!({ "operationId": text("As search_operations names it.") }),
            &["operationId"],
        )
        .annotate(reads("Describe an operation")),
        tool(
            NAMES[2],
            "Executes an operation. Describe it first. With `dryRun` the call is checked and shown, and nothing is sent.",
            json!({
                "operationId": text("As search_operations names it."),
                "params": {
                    "type": "object",
                    "properties": {
                        "path": { "type": "object" },
                        "query": { "type": "object" },
                        "header": { "type": "object" },
                        "body": { "description": "The body, as described." },
                    },
                    "additionalProperties": false,
                },
                "locationId": text("The sub-account, where the params name none."),
                "dryRun": { "type": "boolean" },
                "idempotencyKey": text("A second call with the same key is answered as the first, and not carried out again."),
                "reason": text("Why, in a sentence, for whoever has to allow it."),
            }),
            &["operationId"],
        )
        .annotate(
            ToolAnnotations::with_title("Execute an operation")
                .read_only(false)
                .destructive(true)
                .idempotent(false)
                .open_world(true),
        ),
        tool(
            NAMES[3],
            "Lists the sub-accounts that this token opens.",
            json!({
                "query": text("Part of the name, the e-mail or the id."),
                "pageToken": text("`nextPageToken` of the page before."),
            }),
            &[],
        )
        .annotate(reads("List sub-accounts")),
    ]
}

pub(super) async fn call(
    server: &McpServer,
    name: &str,
    arguments: Map<String, Value>,
) -> Result<CallToolResult, ErrorData> {
    let outcome = match name {
        "search_operations" => read(arguments).and_then(|input| search(server, &input)),
        "describe_operation" => {
            read(arguments).and_then(|input: Describe| describe(server, &input.operation_id))
        }
        "execute_operation" => match read(arguments) {
            Ok(input) => execute(server, input).await,
            Err(failure) => Err(failure),
        },
        "list_locations" => match read(arguments) {
            Ok(input) => list_locations(server, &input).await,
            Err(failure) => Err(failure),
        },
        _ => {
            let text = format!("unknown tool `{name}`; there are: {}", NAMES.join(", "));
            return Err(ErrorData::invalid_params(text, None));
        }
    };
    Ok(outcome.unwrap_or_else(Failure::into_result))
}

fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Failure> {
    serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| {
        let (path, text) = (error.path().to_string(), error.inner().to_string());
        refused(if path == "." { text } else { format!("{path}: {text}") })
    })
}

fn refused(text: impl Into<String>) -> Failure {
    Error::new(ErrorKind::Invalid, text).into()
}

/// Finds what has the most of the query's words in its name, its path and its summary.
fn search(server: &McpServer, input: &Search) -> Result<CallToolResult, Failure> {
    let kinds = [Kind::Read, Kind::Write, Kind::Delete, Kind::MoneyMovement];
    let kind =
        match &input.kind {
            None => None,
            Some(name) => Some(kinds.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
                refused(format!("kind must be one of {}", kinds.map(Kind::as_str).join(", ")))
            })?),
        };
    let words: Vec<String> = words(&input.query).collect();
    let mut found: Vec<(usize, &Tool)> = server
        .tools()
        .filter(|tool| kind.is_none_or(|kind| tool.kind() == kind))
        .filter(|tool| {
            input.domains.is_empty()
                || input.domains.iter().any(|domain| domain == tool.operation().product.name)
        })
        .map(|tool| (score(tool, &words), tool))
        .filter(|(score, _)| *score > 0 || words.is_empty())
        .collect();
    // Of equals the one that says least beside it.
    found.sort_by_key(|(score, tool)| (std::cmp::Reverse(*score), tool.name().len()));
    let total = found.len();
    found.truncate(input.limit.unwrap_or(FOUND.0).clamp(1, FOUND.1));
    let operations: Vec<Value> = found.iter().map(|(_, tool)| brief(tool)).collect();
    Ok(outcome::value(&json!({ "operations": operations, "total": total })))
}

fn brief(tool: &Tool) -> Value {
    let operation = tool.operation();
    json!({
        "operationId": tool.name(),
        "domain": operation.product.name,
        "kind": tool.kind().as_str(),
        "summary": operation.summary,
        "method": operation.method.as_str(),
        "path": operation.path,
        "scope": operation.scope,
    })
}

/// What says nothing about an operation.
const STOP: [&str; 12] =
    ["the", "an", "of", "to", "for", "in", "on", "all", "with", "another", "other", "through"];

/// What people say, and what the API calls it.
const MEANT: [(&str, &str); 14] = [
    ("deal", "opportunity"),
    ("lead", "contact"),
    ("person", "contact"),
    ("customer", "contact"),
    ("move", "update"),
    ("change", "update"),
    ("edit", "update"),
    ("find", "search"),
    ("look", "search"),
    ("book", "appointment"),
    ("booking", "appointment"),
    ("account", "location"),
    ("sms", "message"),
    ("remove", "delete"),
];

/// The words of a text in their simplest form: `Contacts` and `contact` are one, `opportunities` and `opportunity`.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| match word.to_lowercase() {
            word if word.ends_with("ies") && word.len() > 4 => format!("{}y", &word[..word.len() - 3]),
            word if word.ends_with('s') && word.len() > 3 => word[..word.len() - 1].to_owned(),
            word => word,
        })
        .filter(|word| word.chars().count() > 1 && !STOP.contains(&word.as_str()))
}

/// A word counts most in the name, then in the path, then in the summary; what it stands for counts half.
fn score(tool: &Tool, asked: &[String]) -> usize {
    let operation = tool.operation();
    // Some names are written in one word: getAllSchedules.
    let name: String =
        tool.name().chars().flat_map(|c| [c.is_uppercase().then_some(' '), Some(c)]).flatten().collect();
    let places = [
        (8, words(&name).collect::<Vec<_>>()),
        (4, words(operation.path).collect()),
        (2, words(operation.summary).collect()),
    ];
    let of = |word: &str| {
        places
            .iter()
            .filter(|(_, known)| known.iter().any(|one| one == word))
            .map(|(worth, _)| worth)
            .sum::<usize>()
    };
    let sum: usize = asked
        .iter()
        .map(|word| {
            let meant = MEANT.iter().filter(|(said, _)| said == word).map(|(_, meant)| of(meant) / 2);
            of(word).max(meant.max().unwrap_or_default())
        })
        .sum();
    sum.saturating_sub(usize::from(operation.deprecated))
}

/// The operation of an id: a tool's name, or the API's own id where only one operation has it.
fn find(server: &McpServer, id: &str) -> Result<&'static Tool, Failure> {
    if let Some(tool) = Tool::find(id) {
        return Ok(tool);
    }
    let mut same = Tool::all().iter().filter(|tool| tool.operation().id == id);
    match (same.next(), same.next()) {
        (Some(tool), None) => Ok(tool),
        (Some(_), Some(_)) => {
            let all: Vec<_> =
                server.tools().filter(|tool| tool.operation().id == id).map(Tool::name).collect();
            Err(refused(format!("several operations are called `{id}`: {}", all.join(", "))))
        }
        _ => {
            let error = Error::new(ErrorKind::NotFound, format!("there is no operation `{id}`"));
            Err(Failure::new(
                error,
                "Look for it with search_operations, and use the operationId that it names.",
            ))
        }
    }
}

fn describe(server: &McpServer, id: &str) -> Result<CallToolResult, Failure> {
    let tool = find(server, id)?;
    let operation = tool.operation();
    let mut described = brief(tool);
    described["description"] = json!(tool.description());
    described["idempotent"] = json!(tool.is_idempotent());
    described["destructive"] = json!(tool.is_destructive());
    described["authorized"] = json!(server.shows(operation));
    described["status"] = json!(operation.status);
    described["params"] = params(tool);
    Ok(outcome::value(&described))
}

/// The schema of `params`: the flat arguments, put where they go.
fn params(tool: &Tool) -> Value {
    let schema = tool.input_schema();
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut places: Map<String, Value> = Map::new();
    for (argument, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let Some((place, name)) = argument.split_once('_') else {
            places.insert(argument.clone(), property.clone());
            continue;
        };
        let place = places
            .entry(place)
            .or_insert_with(|| json!({ "type": "object", "properties": {}, "additionalProperties": false }));
        place["properties"][name] = property.clone();
        if required.contains(&argument.as_str()) {
            match place.get_mut("required").and_then(Value::as_array_mut) {
                Some(list) => list.push(json!(name)),
                None => place["required"] = json!([name]),
            }
        }
    }
    let mut params = json!({ "type": "object", "properties": places });
    if let Some(definitions) = schema.get("$defs") {
        params["$defs"] = definitions.clone();
    }
    params
}

async fn execute(server: &McpServer, input: Execute) -> Result<CallToolResult, Failure> {
    let tool = find(server, &input.operation_id)?;
    let operation = tool.operation();
    let (arguments, named) = flat(tool, input.params)?;
    let location = input.location_id.or(named).or_else(|| server.location.clone());
    if input.dry_run {
        server.permit(operation)?;
        let request = tool.rehearse(&arguments, location.as_deref())?;
        return Ok(outcome::value(&json!({
            "dryRun": true,
            // What the token may do is known only when it is used.
            "authorizationVerified": false,
            "operationId": tool.name(),
            "kind": tool.kind().as_str(),
            "request": shown(&request),
        })));
    }
    let perform = async || match server.perform(tool, &arguments, location.as_deref()).await {
        Ok(answer) => Ok(outcome::answered(operation, &answer)),
        Err(failure) => Err(failure.into_result()),
    };
    let Some(key) = input.idempotency_key.filter(|_| !operation.read) else {
        return Ok(perform().await.unwrap_or_else(|failed| failed));
    };
    let asked = json!([tool.name(), arguments, location]).to_string();
    server.replays.once(&server.caller, &key, &asked, perform).await.map_err(|_| {
        let error =
            Error::new(ErrorKind::Conflict, "this idempotency key stands for another call").during(operation);
        Failure::new(
            error,
            "Nothing was sent. Use a new key for every call, and the old one only to repeat it unchanged.",
        )
    })
}

/// The flat arguments, and the sub-account that a header names.
fn flat(tool: &Tool, params: Params) -> Result<(Map<String, Value>, Option<String>), Failure> {
    let mut arguments = Map::new();
    let mut location = None;
    for (name, value) in params.header {
        match name.to_ascii_lowercase().as_str() {
            "version" => {} // every operation has its own
            "locationid" => location = value.as_str().map(str::to_owned),
            _ => return Err(refused(format!("params.header: `{name}` cannot be set"))),
        }
    }
    arguments.extend(params.path.into_iter().map(|(name, value)| (format!("path_{name}"), value)));
    arguments.extend(params.query.into_iter().map(|(name, value)| (format!("query_{name}"), value)));
    let is_whole =
        tool.input_schema().get("properties").is_some_and(|properties| properties.get("body").is_some());
    match params.body {
        None => {}
        Some(body) if is_whole => {
            arguments.insert("body".to_owned(), body);
        }
        Some(Value::Object(body)) => {
            arguments.extend(body.into_iter().map(|(name, value)| (format!("body_{name}"), value)));
        }
        Some(Value::Null) => {}
        Some(_) => return Err(refused("params.body must be an object")),
    }
    Ok((arguments, location))
}

/// A request as it would be sent.
fn shown(request: &Request) -> Value {
    let query: Vec<Value> = request.query.iter().map(|(name, value)| json!([name, value])).collect();
    let body = match &request.body {
        Body::Json(bytes) => serde_json::from_slice(bytes).unwrap_or(Value::Null),
        Body::Form(pairs) => json!(pairs),
        _ => Value::Null,
    };
    json!({
        "method": request.operation.method.as_str(),
        "path": request.path,
        "query": query,
        "version": request.operation.product.version,
        "body": body,
    })
}

/// An agency's sub-accounts; of any other token its own one, as far as the connection names it.
async fn list_locations(server: &McpServer, input: &Locations) -> Result<CallToolResult, Failure> {
    let skip: usize = match input.page_token.as_deref().filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => {
            token.parse().map_err(|_| refused("pageToken must be the nextPageToken of a page before"))?
        }
    };
    let arguments = Map::from_iter([
        ("query_skip".to_owned(), json!(skip.to_string())),
        ("query_limit".to_owned(), json!(PAGE.to_string())),
    ]);
    let found = match list(server, "locations_search-locations", &arguments, "locations").await {
        Ok(Value::Array(found)) => found,
        Ok(_) => Vec::new(),
        Err(failure) => {
            let own = server.location.as_ref().filter(|_| failure.error().kind() == ErrorKind::Forbidden);
            let Some(own) = own else { return Err(failure) };
            let arguments = Map::from_iter([("path_locationId".to_owned(), json!(own))]);
            vec![list(server, "locations_get-location", &arguments, "location").await?]
        }
    };
    let next = (found.len() == PAGE).then(|| (skip + PAGE).to_string());
    let wanted = input.query.as_deref().unwrap_or_default().to_lowercase();
    let of = |location: &Value, name: &str| {
        location.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let shown: Vec<Value> = found
        .iter()
        .filter(|location| {
            ["id", "name", "email"].iter().any(|name| of(location, name).to_lowercase().contains(&wanted))
        })
        .map(|location| json!({ "id": of(location, "id"), "name": of(location, "name"), "timezone": of(location, "timezone") }))
        .collect();
    let mut page = json!({ "locations": shown });
    if let Some(next) = next {
        page["nextPageToken"] = json!(next);
    }
    Ok(outcome::value(&page))
}

async fn list(
    server: &McpServer,
    tool: &str,
    arguments: &Map<String, Value>,
    key: &str,
) -> Result<Value, Failure> {
    let Some(tool) = Tool::find(tool) else { return Err(refused(format!("there is no operation {tool}"))) };
    let answer = server.perform(tool, arguments, None).await?;
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    Ok(body.get_mut(key).map(Value::take).unwrap_or_default())
}
