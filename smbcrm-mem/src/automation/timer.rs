//! Triggers that wait for a time: schedules, birthdays, dates, tasks, opportunities that go stale.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use smbcrm_core::contacts::Contact;
use smbcrm_core::opportunities::{Opportunity, OpportunityStatus};
use smbcrm_core::types::{ContactId, FieldValue, Text, time};
use smbcrm_core::workflows::definition::{TimeOfDay, Trigger, TriggerEvent};

use super::run::About;
use super::wait;
use super::watch::Watched;
use crate::search::{Filter, Page, Query, Record, Value};
use crate::world::{ContactKey, Row, State, StoredTask};

/// Something to look at at some time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Timer {
    /// Workflow, trigger and record.
    pub(crate) key: Text,
    pub(crate) workflow: Text,
    /// The trigger's place among those of its workflow.
    pub(crate) trigger: u32,
    /// The task or opportunity; empty of a schedule.
    pub(crate) record: Text,
    pub(crate) due: i64,
}

/// What a timer is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TimerKey {
    Workflow,
    Due,
}

impl Record for Timer {
    type Field = TimerKey;

    fn id(&self) -> &str {
        &self.key
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Timer(Arc::clone(record)))
    }

    fn values(&self, field: &TimerKey, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            TimerKey::Workflow => visit(Value::Text(&self.workflow)),
            TimerKey::Due => visit(Value::Instant(self.due)),
        }
    }
}

/// The most occasions of one schedule that are made up for after a clock was moved past them.
const MAX_CATCH_UP: usize = 100;

/// Nine in the morning.
fn morning() -> TimeOfDay {
    TimeOfDay::new(9, 0).unwrap_or_else(|| unreachable!("nine o'clock is a time of day"))
}

impl State {
    /// Takes the timers of a workflow off, and sets those that its triggers need from now on.
    pub(crate) fn reset_timers(&mut self, workflow: &Text, now: i64) {
        let old: Vec<Text> = self
            .automation
            .timers
            .find(&TimerKey::Workflow, Value::Text(workflow))
            .map(|timer| timer.key.clone())
            .collect();
        old.iter().for_each(|key| drop(self.automation.timers.remove(key)));
        let watch = Arc::clone(&self.automation.watch);
        for watched in watch.timed().filter(|watched| watched.workflow == *workflow) {
            match &watched.trigger().event {
                TriggerEvent::TaskDueReminder(_) => {
                    let tasks: Vec<_> = self.tasks.iter().cloned().collect();
                    tasks.iter().for_each(|task| self.set_task_timer(watched, &task.task.id, Some(task)));
                }
                TriggerEvent::OpportunityDecay(_) => {
                    let open: Vec<_> = self.opportunities.iter().cloned().collect();
                    open.iter()
                        .for_each(|deal| self.set_decay_timer(watched, deal.id.as_str(), Some(deal), now));
                }
                _ => {
                    if let Some(due) = self.next_occasion(watched.trigger(), now) {
                        self.set_timer(watched, Text::default(), due);
                    }
                }
            }
        }
    }

    fn set_timer(&mut self, watched: &Watched, record: Text, due: i64) {
        let key = timer_key(watched, &record);
        let workflow = watched.workflow.clone();
        self.automation.timers.put(Arc::new(Timer { key, workflow, trigger: watched.at, record, due }));
    }

    /// Sets the timer of a task: when it is due, unless it is done.
    pub(crate) fn set_task_timer(
        &mut self,
        watched: &Watched,
        id: &smbcrm_core::types::TaskId,
        task: Option<&StoredTask>,
    ) {
        let TriggerEvent::TaskDueReminder(reminder) = &watched.trigger().event else { return };
        let offset = reminder.offset.unwrap_or_default().as_millis();
        let open =
            task.map(|stored| &stored.task).filter(|task| !task.completed && task.contact_id.is_some());
        match open.and_then(|task| task.due_date) {
            Some(due) => self.set_timer(watched, id.into(), due.timestamp_millis().saturating_add(offset)),
            None => drop(self.automation.timers.remove(&timer_key(watched, id.as_text()))),
        }
    }

