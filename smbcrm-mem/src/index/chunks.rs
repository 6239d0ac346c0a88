//! A growable array in shared chunks: the copy-on-write base of the slab, the columns and the dictionaries.

use std::fmt;
use std::sync::Arc;

/// An array whose clones share every chunk that neither side has written since.
///
/// `N` trades the cost of the first write to a chunk after a fork (copying `N` elements) against the length of
/// the chunk list; powers of two make the split of an index two cheap instructions.
pub(crate) struct Chunks<T, const N: usize> {
    chunks: Arc<Vec<Arc<[T; N]>>>,
}

impl<T, const N: usize> Clone for Chunks<T, N> {
    fn clone(&self) -> Self {
        Self { chunks: Arc::clone(&self.chunks) }
    }
}

impl<T, const N: usize> Default for Chunks<T, N> {
    fn default() -> Self {
        Self { chunks: Arc::default() }
    }
}

impl<T, const N: usize> fmt::Debug for Chunks<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunks({} of {N})", self.chunks.len())
    }
}

impl<T: Clone + Default, const N: usize> Chunks<T, N> {
    /// How many elements there is room for; those never written hold the default.
    pub(crate) fn capacity(&self) -> usize {
        self.chunks.len() * N
    }

    /// The element at `index`, if there is room for it.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / N)?.get(index % N)
    }

    /// The element at `index` for writing, if there is room for it; copies its chunk when that is shared.
    #[inline]
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        if index / N >= self.chunks.len() {
            return None;
        }
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(index / N)?;
        Arc::make_mut(chunk).get_mut(index % N)
    }

    /// Writes the element at `index`, making room as needed.
    pub(crate) fn set(&mut self, index: usize, value: T) {
        if index >= self.capacity() {
            let chunks = Arc::make_mut(&mut self.chunks);
            chunks.resize_with(index / N + 1, || Arc::new(std::array::from_fn(|_| T::default())));
        }
        if let Some(element) = self.get_mut(index) {
            *element = value;
        }
    }

    /// Pairs of elements at the same index, as far as the chunks that hold them are not shared with `other`.
    pub(crate) fn unshared<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (Option<&'a T>, Option<&'a T>)> {
        let shared = Arc::ptr_eq(&self.chunks, &other.chunks);
        let count = if shared { 0 } else { self.chunks.len().max(other.chunks.len()) };
        (0..count).flat_map(move |at| {
            let (one, two) = (self.chunks.get(at), other.chunks.get(at));
            let same = matches!((one, two), (Some(one), Some(two)) if Arc::ptr_eq(one, two));
            let within = if same { 0 } else { N };
            (0..within).map(move |index| {
                (one.and_then(|chunk| chunk.get(index)), two.and_then(|chunk| chunk.get(index)))
            })
        })
    }

    /// Chunk by chunk, in order.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &[T; N]> {
        self.chunks.iter().map(|chunk| &**chunk)
    }

    /// Every element there is room for, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_keeps_its_own_elements() {
        let mut a: Chunks<u32, 4> = Chunks::default();
        for i in 0..10 {
            a.set(i, i as u32);
        }
        let mut b = a.clone();
        b.set(3, 33);
        b.set(20, 20);
        a.set(9, 99);
        assert_eq!((a.get(3), a.get(9), a.get(20)), (Some(&3), Some(&99), None));
        assert_eq!((b.get(3), b.get(9), b.get(20)), (Some(&33), Some(&9), Some(&20)));
        assert_eq!((b.get(13), b.get(24)), (Some(&0), None));
        assert_eq!((b.capacity(), b.get_mut(24)), (24, None));
        assert_eq!(a.iter().sum::<u32>(), 36 + 99);
    }
}
