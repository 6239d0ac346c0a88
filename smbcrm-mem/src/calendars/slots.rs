//! Free slots.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use smbcrm_core::Result;
use smbcrm_core::calendars::{Calendar, FreeSlots, FreeSlotsQuery};
use smbcrm_core::types::OffsetTime;

use super::availability::{Ask, DAY, Span, offers};
use crate::refusal;
use crate::world::State;

/// How long a window may be, in days.
const MAX_WINDOW: i64 = 31;

/// The years that the wire's dates have a form for.
pub(super) const TIMES: std::ops::RangeInclusive<i64> = 0..=253_402_300_799_000;

impl State {
    pub(crate) fn free_slots(
        &self,
        calendar: &Calendar,
        query: &FreeSlotsQuery,
        now: DateTime<Utc>,
    ) -> Result<FreeSlots> {
        let (start, end) = (query.start_date.get(), query.end_date.get());
        let mut wrong = Vec::new();
        for (name, at) in [("startDate", start), ("endDate", end)] {
            if !TIMES.contains(&at) {
                wrong.push(format!("{name} must be a valid date in epoch milliseconds"));
            }
        }
        if wrong.is_empty() && end < start {
            wrong.push("endDate must not be before startDate".to_owned());
        }
        let zone = match query.timezone.as_deref() {
            None => self.zone(),
            Some(name) => name.parse().unwrap_or_else(|_| {
                wrong.push("timezone must be a valid IANA time zone".to_owned());
                Tz::UTC
            }),
        };
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if end - start > MAX_WINDOW * DAY {
            return Err(refusal::bad_request(&format!("Date range cannot be more than {MAX_WINDOW} days")));
        }
        let mut slots = FreeSlots::default();
        if !calendar.is_active.unwrap_or(true) {
            return Ok(slots); // nobody books a draft
        }
        let users: Vec<_> = query.user_ids.iter().flatten().chain(&query.user_id).cloned().collect();
        let ask = Ask {
            range: Span::new(start, end),
            length: None,
            now: now.timestamp_millis(),
            any_date: false,
            users: (!users.is_empty()).then_some(&users),
            except: &[],
        };
        for offer in offers(&self.rules(calendar), &self.book.diary, &ask) {
            let at = offset(zone, offer.span.start);
            slots.days.entry(at.get().date_naive()).or_default().push(at);
        }
        Ok(slots)
    }
}

/// An instant with the offset that it has in a time zone.
pub(super) fn offset(zone: Tz, millis: i64) -> OffsetTime {
    DateTime::<Utc>::from_timestamp_millis(millis)
        .unwrap_or_default()
        .with_timezone(&zone)
        .fixed_offset()
        .into()
}
