//! What every implementation of the product emails must do.

use serde_json::json;

use super::{
    Case, Failure, HandOrSkip, Plant, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused,
};
use crate::ErrorKind;
use crate::emails::operations as op;
use crate::emails::{
    CreateEmailTemplate, EmailBuilderVersion, EmailCampaign, EmailCampaignStatus, EmailDeliveryStatus,
    EmailDesign, EmailEditor, EmailTemplate, EmailTemplateType, ListEmailCampaigns, ListEmailTemplates,
    SaveEmailTemplate,
};
use crate::locations::Order;
use crate::types::EmailTemplateId;

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    a_template_is_created_filled_and_deleted => [
        op::CREATE_TEMPLATE, op::SAVE_TEMPLATE, op::LIST_TEMPLATES, op::DELETE_TEMPLATE,
    ],
    folders_hold_templates => [op::CREATE_TEMPLATE, op::LIST_TEMPLATES, op::SAVE_TEMPLATE, op::DELETE_TEMPLATE],
    templates_are_checked => [op::CREATE_TEMPLATE, op::SAVE_TEMPLATE, op::DELETE_TEMPLATE],
    templates_are_paged_and_found => [op::LIST_TEMPLATES],
    templates_come_as_the_wire_has_them => [op::LIST_TEMPLATES, op::SAVE_TEMPLATE],
    campaigns_are_listed_by_how_they_stand => [op::LIST_CAMPAIGNS],
    pages_are_bounded => [op::LIST_TEMPLATES, op::LIST_CAMPAIGNS],
}

async fn create(stage: &Stage, kind: EmailTemplateType, name: &str) -> Result<EmailTemplateId, Failure> {
    let template = CreateEmailTemplate::new(&stage.location, kind).name(name);
    let id = stage.crm.emails().create_template(template).await?;
    stage.discard(&id);
    Ok(id)
}

fn content(stage: &Stage, id: &EmailTemplateId) -> SaveEmailTemplate {
    SaveEmailTemplate::new(
        &stage.location,
        id,
        "USER",
        EmailDesign::default(),
        "<p>Hello</p>",
        EmailEditor::Html,
    )
}

async fn found(stage: &Stage, name: &str) -> Result<Vec<EmailTemplate>, Failure> {
    let list = ListEmailTemplates::new(&stage.location).search(name);
    Ok(stage.crm.emails().list_templates(list).await?.templates)
}

