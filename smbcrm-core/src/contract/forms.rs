//! What every implementation of the product forms must do.

use chrono::Days;
use serde_json::json;

use super::{Failure, HandOrSkip, Plant, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::ErrorKind;
use crate::forms::operations as op;
use crate::forms::{
    Answers, ContactFiles, FormField, FormSubmission, ListFormSubmissions, ListForms, UploadTarget,
};
use crate::locations::{CreateCustomField, CustomField, CustomFieldType, LocationSettings};
use crate::operation::Part;
use crate::types::{FieldValue, FormId};

cases! {
    forms_are_listed_and_paged => [op::LIST],
    pages_are_bounded => [op::LIST, op::LIST_SUBMISSIONS],
    a_submission_makes_a_contact => [op::LIST_SUBMISSIONS],
    a_submission_updates_the_match => [op::LIST_SUBMISSIONS],
    where_duplicates_are_allowed_there_is_a_second_contact => [op::LIST_SUBMISSIONS],
    answers_that_do_not_fit_change_nothing => [op::LIST_SUBMISSIONS],
    submissions_are_paged => [op::LIST_SUBMISSIONS],
    submissions_are_found_by_who_and_what => [op::LIST_SUBMISSIONS],
    the_window_is_the_last_thirty_days => [op::LIST_SUBMISSIONS],
    days_are_checked => [op::LIST_SUBMISSIONS],
    files_are_attached_to_the_contact => [op::UPLOAD_FILES],
    files_are_checked => [op::UPLOAD_FILES],
}

const NO_PLANTING: &str = "forms cannot be planted here";
const NO_VISITORS: &str = "forms cannot be filled in here";

async fn plant(stage: &Stage, fields: &[FormField]) -> Result<FormId, Failure> {
    let form = Plant::Form(stage.unique("form").into(), fields.to_vec());
    Ok(stage.hands.plant(form).await.ok_or_skip(NO_PLANTING)?.into())
}

async fn submit(stage: &Stage, form: &FormId, answers: Answers) -> Result<FormSubmission, Failure> {
    let submission = stage.hands.submit_form(form, answers).await.ok_or_skip(NO_VISITORS)??;
    stage.discard(&submission.contact_id);
    Ok(submission)
}

async fn forms_are_listed_and_paged(stage: &Stage) -> Verdict {
    let forms = stage.crm.forms();
    let all = ListForms::new(&stage.location);
    let before = forms.list(all.clone()).await?.total;
    ensure!(forms.list(all.clone().kind("folder")).await?.forms.is_empty());
    let mut planted = Vec::new();
    for _ in 0..3 {
        planted.push(plant(stage, &[]).await?);
    }
    let skip = u32::try_from(before).unwrap_or_default();
    let first = forms.list(all.clone().skip(skip).limit(2)).await?;
    ensure_eq!(first.total, before + 3);
    let rest = forms.list(all.skip(skip + 2).limit(2)).await?;
    let listed: Vec<FormId> = first.forms.iter().chain(&rest.forms).map(|form| form.id.clone()).collect();
    ensure_eq!(listed, planted);
    ensure_eq!(first.forms[0].location_id, stage.location);
    ensure!(first.forms[0].name.starts_with("form"), "{:?}", first.forms[0]);
    Ok(())
}

async fn pages_are_bounded(stage: &Stage) -> Verdict {
    let forms = stage.crm.forms();
    for (limit, words) in [(0, "limit must not be less than 1"), (51, "limit must not be greater than 50")] {
        let list = ListForms::new(&stage.location).limit(limit);
        let error = refused(forms.list(list).await, ErrorKind::Invalid, 422)?;
        ensure_eq!(error.messages(), [words]);
    }
    let all = ListFormSubmissions::new(&stage.location);
    for (wanted, words) in [
        (all.clone().limit(0), "limit must not be less than 1"),
        (all.clone().limit(101), "limit must not be greater than 100"),
        (all.page(0), "page must not be less than 1"),
    ] {
        let error = refused(forms.list_submissions(wanted).await, ErrorKind::Invalid, 422)?;
        ensure_eq!(error.messages(), [words]);
    }
    Ok(())
}

async fn a_submission_makes_a_contact(stage: &Stage) -> Verdict {
    let colour = CreateCustomField::new(stage.unique("Colour"), CustomFieldType::Text);
    let colour = stage.crm.locations().create_custom_field(&stage.location, colour).await?;
    let fields = ["first_name", "last_name", "email", "phone", "terms"].map(FormField::new);
    let form = plant(stage, &[&fields[..], &[FormField::new(colour.id.as_text())]].concat()).await?;
    let (email, phone) = (stage.unique_email(), stage.unique_phone());
    let answers = Answers::new()
        .answer("first_name", "Ada")
        .answer("last_name", "Vale")
        .answer("email", email.to_uppercase())
        .answer("phone", phone.as_str())
        .answer("terms", true)
        .answer(colour.field_key.as_str(), "blue")
        .page("https://vale.example/contact", "Contact");
    let made = submit(stage, &form, answers).await?;

    let contact = stage.crm.contacts().get(&made.contact_id).await?;
    ensure_eq!((contact.first_name.as_deref(), contact.last_name.as_deref()), (Some("Ada"), Some("Vale")));
    ensure_eq!((contact.email.as_deref(), contact.phone.as_deref()), (Some(&*email), Some(&*phone)));
    ensure_eq!(contact.custom_field(colour.id.as_str()).and_then(FieldValue::as_text), Some("blue"));
    ensure!(contact.source.as_deref().is_some_and(|source| source.starts_with("form")), "{contact:?}");
    let Some(first) = &contact.attribution_source else {
        return Err(Failure::new("the contact does not say how it came"));
    };
    ensure_eq!((first.medium.as_deref(), first.medium_id.as_deref()), (Some("form"), Some(form.as_str())));
    ensure_eq!(first.url.as_deref(), Some("https://vale.example/contact"));
    ensure_eq!(contact.last_attribution_source.as_deref(), Some(&**first));

    let wanted = ListFormSubmissions::new(&stage.location).form_id(&form);
    let page = stage.crm.forms().list_submissions(wanted).await?;
    ensure_eq!(page.submissions.iter().collect::<Vec<_>>(), [&made]);
    ensure_eq!((made.name.as_deref(), made.email.as_deref()), (Some("Ada Vale"), Some(&*email)));
    ensure_eq!(made.form_id, form);
    ensure_eq!(made.others.answer(colour.id.as_str()), Some(&json!("blue")));
    ensure_eq!(made.others.answer("terms"), Some(&json!(true)));
    ensure_eq!(made.others.fields_in_order.len(), 6);
    let event = made.others.event_data.as_deref();
    ensure_eq!(event.and_then(|event| event.medium_id.as_deref()), Some(form.as_str()));
    stage.crm.locations().delete_custom_field(&stage.location, &colour.id).await?;
    Ok(())
}

async fn a_submission_updates_the_match(stage: &Stage) -> Verdict {
    let form = plant(stage, &[]).await?;
    let known = stage.contact().await?;
    let email = known.email.as_deref().unwrap_or_default();
    let made =
        submit(stage, &form, Answers::new().answer("email", email).answer("city", "Springfield")).await?;
    ensure_eq!(made.contact_id, known.id);
    ensure_eq!(made.name.as_deref(), Some("Ada Vale"));
    let contact = stage.crm.contacts().get(&known.id).await?;
    ensure_eq!((contact.city.as_deref(), contact.first_name.as_deref()), (Some("Springfield"), Some("Ada")));
    ensure_eq!(contact.source, known.source);
    ensure_eq!(contact.attribution_source, known.attribution_source);
    let last = contact.last_attribution_source.as_deref().and_then(|last| last.medium_id.as_deref());
    ensure_eq!(last, Some(form.as_str()));
    Ok(())
}

async fn where_duplicates_are_allowed_there_is_a_second_contact(stage: &Stage) -> Verdict {
    let settings = LocationSettings { allow_duplicate_contact: Some(true), ..LocationSettings::default() };
    stage.hands.settings(settings).await.ok_or_skip("settings cannot be changed here")?;
    let form = plant(stage, &[]).await?;
    let known = stage.contact().await?;
    let answers = Answers::new().answer("email", known.email.as_deref().unwrap_or_default());
    let made = submit(stage, &form, answers).await?;
    ensure!(made.contact_id != known.id);
    ensure_eq!(stage.crm.contacts().get(&made.contact_id).await?.email, known.email);
    ensure_eq!(stage.crm.contacts().get(&known.id).await?, known);
    Ok(())
}

async fn answers_that_do_not_fit_change_nothing(stage: &Stage) -> Verdict {
    let fields = [FormField::required("email"), FormField::new("phone"), FormField::new("date_of_birth")];
    let form = plant(stage, &fields).await?;
    let email = stage.unique_email();
    let good = || Answers::new().answer("email", email.as_str());
    for (answers, words) in [
        (Answers::new().answer("phone", stage.unique_phone()), "email should not be empty"),
        (good().answer("email", ""), "email should not be empty"),
        (good().answer("email", "nobody"), "email must be an email"),
        (good().answer("phone", "12"), "phone must be a valid phone number"),
        (good().answer("phone", json!({})).answer("phone", json!([1])), "phone must be a string"),
        (good().answer("date_of_birth", "one day"), "date_of_birth"),
        (good().answer("budget", 5), "property budget should not exist"),
    ] {
        let outcome = stage.hands.submit_form(&form, answers).await.ok_or_skip(NO_VISITORS)?;
        let error = refused(outcome, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|message| message.starts_with(words)), "{words}: {error}");
    }
    let nowhere = stage.hands.submit_form(&"nothing".into(), good()).await.ok_or_skip(NO_VISITORS)?;
    refused(nowhere, ErrorKind::NotFound, 400)?;
    let search = crate::contacts::FindDuplicate::new(&stage.location).email(email.as_str());
    ensure_eq!(stage.crm.contacts().find_duplicate(search).await?.contact, None);
    let wanted = ListFormSubmissions::new(&stage.location).form_id(&form);
    ensure_eq!(stage.crm.forms().list_submissions(wanted).await?.meta.total, 0);
    Ok(())
}

