//! Custom fields, birthdays and do-not-disturb on contacts.

use chrono::NaiveDate;

use super::says;
use crate::ErrorKind::Invalid;
use crate::contacts::operations::{CREATE, UPDATE, UPSERT};
use crate::contacts::{DndSetting, DndSettings, UpdateContact, UpsertContact};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::locations::{CreateCustomField, CustomField, CustomFieldType, FieldModel};
use crate::types::{CustomFieldInput, FieldValue};

cases! {
    a_custom_field_is_written_by_id_or_key => [UPDATE, UPSERT],
    unnamed_custom_fields_stay => [UPDATE],
    an_empty_value_removes_a_custom_field => [UPDATE],
    unknown_custom_fields_are_refused => [UPDATE],
    values_must_fit_their_custom_field => [UPDATE],
    birthdays_read_in_every_documented_form => [UPDATE, CREATE],
    do_not_disturb_is_kept_by_channel => [UPDATE],
}

async fn field(stage: &Stage, data_type: CustomFieldType, model: FieldModel) -> Result<CustomField, Failure> {
    let mut input = CreateCustomField::new(stage.unique("field"), data_type.clone()).model(model);
    if data_type == CustomFieldType::Checkbox {
        input = input.options(["a", "b"]);
    }
    Ok(stage.crm.locations().create_custom_field(&stage.location, input).await?)
}

async fn remove(stage: &Stage, fields: &[&CustomField]) -> Verdict {
    for field in fields {
        stage.crm.locations().delete_custom_field(&stage.location, &field.id).await?;
    }
    Ok(())
}

fn values(inputs: impl IntoIterator<Item = CustomFieldInput>) -> UpdateContact {
    UpdateContact::new().custom_fields(inputs)
}

async fn a_custom_field_is_written_by_id_or_key(stage: &Stage) -> Verdict {
    let text = field(stage, CustomFieldType::Text, FieldModel::Contact).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let change = values([CustomFieldInput::new(&text.id, "by id")]);
    let changed = contacts.update(&contact.id, change).await?;
    ensure_eq!(changed.custom_field(text.id.as_str()), Some(&FieldValue::from("by id")));
    let change = values([CustomFieldInput::by_key(&text.field_key, "by key")]);
    let changed = contacts.update(&contact.id, change).await?;
    ensure_eq!(changed.custom_field(text.id.as_str()), Some(&FieldValue::from("by key")));
    let short = text.field_key.rsplit('.').next().unwrap_or_default();
    let upsert = UpsertContact::new(&stage.location)
        .email(contact.email.clone().unwrap_or_default())
        .custom_fields([CustomFieldInput::by_key(short, "by short key")]);
    let done = contacts.upsert(upsert).await?;
    ensure_eq!(done.contact.custom_field(text.id.as_str()), Some(&FieldValue::from("by short key")));
    remove(stage, &[&text]).await
}

async fn unnamed_custom_fields_stay(stage: &Stage) -> Verdict {
    let one = field(stage, CustomFieldType::Text, FieldModel::Contact).await?;
    let two = field(stage, CustomFieldType::Numerical, FieldModel::Contact).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let both = values([CustomFieldInput::new(&one.id, "kept"), CustomFieldInput::new(&two.id, 1)]);
    contacts.update(&contact.id, both).await?;
    let changed = contacts.update(&contact.id, values([CustomFieldInput::new(&two.id, 2)])).await?;
    ensure_eq!(changed.custom_field(one.id.as_str()), Some(&FieldValue::from("kept")));
    ensure_eq!(changed.custom_field(two.id.as_str()), Some(&FieldValue::from(2)));
    remove(stage, &[&one, &two]).await
}

async fn an_empty_value_removes_a_custom_field(stage: &Stage) -> Verdict {
    let text = field(stage, CustomFieldType::Text, FieldModel::Contact).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    for empty in [FieldValue::Null, FieldValue::from("")] {
        contacts.update(&contact.id, values([CustomFieldInput::new(&text.id, "set")])).await?;
        let cleared = contacts.update(&contact.id, values([CustomFieldInput::new(&text.id, empty)])).await?;
        ensure_eq!(cleared.custom_field(text.id.as_str()), None);
    }
    remove(stage, &[&text]).await
}

