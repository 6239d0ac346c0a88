//! Books an appointment: `cargo run --example book_appointment [TIME ZONE]`.
//!
//! A visitor in their own time zone is offered free times of a round-robin calendar, takes one, moves it, and cancels
//! it. On the way a second visitor wants the same time, whose last seat is gone: the app offers the nearest others.
//!
//! Without further ado it works against an in-memory CRM that it starts itself. With `SMBCRM_TOKEN`,
//! `SMBCRM_LOCATION_ID` and `SMBCRM_CALENDAR_ID` set (and `SMBCRM_BASE_URL`, if it is not the usual one) it books in
//! that calendar. It notifies nobody there, and leaves two contacts (`…@vale.example`) and cancelled appointments.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use chrono::{DateTime, Duration, Utc};
use smbcrm_client::Client;
use smbcrm_core::calendars::{
    AppointmentStatus, BookedAppointment, CalendarType, CreateAppointment, CreateCalendar,
    CreateNotification, Distribution, FreeSlotsQuery, Hours, NotificationChannel, NotificationReceiver,
    NotificationType, OpenHours, PeriodUnit, TeamMember, UpdateAppointment,
};
use smbcrm_core::contacts::UpsertContact;
use smbcrm_core::types::{AppointmentId, CalendarId, ContactId, LocationId, OffsetTime};
use smbcrm_core::{Crm, ErrorKind, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::{Clock, MemCrm, MemServer, RateLimits};

/// How far ahead we look for a free time, in windows of the longest kind that the API takes.
const WINDOWS: i32 = 3;
const WINDOW: Duration = Duration::days(31);

// ANCHOR: app
/// The calendar, and how it is offered to visitors.
struct Bookings<'a> {
    crm: &'a dyn Crm,
    location: &'a LocationId,
    calendar: &'a CalendarId,
    /// Whether people are told of what happens to their appointments.
    notify: bool,
}

/// What became of a wish.
enum Outcome {
    /// It is booked.
    Booked(Box<BookedAppointment>),
    /// Somebody was faster: these are free instead.
    Taken(Vec<OffsetTime>),
}

