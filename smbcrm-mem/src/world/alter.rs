//! The one way to change a world: lock, change, tell, unlock.
//!
//! What a change did is told while its lock is still held, so that everybody hears of the changes of a record in the
//! order in which they were made, and of each exactly once.

use super::tape::{Edit, Recording};
use super::{Directory, State, Sub, World};
use crate::events::webhook::Place;

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
        let answer = change(state);
        let mut edits = section.take();
        if !edits.is_empty() && state.automation.listens() {
            state.notice(&edits, self.clock.millis());
            edits.extend(section.take());
        }
        state.automation.settle();
        self.tell(Place { location: Some(&sub.id), company: None }, edits);
        answer
    }

    /// Changes a sub-account and tells nobody: this makes the world in which things happen.
    pub(crate) fn arrange<T>(&self, sub: &Sub, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut sub.state.write())
    }

    /// Changes who exists, and tells nobody; see [`arrange`](Self::arrange).
    pub(crate) fn arrange_directory<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        change(&mut self.directory.write())
    }

    /// Changes who exists, by who holds the directory's lock.
    pub(crate) fn alter_directory_held<T>(
        &self,
        directory: &mut Directory,
        change: impl FnOnce(&mut Directory) -> T,
    ) -> T {
        let section = Recording::start();
        let answer = change(directory);
        let edits = section.take();
        self.tell(Place { location: None, company: Some(&directory.company) }, edits);
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
        self.exchange.tell(tidings, first, at);
    }
}
