//! Files to attach: taken with the request, or fetched from where they were put.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::conversations::{
    CompleteUpload, CompletedUpload, InitiateUpload, InitiatedUpload, UploadAttachments, UploadedAttachments,
};
use smbcrm_core::types::{ConversationId, Text, UploadId, time};

use super::state::Upload;
use super::{refusal, thread};
use crate::refusal as wire;
use crate::world::{State, StoredFile};

/// The most bytes of one file, and of one that goes out by WhatsApp.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
const MAX_WHATSAPP_BYTES: u64 = 100 * 1024 * 1024;

/// How long an address to upload to is good.
const GOOD_FOR: i64 = 15 * 60 * 1000;

const EXTENSIONS: [&str; 13] =
    ["jpg", "jpeg", "png", "mp4", "mpeg", "zip", "rar", "pdf", "doc", "docx", "txt", "mp3", "wav"];

fn check_name(name: &str) -> Result<String> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    extension
        .filter(|extension| EXTENSIONS.contains(&extension.as_str()))
        .ok_or_else(|| refusal::file(415, &format!("{name} is not of an accepted file type")))
}

fn too_large(name: &str, most: u64) -> smbcrm_core::Error {
    refusal::file(413, &format!("{name} is larger than {} MB", most / 1024 / 1024))
}

fn waits(upload: &Upload, id: &str, now: i64) -> bool {
    upload.id == *id && upload.expires > now && upload.url.is_none()
}

impl State {
    fn expect_thread(&self, id: &ConversationId) -> Result<()> {
        if id.is_empty() {
            return Err(wire::empty("conversationId"));
        }
        self.conversations.get(id.as_str()).map(drop).ok_or_else(|| thread::missing(id))
    }

    /// Keeps files to attach; answers with their addresses, below `base`.
    pub(super) fn upload_attachments(
        &mut self,
        upload: UploadAttachments,
        base: &str,
    ) -> Result<UploadedAttachments> {
        self.expect_thread(&upload.conversation_id)?;
        let owner = self.conversations.get(upload.conversation_id.as_str());
        if !upload.contact_id.is_empty() && owner.is_some_and(|owner| owner.contact_id != upload.contact_id) {
            return Err(wire::bad_request("contactId must be the contact of the conversation"));
        }
        if upload.files.is_empty() && upload.attachment_urls.is_empty() {
            return Err(refusal::file(400, "No files to upload"));
        }
        let is_group = upload.is_group_sms.unwrap_or(false);
        if is_group && upload.files.len() != 1 {
            return Err(refusal::file(400, "A group message takes one file at a time"));
        }
        for file in &upload.files {
            let name = file.file_name.as_deref().unwrap_or_default();
            if file.name != "fileAttachment" {
                return Err(wire::invalid(vec![format!("property {} should not exist", file.name)]));
            }
            check_name(name)?;
            if file.data.len() as u64 > MAX_BYTES {
                return Err(too_large(name, MAX_BYTES));
            }
        }
        let mut done = UploadedAttachments::default();
        for url in upload.attachment_urls {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            done.uploaded_files.insert(name, url);
        }
        for file in upload.files {
            let name = file.file_name.unwrap_or_default();
            let media_type = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            let url = self.keep_file(&name, &media_type, file.data, base);
            done.uploaded_files.insert(name, url);
        }
        if is_group {
            done.twilio_media_sids = Some(vec![format!("ME{}", self.ids.record()).into()]);
        }
        Ok(done)
    }

    fn keep_file(&mut self, name: &str, media_type: &str, data: Bytes, base: &str) -> Text {
        let id = self.ids.record();
        let url = Text::from(format!("{base}/_mem/files/{id}"));
        let stored = StoredFile { id, name: name.into(), media_type: media_type.into(), data };
        self.files.push(Arc::new(stored));
        url
    }

