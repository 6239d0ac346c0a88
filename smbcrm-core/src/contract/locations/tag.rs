//! Tags as a sub-account defines them.

use crate::ErrorKind;
use crate::contacts::UpdateContact;
use crate::contract::{Failure, Stage, Verdict};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::TagName;
use crate::locations::operations as op;
use crate::types::TagId;

cases! {
    tags_are_defined_in_lower_case => [op::CREATE_TAG, op::GET_TAG, op::LIST_TAGS, op::DELETE_TAG],
    tags_are_listed_by_name => [op::LIST_TAGS],
    a_name_is_taken_once => [op::CREATE_TAG, op::UPDATE_TAG],
    a_rename_reaches_the_contacts => [op::UPDATE_TAG],
    a_tag_goes_off_its_contacts_with_its_definition => [op::DELETE_TAG, op::LIST_TAGS],
    tags_that_are_not_there_are_named => [op::GET_TAG, op::UPDATE_TAG, op::DELETE_TAG],
    a_tag_says_something => [op::CREATE_TAG, op::UPDATE_TAG],
}

async fn tags_are_defined_in_lower_case(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let name = stage.unique("vip");
    let made = locations.create_tag(home, TagName::new(format!("  {} ", name.to_uppercase()))).await?;
    ensure_eq!(made.name, name);
    ensure_eq!(&made.location_id, home);
    ensure_eq!(locations.get_tag(home, &made.id).await?, made);
    ensure!(locations.list_tags(home).await?.contains(&made));
    locations.delete_tag(home, &made.id).await?;
    ensure!(!locations.list_tags(home).await?.contains(&made));
    Ok(())
}

async fn tags_are_listed_by_name(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let mut made = Vec::new();
    for name in ["b", "a", "c"] {
        made.push(locations.create_tag(home, TagName::new(stage.unique(name))).await?);
    }
    let names: Vec<_> = locations.list_tags(home).await?.into_iter().map(|tag| tag.name).collect();
    for tag in &made {
        locations.delete_tag(home, &tag.id).await?;
    }
    ensure!(names.is_sorted(), "{names:?}");
    ensure!(made.iter().all(|tag| names.contains(&tag.name)));
    Ok(())
}

async fn a_name_is_taken_once(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let (one, two) = (stage.unique("one"), stage.unique("two"));
    let first = locations.create_tag(home, TagName::new(&one)).await?;
    let second = locations.create_tag(home, TagName::new(&two)).await?;
    let again = locations.create_tag(home, TagName::new(one.to_uppercase())).await;
    let clash = locations.update_tag(home, &second.id, TagName::new(&one)).await;
    let same = locations.update_tag(home, &second.id, TagName::new(&two)).await;
    for tag in [&first, &second] {
        locations.delete_tag(home, &tag.id).await?;
    }
    refused(again, ErrorKind::Duplicate, 400)?;
    refused(clash, ErrorKind::Duplicate, 400)?;
    ensure_eq!(same?, second);
    Ok(())
}

async fn a_rename_reaches_the_contacts(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let (old, new, kept) = (stage.unique("old"), stage.unique("new"), stage.unique("kept"));
    let tags = UpdateContact::new().tags([&old, &kept]);
    stage.crm.contacts().update(&contact.id, tags).await?;
    let defined = locations.list_tags(home).await?;
    let found = defined.into_iter().find(|tag| tag.name == old);
    let tag = found.ok_or_else(|| Failure::new("a tag put on a contact is defined nowhere"))?;
    let renamed = locations.update_tag(home, &tag.id, TagName::new(&new)).await?;
    ensure_eq!((renamed.id, renamed.name.as_str()), (tag.id, new.as_str()));
    ensure_eq!(stage.crm.contacts().get(&contact.id).await?.tags, [new.as_str(), kept.as_str()]);
    for tag in locations.list_tags(home).await?.iter().filter(|tag| tag.name == new || tag.name == kept) {
        locations.delete_tag(home, &tag.id).await?;
    }
    Ok(())
}

async fn a_tag_goes_off_its_contacts_with_its_definition(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let (gone, kept) = (stage.unique("gone"), stage.unique("kept"));
    let tags = UpdateContact::new().tags([&gone, &kept]);
    stage.crm.contacts().update(&contact.id, tags).await?;
    for tag in locations.list_tags(home).await?.iter().filter(|tag| tag.name == gone) {
        locations.delete_tag(home, &tag.id).await?;
    }
    ensure_eq!(stage.crm.contacts().get(&contact.id).await?.tags, [kept.as_str()]);
    let left = locations.list_tags(home).await?;
    for tag in left.iter().filter(|tag| tag.name == kept) {
        locations.delete_tag(home, &tag.id).await?;
    }
    ensure!(left.iter().all(|tag| tag.name != gone));
    Ok(())
}

async fn tags_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let nothing = TagId::from("nothing");
    for error in [
        refused(locations.get_tag(home, &nothing).await, ErrorKind::NotFound, 400)?,
        refused(locations.update_tag(home, &nothing, TagName::new("x")).await, ErrorKind::NotFound, 400)?,
        refused(locations.delete_tag(home, &nothing).await, ErrorKind::NotFound, 400)?,
    ] {
        ensure!(error.to_string().contains("nothing"), "{error}");
    }
    Ok(())
}

async fn a_tag_says_something(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let error = refused(locations.create_tag(home, TagName::new("  ")).await, ErrorKind::Invalid, 422)?;
    ensure!(error.messages().iter().any(|m| m.starts_with("name should not be empty")), "{error}");
    let made = locations.create_tag(home, TagName::new(stage.unique("tag"))).await?;
    let emptied = locations.update_tag(home, &made.id, TagName::new("")).await;
    locations.delete_tag(home, &made.id).await?;
    refused(emptied, ErrorKind::Invalid, 422)?;
    Ok(())
}
