//! Booking an appointment.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::calendars::{
    Appointment, AppointmentStatus, BookedAppointment, BookingOption, Calendar, CreateAppointment,
    EventAuthor, MeetingLocationType, RecurringFrequency,
};
use smbcrm_core::types::{AppointmentId, OffsetTime, Text, UserId};

use super::availability::{Ask, DAY, Offer, Rules, Series, Span, occurrences, offers, spare};
use super::book::{StoredEvent, millis};
use super::missing_calendar;
use super::notify::of_booking;
use super::place::Wish;
use super::slots::{TIMES, offset};
use crate::refusal;
use crate::world::{State, StoredUser};

/// The longest event that is taken: a leap year (assumed).
const MAX_LENGTH: i64 = 366 * DAY;

/// How far a calendar that books the next free slot looks for one.
const NEXT_WITHIN: i64 = 31 * DAY;

/// Names what is wrong with the times of an event.
pub(super) fn check_times(start: OffsetTime, end: OffsetTime, wrong: &mut Vec<String>) {
    let (start, end) = (millis(start), millis(end));
    for (name, at) in [("startTime", start), ("endTime", end)] {
        if !TIMES.contains(&at) {
            wrong.push(format!("{name} must be a valid ISO 8601 date string"));
        }
    }
    if end <= start {
        wrong.push("endTime must be after startTime".to_owned());
    } else if end.saturating_sub(start) > MAX_LENGTH {
        wrong.push("endTime must not be more than 366 days after startTime".to_owned());
    }
}

/// Names a status that nobody can give an appointment, and a kind of place that there is not.
pub(super) fn check_words(
    status: Option<&AppointmentStatus>,
    place: Option<&MeetingLocationType>,
    wrong: &mut Vec<String>,
) {
    use AppointmentStatus::{Active, Completed};
    if status.is_some_and(|status| !status.is_known() || matches!(status, Active | Completed)) {
        wrong.push("appointmentStatus must be a valid enum value".to_owned());
    }
    if place.is_some_and(|place| !place.is_known()) {
        wrong.push("meetingLocationType must be a valid enum value".to_owned());
    }
}

/// The end of a meeting of this length, with the offset of its start.
pub(super) fn end_after(start: OffsetTime, length: i64) -> OffsetTime {
    let delta = chrono::TimeDelta::milliseconds(length);
    start.get().checked_add_signed(delta).map_or(start, OffsetTime::from)
}

