//! Sort ranks by slot.

use super::Chunks;

/// The rank of a slot without a value; sorts behind everything.
pub(crate) const ABSENT: u64 = u64::MAX;

const CHUNK: usize = 256;

/// A dense column of order-preserving `u64` ranks: eight bytes a slot, one predictable read to sort or to test a
/// range, where asking the record would cost a cache miss or three.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// Complemented, so that the default (zero) means absent.
    ranks: Chunks<u64, CHUNK>,
}

impl Column {
    /// See [`ABSENT`].
    pub(crate) const ABSENT: u64 = ABSENT;

    /// The rank of a slot.
    #[inline]
    pub(crate) fn get(&self, slot: u32) -> u64 {
        self.ranks.get(slot as usize).map_or(ABSENT, |rank| !rank)
    }

    /// Sets the rank of a slot.
    pub(crate) fn set(&mut self, slot: u32, rank: u64) {
        if rank == ABSENT && slot as usize >= self.ranks.capacity() {
            return;
        }
        self.ranks.set(slot as usize, !rank);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_set_is_absent_and_forks_are_independent() {
        let mut column = Column::default();
        column.set(900, 7);
        column.set(70_000, ABSENT);
        let mut fork = column.clone();
        fork.set(900, 8);
        fork.set(3, 0);
        assert_eq!([900, 3, 70_000, u32::MAX].map(|s| column.get(s)), [7, ABSENT, ABSENT, ABSENT]);
        assert_eq!([900, 3].map(|s| fork.get(s)), [8, 0]);
    }
}