    /// Sets the timer of an opportunity: so long after its last change, while it is open.
    pub(crate) fn set_decay_timer(
        &mut self,
        watched: &Watched,
        id: &str,
        deal: Option<&Opportunity>,
        now: i64,
    ) {
        let TriggerEvent::OpportunityDecay(decay) = &watched.trigger().event else { return };
        let wanted = |deal: &&Opportunity| {
            deal.status == OpportunityStatus::Open
                && decay.pipeline.as_ref().is_none_or(|pipeline| *pipeline == deal.pipeline_id)
                && decay.stage.as_ref().is_none_or(|stage| *stage == deal.pipeline_stage_id)
        };
        match deal.filter(wanted) {
            Some(deal) => {
                let due = deal.updated_at.timestamp_millis().saturating_add(decay.after.as_millis());
                // One that was stale already when the workflow came is stale once.
                self.set_timer(watched, id.into(), due.max(now));
            }
            None => drop(self.automation.timers.remove(&timer_key(watched, &id.into()))),
        }
    }

    /// When a schedule or a daily look at dates is next, after a moment.
    fn next_occasion(&self, trigger: &Trigger, after: i64) -> Option<i64> {
        let daily =
            |at: Option<TimeOfDay>| wait::next_time_of_day(self.zone(), at.unwrap_or_else(morning), after);
        match &trigger.event {
            TriggerEvent::Scheduler(it) => match (&it.cron, it.every) {
                (Some(cron), _) => {
                    let zone = it.timezone.as_deref().and_then(|zone| zone.parse().ok());
                    next_by_cron(cron, zone.unwrap_or_else(|| self.zone()), after)
                }
                (None, Some(every)) => after.checked_add(every.as_millis().max(1)),
                (None, None) => None,
            },
            TriggerEvent::BirthdayReminder(it) => daily(it.at),
            TriggerEvent::CustomDateReminder(it) => daily(it.at),
            _ => None,
        }
    }

    /// Carries out a timer that is due.
    pub(crate) fn ring(&mut self, timer: &Timer, now: i64) {
        let watch = Arc::clone(&self.automation.watch);
        let known = watch.timed().find(|w| w.workflow == timer.workflow && w.at == timer.trigger);
        let Some(watched) = known else {
            self.automation.timers.remove(&timer.key);
            return;
        };
        let trigger = watched.trigger();
        let mut about = About { trigger: trigger.called(watched.at as usize), ..About::default() };
        match &trigger.event {
            TriggerEvent::TaskDueReminder(_) => {
                self.automation.timers.remove(&timer.key);
                let Some(task) = self.tasks.get(&timer.record).cloned() else { return };
                about.task = Some(task.task.id.clone());
                self.fire(watched, task.task.contact_id.clone(), about, now);
            }
            TriggerEvent::OpportunityDecay(_) => {
                self.automation.timers.remove(&timer.key);
                let Some(deal) = self.opportunities.get(&timer.record).cloned() else { return };
                about.opportunity = Some(deal.id.clone());
                self.fire(watched, Some(deal.contact_id.clone()), about, now);
            }
            event => {
                let late = self.missed(trigger, timer.due, now);
                let last = late.last().copied().unwrap_or(timer.due);
                // The next one is set before anything is fired: what happens now may change the workflow.
                match self.next_occasion(trigger, last.max(now)) {
                    Some(due) => self.set_timer(watched, Text::default(), due),
                    None => drop(self.automation.timers.remove(&timer.key)),
                }
                for occasion in late {
                    let at = time::from_millis(occasion).unwrap_or_default();
                    about.data.insert("event".into(), json!({ "start_time": time::to_iso(&at) }));
                    match event {
                        TriggerEvent::BirthdayReminder(it) => {
                            let day = self.shifted(occasion, it.days);
                            for contact in self.born_on(day) {
                                self.fire(watched, Some(contact), about.clone(), now);
                            }
                        }
                        TriggerEvent::CustomDateReminder(it) => {
                            let day = self.shifted(occasion, it.days);
                            for contact in self.dated(&it.field, day, it.yearly.unwrap_or(false)) {
                                self.fire(watched, Some(contact), about.clone(), now);
                            }
                        }
                        _ => self.fire(watched, None, about.clone(), now),
                    }
                }
            }
        }
    }

