//! Who follows an opportunity.

use super::deal;
use crate::ErrorKind::NotFound;
use crate::contacts::Followers;
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::opportunities::RemoveAllFollowers;
use crate::opportunities::operations::{ADD_FOLLOWERS, REMOVE_FOLLOWERS};
use crate::types::UserId;

cases! {
    followers_come_once => [ADD_FOLLOWERS],
    some_followers_go => [REMOVE_FOLLOWERS],
    all_followers_go => [REMOVE_FOLLOWERS],
    nobody_follows_nothing => [ADD_FOLLOWERS, REMOVE_FOLLOWERS],
}

async fn followers_come_once(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    let first = opportunities.add_followers(&made.id, Followers::new(["u1"])).await?;
    ensure_eq!(first.followers_added.len(), 1);
    let second = opportunities.add_followers(&made.id, Followers::new(["u1", "u2"])).await?;
    ensure_eq!(second.followers_added, [UserId::from("u2")]);
    ensure_eq!(second.followers.len(), 2);
    ensure_eq!(opportunities.get(&made.id).await?.followers, second.followers);
    Ok(())
}

async fn some_followers_go(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    opportunities.add_followers(&made.id, Followers::new(["u1", "u2"])).await?;
    let named = Followers::new(["u1", "u3"]);
    let done = opportunities.remove_followers(&made.id, RemoveAllFollowers::new(), named).await?;
    ensure_eq!(done.followers, [UserId::from("u2")]);
    ensure_eq!(done.followers_removed, [UserId::from("u1")]);
    Ok(())
}

async fn all_followers_go(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let opportunities = stage.crm.opportunities();
    opportunities.add_followers(&made.id, Followers::new(["u1", "u2"])).await?;
    let all = RemoveAllFollowers::new().is_remove_all_followers(true);
    let done = opportunities.remove_followers(&made.id, all, Followers::new(["u1"])).await?;
    ensure!(done.followers.is_empty());
    ensure_eq!(done.followers_removed.len(), 2);
    Ok(())
}

async fn nobody_follows_nothing(stage: &Stage) -> Verdict {
    let opportunities = stage.crm.opportunities();
    let nothing = "nothing".into();
    refused(opportunities.add_followers(&nothing, Followers::new(["u1"])).await, NotFound, 400)?;
    let all = RemoveAllFollowers::new().is_remove_all_followers(true);
    refused(opportunities.remove_followers(&nothing, all, Followers::new(["u1"])).await, NotFound, 400)?;
    Ok(())
}
