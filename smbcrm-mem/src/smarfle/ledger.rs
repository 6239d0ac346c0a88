//! Records of several organisations: each is somebody's, and is found by its owner only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::neighbour::{Rows, Shelf};

/// A record and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Owned<T> {
    org: u64,
    of: T,
}

/// Records of one kind. Whoever asks says for which organisation, and gets nothing of another.
#[derive(Debug, Clone)]
pub(super) struct Ledger<T> {
    shelf: Shelf<Owned<T>>,
    by_org: BTreeMap<u64, BTreeSet<u64>>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self { shelf: Shelf::default(), by_org: BTreeMap::new() }
    }
}

impl<T: Clone> Ledger<T> {
    /// Adds a record, made with its number.
    pub(super) fn add(&mut self, org: u64, make: impl FnOnce(u64) -> T) -> u64 {
        let mut added = 0;
        self.shelf.add(|id| {
            added = id;
            Owned { org, of: make(id) }
        });
        self.by_org.entry(org).or_default().insert(added);
        added
    }

    /// The number that the next record gets.
    pub(super) fn next(&self) -> u64 {
        self.shelf.next()
    }

    pub(super) fn get(&self, org: u64, id: u64) -> Option<&T> {
        self.shelf.get(id).filter(|owned| owned.org == org).map(|owned| &owned.of)
    }

    /// Whose a record is.
    pub(super) fn owner(&self, id: u64) -> Option<u64> {
        self.shelf.get(id).map(|owned| owned.org)
    }

    /// Changes a record; `None` when the organisation has none of this number.
    pub(super) fn edit<A>(&mut self, org: u64, id: u64, change: impl FnOnce(&mut T) -> A) -> Option<A> {
        self.get(org, id)?;
        self.shelf.edit(id, |owned| change(&mut owned.of))
    }

    pub(super) fn remove(&mut self, org: u64, id: u64) -> bool {
        if self.get(org, id).is_none() {
            return false;
        }
        self.shelf.remove(id);
        self.forget(id);
        true
    }

    fn forget(&mut self, id: u64) {
        self.by_org.values_mut().for_each(|ids| _ = ids.remove(&id));
    }

    /// An organisation's records, oldest first.
    pub(super) fn of(&self, org: u64) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.before(org, u64::MAX)
    }

    /// An organisation's records with lower numbers than this, oldest first.
    pub(super) fn before(&self, org: u64, end: u64) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        let ids = self.by_org.get(&org).into_iter().flat_map(move |ids| ids.range(..end));
        ids.filter_map(|id| self.shelf.get(*id).map(|owned| (*id, &owned.of)))
    }

    pub(super) fn len(&self, org: u64) -> usize {
        self.by_org.get(&org).map_or(0, BTreeSet::len)
    }

    /// Every record, with its owner and its number.
    pub(super) fn all(&self) -> impl Iterator<Item = (u64, u64, &T)> {
        self.shelf.iter().map(|(id, owned)| (owned.org, id, &owned.of))
    }

    /// Lets go of an organisation's oldest records that may go, until there are no more than `most`.
    pub(super) fn trim(&mut self, org: u64, most: usize, may_go: impl Fn(&T) -> bool) {
        while self.len(org) > most {
            let oldest = self.of(org).find(|(_, item)| may_go(item)).map(|(id, _)| id);
            let Some(oldest) = oldest else { return };
            self.remove(org, oldest);
        }
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Rows for Ledger<T> {
    fn all(&self, write: &mut dyn FnMut(Value)) {
        self.shelf.all(write);
    }

    fn changes(&mut self, write: &mut dyn FnMut(Value)) {
        self.shelf.changes(write);
    }

    fn restore(&mut self, row: Value) -> serde_json::Result<()> {
        let named = |name: &str| row.get(name).and_then(|it| it.get(0).unwrap_or(it).as_u64());
        let (is, gone) = (named("is"), named("gone"));
        self.shelf.restore(row)?;
        if let Some((id, owned)) = is.and_then(|id| Some((id, self.shelf.get(id).map(Arc::clone)?))) {
            self.by_org.entry(owned.org).or_default().insert(id);
        }
        gone.into_iter().for_each(|id| self.forget(id));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(ledger: &Ledger<String>) -> Vec<Vec<(u64, String)>> {
        (0..4).map(|org| ledger.of(org).map(|(id, text)| (id, text.clone())).collect()).collect()
    }

    proptest! {
        /// Nobody reaches another's record, whatever is done; and the rows make the same ledger.
        #[test]
        fn each_has_its_own(steps in prop::collection::vec((0_u8..4, 0_u64..4, 1_u64..12), 0..60)) {
            let (mut ledger, mut copy) = (Ledger::<String>::default(), Ledger::<String>::default());
            for (step, org, id) in steps {
                match step {
                    0 => drop(ledger.add(org, |id| format!("{org}/{id}"))),
                    1 => drop(ledger.edit(org, id, |text| text.push('!'))),
                    2 => drop(ledger.remove(org, id)),
                    _ => ledger.trim(org, 2, |text| text.len() % 2 == 1),
                }
                ledger.changes(&mut |row| copy.restore(row).unwrap());
                for org in 0..4 {
                    let prefix = format!("{org}/");
                    prop_assert!(ledger.of(org).all(|(_, text)| text.starts_with(&prefix)));
                    prop_assert!((1..12).filter_map(|id| ledger.get(org, id)).all(|text| text.starts_with(&prefix)));
                    prop_assert_eq!(ledger.len(org), ledger.of(org).count());
                }
            }
            prop_assert_eq!(shown(&ledger), shown(&copy));
            let mut whole = Ledger::<String>::default();
            ledger.all_rows().into_iter().for_each(|row| whole.restore(row).unwrap());
            prop_assert_eq!((shown(&ledger), ledger.next()), (shown(&whole), whole.next()));
        }
    }

    impl Ledger<String> {
        fn all_rows(&self) -> Vec<Value> {
            let mut rows = Vec::new();
            Rows::all(self, &mut |row| rows.push(row));
            rows
        }
    }

    #[test]
    fn of_what_may_go_the_oldest_goes_first() {
        let mut ledger = Ledger::default();
        for text in ["wait", "gone", "kept", "kept"] {
            ledger.add(1, |_| text.to_owned());
        }
        ledger.add(2, |_| "other".to_owned());
        ledger.trim(1, 3, |text| text != "wait");
        assert_eq!(ledger.of(1).map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["wait", "kept", "kept"]);
        assert_eq!(ledger.before(1, 4).count(), 2);
        ledger.trim(1, 0, |text| text != "wait");
        assert_eq!((ledger.len(1), ledger.len(2)), (1, 1));
    }
}
