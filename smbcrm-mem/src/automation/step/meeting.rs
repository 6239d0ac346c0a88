//! Steps about appointments.

use smbcrm_core::calendars::{CreateAppointment, FreeSlotsQuery, UpdateAppointment};
use smbcrm_core::types::OffsetTime;
use smbcrm_core::workflows::definition::{BookAppointment, SetAppointmentStatus};

use super::{contact_of, told};
use crate::automation::engine::{Desk, Next, Outcome};
use crate::automation::{Edition, Run, wait};
use crate::world::State;

/// How far ahead a free slot is looked for: as far as one question may reach.
const AHEAD: i64 = 31 * 86_400_000;

impl State {
    pub(super) fn book(
        &mut self,
        run: &mut Run,
        it: &BookAppointment,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let calendar = self.book.calendar(&it.calendar).cloned();
        let calendar = calendar.ok_or_else(|| format!("there is no calendar {}", it.calendar))?;
        let start: OffsetTime = match &it.start {
            Some(text) => {
                let text = self.fill(text, &facts);
                let at = wait::moment(facts.zone, &text).ok_or_else(|| format!("`{text}` is no moment"))?;
                let at = chrono::DateTime::from_timestamp_millis(at).unwrap_or_default();
                at.with_timezone(&facts.zone).fixed_offset().into()
            }
            None => {
                let mut query = FreeSlotsQuery::new(desk.now, desk.now.saturating_add(AHEAD));
                query.user_id = it.user.clone();
                let slots =
                    self.free_slots(&calendar, &query, desk.instant()).map_err(|error| told(&error))?;
                let first = slots.days.values().flatten().min_by_key(|at| at.get()).copied();
                first.ok_or_else(|| "no slot is free within 31 days".to_owned())?
            }
        };
        let mut input = CreateAppointment::new(&it.calendar, self.location.id.clone(), &contact, start);
        input.title =
            it.title.as_ref().map(|title| self.fill(title, &facts)).filter(|title| !title.is_empty());
        input.appointment_status = it.status.clone();
        input.assigned_user_id = it.user.clone();
        let booked =
            self.book_appointment(input, &desk.users, desk.instant()).map_err(|error| told(&error))?;
        let note = format!("booked {}", booked.id);
        run.about_mut().appointment = Some(booked.id);
        Ok(Next::Said(note))
    }

    pub(super) fn set_meeting_status(
        &mut self,
        run: &Run,
        it: &SetAppointmentStatus,
        desk: &Desk,
    ) -> Outcome {
        let about = run.about.as_ref().and_then(|about| about.appointment.clone());
        let next = || {
            let contact = self.contacts.get(run.contact.as_ref()?.as_str())?;
            self.meeting_of(contact, desk.now).map(|event| event.id.clone())
        };
        let id = about.or_else(next).ok_or_else(|| "there is no appointment".to_owned())?;
        let mut update = UpdateAppointment::new();
        update.appointment_status = Some(it.status.clone());
        self.change_appointment(&id, &update, &desk.users, desk.instant()).map_err(|error| told(&error))?;
        Ok(Next::On)
    }
}
