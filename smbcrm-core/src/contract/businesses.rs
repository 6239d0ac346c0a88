//! What every implementation of the product businesses must do.

use std::sync::Arc;

use super::{Case, Failure, HandOrSkip, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::ErrorKind::{Invalid, NotFound};
use crate::businesses::operations::{CREATE, DELETE, GET, LIST, UPDATE};
use crate::businesses::{Business, CreateBusiness, ListBusinesses, UpdateBusiness};
use crate::contacts::BulkBusiness;
use crate::error::Error;
use crate::types::BusinessId;

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    a_created_business_can_be_read => [CREATE, GET],
    a_business_needs_a_name => [CREATE],
    what_is_not_set_stays => [UPDATE, GET],
    a_deleted_business_is_gone => [DELETE, GET, UPDATE],
    its_contacts_belong_to_none => [DELETE],
    businesses_are_listed => [LIST],
    lists_refuse_sizes_out_of_bounds => [LIST],
    the_wire_misspells_its_answer => [CREATE],
}

async fn company(stage: &Stage) -> Result<Arc<Business>, Failure> {
    stage.business().await.map_err(Failure::from)
}

fn says(error: &Error, text: &str) -> Verdict {
    ensure!(error.messages().iter().any(|message| message.contains(text)), "it says {:?}", error.messages());
    Ok(())
}

async fn a_created_business_can_be_read(stage: &Stage) -> Verdict {
    let wish = CreateBusiness::new(stage.unique("business"), &stage.location)
        .email("Desk@Vale.example")
        .city("Bath")
        .description("Chairs");
    let businesses = stage.crm.businesses();
    let made = businesses.create(wish.clone()).await?;
    stage.discard(&made.id);
    let read = businesses.get(&made.id).await?;
    ensure_eq!((&read.id, &read.name), (&made.id, &wish.name));
    ensure_eq!(read.email.as_deref(), Some("desk@vale.example"));
    ensure_eq!((read.city.as_deref(), read.description.as_deref()), (Some("Bath"), Some("Chairs")));
    ensure_eq!(read.location_id, stage.location);
    ensure!(read.created_at.is_some() && read.created_at == read.updated_at, "{read:?}");
    Ok(())
}

async fn a_business_needs_a_name(stage: &Stage) -> Verdict {
    let wrong = CreateBusiness::new(" ", &stage.location).email("nobody");
    let error = refused(stage.crm.businesses().create(wrong).await, Invalid, 422)?;
    says(&error, "name should not be empty")?;
    says(&error, "email must be an email")
}

async fn what_is_not_set_stays(stage: &Stage) -> Verdict {
    let made = company(stage).await?;
    let businesses = stage.crm.businesses();
    let changed = businesses.update(&made.id, UpdateBusiness::new().phone("+12025550101")).await?;
    ensure_eq!((&changed.name, changed.phone.as_deref()), (&made.name, Some("+12025550101")));
    let renamed = businesses.update(&made.id, UpdateBusiness::new().name("Renamed")).await?;
    ensure_eq!((renamed.name.as_str(), renamed.phone.as_deref()), ("Renamed", Some("+12025550101")));
    let wrong = UpdateBusiness::new().name("").city("Bath");
    refused(businesses.update(&made.id, wrong).await, Invalid, 422)?;
    ensure_eq!(businesses.get(&made.id).await?, renamed);
    Ok(())
}

async fn a_deleted_business_is_gone(stage: &Stage) -> Verdict {
    let made = company(stage).await?;
    let businesses = stage.crm.businesses();
    businesses.delete(&made.id).await?;
    let said = format!("Business with id {} not found", made.id);
    says(&refused(businesses.get(&made.id).await, NotFound, 400)?, &said)?;
    says(&refused(businesses.delete(&made.id).await, NotFound, 400)?, &said)?;
    let change = UpdateBusiness::new().name("Again");
    says(&refused(businesses.update(&made.id, change).await, NotFound, 400)?, &said)
}

async fn its_contacts_belong_to_none(stage: &Stage) -> Verdict {
    let made = company(stage).await?;
    let contact = stage.contact().await?;
    let join = BulkBusiness::new(&stage.location, [&contact.id]).business_id(&made.id);
    stage.crm.contacts().bulk_set_business(join.clone()).await?;
    stage.crm.businesses().delete(&made.id).await?;
    ensure_eq!(stage.crm.contacts().get(&contact.id).await?.business_id, None);
    let error = refused(stage.crm.contacts().bulk_set_business(join).await, NotFound, 400)?;
    says(&error, &format!("Business with id {} not found", made.id))
}

async fn businesses_are_listed(stage: &Stage) -> Verdict {
    let (one, two) = (company(stage).await?, company(stage).await?);
    let businesses = stage.crm.businesses();
    let ask = || ListBusinesses::new(&stage.location);
    let all = businesses.list(ask()).await?;
    for made in [&one, &two] {
        ensure!(all.iter().any(|listed| listed.id == made.id), "{} is there", made.id);
    }
    let second = businesses.list(ask().limit(1).skip(1)).await?;
    ensure_eq!(second.iter().map(|listed| &listed.id).collect::<Vec<_>>(), [&all[1].id]);
    Ok(())
}

async fn lists_refuse_sizes_out_of_bounds(stage: &Stage) -> Verdict {
    let none = stage.crm.businesses().list(ListBusinesses::new(&stage.location).limit(0)).await;
    says(&refused(none, Invalid, 422)?, "limit must not be less than 1")
}

async fn the_wire_misspells_its_answer(stage: &Stage) -> Verdict {
    let body = serde_json::json!({ "name": stage.unique("business"), "locationId": stage.location });
    let answer = stage.hands.wire(WireRequest::new(&CREATE, "/businesses/").json(&body)).await;
    let answer = answer.ok_or_skip("the wire cannot be spoken directly here")?;
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ensure_eq!(said["success"], true);
    ensure_eq!(said["buiseness"]["name"], body["name"]);
    stage.discard(&BusinessId::from(said["buiseness"]["id"].as_str().unwrap_or_default()));
    Ok(())
}