async fn unknown_custom_fields_are_refused(stage: &Stage) -> Verdict {
    let deal = field(stage, CustomFieldType::Text, FieldModel::Opportunity).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    for input in [
        CustomFieldInput::new("no-such-field", "x"),
        CustomFieldInput::by_key("contact.no_such_field", "x"),
        CustomFieldInput::new(&deal.id, "an opportunity's field"),
        CustomFieldInput::by_key(&deal.field_key, "an opportunity's field"),
        CustomFieldInput::default(),
    ] {
        refused(contacts.update(&contact.id, values([input])).await, Invalid, 422)?;
    }
    ensure_eq!(contacts.get(&contact.id).await?, contact);
    remove(stage, &[&deal]).await
}

async fn values_must_fit_their_custom_field(stage: &Stage) -> Verdict {
    use CustomFieldType::{Checkbox, Date, Email, Monetary, Numerical, Phone, Text};
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let list = FieldValue::from(vec!["a", "b"]);
    for (data_type, good, bad) in [
        (Text, FieldValue::from("text"), list.clone()),
        (Numerical, FieldValue::from(12), "twelve".into()),
        (Monetary, FieldValue::from(12.5), list.clone()),
        (Checkbox, list.clone(), 1.into()),
        (Date, FieldValue::from("2026-03-01"), "yesterday".into()),
        (Phone, FieldValue::from("+12025550123"), "call me".into()),
        (Email, FieldValue::from("ada@vale.example"), "ada@".into()),
    ] {
        let made = field(stage, data_type.clone(), FieldModel::Contact).await?;
        let written = values([CustomFieldInput::new(&made.id, good.clone())]);
        let changed = contacts.update(&contact.id, written).await?;
        ensure_eq!(changed.custom_field(made.id.as_str()), Some(&good));
        let unfit = contacts.update(&contact.id, values([CustomFieldInput::new(&made.id, bad)])).await;
        let error = refused(unfit, Invalid, 422)?;
        ensure!(
            error.messages().iter().any(|message| message.starts_with("customFields.0.field_value must be")),
            "{data_type}: {:?}",
            error.messages()
        );
        remove(stage, &[&made]).await?;
    }
    Ok(())
}

async fn birthdays_read_in_every_documented_form(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let birthday = NaiveDate::from_ymd_opt(1990, 9, 25);
    for text in ["1990-09-25", "1990/09/25", "09/25/1990", "09-25-1990", "1990.09.25", "09_25_1990"] {
        let change: UpdateContact = serde_json::from_value(serde_json::json!({ "dateOfBirth": text }))
            .map_err(|error| Failure::new(format!("{text}: {error}")))?;
        ensure_eq!(contacts.update(&contact.id, change).await?.date_of_birth, birthday);
        let cleared = contacts.update(&contact.id, UpdateContact::new().clear_date_of_birth()).await?;
        ensure_eq!(cleared.date_of_birth, None);
    }
    Ok(())
}

async fn do_not_disturb_is_kept_by_channel(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let settings = DndSettings { sms: Some(DndSetting::new("active")), ..DndSettings::default() };
    let changed =
        contacts.update(&contact.id, UpdateContact::new().dnd(true).dnd_settings(settings.clone())).await?;
    ensure!(changed.dnd, "do not disturb is on");
    ensure_eq!(changed.dnd_settings.as_deref(), Some(&settings));
    let kept = contacts.update(&contact.id, UpdateContact::new().city("Paris")).await?;
    ensure_eq!(kept.dnd_settings.as_deref(), Some(&settings));
    let odd = DndSettings { sms: Some(DndSetting::new("sometimes")), ..DndSettings::default() };
    let refusal =
        refused(contacts.update(&contact.id, UpdateContact::new().dnd_settings(odd)).await, Invalid, 422)?;
    says(&refusal, "dndSettings.SMS.status must be a valid enum value")
}
