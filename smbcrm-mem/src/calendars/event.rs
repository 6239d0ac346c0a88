//! Events in a window, blocked slots, and deleting either.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::calendars::{
    Appointment, BlockSlot, Calendar, CalendarType, CreateBlockSlot, EventAuthor, ListEvents, UpdateBlockSlot,
};
use smbcrm_core::types::{AppointmentId, CalendarId, LocationId, OffsetTime, UserId};

use super::availability::{Owner, Span};
use super::book::{StoredEvent, millis};
use super::booking::{check_times, end_after};
use super::slots::TIMES;
use super::{missing_calendar, missing_event};
use crate::refusal;
use crate::world::State;

impl State {
    /// The appointments, or the blocked slots, that a query asks for, by start.
    pub(super) fn list_events(&self, query: &ListEvents, blocks: bool) -> Result<Vec<Arc<Appointment>>> {
        let mut wrong = Vec::new();
        let (start, end) = (query.start_time.get(), query.end_time.get());
        for (name, at) in [("startTime", start), ("endTime", end)] {
            if !TIMES.contains(&at) {
                wrong.push(format!("{name} must be a valid date in epoch milliseconds"));
            }
        }
        if wrong.is_empty() && end < start {
            wrong.push("endTime must not be before startTime".to_owned());
        }
        if query.user_id.is_none() && query.calendar_id.is_none() && query.group_id.is_none() {
            wrong.push("one of userId, calendarId or groupId is required".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        // The narrowest of what is asked for is walked, the rest is looked at.
        let mut owners = Vec::new();
        if let Some(calendar) = &query.calendar_id {
            if self.book.calendar(calendar).is_none() {
                return Err(missing_calendar(calendar));
            }
            owners.push(Owner::Calendar(calendar.clone()));
        } else if let Some(group) = &query.group_id {
            let of_group =
                self.book.calendars.iter().filter(|calendar| calendar.group_id.as_ref() == Some(group));
            owners.extend(of_group.map(|calendar| Owner::Calendar(calendar.id.clone())));
        } else if let Some(user) = &query.user_id {
            owners.push(Owner::User(user.clone()));
        }
        let window = Span::new(start, end.saturating_add(1));
        let mut found: Vec<Arc<Appointment>> = Vec::new();
        for owner in &owners {
            for entry in self.book.diary.within(owner, window) {
                if entry.block != blocks || !entry.span.overlaps(window) {
                    continue;
                }
                let Some(event) = self.book.event(&entry.event) else { continue };
                let of_user = query.user_id.as_ref().is_none_or(|user| takes_part(&event.record, user));
                if of_user {
                    found.push(Arc::clone(&event.record));
                }
            }
        }
        found.sort_by(|a, b| (a.start_time, &a.id).cmp(&(b.start_time, &b.id)));
        Ok(found)
    }

    pub(super) fn create_block(&mut self, input: CreateBlockSlot, now: DateTime<Utc>) -> Result<BlockSlot> {
        self.check_block(input.calendar_id.as_ref(), input.assigned_user_id.as_ref())?;
        check_span(input.start_time, input.end_time)?;
        let mut record = Appointment::default();
        record.id = self.ids.record().into();
        record.location_id = self.location.id.clone();
        record.title = input.title.unwrap_or_else(|| "Blocked".into());
        record.calendar_id = input.calendar_id;
        record.assigned_user_id = input.assigned_user_id;
        (record.start_time, record.end_time) = (input.start_time, input.end_time);
        record.is_recurring = Some(false);
        record.date_added = Some(now);
        record.date_updated = Some(now);
        let mut author = EventAuthor::default();
        author.source = "third_party".into();
        record.created_by = Some(author);
        Ok(self.put_block(record))
    }

    pub(super) fn change_block(
        &mut self,
        id: &AppointmentId,
        input: UpdateBlockSlot,
        now: DateTime<Utc>,
    ) -> Result<BlockSlot> {
        let Some(known) = self.book.event(id).filter(|event| event.block) else {
            return Err(missing_event(id));
        };
        let mut record = Appointment::clone(&known.record);
        own_location(input.location_id.as_ref(), &self.location.id)?;
        if input.calendar_id.is_some() || input.assigned_user_id.is_some() {
            self.check_block(input.calendar_id.as_ref(), input.assigned_user_id.as_ref())?;
            (record.calendar_id, record.assigned_user_id) = (input.calendar_id, input.assigned_user_id);
        }
        let length = millis(record.end_time) - millis(record.start_time);
        if let Some(start) = input.start_time {
            record.start_time = start;
            record.end_time = end_after(start, length);
        }
        if let Some(end) = input.end_time {
            record.end_time = end;
        }
        check_span(record.start_time, record.end_time)?;
        record.title = input.title.unwrap_or(record.title);
        record.date_updated = Some(now);
        Ok(self.put_block(record))
    }

    /// A block is a user's or an event calendar's, never both and never nobody's.
    fn check_block(&self, calendar: Option<&CalendarId>, user: Option<&UserId>) -> Result<()> {
        let calendar = calendar.filter(|calendar| !calendar.is_empty());
        let user = user.filter(|user| !user.is_empty());
        match (calendar, user) {
            (None, Some(_)) => Ok(()),
            (Some(id), None) => match self.book.calendar(id) {
                None => Err(missing_calendar(id)),
                Some(calendar) if is_event(calendar) => Ok(()),
                Some(_) => Err(refusal::bad_request("The calendar is not an event calendar.")),
            },
            _ => Err(refusal::bad_request("Either calendarId or assignedUserId can be set, not both.")),
        }
    }

    fn put_block(&mut self, record: Appointment) -> BlockSlot {
        let mut block = BlockSlot::default();
        block.id = record.id.clone();
        block.location_id = record.location_id.clone();
        block.title = record.title.clone();
        (block.start_time, block.end_time) = (record.start_time, record.end_time);
        block.calendar_id.clone_from(&record.calendar_id);
        block.assigned_user_id.clone_from(&record.assigned_user_id);
        self.book.put_event(StoredEvent {
            occupied: Span::new(millis(record.start_time), millis(record.end_time)),
            record: Arc::new(record),
            meeting_location_type: None,
            block: true,
            series: false,
        });
        block
    }

    /// Deletes an event; of a series as a whole every instance.
    pub(super) fn delete_event(&mut self, id: &AppointmentId) {
        for instance in self.book.instances(id) {
            self.book.remove_event(&instance.record.id);
        }
        self.book.remove_event(id);
    }
}

fn is_event(calendar: &Calendar) -> bool {
    calendar.calendar_type == Some(CalendarType::Event)
}

fn takes_part(event: &Appointment, user: &UserId) -> bool {
    event.assigned_user_id.as_ref() == Some(user) || event.users.contains(user)
}

fn check_span(start: OffsetTime, end: OffsetTime) -> Result<()> {
    let mut wrong = Vec::new();
    check_times(start, end, &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(refusal::invalid(wrong)) }
}

/// A record stays in its sub-account.
pub(super) fn own_location(named: Option<&LocationId>, own: &LocationId) -> Result<()> {
    if named.is_some_and(|named| named != own) { Err(refusal::location()) } else { Ok(()) }
}
