//! Work that waits for its time, and the ways to let time pass.
//!
//! Scheduled messages, reminders of appointments, recurring tasks, waiting workflows and deliveries all hang on the world's [`Clock`](crate::Clock).
//! On a server with a real clock they are carried out when they fall due. Where the clock is virtual, time passes only
//! when a test lets it, and everything that falls due on the way happens in order and at its own time:
//!
//! ```
//! use std::time::Duration;
//! use smbcrm_core::Crm;
//! use smbcrm_core::contacts::CreateContact;
//! use smbcrm_core::conversations::{SendMessage, SendType};
//! use smbcrm_mem::MemCrm;
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new();
//! let ada = CreateContact::new(crm.location()).phone("(202) 555-0123");
//! let ada = crm.contacts().create(ada).await?;
//! let in_an_hour = crm.clock().now() + Duration::from_secs(3600);
//! let later = SendMessage::new(SendType::Sms, &ada.id).message("See you soon").scheduled_at(in_an_hour);
//! crm.conversations().send(later).await?;
//!
//! assert!(crm.admin().outbox().is_empty());
//! crm.advance(Duration::from_secs(2 * 3600)).await;
//! assert_eq!(crm.admin().outbox()[0].at, in_an_hour); // sent when it was due, not when the clock stopped
//! # Ok(()) }) }
//! ```

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smbcrm_core::types::time;

use crate::MemCrm;
use crate::world::{State, Sub};

/// How often work may beget work without time passing before it counts as running in circles.
const MOST_ROUNDS: usize = 10_000;

impl MemCrm {
    /// Lets time pass: moves the clock forward and, on the way, carries out everything at the time at which it falls
    /// due.
    ///
    /// On a real clock, which runs on from there, the same. To move the clock alone, as a machine that was asleep
    /// does, use [`Clock::advance`](crate::Clock::advance): what has fallen due is then carried out late.
    pub async fn advance(&self, by: Duration) {
        let now = self.clock().now();
        let by = chrono::Duration::from_std(by).unwrap_or(chrono::Duration::MAX);
        let end = now.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.advance_to(end).await;
    }

    /// As [`advance`](Self::advance), up to an instant. One that has passed already moves nothing.
    pub async fn advance_to(&self, end: DateTime<Utc>) {
        self.run_until_idle().await;
        while let Some(next) = self.next_due().filter(|next| *next <= end) {
            self.turn_to(next);
            self.run_until_idle().await;
        }
        self.turn_to(end);
    }

    /// Lets time pass until something happens: moves the clock to what falls due next and carries it out. Returns
    /// when that was; `None`, with the clock where it is, when nothing waits.
    pub async fn step(&self) -> Option<DateTime<Utc>> {
        self.run_until_idle().await;
        let next = self.next_due()?;
        self.turn_to(next);
        self.run_until_idle().await;
        Some(next)
    }

    /// Carries out what is due by now, and what follows from that, until nothing is left to do but wait.
    ///
    /// The clock is not moved. Work that begets work in circles is stopped after ten thousand rounds.
    pub async fn run_until_idle(&self) {
        for _ in 0..MOST_ROUNDS {
            self.carry_out();
            self.run_agents().await;
            self.send_parcels().await;
            self.hand_over_replies();
            if self.next_due().is_none_or(|next| next > self.clock().now()) {
                return;
            }
        }
        tracing::warn!("work begets work without time passing; it is left for later");
    }

    /// When the next of what waits falls due; `None` when nothing waits.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let sent = self.world.exchange.next_due().map(|due| due.max(0));
        let next = self.next_in_memory().into_iter().chain(sent).min()?;
        time::from_millis(next)
    }

    /// Carries out the work in memory that is due by now, and what follows from that; sends nothing.
    pub(crate) fn work_until_idle(&self) {
        for _ in 0..MOST_ROUNDS {
            let told = self.hand_over_replies();
            self.carry_out();
            if told == 0 && self.next_work().is_none_or(|next| next > self.clock().now()) {
                return;
            }
        }
        tracing::warn!("work begets work without time passing; it is left for later");
    }

    /// When the next of the work in memory falls due.
    pub(crate) fn next_work(&self) -> Option<DateTime<Utc>> {
        time::from_millis(self.next_in_memory()?)
    }

    /// When the next of the work in memory falls due, in milliseconds.
    fn next_in_memory(&self) -> Option<i64> {
        self.subs().iter().filter_map(|sub| sub.state.read().next_due()).min()
    }

    /// Carries out the work in memory that is due by now. Returns how many tasks came of it.
    pub(crate) fn carry_out(&self) -> usize {
        let subs = self.subs();
        subs.iter().for_each(|sub| self.send_due(sub));
        subs.iter().for_each(|sub| self.run_workflows(sub));
        subs.iter().for_each(|sub| self.publish_due(sub));
        subs.iter().map(|sub| self.catch_up(sub)).sum()
    }

    pub(crate) fn subs(&self) -> Vec<Arc<Sub>> {
        self.world.directory.read().locations.iter().flatten().cloned().collect()
    }

    /// Moves the clock forward; never back.
    fn turn_to(&self, to: DateTime<Utc>) {
        let now = self.clock().now();
        if let Ok(ahead) = (to - now).to_std() {
            self.clock().advance(ahead);
        }
    }
}

