//! Groups of calendars.

use crate::types::{CalendarGroupId, Extra, LocationId, Text};
use crate::{record, request};

/// Whose groups to list.
#[request]
pub struct ListCalendarGroups {
    /// The sub-account.
    pub location_id: LocationId,
}

/// A group to create.
#[request]
pub struct CreateCalendarGroup {
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Its name in links, unique in the sub-account.
    pub slug: Text,
    /// Whether it can be booked; it can unless told otherwise.
    pub is_active: Option<bool>,
}

/// What a group becomes.
#[request]
pub struct UpdateCalendarGroup {
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Its name in links.
    pub slug: Text,
}

/// Whether a group can be booked.
#[request]
pub struct SetCalendarGroupStatus {
    /// Whether it can.
    pub is_active: bool,
}

/// A slug to look up.
#[request]
pub struct ValidateGroupSlug {
    /// The sub-account.
    pub location_id: LocationId,
    /// The slug.
    pub slug: Text,
}

/// Whether a slug is free.
#[record]
pub struct SlugAvailability {
    /// Whether it is.
    pub available: bool,
}

/// A group of calendars.
#[record]
pub struct CalendarGroup {
    /// Its id.
    pub id: CalendarGroupId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Its name in links.
    pub slug: Text,
    /// Whether it can be booked.
    pub is_active: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
