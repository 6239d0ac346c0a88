//! Sets of slots, and what they have in common.

use std::sync::Arc;

/// A sparse set becomes dense when more than one slot in this many is in it …
const DENSE: usize = 128;
/// … and sparse again when it has thinned out to this.
const THIN: usize = 512;
/// Sets smaller than this are always sparse.
const SMALL: usize = 128;

/// A set of slots.
///
/// Two forms: a sorted list, or one bit a slot. The bits start to pay far below the density at which they become
/// the smaller form: an intersection is then a few hundred word operations whatever the sets look like, and a
/// membership test one read. (Compressed bitmaps with 16-bit list containers were the alternative; merging two
/// lists of a thousand slots costs more than `AND`ing the bits of all hundred thousand.) The price is at most
/// sixteen bytes an entry, paid only by sets that hold about one record in a hundred.
#[derive(Clone, Debug, Default)]
pub(crate) enum SlotSet {
    /// No slot.
    #[default]
    Empty,
    /// One slot: the common case for terms that identify a record, so it costs no allocation.
    One(u32),
    /// Sorted slots.
    Sparse(Arc<Vec<u32>>),
    /// Bits.
    Dense(Arc<Bits>),
}

/// Words of a block. One write after a fork copies one block: 2 KB, however large the set.
const BLOCK: usize = 256;
const BLOCK_SLOTS: usize = BLOCK * 64;

/// One bit a slot, in shared blocks; and how many are set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    blocks: Vec<Arc<[u64; BLOCK]>>,
    len: usize,
}

impl Bits {
    #[inline]
    fn contains(&self, slot: u32) -> bool {
        let Some(block) = self.blocks.get(slot as usize / BLOCK_SLOTS) else { return false };
        block[slot as usize / 64 % BLOCK] >> (slot % 64) & 1 == 1
    }

    /// The word of a slot for writing; there must be a block for it.
    fn word_mut(&mut self, slot: u32) -> Option<&mut u64> {
        let block = self.blocks.get_mut(slot as usize / BLOCK_SLOTS)?;
        Arc::make_mut(block).get_mut(slot as usize / 64 % BLOCK)
    }

    fn from_words(words: &[u64]) -> Self {
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        let block = |words: &[u64]| {
            let mut block = [0; BLOCK];
            block.iter_mut().zip(words).for_each(|(to, from)| *to = *from);
            Arc::new(block)
        };
        Self { blocks: words.chunks(BLOCK).map(block).collect(), len }
    }

    /// All words in a row.
    fn to_words(&self) -> Vec<u64> {
        let mut words = Vec::with_capacity(self.blocks.len() * BLOCK);
        self.blocks.iter().for_each(|block| words.extend_from_slice(&**block));
        words
    }

    /// Every slot is below this number.
    fn extent(&self) -> usize {
        self.blocks.len() * BLOCK_SLOTS
    }

    /// Applies `change` to each of a row of words and the word of this set that stands against it.
    fn onto(&self, words: &mut [u64], change: impl Fn(&mut u64, u64)) {
        for (words, block) in words.chunks_mut(BLOCK).zip(&self.blocks) {
            for (word, own) in words.iter_mut().zip(&**block) {
                change(word, *own);
            }
        }
    }

    /// The words that all sets share, as far as the shortest reaches.
    fn common_words(sets: &[&Self]) -> Vec<u64> {
        let Some((first, others)) = sets.split_first() else { return Vec::new() };
        let blocks = sets.iter().map(|bits| bits.blocks.len()).min().unwrap_or(0);
        let mut words = Vec::with_capacity(blocks * BLOCK);
        let Some((second, others)) = others.split_first() else { return first.to_words() };
        for (a, b) in first.blocks.iter().zip(&second.blocks) {
            words.extend(a.iter().zip(&**b).map(|(a, b)| a & b));
        }
        words.truncate(blocks * BLOCK);
        for bits in others {
            bits.onto(&mut words, |word, own| *word &= own);
        }
        words
    }
}

/// Calls `visit` with the slot of every set bit of a row of words, in order.
#[inline]
fn each_bit(base: u32, words: &[u64], visit: &mut impl FnMut(u32)) {
    for (index, &word) in words.iter().enumerate() {
        let mut word = word;
        while word != 0 {
            visit(base + index as u32 * 64 + word.trailing_zeros());
            word &= word - 1;
        }
    }
}

