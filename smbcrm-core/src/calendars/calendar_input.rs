//! What writes of calendars take.

use super::{
    AvailabilityType, CalendarType, DateAvailability, Distribution, DurationUnit, FormSubmitType, GuestType,
    LegacyNotification, LocationConfiguration, LookBusy, OpenHours, PeriodUnit, Recurring, TeamMember,
    WidgetType,
};
use crate::request;
use crate::types::{CalendarGroupId, LocationId, Patch, Text};

/// Which calendars to list.
#[request]
pub struct ListCalendars {
    /// The sub-account.
    pub location_id: LocationId,
    /// Of this group only.
    pub group_id: Option<CalendarGroupId>,
    /// Whether drafts are listed; they are unless told otherwise.
    pub show_drafted: Option<bool>,
}

/// A calendar to create.
///
/// What is left out has the documentation's default: slots of 30 minutes every 30 minutes, one appointment a slot,
/// confirmed at once. A calendar without hours is never open.
#[request]
pub struct CreateCalendar {
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// Whether it can be booked; otherwise it is a draft.
    pub is_active: Option<bool>,
    /// Its group.
    pub group_id: Option<CalendarGroupId>,
    /// How its members share appointments.
    pub calendar_type: Option<CalendarType>,
    /// How a round robin chooses among its members.
    pub event_type: Option<Distribution>,
    /// Who takes its appointments.
    pub team_members: Option<Vec<TeamMember>>,
    /// What it is for.
    pub description: Option<Text>,
    /// Its name in links, unique in the sub-account.
    pub slug: Option<Text>,
    /// Its name in links to the widget.
    pub widget_slug: Option<Text>,
    /// The layout of its widget.
    pub widget_type: Option<WidgetType>,
    /// The title of its appointments; merge fields are filled in.
    pub event_title: Option<Text>,
    /// The colour of its appointments.
    pub event_color: Option<Text>,
    /// The place. Deprecated by the API in favour of `location_configurations`.
    pub meeting_location: Option<Text>,
    /// Where meetings of an event calendar take place.
    pub location_configurations: Option<Vec<LocationConfiguration>>,
    /// How long an appointment is.
    pub slot_duration: Option<u32>,
    /// The unit of `slot_duration`.
    pub slot_duration_unit: Option<DurationUnit>,
    /// How far apart slots begin.
    pub slot_interval: Option<u32>,
    /// The unit of `slot_interval`.
    pub slot_interval_unit: Option<DurationUnit>,
    /// How long members are busy after an appointment.
    pub slot_buffer: Option<u32>,
    /// The unit of `slot_buffer`.
    pub slot_buffer_unit: Option<DurationUnit>,
    /// How long members are busy before an appointment.
    pub pre_buffer: Option<u32>,
    /// The unit of `pre_buffer`.
    pub pre_buffer_unit: Option<DurationUnit>,
    /// How many appointments a member takes at the same time; the seats of a class. The wire misspells it.
    #[serde(rename = "appoinmentPerSlot")]
    pub appointments_per_slot: Option<u32>,
    /// How many appointments there are a day. The wire misspells it.
    #[serde(rename = "appoinmentPerDay")]
    pub appointments_per_day: Option<u32>,
    /// How far ahead an appointment must be booked.
    pub allow_booking_after: Option<u32>,
    /// The unit of `allow_booking_after`.
    pub allow_booking_after_unit: Option<PeriodUnit>,
    /// How far ahead an appointment may be booked.
    pub allow_booking_for: Option<u32>,
    /// The unit of `allow_booking_for`.
    pub allow_booking_for_unit: Option<PeriodUnit>,
    /// When it is open, by weekday.
    pub open_hours: Option<Vec<OpenHours>>,
    /// Whether a booking makes a series.
    pub enable_recurring: Option<bool>,
    /// The series that a booking makes.
    pub recurring: Option<Recurring>,
    /// The form that is filled in to book.
    pub form_id: Option<Text>,
    /// Whether the widget knows its visitor again.
    pub sticky_contact: Option<bool>,
    /// Whether payments are real.
    pub is_live_payment_mode: Option<bool>,
    /// Whether appointments are confirmed at once.
    pub auto_confirm: Option<bool>,
    /// Whether the member is told by e-mail.
    pub should_send_alert_emails_to_assigned_member: Option<bool>,
    /// Who else is told by e-mail.
    pub alert_email: Option<Text>,
    /// Whether Google sends invitations.
    pub google_invitation_emails: Option<bool>,
    /// Whether contacts may move their appointments.
    pub allow_reschedule: Option<bool>,
    /// Whether contacts may cancel their appointments.
    pub allow_cancellation: Option<bool>,
    /// Whether a contact's owner becomes the member who takes the appointment.
    pub should_assign_contact_to_team_member: Option<bool>,
    /// Whether contacts who have an owner keep them.
    pub should_skip_assigning_contact_for_existing: Option<bool>,
    /// Notes added to its appointments.
    pub notes: Option<Text>,
    /// A Facebook pixel.
    pub pixel_id: Option<Text>,
    /// What happens when the form was sent.
    pub form_submit_type: Option<FormSubmitType>,
    /// The page that is opened. The wire writes URL in capitals.
    #[serde(rename = "formSubmitRedirectURL")]
    pub form_submit_redirect_url: Option<Text>,
    /// The message that is shown.
    pub form_submit_thanks_message: Option<Text>,
    /// Which rules it opens by; by both when it says nothing.
    pub availability_type: Option<AvailabilityType>,
    /// When it is open, by date.
    pub availabilities: Option<Vec<DateAvailability>>,
    /// What is asked about guests.
    pub guest_type: Option<GuestType>,
    /// The text of the consent box.
    pub consent_label: Option<Text>,
    /// A picture.
    pub calendar_cover_image: Option<Text>,
    /// Whether it looks busier than it is.
    pub look_busy_config: Option<LookBusy>,
    /// Who is notified. Deprecated by the API in favour of [`super::Notification`].
    pub notifications: Option<Vec<LegacyNotification>>,
}

