//! Common jobs, written out for the assistant: which tools, in which order, and when to ask.

use rmcp::ErrorData;
use rmcp::model::{GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::{Map, Value};

use crate::McpServer;

/// What was given under a name; nothing where nothing was.
type Given<'a> = &'a dyn Fn(&str) -> String;

struct Job {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// Name, description, whether it has to be given.
    arguments: &'static [(&'static str, &'static str, bool)],
    write: fn(&McpServer, Given<'_>) -> String,
}

const JOBS: [Job; 3] = [
    Job {
        name: "summarise_lead",
        title: "Look up a lead and summarise it",
        description: "Finds a contact and says who it is, what is open and what was last written. Reads only.",
        arguments: &[("lead", "Name, e-mail, phone or id of the contact.", true)],
        write: summarise_lead,
    },
    Job {
        name: "log_call",
        title: "Log a call",
        description: "Records on a contact that a call took place, and what follows from it.",
        arguments: &[
            ("lead", "Name, e-mail, phone or id of the contact.", true),
            ("outcome", "How it went: reached, voicemail, no answer, wrong number.", true),
            ("notes", "What was said and agreed.", false),
        ],
        write: log_call,
    },
    Job {
        name: "move_deal",
        title: "Move a deal",
        description: "Moves an opportunity to another stage of its pipeline, or wins or loses it.",
        arguments: &[
            ("deal", "Name or id of the opportunity, or its contact.", true),
            ("stage", "The stage's name; or won, lost, abandoned.", true),
        ],
        write: move_deal,
    },
];

/// The prompts that the caller may use.
pub(super) fn all(_: &McpServer) -> Vec<Prompt> {
    JOBS.iter()
        .map(|job| {
            let arguments = job.arguments.iter().map(|(name, description, required)| {
                PromptArgument::new(*name).with_description(*description).with_required(*required)
            });
            Prompt::new(job.name, Some(job.description), Some(arguments.collect())).with_title(job.title)
        })
        .collect()
}

/// One of them, filled in.
pub(super) fn get(
    server: &McpServer,
    name: &str,
    arguments: &Map<String, Value>,
) -> Result<GetPromptResult, ErrorData> {
    let Some(job) = JOBS.iter().find(|job| job.name == name) else {
        let known = JOBS.map(|job| job.name).join(", ");
        return Err(ErrorData::invalid_params(format!("unknown prompt `{name}`; there are: {known}"), None));
    };
    let given = |name: &str| {
        let text = arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        text.trim().to_owned()
    };
    let missing: Vec<_> =
        job.arguments.iter().filter(|(name, _, required)| *required && given(name).is_empty()).collect();
    if let Some((name, description, _)) = missing.first() {
        return Err(ErrorData::invalid_params(format!("`{name}` is missing: {description}"), None));
    }
    let text = (job.write)(server, &given);
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
        .with_description(job.description))
}

/// How to find a contact.
fn finding(lead: &str) -> String {
    format!(
        "Find the contact \"{lead}\": if that is an id, use contacts_get-contact, else contacts_get-contacts with \
         query_query. If several match, list them and ask which one is meant. If none does, say so and stop."
    )
}

fn summarise_lead(_: &McpServer, given: Given<'_>) -> String {
    format!(
        "{}\nThen read, without writing anything:\n\
         - their open deals: opportunities_search-opportunity with query_contact_id;\n\
         - their tasks: contacts_get-all-tasks;\n\
         - their last messages: conversations_search-conversation with query_contactId, then conversations_get-messages.\n\
         Sum up in at most ten lines: who they are and how to reach them (say so if they do not want to be contacted: \
         dnd), tags, open deals with stage and value, what was last written and by whom, tasks that are due, and one \
         suggestion for the next step.",
        finding(&given("lead"))
    )
}

fn log_call(server: &McpServer, given: Given<'_>) -> String {
    let (outcome, notes) = (given("outcome"), given("notes"));
    let mut text = finding(&given("lead"));
    let notes = if notes.is_empty() { String::new() } else { format!(", and these notes: \"{notes}\"") };
    // The live server has no tool for notes, so its assistant can only tag and tell.
    if server.offers("contacts_create-note") {
        text.push_str(&format!(
            "\nCreate one note on the contact with contacts_create-note: the date, that it was a call, the outcome \
             \"{outcome}\"{notes}."
        ));
    } else if server.offers("contacts_add-tags") {
        text.push_str(&format!(
            "\nThis server has no tool for notes. Add one tag for the outcome \"{outcome}\" with contacts_add-tags, \
             such as `call-reached`, and give the user the text of a note to file by hand: the date, that it was a \
             call, the outcome{notes}."
        ));
    } else {
        text.push_str(&format!(
            "\nThis server may not write contacts. Give the user the text of a note to file by hand: the date, that it \
             was a call, the outcome \"{outcome}\"{notes}."
        ));
    }
    if server.offers("contacts_create-task") {
        text.push_str(
            "\nIf something was agreed for later, offer a task with contacts_create-task, and ask first.",
        );
    }
    text.push_str("\nSend no message to the contact. Say what you recorded, with ids.");
    text
}

fn move_deal(_: &McpServer, given: Given<'_>) -> String {
    let (deal, stage) = (given("deal"), given("stage"));
    format!(
        "Find the opportunity \"{deal}\": if that is an id, use opportunities_get-opportunity, else \
         opportunities_search-opportunity with query_q, or with the query_contact_id of its contact. If several match, list them and ask \
         which one is meant.\n\
         Read the stages with opportunities_get-pipelines. \"{stage}\" is a stage of the deal's own pipeline, or a \
         status (won, lost, abandoned). If it is neither, list the stages and stop.\n\
         Say from where to where the deal goes and, if it would be won or lost, ask first. Then call \
         opportunities_update-opportunity once, with body_pipelineId and body_pipelineStageId for a stage, or with body_status for a \
         status, and nothing else. Read the deal again and say where it is now."
    )
}
