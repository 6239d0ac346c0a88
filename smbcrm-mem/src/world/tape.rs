//! What a critical section changed, written down as it happens.
//!
//! Every record lives in a [`Table`](crate::search::Table) or an [`Owned`](super::Owned) list, and both write down
//! what is put into them and taken out while a section is recorded. So no operation can forget to say what it did:
//! webhooks, workflows, the event stream and the log on disk all follow from here.
//!
//! A section runs on one thread from lock to unlock, so the tape belongs to the thread. Outside a section (seeding,
//! loading, laying out what is derived) nothing is written down.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;

use serde_json::Value;

use super::row::Row;

/// A record before and after; absent before it was made, absent after it was removed.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) before: Option<Row>,
    pub(crate) after: Option<Row>,
}

impl Edit {
    /// The record, as it is or was last.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static TAPE: RefCell<Vec<Edit>> = const { RefCell::new(Vec::new()) };
    static STAGED: RefCell<Vec<(String, Value)>> = const { RefCell::new(Vec::new()) };
}

/// A section that is being recorded.
///
/// A section within a section writes on the same tape, and the outer one reads it. Dropped without being read (after
/// a panic, say), the tape is wiped.
#[derive(Debug)]
pub(crate) struct Recording(PhantomData<*const ()>);

impl Recording {
    pub(crate) fn start() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self(PhantomData)
    }

    /// Takes what has been written down so far off the tape; a section within another one has none of its own.
    pub(crate) fn take(&self) -> Vec<Edit> {
        if DEPTH.get() > 1 {
            return Vec::new();
        }
        TAPE.with_borrow_mut(std::mem::take)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        DEPTH.set(depth);
        if depth == 0 {
            TAPE.with_borrow_mut(Vec::clear);
            STAGED.with_borrow_mut(Vec::clear);
        }
    }
}

/// Whether what happens now is written down.
pub(crate) fn is_recording() -> bool {
    DEPTH.get() > 0
}

/// Puts down what else belongs into the section's line of the file.
pub(crate) fn stage(part: &'static str, value: Value) {
    STAGED.with_borrow_mut(|staged| staged.push((part.to_owned(), value)));
}

/// Takes what was put down; a section within another one has none of its own.
pub(crate) fn take_staged() -> Vec<(String, Value)> {
    if DEPTH.get() > 1 {
        return Vec::new();
    }
    STAGED.with_borrow_mut(std::mem::take)
}

/// Writes down a change, if a section is recorded. A record that never was, before or after, is none.
pub(crate) fn note(before: impl FnOnce() -> Option<Row>, after: impl FnOnce() -> Option<Row>) {
    if is_recording() {
        let edit = Edit { before: before(), after: after() };
        if edit.row().is_some() {
            TAPE.with_borrow_mut(|tape| tape.push(edit));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use smbcrm_core::locations::Location;

    use super::*;

    fn location() -> Option<Row> {
        Some(Row::Location(Arc::new(Location::default())))
    }

    #[test]
    fn only_a_section_is_written_down_and_nothing_outlives_it() {
        note(location, || None);
        let section = Recording::start();
        note(|| None, location);
        {
            let inner = Recording::start();
            note(|| None, || None);
            note(location, || None);
            assert!(inner.take().is_empty(), "the outer section reads");
        }
        assert_eq!(section.take().len(), 2);
        note(|| None, location);
        drop(section);
        assert!(Recording::start().take().is_empty());
    }
}
