//! Tasks and appointments of a contact.

use chrono::{DateTime, NaiveDate, Utc};

use super::says;
use crate::ErrorKind::{Invalid, NotFound};
use crate::contacts::operations::{
    COMPLETE_TASK, CREATE_TASK, DELETE_TASK, GET_TASK, LIST_APPOINTMENTS, LIST_TASKS, UPDATE_TASK,
};
use crate::contacts::{CompleteTask, ContactAppointment, CreateTask, UpdateTask};
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{TaskId, UserId};

cases! {
    a_task_is_created_and_read => [CREATE_TASK, GET_TASK],
    tasks_are_listed => [LIST_TASKS],
    an_update_changes_the_task => [UPDATE_TASK, GET_TASK],
    a_task_is_completed_and_opened_again => [COMPLETE_TASK, GET_TASK],
    a_deleted_task_is_gone => [DELETE_TASK, GET_TASK, LIST_TASKS],
    a_task_needs_a_title => [CREATE_TASK, UPDATE_TASK],
    an_unknown_task_is_named => [GET_TASK, UPDATE_TASK, COMPLETE_TASK, DELETE_TASK],
    anothers_task_is_not_found => [GET_TASK, UPDATE_TASK, COMPLETE_TASK, DELETE_TASK],
    appointments_are_listed_in_local_time => [LIST_APPOINTMENTS],
}

fn due() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_357_400, 0).unwrap_or_default()
}

async fn a_task_is_created_and_read(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let input = CreateTask::new("Call", due(), false).body("About the offer").assigned_to("USER1");
    let task = contacts.create_task(&contact.id, input).await?;
    ensure!(!task.id.is_empty(), "a task has an id");
    ensure_eq!(task.title.as_str(), "Call");
    ensure_eq!(task.body.as_deref(), Some("About the offer"));
    ensure_eq!(task.contact_id.as_ref(), Some(&contact.id));
    ensure_eq!(task.due_date, Some(due()));
    ensure!(!task.completed, "it is open");
    ensure_eq!(task.assigned_to, Some(UserId::from("USER1")));
    ensure_eq!(contacts.get_task(&contact.id, &task.id).await?, task);
    Ok(())
}

async fn tasks_are_listed(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    ensure!(contacts.list_tasks(&contact.id).await?.is_empty(), "there are none yet");
    let one = contacts.create_task(&contact.id, CreateTask::new("One", due(), false)).await?;
    let two = contacts.create_task(&contact.id, CreateTask::new("Two", due(), true)).await?;
    let listed = contacts.list_tasks(&contact.id).await?;
    ensure!(
        listed.len() == 2 && listed.contains(&one) && listed.contains(&two),
        "both are listed: {listed:?}"
    );
    Ok(())
}

async fn an_update_changes_the_task(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let input = CreateTask::new("Call", due(), false).body("About the offer");
    let task = contacts.create_task(&contact.id, input).await?;
    let later = due() + chrono::Duration::days(1);
    let change = UpdateTask::new().title("Call again").due_date(later).completed(true).assigned_to("USER2");
    let changed = contacts.update_task(&contact.id, &task.id, change).await?;
    ensure_eq!(changed.title.as_str(), "Call again");
    ensure_eq!(changed.due_date, Some(later));
    ensure!(changed.completed, "it is done");
    ensure_eq!(changed.assigned_to, Some(UserId::from("USER2")));
    ensure_eq!(changed.body, task.body);
    ensure_eq!(contacts.get_task(&contact.id, &task.id).await?, changed);
    Ok(())
}

async fn a_task_is_completed_and_opened_again(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let task = contacts.create_task(&contact.id, CreateTask::new("Call", due(), false)).await?;
    for completed in [true, true, false] {
        let done = contacts.complete_task(&contact.id, &task.id, CompleteTask::new(completed)).await?;
        ensure_eq!(done.completed, completed);
        ensure_eq!(done.title, task.title);
        ensure_eq!(contacts.get_task(&contact.id, &task.id).await?, done);
    }
    Ok(())
}

async fn a_deleted_task_is_gone(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let task = contacts.create_task(&contact.id, CreateTask::new("Call", due(), false)).await?;
    contacts.delete_task(&contact.id, &task.id).await?;
    refused(contacts.get_task(&contact.id, &task.id).await, NotFound, 400)?;
    ensure!(contacts.list_tasks(&contact.id).await?.is_empty(), "none is left");
    Ok(())
}

async fn a_task_needs_a_title(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let nameless = contacts.create_task(&contact.id, CreateTask::new("", due(), false)).await;
    says(&refused(nameless, Invalid, 422)?, "title should not be empty")?;
    let task = contacts.create_task(&contact.id, CreateTask::new("Call", due(), false)).await?;
    let change = UpdateTask::new().title("").completed(true);
    let nameless = contacts.update_task(&contact.id, &task.id, change).await;
    says(&refused(nameless, Invalid, 422)?, "title should not be empty")?;
    ensure_eq!(contacts.get_task(&contact.id, &task.id).await?, task);
    Ok(())
}

async fn an_unknown_task_is_named(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let unknown = TaskId::from("no-such-task");
    let missing = "Task with id no-such-task not found";
    says(&refused(contacts.get_task(&contact.id, &unknown).await, NotFound, 400)?, missing)?;
    let updated = contacts.update_task(&contact.id, &unknown, UpdateTask::new().title("x")).await;
    says(&refused(updated, NotFound, 400)?, missing)?;
    let completed = contacts.complete_task(&contact.id, &unknown, CompleteTask::new(true)).await;
    says(&refused(completed, NotFound, 400)?, missing)?;
    says(&refused(contacts.delete_task(&contact.id, &unknown).await, NotFound, 400)?, missing)
}

async fn anothers_task_is_not_found(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let contacts = stage.crm.contacts();
    let task = contacts.create_task(&one.id, CreateTask::new("Call", due(), false)).await?;
    refused(contacts.get_task(&two.id, &task.id).await, NotFound, 400)?;
    refused(contacts.update_task(&two.id, &task.id, UpdateTask::new().title("x")).await, NotFound, 400)?;
    refused(contacts.complete_task(&two.id, &task.id, CompleteTask::new(true)).await, NotFound, 400)?;
    refused(contacts.delete_task(&two.id, &task.id).await, NotFound, 400)?;
    ensure_eq!(contacts.get_task(&one.id, &task.id).await?, task);
    Ok(())
}

async fn appointments_are_listed_in_local_time(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    ensure!(contacts.list_appointments(&contact.id).await?.is_empty(), "there are none yet");
    let day = NaiveDate::from_ymd_opt(2026, 7, 16);
    let appointment = ContactAppointment {
        title: Some("Demo".into()),
        contact_id: Some(contact.id.clone()),
        start_time: day.and_then(|day| day.and_hms_opt(11, 0, 0)),
        end_time: day.and_then(|day| day.and_hms_opt(11, 30, 0)),
        appointment_status: Some("confirmed".into()),
        ..ContactAppointment::default()
    };
    let planted = stage.hands.plant(Plant::Appointment(Box::new(appointment.clone()))).await;
    let id = planted.ok_or_skip("appointments cannot be planted here")?;
    let listed = contacts.list_appointments(&contact.id).await?;
    ensure_eq!(listed.len(), 1);
    ensure_eq!(listed[0].id, *id);
    ensure_eq!(listed[0].start_time, appointment.start_time);
    ensure_eq!(listed[0].end_time, appointment.end_time);
    ensure_eq!(listed[0].title, appointment.title);
    ensure_eq!(listed[0].location_id.as_ref(), Some(&stage.location));
    Ok(())
}
