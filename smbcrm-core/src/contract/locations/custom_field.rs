//! Custom fields.

use serde_json::{Value, json};

use crate::ErrorKind;
use crate::contacts::UpdateContact;
use crate::contract::{Failure, HandOrSkip, Stage, Verdict, WireRequest};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{
    CreateCustomField, CustomField, CustomFieldType, FieldModel, FieldModels, ListCustomFields,
    UpdateCustomField,
};
use crate::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
use crate::types::{CustomFieldId, CustomFieldInput};

cases! {
    custom_fields_come_and_go => [
        op::CREATE_CUSTOM_FIELD, op::GET_CUSTOM_FIELD, op::UPDATE_CUSTOM_FIELD, op::DELETE_CUSTOM_FIELD,
    ],
    fields_are_listed_by_model => [op::LIST_CUSTOM_FIELDS],
    written_names_read_differently => [op::CREATE_CUSTOM_FIELD, op::UPDATE_CUSTOM_FIELD],
    undeclared_keys_are_taken => [op::CREATE_CUSTOM_FIELD],
    a_key_is_taken_once => [op::CREATE_CUSTOM_FIELD],
    definitions_are_checked => [op::CREATE_CUSTOM_FIELD, op::UPDATE_CUSTOM_FIELD],
    a_type_stays => [op::UPDATE_CUSTOM_FIELD],
    values_go_with_their_definition => [op::DELETE_CUSTOM_FIELD],
    values_of_opportunities_go_as_well => [op::DELETE_CUSTOM_FIELD],
    fields_that_are_not_there_are_named => [
        op::GET_CUSTOM_FIELD, op::UPDATE_CUSTOM_FIELD, op::DELETE_CUSTOM_FIELD,
    ],
}

async fn define(stage: &Stage, field: CreateCustomField) -> Result<CustomField, Failure> {
    Ok(stage.crm.locations().create_custom_field(&stage.location, field).await?)
}

async fn remove(stage: &Stage, fields: &[&CustomField]) -> Verdict {
    for field in fields {
        stage.crm.locations().delete_custom_field(&stage.location, &field.id).await?;
    }
    Ok(())
}