/// Changes to a calendar. What is not set stays; lists replace lists, except for `availabilities`, which change,
/// add and delete dates one by one. Its type and sub-account are fixed.
#[request]
pub struct UpdateCalendar {
    /// Its name.
    pub name: Option<Text>,
    /// Whether it can be booked; otherwise it is a draft.
    pub is_active: Option<bool>,
    /// Its group.
    pub group_id: Option<CalendarGroupId>,
    /// How a round robin chooses among its members.
    pub event_type: Option<Distribution>,
    /// Who takes its appointments.
    pub team_members: Option<Vec<TeamMember>>,
    /// What it is for.
    pub description: Option<Text>,
    /// Its name in links, unique in the sub-account.
    pub slug: Option<Text>,
    /// Its name in links to the widget.
    pub widget_slug: Option<Text>,
    /// The layout of its widget.
    pub widget_type: Option<WidgetType>,
    /// The title of its appointments; merge fields are filled in.
    pub event_title: Option<Text>,
    /// The colour of its appointments.
    pub event_color: Option<Text>,
    /// The place. Deprecated by the API in favour of `location_configurations`.
    pub meeting_location: Option<Text>,
    /// Where meetings of an event calendar take place.
    pub location_configurations: Option<Vec<LocationConfiguration>>,
    /// How long an appointment is.
    pub slot_duration: Option<u32>,
    /// The unit of `slot_duration`.
    pub slot_duration_unit: Option<DurationUnit>,
    /// How far apart slots begin.
    pub slot_interval: Option<u32>,
    /// The unit of `slot_interval`.
    pub slot_interval_unit: Option<DurationUnit>,
    /// How long members are busy after an appointment.
    pub slot_buffer: Option<u32>,
    /// The unit of `slot_buffer`. Undocumented here, and taken all the same (assumed).
    pub slot_buffer_unit: Option<DurationUnit>,
    /// How long members are busy before an appointment.
    pub pre_buffer: Option<u32>,
    /// The unit of `pre_buffer`.
    pub pre_buffer_unit: Option<DurationUnit>,
    /// How many appointments a member takes at the same time; the seats of a class. The wire misspells it.
    #[serde(rename = "appoinmentPerSlot")]
    pub appointments_per_slot: Option<u32>,
    /// How many appointments there are a day. The wire misspells it.
    #[serde(rename = "appoinmentPerDay")]
    pub appointments_per_day: Option<u32>,
    /// How far ahead an appointment must be booked.
    pub allow_booking_after: Option<u32>,
    /// The unit of `allow_booking_after`.
    pub allow_booking_after_unit: Option<PeriodUnit>,
    /// How far ahead an appointment may be booked.
    pub allow_booking_for: Option<u32>,
    /// The unit of `allow_booking_for`.
    pub allow_booking_for_unit: Option<PeriodUnit>,
    /// When it is open, by weekday.
    pub open_hours: Option<Vec<OpenHours>>,
    /// Whether a booking makes a series.
    pub enable_recurring: Option<bool>,
    /// The series that a booking makes.
    pub recurring: Option<Recurring>,
    /// The form that is filled in to book.
    pub form_id: Option<Text>,
    /// Whether the widget knows its visitor again.
    pub sticky_contact: Option<bool>,
    /// Whether payments are real.
    pub is_live_payment_mode: Option<bool>,
    /// Whether appointments are confirmed at once.
    pub auto_confirm: Option<bool>,
    /// Whether the member is told by e-mail.
    pub should_send_alert_emails_to_assigned_member: Option<bool>,
    /// Who else is told by e-mail.
    pub alert_email: Option<Text>,
    /// Whether Google sends invitations.
    pub google_invitation_emails: Option<bool>,
    /// Whether contacts may move their appointments.
    pub allow_reschedule: Option<bool>,
    /// Whether contacts may cancel their appointments.
    pub allow_cancellation: Option<bool>,
    /// Whether a contact's owner becomes the member who takes the appointment.
    pub should_assign_contact_to_team_member: Option<bool>,
    /// Whether contacts who have an owner keep them.
    pub should_skip_assigning_contact_for_existing: Option<bool>,
    /// Notes added to its appointments.
    pub notes: Option<Text>,
    /// A Facebook pixel.
    pub pixel_id: Option<Text>,
    /// What happens when the form was sent.
    pub form_submit_type: Option<FormSubmitType>,
    /// The page that is opened. The wire writes URL in capitals.
    #[serde(rename = "formSubmitRedirectURL")]
    pub form_submit_redirect_url: Option<Text>,
    /// The message that is shown.
    pub form_submit_thanks_message: Option<Text>,
    /// Which rules it opens by; cleared, by both.
    pub availability_type: Patch<AvailabilityType>,
    /// When it is open, by date.
    pub availabilities: Option<Vec<DateAvailability>>,
    /// What is asked about guests.
    pub guest_type: Option<GuestType>,
    /// The text of the consent box.
    pub consent_label: Option<Text>,
    /// A picture.
    pub calendar_cover_image: Option<Text>,
    /// Whether it looks busier than it is.
    pub look_busy_config: Option<LookBusy>,
    /// Who is notified. Deprecated by the API in favour of [`super::Notification`].
    pub notifications: Option<Vec<LegacyNotification>>,
}
