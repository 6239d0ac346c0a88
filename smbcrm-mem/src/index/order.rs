//! An ordered index: slots in the order of a key, walkable from any position in both directions.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A chunk is split beyond this many entries …
const FULL: usize = 256;
/// … and merged with a neighbour below this many.
const SPARE: usize = FULL / 4;
/// How full chunks are made by a bulk build: some room, so that the first inserts do not all split.
const PACKED: usize = FULL * 3 / 4;

/// Entries `(key, slot)` in order, in copy-on-write chunks.
///
/// Keys may tie. Every operation that looks for a place takes a *probe*, a closure that says how an entry
/// compares with what is sought; the probe settles ties as its owner sees fit (the query engine looks at the two
/// records), so nothing but a small key has to be stored here. All probes used on one index must agree.
pub(crate) struct Order<K> {
    chunks: Arc<Vec<Chunk<K>>>,
    len: usize,
}

/// Keys and slots of a chunk apart: 12 bytes an entry instead of 16 for `u64` keys, and a denser binary search.
struct Chunk<K> {
    /// The first entry, kept here so that finding a chunk reads one contiguous list.
    first: (K, u32),
    len: u32,
    entries: Arc<Entries<K>>,
}

#[derive(Clone)]
struct Entries<K> {
    keys: Vec<K>,
    slots: Vec<u32>,
}

/// A place between two entries: everything before it sorts below what was sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    chunk: usize,
    offset: usize,
}

impl<K> Clone for Order<K> {
    fn clone(&self) -> Self {
        Self { chunks: Arc::clone(&self.chunks), len: self.len }
    }
}

impl<K: Copy> Clone for Chunk<K> {
    fn clone(&self) -> Self {
        Self { first: self.first, len: self.len, entries: Arc::clone(&self.entries) }
    }
}

impl<K> Default for Order<K> {
    fn default() -> Self {
        Self { chunks: Arc::default(), len: 0 }
    }
}

impl<K> fmt::Debug for Order<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Order({} entries in {} chunks)", self.len, self.chunks.len())
    }
}

impl<K: Copy> Chunk<K> {
    /// None when there are no entries: empty chunks are never kept.
    fn new(keys: Vec<K>, slots: Vec<u32>) -> Option<Self> {
        let first = (*keys.first()?, *slots.first()?);
        Some(Self { first, len: slots.len() as u32, entries: Arc::new(Entries { keys, slots }) })
    }
}

impl<K: Copy> Order<K> {
    /// Builds the index from entries that are already in order.
    pub(crate) fn from_sorted(entries: &[(K, u32)]) -> Self {
        let chunks = entries
            .chunks(PACKED)
            .filter_map(|part| {
                let mut keys = Vec::with_capacity(part.len());
                let mut slots = Vec::with_capacity(part.len());
                for &(key, slot) in part {
                    keys.push(key);
                    slots.push(slot);
                }
                Chunk::new(keys, slots)
            })
            .collect();
        Self { chunks: Arc::new(chunks), len: entries.len() }
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The place before the first entry for which the probe does not say `Less`.
    pub(crate) fn seek(&self, mut probe: impl FnMut(K, u32) -> Ordering) -> Position {
        let after = self.chunks.partition_point(|chunk| probe(chunk.first.0, chunk.first.1).is_lt());
        let Some(number) = after.checked_sub(1) else { return self.start() };
        let Some(chunk) = self.chunks.get(number) else { return self.start() };
        let offset = chunk.entries.partition_point(&mut probe);
        self.settle(Position { chunk: number, offset })
    }

    /// The place before everything.
    pub(crate) fn start(&self) -> Position {
        Position { chunk: 0, offset: 0 }
    }

    /// The place behind everything.
    pub(crate) fn end(&self) -> Position {
        Position { chunk: self.chunks.len(), offset: 0 }
    }

    /// One name for one place: the end of a chunk is the start of the next.
    fn settle(&self, position: Position) -> Position {
        match self.chunks.get(position.chunk) {
            Some(chunk) if position.offset >= chunk.len as usize => {
                Position { chunk: position.chunk + 1, offset: 0 }
            }
            _ => position,
        }
    }

    /// How many entries lie between two places.
    pub(crate) fn distance(&self, from: Position, to: Position) -> usize {
        let whole: usize = self
            .chunks
            .get(from.chunk..to.chunk)
            .unwrap_or_default()
            .iter()
            .map(|chunk| chunk.len as usize)
            .sum();
        (whole + to.offset).saturating_sub(from.offset)
    }

    /// The entries between two places, from either end.
    pub(crate) fn range(
        &self,
        from: Position,
        to: Position,
    ) -> impl DoubleEndedIterator<Item = (K, u32)> + '_ {
        let last = if to.offset > 0 { to.chunk + 1 } else { to.chunk };
        let chunks = self.chunks.get(from.chunk..last.min(self.chunks.len())).unwrap_or_default();
        chunks.iter().enumerate().flat_map(move |(index, chunk)| {
            let number = from.chunk + index;
            let start = if number == from.chunk { from.offset } else { 0 };
            let end = if number == to.chunk { to.offset } else { chunk.len as usize };
            let keys = chunk.entries.keys.get(start..end).unwrap_or_default();
            let slots = chunk.entries.slots.get(start..end).unwrap_or_default();
            keys.iter().copied().zip(slots.iter().copied())
        })
    }

