//! Things that say what they are in `type`.

use serde_json::Value;

use crate::shape::{ShapeError, Shaped};

/// Takes the name of the type out of a thing's entries.
pub(super) fn take_type(value: &mut Value) -> Result<String, ShapeError> {
    match value.as_object_mut().and_then(|entries| entries.remove("type")) {
        Some(Value::String(kind)) => Ok(kind),
        Some(_) => Err(ShapeError::here(&"expected a string").below("type")),
        None => Err(ShapeError::here(&"missing field `type`")),
    }
}

/// A blank thing of the first type there is: what is read replaces it.
pub(super) fn first<T>(blanks: &[fn() -> T]) -> T {
    blanks[0]()
}

/// A variant's content, blank.
pub(super) fn blank<T: Shaped>() -> T {
    T::blank()
}

/// Declares the types of a kind of thing: their names on the wire and their structs.
macro_rules! kinds {
    (
        $(#[$doc:meta])* $name:ident;
        $($(#[doc = $kind_doc:literal])* $wire:literal => $kind:ident;)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $kind_doc])* $kind($kind),)+
        }

        impl $name {
            /// The names of all types.
            pub const TYPES: &[&str] = &[$($wire),+];

            /// Its name on the wire.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$kind(_) => $wire,)+ }
            }

            fn read(mut value: serde_json::Value) -> Result<Self, crate::shape::ShapeError> {
                let kind = typed::take_type(&mut value)?;
                let mut read = match kind.as_str() {
                    $($wire => Self::$kind(typed::blank()),)+
                    other => {
                        let text = format!("there is no `{other}`; known are {}", Self::TYPES.join(", "));
                        return Err(crate::shape::ShapeError::here(&text).below("type"));
                    }
                };
                let content: &mut dyn crate::shape::Node = match &mut read {
                    $(Self::$kind(content) => content,)+
                };
                crate::shape::read_value(value, content)?;
                Ok(read)
            }
        }

        impl crate::shape::Node for $name {
            fn view(&self) -> crate::shape::View<'_> {
                let content: &dyn crate::shape::Record = match self { $(Self::$kind(content) => content,)+ };
                crate::shape::View::Tagged(self.kind(), content)
            }
            fn slot(&mut self) -> crate::shape::Slot<'_> {
                crate::shape::Slot::Via(Box::new(move |value| {
                    *self = Self::read(value)?;
                    Ok(())
                }))
            }
        }

        impl crate::shape::Shaped for $name {
            const KIND: crate::shape::Kind = crate::shape::Kind::Tagged(&[$(crate::shape::Variant {
                name: $wire,
                doc: concat!($($kind_doc),*),
                kind: <$kind as crate::shape::Shaped>::KIND,
            },)+]);
            fn blank() -> Self {
                typed::first(&[$(|| Self::$kind(typed::blank())),+])
            }
        }

        $(impl From<$kind> for $name {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })+
    };
}

pub(super) use kinds;