    /// Hands out an address to upload a file to.
    pub(super) fn initiate_upload(
        &mut self,
        input: &InitiateUpload,
        base: &str,
        now: DateTime<Utc>,
    ) -> Result<InitiatedUpload> {
        let mut wrong = Vec::new();
        let texts = [
            ("filename", &input.file_name),
            ("contentType", &input.content_type),
            ("channel", &input.channel),
        ];
        for (name, text) in texts {
            if text.trim().is_empty() {
                wrong.push(format!("{name} should not be empty"));
            }
        }
        if !wrong.is_empty() {
            return Err(wire::invalid(wrong));
        }
        self.expect_thread(&input.conversation_id)?;
        let extension = check_name(&input.file_name)?;
        let most =
            if input.channel.eq_ignore_ascii_case("whatsapp") { MAX_WHATSAPP_BYTES } else { MAX_BYTES };
        if input.file_size.is_some_and(|size| size > most) {
            return Err(too_large(&input.file_name, most));
        }
        // What nobody completed in time is forgotten.
        let at = now.timestamp_millis();
        self.inbox.uploads.edit().retain(|upload| upload.expires > at || upload.data.is_some());
        // The id of the address names the sub-account, so that the content finds its way.
        let id = UploadId::from(self.ids.record());
        let path = Text::from(format!(
            "location/{}/conversations/{}/{id}.{extension}",
            self.location.id, input.conversation_id
        ));
        let expires = at.saturating_add(GOOD_FOR);
        self.inbox.uploads.push(Upload {
            id: id.clone(),
            path: path.clone(),
            conversation_id: input.conversation_id.clone(),
            file_name: input.file_name.clone(),
            content_type: input.content_type.clone(),
            most,
            expires,
            data: None,
            url: None,
        });
        let mut answer = InitiatedUpload::default();
        answer.upload_url = format!("{base}/_mem/uploads/{id}").into();
        answer.upload_id = id;
        answer.file_path = path;
        answer.expires_at = time::from_millis(expires);
        answer.max_file_size = most;
        Ok(answer)
    }

    /// Takes in the content of an upload. `false` when there is none of the id, it has expired, or it is complete.
    pub(crate) fn put_upload(&mut self, id: &str, data: Bytes, now: i64) -> bool {
        let Some(at) = self.inbox.uploads.iter().position(|upload| waits(upload, id, now)) else {
            return false;
        };
        self.inbox.uploads.edit()[at].data = Some(data);
        true
    }

    /// How many bytes an upload that waits for its content may have.
    pub(crate) fn upload_room(&self, id: &str, now: i64) -> Option<u64> {
        self.inbox.uploads.iter().find(|upload| waits(upload, id, now)).map(|upload| upload.most)
    }

    /// Checks a file that was uploaded, and gives it an address.
    pub(super) fn complete_upload(&mut self, input: &CompleteUpload, base: &str) -> Result<CompletedUpload> {
        self.expect_thread(&input.conversation_id)?;
        let is_meant = |upload: &Upload| {
            upload.id == input.upload_id
                && upload.path == input.file_path
                && upload.conversation_id == input.conversation_id
        };
        let Some(at) = self.inbox.uploads.iter().position(is_meant) else {
            return Err(wire::not_found("Upload", input.upload_id.as_str()));
        };
        let upload = self.inbox.uploads[at].clone();
        let Some(data) = upload.data else {
            return Err(refusal::file(400, "The file was not uploaded"));
        };
        let size = data.len() as u64;
        if size > upload.most {
            return Err(too_large(&upload.file_name, upload.most));
        }
        let url = match upload.url {
            Some(url) => url,
            None => {
                let url = self.keep_file(&upload.file_name, &upload.content_type, data, base);
                self.inbox.uploads.edit()[at].url = Some(url.clone());
                url
            }
        };
        let mut answer = CompletedUpload::default();
        answer.uploaded_files.insert(input.file_name.to_string(), url);
        answer.metadata.size = size;
        answer.metadata.content_type = upload.content_type;
        Ok(answer)
    }
}
