//! Events in a window, and blocked slots.

use chrono::TimeDelta;

use super::{at_nine, calendar, later, now, says, unchecked};
use crate::ErrorKind::{Invalid, NotFound};
use crate::calendars::operations::{
    CREATE_BLOCK_SLOT, DELETE_EVENT, LIST_BLOCKED_SLOTS, LIST_EVENTS, UPDATE_BLOCK_SLOT,
};
use crate::calendars::{
    CalendarType, CreateBlockSlot, CreateCalendarGroup, ListEvents, UpdateBlockSlot, UpdateCalendar,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{AppointmentId, OffsetTime};

cases! {
    events_are_found_by_calendar_user_and_group => [LIST_EVENTS],
    a_window_holds_what_overlaps_it => [LIST_EVENTS],
    one_of_three_is_needed => [LIST_EVENTS, LIST_BLOCKED_SLOTS],
    a_slot_is_blocked => [CREATE_BLOCK_SLOT, LIST_BLOCKED_SLOTS, LIST_EVENTS],
    a_block_is_changed => [UPDATE_BLOCK_SLOT, LIST_BLOCKED_SLOTS],
    a_block_is_deleted => [DELETE_EVENT, LIST_BLOCKED_SLOTS],
    a_block_is_of_an_event_calendar_or_a_user => [CREATE_BLOCK_SLOT, UPDATE_BLOCK_SLOT],
}

fn window(stage: &Stage, from: OffsetTime, minutes: i64) -> ListEvents {
    ListEvents::new(&stage.location, from, later(from, minutes))
}

async fn events_are_found_by_calendar_user_and_group(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let made = calendar(stage, CalendarType::Personal, &[&user]).await?;
    let slug = stage.unique("slug");
    let group = calendars.create_group(CreateCalendarGroup::new(&stage.location, "a", "b", &slug)).await?;
    stage.discard(&group.id);
    calendars.update(&made.id, UpdateCalendar::new().group_id(&group.id)).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    let booked = calendars.create_appointment(unchecked(stage, &made.id, &contact.id, start)).await?;
    let day = || window(stage, start, 60);
    for query in [
        day().calendar_id(&made.id),
        day().user_id(user.as_str()),
        day().group_id(&group.id),
        day().calendar_id(&made.id).user_id(user.as_str()),
    ] {
        let found = calendars.list_events(query.clone()).await?;
        ensure_eq!(found.iter().map(|event| &event.id).collect::<Vec<_>>(), [&booked.id]);
        ensure_eq!(found[0].group_id.as_ref(), Some(&group.id));
        ensure!(calendars.list_blocked_slots(query).await?.is_empty(), "it is no blocked slot");
    }
    let others = calendars.list_events(day().user_id(stage.unique("user"))).await?;
    ensure!(others.is_empty(), "somebody else has none");
    let unknown = calendars.list_events(day().calendar_id("no-such-calendar")).await;
    refused(unknown, NotFound, 400)?;
    Ok(())
}

async fn a_window_holds_what_overlaps_it(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let contact = stage.contact().await?;
    let start = at_nine(now(stage).await?, 2);
    calendars.create_appointment(unchecked(stage, &made.id, &contact.id, start)).await?;
    for (from, minutes, there) in
        [(-60, 60, true), (-60, 59, false), (10, 5, true), (30, 60, false), (29, 1, true)]
    {
        let query = window(stage, later(start, from), minutes).calendar_id(&made.id);
        ensure_eq!(calendars.list_events(query).await?.len(), usize::from(there));
    }
    Ok(())
}

async fn one_of_three_is_needed(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let start = at_nine(now(stage).await?, 2);
    let bare = window(stage, start, 60);
    refused(calendars.list_events(bare.clone()).await, Invalid, 422)?;
    refused(calendars.list_blocked_slots(bare).await, Invalid, 422)?;
    let backwards = window(stage, start, -60).user_id("USER1");
    says(
        &refused(calendars.list_events(backwards).await, Invalid, 422)?,
        "endTime must not be before startTime",
    )
}

async fn a_slot_is_blocked(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let start = at_nine(now(stage).await?, 2);
    let input = CreateBlockSlot::new(&stage.location, start, later(start, 60))
        .assigned_user_id(user.as_str())
        .title("Lunch");
    let block = calendars.create_block_slot(input).await?;
    stage.discard(&block.id);
    ensure_eq!((block.title.as_str(), block.start_time, block.end_time), ("Lunch", start, later(start, 60)));
    ensure_eq!(block.assigned_user_id.as_ref().map(AsRef::as_ref), Some(user.as_str()));
    let query = window(stage, start, 24 * 60).user_id(user.as_str());
    let listed = calendars.list_blocked_slots(query.clone()).await?;
    ensure_eq!(listed.iter().map(|event| &event.id).collect::<Vec<_>>(), [&block.id]);
    ensure!(calendars.list_events(query).await?.is_empty(), "it is no appointment");
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let input = CreateBlockSlot::new(&stage.location, start, later(start, 60)).calendar_id(&made.id);
    let block = calendars.create_block_slot(input).await?;
    stage.discard(&block.id);
    let listed = calendars.list_blocked_slots(window(stage, start, 60).calendar_id(&made.id)).await?;
    ensure_eq!(listed.iter().map(|event| &event.id).collect::<Vec<_>>(), [&block.id]);
    refused(calendars.get_appointment(&block.id).await, NotFound, 400)?;
    Ok(())
}

async fn a_block_is_changed(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (one, two) = (stage.unique("user"), stage.unique("user"));
    let start = at_nine(now(stage).await?, 2);
    let input = CreateBlockSlot::new(&stage.location, start, later(start, 60)).assigned_user_id(one.as_str());
    let block = calendars.create_block_slot(input).await?;
    stage.discard(&block.id);
    let change =
        UpdateBlockSlot::new().start_time(later(start, 120)).title("Later").assigned_user_id(two.as_str());
    let changed = calendars.update_block_slot(&block.id, change).await?;
    ensure_eq!(changed.id, block.id);
    ensure_eq!((changed.start_time, changed.end_time), (later(start, 120), later(start, 180)));
    let day = || window(stage, start, 24 * 60);
    ensure!(
        calendars.list_blocked_slots(day().user_id(one.as_str())).await?.is_empty(),
        "it is not theirs any more"
    );
    ensure_eq!(calendars.list_blocked_slots(day().user_id(two.as_str())).await?.len(), 1);
    let backwards = UpdateBlockSlot::new().end_time(start.get() - TimeDelta::days(1));
    refused(calendars.update_block_slot(&block.id, backwards).await, Invalid, 422)?;
    let unknown = AppointmentId::from("no-such-event");
    refused(calendars.update_block_slot(&unknown, UpdateBlockSlot::new()).await, NotFound, 400)?;
    Ok(())
}

async fn a_block_is_deleted(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let user = stage.unique("user");
    let start = at_nine(now(stage).await?, 2);
    let input =
        CreateBlockSlot::new(&stage.location, start, later(start, 60)).assigned_user_id(user.as_str());
    let block = calendars.create_block_slot(input).await?;
    stage.discard(&block.id);
    calendars.delete_event(&block.id).await?;
    let listed = calendars.list_blocked_slots(window(stage, start, 60).user_id(user.as_str())).await?;
    ensure!(listed.is_empty(), "it is gone");
    Ok(())
}

async fn a_block_is_of_an_event_calendar_or_a_user(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let start = at_nine(now(stage).await?, 2);
    let input = || CreateBlockSlot::new(&stage.location, start, later(start, 60));
    let personal = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let event = calendar(stage, CalendarType::Event, &[]).await?;
    let error = refused(calendars.create_block_slot(input().calendar_id(&personal.id)).await, Invalid, 400)?;
    says(&error, "The calendar is not an event calendar.")?;
    let both = input().calendar_id(&event.id).assigned_user_id("USER1");
    refused(calendars.create_block_slot(both).await, Invalid, 400)?;
    refused(calendars.create_block_slot(input()).await, Invalid, 400)?;
    let block = calendars.create_block_slot(input().calendar_id(&event.id)).await?;
    stage.discard(&block.id);
    let moved =
        calendars.update_block_slot(&block.id, UpdateBlockSlot::new().calendar_id(&personal.id)).await;
    says(&refused(moved, Invalid, 400)?, "The calendar is not an event calendar.")
}
