//! Message templates.

use crate::ErrorKind;
use crate::contract::{Failure, HandOrSkip, Plant, Stage, Verdict};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{ListTemplates, Template, TemplateContent, TemplateType};
use crate::types::TemplateId;

cases! {
    templates_are_listed => [op::LIST_TEMPLATES],
    a_deleted_template_is_listed_apart => [op::LIST_TEMPLATES, op::DELETE_TEMPLATE],
    a_list_is_checked => [op::LIST_TEMPLATES],
    templates_that_are_not_there_are_named => [op::DELETE_TEMPLATE],
}

async fn plant(stage: &Stage, kind: TemplateType) -> Result<TemplateId, Failure> {
    let template = Template {
        name: stage.unique("template").into(),
        kind,
        template: TemplateContent { body: Some("Hello".into()), ..TemplateContent::default() },
        ..Template::default()
    };
    let planted = stage.hands.plant(Plant::Template(Box::new(template))).await;
    Ok(planted.ok_or_skip("templates cannot be made here")?.into())
}

fn list(stage: &Stage) -> ListTemplates {
    ListTemplates::new(stage.location.as_text())
}

async fn templates_are_listed(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let sms = plant(stage, TemplateType::Sms).await?;
    let email = plant(stage, TemplateType::Email).await?;
    let page = locations.list_templates(home, list(stage)).await?;
    ensure!(page.total_count >= 2);
    let shown = page.templates.iter().find(|template| template.id == sms);
    ensure!(shown.is_some_and(|t| t.location_id == *home && t.template.body.as_deref() == Some("Hello")));
    let emails = locations.list_templates(home, list(stage).kind(TemplateType::Email)).await?;
    ensure!(emails.templates.iter().any(|template| template.id == email));
    ensure!(emails.templates.iter().all(|template| template.kind == TemplateType::Email));
    let one = locations.list_templates(home, list(stage).limit(1)).await?;
    let next = locations.list_templates(home, list(stage).limit(1).skip(1)).await?;
    ensure_eq!((one.templates.len(), one.total_count), (1, page.total_count));
    ensure_eq!([&one.templates[0], &next.templates[0]], [&page.templates[0], &page.templates[1]]);
    let elsewhere = locations.list_templates(home, ListTemplates::new("nowhere")).await?;
    ensure_eq!((elsewhere.templates.len(), elsewhere.total_count), (0, 0));
    Ok(())
}

async fn a_deleted_template_is_listed_apart(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let id = plant(stage, TemplateType::Sms).await?;
    locations.delete_template(home, &id).await?;
    for (query, expected) in [(list(stage), false), (list(stage).deleted(true), true)] {
        let page = locations.list_templates(home, query).await?;
        ensure_eq!(page.templates.iter().any(|template| template.id == id), expected);
    }
    refused(locations.delete_template(home, &id).await, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn a_list_is_checked(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    for (query, words) in [
        (ListTemplates::new(""), "originId should not be empty"),
        (list(stage).kind("fax"), "type must be a valid enum value"),
        (list(stage).limit(0), "limit must not be less than 1"),
        (list(stage).limit(1_000_000), "limit must not be greater than"),
    ] {
        let error = refused(locations.list_templates(home, query).await, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|m| m.starts_with(words)), "{words}: {error}");
    }
    Ok(())
}

async fn templates_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let gone = stage.crm.locations().delete_template(&stage.location, &"nothing".into()).await;
    let error = refused(gone, ErrorKind::NotFound, 400)?;
    ensure!(error.to_string().contains("nothing"), "{error}");
    Ok(())
}