impl State {
    /// When the next of what waits here falls due, in milliseconds.
    fn next_due(&self) -> Option<i64> {
        let message = self.inbox.due.first().map(|due| due.at);
        let tasks = self.recurring_tasks.iter().filter_map(|series| series.next);
        let posts = self.press.next_due().into_iter().chain(self.social.next_due());
        let others =
            message.into_iter().chain(self.next_reminder()).chain(self.automation.next_due()).chain(posts);
        others.chain(tasks.map(|next| next.timestamp_millis())).min()
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use smbcrm_core::Crm;
    use smbcrm_core::contacts::CreateContact;
    use smbcrm_core::conversations::{SendMessage, SendType};

    use super::*;

    /// A world in which texts are to be sent after these many minutes.
    fn waiting(minutes: &[i64]) -> MemCrm {
        let crm = MemCrm::new();
        block_on(async {
            let ada = CreateContact::new(crm.location()).phone("(202) 555-0123");
            let ada = crm.contacts().create(ada).await?;
            let start = crm.clock().now();
            for minutes in minutes {
                let at = start + chrono::Duration::minutes(*minutes);
                let text = SendMessage::new(SendType::Sms, &ada.id).message(format!("{minutes}"));
                crm.conversations().send(text.scheduled_at(at)).await?;
            }
            Ok::<_, smbcrm_core::Error>(())
        })
        .expect("all of it can be scheduled");
        crm
    }

    fn sent(crm: &MemCrm) -> Vec<String> {
        let texts = crm.admin().outbox();
        texts.iter().filter_map(|outgoing| outgoing.text()).map(|text| text.body.to_string()).collect()
    }

    #[test]
    fn a_step_goes_to_what_is_due_next_and_no_further() {
        let crm = waiting(&[30, 10, 20]);
        let start = crm.clock().now();
        let first = block_on(crm.step()).expect("something waits");
        assert!((first - start) <= chrono::Duration::minutes(10));
        assert_eq!(crm.clock().now(), first);
        assert_eq!(sent(&crm), ["10"]);
        assert!(block_on(crm.step()).is_some() && block_on(crm.step()).is_some());
        assert_eq!(sent(&crm), ["10", "20", "30"]);
        let end = crm.clock().now();
        assert_eq!(block_on(crm.step()), None);
        assert_eq!(crm.clock().now(), end, "nothing waits, so the clock stands");
    }

    #[test]
    fn time_stops_where_it_is_told_to() {
        let crm = waiting(&[10, 20]);
        let start = crm.clock().now();
        block_on(crm.advance(Duration::from_secs(15 * 60)));
        assert_eq!(crm.clock().now(), start + chrono::Duration::minutes(15));
        assert_eq!(sent(&crm), ["10"]);
        block_on(crm.advance_to(start)); // that has passed
        assert_eq!(crm.clock().now(), start + chrono::Duration::minutes(15));
        assert!(crm.next_due().is_some());
    }

    #[test]
    fn a_fork_waits_on_its_own() {
        let crm = waiting(&[10]);
        let fork = crm.fork();
        block_on(fork.advance(Duration::from_secs(3600)));
        assert_eq!((sent(&crm).len(), sent(&fork).len()), (0, 1));
    }

    #[test]
    fn what_is_idle_does_not_move_the_clock() {
        let crm = waiting(&[10]);
        let now = crm.clock().now();
        block_on(crm.run_until_idle());
        assert_eq!((crm.clock().now(), sent(&crm).len()), (now, 0));
    }
}
