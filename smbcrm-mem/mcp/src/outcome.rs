//! What a tool answers: the API's answer, or why there is none and what to do about it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use serde_json::{Value, json};
use smbcrm_core::operation::{Operation, Reply, Response};
use smbcrm_core::{Error, ErrorKind};

/// A call that failed, and what the assistant should do now.
#[derive(Debug)]
pub(super) struct Failure {
    error: Error,
    hint: String,
}

impl Failure {
    pub(super) fn new(error: Error, hint: impl Into<String>) -> Self {
        Self { error, hint: hint.into() }
    }

    /// The same failure, with what is more likely the reason before the general advice.
    pub(super) fn because(mut self, reason: &str) -> Self {
        self.hint = format!("{reason} {}", self.hint);
        self
    }

    pub(super) fn error(&self) -> &Error {
        &self.error
    }

    pub(super) fn hint(&self) -> &str {
        &self.hint
    }

    /// `{"success":false,"status":…,"data":…}` as the live server has it, with what an assistant can act on beside it.
    pub(super) fn into_result(self) -> CallToolResult {
        let error = &self.error;
        let mut text = json!({
            "success": false,
            "status": error.status_or_default(),
            "data": error.to_wire(),
            "hint": self.hint,
        });
        if let Some(operation) = error.operation() {
            text["operation"] = json!(operation.id);
            if error.kind() == ErrorKind::Forbidden {
                text["scope"] = json!(operation.scope);
            }
        }
        if let Some(id) = error.existing_id() {
            text["existingId"] = json!(id);
        }
        if let Some(wait) = error.retry_after() {
            text["retryAfterSeconds"] = json!(wait.as_secs_f64().ceil());
        }
        CallToolResult::error(vec![ContentBlock::text(text.to_string())])
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { hint: error.hint().to_owned(), error }
    }
}

/// The API's answer to an operation, as it stands.
pub(super) fn answered(operation: &'static Operation, answer: &Response) -> CallToolResult {
    let status = answer.status;
    let json = match operation.reply {
        Reply::Raw | Reply::Redirect => None,
        _ => std::str::from_utf8(&answer.body).ok().filter(|text| !text.is_empty()),
    };
    if let Some(body) = json {
        // It is JSON already: no need to read and write it again.
        return said(format!("{{\"success\":true,\"status\":{status},\"data\":{body}}}"));
    }
    let media = answer.header("content-type").unwrap_or("application/octet-stream");
    let size = answer.body.len();
    let mut result = value_of(status, &json!({ "contentType": media, "bytes": size }));
    let uri = format!("smbcrm://answer/{}", operation.id);
    let contents = match std::str::from_utf8(&answer.body) {
        Ok(text) if media.starts_with("text/") => ResourceContents::text(text, uri),
        _ => ResourceContents::blob(BASE64_STANDARD.encode(&answer.body), uri),
    };
    result.content.push(ContentBlock::resource(contents.with_mime_type(media)));
    result
}

/// A value of the server's own, in the same shape.
pub(super) fn value(data: &Value) -> CallToolResult {
    value_of(200, data)
}

fn value_of(status: u16, data: &Value) -> CallToolResult {
    said(json!({ "success": true, "status": status, "data": data }).to_string())
}

fn said(text: String) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    // The live server says it of failures only.
    result.is_error = None;
    result
}

#[cfg(test)]
mod tests {
    use smbcrm_core::mcp::Tool;

    use super::*;

    fn of(tool: &str, media: &str, body: &'static [u8]) -> Value {
        let operation = Tool::find(tool).unwrap().operation();
        let answer = Response::new(200, body).with_header("content-type", media);
        serde_json::to_value(answered(operation, &answer)).unwrap()
    }

    #[test]
    fn a_recording_is_a_resource_beside_what_is_said_of_it() {
        let result = of("conversations_get-message-recording", "audio/x-wav", b"RIFF");
        let said: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(said["data"], json!({ "contentType": "audio/x-wav", "bytes": 4 }));
        let resource = &result["content"][1]["resource"];
        assert_eq!((&resource["blob"], &resource["mimeType"]), (&json!("UklGRg=="), &json!("audio/x-wav")));
        let result =
            of("conversations_download-message-transcription", "text/plain; charset=utf-8", b"Hello.");
        assert_eq!(result["content"][1]["resource"]["text"], "Hello.");
    }

    #[test]
    fn json_goes_through_as_it_stands() {
        let result = of("contacts_get-contact", "application/json", br#"{"contact":{"id":"C","n":1.50}}"#);
        let text = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(text, r#"{"success":true,"status":200,"data":{"contact":{"id":"C","n":1.50}}}"#);
    }
}
