//! Tasks across the contacts of a sub-account.

use chrono::{DateTime, Utc};

use crate::ErrorKind;
use crate::contacts::{CreateTask, Task};
use crate::contract::{Failure, Stage, Verdict};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{LocationTask, SearchTasks};
use crate::types::ContactId;

cases! {
    tasks_are_found_across_contacts => [op::SEARCH_TASKS],
    each_filter_narrows => [op::SEARCH_TASKS],
    pages_are_bounded => [op::SEARCH_TASKS],
}

async fn task(
    stage: &Stage,
    contact: &ContactId,
    title: &str,
    done: bool,
    user: &str,
) -> Result<Task, Failure> {
    let due = DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let input = CreateTask::new(title, due, done).body("at length").assigned_to(user);
    Ok(stage.crm.contacts().create_task(contact, input).await?)
}

async fn find(stage: &Stage, search: SearchTasks) -> Result<Vec<LocationTask>, Failure> {
    Ok(stage.crm.locations().search_tasks(&stage.location, search).await?)
}

async fn tasks_are_found_across_contacts(stage: &Stage) -> Verdict {
    let (ada, bob) = (stage.contact().await?, stage.contact().await?);
    let first = task(stage, &ada.id, "Call", false, "user-1").await?;
    let second = task(stage, &bob.id, "Write", true, "user-2").await?;
    let found = find(stage, SearchTasks::new().contact_id([&ada.id, &bob.id])).await?;
    // Newest first.
    ensure_eq!(found.iter().map(|task| &task.id).collect::<Vec<_>>(), [&second.id, &first.id]);
    let shown = &found[1];
    ensure_eq!((shown.title.as_str(), shown.body.as_deref()), ("Call", Some("at length")));
    ensure_eq!((shown.contact_id.as_ref(), shown.completed), (Some(&ada.id), false));
    ensure_eq!((shown.due_date, shown.assigned_to.as_ref()), (first.due_date, first.assigned_to.as_ref()));
    ensure_eq!(shown.location_id, stage.location);
    ensure_eq!(shown.search_after.values().last().and_then(|id| id.as_str()), Some(first.id.as_str()));
    ensure!(shown.date_added.is_some() && shown.contact_details.is_some());
    Ok(())
}

async fn each_filter_narrows(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let call = task(stage, &contact.id, "Call Ada back", false, "user-1").await?;
    let write = task(stage, &contact.id, "Write", true, "user-2").await?;
    let of = || SearchTasks::new().contact_id([&contact.id]);
    for (search, expected) in [
        (of().completed(true), &write),
        (of().completed(false), &call),
        (of().assigned_to(["user-1"]), &call),
        (of().query("ada BACK"), &call),
        (of().assigned_to(["user-2", "user-3"]).completed(true), &write),
    ] {
        let found = find(stage, search.clone()).await?;
        ensure_eq!(found.iter().map(|task| &task.id).collect::<Vec<_>>(), [&expected.id]);
    }
    for search in [of().query("nothing of the kind"), of().assigned_to(["nobody"]), of().business_id("none")]
    {
        ensure!(find(stage, search.clone()).await?.is_empty(), "{search:?} finds something");
    }
    ensure!(find(stage, SearchTasks::new().contact_id(["nobody"])).await?.is_empty());
    Ok(())
}

async fn pages_are_bounded(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    for at in 0..5 {
        task(stage, &contact.id, &format!("Task {at}"), false, "user-1").await?;
    }
    let of = || SearchTasks::new().contact_id([&contact.id]);
    let all = find(stage, of()).await?;
    ensure_eq!(all.len(), 5);
    let mut paged = find(stage, of().limit(2)).await?;
    paged.extend(find(stage, of().limit(2).skip(2)).await?);
    paged.extend(find(stage, of().limit(2).skip(4)).await?);
    ensure_eq!(paged, all);
    ensure!(find(stage, of().skip(5)).await?.is_empty());
    for limit in [0, 10_000] {
        let outcome = stage.crm.locations().search_tasks(&stage.location, of().limit(limit)).await;
        let error = refused(outcome, ErrorKind::Invalid, 422)?;
        ensure!(error.to_string().contains("limit"), "{error}");
    }
    Ok(())
}
