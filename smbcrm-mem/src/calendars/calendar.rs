//! Calendars: creating, changing, deleting and listing them.

use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::calendars::{
    Calendar, CalendarType, CreateCalendar, DateAvailability, Distribution, DurationUnit, FormSubmitType,
    ListCalendars, LocationConfiguration, TeamMember, UpdateCalendar, WidgetType,
};
use smbcrm_core::types::{CalendarId, Patch, Text};

use super::missing_calendar;
use super::rules::DEFAULT_MINUTES;
use crate::refusal;
use crate::world::State;
use crate::world::ids::Ids;

/// Copies the fields that were given.
macro_rules! given {
    ($input:ident => $calendar:ident: $($field:ident)*) => {$(
        if $input.$field.is_some() {
            $calendar.$field = $input.$field;
        }
    )*};
}

impl State {
    pub(super) fn list_calendars(&self, query: &ListCalendars) -> Vec<Arc<Calendar>> {
        let drafts = query.show_drafted.unwrap_or(true);
        let calendars = self.book.calendars.iter().filter(|calendar| {
            query.group_id.as_ref().is_none_or(|group| calendar.group_id.as_ref() == Some(group))
                && (drafts || calendar.is_active.unwrap_or(true))
        });
        calendars.cloned().collect()
    }

    pub(crate) fn create_calendar(&mut self, input: CreateCalendar) -> Result<Arc<Calendar>> {
        let mut calendar = Calendar::default();
        calendar.location_id = self.location.id.clone();
        calendar.name = input.name;
        calendar.team_members = placed_members(input.team_members.unwrap_or_default());
        calendar.location_configurations = placed(input.location_configurations.unwrap_or_default());
        calendar.open_hours = input.open_hours.unwrap_or_default();
        calendar.notifications = input.notifications.unwrap_or_default();
        given!(input => calendar: is_active group_id calendar_type event_type description slug
            widget_slug widget_type event_title event_color meeting_location slot_duration
            slot_duration_unit slot_interval slot_interval_unit slot_buffer slot_buffer_unit pre_buffer
            pre_buffer_unit appointments_per_slot appointments_per_day allow_booking_after allow_booking_after_unit allow_booking_for
            allow_booking_for_unit enable_recurring recurring form_id sticky_contact is_live_payment_mode
            auto_confirm should_send_alert_emails_to_assigned_member alert_email google_invitation_emails allow_reschedule allow_cancellation
            should_assign_contact_to_team_member should_skip_assigning_contact_for_existing notes pixel_id form_submit_type form_submit_redirect_url
            form_submit_thanks_message availability_type guest_type consent_label calendar_cover_image look_busy_config);
        defaults(&mut calendar);
        let dates = input.availabilities.unwrap_or_default();
        // Checked before anything is minted: a refusal changes nothing, the next id included.
        calendar.availabilities.clone_from(&dates);
        self.check_calendar(&calendar)?;
        calendar.availabilities.clear();
        change_dates(&mut calendar.availabilities, dates, &mut self.ids)?;
        if calendar.slug.is_none() {
            calendar.slug = Some(self.free_slug(&calendar.name));
        }
        if calendar.widget_slug.is_none() {
            calendar.widget_slug.clone_from(&calendar.slug);
        }
        calendar.id = self.ids.record().into();
        let calendar = Arc::new(calendar);
        self.book.calendars.push(Arc::clone(&calendar));
        Ok(calendar)
    }

    pub(super) fn update_calendar(
        &mut self,
        id: &CalendarId,
        input: UpdateCalendar,
    ) -> Result<Arc<Calendar>> {
        let Some(at) = self.book.calendars.iter().position(|known| known.id == *id) else {
            return Err(missing_calendar(id));
        };
        let Some(known) = self.book.calendars.get(at) else { return Err(missing_calendar(id)) };
        let mut calendar = Calendar::clone(known);
        if let Some(name) = input.name {
            calendar.name = name;
        }
        if let Some(members) = input.team_members {
            calendar.team_members = placed_members(members);
        }
        if let Some(places) = input.location_configurations {
            calendar.location_configurations = placed(places);
        }
        if let Some(hours) = input.open_hours {
            calendar.open_hours = hours;
        }
        if let Some(notifications) = input.notifications {
            calendar.notifications = notifications;
        }
        match input.availability_type {
            Patch::Keep => {}
            Patch::Clear => calendar.availability_type = None,
            Patch::Set(kind) => calendar.availability_type = Some(kind),
        }
        given!(input => calendar: is_active group_id event_type description slug widget_slug
            widget_type event_title event_color meeting_location slot_duration slot_duration_unit
            slot_interval slot_interval_unit slot_buffer slot_buffer_unit pre_buffer pre_buffer_unit
            appointments_per_slot appointments_per_day allow_booking_after allow_booking_after_unit allow_booking_for allow_booking_for_unit
            enable_recurring recurring form_id sticky_contact is_live_payment_mode auto_confirm
            should_send_alert_emails_to_assigned_member alert_email google_invitation_emails allow_reschedule allow_cancellation should_assign_contact_to_team_member
            should_skip_assigning_contact_for_existing notes pixel_id form_submit_type form_submit_redirect_url form_submit_thanks_message
            guest_type consent_label calendar_cover_image look_busy_config);
        let mut ids = self.ids.clone();
        change_dates(&mut calendar.availabilities, input.availabilities.unwrap_or_default(), &mut ids)?;
        self.check_calendar(&calendar)?;
        self.ids = ids;
        let calendar = Arc::new(calendar);
        if let Some(slot) = self.book.calendars.edit().get_mut(at) {
            *slot = Arc::clone(&calendar);
        }
        Ok(calendar)
    }

