//! Rooms and equipment.

use super::{TAKEN, booking, calendar, first_slot, later, says, slots};
use crate::ErrorKind::{Conflict, Invalid, NotFound};
use crate::calendars::operations::{
    CREATE_APPOINTMENT, CREATE_RESOURCE, DELETE_RESOURCE, FREE_SLOTS, GET_RESOURCE, LIST_RESOURCES,
    UPDATE_RESOURCE,
};
use crate::calendars::{
    CalendarResource, CalendarType, CreateCalendarResource, ListCalendarResources, ResourceType,
    UpdateCalendarResource,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::error::Result;
use crate::types::{CalendarId, CalendarResourceId};

cases! {
    a_resource_is_created_and_read => [CREATE_RESOURCE, GET_RESOURCE, LIST_RESOURCES],
    a_resource_is_changed_and_deleted => [UPDATE_RESOURCE, DELETE_RESOURCE, GET_RESOURCE],
    wrong_resources_are_named => [CREATE_RESOURCE, UPDATE_RESOURCE],
    a_room_is_not_booked_twice => [CREATE_RESOURCE, CREATE_APPOINTMENT, FREE_SLOTS],
    equipment_is_counted => [CREATE_RESOURCE, UPDATE_RESOURCE, CREATE_APPOINTMENT, FREE_SLOTS],
    unknown_resources_are_named => [GET_RESOURCE, UPDATE_RESOURCE, DELETE_RESOURCE],
}

async fn make(
    stage: &Stage,
    kind: ResourceType,
    quantity: u32,
    capacity: u32,
    of: &[&CalendarId],
) -> Result<CalendarResource> {
    let name = stage.unique("resource");
    let of = of.iter().map(|id| (*id).clone());
    let input = CreateCalendarResource::new(&stage.location, name, "For all", quantity, 0, capacity, of);
    let made = stage.crm.calendars().create_resource(&kind, input).await?;
    stage.discard((&kind, &made.id));
    Ok(made)
}

async fn a_resource_is_created_and_read(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let service = calendar(stage, CalendarType::ServiceBooking, &["USER1"]).await?;
    let room = make(stage, ResourceType::Rooms, 1, 85, &[&service.id]).await?;
    ensure_eq!((room.capacity, room.is_active), (Some(85), true));
    ensure_eq!(room.calendar_ids.iter().collect::<Vec<_>>(), [&service.id]);
    ensure_eq!(calendars.get_resource(&ResourceType::Rooms, &room.id).await?, room);
    let equipment = make(stage, ResourceType::Equipments, 3, 0, &[]).await?;
    let query = || ListCalendarResources::new(&stage.location).limit(100).skip(0);
    let rooms = calendars.list_resources(&ResourceType::Rooms, query()).await?;
    ensure!(rooms.contains(&room) && !rooms.contains(&equipment), "each is under its type");
    refused(calendars.get_resource(&ResourceType::Equipments, &room.id).await, NotFound, 400)?;
    Ok(())
}

async fn a_resource_is_changed_and_deleted(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = make(stage, ResourceType::Equipments, 3, 0, &[]).await?;
    let change = UpdateCalendarResource::new().name("Bikes").out_of_service(1).is_active(false);
    let changed = calendars.update_resource(&ResourceType::Equipments, &made.id, change).await?;
    ensure_eq!(
        (changed.name.as_str(), changed.quantity, changed.out_of_service),
        ("Bikes", Some(3), Some(1))
    );
    ensure_eq!(calendars.get_resource(&ResourceType::Equipments, &made.id).await?, changed);
    calendars.delete_resource(&ResourceType::Equipments, &made.id).await?;
    refused(calendars.get_resource(&ResourceType::Equipments, &made.id).await, NotFound, 400)?;
    Ok(())
}

async fn wrong_resources_are_named(stage: &Stage) -> Verdict {
    let one = calendar(stage, CalendarType::ServiceBooking, &["USER1"]).await?;
    let two = calendar(stage, CalendarType::ServiceBooking, &["USER2"]).await?;
    let event = calendar(stage, CalendarType::Event, &[]).await?;
    make(stage, ResourceType::Rooms, 1, 2, &[&one.id, &two.id]).await?;
    let shared = make(stage, ResourceType::Equipments, 1, 0, &[&one.id, &two.id]).await;
    says(&refused(shared, Invalid, 422)?, "calendarIds must contain no more than 1 elements")?;
    let unknown = make(stage, ResourceType::Rooms, 1, 2, &[&"no-such-calendar".into()]).await;
    refused(unknown, NotFound, 400)?;
    refused(make(stage, ResourceType::Rooms, 1, 2, &[&event.id]).await, Invalid, 400)?;
    let made = make(stage, ResourceType::Equipments, 1, 0, &[]).await?;
    let change = UpdateCalendarResource::new().out_of_service(2).name("");
    let changed = stage.crm.calendars().update_resource(&ResourceType::Equipments, &made.id, change).await;
    let error = refused(changed, Invalid, 422)?;
    says(&error, "name should not be empty")?;
    says(&error, "outOfService must not be greater than quantity")?;
    Ok(())
}

async fn a_room_is_not_booked_twice(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let one = calendar(stage, CalendarType::ServiceBooking, &["USER1"]).await?;
    let two = calendar(stage, CalendarType::ServiceBooking, &["USER2"]).await?;
    let room = make(stage, ResourceType::Rooms, 1, 4, &[&one.id, &two.id]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &one.id).await?;
    let booked = calendars.create_appointment(booking(stage, &one.id, &contact.id, slot)).await?;
    let found = calendars.get_appointment(&booked.id).await?.appointment;
    ensure_eq!(found.assigned_resources.iter().collect::<Vec<_>>(), [&room.id]);
    ensure!(!slots(stage, &two.id).await?.contains(&slot), "the room is taken");
    let second = calendars.create_appointment(booking(stage, &two.id, &contact.id, slot)).await;
    says(&refused(second, Conflict, 400)?, TAKEN)?;
    calendars.create_appointment(booking(stage, &two.id, &contact.id, later(slot, 30))).await?;
    make(stage, ResourceType::Rooms, 1, 4, &[&two.id]).await?;
    ensure!(slots(stage, &two.id).await?.contains(&slot), "there is another room");
    Ok(())
}

async fn equipment_is_counted(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::ServiceBooking, &["USER1", "USER2", "USER3"]).await?;
    let bikes = make(stage, ResourceType::Equipments, 2, 0, &[&made.id]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    for _ in 0..2 {
        calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
    }
    ensure!(!slots(stage, &made.id).await?.contains(&slot), "no bike is left, though a member is");
    let more = UpdateCalendarResource::new().quantity(3);
    calendars.update_resource(&ResourceType::Equipments, &bikes.id, more).await?;
    ensure!(slots(stage, &made.id).await?.contains(&slot), "a third bike");
    Ok(())
}

async fn unknown_resources_are_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let unknown = CalendarResourceId::from("no-such-room");
    let missing = "Resource with id no-such-room not found";
    let rooms = ResourceType::Rooms;
    says(&refused(calendars.get_resource(&rooms, &unknown).await, NotFound, 400)?, missing)?;
    let changed = calendars.update_resource(&rooms, &unknown, UpdateCalendarResource::new()).await;
    says(&refused(changed, NotFound, 400)?, missing)?;
    says(&refused(calendars.delete_resource(&rooms, &unknown).await, NotFound, 400)?, missing)?;
    let strange =
        calendars.list_resources(&"planes".into(), ListCalendarResources::new(&stage.location)).await;
    says(&refused(strange, Invalid, 422)?, "resourceType must be a valid enum value")
}
