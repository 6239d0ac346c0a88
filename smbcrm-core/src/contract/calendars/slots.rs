//! Free slots.

use chrono::{NaiveTime, TimeDelta};

use super::{booking, calendar, create, first_slot, later, now, open, says, slots, week};
use crate::ErrorKind::{Invalid, NotFound};
use crate::calendars::operations::{CREATE_APPOINTMENT, FREE_SLOTS};
use crate::calendars::{
    AvailabilityType, CalendarType, CreateBlockSlot, DateAvailability, FreeSlotsQuery, Hours, LookBusy,
    PeriodUnit,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::UserId;

cases! {
    slots_are_keyed_by_date_and_carry_the_offset => [FREE_SLOTS],
    a_long_window_is_refused => [FREE_SLOTS],
    what_makes_no_sense_is_named => [FREE_SLOTS],
    slots_of_one_member => [FREE_SLOTS],
    buffers_keep_their_distance => [FREE_SLOTS, CREATE_APPOINTMENT],
    a_day_has_its_limit => [FREE_SLOTS, CREATE_APPOINTMENT],
    notice_and_horizon_cut_off => [FREE_SLOTS],
    dates_have_hours_of_their_own => [FREE_SLOTS],
    a_calendar_may_look_busy => [FREE_SLOTS],
    blocked_time_is_not_free => [FREE_SLOTS],
    all_slots_can_be_booked => [FREE_SLOTS, CREATE_APPOINTMENT],
}

async fn slots_are_keyed_by_date_and_carry_the_offset(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let query = week(stage).await?;
    let here = calendars.free_slots(&made.id, query.clone()).await?;
    ensure!(!here.is_empty(), "it is open every day");
    let there = calendars.free_slots(&made.id, query.timezone("Asia/Kathmandu")).await?;
    ensure_eq!(here.len(), there.len());
    for (date, slots) in here.days.iter().chain(&there.days) {
        ensure!(!slots.is_empty(), "a date without slots is absent");
        ensure!(slots.iter().all(|slot| slot.get().date_naive() == *date), "a slot is under its own date");
    }
    for (one, other) in here.iter().zip(there.iter()) {
        ensure_eq!(one.instant(), other.instant());
        ensure!(other.to_string().ends_with("+05:45"), "{other} carries the offset of the zone");
    }
    Ok(())
}

async fn a_long_window_is_refused(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let start = now(stage).await?;
    let days = |days: i64| FreeSlotsQuery::new(start, start + TimeDelta::days(days));
    calendars.free_slots(&made.id, days(31)).await?;
    let long = FreeSlotsQuery::new(start, start + TimeDelta::days(31) + TimeDelta::milliseconds(1));
    refused(calendars.free_slots(&made.id, long).await, Invalid, 400)?;
    Ok(())
}

async fn what_makes_no_sense_is_named(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Event, &[]).await?;
    let start = now(stage).await?;
    let backwards = FreeSlotsQuery::new(start, start - TimeDelta::days(1)).timezone("Mars/Olympus");
    let error = refused(calendars.free_slots(&made.id, backwards).await, Invalid, 422)?;
    says(&error, "endDate must not be before startDate")?;
    says(&error, "timezone must be a valid IANA time zone")?;
    let far = FreeSlotsQuery::new(i64::MIN, i64::MAX);
    refused(calendars.free_slots(&made.id, far).await, Invalid, 422)?;
    refused(calendars.free_slots(&"no-such-calendar".into(), week(stage).await?).await, NotFound, 400)?;
    Ok(())
}

async fn slots_of_one_member(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::RoundRobin, &["USER1", "USER2"]).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let mine = booking(stage, &made.id, &contact.id, slot).assigned_user_id("USER1");
    ensure_eq!(calendars.create_appointment(mine).await?.assigned_user_id, Some(UserId::from("USER1")));
    for (users, free) in
        [(&["USER1"][..], false), (&["USER2"], true), (&["USER1", "USER2"], true), (&["USER9"], false)]
    {
        let of_users = calendars.free_slots(&made.id, week(stage).await?.user_ids(users.to_vec())).await?;
        ensure_eq!(of_users.iter().any(|known| known == slot), free,);
    }
    let of_one = calendars.free_slots(&made.id, week(stage).await?.user_id("USER1")).await?;
    ensure!(!of_one.iter().any(|known| known == slot), "that member is busy");
    Ok(())
}

async fn buffers_keep_their_distance(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::Personal, &["USER1"]).slot_buffer(20).pre_buffer(10);
    let made = create(stage, input).await?;
    let contact = stage.contact().await?;
    let slot = first_slot(stage, &made.id).await?;
    let hour = later(slot, 60);
    calendars.create_appointment(booking(stage, &made.id, &contact.id, hour)).await?;
    let free = slots(stage, &made.id).await?;
    ensure!(free.contains(&slot), "an hour before is far enough");
    ensure!(
        !free.contains(&later(slot, 30)) && !free.contains(&later(slot, 90)),
        "its neighbours are too near"
    );
    ensure!(free.contains(&later(slot, 120)), "an hour behind is far enough");
    Ok(())
}

