//! Types that keep serde code of their own.

/// Gives a type whose serde code is written by hand, or derived for an enum, its place among shapes: it is read and
/// written through a JSON value.
///
/// ```
/// # use smbcrm_core::shape::{self, Kind};
/// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// #[serde(rename_all = "lowercase")]
/// enum Size {
///     Small,
///     Large,
/// }
/// smbcrm_core::serde_shape!(Size: Kind::Enum(&["small", "large"]), Self::Small);
///
/// assert_eq!(shape::from_slice::<Size>(br#""large""#), Ok(Size::Large));
/// ```
#[macro_export]
macro_rules! serde_shape {
    ($type:ty: $kind:expr, $blank:expr) => {
        impl $crate::shape::Node for $type {
            fn view(&self) -> $crate::shape::View<'_> {
                $crate::shape::bridge(|to| ::serde::Serialize::serialize(self, to))
            }
            fn slot(&mut self) -> $crate::shape::Slot<'_> {
                $crate::shape::via(self, |from| ::serde::Deserialize::deserialize(from))
            }
        }

        impl $crate::shape::Shaped for $type {
            const KIND: $crate::shape::Kind = $kind;
            fn blank() -> Self {
                $blank
            }
        }
    };
}
