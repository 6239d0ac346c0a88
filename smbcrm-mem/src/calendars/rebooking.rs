//! Changing an appointment: moving it, giving it to somebody else, cancelling it.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::calendars::{Appointment, BookedAppointment, Calendar, UpdateAppointment};
use smbcrm_core::types::{AppointmentId, OffsetTime};

use super::availability::{Edge, Offer, Rules, Series, Span, instant, local, occurrences, spare};
use super::book::{StoredEvent, millis};
use super::booking::{check_times, check_words, end_after, shown};
use super::notify::of_change;
use super::place::Wish;
use super::{missing_appointment, missing_calendar};
use crate::refusal;
use crate::world::{State, StoredUser};

/// A change that has been checked as far as it can be without the diary.
struct Move {
    calendar: Arc<Calendar>,
    rules: Rules,
    start: OffsetTime,
    end: OffsetTime,
    /// Whether the time must be a free slot.
    checked: bool,
}

impl State {
    /// Changes an appointment that exists. Of a series as a whole, every instance changes.
    pub(crate) fn change_appointment(
        &mut self,
        id: &AppointmentId,
        input: &UpdateAppointment,
        users: &[StoredUser],
        now: DateTime<Utc>,
    ) -> Result<BookedAppointment> {
        let Some(known) = self.book.event(id).filter(|event| !event.block).map(Arc::clone) else {
            return Err(missing_appointment(id));
        };
        let change = self.plan(&known, input)?;
        let notify = input.to_notify.unwrap_or(true);
        let after = if known.series {
            self.change_series(&known, input, &change, notify, now)?
        } else {
            let except = std::slice::from_ref(&known.record.id);
            let offer = self.offer_for(&known, input, &change, except, now)?;
            let changed = changed(&known, input, &change, offer, now);
            self.put_changed(changed, notify, now)
        };
        if notify {
            for happened in of_change(&known.record, &after.record) {
                self.tell(&after.record, &happened, users, now);
            }
        }
        Ok(shown(&after))
    }

    /// Stores an event that was changed, and moves what is to be told of it along. Nobody who was not to be reminded
    /// before is reminded now, unless people are to be told.
    fn put_changed(&mut self, event: StoredEvent, notify: bool, now: DateTime<Utc>) -> Arc<StoredEvent> {
        let had = self.drop_reminders(&event.record.id);
        let stored = self.book.put_event(event);
        if had || notify {
            self.plan_reminders(&stored, now);
        }
        stored
    }