async fn a_day_has_its_limit(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::Personal, &["USER1"]).appointments_per_day(2);
    let made = create(stage, input).await?;
    let contact = stage.contact().await?;
    let all = calendars.free_slots(&made.id, week(stage).await?).await?;
    let Some((date, day)) = all.days.iter().nth(1) else { return Ok(()) };
    for slot in day.iter().take(2) {
        calendars.create_appointment(booking(stage, &made.id, &contact.id, *slot)).await?;
    }
    let left = calendars.free_slots(&made.id, week(stage).await?).await?;
    ensure!(!left.days.contains_key(date), "the day is full");
    ensure_eq!(left.days.len() + 1, all.days.len());
    Ok(())
}

async fn notice_and_horizon_cut_off(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let input = open(stage, CalendarType::Personal, &["USER1"])
        .allow_booking_after(2)
        .allow_booking_after_unit(PeriodUnit::Days)
        .allow_booking_for(1)
        .allow_booking_for_unit(PeriodUnit::Weeks);
    let made = create(stage, input).await?;
    let start = now(stage).await?;
    let month = FreeSlotsQuery::new(start - TimeDelta::days(5), start + TimeDelta::days(20));
    let free: Vec<_> = calendars.free_slots(&made.id, month).await?.iter().collect();
    ensure!(!free.is_empty(), "there are some in between");
    let hour = TimeDelta::hours(1); // clocks may change within the notice
    for slot in free {
        let ahead = slot.instant() - start;
        ensure!(
            ahead > TimeDelta::days(2) - hour && ahead < TimeDelta::days(7) + hour,
            "{slot} is {ahead} ahead"
        );
    }
    Ok(())
}

async fn dates_have_hours_of_their_own(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let plain = calendar(stage, CalendarType::Event, &[]).await?;
    let all = calendars.free_slots(&plain.id, week(stage).await?).await?;
    let dates: Vec<_> = all.days.keys().skip(1).take(2).copied().collect();
    let [closed, short] = dates[..] else { return Ok(()) };
    let own = |date: chrono::NaiveDate, hours: Vec<Hours>| {
        DateAvailability::new(format!("{date}T00:00:00.000Z"), hours)
    };
    let own = [own(closed, vec![]), own(short, vec![Hours::new(20, 0, 21, 0)])];
    let both = create(stage, open(stage, CalendarType::Event, &[]).availabilities(own.clone())).await?;
    let free = calendars.free_slots(&both.id, week(stage).await?).await?;
    ensure!(!free.days.contains_key(&closed), "a date without hours is closed");
    ensure_eq!(free.days.get(&short).map(Vec::len), Some(2));
    ensure_eq!(free.days.len() + 1, all.days.len());
    for (kind, days) in [(AvailabilityType::DATES, 1), (AvailabilityType::OPEN_HOURS, all.days.len())] {
        let input = open(stage, CalendarType::Event, &[]).availabilities(own.clone()).availability_type(kind);
        let made = create(stage, input).await?;
        ensure_eq!(calendars.free_slots(&made.id, week(stage).await?).await?.days.len(), days);
    }
    Ok(())
}

async fn a_calendar_may_look_busy(stage: &Stage) -> Verdict {
    let input = open(stage, CalendarType::Event, &[]).look_busy_config(LookBusy::new(true, 50));
    let made = create(stage, input).await?;
    let plain = calendar(stage, CalendarType::Event, &[]).await?;
    let (some, all) = (slots(stage, &made.id).await?, slots(stage, &plain.id).await?);
    ensure!(some.len() < all.len() && !some.is_empty(), "{} of {} are shown", some.len(), all.len());
    ensure_eq!(slots(stage, &made.id).await?, some); // the same ones every time
    Ok(())
}

async fn blocked_time_is_not_free(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let slot = first_slot(stage, &made.id).await?;
    let block = CreateBlockSlot::new(&stage.location, slot, later(slot, 60)).assigned_user_id("USER1");
    let block = calendars.create_block_slot(block).await?;
    stage.discard(&block.id);
    let free = slots(stage, &made.id).await?;
    ensure!(!free.contains(&slot) && !free.contains(&later(slot, 30)), "it is blocked");
    ensure!(free.contains(&later(slot, 60)), "and free behind it");
    calendars.delete_event(&block.id).await?;
    ensure!(slots(stage, &made.id).await?.contains(&slot), "it is free again");
    Ok(())
}

async fn all_slots_can_be_booked(stage: &Stage) -> Verdict {
    let calendars = stage.crm.calendars();
    let made = calendar(stage, CalendarType::Personal, &["USER1"]).await?;
    let contact = stage.contact().await?;
    let start = now(stage).await?;
    let days = FreeSlotsQuery::new(start + TimeDelta::days(1), start + TimeDelta::days(3));
    for slot in calendars.free_slots(&made.id, days.clone()).await?.iter() {
        let booked = calendars.create_appointment(booking(stage, &made.id, &contact.id, slot)).await?;
        ensure_eq!(booked.start_time.map(|at| at.to_string()), Some(slot.to_string()));
        ensure!(slot.get().time() >= NaiveTime::MIN, "a slot has a time");
    }
    ensure!(calendars.free_slots(&made.id, days).await?.is_empty(), "no booked time is listed again");
    Ok(())
}