fn set_bit(words: &mut [u64], slot: u32) {
    if let Some(word) = words.get_mut(slot as usize / 64) {
        *word |= 1 << (slot % 64);
    }
}

impl SlotSet {
    /// A set from slots in ascending order without repeats.
    pub(crate) fn from_sorted(slots: Vec<u32>) -> Self {
        match (slots.len(), slots.last()) {
            (_, None) => Self::Empty,
            (1, Some(&slot)) => Self::One(slot),
            (len, Some(&last)) if is_dense(len, last as usize + 1) => {
                let mut words = vec![0; last as usize / 64 + 1];
                slots.iter().for_each(|slot| set_bit(&mut words, *slot));
                Self::Dense(Arc::new(Bits::from_words(&words)))
            }
            _ => Self::Sparse(Arc::new(slots)),
        }
    }

    /// A set from slots in any order, with or without repeats.
    pub(crate) fn from_unsorted(mut slots: Vec<u32>) -> Self {
        let extent = slots.iter().max().map_or(0, |last| *last as usize + 1);
        if is_dense(slots.len(), extent) {
            // Setting bits is a counting sort.
            let mut words = vec![0; extent.div_ceil(64)];
            slots.iter().for_each(|slot| set_bit(&mut words, *slot));
            return Self::from_words(&words);
        }
        slots.sort_unstable();
        slots.dedup();
        Self::from_sorted(slots)
    }

    fn from_words(words: &[u64]) -> Self {
        let bits = Bits::from_words(words);
        if is_dense(bits.len, bits.extent()) {
            return Self::Dense(Arc::new(bits));
        }
        let mut slots = Vec::with_capacity(bits.len);
        each_bit(0, words, &mut |slot| slots.push(slot));
        Self::from_sorted(slots)
    }