impl Bookings<'_> {
    /// The next free times from an instant on, as the clocks of the visitor's time zone show them.
    async fn free(&self, zone: &str, from: DateTime<Utc>, count: usize) -> Result<Vec<OffsetTime>> {
        let mut free = Vec::new();
        for window in 0..WINDOWS {
            let start = from + WINDOW * window;
            let asked = FreeSlotsQuery::new(start, start + WINDOW).timezone(zone);
            free.extend(self.crm.calendars().free_slots(self.calendar, asked).await?.iter());
            if free.len() >= count {
                break;
            }
        }
        free.truncate(count);
        Ok(free)
    }

    /// Books a time that was free when the visitor saw it.
    async fn book(&self, visitor: &ContactId, zone: &str, slot: OffsetTime) -> Result<Outcome> {
        // A slot goes back as it came. Looking first whether it is still free would only narrow the race.
        let wish = CreateAppointment::new(self.calendar, self.location, visitor, slot).to_notify(self.notify);
        match self.crm.calendars().create_appointment(wish).await {
            Ok(booked) => Ok(Outcome::Booked(Box::new(booked))),
            // The one refusal that a visitor can do something about.
            Err(error) if error.kind() == ErrorKind::Conflict => {
                Ok(Outcome::Taken(self.free(zone, slot.instant(), 3).await?))
            }
            Err(error) => Err(error),
        }
    }

    /// Moves an appointment; where it cannot go there it stays where it is.
    async fn reschedule(&self, id: &AppointmentId, zone: &str, to: OffsetTime) -> Result<Outcome> {
        let known = self.crm.calendars().get_appointment(id).await?.appointment;
        let mut change = UpdateAppointment::new().start_time(to).to_notify(self.notify);
        // Whoever was to take it takes it then: a round robin may insist on a name.
        change.assigned_user_id = known.assigned_user_id;
        match self.crm.calendars().update_appointment(id, change).await {
            Ok(moved) => Ok(Outcome::Booked(Box::new(moved))),
            Err(error) if error.kind() == ErrorKind::Conflict => {
                Ok(Outcome::Taken(self.free(zone, to.instant(), 3).await?))
            }
            Err(error) => Err(error),
        }
    }

    /// Cancels an appointment. It stays on record, and its time is free again.
    async fn cancel(&self, id: &AppointmentId) -> Result<()> {
        let change =
            UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled).to_notify(self.notify);
        self.crm.calendars().update_appointment(id, change).await.map(drop)
    }
}
// ANCHOR_END: app

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let zone = std::env::args().nth(1).unwrap_or_else(|| "Europe/Berlin".to_owned());
    // The server, when it is ours, runs until `place` goes out of scope.
    let place = Place::from_env().await?;
    let (crm, location) = (&place.client as &dyn Crm, &place.location);
    let bookings = Bookings { crm, location, calendar: &place.calendar, notify: place.server.is_some() };
    let calendar = crm.calendars().get(&place.calendar).await?;
    let seats = calendar.team_members.len().max(1) * calendar.appointments_per_slot.unwrap_or(1) as usize;
    if seats > 10 {
        return Err(Failure::new("this example fills a whole slot: choose a calendar of ten seats or fewer"));
    }
    println!("Calendar \"{}\": {seats} at a time. The visitor is in {zone}.\n", calendar.name);

    // Not before the calendar's booking notice, with a margin for the visitor to make up their mind.
    let free = bookings.free(&zone, Utc::now() + Duration::hours(3), 6).await?;
    let Some(first) = free.first().copied() else {
        return Err(Failure::new("nothing is free in the next three months"));
    };
    println!("  free      {}", list(&free));

    let ada = visitor(crm, location, "Ada Vale", "ada@vale.example").await?;
    let Outcome::Booked(mine) = bookings.book(&ada, &zone, first).await? else {
        return Err(Failure::new("somebody booked that time between our two calls: try again"));
    };
    println!("  booked    Ada, {}, with {}", clock(first), taker(&mine));

    // Others want the same time. Each member takes one of them; then the last seat is gone.
    let grace = visitor(crm, location, "Grace Marsh", "grace@vale.example").await?;
    let mut others = Vec::new();
    let instead = loop {
        match bookings.book(&grace, &zone, first).await? {
            Outcome::Booked(more) if others.len() <= seats => {
                println!("  booked    Grace, the same time, with {}", taker(&more));
                others.push(more.id);
            }
            Outcome::Booked(more) => {
                return Err(Failure::new(format!("{} is one appointment too many", more.id)));
            }
            Outcome::Taken(instead) => break instead,
        }
    };
    println!("  refused   Grace, once more: the last seat is gone. Offered instead: {}", list(&instead));
    if instead.contains(&first) {
        return Err(Failure::new("a full time is still offered"));
    }
    let Some(next) = instead.first().copied() else {
        return Err(Failure::new("nothing else is free"));
    };
    match bookings.book(&grace, &zone, next).await? {
        Outcome::Booked(booked) => {
            println!("  booked    Grace, {}, with {}", clock(next), taker(&booked));
            others.push(booked.id);
        }
        Outcome::Taken(_) => println!("  refused   Grace, again: it is a busy calendar"),
    }

    // Something came up: Ada wants to come later.
    let later = bookings.free(&zone, next.instant() + Duration::days(1), 1).await?;
    if let Some(later) = later.first().copied() {
        match bookings.reschedule(&mine.id, &zone, later).await? {
            Outcome::Booked(moved) => {
                println!("  moved     Ada, to {}, still with {}", clock(later), taker(&moved));
            }
            Outcome::Taken(instead) => {
                println!("  stays     Ada: {} is taken, {} are free", clock(later), list(&instead));
            }
        }
        println!("  free now  {}", list(&bookings.free(&zone, first.instant(), 1).await?));
    }

    for id in others.iter().chain([&mine.id]) {
        bookings.cancel(id).await?;
    }
    let again = bookings.free(&zone, first.instant(), 1).await?;
    println!("  cancelled all of them; the first free time is {}", list(&again));

    if let Some(server) = &place.server {
        println!("\nWhat people were told:");
        for sent in server.crm().admin().outbox() {
            if let Some(email) = sent.email() {
                println!("  to {}: {}", email.to.join(", "), email.subject.as_deref().unwrap_or_default());
            }
        }
    }
    Ok(())
}

