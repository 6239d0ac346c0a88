//! Keep, clear or set: what an update does to a field.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::{Kind, Node, Shaped, Slot, View};

/// What an update does to one field.
///
/// On the wire `Keep` is an absent key, `Clear` is `null`, `Set` is the value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::exhaustive_enums)] // nothing else can happen to a field
pub enum Patch<T> {
    /// Leave the field as it is.
    #[default]
    Keep,
    /// Empty the field.
    Clear,
    /// Give the field this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left alone.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, when there is one.
    pub fn value(&self) -> Option<&T> {
        if let Self::Set(value) = self { Some(value) } else { None }
    }

    /// Carries the change out on `slot`; says whether it differs now.
    pub fn apply(self, slot: &mut Option<T>) -> bool
    where
        T: PartialEq,
    {
        let next = match self {
            Self::Keep => return false,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        };
        if *slot == next {
            return false;
        }
        *slot = next;
        true
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` keeps the field; use [`Patch::Clear`] to empty it.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

impl<T: Shaped> Node for Patch<T> {
    fn view(&self) -> View<'_> {
        match self {
            Self::Keep => View::Absent,
            Self::Clear => View::Null,
            Self::Set(value) => value.view(),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        *self = Self::Set(T::blank());
        match self {
            Self::Set(value) => value.slot(),
            _ => Slot::Ignore,
        }
    }
    fn null(&mut self) -> bool {
        *self = Self::Clear;
        true
    }
}

impl<T: Shaped> Shaped for Patch<T> {
    const KIND: Kind = Kind::Optional(&T::KIND);
    fn blank() -> Self {
        Self::Keep
    }
}