impl State {
    /// Books an appointment: the check and the booking are one, under the sub-account's lock.
    pub(crate) fn book_appointment(
        &mut self,
        input: CreateAppointment,
        users: &[StoredUser],
        now: DateTime<Utc>,
    ) -> Result<BookedAppointment> {
        let mut wrong = Vec::new();
        for (name, empty) in
            [("calendarId", input.calendar_id.is_empty()), ("contactId", input.contact_id.is_empty())]
        {
            if empty {
                wrong.push(format!("{name} should not be empty"));
            }
        }
        check_words(input.appointment_status.as_ref(), input.meeting_location_type.as_ref(), &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let Some(calendar) = self.book.calendar(&input.calendar_id).map(Arc::clone) else {
            return Err(missing_calendar(&input.calendar_id));
        };
        let rules = self.rules(&calendar);
        let end = input.end_time.unwrap_or_else(|| end_after(input.start_time, rules.duration));
        check_times(input.start_time, end, &mut wrong);
        let free = input.ignore_free_slot_validation.unwrap_or(false);
        // The rule counts together with the flag only.
        let series = match input.rrule.as_deref().filter(|_| free) {
            None => None,
            Some(rule) => {
                let starts = Series::parse(rule, rules.zone)
                    .and_then(|series| occurrences(&series, rules.zone, millis(input.start_time)));
                if starts.is_none() {
                    wrong.push("rrule must be a valid recurrence rule".to_owned());
                }
                starts
            }
        };
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if self.contacts.get(input.contact_id.as_str()).is_none() {
            return Err(refusal::not_found("Contact", input.contact_id.as_str()));
        }
        let span = Span::new(millis(input.start_time), millis(end));
        let offer = if free {
            let team = self.anybody(&rules, input.assigned_user_id.as_ref());
            let resources = spare(&rules, &self.book.diary, span, team.first(), &[]);
            Offer { span, team, resources }
        } else {
            let users = input.assigned_user_id.as_ref().map(std::slice::from_ref);
            let any_date = input.ignore_date_range.unwrap_or(false);
            self.find_offer(&calendar, &rules, span, users, any_date, &[], now)?
        };
        let series = series.or_else(|| (!free).then(|| own_series(&calendar, &rules, span.start)).flatten());
        let rule = match &series {
            Some(_) if free => input.rrule.clone(),
            Some(_) => own_rule(&calendar),
            None => None,
        };
        let notify = input.to_notify.unwrap_or(true);
        let event = self.describe(input, end, &calendar, &rules, offer, now);
        let lead = event.record.assigned_user_id.clone();
        let booked = match series {
            None => self.book.put_event(event),
            Some(starts) => self.put_series(event, &calendar, &rules, &starts, rule, free, now),
        };
        self.assign_contact(&calendar, &booked.record, lead, now);
        if notify {
            if let Some(happened) = of_booking(booked.record.appointment_status.as_ref()) {
                self.tell(&booked.record, &happened, users, now);
            }
            self.plan_reminders(&booked, now);
            for instance in self.book.instances(&booked.record.id) {
                self.plan_reminders(&instance, now);
            }
        }
        Ok(shown(&booked))
    }

    /// The slot as the calendar offers it now, or the refusal that it is gone.
    #[allow(clippy::too_many_arguments)] // each is one fact of the question
    pub(super) fn find_offer(
        &self,
        calendar: &Calendar,
        rules: &Rules,
        span: Span,
        users: Option<&[UserId]>,
        any_date: bool,
        except: &[AppointmentId],
        now: DateTime<Utc>,
    ) -> Result<Offer> {
        let ask = Ask {
            range: Span::new(span.start, span.start + 1),
            length: Some(span.length()),
            now: now.timestamp_millis(),
            any_date,
            // An event calendar has no members to choose among.
            users: users.filter(|_| rules.kind != super::availability::Kind::Event),
            except,
        };
        let open = calendar.is_active.unwrap_or(true);
        let found = if open { offers(rules, &self.book.diary, &ask) } else { Vec::new() };
        let mut offer = found.into_iter().next().ok_or_else(refusal::slot_taken)?;
        if offer.team.is_empty() {
            offer.team.extend(users.into_iter().flatten().cloned());
        }
        Ok(offer)
    }

    /// Who takes an appointment whose time is not checked: the one who is named, else all members of a collective
    /// calendar, else the member with the fewest.
    pub(super) fn anybody(&self, rules: &Rules, named: Option<&UserId>) -> Vec<UserId> {
        use super::availability::Kind;
        if let Some(named) = named {
            let others = rules.members.iter().filter(|_| rules.kind == Kind::Collective);
            let others = others.map(|member| &member.user).filter(|user| *user != named);
            return std::iter::once(named).chain(others).cloned().collect();
        }
        match rules.kind {
            Kind::Event => Vec::new(),
            Kind::Collective => {
                let mut members: Vec<_> = rules.members.iter().collect();
                members.sort_by_key(|member| !member.primary);
                members.into_iter().map(|member| member.user.clone()).collect()
            }
            _ => {
                let load = |user| self.book.diary.load(&rules.calendar, user);
                let least =
                    rules.members.iter().min_by_key(|member| (load(&member.user), u8::MAX - member.priority));
                least.map(|member| member.user.clone()).into_iter().collect()
            }
        }
    }

    /// The event that an input describes.
    fn describe(
        &mut self,
        input: CreateAppointment,
        end: OffsetTime,
        calendar: &Calendar,
        rules: &Rules,
        offer: Offer,
        now: DateTime<Utc>,
    ) -> StoredEvent {
        let mut record = Appointment::default();
        record.id = self.ids.record().into();
        record.calendar_id = Some(input.calendar_id);
        record.location_id = self.location.id.clone();
        record.title = input.title.unwrap_or_else(|| self.title(calendar, &input.contact_id));
        record.contact_id = Some(input.contact_id);
        record.group_id.clone_from(&calendar.group_id);
        let confirmed = calendar.auto_confirm.unwrap_or(true);
        let status = if confirmed { AppointmentStatus::Confirmed } else { AppointmentStatus::New };
        record.appointment_status = Some(input.appointment_status.unwrap_or(status));
        let mut team = offer.team.into_iter();
        record.assigned_user_id = team.next();
        record.users = team.collect();
        record.assigned_resources = offer.resources;
        record.notes.clone_from(&calendar.notes);
        record.description = input.description;
        record.is_recurring = Some(false);
        record.start_time = input.start_time;
        record.end_time = end;
        record.date_added = Some(now);
        record.date_updated = Some(now);
        let mut author = EventAuthor::default();
        author.source = "third_party".into();
        record.created_by = Some(author);
        let wish = Wish {
            kind: input.meeting_location_type,
            id: input.meeting_location_id,
            address: input.address,
            own: input.override_location_config,
        };
        let (kind, address) = wish.resolve(calendar, record.assigned_user_id.as_ref());
        record.address = address;
        StoredEvent {
            occupied: Span::new(millis(record.start_time), millis(end)).padded(rules.before, rules.after),
            record: Arc::new(record),
            meeting_location_type: kind,
            block: false,
            series: false,
        }
    }

    /// The calendar's title for an appointment of a contact.
    fn title(&self, calendar: &Calendar, contact: &smbcrm_core::types::ContactId) -> Text {
        let contact = self.contacts.get(contact.as_str());
        let name = contact.map(|contact| contact.full_name()).filter(|name| !name.is_empty());
        let name = name.or_else(|| contact?.email.as_ref().map(ToString::to_string)).unwrap_or_default();
        let form = calendar.event_title.as_deref().unwrap_or("{{contact.name}}");
        form.replace("{{contact.name}}", &name).replace("{{calendar.name}}", &calendar.name).into()
    }

    /// Makes the member the contact's owner, where the calendar says so.
    fn assign_contact(
        &mut self,
        calendar: &Calendar,
        booked: &Appointment,
        lead: Option<UserId>,
        now: DateTime<Utc>,
    ) {
        let (Some(contact), Some(lead)) = (&booked.contact_id, lead) else { return };
        if !calendar.should_assign_contact_to_team_member.unwrap_or(false) {
            return;
        }
        let skip = calendar.should_skip_assigning_contact_for_existing.unwrap_or(false);
        // The contact exists: the booking has just been checked.
        let _ = self.edit_contact(contact, now, |contact| {
            if contact.assigned_to.is_none() || !skip {
                contact.assigned_to = Some(lead);
            }
        });
    }

    /// Stores a series: the whole of it, and each instance. The first occurrence has been offered already.
    #[allow(clippy::too_many_arguments)] // each is one fact of the series
    fn put_series(
        &mut self,
        event: StoredEvent,
        calendar: &Calendar,
        rules: &Rules,
        starts: &[i64],
        rule: Option<Text>,
        unchecked: bool,
        now: DateTime<Utc>,
    ) -> Arc<StoredEvent> {
        let mut master = Appointment::clone(&event.record);
        master.is_recurring = Some(true);
        master.rrule = rule;
        let length = event.span().length();
        let users: Vec<UserId> = master.assigned_user_id.iter().cloned().collect();
        let users = (!users.is_empty()).then_some(users.as_slice());
        let recurring = calendar.recurring.as_ref();
        let option = recurring.and_then(|recurring| recurring.booking_option.clone()).unwrap_or_default();
        let overlap = recurring.and_then(|recurring| recurring.booking_overlap_default_status.as_deref());
        for start in starts {
            let mut record = master.clone();
            let mut at = *start;
            if unchecked {
                let span = Span::new(at, at + length);
                record.assigned_resources =
                    spare(rules, &self.book.diary, span, record.assigned_user_id.as_ref(), &[]);
            } else if at != event.span().start {
                let span = Span::new(at, at + length);
                match self.find_offer(calendar, rules, span, users, true, &[], now) {
                    Ok(offer) => record.assigned_resources = offer.resources,
                    Err(_) => match option {
                        BookingOption::Continue => {
                            let lead = record.assigned_user_id.as_ref();
                            record.assigned_resources = spare(rules, &self.book.diary, span, lead, &[]);
                            record.appointment_status = Some(overlap.unwrap_or("new").into());
                        }
                        BookingOption::BookNext => {
                            let Some(offer) = self.next_offer(rules, span, users, now) else { continue };
                            at = offer.span.start;
                            record.assigned_resources = offer.resources;
                        }
                        _ => continue,
                    },
                }
            }
            self.put_instance(record, &event, at, length, rules);
        }
        self.book.put_event(StoredEvent { record: Arc::new(master), series: true, ..event })
    }

    fn next_offer(
        &self,
        rules: &Rules,
        span: Span,
        users: Option<&[UserId]>,
        now: DateTime<Utc>,
    ) -> Option<Offer> {
        let ask = Ask {
            range: Span::new(span.start, span.start.saturating_add(NEXT_WITHIN)),
            length: Some(span.length()),
            now: now.timestamp_millis(),
            any_date: true,
            users,
            except: &[],
        };
        offers(rules, &self.book.diary, &ask).into_iter().next()
    }

    /// Stores one instance of a series, whose record is the master's.
    pub(super) fn put_instance(
        &mut self,
        mut record: Appointment,
        like: &StoredEvent,
        start: i64,
        length: i64,
        rules: &Rules,
    ) {
        let master = record.id.clone();
        let seconds = u32::try_from(length / 1_000).unwrap_or(u32::MAX);
        record.id = Appointment::instance_id(&master, start.into(), seconds);
        record.master_event_id = Some(master);
        record.start_time = offset(rules.zone, start);
        record.end_time = offset(rules.zone, start + length);
        self.book.put_event(StoredEvent {
            record: Arc::new(record),
            meeting_location_type: like.meeting_location_type.clone(),
            occupied: Span::new(start, start + length).padded(rules.before, rules.after),
            block: false,
            series: false,
        });
    }
}

/// The rule of a calendar whose bookings make a series.
fn own_rule(calendar: &Calendar) -> Option<Text> {
    let recurring = calendar.recurring.as_ref().filter(|_| calendar.enable_recurring.unwrap_or(false))?;
    let count = recurring.count.filter(|count| *count > 1)?;
    let frequency = recurring.freq.clone().unwrap_or(RecurringFrequency::Weekly);
    Some(format!("RRULE:FREQ={frequency};INTERVAL=1;COUNT={count}").into())
}

fn own_series(calendar: &Calendar, rules: &Rules, start: i64) -> Option<Vec<i64>> {
    let series = Series::parse(&own_rule(calendar)?, rules.zone)?;
    occurrences(&series, rules.zone, start)
}

/// What booking and changing answer.
pub(super) fn shown(event: &StoredEvent) -> BookedAppointment {
    let record = &event.record;
    let mut booked = BookedAppointment::default();
    booked.id = record.id.clone();
    booked.calendar_id = record.calendar_id.clone().unwrap_or_default();
    booked.location_id = record.location_id.clone();
    booked.contact_id = record.contact_id.clone().unwrap_or_default();
    booked.start_time = Some(record.start_time);
    booked.end_time = Some(record.end_time);
    booked.title = Some(record.title.clone());
    booked.meeting_location_type.clone_from(&event.meeting_location_type);
    booked.appointment_status.clone_from(&record.appointment_status);
    booked.assigned_user_id.clone_from(&record.assigned_user_id);
    booked.address.clone_from(&record.address);
    booked.is_recurring = record.is_recurring;
    booked.rrule.clone_from(&record.rrule);
    booked
}