async fn a_template_is_created_filled_and_deleted(stage: &Stage) -> Verdict {
    let (emails, name) = (stage.crm.emails(), stage.unique("template"));
    let id = create(stage, EmailTemplateType::Html, &name).await?;
    ensure!(!id.is_empty());
    let templates = found(stage, &name.to_uppercase()).await?;
    let [template] = &templates[..] else { return Err(Failure::new(format!("{templates:?}"))) };
    ensure_eq!((&template.id, template.name.as_str()), (&id, name.as_str()));
    ensure_eq!(template.template_type, EmailTemplateType::Html);
    ensure_eq!((template.is_plain_text, template.preview_url.as_deref()), (false, None));
    ensure_eq!(template.version, EmailBuilderVersion::Two);

    let saved = emails.save_template(content(stage, &id).is_plain_text(true)).await?;
    ensure!(saved.ok && saved.preview_url.as_deref().is_some_and(|url| url.starts_with("http")), "{saved:?}");
    let template = found(stage, &name).await?.pop().unwrap_or_default();
    ensure_eq!((template.is_plain_text, template.preview_url), (true, saved.preview_url));
    ensure_eq!(template.updated_by.as_deref(), Some("USER"));

    emails.delete_template(&stage.location, &id).await?;
    ensure!(found(stage, &name).await?.is_empty());
    refused(emails.save_template(content(stage, &id)).await, ErrorKind::NotFound, 400)?;
    refused(emails.delete_template(&stage.location, &id).await, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn folders_hold_templates(stage: &Stage) -> Verdict {
    let (emails, name) = (stage.crm.emails(), stage.unique("folder"));
    let folder = create(stage, EmailTemplateType::Folder, &name).await?;
    let inside = CreateEmailTemplate::new(&stage.location, EmailTemplateType::Blank);
    let inside = emails.create_template(inside.title(name.as_str()).parent_id(&folder)).await?;
    stage.discard(&inside);
    let list = ListEmailTemplates::new(&stage.location);
    let ids = |templates: Vec<EmailTemplate>| templates.into_iter().map(|it| it.id).collect::<Vec<_>>();
    let in_it = emails.list_templates(list.clone().parent_id(&folder)).await?;
    ensure_eq!((in_it.total, ids(in_it.templates)), (1, vec![inside.clone()]));
    let called = list.search(name.as_str());
    ensure_eq!(emails.list_templates(called.clone()).await?.total, 2);
    ensure_eq!(ids(emails.list_templates(called.templates_only(true)).await?.templates), [inside.clone()]);
    refused(emails.save_template(content(stage, &folder)).await, ErrorKind::Invalid, 400)?;
    refused(emails.delete_template(&stage.location, &folder).await, ErrorKind::Invalid, 400)?;
    emails.delete_template(&stage.location, &inside).await?;
    emails.delete_template(&stage.location, &folder).await?;
    Ok(())
}

async fn templates_are_checked(stage: &Stage) -> Verdict {
    let (emails, name) = (stage.crm.emails(), stage.unique("template"));
    let new = |kind: EmailTemplateType| CreateEmailTemplate::new(&stage.location, kind).name(name.as_str());
    let error = emails.create_template(new(EmailTemplateType::Import)).await;
    ensure_eq!(
        refused(error, ErrorKind::Invalid, 422)?.messages(),
        ["importProvider should not be empty", "importURL should not be empty"]
    );
    let error = refused(emails.create_template(new("scroll".into())).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), ["type must be a valid enum value"]);
    let nowhere = new(EmailTemplateType::Html).parent_id("nothing");
    refused(emails.create_template(nowhere).await, ErrorKind::NotFound, 400)?;
    let template = create(stage, EmailTemplateType::Html, &name).await?;
    let in_no_folder = new(EmailTemplateType::Html).parent_id(&template);
    refused(emails.create_template(in_no_folder).await, ErrorKind::NotFound, 400)?;
    let mut odd = content(stage, &template);
    odd.editor_type = "chisel".into();
    let error = refused(emails.save_template(odd).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), ["editorType must be a valid enum value"]);
    ensure_eq!(found(stage, &name).await?.len(), 1);
    Ok(())
}

async fn templates_are_paged_and_found(stage: &Stage) -> Verdict {
    let (emails, name) = (stage.crm.emails(), stage.unique("paged"));
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(create(stage, EmailTemplateType::Html, &name).await?);
    }
    let list = ListEmailTemplates::new(&stage.location).name(name.as_str());
    let first = emails.list_templates(list.clone().limit(2)).await?;
    let rest = emails.list_templates(list.clone().limit(2).offset(2)).await?;
    ensure_eq!((first.total, first.templates.len(), rest.templates.len()), (3, 2, 1));
    let mut seen: Vec<_> = first.templates.iter().chain(&rest.templates).map(|it| it.id.clone()).collect();
    let oldest = emails.list_templates(list.clone().sort_by_date(Order::Ascending)).await?;
    seen.reverse();
    ensure_eq!(oldest.templates.iter().map(|it| it.id.clone()).collect::<Vec<_>>(), seen);
    ensure_eq!(seen, made);
    for none in [
        list.clone().builder_version(EmailBuilderVersion::One),
        list.clone().archived(true),
        list.clone().origin_id("elsewhere"),
        list.name("another"),
    ] {
        ensure_eq!(emails.list_templates(none).await?.total, 0);
    }
    Ok(())
}

