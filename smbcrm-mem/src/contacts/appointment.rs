//! A contact's appointments, as far as contacts show them.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use smbcrm_core::contacts::ContactAppointment;
use smbcrm_core::types::ContactId;

use crate::world::State;

impl State {
    /// A contact's appointments, the earliest first (assumed; the wire's order is not known).
    pub(crate) fn appointments_of(&self, contact: &ContactId) -> Vec<ContactAppointment> {
        let of_contact = self.appointments.iter().filter(|known| known.contact_id.as_ref() == Some(contact));
        let mut appointments: Vec<_> = of_contact.cloned().collect();
        appointments.sort_by(|a, b| (a.start_time, &a.id).cmp(&(b.start_time, &b.id)));
        appointments
    }

    /// The instant of a time local to the sub-account. One that the clocks leave out counts as UTC.
    pub(crate) fn instant_of(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let zone = self.location.timezone.as_deref().and_then(|zone| zone.parse::<Tz>().ok());
        match zone.unwrap_or(Tz::UTC).from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
            LocalResult::None => local.and_utc(),
        }
    }
}
