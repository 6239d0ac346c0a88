//! Substring search: which texts may contain a pattern?

use super::{SlotSet, Terms};

/// How many of a pattern's trigrams are intersected, rarest first. Beyond this the few candidates left are
/// cheaper to verify than to thin out further.
const ENOUGH: usize = 4;

/// An index of all three-character pieces of a set of numbered texts.
///
/// The query engine indexes the *distinct terms* of a field, not its records: a name that a thousand contacts
/// share is indexed once, and candidates are verified against the dictionary without touching a record.
/// Texts and patterns must have been folded (see `search::fold`) by the caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trigrams {
    /// A trigram packs three 21-bit characters, so no two share a key.
    grams: Terms<u64, 8>,
}

fn trigrams(text: &str) -> impl Iterator<Item = u64> + '_ {
    let mut window = 0_u64;
    text.chars().enumerate().filter_map(move |(index, c)| {
        window = (window << 21 | u64::from(u32::from(c))) & ((1 << 63) - 1);
        (index >= 2).then_some(window)
    })
}

impl Trigrams {
    /// Adds a text under a number.
    pub(crate) fn add(&mut self, number: u32, text: &str) {
        for gram in trigrams(text) {
            self.grams.add(&gram, number);
        }
    }

    /// Removes a text; `text` must be what was added under the number.
    pub(crate) fn remove(&mut self, number: u32, text: &str) {
        for gram in trigrams(text) {
            self.grams.remove(&gram, number);
        }
    }

    /// A superset of the numbers whose text contains the pattern, or `None` if the pattern is shorter than three
    /// characters, where the index cannot help.
    pub(crate) fn candidates(&self, pattern: &str) -> Option<SlotSet> {
        let mut sets = Vec::new();
        for gram in trigrams(pattern) {
            match self.grams.get(&gram) {
                Some(set) => sets.push(set),
                None => return Some(SlotSet::Empty),
            }
        }
        if sets.is_empty() {
            return None;
        }
        sets.sort_unstable_by_key(|set| set.len());
        sets.truncate(ENOUGH);
        Some(SlotSet::intersection(&sets))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_every_text_that_contains_the_pattern(
            texts in prop::collection::vec("[abñ🦀]{0,12}", 0..60),
            gone in prop::collection::vec(any::<bool>(), 60),
            pattern in "[abñ🦀]{0,6}",
        ) {
            let mut index = Trigrams::default();
            for (number, text) in texts.iter().enumerate() {
                index.add(number as u32, text);
            }
            let fork = index.clone();
            for (number, text) in texts.iter().enumerate().filter(|(number, _)| gone[*number]) {
                index.remove(number as u32, text);
            }
            for (index, all) in [(index, false), (fork, true)] {
                let Some(found) = index.candidates(&pattern) else {
                    prop_assert!(pattern.chars().count() < 3);
                    continue;
                };
                for (number, text) in texts.iter().enumerate() {
                    let present = all || !gone[number];
                    if present && text.contains(&pattern) {
                        prop_assert!(found.contains(number as u32));
                    }
                    prop_assert!(present || !found.contains(number as u32));
                }
            }
        }
    }
}