async fn submissions_are_paged(stage: &Stage) -> Verdict {
    let form = plant(stage, &[]).await?;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(submit(stage, &form, Answers::new().answer("email", stage.unique_email())).await?.id);
    }
    made.reverse(); // newest first
    let wanted = ListFormSubmissions::new(&stage.location).form_id(&form).limit(2);
    let mut seen = Vec::new();
    for (number, next, before) in [(1, Some(2), None), (2, Some(3), Some(1)), (3, None, Some(2))] {
        let page = stage.crm.forms().list_submissions(wanted.clone().page(number)).await?;
        ensure_eq!((page.meta.total, page.meta.current_page), (5, number));
        ensure_eq!((page.meta.next_page, page.meta.prev_page), (next, before));
        seen.extend(page.submissions.into_iter().map(|submission| submission.id));
    }
    ensure_eq!(seen, made);
    ensure!(stage.crm.forms().list_submissions(wanted.page(4)).await?.submissions.is_empty());
    Ok(())
}

async fn submissions_are_found_by_who_and_what(stage: &Stage) -> Verdict {
    let (one, other) = (plant(stage, &[]).await?, plant(stage, &[]).await?);
    let (name, email, phone) = (stage.unique("Ada"), stage.unique_email(), stage.unique_phone());
    let answers = Answers::new()
        .answer("full_name", name.as_str())
        .answer("email", email.as_str())
        .answer("phone", phone.as_str());
    let sought = submit(stage, &one, answers).await?;
    submit(stage, &other, Answers::new().answer("email", stage.unique_email())).await?;
    let all = ListFormSubmissions::new(&stage.location);
    for query in
        [name.to_uppercase(), email[..email.len() - 3].to_owned(), phone, sought.contact_id.to_string()]
    {
        let page = stage.crm.forms().list_submissions(all.clone().query(&query)).await?;
        ensure_eq!(page.submissions.iter().collect::<Vec<_>>(), [&sought]);
        let page = stage.crm.forms().list_submissions(all.clone().query(&query).form_id(&other)).await?;
        ensure_eq!(page.meta.total, 0);
    }
    Ok(())
}

