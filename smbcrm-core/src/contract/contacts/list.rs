//! The older lists.

use super::{says, unique_tag};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contacts::operations::{BULK_SET_BUSINESS, LIST, LIST_BY_BUSINESS};
use crate::contacts::{BulkBusiness, CreateContact, ListByBusiness, ListContacts};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{BusinessId, ContactId};

cases! {
    contacts_are_listed_newest_first => [LIST],
    a_list_goes_on_behind_a_twin_cursor => [LIST],
    lists_refuse_sizes_out_of_bounds => [LIST, LIST_BY_BUSINESS],
    half_a_cursor_is_refused => [LIST],
    a_list_may_look_for_text => [LIST],
    a_business_lists_its_contacts => [LIST_BY_BUSINESS, BULK_SET_BUSINESS],
    an_unknown_business_is_named => [LIST_BY_BUSINESS],
}

/// Some contacts that share a word in their name, the newest first.
async fn several(stage: &Stage, count: usize) -> Result<(String, Vec<ContactId>), Failure> {
    let word = unique_tag(stage).replace('-', "");
    let mut ids = Vec::new();
    for _ in 0..count {
        let input = CreateContact::new(&stage.location).first_name("Ada").last_name(&word);
        let contact = stage.crm.contacts().create(input).await?;
        stage.discard(&contact.id);
        ids.insert(0, contact.id.clone());
    }
    Ok((word, ids))
}

async fn contacts_are_listed_newest_first(stage: &Stage) -> Verdict {
    let (_, ids) = several(stage, 2).await?;
    let list = stage.crm.contacts().list(ListContacts::new(&stage.location).limit(2)).await?;
    let listed: Vec<ContactId> = list.contacts.iter().map(|contact| contact.id.clone()).collect();
    ensure_eq!(listed, ids);
    ensure!(list.count >= 2 && list.meta.total == list.count, "the total counts all pages");
    // However the answer spells the name, it reads as it was written.
    ensure_eq!(list.contacts[0].first_name.as_deref(), Some("Ada"));
    ensure_eq!(list.meta.current_page, Some(1));
    ensure_eq!(list.meta.prev_page, None);
    Ok(())
}

async fn a_list_goes_on_behind_a_twin_cursor(stage: &Stage) -> Verdict {
    let (word, ids) = several(stage, 5).await?;
    let mut seen = Vec::new();
    let mut query = ListContacts::new(&stage.location).query(&word).limit(2);
    for pages_left in [2, 1, 0] {
        let list = stage.crm.contacts().list(query.clone()).await?;
        ensure_eq!(list.count, 5);
        ensure_eq!(list.meta.next_page.is_some(), pages_left > 0);
        seen.extend(list.contacts.iter().map(|contact| contact.id.clone()));
        let (Some(at), Some(id)) = (list.meta.start_after, list.meta.start_after_id.clone()) else {
            return Err(Failure::new("a page says where the next begins"));
        };
        query = query.start_after(at).start_after_id(id);
    }
    ensure_eq!(seen, ids);
    let behind = stage.crm.contacts().list(query).await?;
    ensure!(behind.contacts.is_empty(), "nothing is behind the last");
    Ok(())
}

async fn lists_refuse_sizes_out_of_bounds(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let ask = |limit| ListContacts::new(&stage.location).limit(limit);
    contacts.list(ask(100)).await?;
    let error = refused(contacts.list(ask(101)).await, Invalid, 422)?;
    says(&error, "limit must not be greater than 100")?;
    let error = refused(contacts.list(ask(0)).await, Invalid, 422)?;
    says(&error, "limit must not be less than 1")?;
    let business = stage.business().await?.id.clone();
    let ask = |limit| ListByBusiness::new(&stage.location).limit(limit);
    let error = refused(contacts.list_by_business(&business, ask(101)).await, Invalid, 422)?;
    says(&error, "limit must not be greater than 100")?;
    refused(contacts.list_by_business(&business, ask(0)).await, Invalid, 422)?;
    Ok(())
}

async fn half_a_cursor_is_refused(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let ask = || ListContacts::new(&stage.location);
    refused(contacts.list(ask().start_after(1)).await, Invalid, 422)?;
    refused(contacts.list(ask().start_after_id("CON0000000000000001")).await, Invalid, 422)?;
    Ok(())
}

async fn a_list_may_look_for_text(stage: &Stage) -> Verdict {
    let (word, ids) = several(stage, 1).await?;
    let query = ListContacts::new(&stage.location).query(word.to_uppercase());
    let list = stage.crm.contacts().list(query).await?;
    ensure_eq!(list.contacts.first().map(|contact| &contact.id), ids.first());
    ensure_eq!(list.count, 1);
    let nobody = ListContacts::new(&stage.location).query(format!("{word}x"));
    ensure_eq!(stage.crm.contacts().list(nobody).await?.count, 0);
    Ok(())
}

async fn a_business_lists_its_contacts(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let (word, ids) = several(stage, 3).await?;
    let business = stage.business().await?.id.clone();
    let update = BulkBusiness::new(&stage.location, &ids).business_id(business.clone());
    contacts.bulk_set_business(update).await?;
    let ask = || ListByBusiness::new(&stage.location);
    let page = contacts.list_by_business(&business, ask()).await?;
    ensure_eq!(page.count, 3);
    let listed: Vec<ContactId> = page.contacts.iter().map(|contact| contact.id.clone()).collect();
    ensure_eq!(listed, ids);
    ensure_eq!(page.contacts[0].business_id.as_ref(), Some(&business));
    let second = contacts.list_by_business(&business, ask().limit(1).skip(1)).await?;
    ensure_eq!(second.count, 3);
    ensure_eq!(second.contacts.iter().map(|contact| contact.id.clone()).collect::<Vec<_>>(), &ids[1..2]);
    let named = contacts.list_by_business(&business, ask().query(&word)).await?;
    ensure_eq!(named.count, 3);
    let others = contacts.list_by_business(&business, ask().query(format!("{word}x"))).await?;
    ensure_eq!(others.count, 0);
    Ok(())
}

async fn an_unknown_business_is_named(stage: &Stage) -> Verdict {
    let business = BusinessId::from(stage.unique("business"));
    let none = stage.crm.contacts().list_by_business(&business, ListByBusiness::new(&stage.location)).await;
    says(&refused(none, NotFound, 400)?, &format!("Business with id {business} not found"))
}