async fn custom_fields_come_and_go(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let name = stage.unique("Favourite colour");
    let field = CreateCustomField::new(&name, CustomFieldType::Text).placeholder("blue").position(3);
    let made = define(stage, field).await?;
    ensure_eq!((made.name.as_str(), made.placeholder.as_deref(), made.position), (&*name, Some("blue"), 3));
    ensure_eq!(made.field_key, format!("contact.{}", name.to_lowercase().replace([' ', '-'], "_")));
    ensure_eq!((&made.data_type, &made.model), (&CustomFieldType::Text, &FieldModel::Contact));
    ensure_eq!(&made.location_id, home);
    ensure_eq!(locations.get_custom_field(home, &made.id).await?, made);
    let by_key = CustomFieldId::from(&made.field_key);
    ensure_eq!(locations.get_custom_field(home, &by_key).await?, made);

    let renamed = stage.unique("Colour");
    let change = UpdateCustomField::new(&renamed);
    let changed = locations.update_custom_field(home, &made.id, change).await?;
    ensure_eq!((changed.name.as_str(), changed.placeholder.as_deref()), (&*renamed, Some("blue")));
    ensure_eq!((&changed.field_key, changed.position), (&made.field_key, 3));

    locations.delete_custom_field(home, &made.id).await?;
    refused(locations.get_custom_field(home, &made.id).await, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn fields_are_listed_by_model(stage: &Stage) -> Verdict {
    let name = stage.unique("Shared name");
    let of_contact = define(stage, CreateCustomField::new(&name, CustomFieldType::Text)).await?;
    let of_deal = CreateCustomField::new(&name, CustomFieldType::Text).model(FieldModel::Opportunity);
    let of_deal = define(stage, of_deal).await?;
    let ask = ListCustomFields::new;
    let mut seen = Vec::new();
    for query in [
        ask(),
        ask().model(FieldModels::Contact),
        ask().model(FieldModels::Opportunity),
        ask().model(FieldModels::All),
    ] {
        let fields = stage.crm.locations().list_custom_fields(&stage.location, query).await?;
        seen.push((fields.contains(&of_contact), fields.contains(&of_deal)));
    }
    let wrong = stage.crm.locations().list_custom_fields(&stage.location, ask().model("car")).await;
    remove(stage, &[&of_contact, &of_deal]).await?;
    ensure!(of_deal.field_key.starts_with("opportunity."), "{}", of_deal.field_key);
    ensure_eq!(seen, [(true, false), (true, false), (false, true), (true, true)]);
    refused(wrong, ErrorKind::Invalid, 422)?;
    Ok(())
}

async fn written_names_read_differently(stage: &Stage) -> Verdict {
    let lines = [json!({ "label": "First", "prefillValue": "x" }), json!({ "label": "Second" })];
    let list = CreateCustomField::new(stage.unique("Lines"), CustomFieldType::TextboxList)
        .text_box_list_options(lines);
    let list = define(stage, list).await?;
    let choice =
        CreateCustomField::new(stage.unique("Size"), CustomFieldType::SingleOptions).options(["S", "M"]);
    let choice = define(stage, choice).await?;
    let files = CreateCustomField::new(stage.unique("Scans"), CustomFieldType::FileUpload)
        .accepted_format([".pdf"])
        .is_multiple_file(true)
        .max_number_of_files(2);
    let files = define(stage, files).await?;
    let change = UpdateCustomField::new(&files.name).max_number_of_files(4);
    let changed = stage.crm.locations().update_custom_field(&stage.location, &files.id, change).await;
    remove(stage, &[&list, &choice, &files]).await?;

    ensure_eq!(list.options().collect::<Vec<_>>(), ["First", "Second"]);
    let has_id = |option: &Value| option.get("id").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
    ensure!(list.picklist_options.iter().all(has_id), "a line has no id: {:?}", list.picklist_options);
    ensure_eq!(choice.picklist_options, ["S", "M"]);
    ensure_eq!((files.is_multi_file_allowed, files.max_file_limit), (Some(true), Some(2)));
    let changed = changed?;
    ensure_eq!((changed.is_multi_file_allowed, changed.max_file_limit), (Some(true), Some(4)));
    Ok(())
}

async fn undeclared_keys_are_taken(stage: &Stage) -> Verdict {
    let key = stage.unique("chosen").replace('-', "_");
    let field = CreateCustomField::new(stage.unique("Named otherwise"), CustomFieldType::Text)
        .field_key(&key)
        .description("what it is for")
        .parent_id("folder");
    let made = define(stage, field).await?;
    remove(stage, &[&made]).await?;
    ensure_eq!(made.field_key, format!("contact.{key}"));
    Ok(())
}

async fn a_key_is_taken_once(stage: &Stage) -> Verdict {
    let name = stage.unique("Twice");
    let made = define(stage, CreateCustomField::new(&name, CustomFieldType::Text)).await?;
    let again = CreateCustomField::new(name.to_uppercase(), CustomFieldType::Date);
    let again = stage.crm.locations().create_custom_field(&stage.location, again).await;
    remove(stage, &[&made]).await?;
    refused(again, ErrorKind::Duplicate, 400)?;
    Ok(())
}

async fn definitions_are_checked(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    for (field, words) in [
        (CreateCustomField::new(" ", CustomFieldType::Text), "name should not be empty"),
        (CreateCustomField::new("x", "CRYSTAL"), "dataType must be a valid enum value"),
        (CreateCustomField::new("x", CustomFieldType::Text).model("car"), "model must be a valid enum value"),
        (
            CreateCustomField::new("x", CustomFieldType::Radio).options([" "]),
            "textBoxListOptions.0.label should not be empty",
        ),
    ] {
        let error = refused(locations.create_custom_field(home, field).await, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|m| m.starts_with(words)), "{words}: {error}");
    }
    let made = define(stage, CreateCustomField::new(stage.unique("Kept"), CustomFieldType::Text)).await?;
    let unnamed = locations.update_custom_field(home, &made.id, UpdateCustomField::new("")).await;
    let moved = UpdateCustomField::new("Moved").model(FieldModel::Opportunity);
    let moved = locations.update_custom_field(home, &made.id, moved).await;
    let after = locations.get_custom_field(home, &made.id).await;
    remove(stage, &[&made]).await?;
    refused(unnamed, ErrorKind::Invalid, 422)?;
    refused(moved, ErrorKind::Invalid, 422)?;
    ensure_eq!(after?, made);
    Ok(())
}

async fn a_type_stays(stage: &Stage) -> Verdict {
    let made = define(stage, CreateCustomField::new(stage.unique("Typed"), CustomFieldType::Text)).await?;
    let target = format!("/locations/{}/customFields/{}", stage.location, made.id);
    let request = WireRequest::new(&op::UPDATE_CUSTOM_FIELD, target)
        .json(&json!({ "name": "Typed", "dataType": "DATE" }));
    let answer = stage.hands.wire(request).await;
    remove(stage, &[&made]).await?;
    let answer = answer.ok_or_skip("the wire cannot be spoken directly here")?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status == 422 && text.contains("property dataType should not exist"), "{text}");
    Ok(())
}

