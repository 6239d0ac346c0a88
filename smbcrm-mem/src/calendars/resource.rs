//! Rooms and equipment.

use smbcrm_core::Result;
use smbcrm_core::calendars::{
    CalendarResource, CalendarType, CreateCalendarResource, ListCalendarResources, ResourceType,
    UpdateCalendarResource,
};
use smbcrm_core::types::CalendarResourceId;

use super::event::own_location;
use super::{missing_calendar, missing_resource};
use crate::refusal;
use crate::world::State;

/// How many are listed unless told otherwise (assumed).
const PAGE: u32 = 100;

/// How many calendars a resource may belong to.
const MAX_CALENDARS: usize = 100;

/// Refuses a kind of resource that there is not.
pub(super) fn check_type(kind: &ResourceType) -> Result<()> {
    if kind.is_known() {
        return Ok(());
    }
    Err(refusal::invalid(vec!["resourceType must be a valid enum value".to_owned()]))
}

impl State {
    pub(super) fn resource(&self, kind: &ResourceType, id: &CalendarResourceId) -> Option<&CalendarResource> {
        self.book.resources.iter().find(|known| known.id == *id && known.resource_type.as_ref() == Some(kind))
    }

    pub(super) fn list_resources(
        &self,
        kind: &ResourceType,
        query: &ListCalendarResources,
    ) -> Vec<CalendarResource> {
        let of_kind = self.book.resources.iter().filter(|known| known.resource_type.as_ref() == Some(kind));
        let (skip, take) = (query.skip.unwrap_or(0) as usize, query.limit.unwrap_or(PAGE) as usize);
        of_kind.skip(skip).take(take).cloned().collect()
    }

    fn check_resource(&self, resource: &CalendarResource) -> Result<()> {
        let mut wrong = Vec::new();
        if resource.name.trim().is_empty() {
            wrong.push("name should not be empty".to_owned());
        }
        if resource.out_of_service > resource.quantity {
            wrong.push("outOfService must not be greater than quantity".to_owned());
        }
        if resource.calendar_ids.len() > MAX_CALENDARS {
            wrong.push(format!("calendarIds must contain no more than {MAX_CALENDARS} elements"));
        }
        if resource.resource_type == Some(ResourceType::Equipments) && resource.calendar_ids.len() > 1 {
            wrong.push("calendarIds must contain no more than 1 elements".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        for id in &resource.calendar_ids {
            let Some(calendar) = self.book.calendar(id) else { return Err(missing_calendar(id)) };
            if calendar.calendar_type != Some(CalendarType::ServiceBooking) {
                return Err(refusal::bad_request("The calendar is not a service calendar."));
            }
        }
        Ok(())
    }

    pub(super) fn create_resource(
        &mut self,
        kind: &ResourceType,
        input: CreateCalendarResource,
    ) -> Result<CalendarResource> {
        check_type(kind)?;
        let mut resource = CalendarResource::default();
        resource.location_id = self.location.id.clone();
        resource.name = input.name;
        resource.resource_type = Some(kind.clone());
        resource.is_active = true;
        resource.description = Some(input.description);
        resource.quantity = Some(input.quantity);
        resource.out_of_service = Some(input.out_of_service);
        resource.capacity = Some(input.capacity);
        resource.calendar_ids = input.calendar_ids;
        self.check_resource(&resource)?;
        resource.id = self.ids.record().into();
        self.book.resources.push(resource.clone());
        Ok(resource)
    }

    pub(super) fn update_resource(
        &mut self,
        kind: &ResourceType,
        id: &CalendarResourceId,
        input: UpdateCalendarResource,
    ) -> Result<CalendarResource> {
        let Some(known) = self.resource(kind, id) else { return Err(missing_resource(id)) };
        let mut resource = known.clone();
        own_location(input.location_id.as_ref(), &self.location.id)?;
        resource.name = input.name.unwrap_or(resource.name);
        resource.description = input.description.or(resource.description);
        resource.quantity = input.quantity.or(resource.quantity);
        resource.out_of_service = input.out_of_service.or(resource.out_of_service);
        resource.capacity = input.capacity.or(resource.capacity);
        resource.calendar_ids = input.calendar_ids.unwrap_or(resource.calendar_ids);
        resource.is_active = input.is_active.unwrap_or(resource.is_active);
        self.check_resource(&resource)?;
        if let Some(slot) = self.book.resources.edit().iter_mut().find(|known| known.id == *id) {
            slot.clone_from(&resource);
        }
        Ok(resource)
    }

    pub(super) fn delete_resource(&mut self, id: &CalendarResourceId) {
        self.book.resources.edit().retain(|known| known.id != *id);
    }
}
