//! The sub-account's duplicate rule, as creates, upserts, updates and the duplicate search apply it.

use std::sync::Arc;

use super::says;
use crate::ErrorKind::{Duplicate, Invalid};
use crate::contacts::operations::{CREATE, FIND_DUPLICATE, UPDATE, UPSERT};
use crate::contacts::{Contact, CreateContact, FindDuplicate, UpdateContact, UpsertContact};
use crate::contract::{Failure, HandOrSkip, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::locations::{LocationSettings, UniqueIdentifier};

cases! {
    a_second_contact_with_the_email_is_refused => [CREATE],
    a_second_contact_with_the_phone_is_refused => [CREATE],
    an_update_to_anothers_address_is_refused => [UPDATE],
    an_update_to_its_own_address_is_fine => [UPDATE],
    duplicates_can_be_allowed => [CREATE, UPSERT],
    the_first_identifier_wins => [UPSERT],
    the_second_identifier_matches_where_the_first_does_not => [UPSERT],
    creates_are_refused_in_the_order_of_the_rule => [CREATE],
    a_field_that_identifies_nobody_may_repeat => [CREATE, UPSERT],
    the_flag_is_ignored_where_duplicates_are_disallowed => [UPSERT],
    the_duplicate_search_finds_what_a_create_would_hit => [FIND_DUPLICATE],
    the_duplicate_search_wants_something_to_look_for => [FIND_DUPLICATE],
}

async fn rule(stage: &Stage, allow: bool, identifiers: &[UniqueIdentifier]) -> Verdict {
    let settings = LocationSettings {
        allow_duplicate_contact: Some(allow),
        contact_unique_identifiers: Some(identifiers.to_vec()),
        ..LocationSettings::default()
    };
    stage.hands.settings(settings).await.ok_or_skip("settings cannot be changed here")
}

/// Two contacts: one with an e-mail and one with a phone.
async fn two(stage: &Stage) -> Result<(Arc<Contact>, Arc<Contact>), Failure> {
    let by_email = stage.contact().await?;
    let input = CreateContact::new(&stage.location).first_name("Bea").phone(stage.unique_phone());
    let by_phone = stage.crm.contacts().create(input).await?;
    stage.discard(&by_phone.id);
    Ok((by_email, by_phone))
}

fn email(contact: &Contact) -> String {
    contact.email.as_deref().unwrap_or_default().to_owned()
}

fn phone(contact: &Contact) -> String {
    contact.phone.as_deref().unwrap_or_default().to_owned()
}

const REFUSAL: &str = "This location does not allow duplicated contacts.";

async fn a_second_contact_with_the_email_is_refused(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let input = CreateContact::new(&stage.location).email(email(&contact).to_uppercase()).first_name("Bea");
    let error = refused(stage.crm.contacts().create(input).await, Duplicate, 400)?;
    says(&error, REFUSAL)?;
    ensure_eq!(error.existing_id(), Some(contact.id.as_str()));
    ensure_eq!(error.meta()["matchingField"], "email");
    ensure_eq!(error.meta()["contactName"], "Ada Vale");
    Ok(())
}

async fn a_second_contact_with_the_phone_is_refused(stage: &Stage) -> Verdict {
    let (_, contact) = two(stage).await?;
    let input = CreateContact::new(&stage.location).phone(phone(&contact)).email(stage.unique_email());
    let error = refused(stage.crm.contacts().create(input).await, Duplicate, 400)?;
    says(&error, REFUSAL)?;
    ensure_eq!(error.existing_id(), Some(contact.id.as_str()));
    ensure_eq!(error.meta()["matchingField"], "phone");
    Ok(())
}

async fn an_update_to_anothers_address_is_refused(stage: &Stage) -> Verdict {
    let (ada, bea) = two(stage).await?;
    let contacts = stage.crm.contacts();
    let change = UpdateContact::new().email(email(&ada)).city("Paris");
    let error = refused(contacts.update(&bea.id, change).await, Duplicate, 400)?;
    ensure_eq!(error.existing_id(), Some(ada.id.as_str()));
    ensure_eq!(error.meta()["matchingField"], "email");
    let error =
        refused(contacts.update(&ada.id, UpdateContact::new().phone(phone(&bea))).await, Duplicate, 400)?;
    ensure_eq!(error.existing_id(), Some(bea.id.as_str()));
    ensure_eq!(error.meta()["matchingField"], "phone");
    ensure_eq!(contacts.get(&bea.id).await?, bea);
    Ok(())
}

async fn an_update_to_its_own_address_is_fine(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let change = UpdateContact::new().email(email(&contact)).city("Paris");
    let changed = stage.crm.contacts().update(&contact.id, change).await?;
    ensure_eq!(changed.city.as_deref(), Some("Paris"));
    Ok(())
}

async fn duplicates_can_be_allowed(stage: &Stage) -> Verdict {
    let order = [UniqueIdentifier::Email, UniqueIdentifier::Phone];
    rule(stage, true, &order).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let twin = contacts.create(CreateContact::new(&stage.location).email(email(&contact))).await?;
    stage.discard(&twin.id);
    ensure!(twin.id != contact.id, "the second contact is another one");

    let plain = UpsertContact::new(&stage.location).email(email(&contact)).city("Paris");
    let updated = contacts.upsert(plain).await?;
    ensure!(!updated.new, "an upsert without the flag updates all the same");
    let flagged =
        UpsertContact::new(&stage.location).email(email(&contact)).create_new_if_duplicate_allowed(true);
    let third = contacts.upsert(flagged).await?;
    stage.discard(&third.contact.id);
    ensure!(third.new, "an upsert with the flag creates");

    // Whoever shares an e-mail from then may still be changed when duplicates are no longer allowed.
    rule(stage, false, &order).await?;
    let change = UpdateContact::new().email(email(&contact)).city("Rome");
    ensure_eq!(contacts.update(&twin.id, change).await?.city.as_deref(), Some("Rome"));
    Ok(())
}

async fn the_first_identifier_wins(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    for email_first in [true, false] {
        let mut order = vec![UniqueIdentifier::Email, UniqueIdentifier::Phone];
        if !email_first {
            order.reverse();
        }
        rule(stage, false, &order).await?;
        let (ada, bea) = two(stage).await?;
        let input = UpsertContact::new(&stage.location).email(email(&ada)).phone(phone(&bea)).city("Paris");
        let done = contacts.upsert(input).await?;
        let (winner, loser) = if email_first { (&ada, &bea) } else { (&bea, &ada) };
        ensure!(!done.new, "both exist");
        ensure_eq!(done.contact.id, winner.id);
        ensure_eq!(done.contact.city.as_deref(), Some("Paris"));
        // The other identifier belongs to somebody else and is not written.
        ensure_eq!(done.contact.email, winner.email);
        ensure_eq!(done.contact.phone, winner.phone);
        ensure_eq!(contacts.get(&loser.id).await?, *loser);
    }
    Ok(())
}

async fn the_second_identifier_matches_where_the_first_does_not(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    rule(stage, false, &[UniqueIdentifier::Phone, UniqueIdentifier::Email]).await?;
    let ada = stage.contact().await?;
    let fresh = stage.unique_phone();
    let done = contacts.upsert(UpsertContact::new(&stage.location).email(email(&ada)).phone(&fresh)).await?;
    ensure_eq!(done.contact.id, ada.id);
    ensure_eq!(done.contact.phone.as_deref(), Some(fresh.as_str()));
    Ok(())
}

async fn creates_are_refused_in_the_order_of_the_rule(stage: &Stage) -> Verdict {
    for (order, field) in [
        ([UniqueIdentifier::Email, UniqueIdentifier::Phone], "email"),
        ([UniqueIdentifier::Phone, UniqueIdentifier::Email], "phone"),
    ] {
        rule(stage, false, &order).await?;
        let (ada, bea) = two(stage).await?;
        let input = CreateContact::new(&stage.location).email(email(&ada)).phone(phone(&bea));
        let error = refused(stage.crm.contacts().create(input).await, Duplicate, 400)?;
        ensure_eq!(error.meta()["matchingField"], field);
    }
    Ok(())
}

async fn a_field_that_identifies_nobody_may_repeat(stage: &Stage) -> Verdict {
    rule(stage, false, &[UniqueIdentifier::Email]).await?;
    let (_, bea) = two(stage).await?;
    let contacts = stage.crm.contacts();
    let input = CreateContact::new(&stage.location).phone(phone(&bea)).email(stage.unique_email());
    let created = contacts.create(input).await?;
    stage.discard(&created.id);
    let upserted = contacts.upsert(UpsertContact::new(&stage.location).phone(phone(&bea))).await?;
    stage.discard(&upserted.contact.id);
    ensure!(upserted.new, "the phone identifies nobody");
    Ok(())
}

async fn the_flag_is_ignored_where_duplicates_are_disallowed(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let input =
        UpsertContact::new(&stage.location).email(email(&contact)).create_new_if_duplicate_allowed(true);
    let done = stage.crm.contacts().upsert(input).await?;
    ensure!(!done.new, "duplicates are disallowed");
    ensure_eq!(done.contact.id, contact.id);
    Ok(())
}

async fn the_duplicate_search_finds_what_a_create_would_hit(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let (ada, bea) = two(stage).await?;
    let ask = || FindDuplicate::new(&stage.location);
    let found = contacts.find_duplicate(ask().email(email(&ada).to_uppercase())).await?;
    ensure_eq!(found.contact.as_ref(), Some(&ada));
    let found = contacts.find_duplicate(ask().number(phone(&bea))).await?;
    ensure_eq!(found.contact.as_ref(), Some(&bea));
    let found = contacts.find_duplicate(ask().email(email(&ada)).number(phone(&bea))).await?;
    ensure_eq!(found.contact.map(|contact| contact.id.clone()), Some(ada.id.clone()));
    let found = contacts.find_duplicate(ask().email(stage.unique_email())).await?;
    ensure_eq!(found.contact, None);
    let found = contacts.find_duplicate(ask().email("nobody").number("nothing")).await?;
    ensure_eq!(found.contact, None);
    if rule(stage, false, &[UniqueIdentifier::Phone, UniqueIdentifier::Email]).await.is_ok() {
        let found = contacts.find_duplicate(ask().email(email(&ada)).number(phone(&bea))).await?;
        ensure_eq!(found.contact.map(|contact| contact.id.clone()), Some(bea.id.clone()));
    }
    Ok(())
}

async fn the_duplicate_search_wants_something_to_look_for(stage: &Stage) -> Verdict {
    let asked = stage.crm.contacts().find_duplicate(FindDuplicate::new(&stage.location)).await;
    let error = refused(asked, Invalid, 400)?;
    says(&error, "Pass at least one of number, email query parameter")
}