    fn plan(&self, known: &StoredEvent, input: &UpdateAppointment) -> Result<Move> {
        let mut wrong = Vec::new();
        check_words(input.appointment_status.as_ref(), input.meeting_location_type.as_ref(), &mut wrong);
        let start = input.start_time.unwrap_or(known.record.start_time);
        let end = match (input.end_time, input.start_time) {
            (Some(end), _) => end,
            (None, Some(start)) => end_after(start, known.span().length()),
            (None, None) => known.record.end_time,
        };
        check_times(start, end, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let of_now = known.record.calendar_id.clone().unwrap_or_default();
        let calendar = input.calendar_id.as_ref().unwrap_or(&of_now);
        let Some(calendar) = self.book.calendar(calendar).map(Arc::clone) else {
            return Err(missing_calendar(calendar));
        };
        let rules = self.rules(&calendar);
        let moved = Span::new(millis(start), millis(end)) != known.span() || calendar.id != of_now;
        let given =
            input.assigned_user_id.is_some() && input.assigned_user_id != known.record.assigned_user_id;
        let after = StoredEvent { record: Arc::new(with_status(&known.record, input)), ..known.clone() };
        let checked = after.is_busy()
            && (moved || given || !known.is_busy())
            && !input.ignore_free_slot_validation.unwrap_or(false);
        Ok(Move { calendar, rules, start, end, checked })
    }

    /// Who takes the appointment after the change, and with what.
    fn offer_for(
        &self,
        known: &StoredEvent,
        input: &UpdateAppointment,
        change: &Move,
        except: &[AppointmentId],
        now: DateTime<Utc>,
    ) -> Result<Offer> {
        let span = Span::new(millis(change.start), millis(change.end));
        let record = &known.record;
        let same_calendar = record.calendar_id.as_ref() == Some(&change.calendar.id);
        let user =
            input.assigned_user_id.as_ref().or(record.assigned_user_id.as_ref().filter(|_| same_calendar));
        if change.checked {
            let any_date = input.ignore_date_range.unwrap_or(false);
            let users = user.map(std::slice::from_ref);
            return self.find_offer(&change.calendar, &change.rules, span, users, any_date, except, now);
        }
        let team: Vec<_> = if input.assigned_user_id.is_none() && same_calendar {
            record.assigned_user_id.iter().chain(&record.users).cloned().collect()
        } else {
            self.anybody(&change.rules, user)
        };
        // What it has it keeps as long as it stays where it is.
        let resources = if same_calendar && span == known.span() {
            record.assigned_resources.clone()
        } else {
            spare(&change.rules, &self.book.diary, span, team.first(), except)
        };
        Ok(Offer { span, team, resources })
    }

    fn change_series(
        &mut self,
        master: &Arc<StoredEvent>,
        input: &UpdateAppointment,
        change: &Move,
        notify: bool,
        now: DateTime<Utc>,
    ) -> Result<Arc<StoredEvent>> {
        let instances = self.book.instances(&master.record.id);
        let unchecked = input.ignore_free_slot_validation.unwrap_or(false);
        let rule = input.rrule.as_ref().filter(|_| unchecked);
        let length = millis(change.end) - millis(change.start);
        // A series moves on the clocks on the wall: one that was at nine and moves to ten is at ten all year.
        let zone = change.rules.zone;
        let by = local(zone, millis(change.start)) - local(zone, master.span().start);
        let moved = |start: i64| match local(zone, start).checked_add_signed(by) {
            Some(there) if !by.is_zero() => instant(zone, there, Edge::Start),
            _ => start,
        };
        // Which instances there are afterwards, and what each is made of.
        let mut plan: Vec<(Arc<StoredEvent>, i64)> = Vec::new();
        if let Some(rule) = rule {
            let starts = Series::parse(rule, change.rules.zone)
                .and_then(|series| occurrences(&series, change.rules.zone, millis(change.start)))
                .ok_or_else(|| refusal::invalid(vec!["rrule must be a valid recurrence rule".to_owned()]))?;
            plan.extend(starts.into_iter().map(|start| (Arc::clone(master), start)));
        } else {
            plan.extend(instances.iter().map(|known| (Arc::clone(known), moved(known.span().start))));
        }
        let except: Vec<AppointmentId> = instances.iter().map(|known| known.record.id.clone()).collect();
        let mut after = Vec::with_capacity(plan.len());
        for (known, start) in plan {
            let one = Move {
                calendar: Arc::clone(&change.calendar),
                rules: change.rules.clone(),
                start: super::slots::offset(change.rules.zone, start),
                end: super::slots::offset(change.rules.zone, start + length),
                checked: change.checked,
            };
            // All are offered before any is moved: a refusal changes nothing.
            let offer = self.offer_for(&known, input, &one, &except, now)?;
            let mut event = changed(&known, input, &one, offer, now);
            if known.series {
                event.series = false;
                let record = Arc::make_mut(&mut event.record);
                let seconds = u32::try_from(length / 1_000).unwrap_or(u32::MAX);
                record.id = Appointment::instance_id(&master.record.id, start.into(), seconds);
                record.master_event_id = Some(master.record.id.clone());
            }
            after.push(event);
        }
        let offer = self.offer_for(master, input, &Move { checked: false, ..clone(change) }, &except, now)?;
        let mut whole = changed(master, input, change, offer, now);
        if let Some(rule) = rule {
            Arc::make_mut(&mut whole.record).rrule = Some(rule.clone());
        }
        // An instance that moves stays the same one, notes and all; a new rule makes new ones.
        let stays: HashSet<&AppointmentId> = after.iter().map(|event| &event.record.id).collect();
        for known in instances.iter().filter(|known| !stays.contains(&known.record.id)) {
            self.book.remove_event(&known.record.id);
        }
        for mut event in after {
            Arc::make_mut(&mut event.record).rrule.clone_from(&whole.record.rrule);
            self.put_changed(event, notify, now);
        }
        Ok(self.book.put_event(whole))
    }
}

fn clone(change: &Move) -> Move {
    Move { calendar: Arc::clone(&change.calendar), rules: change.rules.clone(), ..*change }
}

fn with_status(record: &Appointment, input: &UpdateAppointment) -> Appointment {
    let mut record = record.clone();
    if input.appointment_status.is_some() {
        record.appointment_status.clone_from(&input.appointment_status);
    }
    record
}

/// The event after a change.
fn changed(
    known: &StoredEvent,
    input: &UpdateAppointment,
    change: &Move,
    offer: Offer,
    now: DateTime<Utc>,
) -> StoredEvent {
    let mut record = with_status(&known.record, input);
    record.calendar_id = Some(change.calendar.id.clone());
    record.group_id.clone_from(&change.calendar.group_id);
    (record.start_time, record.end_time) = (change.start, change.end);
    let mut team = offer.team.into_iter();
    record.assigned_user_id = team.next();
    record.users = team.collect();
    record.assigned_resources = offer.resources;
    if let Some(title) = &input.title {
        record.title = title.clone();
    }
    if input.description.is_some() {
        record.description.clone_from(&input.description);
    }
    record.date_updated = Some(now);
    let wish = Wish {
        kind: input.meeting_location_type.clone(),
        id: input.meeting_location_id.clone(),
        address: input.address.clone(),
        own: input.override_location_config,
    };
    let mut place = known.meeting_location_type.clone();
    if wish.is_some() {
        (place, record.address) = wish.resolve(&change.calendar, record.assigned_user_id.as_ref());
    }
    // An event that stays where it is keeps the buffers that it was booked with.
    let span = Span::new(millis(change.start), millis(change.end));
    let stays = span == known.span() && known.record.calendar_id == record.calendar_id;
    StoredEvent {
        occupied: if stays { known.occupied } else { span.padded(change.rules.before, change.rules.after) },
        record: Arc::new(record),
        meeting_location_type: place,
        block: false,
        series: known.series,
    }
}