    /// Adds an entry. The probe compares entries with the new one.
    pub(crate) fn insert(&mut self, key: K, slot: u32, mut probe: impl FnMut(K, u32) -> Ordering) {
        let after = self.chunks.partition_point(|chunk| probe(chunk.first.0, chunk.first.1).is_lt());
        let number = after.saturating_sub(1);
        let chunks = Arc::make_mut(&mut self.chunks);
        let is_last = number + 1 >= chunks.len();
        let Some(chunk) = chunks.get_mut(number) else {
            chunks.extend(Chunk::new(vec![key], vec![slot]));
            self.len += 1;
            return;
        };
        let offset = chunk.entries.partition_point(&mut probe);
        self.len += 1;
        if chunk.len as usize >= FULL && is_last && offset >= FULL {
            // Entries that arrive in order fill chunk after chunk instead of leaving halves behind.
            chunks.extend(Chunk::new(vec![key], vec![slot]));
            return;
        }
        let entries = Arc::make_mut(&mut chunk.entries);
        entries.keys.insert(offset, key);
        entries.slots.insert(offset, slot);
        chunk.len += 1;
        if offset == 0 {
            chunk.first = (key, slot);
        }
        if chunk.len as usize > FULL {
            let keys = entries.keys.split_off(FULL / 2);
            let slots = entries.slots.split_off(FULL / 2);
            chunk.len = entries.slots.len() as u32;
            if let Some(upper) = Chunk::new(keys, slots) {
                chunks.insert(number + 1, upper);
            }
        }
    }

    /// Removes the entry of `slot`, whose place the probe must find; false when it is not there.
    pub(crate) fn remove(&mut self, slot: u32, mut probe: impl FnMut(K, u32) -> Ordering) -> bool {
        let place = self.seek(&mut probe);
        let end = Position { chunk: place.chunk, offset: place.offset + 1 };
        let found = self.range(place, end).next();
        if !found.is_some_and(|(key, other)| other == slot && probe(key, other).is_eq()) {
            return false;
        }
        let chunks = Arc::make_mut(&mut self.chunks);
        let Some(chunk) = chunks.get_mut(place.chunk) else { return false };
        let entries = Arc::make_mut(&mut chunk.entries);
        entries.keys.remove(place.offset);
        entries.slots.remove(place.offset);
        chunk.len -= 1;
        self.len -= 1;
        match (entries.keys.first(), entries.slots.first()) {
            (Some(&key), Some(&slot)) => chunk.first = (key, slot),
            _ => {
                chunks.remove(place.chunk);
                return true;
            }
        }
        if (chunk.len as usize) < SPARE {
            Self::merge(chunks, place.chunk);
        }
        true
    }

