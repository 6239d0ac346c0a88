//! Who takes a calendar's appointments, and where.

use crate::types::{Text, UserId};
use crate::{open_enum, request};

/// A user who takes appointments of a calendar.
#[request]
pub struct TeamMember {
    /// The user.
    pub user_id: UserId,
    /// How much they are preferred: 0 (low), 0.5 (medium) or 1 (high); 0.5 unless given.
    pub priority: Option<f64>,
    /// The kind of place. Deprecated by the API in favour of `location_configurations`.
    pub meeting_location_type: Option<Text>,
    /// The place. Deprecated by the API in favour of `location_configurations`.
    pub meeting_location: Option<Text>,
    /// Whether they lead the meeting: exactly one member of a collective calendar does.
    pub is_primary: Option<bool>,
    /// Where they meet. Several only where the calendar has one member; one in class and collective calendars.
    pub location_configurations: Option<Vec<LocationConfiguration>>,
}

/// The kind of a meeting's place.
#[open_enum]
pub enum LocationKind {
    /// Any text.
    Custom = "custom",
    /// A Zoom conference.
    ZoomConference = "zoom_conference",
    /// A Google Meet conference.
    GoogleConference = "google_conference",
    /// The contact calls.
    InboundCall = "inbound_call",
    /// The member calls.
    OutboundCall = "outbound_call",
    /// An address.
    Physical = "physical",
    /// Whatever the contact says.
    Booker = "booker",
    /// A Microsoft Teams conference.
    MsTeamsConference = "ms_teams_conference",
}

/// Where a meeting takes place.
#[request]
pub struct LocationConfiguration {
    /// The kind of place.
    pub kind: LocationKind,
    /// The place itself; conferences make their own.
    pub location: Option<Text>,
    /// What an appointment names the place by (`custom_0`). The API sets it.
    pub meeting_id: Option<Text>,
}