async fn visitor(crm: &dyn Crm, location: &LocationId, name: &str, email: &str) -> Result<ContactId> {
    let visitor = UpsertContact::new(location).name(name).email(email);
    Ok(crm.contacts().upsert(visitor).await?.contact.id.clone())
}

/// A time as the visitor's clock shows it.
fn clock(at: OffsetTime) -> String {
    at.get().format("%a %-d %b %H:%M").to_string()
}

fn list(times: &[OffsetTime]) -> String {
    if times.is_empty() {
        return "nothing".to_owned();
    }
    times.iter().copied().map(clock).collect::<Vec<_>>().join(", ")
}

fn taker(booked: &BookedAppointment) -> &str {
    booked.assigned_user_id.as_ref().map_or("nobody", |user| user.as_str())
}

// ------------------------------------------------------------------------------------------------ where to

/// The account to book in.
struct Place {
    client: Client,
    location: LocationId,
    calendar: CalendarId,
    /// Ours, if it is; stops when it is dropped.
    server: Option<MemServer>,
}

impl Place {
    /// A live account when the environment names one, an in-memory one otherwise.
    async fn from_env() -> Result<Self, Failure> {
        if std::env::var_os("SMBCRM_TOKEN").is_none() {
            return Self::in_memory().await;
        }
        let client = Client::from_env()?;
        let location =
            client.location_id().cloned().ok_or_else(|| Failure::new("set SMBCRM_LOCATION_ID as well"))?;
        let calendar = std::env::var("SMBCRM_CALENDAR_ID")
            .map_err(|_| Failure::new("set SMBCRM_CALENDAR_ID to the calendar to book in"))?;
        println!("LIVE account: booking in sub-account {location} at {}\n", client.base_url());
        Ok(Self { client, location, calendar: calendar.into(), server: None })
    }

    /// What an account has that has been set up: two people who share a calendar, and what it tells whom.
    async fn in_memory() -> Result<Self, Failure> {
        let crm = MemCrm::builder().clock(Clock::real()).rate_limits(RateLimits::off()).build();
        let location = crm.location().clone();
        let calendar = set_up(&crm, &location).await?;
        let server = MemServer::builder().crm(crm).start().await?;
        let client = Client::builder().token(server.token()).base_url(server.base_url()).build()?;
        println!("In-memory CRM at {}: nothing leaves this machine.\n", client.base_url());
        Ok(Self { client, location, calendar, server: Some(server) })
    }
}

// ANCHOR: calendar
/// A calendar that two members share evenly: half an hour, on workdays from nine to five of the sub-account's time.
async fn set_up(crm: &dyn Crm, location: &LocationId) -> Result<CalendarId> {
    let calendar = CreateCalendar::new(location, "First call")
        .calendar_type(CalendarType::RoundRobin)
        .event_type(Distribution::EqualDistribution)
        .team_members([TeamMember::new("Mia"), TeamMember::new("Noah")])
        .open_hours([OpenHours::new([1u32, 2, 3, 4, 5], [Hours::new(9, 0, 17, 0)])])
        .slot_duration(30)
        .slot_interval(30)
        .allow_booking_after(2)
        .allow_booking_after_unit(PeriodUnit::Hours);
    let calendar = crm.calendars().create(calendar).await?;

    // What visitors are told, and when. Without such rules nobody is told anything.
    let tell = |of: NotificationType, subject: &str| {
        CreateNotification::new(NotificationReceiver::Contact, NotificationChannel::Email, of)
            .subject(subject)
            .body("{{appointment.start_time}}, {{calendar.name}}")
    };
    let rules = vec![
        tell(NotificationType::Confirmation, "See you soon, {{contact.first_name}}"),
        tell(NotificationType::Reschedule, "Another time, {{contact.first_name}}"),
        tell(NotificationType::Cancellation, "A pity, {{contact.first_name}}"),
    ];
    crm.calendars().create_notifications(&calendar.id, rules).await?;
    Ok(calendar.id.clone())
}
// ANCHOR_END: calendar
