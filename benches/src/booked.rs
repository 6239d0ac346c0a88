//! A round-robin calendar of ten members that is well booked, and what free slots and bookings cost in it.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use smbcrm_core::calendars::{
    CalendarType, CreateAppointment, CreateCalendar, Distribution, FreeSlotsQuery, Hours, OpenHours,
    TeamMember,
};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::types::{CalendarId, ContactId, OffsetTime, Text};
use smbcrm_core::{Crm, Result};
use smbcrm_mem::{Clock, MemCrm};

use crate::people::Dice;

/// How many members share the calendar.
pub const MEMBERS: usize = 10;

/// How many appointments there are a month.
pub const A_MONTH: usize = 2_000;

/// Slots of a day: eight hours of half an hour each.
const A_DAY: usize = 16;

/// A calendar with its appointments.
#[derive(Debug)]
pub struct Booked {
    /// The world.
    pub crm: MemCrm,
    /// The calendar.
    pub calendar: CalendarId,
    /// Who comes.
    pub contact: ContactId,
    /// The first instant of the month that is asked about; the clock stands there.
    pub month: DateTime<Utc>,
}

impl Booked {
    /// A month of [`A_MONTH`] appointments, and as many in each of so many months before it.
    ///
    /// # Errors
    /// None, unless the CRM is broken.
    pub async fn new(months_behind: u64) -> Result<Self> {
        let month = Utc.with_ymd_and_hms(2026, 6, 1, 5, 0, 0).single().unwrap_or_default();
        let crm = MemCrm::builder().clock(Clock::virtual_at(month)).build();
        let location = crm.location();
        let open = [OpenHours::new([1u32, 2, 3, 4, 5], [Hours::new(9, 0, 17, 0)])];
        let calendar = CreateCalendar::new(location, "Calls")
            .calendar_type(CalendarType::RoundRobin)
            .event_type(Distribution::EqualDistribution)
            .team_members((0..MEMBERS).map(|at| TeamMember::new(member(at))))
            .open_hours(open);
        let calendar = crm.calendars().create(calendar).await?.id.clone();
        let mut contacts = Vec::new();
        for at in 0..200 {
            let contact = CreateContact::new(location).email(format!("visitor{at}@vale.example"));
            contacts.push(crm.contacts().create(contact).await?.id.clone());
        }
        let mut dice = Dice::new(7);
        for back in 0..=months_behind {
            for (user, at) in month_of(&mut dice, month, back) {
                let contact = &contacts[dice.roll(contacts.len())];
                let appointment = CreateAppointment::new(&calendar, location, contact, at)
                    .assigned_user_id(member(user).as_str())
                    .ignore_free_slot_validation(true)
                    .to_notify(false);
                crm.calendars().create_appointment(appointment).await?;
            }
        }
        let contact = contacts.swap_remove(0);
        Ok(Self { crm, calendar, contact, month })
    }

    /// The free slots of so many days from the first of the month on.
    ///
    /// # Errors
    /// None, unless the CRM is broken.
    pub async fn free(&self, days: u64) -> Result<Vec<OffsetTime>> {
        let asked = FreeSlotsQuery::new(self.month, self.month + Days::new(days)).timezone("Europe/Berlin");
        Ok(self.crm.calendars().free_slots(&self.calendar, asked).await?.iter().collect())
    }

    /// Books a slot and takes it back.
    ///
    /// # Errors
    /// The slot is not free.
    pub async fn book_and_cancel(&self, slot: OffsetTime) -> Result<()> {
        let wish = CreateAppointment::new(&self.calendar, self.crm.location(), &self.contact, slot);
        let booked = self.crm.calendars().create_appointment(wish).await?;
        self.crm.calendars().delete_event(&booked.id).await
    }
}

fn member(at: usize) -> Text {
    format!("USER{at:016}").into()
}

/// The appointments of the month so many months of 31 days back: who, and when. Nobody is in two places.
fn month_of(dice: &mut Dice, month: DateTime<Utc>, back: u64) -> Vec<(usize, OffsetTime)> {
    let first = month.date_naive() - Days::new(31 * back);
    let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let days: Vec<NaiveDate> = first.iter_days().take(31).filter(|day| !weekend(day)).collect();
    let mut booked = Vec::with_capacity(A_MONTH);
    for user in 0..MEMBERS {
        // A sample without repetition: the first of a shuffled list.
        let mut slots: Vec<usize> = (0..days.len() * A_DAY).collect();
        for at in 0..A_MONTH / MEMBERS {
            let other = at + dice.roll(slots.len() - at);
            slots.swap(at, other);
            // Nine o'clock in Chicago, in summer: an hour off in winter, which is as good.
            let start = days[slots[at] / A_DAY].and_hms_opt(14, 0, 0).unwrap_or_default().and_utc();
            let start = start + TimeDelta::minutes(30 * (slots[at] % A_DAY) as i64);
            booked.push((user, start.into()));
        }
    }
    booked
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn history_changes_nothing_of_the_month() {
        let (bare, old) = (block_on(Booked::new(0)).unwrap(), block_on(Booked::new(1)).unwrap());
        let free = block_on(bare.free(30)).unwrap();
        assert!(free.len() > 200, "{} slots", free.len());
        assert_eq!(free, block_on(old.free(30)).unwrap());
        block_on(bare.book_and_cancel(free[0])).unwrap();
        assert_eq!(free, block_on(bare.free(30)).unwrap());
    }
}
