//! Custom values.

use serde_json::json;

use crate::ErrorKind;
use crate::contract::{HandOrSkip, Stage, Verdict, WireRequest};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::WriteCustomValue;
use crate::locations::operations as op;
use crate::types::CustomValueId;

cases! {
    custom_values_come_and_go => [
        op::CREATE_CUSTOM_VALUE, op::GET_CUSTOM_VALUE, op::LIST_CUSTOM_VALUES, op::UPDATE_CUSTOM_VALUE,
        op::DELETE_CUSTOM_VALUE,
    ],
    a_name_is_taken_once => [op::CREATE_CUSTOM_VALUE, op::UPDATE_CUSTOM_VALUE],
    a_value_has_a_name => [op::CREATE_CUSTOM_VALUE, op::UPDATE_CUSTOM_VALUE],
    a_change_brings_both => [op::UPDATE_CUSTOM_VALUE],
    values_that_are_not_there_are_named => [
        op::GET_CUSTOM_VALUE, op::UPDATE_CUSTOM_VALUE, op::DELETE_CUSTOM_VALUE,
    ],
}

async fn custom_values_come_and_go(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let name = stage.unique("Support Email");
    let input = WriteCustomValue::new(&name, "help@contract.example");
    let made = locations.create_custom_value(home, input).await?;
    ensure_eq!((made.name.as_str(), made.value.as_str()), (&*name, "help@contract.example"));
    let slug = name.to_lowercase().replace([' ', '-'], "_");
    ensure_eq!(made.field_key, format!("{{{{ custom_values.{slug} }}}}"));
    ensure_eq!(&made.location_id, home);
    ensure_eq!(locations.get_custom_value(home, &made.id).await?, made);
    ensure!(locations.list_custom_values(home).await?.contains(&made));

    let change = WriteCustomValue::new(&name, "desk@contract.example");
    let changed = locations.update_custom_value(home, &made.id, change).await?;
    ensure_eq!((changed.id, changed.value.as_str()), (made.id.clone(), "desk@contract.example"));
    ensure_eq!(changed.field_key, made.field_key);

    locations.delete_custom_value(home, &made.id).await?;
    refused(locations.get_custom_value(home, &made.id).await, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn a_name_is_taken_once(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let (one, two) = (stage.unique("one"), stage.unique("two"));
    let first = locations.create_custom_value(home, WriteCustomValue::new(&one, "a")).await?;
    let second = locations.create_custom_value(home, WriteCustomValue::new(&two, "b")).await?;
    let again = locations.create_custom_value(home, WriteCustomValue::new(&one, "c")).await;
    let clash = locations.update_custom_value(home, &second.id, WriteCustomValue::new(&one, "c")).await;
    let after = locations.get_custom_value(home, &second.id).await;
    for value in [&first, &second] {
        locations.delete_custom_value(home, &value.id).await?;
    }
    refused(again, ErrorKind::Duplicate, 400)?;
    refused(clash, ErrorKind::Duplicate, 400)?;
    ensure_eq!(after?, second);
    Ok(())
}

async fn a_value_has_a_name(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let unnamed = locations.create_custom_value(home, WriteCustomValue::new(" ", "x")).await;
    let error = refused(unnamed, ErrorKind::Invalid, 422)?;
    ensure!(error.messages().iter().any(|m| m.starts_with("name should not be empty")), "{error}");
    let made = locations.create_custom_value(home, WriteCustomValue::new(stage.unique("x"), "x")).await?;
    let unnamed = locations.update_custom_value(home, &made.id, WriteCustomValue::new("", "x")).await;
    locations.delete_custom_value(home, &made.id).await?;
    refused(unnamed, ErrorKind::Invalid, 422)?;
    Ok(())
}

async fn a_change_brings_both(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let name = stage.unique("both");
    let made = locations.create_custom_value(home, WriteCustomValue::new(&name, "x")).await?;
    let target = format!("/locations/{home}/customValues/{}", made.id);
    let mut answers = Vec::new();
    for (body, missing) in [(json!({ "name": name }), "value"), (json!({ "value": "y" }), "name")] {
        let request = WireRequest::new(&op::UPDATE_CUSTOM_VALUE, &target).json(&body);
        answers.push((stage.hands.wire(request).await, missing));
    }
    locations.delete_custom_value(home, &made.id).await?;
    for (answer, missing) in answers {
        let answer = answer.ok_or_skip("the wire cannot be spoken directly here")?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(answer.status == 422 && text.contains(&format!("{missing} must be a string")), "{text}");
    }
    Ok(())
}

async fn values_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let nothing = CustomValueId::from("nothing");
    let change = WriteCustomValue::new("x", "y");
    for error in [
        refused(locations.get_custom_value(home, &nothing).await, ErrorKind::NotFound, 400)?,
        refused(locations.update_custom_value(home, &nothing, change).await, ErrorKind::NotFound, 400)?,
        refused(locations.delete_custom_value(home, &nothing).await, ErrorKind::NotFound, 400)?,
    ] {
        ensure!(error.to_string().contains("nothing"), "{error}");
    }
    Ok(())
}
