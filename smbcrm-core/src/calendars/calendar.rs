//! A calendar and its rules.

use super::{AvailabilityType, DateAvailability, LocationConfiguration, OpenHours, TeamMember};
use crate::types::{CalendarGroupId, CalendarId, Extra, LocationId, Text};
use crate::{open_enum, record, request};

/// How a calendar's members share its appointments. Fixed when the calendar is created.
#[open_enum]
pub enum CalendarType {
    /// Any free member takes an appointment.
    RoundRobin = "round_robin",
    /// Events without members.
    Event = "event",
    /// One member teaches a class of several seats.
    ClassBooking = "class_booking",
    /// All members take every appointment.
    Collective = "collective",
    /// Any free member provides a service, with rooms and equipment.
    ServiceBooking = "service_booking",
    /// One member's own calendar.
    Personal = "personal",
}

/// How a round robin chooses among its free members.
#[open_enum]
pub enum Distribution {
    /// Whoever is free, the preferred ones first.
    Availability = "RoundRobin_OptimizeForAvailability",
    /// Whoever has the fewest appointments, the preferred ones first among equals.
    EqualDistribution = "RoundRobin_OptimizeForEqualDistribution",
}

/// The layout of the booking widget.
#[open_enum]
pub enum WidgetType {
    /// The newer layout.
    Default = "default",
    /// The older layout.
    Classic = "classic",
}

/// The unit of a duration.
#[open_enum]
pub enum DurationUnit {
    /// Minutes.
    Minutes = "mins",
    /// Hours.
    Hours = "hours",
}

/// The unit of a booking notice or horizon.
#[open_enum]
pub enum PeriodUnit {
    /// Hours; of a notice only.
    Hours = "hours",
    /// Days.
    Days = "days",
    /// Weeks.
    Weeks = "weeks",
    /// Calendar months.
    Months = "months",
}

/// What happens when a form was sent.
#[open_enum]
pub enum FormSubmitType {
    /// A page is opened.
    RedirectUrl = "RedirectURL",
    /// A message is shown.
    ThankYouMessage = "ThankYouMessage",
}

/// What is asked about guests.
#[open_enum]
pub enum GuestType {
    /// How many there are.
    CountOnly = "count_only",
    /// Who they are.
    CollectDetail = "collect_detail",
}

/// How often a recurring appointment recurs.
#[open_enum]
pub enum RecurringFrequency {
    /// Every day.
    Daily = "DAILY",
    /// Every week.
    Weekly = "WEEKLY",
    /// Every month.
    Monthly = "MONTHLY",
}

/// What happens where a slot of a series is taken.
#[open_enum]
pub enum BookingOption {
    /// The slot is left out.
    Skip = "skip",
    /// The slot is booked all the same.
    Continue = "continue",
    /// The next free slot is booked instead.
    BookNext = "book_next",
}

/// The series that a booking makes.
#[request]
pub struct Recurring {
    /// How often it recurs.
    pub freq: Option<RecurringFrequency>,
    /// How many times, 24 at most.
    pub count: Option<u32>,
    /// What happens where a slot is taken.
    pub booking_option: Option<BookingOption>,
    /// The status of appointments that overlap others: `confirmed` or `new`.
    pub booking_overlap_default_status: Option<Text>,
}

/// Hiding free slots, so that a calendar looks busier than it is.
#[request]
pub struct LookBusy {
    /// Whether it does.
    pub enabled: bool,
    /// How many of the slots are hidden, in per cent. The wire begins this key with a capital.
    #[serde(rename = "LookBusyPercentage")]
    pub percentage: u32,
}

/// Who is notified by e-mail. Deprecated by the API in favour of [`super::Notification`].
#[request]
pub struct LegacyNotification {
    /// `email`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// The contact.
    pub should_send_to_contact: bool,
    /// Guests.
    pub should_send_to_guest: bool,
    /// The member.
    pub should_send_to_user: bool,
    /// The people of `selected_users`.
    pub should_send_to_selected_users: bool,
    /// E-mail addresses, separated by commas.
    pub selected_users: Text,
}

/// A calendar.
#[record]
pub struct Calendar {
    /// Its id.
    pub id: CalendarId,
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
    pub team_members: Vec<TeamMember>,
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
    pub location_configurations: Vec<LocationConfiguration>,
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
    pub open_hours: Vec<OpenHours>,
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
    pub availabilities: Vec<DateAvailability>,
    /// What is asked about guests.
    pub guest_type: Option<GuestType>,
    /// The text of the consent box.
    pub consent_label: Option<Text>,
    /// A picture.
    pub calendar_cover_image: Option<Text>,
    /// Whether it looks busier than it is.
    pub look_busy_config: Option<LookBusy>,
    /// Who is notified. Deprecated by the API in favour of [`super::Notification`].
    pub notifications: Vec<LegacyNotification>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
