//! The availability engine: which times of a calendar can be booked, and by whom they are taken.
//!
//! Pure: rules, a diary and an instant go in, [`Offer`]s come out. A list of free slots and the check of a booking
//! are the same question ([`offers`]) about a longer or shorter range, so that every slot that is listed can be
//! booked, and no booked time is listed.
//!
//! How a slot comes about:
//! 1. the calendar's hours ([`Hours`]) make windows; every window has slots from its start on, an interval apart, as
//!    long as they fit into it. A calendar without hours of its own opens when its members' schedules do;
//! 2. booking notice and horizon cut off what is too near or too far, and a calendar that looks busy hides a part;
//! 3. a member can take a slot while their schedules are open and no event of theirs, in any calendar, overlaps it,
//!    buffers included. Appointments of the very same slot are seats: there may be as many as the calendar says;
//! 4. one member is enough, in a collective calendar all must be free, and an event calendar has only itself;
//!    whoever was asked for leads, else the primary member of a collective calendar;
//! 5. what the calendar needs of rooms and equipment must be free as well.

mod diary;
mod hours;
mod offer;
mod recurrence;
mod span;
#[cfg(test)]
mod tests;
mod zone;

use chrono_tz::Tz;
use smbcrm_core::types::{CalendarId, CalendarResourceId, UserId};

pub(crate) use diary::{Diary, Entry, Owner};
pub(crate) use hours::{Hours, Stretch};
pub(crate) use offer::{Ask, Offer, offers, spare};
pub(crate) use recurrence::{Series, occurrences};
pub(crate) use span::{DAY, HOUR, MINUTE, Span};
pub(crate) use zone::{Edge, Period, instant, local};

/// How members share appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One free member, the preferred ones first.
    Preferred,
    /// One free member, the one with the fewest appointments first.
    Balanced,
    /// One free member; a slot that has begun to fill is filled first.
    Class,
    /// All members.
    Collective,
    /// No members.
    Event,
}

/// A member of a calendar.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: UserId,
    /// 0 to 2, the highest preferred.
    pub(crate) priority: u8,
    pub(crate) primary: bool,
    /// The schedules that say when they are available; always, where there are none.
    pub(crate) schedules: Vec<Hours>,
}

/// What a calendar needs beside its members.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) id: CalendarResourceId,
    /// A room: one of the calendar's rooms is enough, and holds so many people of the same meeting. Otherwise
    /// equipment: each of the calendar's is needed, and there are so many pieces.
    pub(crate) room: bool,
    pub(crate) amount: u32,
}

/// A calendar's rules. Lengths are in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) calendar: CalendarId,
    pub(crate) kind: Kind,
    pub(crate) zone: Tz,
    /// `None` where the calendar has no hours of its own.
    pub(crate) hours: Option<Hours>,
    pub(crate) members: Vec<Member>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) duration: i64,
    pub(crate) interval: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
    pub(crate) per_slot: u32,
    pub(crate) per_day: Option<u32>,
    pub(crate) notice: Option<Period>,
    pub(crate) horizon: Option<Period>,
    /// How many of a hundred slots are hidden.
    pub(crate) hidden: u32,
}
