//! Changes to many contacts at once.

use super::{says, texts};
use crate::ErrorKind::{Forbidden, Invalid};
use crate::contacts::operations::{BULK_SET_BUSINESS, BULK_UPDATE_TAGS};
use crate::contacts::{BulkBusiness, BulkOutcome, BulkTags, TagChange, TagNames};
use crate::contract::{HandOrSkip, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::ContactId;

cases! {
    tags_are_added_to_many => [BULK_UPDATE_TAGS],
    tags_are_removed_from_many => [BULK_UPDATE_TAGS],
    all_tags_are_removed_at_once => [BULK_UPDATE_TAGS],
    who_cannot_be_tagged_is_told_apart => [BULK_UPDATE_TAGS],
    bulk_tags_need_contacts_and_tags => [BULK_UPDATE_TAGS],
    contacts_join_and_leave_a_business => [BULK_SET_BUSINESS],
    fifty_contacts_at_most_join_a_business => [BULK_SET_BUSINESS],
    a_bulk_change_names_its_sub_account => [BULK_UPDATE_TAGS, BULK_SET_BUSINESS],
}

async fn tags_are_added_to_many(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let contacts = stage.crm.contacts();
    contacts.add_tags(&one.id, TagNames::new(["vip"])).await?;
    let update = BulkTags::new([&one.id, &two.id], [" VIP", "event"], &stage.location);
    let done = contacts.bulk_update_tags(&TagChange::Add, update.clone()).await?;
    ensure!(done.succeeded && done.error_count == 0, "all are tagged");
    ensure_eq!(done.responses.len(), 2);
    ensure_eq!(done.responses[0].contact_id, one.id);
    ensure_eq!(done.responses[0].outcome, BulkOutcome::Success);
    ensure_eq!(done.responses[0].old_tags, texts(["vip"]));
    ensure_eq!(done.responses[0].tags_added, texts(["event"]));
    ensure_eq!(done.responses[1].tags_added, texts(["vip", "event"]));
    ensure!(done.responses.iter().all(|response| response.tags_removed.is_empty()), "none is gone");
    ensure_eq!(contacts.get(&two.id).await?.tags, texts(["vip", "event"]));
    let before = contacts.get(&one.id).await?;
    let again = contacts.bulk_update_tags(&TagChange::Add, update).await?;
    ensure!(again.responses.iter().all(|response| response.tags_added.is_empty()), "nothing is new");
    ensure_eq!(contacts.get(&one.id).await?, before);
    Ok(())
}

async fn tags_are_removed_from_many(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let contacts = stage.crm.contacts();
    contacts.add_tags(&one.id, TagNames::new(["vip", "event"])).await?;
    let update = BulkTags::new([&one.id, &two.id], ["VIP"], &stage.location);
    let done = contacts.bulk_update_tags(&TagChange::Remove, update).await?;
    ensure_eq!(done.error_count, 0);
    ensure_eq!(done.responses[0].tags_removed, texts(["vip"]));
    ensure!(done.responses[1].tags_removed.is_empty(), "there was nothing to remove");
    ensure_eq!(contacts.get(&one.id).await?.tags, texts(["event"]));
    Ok(())
}

async fn all_tags_are_removed_at_once(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.add_tags(&contact.id, TagNames::new(["vip", "event"])).await?;
    let update = BulkTags::new([&contact.id], ["whatever"], &stage.location).remove_all_tags(true);
    let refusal = refused(contacts.bulk_update_tags(&TagChange::Add, update.clone()).await, Invalid, 422)?;
    ensure!(refusal.messages().iter().any(|message| message.contains("removeAllTags")), "it is named");
    let done = contacts.bulk_update_tags(&TagChange::Remove, update).await?;
    ensure_eq!(done.responses[0].tags_removed, texts(["vip", "event"]));
    ensure!(contacts.get(&contact.id).await?.tags.is_empty(), "none is left");
    Ok(())
}

async fn who_cannot_be_tagged_is_told_apart(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let nobody = ContactId::from("nobody");
    let mut ids = vec![nobody.clone(), contact.id.clone()];
    if let Some((_, elsewhere)) = stage.hands.other_location().await {
        ids.push(elsewhere);
    }
    let update = BulkTags::new(&ids, ["vip"], &stage.location);
    let done = contacts.bulk_update_tags(&TagChange::Add, update).await?;
    ensure_eq!(done.error_count, ids.len() as u64 - 1);
    ensure_eq!(done.responses.len(), ids.len());
    for response in &done.responses {
        let fine = response.contact_id == contact.id;
        ensure_eq!(response.outcome == BulkOutcome::Success, fine);
        if !fine {
            let text = format!("Contact with id {} not found", response.contact_id);
            ensure_eq!(response.message.as_deref(), Some(text.as_str()));
        }
    }
    ensure_eq!(contacts.get(&contact.id).await?.tags, texts(["vip"]));
    Ok(())
}

async fn bulk_tags_need_contacts_and_tags(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let nobody = BulkTags::new(Vec::<ContactId>::new(), Vec::<&str>::new(), &stage.location);
    let error = refused(contacts.bulk_update_tags(&TagChange::Add, nobody).await, Invalid, 422)?;
    says(&error, "contacts must contain at least 1 elements")?;
    says(&error, "tags must contain at least 1 elements")?;
    let odd = BulkTags::new([&contact.id], ["vip"], &stage.location);
    refused(contacts.bulk_update_tags(&TagChange::from("replace"), odd).await, Invalid, 422)?;
    ensure!(contacts.get(&contact.id).await?.tags.is_empty(), "nothing happened");
    Ok(())
}

async fn contacts_join_and_leave_a_business(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let contacts = stage.crm.contacts();
    let business = stage.business().await?.id.clone();
    let mut join = BulkBusiness::new(&stage.location, [&one.id, &two.id, &ContactId::from("nobody")]);
    join = join.business_id(&business);
    let done = contacts.bulk_set_business(join).await?;
    ensure!(done.success, "they join");
    ensure_eq!(done.ids, [one.id.clone(), two.id.clone()]);
    ensure_eq!(contacts.get(&two.id).await?.business_id.as_ref(), Some(&business));
    // Without a business they leave theirs.
    contacts.bulk_set_business(BulkBusiness::new(&stage.location, [&two.id])).await?;
    ensure_eq!(contacts.get(&two.id).await?.business_id, None);
    ensure_eq!(contacts.get(&one.id).await?.business_id.as_ref(), Some(&business));
    Ok(())
}

async fn fifty_contacts_at_most_join_a_business(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let ids = |count: usize| (0..count).map(|at| ContactId::from(format!("nobody-{at}")));
    let many = contacts.bulk_set_business(BulkBusiness::new(&stage.location, ids(51))).await;
    says(&refused(many, Invalid, 422)?, "ids must contain no more than 50 elements")?;
    let none = contacts.bulk_set_business(BulkBusiness::new(&stage.location, ids(0))).await;
    says(&refused(none, Invalid, 422)?, "ids must contain at least 1 elements")?;
    let done = contacts.bulk_set_business(BulkBusiness::new(&stage.location, ids(50))).await?;
    ensure!(done.ids.is_empty(), "none of them exists");
    Ok(())
}

async fn a_bulk_change_names_its_sub_account(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let nowhere = BulkTags::new([&contact.id], ["vip"], "");
    let error = refused(contacts.bulk_update_tags(&TagChange::Add, nowhere).await, Invalid, 400)?;
    says(&error, "LocationId can't be undefined")?;
    let nowhere = BulkBusiness::new("", [&contact.id]);
    refused(contacts.bulk_set_business(nowhere).await, Forbidden, 403)?;
    let (elsewhere, _) = stage.hands.other_location().await.ok_or_skip("there is no other sub-account")?;
    let foreign = BulkTags::new([&contact.id], ["vip"], elsewhere);
    refused(contacts.bulk_update_tags(&TagChange::Add, foreign).await, Forbidden, 403)?;
    Ok(())
}
