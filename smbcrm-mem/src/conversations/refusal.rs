//! What this product refuses, in its own shape: a canonical code, and the id of the record in question.

use serde_json::{Value, json};
use smbcrm_core::Error;

fn coded(status: u16, message: &str, code: &str) -> Error {
    with(status, json!({ "message": message, "canonicalCode": format!("CONVERSATIONS_{code}") }))
}

fn with(status: u16, body: Value) -> Error {
    Error::from_wire(None, status, body)
}

/// A contact has one conversation.
pub(super) fn exists(id: &str) -> Error {
    let mut body = json!({ "message": "Conversation already exists", "conversationId": id });
    body["canonicalCode"] = json!("CONVERSATIONS_CONVERSATION_ALREADY_EXISTS");
    with(400, body)
}

/// Neither text nor files.
pub(super) fn no_content() -> Error {
    coded(422, "There is no message or attachments", "MSG_NO_CONTENT")
}

/// An e-mail that is not the contact's.
pub(super) fn invalid_email_to() -> Error {
    let message = "Cannot send message as emailTo is not under contact's primary or additional emails";
    coded(400, message, "MSG_INVALID_EMAILTO")
}

/// A provider that the token's app does not own.
pub(super) fn no_access() -> Error {
    let message = "You do not have access to this conversation provider";
    coded(401, message, "MSG_PROVIDER_NO_ACCESS")
}

/// A provider with a type that is not its own.
pub(super) fn provider_mismatch() -> Error {
    let message = "Type must be Custom when conversationProviderId is given";
    coded(400, message, "MSG_CONVERSATION_PROVIDER_MISMATCH")
}

/// A call without a recording.
pub(super) fn no_recording() -> Error {
    coded(400, "Recording not found for this message", "MSG_RECORDING_NOT_FOUND")
}

/// A call without a transcription (the code is assumed).
pub(super) fn no_transcription() -> Error {
    coded(400, "Transcription not found for this message", "MSG_TRANSCRIPTION_NOT_FOUND")
}

/// A contact who opted out.
pub(super) fn unsubscribed(channel: &str) -> Error {
    let message = format!("Cannot send message as the contact has unsubscribed from {channel}");
    coded(400, &message, "MSG_UNSUBSCRIBED")
}

/// A contact who is not to be disturbed (the code is assumed).
pub(super) fn dnd(channel: &str) -> Error {
    coded(400, &format!("Cannot send message as DND is active for {channel}."), "MSG_DND_ACTIVE")
}

/// A contact without a phone (the code is assumed).
pub(super) fn no_phone() -> Error {
    coded(400, "Missing phone number", "MSG_MISSING_PHONE")
}

/// A contact without an e-mail (the code is assumed).
pub(super) fn no_email() -> Error {
    coded(400, "Missing email", "MSG_MISSING_EMAIL")
}

/// A file that is not taken: 400, 413 or 415, in the upload's own shape.
pub(super) fn file(status: u16, message: &str) -> Error {
    with(status, json!({ "status": status, "message": message }))
}
