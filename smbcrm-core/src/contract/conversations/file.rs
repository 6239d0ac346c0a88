//! Files to attach.

use super::{conversation, reachable};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{COMPLETE_UPLOAD, INITIATE_UPLOAD, UPLOAD_ATTACHMENTS};
use crate::conversations::{CompleteUpload, InitiateUpload, UploadAttachments};

cases! {
    files_are_uploaded => [UPLOAD_ATTACHMENTS],
    files_have_bounds => [UPLOAD_ATTACHMENTS],
    a_file_is_uploaded_by_itself => [INITIATE_UPLOAD, COMPLETE_UPLOAD],
    an_upload_has_bounds => [INITIATE_UPLOAD],
    an_upload_is_completed_when_it_is_there => [COMPLETE_UPLOAD],
}

const MEGABYTE: usize = 1024 * 1024;

async fn files_are_uploaded(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = conversation(stage, &contact.id).await?.id;
    let upload = UploadAttachments::new(&stage.location, &id, &contact.id)
        .file("a.txt", "text/plain", "hello")
        .file("b.PNG", "image/png", vec![1u8, 2, 3]);
    let done = stage.crm.conversations().upload_attachments(upload).await?;
    ensure_eq!(done.uploaded_files.keys().cloned().collect::<Vec<_>>(), ["a.txt", "b.PNG"]);
    ensure!(done.uploaded_files.values().all(|url| url.starts_with("http")), "files have addresses");
    let group =
        UploadAttachments::new(&stage.location, &id, &contact.id).file("a.txt", "text/plain", "hello");
    let done = stage.crm.conversations().upload_attachments(group.group_sms("IS1")).await?;
    ensure_eq!(done.twilio_media_sids.map(|sids| sids.len()), Some(1));
    Ok(())
}

async fn files_have_bounds(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = conversation(stage, &contact.id).await?.id;
    let conversations = stage.crm.conversations();
    let none = UploadAttachments::new(&stage.location, &id, &contact.id);
    refused(conversations.upload_attachments(none.clone()).await, Invalid, 400)?;
    let exe = none.clone().file("a.exe", "application/octet-stream", "x");
    refused(conversations.upload_attachments(exe).await, Invalid, 415)?;
    let large = none.file("a.png", "image/png", vec![0u8; 5 * MEGABYTE + 1]);
    refused(conversations.upload_attachments(large).await, Invalid, 413)?;
    let nowhere =
        UploadAttachments::new(&stage.location, "nowhere", &contact.id).file("a.txt", "text/plain", "x");
    refused(conversations.upload_attachments(nowhere).await, NotFound, 400)?;
    Ok(())
}

async fn a_file_is_uploaded_by_itself(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = conversation(stage, &contact.id).await?.id;
    let conversations = stage.crm.conversations();
    let asked = InitiateUpload::new(&stage.location, &id, "video.mp4", "video/mp4", "WHATSAPP");
    let begun = conversations.initiate_upload(asked).await?;
    ensure_eq!(begun.max_file_size, 100 * MEGABYTE as u64);
    ensure!(begun.expires_at.is_some() && begun.upload_url.starts_with("http"), "it says where and how long");
    let done = CompleteUpload::new(&begun.upload_id, &begun.file_path, &stage.location, &id, "video.mp4");
    refused(conversations.complete_upload(done.clone()).await, Invalid, 400)?;
    let planted = stage.hands.plant(Plant::Upload(begun.upload_id.clone(), "moving".into())).await;
    planted.ok_or_skip("uploads cannot be filled here")?;
    let completed = conversations.complete_upload(done.clone()).await?;
    ensure_eq!(completed.metadata.size, 6);
    ensure_eq!(completed.metadata.content_type.as_str(), "video/mp4");
    ensure!(completed.uploaded_files.contains_key("video.mp4"), "it has an address");
    ensure_eq!(conversations.complete_upload(done).await?, completed);
    Ok(())
}

async fn an_upload_has_bounds(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = conversation(stage, &contact.id).await?.id;
    let conversations = stage.crm.conversations();
    let asked = InitiateUpload::new(&stage.location, &id, "video.mp4", "video/mp4", "SMS");
    ensure_eq!(conversations.initiate_upload(asked.clone()).await?.max_file_size, 5 * MEGABYTE as u64);
    let large = asked.file_size(6 * MEGABYTE as u64);
    refused(conversations.initiate_upload(large).await, Invalid, 413)?;
    let exe = InitiateUpload::new(&stage.location, &id, "a.exe", "application/octet-stream", "SMS");
    refused(conversations.initiate_upload(exe).await, Invalid, 415)?;
    let nowhere = InitiateUpload::new(&stage.location, "nowhere", "a.png", "image/png", "SMS");
    refused(conversations.initiate_upload(nowhere).await, NotFound, 400)?;
    let empty = InitiateUpload::new(&stage.location, &id, "", "", "");
    ensure_eq!(refused(conversations.initiate_upload(empty).await, Invalid, 422)?.messages().len(), 3);
    Ok(())
}

async fn an_upload_is_completed_when_it_is_there(stage: &Stage) -> Verdict {
    let contact = reachable(stage).await?;
    let id = conversation(stage, &contact.id).await?.id;
    let unknown = CompleteUpload::new("no-upload", "no/path", &stage.location, &id, "a.png");
    refused(stage.crm.conversations().complete_upload(unknown).await, NotFound, 400)?;
    Ok(())
}
