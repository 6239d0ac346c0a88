//! Recurring tasks.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ErrorKind;
use crate::contacts::Contact;
use crate::contract::{HandOrSkip, Stage, Verdict};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{
    CreateRecurringTask, IntervalType, RecurrenceRule, SearchTasks, UpdateRecurringTask, Weekday,
};
use crate::types::RecurringTaskId;

cases! {
    recurring_tasks_come_and_go => [
        op::CREATE_RECURRING_TASK, op::GET_RECURRING_TASK, op::UPDATE_RECURRING_TASK, op::DELETE_RECURRING_TASK,
    ],
    the_first_task_is_made_at_once => [op::CREATE_RECURRING_TASK, op::SEARCH_TASKS],
    time_makes_tasks => [op::CREATE_RECURRING_TASK, op::GET_RECURRING_TASK, op::SEARCH_TASKS],
    an_overdue_task_holds_the_next_one_back => [op::CREATE_RECURRING_TASK, op::SEARCH_TASKS],
    rules_are_checked => [op::CREATE_RECURRING_TASK, op::UPDATE_RECURRING_TASK],
    contacts_must_exist => [op::CREATE_RECURRING_TASK, op::UPDATE_RECURRING_TASK],
    recurring_tasks_that_are_not_there_are_named => [
        op::GET_RECURRING_TASK, op::UPDATE_RECURRING_TASK, op::DELETE_RECURRING_TASK,
    ],
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Now, by the backend's clock, in whole seconds; a contact that was just made knows it.
fn now(contact: &Contact) -> DateTime<Utc> {
    DateTime::from_timestamp(contact.date_added.timestamp(), 0).unwrap_or_default()
}

/// Every day from the hour after now, due an hour later.
fn daily(contact: &Contact) -> RecurrenceRule {
    RecurrenceRule::new(IntervalType::Daily, 1, now(contact) + TimeDelta::hours(1), 3600)
}

async fn recurring_tasks_come_and_go(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let input = CreateRecurringTask::new("Call", daily(&contact).count(3))
        .description("in the morning")
        .contact_ids([&contact.id])
        .owners(["user-1"])
        .ignore_task_creation(true);
    let made = locations.create_recurring_task(home, input).await?;
    ensure_eq!((made.title.as_str(), made.description.as_str()), ("Call", "in the morning"));
    ensure_eq!((&made.location_id, made.deleted), (home, false));
    ensure_eq!(made.contact_id.as_ref(), Some(&contact.id));
    ensure_eq!(made.assigned_to.as_ref().map(|user| user.as_str()), Some("user-1"));
    ensure_eq!(made.rrule_options, daily(&contact).count(3));
    ensure_eq!(locations.get_recurring_task(home, &made.id).await?, made);

    let rule = RecurrenceRule::new(IntervalType::Weekly, 2, daily(&contact).start_date, 60)
        .day_of_week(Weekday::Monday);
    let change = UpdateRecurringTask::new().title("Write").rrule_options(rule.clone());
    let changed = locations.update_recurring_task(home, &made.id, change).await?;
    ensure_eq!((changed.title.as_str(), changed.description.as_str()), ("Write", "in the morning"));
    ensure_eq!(changed.rrule_options, rule);
    ensure!(changed.updated_at >= made.updated_at);

    let gone = locations.delete_recurring_task(home, &made.id).await?;
    ensure_eq!((gone.id, gone.success), (made.id.clone(), true));
    refused(locations.get_recurring_task(home, &made.id).await, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn the_first_task_is_made_at_once(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let search = || SearchTasks::new().contact_id([&contact.id]);
    let later = CreateRecurringTask::new("Later", daily(&contact))
        .contact_ids([&contact.id])
        .ignore_task_creation(true);
    let later = locations.create_recurring_task(home, later).await?;
    ensure!(locations.search_tasks(home, search()).await?.is_empty());
    let input =
        CreateRecurringTask::new("Call", daily(&contact)).contact_ids([&contact.id]).owners(["user-1"]);
    let made = locations.create_recurring_task(home, input).await?;
    let tasks = locations.search_tasks(home, search()).await?;
    for id in [&later.id, &made.id] {
        locations.delete_recurring_task(home, id).await?;
    }
    ensure_eq!(tasks.len(), 1);
    ensure_eq!((tasks[0].title.as_str(), tasks[0].completed), ("Call", false));
    ensure_eq!(tasks[0].due_date, Some(daily(&contact).start_date + TimeDelta::hours(1)));
    ensure_eq!(tasks[0].assigned_to.as_ref().map(|user| user.as_str()), Some("user-1"));
    // The tasks that it made stay when it goes.
    ensure_eq!(locations.search_tasks(home, search()).await?.len(), 1);
    Ok(())
}

async fn time_makes_tasks(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let (ada, bob) = (stage.contact().await?, stage.contact().await?);
    let rule = daily(&ada).create_task_if_over_due(true).count(3);
    let input = CreateRecurringTask::new("Call", rule).contact_ids([&ada.id, &bob.id]);
    let made = locations.create_recurring_task(home, input).await?;
    stage.hands.advance(DAY + DAY / 2).await.ok_or_skip("time cannot be moved here")?;
    let tasks = locations.search_tasks(home, SearchTasks::new().contact_id([&ada.id])).await?;
    ensure_eq!(tasks.len(), 2);
    stage.hands.advance(DAY * 30).await.ok_or_skip("time cannot be moved here")?;
    ensure_eq!(stage.crm.contacts().list_tasks(&bob.id).await?.len(), 3);
    ensure_eq!(locations.get_recurring_task(home, &made.id).await?.total_occurrence, 3);
    Ok(())
}

async fn an_overdue_task_holds_the_next_one_back(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let input = CreateRecurringTask::new("Call", daily(&contact)).contact_ids([&contact.id]);
    locations.create_recurring_task(home, input).await?;
    stage.hands.advance(DAY * 3).await.ok_or_skip("time cannot be moved here")?;
    let tasks = stage.crm.contacts().list_tasks(&contact.id).await?;
    ensure_eq!(tasks.len(), 1);
    stage.crm.contacts().complete_task(&contact.id, &tasks[0].id, true.into()).await?;
    stage.hands.advance(DAY).await.ok_or_skip("time cannot be moved here")?;
    ensure_eq!(stage.crm.contacts().list_tasks(&contact.id).await?.len(), 2);
    Ok(())
}

async fn rules_are_checked(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let daily = || daily(&contact);
    let start = daily().start_date;
    let every = |interval| RecurrenceRule::new(IntervalType::Daily, interval, start, 60);
    let wrong = [
        (every(0), "rruleOptions.interval must not be less than 1"),
        (
            RecurrenceRule::new("fortnightly", 1, start, 60),
            "rruleOptions.intervalType must be a valid enum value",
        ),
        (daily().day_of_month(32), "rruleOptions.dayOfMonth"),
        (daily().day_of_week("XX"), "rruleOptions.dayOfWeek must be a valid enum value"),
        (daily().month_of_year(13), "rruleOptions.monthOfYear"),
        (daily().count(0), "rruleOptions.count must not be less than 1"),
        (daily().end_date(start - TimeDelta::days(1)), "rruleOptions.endDate"),
    ];
    for (rule, words) in wrong {
        let outcome = locations.create_recurring_task(home, CreateRecurringTask::new("Call", rule)).await;
        let error = refused(outcome, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|m| m.starts_with(words)), "{words}: {error}");
    }
    let untitled = CreateRecurringTask::new(" ", daily());
    refused(locations.create_recurring_task(home, untitled).await, ErrorKind::Invalid, 422)?;

    let input = CreateRecurringTask::new("Call", daily()).ignore_task_creation(true);
    let made = locations.create_recurring_task(home, input).await?;
    let change = UpdateRecurringTask::new().title("Write").rrule_options(every(0));
    let outcome = locations.update_recurring_task(home, &made.id, change).await;
    let after = locations.get_recurring_task(home, &made.id).await;
    locations.delete_recurring_task(home, &made.id).await?;
    refused(outcome, ErrorKind::Invalid, 422)?;
    ensure_eq!(after?, made);
    Ok(())
}

async fn contacts_must_exist(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let contact = stage.contact().await?;
    let unknown = CreateRecurringTask::new("Call", daily(&contact)).contact_ids(["nobody"]);
    refused(locations.create_recurring_task(home, unknown).await, ErrorKind::NotFound, 400)?;
    let input = CreateRecurringTask::new("Call", daily(&contact)).ignore_task_creation(true);
    let made = locations.create_recurring_task(home, input).await?;
    let change = UpdateRecurringTask::new().contact_ids(["nobody"]);
    let outcome = locations.update_recurring_task(home, &made.id, change).await;
    locations.delete_recurring_task(home, &made.id).await?;
    refused(outcome, ErrorKind::NotFound, 400)?;
    Ok(())
}

async fn recurring_tasks_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let nothing = RecurringTaskId::from("nothing");
    refused(locations.get_recurring_task(home, &nothing).await, ErrorKind::NotFound, 400)?;
    let change = UpdateRecurringTask::new().title("x");
    refused(locations.update_recurring_task(home, &nothing, change).await, ErrorKind::NotFound, 400)?;
    refused(locations.delete_recurring_task(home, &nothing).await, ErrorKind::NotFound, 400)?;
    Ok(())
}