    /// The occasions from the one that was due until now: several where a clock was moved past them. Of very many,
    /// the first hundred.
    fn missed(&self, trigger: &Trigger, due: i64, now: i64) -> Vec<i64> {
        let following = |last: &i64| self.next_occasion(trigger, *last);
        std::iter::successors(Some(due), following).take_while(|at| *at <= now).take(MAX_CATCH_UP).collect()
    }

    /// The date that a reminder of this day is about: so many days before it (`days` is negative) the date is ahead.
    fn shifted(&self, occasion: i64, days: Option<i32>) -> NaiveDate {
        let today = self.zone().timestamp_millis_opt(occasion).single().map(|at| at.date_naive());
        let today = today.unwrap_or_default();
        let days = days.unwrap_or_default();
        let by = Days::new(u64::from(days.unsigned_abs()));
        let shifted = if days < 0 { today.checked_add_days(by) } else { today.checked_sub_days(by) };
        shifted.unwrap_or(today)
    }

    /// The contacts who have a date in this field. The index of who has one keeps the others out of it.
    fn with_date(&mut self, key: ContactKey) -> Vec<Arc<Contact>> {
        let query = Query::new(Filter::Exists(key)).page(Page::first(self.contacts.len()));
        self.contacts.prepare(&query);
        self.contacts.search(&query).records
    }

    fn born_on(&mut self, day: NaiveDate) -> Vec<ContactId> {
        let born = self.with_date(ContactKey::DateOfBirth).into_iter();
        let today = |contact: &Arc<Contact>| contact.date_of_birth.is_some_and(|date| recurs(date, day));
        born.filter(today).map(|contact| contact.id.clone()).collect()
    }

    fn dated(
        &mut self,
        field: &smbcrm_core::types::CustomFieldId,
        day: NaiveDate,
        yearly: bool,
    ) -> Vec<ContactId> {
        let zone = self.zone();
        let date = |contact: &Contact| {
            let value = contact.custom_field(field.as_str())?;
            match value {
                // A date without a time is that date everywhere.
                FieldValue::Text(text) if text.len() == 10 => text.parse().ok(),
                value => match crate::contacts::custom_date(value)? {
                    Value::Instant(at) => zone.timestamp_millis_opt(at).single().map(|at| at.date_naive()),
                    _ => None,
                },
            }
        };
        let dated = self.with_date(ContactKey::CustomDate(field.clone())).into_iter();
        let today = |found: &NaiveDate| *found == day || (yearly && recurs(*found, day));
        dated
            .filter(|contact| date(contact).as_ref().is_some_and(today))
            .map(|contact| contact.id.clone())
            .collect()
    }
}

fn timer_key(watched: &Watched, record: &Text) -> Text {
    format!("{}/{}/{record}", watched.workflow, watched.at).into()
}

/// Whether a date comes round on a day; 29 February does on the 28th in years without.
fn recurs(date: NaiveDate, day: NaiveDate) -> bool {
    let (month, of_month) = (date.month(), date.day());
    let missing = (month, of_month) == (2, 29) && !day.leap_year();
    day.month() == month && day.day() == if missing { 28 } else { of_month }
}

/// When a cron line is next, after a moment.
fn next_by_cron(cron: &str, zone: chrono_tz::Tz, after: i64) -> Option<i64> {
    let cron: croner::Cron = cron.parse().ok()?;
    let after: DateTime<Utc> = time::from_millis(after)?;
    let next = cron.find_next_occurrence(&after.with_timezone(&zone), false).ok()?;
    Some(next.timestamp_millis())
}

/// What is wrong with a cron line.
pub(crate) fn cron_problem(cron: &str) -> Option<String> {
    match cron.parse::<croner::Cron>() {
        Ok(_) => None,
        Err(error) => Some(format!("is no cron line: {error}")),
    }
}