    /// How many slots are in the set.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Sparse(slots) => slots.len(),
            Self::Dense(bits) => bits.len,
        }
    }

    /// Whether no slot is in the set.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a slot is in the set.
    #[inline]
    pub(crate) fn contains(&self, slot: u32) -> bool {
        match self {
            Self::Empty => false,
            Self::One(only) => *only == slot,
            Self::Sparse(slots) => slots.binary_search(&slot).is_ok(),
            Self::Dense(bits) => bits.contains(slot),
        }
    }

    /// Calls `visit` with every slot, ascending.
    #[inline]
    pub(crate) fn for_each(&self, mut visit: impl FnMut(u32)) {
        match self {
            Self::Empty => {}
            Self::One(slot) => visit(*slot),
            Self::Sparse(slots) => slots.iter().copied().for_each(visit),
            Self::Dense(bits) => {
                for (number, block) in bits.blocks.iter().enumerate() {
                    each_bit((number * BLOCK_SLOTS) as u32, &**block, &mut visit);
                }
            }
        }
    }

    /// The slots in ascending order.
    pub(crate) fn to_vec(&self) -> Vec<u32> {
        let mut slots = Vec::with_capacity(self.len());
        self.for_each(|slot| slots.push(slot));
        slots
    }

    /// Adds a slot; false when it was there already.
    pub(crate) fn insert(&mut self, slot: u32) -> bool {
        match self {
            Self::Empty => *self = Self::One(slot),
            Self::One(only) if *only == slot => return false,
            Self::One(only) => {
                *self = Self::Sparse(Arc::new(vec![(*only).min(slot), (*only).max(slot)]));
            }
            Self::Sparse(slots) => {
                let Err(place) = slots.binary_search(&slot) else { return false };
                let slots = Arc::make_mut(slots);
                slots.insert(place, slot);
                if slots.last().is_some_and(|&last| is_dense(slots.len(), last as usize + 1)) {
                    *self = Self::from_sorted(std::mem::take(slots));
                }
            }
            Self::Dense(bits) => {
                if bits.contains(slot) {
                    return false;
                }
                let blocks = slot as usize / BLOCK_SLOTS + 1;
                if is_thin(bits.len + 1, blocks * BLOCK_SLOTS) {
                    // Far out: growing the bits up to there would cost more than listing the slots.
                    let mut slots = self.to_vec();
                    slots.push(slot);
                    *self = Self::Sparse(Arc::new(slots));
                    return true;
                }
                let bits = Arc::make_mut(bits);
                if blocks > bits.blocks.len() {
                    bits.blocks.resize_with(blocks, || Arc::new([0; BLOCK]));
                }
                if let Some(word) = bits.word_mut(slot) {
                    *word |= 1 << (slot % 64);
                    bits.len += 1;
                }
            }
        }
        true
    }

    /// Removes a slot; false when it was not there.
    pub(crate) fn remove(&mut self, slot: u32) -> bool {
        if !self.contains(slot) {
            return false;
        }
        match self {
            Self::Empty | Self::One(_) => *self = Self::Empty,
            Self::Sparse(slots) => {
                let slots = Arc::make_mut(slots);
                slots.retain(|s| *s != slot);
                if slots.len() < 2 {
                    *self = Self::from_sorted(std::mem::take(slots));
                }
            }
            Self::Dense(bits) => {
                let bits = Arc::make_mut(bits);
                if let Some(word) = bits.word_mut(slot) {
                    *word &= !(1 << (slot % 64));
                    bits.len -= 1;
                }
                if is_thin(bits.len, bits.extent()) {
                    let slots = self.to_vec();
                    *self = if slots.len() < 2 {
                        Self::from_sorted(slots)
                    } else {
                        Self::Sparse(Arc::new(slots))
                    };
                }
            }
        }
        true
    }

    /// What all the sets have in common, smallest set first.
    pub(crate) fn intersection(sets: &[&Self]) -> Self {
        let mut sets: Vec<&Self> = sets.to_vec();
        sets.sort_unstable_by_key(|set| set.len());
        let Some((smallest, others)) = sets.split_first() else { return Self::Empty };
        let Self::Dense(smallest_bits) = smallest else {
            let mut slots = smallest.to_vec();
            for other in others {
                other.keep_common(&mut slots);
            }
            return Self::from_sorted(slots);
        };
        let (mut dense, mut sparse): (Vec<&Bits>, Vec<&Self>) = (vec![smallest_bits], Vec::new());
        for other in others {
            match other {
                Self::Dense(bits) => dense.push(bits),
                other => sparse.push(other),
            }
        }
        let words = Bits::common_words(&dense);
        if sparse.is_empty() && smallest.len() * 16 > words.len() * 64 {
            return Self::from_words(&words);
        }
        // At most one slot in sixteen: listing them now spares the caller a second pass over the words.
        let mut slots = Vec::with_capacity(64);
        each_bit(0, &words, &mut |slot| slots.push(slot));
        for other in sparse {
            other.keep_common(&mut slots);
        }
        if slots.len() < 2 { Self::from_sorted(slots) } else { Self::Sparse(Arc::new(slots)) }
    }

    /// Drops from an ascending list what is not in this set.
    fn keep_common(&self, slots: &mut Vec<u32>) {
        match self {
            // Lists of like size are merged; a much longer one is searched.
            Self::Sparse(own) if own.len() / 8 < slots.len() => {
                let mut rest = own.iter().copied().peekable();
                slots.retain(|slot| {
                    while rest.next_if(|own| own < slot).is_some() {}
                    rest.peek() == Some(slot)
                });
            }
            _ => slots.retain(|slot| self.contains(*slot)),
        }
    }

    /// Everything that is in any of the sets.
    pub(crate) fn union(sets: &[&Self]) -> Self {
        match sets {
            [] => return Self::Empty,
            [only] => return (*only).clone(),
            _ => {}
        }
        let total: usize = sets.iter().map(|set| set.len()).sum();
        let extent = sets.iter().map(|set| set.extent()).max().unwrap_or(0);
        if !is_dense(total, extent) {
            let mut slots = Vec::with_capacity(total);
            for set in sets {
                set.for_each(|slot| slots.push(slot));
            }
            return Self::from_unsorted(slots);
        }
        let mut words = vec![0_u64; extent.div_ceil(64)];
        for set in sets {
            match set {
                Self::Dense(bits) => bits.onto(&mut words, |word, own| *word |= own),
                set => set.for_each(|slot| set_bit(&mut words, slot)),
            }
        }
        Self::from_words(&words)
    }

    /// This set without what is in the other.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let Self::Dense(bits) = self else {
            let mut slots = self.to_vec();
            slots.retain(|slot| !other.contains(*slot));
            return Self::from_sorted(slots);
        };
        let mut words = bits.to_words();
        match other {
            Self::Dense(other) => other.onto(&mut words, |word, own| *word &= !own),
            other => other.for_each(|slot| {
                if let Some(word) = words.get_mut(slot as usize / 64) {
                    *word &= !(1 << (slot % 64));
                }
            }),
        }
        Self::from_words(&words)
    }

    /// Every slot in the set is below this number.
    fn extent(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(slot) => *slot as usize + 1,
            Self::Sparse(slots) => slots.last().map_or(0, |last| *last as usize + 1),
            Self::Dense(bits) => bits.extent(),
        }
    }
}

