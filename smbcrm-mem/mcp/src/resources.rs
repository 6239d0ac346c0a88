//! Records as resources: `smbcrm://contact/{contactId}`.

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, ResourceContents, ResourceTemplate};
use serde_json::{Map, Value, json};
use smbcrm_core::ErrorKind;
use smbcrm_core::mcp::Tool;

use crate::McpServer;
use crate::outcome::Failure;

/// What can be read, and by which calls.
struct Kind {
    name: &'static str,
    template: &'static str,
    title: &'static str,
    description: &'static str,
    /// Each answer's key in the document – none where the answer is the document – and the tool that it comes from.
    parts: &'static [(Option<&'static str>, &'static str)],
    /// The argument that takes the id.
    argument: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "contact",
        template: "smbcrm://contact/{contactId}",
        title: "A contact",
        description: "A person: names, e-mail, phone, address, tags, custom fields.",
        parts: &[(None, "contacts_get-contact")],
        argument: "path_contactId",
    },
    Kind {
        name: "opportunity",
        template: "smbcrm://opportunity/{id}",
        title: "An opportunity",
        description: "A deal: its pipeline, stage, status, value and contact.",
        parts: &[(None, "opportunities_get-opportunity")],
        argument: "path_id",
    },
    Kind {
        name: "conversation",
        template: "smbcrm://conversation/{conversationId}",
        title: "A conversation",
        description: "What was written with a contact: the conversation and its newest messages.",
        parts: &[
            (Some("conversation"), "conversations_get-conversation"),
            (Some("messages"), "conversations_get-messages"),
        ],
        argument: "path_conversationId",
    },
];

/// The templates of what the caller may read.
pub(super) fn templates(server: &McpServer) -> Vec<ResourceTemplate> {
    let readable = KINDS.iter().filter(|kind| {
        let mut tools = kind.parts.iter().filter_map(|(_, name)| Tool::find(name));
        tools.all(|tool| server.shows(tool.operation()))
    });
    readable
        .map(|kind| {
            ResourceTemplate::new(kind.template, kind.name)
                .with_title(kind.title)
                .with_description(kind.description)
                .with_mime_type("application/json")
        })
        .collect()
}

/// Reads a record.
pub(super) async fn read(server: &McpServer, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let named = uri.strip_prefix("smbcrm://").and_then(|rest| rest.split_once('/'));
    let found = named.and_then(|(name, id)| Some((KINDS.iter().find(|kind| kind.name == name)?, id)));
    let Some((kind, id)) = found.filter(|(_, id)| !id.is_empty() && !id.contains('/')) else {
        let known = KINDS.map(|kind| kind.template).join(", ");
        return Err(ErrorData::resource_not_found(format!("{uri} is no resource; there are: {known}"), None));
    };
    let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    let mut whole = Map::new();
    let mut text = String::new();
    for (key, name) in kind.parts {
        let Some(tool) = Tool::find(name) else { continue };
        let arguments = Map::from_iter([(kind.argument.to_owned(), json!(id))]);
        let answer =
            server.perform(tool, &arguments, None).await.map_err(|failure| refused(uri, &failure))?;
        let body = String::from_utf8_lossy(&answer.body);
        match key {
            None => text = body.into_owned(),
            Some(key) => {
                let value = serde_json::from_str(&body).unwrap_or(Value::Null);
                whole.insert((*key).to_owned(), value);
            }
        }
    }
    if !whole.is_empty() {
        text = Value::Object(whole).to_string();
    }
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type("application/json")]))
}

fn refused(uri: &str, failure: &Failure) -> ErrorData {
    let data = Some(json!({ "uri": uri, "hint": failure.hint() }));
    let text = failure.error().to_string();
    match failure.error().kind() {
        ErrorKind::NotFound => ErrorData::resource_not_found(text, data),
        ErrorKind::Invalid => ErrorData::invalid_params(text, data),
        _ => ErrorData::internal_error(text, data),
    }
}
