//! Lists and maps of any element.

use std::collections::BTreeMap;

use super::{Kind, Node, Shaped, Slot, View};

/// A list, whatever it is of.
pub trait List {
    /// How many elements it has.
    fn len(&self) -> usize;
    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What an element holds; null beyond the end.
    fn at(&self, at: usize) -> View<'_>;
    /// Adds a blank element and says where to put what is read.
    fn add(&mut self) -> Slot<'_>;
    /// A null stands in the list.
    fn add_null(&mut self);
    /// Takes all elements out.
    fn clear(&mut self);
}

/// An object with keys of the caller's choice.
pub trait Entries {
    /// Its entries, in their order.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_>;
    /// Adds an entry with a blank value and says where to put what is read.
    fn add(&mut self, key: String) -> Slot<'_>;
    /// Takes all entries out.
    fn clear(&mut self);
}

impl<T: Shaped> List for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn at(&self, at: usize) -> View<'_> {
        let items: &[T] = self;
        if at < items.len() { items[at].view() } else { View::Null }
    }
    fn add(&mut self) -> Slot<'_> {
        self.push(T::blank());
        match self.as_mut_slice() {
            [.., last] => last.slot(),
            [] => Slot::Ignore,
        }
    }
    fn add_null(&mut self) {
        self.push(T::blank());
    }
    fn clear(&mut self) {
        Vec::clear(self);
    }
}

impl<T: Shaped> Node for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self, !T::KIND.is_optional())
    }
}

impl<T: Shaped> Shaped for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    fn blank() -> Self {
        Self::new()
    }
}

impl<K, T> Entries for BTreeMap<K, T>
where
    K: Ord + AsRef<str> + From<String>,
    T: Shaped,
{
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.as_ref(), value.view())))
    }
    fn add(&mut self, key: String) -> Slot<'_> {
        let place = self.entry(K::from(key)).or_insert_with(T::blank);
        *place = T::blank();
        place.slot()
    }
    fn clear(&mut self) {
        BTreeMap::clear(self);
    }
}

impl<K, T> Node for BTreeMap<K, T>
where
    K: Ord + AsRef<str> + From<String>,
    T: Shaped,
{
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<K, T> Shaped for BTreeMap<K, T>
where
    K: Ord + AsRef<str> + From<String>,
    T: Shaped,
{
    const KIND: Kind = Kind::Map(&T::KIND);
    fn blank() -> Self {
        Self::new()
    }
}
