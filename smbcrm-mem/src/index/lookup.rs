//! Exact look-ups: hash of a key to the slots that carry it.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// A shard is split when it holds more entries than this, so that copying one after a fork (eight kilobytes) stays
/// cheap.
const SHARD: usize = 768;

/// The hash that every look-up uses. The seed is fixed: the same calls give the same world, in every run.
#[inline]
pub(crate) fn hash_of(key: &(impl Hash + ?Sized)) -> u64 {
    foldhash::fast::FixedState::with_seed(0x5eed).hash_one(key)
}

/// Slots by the hash of a key.
///
/// The key itself is not stored: the caller compares, looking at the record in the slot. Half of the hash is
/// stored beside the slot, so that a wrong candidate rarely costs a look at its record, and so that growing
/// never has to hash records again.
///
/// Sharding is *extendible hashing*: a directory of 2^`depth` entries maps the first bits of a hash to a shard; a
/// full shard is split on its own, so no single insert pays for the whole table.
#[derive(Clone)]
pub(crate) struct Lookup {
    directory: Arc<Vec<u32>>,
    shards: Arc<Vec<Shard>>,
    /// How many bits of the hash the directory looks at.
    depth: u32,
    len: usize,
}

/// A hash table by linear probing. A general one would do, but reads its own head, its control bytes and the entry
/// from three places in memory; here a look-up in a large table waits for one.
#[derive(Clone, Default)]
struct Shard {
    /// A power of two of places, at most three quarters of them taken; none at all in the beginning.
    places: Arc<[Entry]>,
    len: usize,
    /// How many bits of the hash all entries of this shard share.
    depth: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    slot: u32,
}

const VACANT: Entry = Entry { hash: 0, slot: u32::MAX };

impl Entry {
    fn is_vacant(self) -> bool {
        self.slot == VACANT.slot
    }
}

impl Shard {
    fn of(entries: impl Iterator<Item = Entry>, len: usize, depth: u32) -> Self {
        let mut shard = Self { places: vacant(len), len: 0, depth };
        entries.for_each(|entry| shard.insert(entry));
        shard
    }

    /// The entries under a hash: from where it belongs to the next vacant place. The last bits say where that is, as
    /// entries of a shard share their first.
    #[inline]
    fn run(&self, hash: u32) -> impl Iterator<Item = (usize, Entry)> + '_ {
        let last = self.places.len().wrapping_sub(1);
        let mut at = hash as usize & last;
        std::iter::from_fn(move || {
            let (here, entry) = (at, *self.places.get(at)?);
            at = (at + 1) & last;
            (!entry.is_vacant()).then_some((here, entry))
        })
    }

    fn insert(&mut self, entry: Entry) {
        if (self.len + 1) * 4 > self.places.len() * 3 {
            let old = std::mem::replace(&mut self.places, vacant(self.len + 1));
            self.len = 0;
            old.iter().filter(|entry| !entry.is_vacant()).for_each(|entry| self.insert(*entry));
        }
        let end = self.run(entry.hash).last().map_or(entry.hash as usize, |(at, _)| at + 1);
        let last = self.places.len() - 1;
        if let Some(place) = Arc::make_mut(&mut self.places).get_mut(end & last) {
            *place = entry;
            self.len += 1;
        }
    }

    /// Vacates a place and moves up what stood behind it, so that no run is interrupted.
    fn remove(&mut self, mut gap: usize) {
        let last = self.places.len() - 1;
        let places = Arc::make_mut(&mut self.places);
        let mut at = gap;
        loop {
            at = (at + 1) & last;
            let Some(entry) = places.get(at).copied().filter(|entry| !entry.is_vacant()) else { break };
            // It may move up if the gap is not before the place where it belongs.
            let home = entry.hash as usize & last;
            if at.wrapping_sub(home) & last >= at.wrapping_sub(gap) & last {
                places.swap(gap, at);
                gap = at;
            }
        }
        if let Some(place) = places.get_mut(gap) {
            *place = VACANT;
        }
        self.len -= 1;
    }
}

/// Room for so many entries.
fn vacant(entries: usize) -> Arc<[Entry]> {
    let places = (entries * 4).div_ceil(3).next_power_of_two().max(4);
    std::iter::repeat_n(VACANT, places).collect()
}

impl Default for Lookup {
    fn default() -> Self {
        Self { directory: Arc::new(vec![0]), shards: Arc::new(vec![Shard::default()]), depth: 0, len: 0 }
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lookup({} entries in {} shards)", self.len, self.shards.len())
    }
}

