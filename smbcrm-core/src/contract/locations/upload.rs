//! Files for custom fields.

use crate::ErrorKind;
use crate::contract::{Stage, Verdict};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{CreateCustomField, CustomFieldType, UploadFiles};
use crate::operation::Part;

cases! {
    uploads_answer_with_addresses => [op::UPLOAD_FILES],
    uploads_are_checked => [op::UPLOAD_FILES],
}

async fn uploads_answer_with_addresses(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let field =
        CreateCustomField::new(stage.unique("Scans"), CustomFieldType::FileUpload).is_multiple_file(true);
    let field = locations.create_custom_field(home, field).await?;
    let part =
        |name: &str, data: &'static str| Part::file(format!("{}_{name}", field.id), name, "text/plain", data);
    let upload = UploadFiles::new(contact.id.as_text())
        .max_files(2)
        .file(part("a.txt", "hello"))
        .file(part("b.txt", "you"));
    let done = locations.upload_files(home, upload).await;
    locations.delete_custom_field(home, &field.id).await?;
    let done = done?;
    ensure_eq!(done.uploaded_files.keys().map(String::as_str).collect::<Vec<_>>(), ["a.txt", "b.txt"]);
    ensure!(done.uploaded_files.values().all(|url| url.starts_with("http")), "{:?}", done.uploaded_files);
    ensure_eq!(done.meta.len(), 2);
    ensure_eq!((&done.meta[0]["originalname"], &done.meta[0]["size"]), (&"a.txt".into(), &5.into()));
    ensure_eq!(done.meta[0]["mimetype"], "text/plain");
    ensure_eq!(done.meta[1]["url"].as_str(), done.uploaded_files.get("b.txt").map(|url| url.as_str()));
    Ok(())
}

async fn uploads_are_checked(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let of = || UploadFiles::new(contact.id.as_text());
    let part = |name: &str| Part::file("any_file", name, "text/plain", "hello");
    for (upload, words) in [
        (of(), "files should not be empty"),
        (of().max_files(1).file(part("a.txt")).file(part("b.txt")), "files must contain no more than 1"),
        (of().file(part("a.exe")), "a.exe must be of an accepted file type"),
    ] {
        let error = refused(locations.upload_files(home, upload).await, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|m| m.starts_with(words)), "{words}: {error}");
    }
    let nobody = UploadFiles::new("nobody").file(part("a.txt"));
    refused(locations.upload_files(home, nobody).await, ErrorKind::NotFound, 400)?;
    Ok(())
}