async fn the_window_is_the_last_thirty_days(stage: &Stage) -> Verdict {
    let form = plant(stage, &[]).await?;
    let old = submit(stage, &form, Answers::new().answer("email", stage.unique_email())).await?;
    let month = std::time::Duration::from_secs(33 * 24 * 60 * 60);
    stage.hands.advance(month).await.ok_or_skip("the clock cannot be moved here")?;
    let new = submit(stage, &form, Answers::new().answer("email", stage.unique_email())).await?;
    let all = ListFormSubmissions::new(&stage.location).form_id(&form);
    let day = old.created_at.date_naive();
    // The sub-account's day may be another than the one in UTC.
    let (before, after) = (day - Days::new(1), day + Days::new(1));
    for (wanted, found) in [
        (all.clone(), vec![&new]),
        (all.clone().start_at(before), vec![&new, &old]),
        (all.clone().start_at(before).end_at(after), vec![&old]),
        (all.clone().end_at(after), vec![&old]),
        (all.clone().start_at(after + Days::new(1)), vec![&new]),
        (all.clone().start_at(day - Days::new(9)).end_at(day - Days::new(2)), vec![]),
    ] {
        let page = stage.crm.forms().list_submissions(wanted).await?;
        ensure_eq!(page.submissions.iter().collect::<Vec<_>>(), found);
    }
    let backwards = all.start_at(after).end_at(before);
    let error = refused(stage.crm.forms().list_submissions(backwards).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), ["endAt must not be before startAt"]);
    Ok(())
}

