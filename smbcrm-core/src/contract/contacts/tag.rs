//! Tags and followers of a contact.

use super::{says, texts, unique_tag};
use crate::ErrorKind::{Invalid, NotFound};
use crate::contacts::operations::{ADD_FOLLOWERS, ADD_TAGS, GET, REMOVE_FOLLOWERS, REMOVE_TAGS};
use crate::contacts::{Followers, TagNames};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::UserId;

cases! {
    tags_are_added_behind_the_others => [ADD_TAGS, GET],
    adding_a_tag_again_changes_nothing => [ADD_TAGS],
    a_new_tag_is_defined_and_stays_defined => [ADD_TAGS, REMOVE_TAGS],
    tags_are_removed => [REMOVE_TAGS],
    no_tags_are_refused => [ADD_TAGS, REMOVE_TAGS],
    followers_are_added_once => [ADD_FOLLOWERS, GET],
    followers_are_removed => [REMOVE_FOLLOWERS],
    no_followers_are_refused => [ADD_FOLLOWERS, REMOVE_FOLLOWERS],
    nobody_has_neither_tags_nor_followers => [ADD_TAGS, REMOVE_TAGS, ADD_FOLLOWERS, REMOVE_FOLLOWERS],
}

async fn tags_are_added_behind_the_others(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let answer = contacts.add_tags(&contact.id, TagNames::new([" VIP ", "web-lead"])).await?;
    ensure_eq!(answer.tags, texts(["vip", "web-lead"]));
    let answer = contacts.add_tags(&contact.id, TagNames::new(["event", "vip"])).await?;
    ensure_eq!(answer.tags, texts(["vip", "web-lead", "event"]));
    let read = contacts.get(&contact.id).await?;
    ensure_eq!(read.tags, answer.tags);
    ensure!(read.date_updated >= contact.date_updated, "the change is stamped");
    Ok(())
}

async fn adding_a_tag_again_changes_nothing(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.add_tags(&contact.id, TagNames::new(["vip"])).await?;
    let before = contacts.get(&contact.id).await?;
    let answer = contacts.add_tags(&contact.id, TagNames::new(["VIP"])).await?;
    ensure_eq!(answer.tags, texts(["vip"]));
    ensure_eq!(contacts.get(&contact.id).await?, before);
    Ok(())
}

async fn a_new_tag_is_defined_and_stays_defined(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let tag = unique_tag(stage);
    contacts.add_tags(&contact.id, TagNames::new([&tag])).await?;
    let defined = stage.crm.locations().list_tags(&stage.location).await?;
    ensure_eq!(defined.iter().filter(|known| known.name == tag).count(), 1);
    contacts.remove_tags(&contact.id, TagNames::new([&tag])).await?;
    let defined = stage.crm.locations().list_tags(&stage.location).await?;
    let Some(definition) = defined.into_iter().find(|known| known.name == tag) else {
        return Err(crate::contract::Failure::new("taking a tag off a contact leaves its definition"));
    };
    Ok(stage.crm.locations().delete_tag(&stage.location, &definition.id).await?)
}

async fn tags_are_removed(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.add_tags(&contact.id, TagNames::new(["one", "two", "three"])).await?;
    let answer = contacts.remove_tags(&contact.id, TagNames::new([" Two", "absent"])).await?;
    ensure_eq!(answer.tags, texts(["one", "three"]));
    let before = contacts.get(&contact.id).await?;
    ensure_eq!(before.tags, answer.tags);
    let answer = contacts.remove_tags(&contact.id, TagNames::new(["two"])).await?;
    ensure_eq!(answer.tags, texts(["one", "three"]));
    ensure_eq!(contacts.get(&contact.id).await?, before);
    Ok(())
}

async fn no_tags_are_refused(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    for none in [vec![], vec![" "]] {
        let tags = TagNames::new(none);
        let error = refused(contacts.add_tags(&contact.id, tags.clone()).await, Invalid, 422)?;
        says(&error, "tags must contain at least 1 elements")?;
        let error = refused(contacts.remove_tags(&contact.id, tags).await, Invalid, 422)?;
        says(&error, "tags must contain at least 1 elements")?;
    }
    Ok(())
}

fn users<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<UserId> {
    ids.into_iter().map(UserId::from).collect()
}

async fn followers_are_added_once(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let answer = contacts.add_followers(&contact.id, Followers::new(["USER1", "USER2", "USER1"])).await?;
    ensure_eq!(answer.followers, users(["USER1", "USER2"]));
    ensure_eq!(answer.followers_added, users(["USER1", "USER2"]));
    let answer = contacts.add_followers(&contact.id, Followers::new(["USER2", "USER3"])).await?;
    ensure_eq!(answer.followers, users(["USER1", "USER2", "USER3"]));
    ensure_eq!(answer.followers_added, users(["USER3"]));
    let before = contacts.get(&contact.id).await?;
    ensure_eq!(before.followers, answer.followers);
    contacts.add_followers(&contact.id, Followers::new(["USER3"])).await?;
    ensure_eq!(contacts.get(&contact.id).await?, before);
    Ok(())
}

async fn followers_are_removed(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.add_followers(&contact.id, Followers::new(["USER1", "USER2"])).await?;
    let answer = contacts.remove_followers(&contact.id, Followers::new(["USER1", "USER9"])).await?;
    ensure_eq!(answer.followers, users(["USER2"]));
    ensure_eq!(answer.followers_removed, users(["USER1"]));
    let answer = contacts.remove_followers(&contact.id, Followers::new(["USER1"])).await?;
    ensure_eq!(answer.followers, users(["USER2"]));
    ensure!(answer.followers_removed.is_empty(), "nobody is gone");
    Ok(())
}

async fn no_followers_are_refused(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let none = Followers::new(Vec::<UserId>::new());
    let error = refused(contacts.add_followers(&contact.id, none.clone()).await, Invalid, 422)?;
    says(&error, "followers must contain at least 1 elements")?;
    let error = refused(contacts.remove_followers(&contact.id, none).await, Invalid, 422)?;
    says(&error, "followers must contain at least 1 elements")
}

async fn nobody_has_neither_tags_nor_followers(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let nobody = "nobody".into();
    let missing = "Contact with id nobody not found";
    says(&refused(contacts.add_tags(&nobody, TagNames::new(["vip"])).await, NotFound, 400)?, missing)?;
    says(&refused(contacts.remove_tags(&nobody, TagNames::new(["vip"])).await, NotFound, 400)?, missing)?;
    let followers = Followers::new(["USER1"]);
    says(&refused(contacts.add_followers(&nobody, followers.clone()).await, NotFound, 400)?, missing)?;
    says(&refused(contacts.remove_followers(&nobody, followers).await, NotFound, 400)?, missing)
}
