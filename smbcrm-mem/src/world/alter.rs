//! The one way to change a world: lock, change, write down, tell, unlock.
//!
//! What a change did is told while its lock is still held, so that everybody hears of the changes of a record in the
//! order in which they were made, and of each exactly once. A world that is kept in a file writes them down before.

use chrono::{DateTime, Utc};
use serde_json::Value;
use smbcrm_core::Result;

use super::tape::{Edit, Recording};
use super::{Directory, Snapshot, State, Sub, World};
use crate::events::webhook::Place;
use crate::refusal;

impl World {
    /// Changes a sub-account in one critical section.
    pub(crate) fn alter<T>(&self, sub: &Sub, change: impl FnOnce(&mut State) -> T) -> T {
        self.alter_held(sub, &mut sub.state.write(), change)
    }

    /// As [`alter`](Self::alter), by who holds the sub-account's lock already.
    pub(crate) fn alter_held<T>(
        &self,
        sub: &Sub,
        state: &mut State,
        change: impl FnOnce(&mut State) -> T,
    ) -> T {
        let section = Recording::start();
        let before = self.faults.looks_back().then(|| (state.clone(), self.clock.millis()));
        let answer = change(state);
        let mut edits = section.take();
        if sub.is_old {
            return answer;
        }
        if !edits.is_empty() && state.automation.listens() {
            state.notice(&edits, self.clock.millis());
            edits.extend(section.take());
        }
        state.automation.settle();
        let log = self.log.get().map(|log| (log, log.change(state, &edits)));
        if !edits.is_empty() {
            if let Some((before, until)) = before {
                self.history.keep(&sub.id, before, until);
            }
            self.tell(Place { location: Some(&sub.id), company: None }, edits);
        }
        if let Some((log, change)) = log {
            log.keep_account(sub, change, self.clock.millis());
        }
        answer
    }

    /// Changes a sub-account and tells nobody: this makes the world in which things happen.
    pub(crate) fn arrange<T>(&self, sub: &Sub, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = sub.state.write();
        let Some(log) = self.log.get() else { return change(&mut state) };
        let section = Recording::start();
        let answer = change(&mut state);
        let change = log.change(&state, &section.take());
        log.keep_account(sub, change, self.clock.millis());
        answer
    }

    /// Exchanges all that a sub-account holds, and tells nobody.
    pub(crate) fn replace(&self, sub: &Sub, whole: State) {
        let mut state = sub.state.write();
        *state = whole;
        if let Some(log) = self.log.get() {
            log.keep_whole(sub, &state, self.clock.millis());
        }
    }

    /// Changes who exists, and tells nobody; see [`arrange`](Self::arrange).
    pub(crate) fn arrange_directory<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        let mut directory = self.directory.write();
        self.section_of(&mut directory, change, |_, _| ())
    }

    /// As [`arrange_directory`](Self::arrange_directory), by who holds the directory's lock already.
    pub(crate) fn arrange_directory_held<T>(
        &self,
        directory: &mut Directory,
        change: impl FnOnce(&mut Directory) -> T,
    ) -> T {
        self.section_of(directory, change, |_, _| ())
    }

    /// Changes who exists, by who holds the directory's lock.
    pub(crate) fn alter_directory_held<T>(
        &self,
        directory: &mut Directory,
        change: impl FnOnce(&mut Directory) -> T,
    ) -> T {
        self.section_of(directory, change, |directory, edits| {
            self.tell(Place { location: None, company: Some(&directory.company) }, edits);
        })
    }

    fn section_of<T>(
        &self,
        directory: &mut Directory,
        change: impl FnOnce(&mut Directory) -> T,
        tell: impl FnOnce(&Directory, Vec<Edit>),
    ) -> T {
        let log = self.log.get().map(|log| (log, directory.clone()));
        let section = Recording::start();
        let answer = change(directory);
        let edits = section.take();
        let edited: Vec<Edit> = if log.is_some() { edits.clone() } else { Vec::new() };
        tell(directory, edits);
        if let Some((log, before)) = log {
            log.keep_directory(&before, directory, &edited, self.clock.millis(), None);
        }
        answer
    }

    /// Tells apps and subscribers of changes, with the lock held under which they were made.
    fn tell(&self, place: Place<'_>, edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        let at = self.clock.millis();
        let tidings = self.exchange.tidings(place, at, &edits);
        let first = self.events.append(place, at, edits);
        self.exchange.tell(&tidings, first, at);
    }

    /// Exchanges who exists, all that they hold and what is to be sent, and moves a virtual clock; see
    /// [`arrange`](Self::arrange).
    pub(crate) fn replace_directory(
        &self,
        moment: &Snapshot,
        whole: Directory,
        clock: Option<DateTime<Utc>>,
    ) {
        let mut directory = self.directory.write();
        let before = std::mem::replace(&mut *directory, whole);
        self.history.clear();
        // What changes in the book goes into the same line.
        let section = Recording::start();
        self.exchange.put(&moment.deliveries);
        self.put_neighbours(moment);
        if let Some(to) = clock {
            self.clock.turn(to);
        }
        if let Some(log) = self.log.get() {
            let clock = clock.map(|_| self.clock.shift());
            log.keep_directory(&before, &directory, &[], self.clock.millis(), clock);
        }
        drop(section);
    }

    /// Writes down a change of what belongs to no sub-account, by its name in [`crate::disk`]'s list of parts. Within
    /// a section it is written along with what else the section changes.
    pub(crate) fn keep_part(&self, part: &'static str, value: impl FnOnce() -> Value) {
        if let Some(log) = self.log.get() {
            log.keep_part(part, value());
        }
    }

    /// What a call answers that may have changed something: an error where that could not be written down.
    pub(crate) fn kept<T>(&self, answer: Result<T>) -> Result<T> {
        match self.log.get().and_then(|log| log.broken()) {
            Some(error) if answer.is_ok() => Err(refusal::server(500, &error.to_string())),
            _ => answer,
        }
    }
}
