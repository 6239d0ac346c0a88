//! A dictionary of terms and the slots that have them.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::{Chunks, Lookup, SlotSet, hash_of};

/// Which slots have which term.
///
/// Each distinct term is stored once and has a dense number, its *term id*. Storing it (rather than its hash, or a
/// reference to some record that has it) lets a substring search verify against the dictionary alone, and lets
/// the terms be listed; a field of few distinct values costs next to nothing, and a field of many has an index
/// only when somebody filters by it.
///
/// `CHUNK` terms are copied together on the first write after a fork. Their sets lie all over the memory, so it
/// is best kept small where one write touches many terms.
pub(crate) struct Terms<K, const CHUNK: usize = 32> {
    entries: Chunks<Option<Entry<K>>, CHUNK>,
    ids: Lookup,
    free: Arc<Vec<u32>>,
    fresh: u32,
}

#[derive(Clone)]
struct Entry<K> {
    term: K,
    slots: SlotSet,
}

impl<K, const CHUNK: usize> Clone for Terms<K, CHUNK> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            ids: self.ids.clone(),
            free: Arc::clone(&self.free),
            fresh: self.fresh,
        }
    }
}

impl<K, const CHUNK: usize> Default for Terms<K, CHUNK> {
    fn default() -> Self {
        Self { entries: Chunks::default(), ids: Lookup::default(), free: Arc::default(), fresh: 0 }
    }
}

impl<K, const CHUNK: usize> fmt::Debug for Terms<K, CHUNK> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terms({} distinct)", self.ids.len())
    }
}

impl<K: Hash + Eq + Clone, const CHUNK: usize> Terms<K, CHUNK> {
    /// How many distinct terms there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    fn entry(&self, id: u32) -> Option<&Entry<K>> {
        self.entries.get(id as usize)?.as_ref()
    }

    fn id_of(&self, hash: u64, term: &K) -> Option<u32> {
        self.ids.find(hash, |id| self.entry(id).is_some_and(|entry| entry.term == *term))
    }

    /// The slots that have a term.
    pub(crate) fn get(&self, term: &K) -> Option<&SlotSet> {
        self.entry(self.id_of(hash_of(term), term)?).map(|entry| &entry.slots)
    }

    /// The term with an id, and the slots that have it.
    pub(crate) fn by_id(&self, id: u32) -> Option<(&K, &SlotSet)> {
        self.entry(id).map(|entry| (&entry.term, &entry.slots))
    }

    /// Term ids, terms and their slots, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &K, &SlotSet)> {
        (0..self.fresh).filter_map(|id| self.entry(id).map(|entry| (id, &entry.term, &entry.slots)))
    }

    /// Notes that a slot has a term. Returns the term's id if the term is new to the dictionary.
    pub(crate) fn add(&mut self, term: &K, slot: u32) -> Option<u32> {
        let hash = hash_of(term);
        if let Some(id) = self.id_of(hash, term) {
            if let Some(Some(entry)) = self.entries.get_mut(id as usize) {
                entry.slots.insert(slot);
            }
            return None;
        }
        let reused = if self.free.is_empty() { None } else { Arc::make_mut(&mut self.free).pop() };
        let id = reused.unwrap_or_else(|| {
            let id = self.fresh;
            self.fresh = self.fresh.saturating_add(1);
            id
        });
        self.entries.set(id as usize, Some(Entry { term: term.clone(), slots: SlotSet::One(slot) }));
        self.ids.insert(hash, id);
        Some(id)
    }

    /// Notes that a slot no longer has a term. Returns the term's id if no other slot has it and it is gone.
    pub(crate) fn remove(&mut self, term: &K, slot: u32) -> Option<u32> {
        let hash = hash_of(term);
        let id = self.id_of(hash, term)?;
        let place = self.entries.get_mut(id as usize)?;
        let entry = place.as_mut()?;
        entry.slots.remove(slot);
        if !entry.slots.is_empty() {
            return None;
        }
        *place = None;
        self.ids.remove(hash, id);
        Arc::make_mut(&mut self.free).push(id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    type Model = BTreeMap<u16, BTreeSet<u32>>;

    fn contents(terms: &Terms<u16>) -> Model {
        terms.iter().map(|(_, term, slots)| (*term, slots.to_vec().into_iter().collect())).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_map_of_sets(
            steps in prop::collection::vec((any::<bool>(), 0..60_u16, 0..20_u32), 0..500),
            fork_at in 0..500_usize,
        ) {
            let (mut terms, mut model) = (Terms::<u16>::default(), Model::new());
            let mut fork = (terms.clone(), model.clone());
            for (step, (add, term, slot)) in steps.into_iter().enumerate() {
                if step == fork_at {
                    fork = (terms.clone(), model.clone());
                }
                if add {
                    let new = terms.add(&term, slot);
                    prop_assert_eq!(new.is_some(), !model.contains_key(&term));
                    model.entry(term).or_default().insert(slot);
                } else {
                    let gone = terms.remove(&term, slot);
                    let last = model.get_mut(&term).is_some_and(|s| s.remove(&slot) && s.is_empty());
                    prop_assert_eq!(gone.is_some(), last);
                    if last {
                        model.remove(&term);
                    }
                }
                prop_assert_eq!(terms.len(), model.len());
            }
            for (terms, model) in [(terms, model), fork] {
                prop_assert_eq!(contents(&terms), model.clone());
                for (term, slots) in model {
                    prop_assert_eq!(terms.get(&term).map(SlotSet::to_vec), Some(slots.into_iter().collect()));
                }
            }
        }
    }
}
