//! Groups of calendars.

use super::{create, open, says};
use crate::ErrorKind::{Duplicate, Invalid, NotFound};
use crate::calendars::operations::{
    CREATE_GROUP, DELETE_GROUP, GET, LIST, LIST_GROUPS, SET_GROUP_STATUS, UPDATE_GROUP, VALIDATE_GROUP_SLUG,
};
use crate::calendars::{
    CalendarGroup, CalendarType, CreateCalendarGroup, ListCalendarGroups, ListCalendars,
    SetCalendarGroupStatus, UpdateCalendarGroup, ValidateGroupSlug,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::error::Result;
use crate::types::CalendarGroupId;

cases! {
    a_group_is_created_and_listed => [CREATE_GROUP, LIST_GROUPS],
    a_group_is_changed => [UPDATE_GROUP, SET_GROUP_STATUS, LIST_GROUPS],
    slugs_of_groups_are_unique => [CREATE_GROUP, UPDATE_GROUP, VALIDATE_GROUP_SLUG],
    a_deleted_group_leaves_its_calendars => [DELETE_GROUP, LIST_GROUPS, LIST, GET],
    unknown_groups_are_named => [UPDATE_GROUP, SET_GROUP_STATUS, DELETE_GROUP],
}

async fn group(stage: &Stage) -> Result<CalendarGroup> {
    let input = CreateCalendarGroup::new(&stage.location, "Team", "All of them", stage.unique("group"));
    let made = stage.crm.calendars().create_group(input).await?;
    stage.discard(&made.id);
    Ok(made)
}

async fn listed(stage: &Stage) -> Result<Vec<CalendarGroup>> {
    stage.crm.calendars().list_groups(ListCalendarGroups::new(&stage.location)).await
}

async fn a_group_is_created_and_listed(stage: &Stage) -> Verdict {
    let made = group(stage).await?;
    ensure_eq!((made.name.as_str(), made.description.as_str()), ("Team", "All of them"));
    ensure_eq!((made.is_active, &made.location_id), (Some(true), &stage.location));
    ensure!(listed(stage).await?.contains(&made), "it is listed");
    Ok(())
}

async fn a_group_is_changed(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = group(stage).await?;
    let slug = stage.unique("group");
    let changed = calendars.update_group(&made.id, UpdateCalendarGroup::new("Other", "Some", &slug)).await?;
    ensure_eq!((changed.name.as_str(), changed.slug.as_str()), ("Other", slug.as_str()));
    calendars.set_group_status(&made.id, SetCalendarGroupStatus::new(false)).await?;
    let known = listed(stage).await?.into_iter().find(|known| known.id == made.id);
    ensure_eq!(known.and_then(|known| known.is_active), Some(false));
    Ok(())
}

async fn slugs_of_groups_are_unique(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let (one, two) = (group(stage).await?, group(stage).await?);
    let validate = |slug: &str| ValidateGroupSlug::new(&stage.location, slug);
    ensure!(!calendars.validate_group_slug(validate(&one.slug)).await?.available, "it is taken");
    ensure!(calendars.validate_group_slug(validate(&stage.unique("group"))).await?.available, "it is free");
    let again = CreateCalendarGroup::new(&stage.location, "Team", "", &one.slug);
    refused(calendars.create_group(again).await, Duplicate, 400)?;
    let stolen = calendars.update_group(&two.id, UpdateCalendarGroup::new("a", "b", &one.slug)).await;
    refused(stolen, Duplicate, 400)?;
    calendars.update_group(&one.id, UpdateCalendarGroup::new("a", "b", &one.slug)).await?; // its own may stay
    let empty = calendars.create_group(CreateCalendarGroup::new(&stage.location, "", "", " ")).await;
    let error = refused(empty, Invalid, 422)?;
    says(&error, "name should not be empty")?;
    says(&error, "slug should not be empty")
}

async fn a_deleted_group_leaves_its_calendars(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = group(stage).await?;
    let calendar = create(stage, open(stage, CalendarType::Event, &[]).group_id(&made.id)).await?;
    let of_group = calendars.list(ListCalendars::new(&stage.location).group_id(&made.id)).await?;
    ensure_eq!(of_group.iter().map(|known| &known.id).collect::<Vec<_>>(), [&calendar.id]);
    calendars.delete_group(&made.id).await?;
    ensure!(!listed(stage).await?.iter().any(|known| known.id == made.id), "it is gone");
    ensure_eq!(calendars.get(&calendar.id).await?.group_id, None);
    Ok(())
}

async fn unknown_groups_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let unknown = CalendarGroupId::from("no-such-group");
    let missing = "Calendar group with id no-such-group not found";
    let changed = calendars.update_group(&unknown, UpdateCalendarGroup::new("a", "b", "c")).await;
    says(&refused(changed, NotFound, 400)?, missing)?;
    let status = calendars.set_group_status(&unknown, SetCalendarGroupStatus::new(true)).await;
    says(&refused(status, NotFound, 400)?, missing)?;
    says(&refused(calendars.delete_group(&unknown).await, NotFound, 400)?, missing)
}