async fn values_go_with_their_definition(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let gone = define(stage, CreateCustomField::new(stage.unique("Gone"), CustomFieldType::Text)).await?;
    let kept = define(stage, CreateCustomField::new(stage.unique("Kept"), CustomFieldType::Text)).await?;
    let values = [CustomFieldInput::new(&gone.id, "a"), CustomFieldInput::new(&kept.id, "b")];
    stage.crm.contacts().update(&contact.id, UpdateContact::new().custom_fields(values)).await?;
    remove(stage, &[&gone]).await?;
    let seen = stage.crm.contacts().get(&contact.id).await?;
    remove(stage, &[&kept]).await?;
    ensure!(seen.custom_field(gone.id.as_str()).is_none());
    ensure!(seen.custom_field(kept.id.as_str()).is_some());
    ensure!(stage.crm.contacts().get(&contact.id).await?.custom_fields.is_empty());
    Ok(())
}

async fn values_of_opportunities_go_as_well(stage: &Stage) -> Verdict {
    let (opportunities, home) = (stage.crm.opportunities(), &stage.location);
    let contact = stage.contact().await?;
    let pipelines = opportunities.list_pipelines(ListPipelines::new(home)).await?;
    let pipeline = pipelines.first().ok_or_skip("the sub-account has no pipeline")?;
    let field =
        CreateCustomField::new(stage.unique("Gone"), CustomFieldType::Text).model(FieldModel::Opportunity);
    let field = define(stage, field).await?;
    let deal = CreateOpportunity::new(
        &pipeline.id,
        home,
        stage.unique("Deal"),
        OpportunityStatus::Open,
        &contact.id,
    )
    .custom_fields([CustomFieldInput::new(&field.id, "a")]);
    let deal = opportunities.create(deal).await?;
    let before = opportunities.get(&deal.id).await?.custom_fields.len();
    remove(stage, &[&field]).await?;
    let after = opportunities.get(&deal.id).await?.custom_fields.len();
    ensure_eq!((before, after), (1, 0));
    Ok(())
}

async fn fields_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    for id in ["nothing", "contact.nothing"] {
        let id = CustomFieldId::from(id);
        let error = refused(locations.get_custom_field(home, &id).await, ErrorKind::NotFound, 400)?;
        ensure!(error.to_string().contains("nothing"), "{error}");
        let change = UpdateCustomField::new("x");
        refused(locations.update_custom_field(home, &id, change).await, ErrorKind::NotFound, 400)?;
        refused(locations.delete_custom_field(home, &id).await, ErrorKind::NotFound, 400)?;
    }
    Ok(())
}
