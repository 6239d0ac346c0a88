//! All that an API beside the CRM's holds, behind its lock.

use std::sync::Arc;

use parking_lot::{RwLock, RwLockReadGuard};
use serde_json::{Value, json};

use super::shelf::Rows;
use crate::world::World;
use crate::world::tape::Recording;

/// What an API holds. A clone is a fork: it shares its records until somebody writes.
pub(crate) trait Estate: Clone + Default + Send + Sync + 'static {
    /// Its name in a file; see [`crate::disk`]'s list of parts.
    const PART: &'static str;

    /// Shows each of its shelves, by its name in a file.
    fn shelves(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Rows));

    /// Called when rows were put back, to find again what follows from them.
    fn settle(&mut self) {}
}

/// An estate behind its lock, which is held for work in memory only. Under it the delivery engine's may be taken, and
/// no other.
#[derive(Debug, Default)]
pub(crate) struct Held<E>(RwLock<Arc<E>>);

impl<E: Estate> Held<E> {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Arc<E>> {
        self.0.read()
    }

    /// Puts another moment in place.
    pub(crate) fn put(&self, moment: &Arc<E>) {
        *self.0.write() = Arc::clone(moment);
    }

    /// Changes it in one critical section. A world that is kept in a file has the changes there before anybody else
    /// sees them, along with what is to be sent of them.
    pub(crate) fn change<T>(&self, world: &World, change: impl FnOnce(&mut E) -> T) -> T {
        let mut held = self.0.write();
        let estate = Arc::make_mut(&mut held);
        let Some(log) = world.log.get() else {
            let answer = change(estate);
            estate.shelves(&mut |_, shelf| shelf.changes(&mut |_| ()));
            return answer;
        };
        let section = Recording::start();
        let answer = change(estate);
        estate.shelves(&mut |name, shelf| {
            shelf.changes(&mut |row| log.keep_part(E::PART, json!([name, row])));
        });
        log.keep_staged(world.clock.millis());
        drop(section);
        answer
    }
}

/// Everything that a file keeps of an estate.
pub(crate) fn save<E: Estate>(estate: &Arc<E>, write: &mut dyn FnMut(Value)) {
    // The shelves are shared, not copied.
    E::clone(estate).shelves(&mut |name, shelf| shelf.all(&mut |row| write(json!([name, row]))));
}

/// Takes back a row that was saved; a null empties the estate.
pub(crate) fn load<E: Estate>(estate: &mut Arc<E>, row: Value) -> serde_json::Result<()> {
    if row.is_null() {
        *estate = Arc::default();
        return Ok(());
    }
    let (name, row): (String, Value) = serde_json::from_value(row)?;
    let (mut row, mut outcome) = (Some(row), Ok(()));
    let estate = Arc::make_mut(estate);
    estate.shelves(&mut |known, shelf| {
        if known == name
            && let Some(row) = row.take()
        {
            outcome = shelf.restore(row);
        }
    });
    estate.settle();
    outcome
}

/// Writes an estate down as a whole, in place of what the file has of it.
pub(crate) fn replace<E: Estate>(world: &World, estate: &Arc<E>) {
    if let Some(log) = world.log.get() {
        log.keep_part(E::PART, Value::Null);
        save(estate, &mut |row| log.keep_part(E::PART, row));
    }
}