/// The half of the hash that is stored.
#[inline]
fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Lookup {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn shard_number(&self, hash: u32) -> usize {
        let index = (u64::from(hash) << self.depth) >> 32;
        self.directory.get(index as usize).map_or(0, |&number| number as usize)
    }

    #[inline]
    fn run(&self, hash: u32) -> impl Iterator<Item = (usize, Entry)> + '_ {
        let shard = self.shards.get(self.shard_number(hash));
        shard.into_iter().flat_map(move |shard| shard.run(hash)).filter(move |(_, entry)| entry.hash == hash)
    }

    /// The first slot under `hash` that `is_match` accepts.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_match: impl FnMut(u32) -> bool) -> Option<u32> {
        self.run(half(hash)).map(|(_, entry)| entry.slot).find(|slot| is_match(*slot))
    }

    /// Every slot under `hash`, in no particular order; the caller still has to compare keys.
    #[inline]
    pub(crate) fn find_all(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        self.run(half(hash)).map(|(_, entry)| entry.slot)
    }

    /// Adds a slot under `hash`. Several slots may share a key.
    pub(crate) fn insert(&mut self, hash: u64, slot: u32) {
        let entry = Entry { hash: half(hash), slot };
        let mut number = self.shard_number(entry.hash);
        while self.is_worth_splitting(number) {
            self.split(number);
            number = self.shard_number(entry.hash);
        }
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(number) {
            shard.insert(entry);
            self.len += 1;
        }
    }

    /// Removes a slot from under `hash`; false when it was not there.
    pub(crate) fn remove(&mut self, hash: u64, slot: u32) -> bool {
        let hash = half(hash);
        // Found before anything is made mutable, so that a vain attempt copies nothing.
        let Some((place, _)) = self.run(hash).find(|(_, entry)| entry.slot == slot) else { return false };
        let number = self.shard_number(hash);
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(number) else { return false };
        shard.remove(place);
        self.len -= 1;
        true
    }

    /// Whether a shard is full and splitting it would help. Splitting cannot separate entries of one key (a
    /// thousand contacts with the same e-mail), so the directory's growth is bound to the number of entries.
    fn is_worth_splitting(&self, number: usize) -> bool {
        let full = self.shards.get(number).is_some_and(|shard| shard.len >= SHARD);
        let deepest = (self.len / (SHARD / 8)).max(1).ilog2();
        full && self.shards.get(number).is_some_and(|shard| shard.depth < deepest.min(24))
    }

    fn split(&mut self, number: usize) {
        let Some(old_depth) = self.shards.get(number).map(|shard| shard.depth) else { return };
        if old_depth == self.depth {
            self.directory = Arc::new(self.directory.iter().flat_map(|&n| [n, n]).collect());
            self.depth += 1;
        }
        let depth = old_depth + 1;
        let goes_right = |hash: u32| (hash >> (32 - depth)) & 1 == 1;
        let shards = Arc::make_mut(&mut self.shards);
        let right_number = shards.len() as u32;
        if let Some(place) = shards.get_mut(number) {
            let (left, right): (Vec<Entry>, Vec<Entry>) = (place.places.iter())
                .filter(|entry| !entry.is_vacant())
                .partition(|entry| !goes_right(entry.hash));
            // With room to grow: both halves will be filled again.
            let shard = |entries: Vec<Entry>| Shard::of(entries.into_iter(), SHARD, depth);
            *place = shard(left);
            shards.push(shard(right));
        }
        // Of the directory entries that led to the full shard, the upper half now leads to the new one.
        for (index, target) in Arc::make_mut(&mut self.directory).iter_mut().enumerate() {
            if *target == number as u32 && (index >> (self.depth - depth)) & 1 == 1 {
                *target = right_number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grows_in_small_shards() {
        let mut lookup = Lookup::default();
        for slot in 0..100_000_u32 {
            lookup.insert(hash_of(&slot), slot);
        }
        assert_eq!(lookup.len(), 100_000);
        for slot in 0..100_000 {
            assert_eq!(lookup.find(hash_of(&slot), |found| found == slot), Some(slot));
        }
        assert!(lookup.shards.iter().all(|shard| shard.len <= SHARD));
        assert!(lookup.directory.len() <= 4096, "{}", lookup.directory.len());
    }

    #[test]
    fn many_slots_under_one_key_do_not_blow_up_the_directory() {
        let mut lookup = Lookup::default();
        for slot in 0..5_000 {
            lookup.insert(7, slot);
        }
        assert_eq!(lookup.find_all(7).collect::<BTreeSet<_>>(), (0..5_000).collect());
        assert!(lookup.directory.len() <= 128, "{}", lookup.directory.len());
        assert!(lookup.remove(7, 4_321) && !lookup.remove(7, 4_321));
        assert_eq!(lookup.len(), 4_999);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn behaves_like_a_multimap(
            steps in prop::collection::vec((0..4_u8, 0..32_u64, 0..100_u32), 0..3000),
            fork_at in 0..3000_usize,
        ) {
            let (mut lookup, mut model) = (Lookup::default(), BTreeMap::<u64, BTreeSet<u32>>::new());
            let mut fork = (lookup.clone(), model.clone());
            for (step, (kind, key, slot)) in steps.into_iter().enumerate() {
                if step == fork_at {
                    fork = (lookup.clone(), model.clone());
                }
                let hash = key << 59; // few distinct hashes: shards fill unevenly
                if kind == 0 {
                    prop_assert_eq!(lookup.remove(hash, slot), model.entry(key).or_default().remove(&slot));
                } else if model.entry(key).or_default().insert(slot) {
                    lookup.insert(hash, slot);
                }
            }
            for (lookup, model) in [(lookup, model), fork] {
                prop_assert_eq!(lookup.len(), model.values().map(BTreeSet::len).sum::<usize>());
                for (key, slots) in model {
                    prop_assert_eq!(&lookup.find_all(key << 59).collect::<BTreeSet<_>>(), &slots);
                    for slot in slots {
                        prop_assert_eq!(lookup.find(key << 59, |s| s == slot), Some(slot));
                    }
                }
            }
        }
    }
}