async fn templates_come_as_the_wire_has_them(stage: &Stage) -> Verdict {
    let name = stage.unique("wire");
    let id = create(stage, EmailTemplateType::Html, &name).await?;
    let ask = async |request| {
        let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
        serde_json::from_slice::<serde_json::Value>(&answer.body)
            .map_err(|error| Failure::new(error.to_string()))
    };
    let target = format!("/emails/builder?locationId={}&search={name}", stage.location);
    let list = ask(WireRequest::new(&op::LIST_TEMPLATES, target)).await?;
    ensure_eq!(list["builders"][0]["id"], json!(id));
    ensure_eq!(list["total"], json!([{ "total": 1 }]));
    let body = serde_json::to_value(content(stage, &id)).unwrap_or_default();
    let saved = ask(WireRequest::new(&op::SAVE_TEMPLATE, "/emails/builder/data").json(&body)).await?;
    ensure_eq!(saved["ok"], json!("true"));
    Ok(())
}

async fn campaigns_are_listed_by_how_they_stand(stage: &Stage) -> Verdict {
    let (emails, name) = (stage.crm.emails(), stage.unique("campaign"));
    let plant = async |status: EmailCampaignStatus, sending: EmailDeliveryStatus| {
        let mut campaign = EmailCampaign::default();
        campaign.name = Some(name.as_str().into());
        campaign.status = Some(status);
        let plant = Plant::EmailCampaign(Box::new(campaign), sending);
        stage.hands.plant(plant).await.ok_or_skip("campaigns cannot be planted here")
    };
    let sent = plant(EmailCampaignStatus::Active, EmailDeliveryStatus::Complete).await?;
    let later = plant(EmailCampaignStatus::Active, EmailDeliveryStatus::Scheduled).await?;
    let draft = plant(EmailCampaignStatus::Draft, EmailDeliveryStatus::NotStarted).await?;
    let list = ListEmailCampaigns::new(&stage.location).name(name.to_uppercase());
    let any = EmailDeliveryStatus::All;
    for (query, ids) in [
        (list.clone(), vec![&sent]),
        (list.clone().email_status(any.clone()), vec![&later, &sent]),
        (list.clone().email_status(EmailDeliveryStatus::Scheduled), vec![&later]),
        (list.clone().status(EmailCampaignStatus::Draft).email_status(any.clone()), vec![&draft]),
        (list.clone().email_status(any.clone()).limit(1).offset(1), vec![&sent]),
        (list.clone().email_status(any.clone()).archived(true), vec![]),
        (list.clone().email_status(any).parent_id("nothing"), vec![]),
    ] {
        let page = emails.list_campaigns(query).await?;
        ensure_eq!(page.campaigns.iter().map(|it| it.id.as_text()).collect::<Vec<_>>(), ids);
    }
    let whole = emails.list_campaigns(list.clone()).await?;
    ensure_eq!((whole.total, whole.campaigns[0].location_id.as_ref()), (1, Some(&stage.location)));
    let few = emails.list_campaigns(list.clone().limited_fields(true)).await?;
    ensure_eq!((few.campaigns[0].name.as_deref(), few.campaigns[0].id.as_text()), (None, &sent));
    let odd = emails.list_campaigns(list.status("resting")).await;
    ensure_eq!(refused(odd, ErrorKind::Invalid, 422)?.messages(), ["status must be a valid enum value"]);
    Ok(())
}

async fn pages_are_bounded(stage: &Stage) -> Verdict {
    let emails = stage.crm.emails();
    let none = emails.list_templates(ListEmailTemplates::new(&stage.location).limit(0)).await;
    ensure_eq!(refused(none, ErrorKind::Invalid, 422)?.messages(), ["limit must not be less than 1"]);
    for (limit, words) in [(0, "limit must not be less than 1"), (101, "limit must not be greater than 100")]
    {
        let error = emails.list_campaigns(ListEmailCampaigns::new(&stage.location).limit(limit)).await;
        ensure_eq!(refused(error, ErrorKind::Invalid, 422)?.messages(), [words]);
    }
    Ok(())
}
