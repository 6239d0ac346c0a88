//! Where records live: slot number to record.

use std::fmt;
use std::sync::Arc;

use super::Chunks;

/// Small chunks, because copying one after a fork touches the reference count of every record in it.
const CHUNK: usize = 128;

/// Records by slot.
///
/// Freed slots are **reused**, last freed first: sets and columns are dense arrays over the slots, so a table
/// that churns (records created and deleted for ever) must not let its slots run away. Nothing may therefore
/// read an age into a slot number.
pub(crate) struct Slab<R> {
    records: Chunks<Option<Arc<R>>, CHUNK>,
    free: Arc<Vec<u32>>,
    /// The lowest slot never used.
    fresh: u32,
}

impl<R> Clone for Slab<R> {
    fn clone(&self) -> Self {
        Self { records: self.records.clone(), free: Arc::clone(&self.free), fresh: self.fresh }
    }
}

impl<R> Default for Slab<R> {
    fn default() -> Self {
        Self { records: Chunks::default(), free: Arc::default(), fresh: 0 }
    }
}

impl<R> fmt::Debug for Slab<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slab({} records)", self.len())
    }
}

impl<R> Slab<R> {
    /// How many slots hold a record.
    pub(crate) fn len(&self) -> usize {
        (self.fresh as usize).saturating_sub(self.free.len())
    }

    /// The record in a slot.
    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&Arc<R>> {
        self.records.get(slot as usize)?.as_ref()
    }

    /// Puts a record into a free slot and returns the slot.
    ///
    /// At 2³² records (hundreds of gigabytes) the numbers would run out; the last slot is then overwritten.
    pub(crate) fn insert(&mut self, record: Arc<R>) -> u32 {
        let reused = if self.free.is_empty() { None } else { Arc::make_mut(&mut self.free).pop() };
        let slot = reused.unwrap_or_else(|| {
            let slot = self.fresh;
            self.fresh = self.fresh.saturating_add(1);
            slot
        });
        self.records.set(slot as usize, Some(record));
        slot
    }

    /// Exchanges the record of an occupied slot and returns the former one; a free slot stays free.
    pub(crate) fn replace(&mut self, slot: u32, record: Arc<R>) -> Option<Arc<R>> {
        self.get(slot)?;
        self.records.get_mut(slot as usize)?.replace(record)
    }

    /// Frees a slot and returns its record.
    pub(crate) fn remove(&mut self, slot: u32) -> Option<Arc<R>> {
        self.get(slot)?;
        let record = self.records.get_mut(slot as usize)?.take()?;
        Arc::make_mut(&mut self.free).push(slot);
        Some(record)
    }

    /// Slots that do not hold the very same record as the same slot of `other`; shared parts are not looked at.
    pub(crate) fn unshared<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (Option<&'a Arc<R>>, Option<&'a Arc<R>>)> {
        let pairs = self.records.unshared(&other.records);
        pairs.map(|(one, two)| (one.and_then(Option::as_ref), two.and_then(Option::as_ref))).filter(
            |(one, two)| match (one, two) {
                (Some(one), Some(two)) => !Arc::ptr_eq(one, two),
                (None, None) => false,
                _ => true,
            },
        )
    }

    /// Slots and records in slot order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Arc<R>)> {
        (0..self.fresh).zip(self.records.iter()).filter_map(|(slot, record)| Some((slot, record.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16),
        Replace(u32, u16),
        Remove(u32),
        Fork,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => any::<u16>().prop_map(Step::Insert),
            2 => (0..300_u32, any::<u16>()).prop_map(|(s, v)| Step::Replace(s, v)),
            3 => (0..300_u32).prop_map(Step::Remove),
            1 => Just(Step::Fork),
        ]
    }

    fn contents(slab: &Slab<u16>) -> BTreeMap<u32, u16> {
        slab.iter().map(|(slot, value)| (slot, **value)).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_map(steps in prop::collection::vec(step(), 0..400)) {
            let (mut slab, mut model) = (Slab::default(), BTreeMap::new());
            let mut forks = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(value) => {
                        let slot = slab.insert(Arc::new(value));
                        prop_assert!(model.insert(slot, value).is_none(), "slot {} was taken", slot);
                    }
                    Step::Replace(slot, value) => {
                        let old = slab.replace(slot, Arc::new(value)).map(|v| *v);
                        prop_assert_eq!(old, model.get(&slot).copied());
                        model.entry(slot).and_modify(|v| *v = value);
                    }
                    Step::Remove(slot) => {
                        prop_assert_eq!(slab.remove(slot).map(|v| *v), model.remove(&slot));
                    }
                    Step::Fork => forks.push((slab.clone(), model.clone())),
                }
                prop_assert_eq!(slab.len(), model.len());
            }
            prop_assert_eq!(contents(&slab), model);
            for (slab, model) in forks {
                prop_assert_eq!(contents(&slab), model);
            }
        }
    }
}