fn is_dense(len: usize, extent: usize) -> bool {
    len > SMALL && len.saturating_mul(DENSE) > extent
}

fn is_thin(len: usize, extent: usize) -> bool {
    len <= SMALL / 2 || len.saturating_mul(THIN) < extent
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set_of(slots: &BTreeSet<u32>) -> SlotSet {
        SlotSet::from_sorted(slots.iter().copied().collect())
    }

    fn model(set: &SlotSet) -> BTreeSet<u32> {
        let slots = set.to_vec();
        assert!(slots.is_sorted_by(|a, b| a < b));
        assert_eq!(slots.len(), set.len());
        slots.into_iter().collect()
    }

    /// Sets of every form: nearly none, scattered far, crowded.
    fn slots() -> impl Strategy<Value = BTreeSet<u32>> {
        prop_oneof![
            prop::collection::btree_set(0..200_000_u32, 0..4),
            prop::collection::btree_set(0..200_000_u32, 60..200),
            prop::collection::btree_set(0..3_000_u32, 0..600),
            prop::collection::btree_set(0..400_u32, 100..300),
        ]
    }

    proptest! {
        #[test]
        fn algebra(sets in prop::collection::vec(slots(), 1..5)) {
            let built: Vec<SlotSet> = sets.iter().map(set_of).collect();
            let borrowed: Vec<&SlotSet> = built.iter().collect();
            let common = sets.iter().skip(1).fold(sets[0].clone(), |a, b| a.intersection(b).copied().collect());
            prop_assert_eq!(model(&SlotSet::intersection(&borrowed)), common);
            let any: BTreeSet<u32> = sets.iter().flatten().copied().collect();
            prop_assert_eq!(model(&SlotSet::union(&borrowed)), any);
            let (a, b) = (&sets[0], &sets[sets.len() - 1]);
            let rest: BTreeSet<u32> = a.difference(b).copied().collect();
            prop_assert_eq!(model(&built[0].minus(&built[sets.len() - 1])), rest);
        }

        #[test]
        fn behaves_like_a_set(
            start in slots(),
            steps in prop::collection::vec((any::<bool>(), prop_oneof![0..500_u32, 0..300_000_u32]), 0..400),
        ) {
            let (mut set, mut expected) = (set_of(&start), start.clone());
            let fork = set.clone();
            for (insert, slot) in steps {
                prop_assert_eq!(set.contains(slot), expected.contains(&slot));
                if insert {
                    prop_assert_eq!(set.insert(slot), expected.insert(slot));
                } else {
                    prop_assert_eq!(set.remove(slot), expected.remove(&slot));
                }
            }
            prop_assert_eq!(model(&set), expected.clone());
            for slot in expected {
                prop_assert!(set.remove(slot));
            }
            prop_assert!(set.is_empty());
            prop_assert_eq!(model(&fork), start);
        }
    }

    #[test]
    fn takes_the_form_that_fits() {
        let mut set = SlotSet::Empty;
        for slot in 0..1_000 {
            set.insert(slot);
        }
        assert!(matches!(set, SlotSet::Dense(_)));
        let mut far = set.clone();
        far.insert(4_000_000_000);
        assert!(matches!(far, SlotSet::Sparse(_)), "one far slot must not cost half a gigabyte");
        for slot in 50..1_000 {
            set.remove(slot);
        }
        assert!(matches!(set, SlotSet::Sparse(_)));
    }
}