    /// Joins a small chunk with the next (or the one before) if both fit into one.
    fn merge(chunks: &mut Vec<Chunk<K>>, number: usize) {
        let left = if number + 1 < chunks.len() { number } else { number.saturating_sub(1) };
        let fits = match (chunks.get(left), chunks.get(left + 1)) {
            (Some(a), Some(b)) => (a.len + b.len) as usize <= PACKED,
            _ => false,
        };
        if !fits {
            return;
        }
        let right = chunks.remove(left + 1);
        if let Some(chunk) = chunks.get_mut(left) {
            let entries = Arc::make_mut(&mut chunk.entries);
            entries.keys.extend_from_slice(&right.entries.keys);
            entries.slots.extend_from_slice(&right.entries.slots);
            chunk.len += right.len;
        }
    }
}

impl<K: Copy> Entries<K> {
    fn partition_point(&self, probe: &mut impl FnMut(K, u32) -> Ordering) -> usize {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match (self.keys.get(middle), self.slots.get(middle)) {
                (Some(&key), Some(&slot)) if probe(key, slot).is_lt() => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The simplest probe: ties are settled by slot.
    fn by_slot(key: u16, slot: u32) -> impl Fn(u16, u32) -> Ordering {
        move |k, s| (k, s).cmp(&(key, slot))
    }

    fn entries(order: &Order<u16>) -> Vec<(u16, u32)> {
        order.range(order.start(), order.end()).collect()
    }

    fn check(order: &Order<u16>, model: &BTreeSet<(u16, u32)>) -> Result<(), TestCaseError> {
        prop_assert_eq!(order.len(), model.len());
        prop_assert_eq!(entries(order), model.iter().copied().collect::<Vec<_>>());
        prop_assert!(order.chunks.iter().all(|c| c.len as usize <= FULL && c.len > 0));
        prop_assert!(order.chunks.iter().all(|c| c.len as usize == c.entries.slots.len()));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn behaves_like_a_sorted_set(
            built in prop::collection::btree_set((0..50_u16, 0..2_000_u32), 0..900),
            steps in prop::collection::vec((0..5_u8, 0..50_u16, 0..2_000_u32), 0..1500),
            fork_at in 0..1500_usize,
            bounds in prop::collection::vec(((0..52_u16, 0..2_000_u32), (0..52_u16, 0..2_000_u32)), 8),
        ) {
            let mut model = built;
            let mut order = Order::from_sorted(&model.iter().copied().collect::<Vec<_>>());
            let mut fork = (order.clone(), model.clone());
            for (step, (kind, key, slot)) in steps.into_iter().enumerate() {
                if step == fork_at {
                    fork = (order.clone(), model.clone());
                }
                if kind == 0 {
                    prop_assert_eq!(order.remove(slot, by_slot(key, slot)), model.remove(&(key, slot)));
                } else if kind == 1 {
                    if let Some(&(key, slot)) = model.range((key, slot)..).next() {
                        prop_assert!(order.remove(slot, by_slot(key, slot)));
                        model.remove(&(key, slot));
                    }
                } else if model.insert((key, slot)) {
                    order.insert(key, slot, by_slot(key, slot));
                }
            }
            check(&order, &model)?;
            check(&fork.0, &fork.1)?;
            for (a, b) in bounds {
                let (low, high) = (a.min(b), a.max(b));
                let (from, to) = (order.seek(by_slot(low.0, low.1)), order.seek(by_slot(high.0, high.1)));
                let expected: Vec<_> = model.range(low..high).copied().collect();
                prop_assert_eq!(order.distance(from, to), expected.len());
                prop_assert_eq!(order.range(from, to).collect::<Vec<_>>(), expected.clone());
                let back: Vec<_> = order.range(from, to).rev().collect();
                prop_assert_eq!(back, expected.into_iter().rev().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn entries_in_order_fill_their_chunks_and_emptied_chunks_go() {
        let mut order = Order::default();
        for i in 0..10_000_u16 {
            order.insert(i, 0, by_slot(i, 0));
        }
        assert!(order.chunks.len() <= 10_000 / FULL + 1);
        for i in 0..9_990_u16 {
            assert!(order.remove(0, by_slot(i, 0)));
        }
        assert_eq!(order.chunks.len(), 1);
        assert_eq!(order.distance(order.start(), order.end()), 10);
        assert_eq!(order.distance(order.end(), order.start()), 0);
        assert_eq!(order.range(order.end(), order.start()).count(), 0);
    }
}
