//! A small collection that forks share.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::row::Row;
use super::tape;

/// Something that a small collection keeps: what it is known by, and its row on the tape.
pub(crate) trait Kept: Clone + PartialEq {
    /// What tells it from the others of its collection; never changed.
    fn key(&self) -> &str;

    /// Its row; `None` for what is of no interest beyond the moment.
    fn row(&self) -> Option<Row>;
}

/// A small collection in an order of its own, which a fork shares until somebody writes to it.
#[derive(Debug, Clone)]
pub(crate) struct Owned<T>(Arc<Vec<T>>);

impl<T> Default for Owned<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Deref for Owned<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Kept> Owned<T> {
    /// Adds to its end.
    pub(crate) fn push(&mut self, item: T) {
        tape::note(|| None, || item.row());
        Arc::make_mut(&mut self.0).push(item);
    }

    /// Puts in before the place of a number.
    pub(crate) fn insert(&mut self, place: usize, item: T) {
        tape::note(|| None, || item.row());
        Arc::make_mut(&mut self.0).insert(place, item);
    }

    /// What came, went or differs in `after`; a shared list is not looked at.
    pub(crate) fn each_difference(&self, after: &Self, visit: &mut dyn FnMut(Option<&T>, Option<&T>)) {
        if Arc::ptr_eq(&self.0, &after.0) {
            return;
        }
        // Most lists grow at their end: what both begin with is the same.
        let same = self.iter().zip(after.iter()).take_while(|(old, new)| old == new).count();
        let (olds, news) = (&self[same..], &after[same..]);
        let by_key = |list: &[T]| -> std::collections::HashMap<String, usize> {
            list.iter().enumerate().map(|(at, item)| (item.key().to_owned(), at)).collect()
        };
        let (old_keys, new_keys) = (by_key(olds), by_key(news));
        for old in olds {
            let new = new_keys.get(old.key()).and_then(|at| news.get(*at));
            if new != Some(old) {
                visit(Some(old), new);
            }
        }
        news.iter().filter(|new| !old_keys.contains_key(new.key())).for_each(|new| visit(None, Some(new)));
    }

    /// Opens it for any change. What differs afterwards is written down; while a section is recorded that costs a
    /// copy of the collection, so what grows without end is better only [pushed](Self::push) to.
    pub(crate) fn edit(&mut self) -> Editing<'_, T> {
        Editing { before: tape::is_recording().then(|| Arc::clone(&self.0)), list: &mut self.0 }
    }
}

impl<T: Clone> Owned<T> {
    /// Opens for any change what is of no interest beyond the moment: nothing is written down.
    pub(crate) fn edit_aside(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0)
    }
}

/// A collection while it is changed.
#[derive(Debug)]
pub(crate) struct Editing<'a, T: Kept> {
    list: &'a mut Arc<Vec<T>>,
    before: Option<Arc<Vec<T>>>,
}

impl<T: Kept> Deref for Editing<'_, T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        self.list
    }
}

impl<T: Kept> DerefMut for Editing<'_, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(self.list)
    }
}

impl<T: Kept> Drop for Editing<'_, T> {
    fn drop(&mut self) {
        let Some(before) = &self.before else { return };
        if Arc::ptr_eq(before, self.list) {
            return;
        }
        // Both lists are in the same order but for what came, went or was moved: looking on from the last match finds
        // the next one at once.
        let place = |list: &[T], from: usize, key: &str| {
            let (start, rest) = list.split_at(from.min(list.len()));
            let ahead = rest.iter().position(|item| item.key() == key).map(|at| at + start.len());
            ahead.or_else(|| start.iter().position(|item| item.key() == key))
        };
        let mut from = 0;
        for old in before.iter() {
            match place(self.list, from, old.key()) {
                Some(at) => from = at + 1,
                None => tape::note(|| old.row(), || None),
            }
        }
        let mut from = 0;
        for new in self.list.iter() {
            let known = place(before, from, new.key());
            from = known.map_or(from, |at| at + 1);
            let known = known.and_then(|at| before.get(at));
            if known != Some(new) {
                tape::note(|| known.and_then(Kept::row), || new.row());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use smbcrm_core::locations::CustomValue;

    use super::super::tape::Recording;
    use super::*;

    fn value(id: &str, name: &str) -> CustomValue {
        let mut value = CustomValue::default();
        value.id = id.into();
        value.name = name.into();
        value
    }

    #[test]
    fn what_differs_is_written_down() {
        let mut list = Owned::default();
        list.edit_aside().extend([value("1", "a"), value("2", "b"), value("3", "c")]);
        let section = Recording::start();
        list.edit().remove(0);
        list.push(value("4", "d"));
        list.edit()[1].name = "changed".into();
        list.edit().swap(0, 1);
        let _ = list.edit();
        let edits = section.take();
        let told: Vec<_> = edits
            .iter()
            .map(|edit| {
                let name = |row: &Option<Row>| match row {
                    Some(Row::CustomValue(value)) => value.name.to_string(),
                    _ => "-".to_owned(),
                };
                (name(&edit.before), name(&edit.after))
            })
            .collect();
        let pairs = [("a", "-"), ("-", "d"), ("c", "changed")];
        assert_eq!(told, pairs.map(|(before, after)| (before.to_owned(), after.to_owned())));
    }
}
