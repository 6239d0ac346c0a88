//! The admin API's methods around conversations: what was sent, and the other side of them.

use serde::Deserialize;
use serde_json::json;
use smbcrm_core::conversations::{InboundType, MessageStatus, TranscriptSegment};
use smbcrm_core::types::{ContactId, LocationId, MessageId, Text};

use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::ProviderKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(rename = "type")]
    kind: InboundType,
    body: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    text: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewProvider {
    location_id: Option<LocationId>,
    kind: Kind,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "SMS")]
    Sms,
    Email,
    Call,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    status: MessageStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcription {
    segments: Vec<TranscriptSegment>,
}

fn contact(ask: &Ask<'_>) -> ContactId {
    ask.id.as_str().into()
}

fn message(ask: &Ask<'_>) -> MessageId {
    ask.id.as_str().into()
}

pub(super) fn clear_outbox(ask: &Ask<'_>) -> Outcome {
    ask.admin().clear_outbox();
    ok(json!({ "cleared": true }))
}

pub(super) fn answer_as_contact(ask: &Ask<'_>) -> Outcome {
    let Answer { kind, body } = ask.body()?;
    let added = ask.admin().answer_as_contact(&contact(ask), kind, body);
    created(added.map_err(|error| Refused::invalid(error.messages().join("; ")))?)
}

pub(super) fn add_review(ask: &Ask<'_>) -> Outcome {
    let Review { text } = ask.body()?;
    let id = ask.admin().add_review(&contact(ask), text);
    created(json!({ "messageId": id.ok_or_else(|| Refused::missing("contact", &ask.id))? }))
}

pub(super) fn add_conversation_provider(ask: &Ask<'_>) -> Outcome {
    let NewProvider { location_id, kind } = ask.body()?;
    let location = location_id.unwrap_or_else(|| ask.crm.location().clone());
    let kind = match kind {
        Kind::Sms => ProviderKind::Sms,
        Kind::Email => ProviderKind::Email,
        Kind::Call => ProviderKind::Call,
    };
    let id = ask.admin().add_conversation_provider(&location, kind);
    created(json!({ "id": id.ok_or_else(|| Refused::missing("sub-account", location.as_str()))? }))
}

pub(super) fn set_message_status(ask: &Ask<'_>) -> Outcome {
    let Status { status } = ask.body()?;
    if !status.is_known() {
        return Err(Refused::invalid(format!("status is one of {}", MessageStatus::KNOWN.join(", "))));
    }
    let set = ask.admin().set_message_status(&message(ask), status.clone());
    set.ok_or_else(|| Refused::missing("message", &ask.id))?;
    ok(json!({ "status": status }))
}

pub(super) fn set_transcription(ask: &Ask<'_>) -> Outcome {
    let Transcription { segments } = ask.body()?;
    let count = segments.len();
    let set = ask.admin().set_transcription(&message(ask), segments);
    set.ok_or_else(|| Refused::missing("message", &ask.id))?;
    ok(json!({ "segments": count }))
}