    /// Deletes a calendar and what belongs to it: events, notifications, associations.
    pub(super) fn delete_calendar(&mut self, id: &CalendarId) {
        let book = &mut self.book;
        let events = book.events.iter().filter(|event| event.record.calendar_id.as_ref() == Some(id));
        let events: Vec<_> = events.map(|event| event.record.id.clone()).collect();
        events.iter().for_each(|event| book.remove_event(event));
        book.notifications.edit().retain(|known| known.calendar != *id);
        book.schedules
            .edit()
            .iter_mut()
            .for_each(|known| known.calendar_ids.retain(|calendar| calendar != id));
        book.resources
            .edit()
            .iter_mut()
            .for_each(|known| known.calendar_ids.retain(|calendar| calendar != id));
        book.calendars.edit().retain(|known| known.id != *id);
    }

    /// A slug made of a name that no calendar has.
    fn free_slug(&self, name: &str) -> Text {
        let base = slug(name);
        let taken = |slug: &str| self.book.calendars.iter().any(|known| known.slug.as_deref() == Some(slug));
        let mut slug = base.clone();
        let mut number = 1;
        while taken(&slug) {
            number += 1;
            slug = format!("{base}-{number}");
        }
        slug.into()
    }
}

/// Lower case, what is no letter or digit as single dashes.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "calendar".to_owned() } else { slug }
}

/// The documentation's defaults. A calendar whose type is not said is a round robin where it has members, and an
/// event calendar otherwise (assumed).
fn defaults(calendar: &mut Calendar) {
    let kind = if calendar.team_members.is_empty() { CalendarType::Event } else { CalendarType::RoundRobin };
    let kind = calendar.calendar_type.get_or_insert(kind);
    if *kind == CalendarType::RoundRobin {
        calendar.event_type.get_or_insert(Distribution::Availability);
    }
    calendar.is_active.get_or_insert(true);
    calendar.widget_type.get_or_insert(WidgetType::Classic);
    calendar.event_title.get_or_insert_with(|| "{{contact.name}}".into());
    calendar.event_color.get_or_insert_with(|| "#039be5".into());
    calendar.slot_duration.get_or_insert(DEFAULT_MINUTES);
    calendar.slot_duration_unit.get_or_insert(DurationUnit::Minutes);
    calendar.slot_interval.get_or_insert(DEFAULT_MINUTES);
    calendar.slot_interval_unit.get_or_insert(DurationUnit::Minutes);
    calendar.appointments_per_slot.get_or_insert(1);
    calendar.enable_recurring.get_or_insert(false);
    calendar.auto_confirm.get_or_insert(true);
    calendar.google_invitation_emails.get_or_insert(false);
    calendar.allow_reschedule.get_or_insert(true);
    calendar.allow_cancellation.get_or_insert(true);
    calendar.form_submit_type.get_or_insert(FormSubmitType::ThankYouMessage);
}

/// Places with the ids that appointments name them by, and members with a priority.
fn placed_members(mut members: Vec<TeamMember>) -> Vec<TeamMember> {
    for member in &mut members {
        member.priority.get_or_insert(0.5);
        member.location_configurations = member.location_configurations.take().map(placed);
    }
    members
}

fn placed(mut places: Vec<LocationConfiguration>) -> Vec<LocationConfiguration> {
    for (at, place) in places.iter_mut().enumerate() {
        place.meeting_id = Some(format!("{}_{at}", place.kind).into());
    }
    places
}

/// Adds, changes and deletes dates; those that are not named stay.
fn change_dates(
    dates: &mut Vec<DateAvailability>,
    changes: Vec<DateAvailability>,
    ids: &mut Ids,
) -> Result<()> {
    for mut change in changes {
        let deleted = change.deleted.take().unwrap_or(false);
        let Some(id) = change.id.clone() else {
            if !deleted {
                change.id = Some(ids.record());
                dates.push(change);
            }
            continue;
        };
        match dates.iter().position(|known| known.id.as_ref() == Some(&id)) {
            None => return Err(refusal::not_found("Availability", &id)),
            Some(at) if deleted => drop(dates.remove(at)),
            Some(at) => {
                if let Some(slot) = dates.get_mut(at) {
                    *slot = change;
                }
            }
        }
    }
    Ok(())
}
