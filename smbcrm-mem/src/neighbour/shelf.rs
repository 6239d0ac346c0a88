//! Records by number, which a fork shares, and which know what of them has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Something that a file keeps row by row.
pub(crate) trait Rows {
    /// Everything that is kept of it.
    fn all(&self, write: &mut dyn FnMut(Value));
    /// What changed since it was last asked.
    fn changes(&mut self, write: &mut dyn FnMut(Value));
    /// Takes back a row.
    ///
    /// # Errors
    /// When it is none.
    fn restore(&mut self, row: Value) -> serde_json::Result<()>;
}

/// Records of one kind, by numbers that count from 1 and are never given twice.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<T> {
    items: BTreeMap<u64, Arc<T>>,
    last: u64,
    changed: BTreeSet<u64>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), last: 0, changed: BTreeSet::new() }
    }
}

impl<T: Clone> Shelf<T> {
    /// Adds a record, made with its number.
    pub(crate) fn add(&mut self, make: impl FnOnce(u64) -> T) -> Arc<T> {
        self.last += 1;
        let item = Arc::new(make(self.last));
        self.items.insert(self.last, Arc::clone(&item));
        self.changed.insert(self.last);
        item
    }

    /// The number that the next record gets.
    pub(crate) fn next(&self) -> u64 {
        self.last + 1
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Arc<T>> {
        self.items.get(&id)
    }

    /// Changes a record; `None` when there is none.
    pub(crate) fn edit<A>(&mut self, id: u64, change: impl FnOnce(&mut T) -> A) -> Option<A> {
        let item = self.items.get_mut(&id)?;
        self.changed.insert(id);
        Some(change(Arc::make_mut(item)))
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Arc<T>> {
        let item = self.items.remove(&id)?;
        self.changed.insert(id);
        Some(item)
    }

    /// Removes all that are not wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&T) -> bool) {
        let gone: Vec<u64> = self.items.iter().filter(|(_, item)| !wanted(item)).map(|(id, _)| *id).collect();
        gone.into_iter().for_each(|id| drop(self.remove(id)));
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Arc<T>)> {
        self.items.iter().map(|(id, item)| (*id, item))
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Row<T> {
    /// The highest number that was given away.
    Last(u64),
    /// A record as it is.
    Is(u64, T),
    /// A record that is not there any more.
    Gone(u64),
}

impl<T: Clone + Serialize + DeserializeOwned> Rows for Shelf<T> {
    fn all(&self, write: &mut dyn FnMut(Value)) {
        if self.last > 0 {
            write(json!(Row::<&T>::Last(self.last)));
        }
        self.items.iter().for_each(|(id, item)| write(json!(Row::Is(*id, item.as_ref()))));
    }

    fn changes(&mut self, write: &mut dyn FnMut(Value)) {
        for id in std::mem::take(&mut self.changed) {
            write(match self.items.get(&id) {
                Some(item) => json!(Row::Is(id, item.as_ref())),
                None => json!(Row::<&T>::Gone(id)),
            });
        }
    }

    fn restore(&mut self, row: Value) -> serde_json::Result<()> {
        match serde_json::from_value(row)? {
            Row::Last(last) => self.last = self.last.max(last),
            Row::Is(id, item) => {
                self.items.insert(id, Arc::new(item));
                self.last = self.last.max(id);
            }
            Row::Gone(id) => {
                self.items.remove(&id);
                self.last = self.last.max(id);
            }
        }
        Ok(())
    }
}

/// One record that is always there: settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct One<T> {
    item: Arc<T>,
    changed: bool,
}

impl<T> std::ops::Deref for One<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T: Clone> One<T> {
    /// Opens it for a change.
    pub(crate) fn edit(&mut self) -> &mut T {
        self.changed = true;
        Arc::make_mut(&mut self.item)
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Rows for One<T> {
    fn all(&self, write: &mut dyn FnMut(Value)) {
        write(json!(self.item.as_ref()));
    }

    fn changes(&mut self, write: &mut dyn FnMut(Value)) {
        if std::mem::take(&mut self.changed) {
            self.all(write);
        }
    }

    fn restore(&mut self, row: Value) -> serde_json::Result<()> {
        self.item = Arc::new(serde_json::from_value(row)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(write: impl FnOnce(&mut dyn FnMut(Value))) -> Vec<Value> {
        let mut rows = Vec::new();
        write(&mut |row| rows.push(row));
        rows
    }

    fn shown(shelf: &Shelf<String>) -> (u64, Vec<(u64, String)>) {
        (shelf.last, shelf.iter().map(|(id, item)| (id, item.to_string())).collect())
    }

    proptest! {
        /// Whatever is done to a shelf: its rows make the same one, and so do an older one's and what changed since.
        #[test]
        fn rows_make_the_same_shelf(steps in prop::collection::vec((0_u8..4, 1_u64..8), 0..40), cut in 0_usize..40) {
            let mut shelf = Shelf::default();
            let mut log = Shelf::<String>::default();
            for (at, (step, id)) in steps.into_iter().enumerate() {
                match step {
                    0 => drop(shelf.add(|id| format!("made {id}"))),
                    1 => drop(shelf.edit(id, |text| text.push('!'))),
                    2 => drop(shelf.remove(id)),
                    _ => shelf.retain(|text| text.len() % 3 != 0),
                }
                if at == cut {
                    log = Shelf::default();
                    for row in rows(|write| shelf.all(write)) {
                        log.restore(row).unwrap();
                    }
                }
                for row in rows(|write| shelf.changes(write)) {
                    log.restore(row).unwrap();
                }
                prop_assert_eq!(shown(&log), shown(&shelf));
            }
            prop_assert!(rows(|write| shelf.changes(write)).is_empty());
        }
    }

    #[test]
    fn a_fork_has_records_of_its_own() {
        let mut shelf = Shelf::default();
        shelf.add(|_| "one".to_owned());
        let mut fork = shelf.clone();
        fork.edit(1, |text| text.push('!'));
        assert_eq!((shelf.get(1).unwrap().as_str(), fork.get(1).unwrap().as_str()), ("one", "one!"));
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let mut shelf = Shelf::<String>::default();
        assert!(shelf.restore(json!({ "is": [1] })).is_err());
        assert!(shelf.restore(json!("gone")).is_err());
        let mut one = One::<u32>::default();
        assert!(one.restore(json!("x")).is_err());
        *one.edit() = 7;
        assert_eq!(rows(|write| one.changes(write)), [json!(7)]);
    }
}
