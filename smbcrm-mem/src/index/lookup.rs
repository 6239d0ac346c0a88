//! Exact look-ups: hash of a key to the slots that carry it.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use hashbrown::HashTable;

/// A shard is split when it holds more entries than this, so that copying one after a fork stays cheap.
const SHARD: usize = 512;

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
    shards: Arc<Vec<Arc<Shard>>>,
    /// How many bits of the hash the directory looks at.
    depth: u32,
    len: usize,
}

#[derive(Clone, Default)]
struct Shard {
    entries: HashTable<Entry>,
    /// How many bits of the hash all entries of this shard share.
    depth: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    slot: u32,
}

impl Entry {
    /// Spreads the stored bits again for the table inside the shard: its entries share their first bits.
    #[inline]
    fn spread(hash: u32) -> u64 {
        let mixed = u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
    }
}

impl Default for Lookup {
    fn default() -> Self {
        Self { directory: Arc::new(vec![0]), shards: Arc::new(vec![Arc::default()]), depth: 0, len: 0 }
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

    /// The first slot under `hash` that `is_match` accepts.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_match: impl FnMut(u32) -> bool) -> Option<u32> {
        let hash = half(hash);
        let shard = self.shards.get(self.shard_number(hash))?;
        let found =
            shard.entries.find(Entry::spread(hash), |entry| entry.hash == hash && is_match(entry.slot))?;
        Some(found.slot)
    }

    /// Every slot under `hash`, in no particular order; the caller still has to compare keys.
    pub(crate) fn find_all(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let hash = half(hash);
        self.shards
            .get(self.shard_number(hash))
            .into_iter()
            .flat_map(move |shard| shard.entries.iter_hash(Entry::spread(hash)))
            .filter(move |entry| entry.hash == hash)
            .map(|entry| entry.slot)
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
            let shard = Arc::make_mut(shard);
            shard.entries.insert_unique(Entry::spread(entry.hash), entry, |e| Entry::spread(e.hash));
            self.len += 1;
        }
    }

    /// Removes a slot from under `hash`; false when it was not there.
    pub(crate) fn remove(&mut self, hash: u64, slot: u32) -> bool {
        let hash = half(hash);
        if self.find(u64::from(hash) << 32, |candidate| candidate == slot).is_none() {
            return false; // before make_mut, so that a vain attempt copies nothing
        }
        let number = self.shard_number(hash);
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(number) else { return false };
        let entries = &mut Arc::make_mut(shard).entries;
        match entries.find_entry(Entry::spread(hash), |entry| entry.hash == hash && entry.slot == slot) {
            Ok(found) => {
                found.remove();
                self.len -= 1;
                true
            }
            Err(_) => false,
        }
    }

    /// Whether a shard is full and splitting it would help. Splitting cannot separate entries of one key (a
    /// thousand contacts with the same e-mail), so the directory's growth is bound to the number of entries.
    fn is_worth_splitting(&self, number: usize) -> bool {
        let full = self.shards.get(number).is_some_and(|shard| shard.entries.len() >= SHARD);
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
        let mut halves = [Shard { depth, ..Shard::default() }, Shard { depth, ..Shard::default() }];
        for half in &mut halves {
            half.entries.reserve(SHARD / 2, |e| Entry::spread(e.hash));
        }
        let [mut left, mut right] = halves;
        if let Some(old) = shards.get(number) {
            for &entry in &old.entries {
                let into = if goes_right(entry.hash) { &mut right } else { &mut left };
                into.entries.insert_unique(Entry::spread(entry.hash), entry, |e| Entry::spread(e.hash));
            }
        }
        if let Some(place) = shards.get_mut(number) {
            *place = Arc::new(left);
        }
        shards.push(Arc::new(right));
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
        assert!(lookup.shards.iter().all(|shard| shard.entries.len() <= SHARD));
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
