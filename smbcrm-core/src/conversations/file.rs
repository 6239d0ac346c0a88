//! Files to attach: sent along with the request, or uploaded to an address that the API hands out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::operation::{FromParts, IntoParts, Part};
use crate::types::{ContactId, ConversationId, LocationId, Text, UploadId};
use crate::{record, request};

/// The name of a file's part.
const FILE: &str = "fileAttachment";

/// Files to upload. JPG, JPEG, PNG, MP4, MPEG, ZIP, RAR, PDF, DOC, DOCX, TXT, MP3 and WAV, of 5 MB at most.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct UploadAttachments {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Addresses of files that are elsewhere already.
    pub attachment_urls: Vec<Text>,
    /// The chat service of a group message.
    pub chat_service_sid: Option<Text>,
    /// Whether it is for a group message, which takes one file at a time.
    pub is_group_sms: Option<bool>,
    /// The files.
    pub files: Vec<Part>,
}

impl UploadAttachments {
    /// An upload without a file yet.
    pub fn new(
        location_id: impl Into<LocationId>,
        conversation_id: impl Into<ConversationId>,
        contact_id: impl Into<ContactId>,
    ) -> Self {
        Self {
            location_id: location_id.into(),
            conversation_id: conversation_id.into(),
            contact_id: contact_id.into(),
            ..Self::default()
        }
    }

    /// Adds a file.
    #[must_use]
    pub fn file(
        mut self,
        name: impl Into<String>,
        content_type: impl Into<String>,
        data: impl Into<bytes::Bytes>,
    ) -> Self {
        self.files.push(Part::file(FILE, name, content_type, data));
        self
    }

    /// Says that it is for a group message.
    #[must_use]
    pub fn group_sms(mut self, chat_service_sid: impl Into<Text>) -> Self {
        self.chat_service_sid = Some(chat_service_sid.into());
        self.is_group_sms = Some(true);
        self
    }
}

impl IntoParts for UploadAttachments {
    fn into_parts(self) -> Vec<Part> {
        let mut parts = vec![
            Part::field("conversationId", self.conversation_id.as_str()),
            Part::field("contactId", self.contact_id.as_str()),
            Part::field("locationId", self.location_id.as_str()),
        ];
        parts.extend(self.attachment_urls.iter().map(|url| Part::field("attachmentUrls", url.as_str())));
        parts.extend(self.chat_service_sid.map(|sid| Part::field("chatServiceSid", sid.as_str())));
        parts.extend(self.is_group_sms.map(|group| Part::field("isGroupSms", group.to_string())));
        parts.extend(self.files);
        parts
    }
}

impl FromParts for UploadAttachments {
    fn from_parts(parts: Vec<Part>) -> Result<Self> {
        let mut read = Self::default();
        let mut wrong = Vec::new();
        for part in parts {
            if part.file_name.is_some() {
                read.files.push(part);
                continue;
            }
            let text = part.text().unwrap_or_default().trim().to_owned();
            match part.name.as_str() {
                "conversationId" => read.conversation_id = text.into(),
                "contactId" => read.contact_id = text.into(),
                "locationId" => read.location_id = text.into(),
                "attachmentUrls" | "attachmentUrls[]" => {
                    read.attachment_urls.extend((!text.is_empty()).then(|| Text::from(text)));
                }
                "chatServiceSid" => read.chat_service_sid = Some(text.into()),
                "isGroupSms" => match text.parse() {
                    Ok(group) => read.is_group_sms = Some(group),
                    Err(_) => wrong.push("isGroupSms must be a boolean string".to_owned()),
                },
                name => wrong.push(format!("property {name} should not exist")),
            }
        }
        if wrong.is_empty() {
            return Ok(read);
        }
        Err(Error::from_wire(
            None,
            422,
            serde_json::json!({ "message": wrong, "error": "Unprocessable Entity", "statusCode": 422 }),
        ))
    }
}

/// Files that were uploaded.
#[record]
pub struct UploadedAttachments {
    /// The address of each file, by its name.
    pub uploaded_files: BTreeMap<String, Text>,
    /// The ids of the files at the carrier, for group messages.
    pub twilio_media_sids: Option<Vec<Text>>,
}

/// A file that is to be uploaded by itself.
#[request]
pub struct InitiateUpload {
    /// The sub-account.
    pub location_id: LocationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The file's name.
    #[serde(rename = "filename")]
    pub file_name: Text,
    /// Its media type.
    pub content_type: Text,
    /// What it is to be sent as: `WHATSAPP` takes 100 MB, everything else 5 MB.
    pub channel: Text,
    /// How large it is, in bytes.
    pub file_size: Option<u64>,
}

/// Where to put a file.
#[record]
pub struct InitiatedUpload {
    /// The address to `PUT` the content to.
    pub upload_url: Text,
    /// The upload.
    pub upload_id: UploadId,
    /// Where the file will be.
    pub file_path: Text,
    /// Until when the address is good: 15 minutes. The wire writes milliseconds.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub expires_at: Option<DateTime<Utc>>,
    /// The most bytes that it takes.
    pub max_file_size: u64,
}

/// An upload whose content is in place.
#[request]
pub struct CompleteUpload {
    /// The upload.
    pub upload_id: UploadId,
    /// Where the file is.
    pub file_path: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The file's name.
    #[serde(rename = "filename")]
    pub file_name: Text,
}

/// A file that was uploaded by itself.
#[record]
pub struct CompletedUpload {
    /// The address of the file, by its name.
    pub uploaded_files: BTreeMap<String, Text>,
    /// Its size and type.
    pub metadata: FileMetadata,
}

/// A file's size and type.
#[record]
pub struct FileMetadata {
    /// In bytes.
    pub size: u64,
    /// The media type.
    pub content_type: Text,
}