async fn days_are_checked(stage: &Stage) -> Verdict {
    for (name, text) in [("startAt", "yesterday"), ("endAt", "2026-02-30")] {
        let target = format!("/forms/submissions?locationId={}&{name}={text}", stage.location);
        let request = WireRequest::new(&op::LIST_SUBMISSIONS, target);
        let response =
            stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
        let body = String::from_utf8_lossy(&response.body).into_owned();
        ensure!(response.status == 422 && body.contains(&format!("{name} must be a date")), "{body}");
    }
    Ok(())
}

async fn file_field(stage: &Stage, several: bool) -> Result<CustomField, Failure> {
    let field =
        CreateCustomField::new(stage.unique("Scans"), CustomFieldType::FileUpload).is_multiple_file(several);
    let field = if several { field.max_number_of_files(2) } else { field };
    Ok(stage.crm.locations().create_custom_field(&stage.location, field).await?)
}

fn part(name: &str) -> Part {
    Part::file("", name, "text/plain", "hello")
}

async fn files_are_attached_to_the_contact(stage: &Stage) -> Verdict {
    let (several, one) = (file_field(stage, true).await?, file_field(stage, false).await?);
    let known = stage.contact().await?;
    let target = || UploadTarget::new(&known.id, &stage.location);
    let forms = stage.crm.forms();
    let files = ContactFiles::new().file(&several.id, "f1", part("a.txt")).file(&one.id, "f2", part("b.PDF"));
    let contact = forms.upload_files(target(), files).await?;
    ensure_eq!(contact.id, known.id);
    ensure_eq!(stage.crm.contacts().get(&known.id).await?, contact);
    let held = |contact: &crate::contacts::Contact, field: &CustomField| match contact
        .custom_field(field.id.as_str())
    {
        Some(FieldValue::Json(files)) => Ok((**files).clone()),
        other => Err(Failure::new(format!("{} holds {other:?}", field.field_key))),
    };
    let first = held(&contact, &several)?;
    ensure_eq!(first["f1"]["meta"]["originalname"], "a.txt");
    ensure_eq!((&first["f1"]["meta"]["size"], &first["f1"]["meta"]["uuid"]), (&json!(5), &json!("f1")));
    ensure_eq!(first["f1"]["meta"]["mimetype"], "text/plain");
    ensure!(first["f1"]["url"].as_str().is_some_and(|url| url.starts_with("http")), "{first}");
    ensure!(first["f1"]["documentId"].is_string(), "{first}");

    // A field of one file has it replaced; another's files are joined by more, up to its limit.
    let files = ContactFiles::new().file(&several.id, "f3", part("c.txt")).file(&one.id, "f4", part("d.txt"));
    let contact = forms.upload_files(target(), files).await?;
    let names = |files: &serde_json::Value| {
        files.as_object().map(|files| files.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    ensure_eq!(names(&held(&contact, &several)?), ["f1", "f3"]);
    ensure_eq!(names(&held(&contact, &one)?), ["f4"]);
    let files = ContactFiles::new().file(&several.id, "f5", part("e.txt"));
    let error = refused(forms.upload_files(target(), files).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), [format!("{} takes no more than 2 files", several.field_key)]);
    ensure_eq!(stage.crm.contacts().get(&known.id).await?, contact);
    for field in [several, one] {
        stage.crm.locations().delete_custom_field(&stage.location, &field.id).await?;
    }
    Ok(())
}

async fn files_are_checked(stage: &Stage) -> Verdict {
    let field = file_field(stage, false).await?;
    let text = CreateCustomField::new(stage.unique("Text"), CustomFieldType::Text);
    let text = stage.crm.locations().create_custom_field(&stage.location, text).await?;
    let known = stage.contact().await?;
    let target = || UploadTarget::new(&known.id, &stage.location);
    let forms = stage.crm.forms();
    let of = |file: Part| ContactFiles::new().file(&field.id, "f1", file);
    let mut unnamed = ContactFiles::new();
    unnamed.files.push(Part::file("scan", "a.txt", "text/plain", "hello"));
    for (files, words) in [
        (
            ContactFiles::new().file(&text.id, "f1", part("a.txt")),
            "must name a custom field of type FILE_UPLOAD",
        ),
        (ContactFiles::new().file(&"nothing".into(), "f1", part("a.txt")), "must name a custom field"),
        (unnamed, "scan must be of the form"),
        (of(part("a.exe")), "a.exe must be of an accepted file type"),
        (of(part("a")), "a must be of an accepted file type"),
        (of(part("a.txt")).file(&field.id, "f1", part("b.txt")), "should not be given twice"),
        (of(part("a.txt")).file(&field.id, "f2", part("b.txt")), "takes no more than 1 files"),
    ] {
        let error = refused(forms.upload_files(target(), files).await, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|message| message.contains(words)), "{words}: {error}");
    }
    let nobody = UploadTarget::new("nobody", &stage.location);
    refused(forms.upload_files(nobody, of(part("a.txt"))).await, ErrorKind::NotFound, 400)?;
    let unsaid = UploadTarget::new("", &stage.location);
    refused(forms.upload_files(unsaid, of(part("a.txt"))).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(stage.crm.contacts().get(&known.id).await?, known);
    for field in [field, text] {
        stage.crm.locations().delete_custom_field(&stage.location, &field.id).await?;
    }
    Ok(())
}
