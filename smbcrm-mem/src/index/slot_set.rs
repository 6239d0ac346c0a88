//! Sets of slots, and what they have in common.

use std::sync::Arc;

/// A sparse set becomes dense when more than one slot in this many is in it …
const DENSE: usize = 128;
/// … and sparse again when it has thinned out to this.
const THIN: usize = 512;
/// Sets smaller than this are always sparse.
const SMALL: usize = 64;

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

/// One bit a slot, in words; and how many are set. The last word is never zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    #[inline]
    fn contains(&self, slot: u32) -> bool {
        self.words.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    fn from_words(mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words, len }
    }

    fn extent(&self) -> usize {
        self.words.len() * 64
    }
}

/// Calls `visit` with the slot of every set bit, in order.
fn each_bit(words: impl Iterator<Item = u64>, mut visit: impl FnMut(u32)) {
    for (index, mut word) in words.enumerate() {
        while word != 0 {
            visit(index as u32 * 64 + word.trailing_zeros());
            word &= word - 1;
        }
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
                for slot in &slots {
                    if let Some(word) = words.get_mut(*slot as usize / 64) {
                        *word |= 1 << (slot % 64);
                    }
                }
                Self::Dense(Arc::new(Bits { words, len }))
            }
            _ => Self::Sparse(Arc::new(slots)),
        }
    }

    /// A set from slots in any order, with or without repeats.
    pub(crate) fn from_unsorted(mut slots: Vec<u32>) -> Self {
        slots.sort_unstable();
        slots.dedup();
        Self::from_sorted(slots)
    }

    fn from_bits(bits: Bits) -> Self {
        if is_dense(bits.len, bits.extent()) {
            return Self::Dense(Arc::new(bits));
        }
        let mut slots = Vec::with_capacity(bits.len);
        each_bit(bits.words.into_iter(), |slot| slots.push(slot));
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
            Self::Dense(bits) => each_bit(bits.words.iter().copied(), visit),
        }
    }

    /// The slots in ascending order.
    pub(crate) fn to_vec(&self) -> Vec<u32> {
        let mut slots = Vec::with_capacity(self.len());
        self.for_each(|slot| slots.push(slot));
        slots
    }

    /// The lowest slot.
    pub(crate) fn first(&self) -> Option<u32> {
        match self {
            Self::Empty => None,
            Self::One(slot) => Some(*slot),
            Self::Sparse(slots) => slots.first().copied(),
            Self::Dense(bits) => {
                let (index, word) = bits.words.iter().enumerate().find(|(_, word)| **word != 0)?;
                Some(index as u32 * 64 + word.trailing_zeros())
            }
        }
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
                let (index, bit) = (slot as usize / 64, 1 << (slot % 64));
                if is_thin(bits.len + 1, (index + 1) * 64) {
                    // Far out: growing the bits up to there would cost more than listing the slots.
                    let mut slots = self.to_vec();
                    slots.push(slot);
                    *self = Self::Sparse(Arc::new(slots));
                    return true;
                }
                let bits = Arc::make_mut(bits);
                if index >= bits.words.len() {
                    bits.words.resize(index + 1, 0);
                }
                if let Some(word) = bits.words.get_mut(index) {
                    *word |= bit;
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
                if let Some(word) = bits.words.get_mut(slot as usize / 64) {
                    *word &= !(1 << (slot % 64));
                    bits.len -= 1;
                }
                while bits.words.last() == Some(&0) {
                    bits.words.pop();
                }
                if is_thin(bits.len, bits.extent()) {
                    let slots = self.to_vec();
                    *self = if slots.len() < 2 { Self::from_sorted(slots) } else { Self::Sparse(Arc::new(slots)) };
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
        let words = and_words(&dense);
        if sparse.is_empty() && smallest.len() * 16 > words.len() * 64 {
            return Self::from_bits(Bits::from_words(words));
        }
        // At most one slot in sixteen: listing them now spares the caller a second pass over the words.
        let mut slots = Vec::with_capacity(64);
        each_bit(words.into_iter(), |slot| slots.push(slot));
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
                Self::Dense(bits) => {
                    for (word, other) in words.iter_mut().zip(&bits.words) {
                        *word |= other;
                    }
                }
                set => set.for_each(|slot| {
                    if let Some(word) = words.get_mut(slot as usize / 64) {
                        *word |= 1 << (slot % 64);
                    }
                }),
            }
        }
        Self::from_bits(Bits::from_words(words))
    }

    /// This set without what is in the other.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let Self::Dense(bits) = self else {
            let mut slots = self.to_vec();
            slots.retain(|slot| !other.contains(*slot));
            return Self::from_sorted(slots);
        };
        let mut words = bits.words.clone();
        match other {
            Self::Dense(other) => {
                for (word, other) in words.iter_mut().zip(&other.words) {
                    *word &= !other;
                }
            }
            other => other.for_each(|slot| {
                if let Some(word) = words.get_mut(slot as usize / 64) {
                    *word &= !(1 << (slot % 64));
                }
            }),
        }
        Self::from_bits(Bits::from_words(words))
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

/// The bits that all sets share, up to the shortest.
fn and_words(sets: &[&Bits]) -> Vec<u64> {
    let length = sets.iter().map(|bits| bits.words.len()).min().unwrap_or(0);
    let slice = |bits: &&Bits| bits.words.get(..length).unwrap_or_default().to_vec();
    match sets {
        [] => Vec::new(),
        [a] => slice(a),
        [a, b, rest @ ..] => {
            let mut words: Vec<u64> = a.words.iter().zip(&b.words).map(|(a, b)| a & b).collect();
            for bits in rest {
                for (word, other) in words.iter_mut().zip(&bits.words) {
                    *word &= other;
                }
            }
            words.truncate(length);
            words
        }
    }
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
        assert_eq!(slots.first().copied(), set.first());
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
        for slot in 20..1_000 {
            set.remove(slot);
        }
        assert!(matches!(set, SlotSet::Sparse(_)));
    }
}
