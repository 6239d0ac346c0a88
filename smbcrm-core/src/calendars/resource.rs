//! Rooms and equipment that service calendars book.

use crate::types::{CalendarId, CalendarResourceId, Derived, Extra, LocationId, Text};
use crate::{open_enum, record, request};

/// The kind of a resource.
#[open_enum]
pub enum ResourceType {
    /// Things that there are several of.
    Equipments = "equipments",
    /// Places with room for several people.
    Rooms = "rooms",
}

/// Which resources to list.
#[request]
pub struct ListCalendarResources {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many at most: 100 unless given. Declared as required, and not needed (assumed).
    pub limit: Option<u32>,
    /// How many to skip.
    pub skip: Option<u32>,
}

/// A resource to create.
#[request]
pub struct CreateCalendarResource {
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// How many pieces of the equipment there are.
    pub quantity: u32,
    /// How many of them are out of service.
    pub out_of_service: u32,
    /// How many people fit into the room.
    pub capacity: u32,
    /// The service calendars that book it, 100 at most. Equipment belongs to one, a room to any number.
    pub calendar_ids: Vec<CalendarId>,
}

/// Changes to a resource. What is not set stays.
#[request]
pub struct UpdateCalendarResource {
    /// The sub-account; only its own is taken.
    pub location_id: Option<LocationId>,
    /// Its name.
    pub name: Option<Text>,
    /// What it is for.
    pub description: Option<Text>,
    /// How many pieces of the equipment there are.
    pub quantity: Option<u32>,
    /// How many of them are out of service.
    pub out_of_service: Option<u32>,
    /// How many people fit into the room.
    pub capacity: Option<u32>,
    /// The service calendars that book it.
    pub calendar_ids: Option<Vec<CalendarId>>,
    /// Whether it can be booked.
    pub is_active: Option<bool>,
}

/// A room, or equipment.
#[record]
pub struct CalendarResource {
    /// Its id. The documentation leaves it out; the wire has it, as `id` or `_id` (assumed).
    #[serde(alias = "_id")]
    pub id: CalendarResourceId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is.
    pub resource_type: Option<ResourceType>,
    /// Whether it can be booked.
    pub is_active: bool,
    /// What it is for.
    pub description: Option<Text>,
    /// How many pieces of the equipment there are.
    pub quantity: Option<u32>,
    /// How many of them are out of service.
    pub out_of_service: Option<u32>,
    /// How many people fit into the room.
    pub capacity: Option<u32>,
    /// The service calendars that book it.
    pub calendar_ids: Vec<CalendarId>,
    /// Fields this version has no name for.
    pub extra: Extra,
    // The answer is the record itself, so its trace id stands among the fields; it is none of them.
    #[serde(rename = "traceId", skip_serializing)]
    #[schema(skip)]
    trace_id: Derived,
}
