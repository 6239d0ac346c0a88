//! Ids: numbers, one type each, so that a delivery's cannot be passed as an integration's.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::shape::{Came, Integer, Kind, Node, Scalar, Shaped, Slot, Trail, View, fill_node};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A positive number; 0 where an answer left it out.
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// An id from its number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut id = Self::default();
                fill_node(&mut id, &Trail::default(), deserializer)?;
                Ok(id)
            }
        }

        impl Scalar for $name {
            fn expecting(&self) -> &'static str {
                EXPECTED
            }
            fn take(&mut self, value: Came<'_>) -> Result<(), Option<String>> {
                self.0 = number(&value)?;
                Ok(())
            }
        }

        impl Node for $name {
            fn view(&self) -> View<'_> {
                View::Unsigned(self.0)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::Scalar(self)
            }
        }

        impl Shaped for $name {
            const KIND: Kind = Kind::Integer(Integer { format: "", signed: false, maximum: None });
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

ids! {
    /// Names an integration.
    IntegrationId,
    /// Names a subscription of an integration.
    SubscriptionId,
    /// Names a delivery in an integration's log.
    DeliveryId,
    /// Names a lead of the database.
    LeadId,
    /// Names an API key.
    ApiKeyId,
}

const EXPECTED: &str = "a whole number of at least 0";

/// Reads a number, in JSON or as the text that a path has of it.
fn number(value: &Came<'_>) -> Result<u64, Option<String>> {
    let unfit = |shown: &dyn fmt::Display| Some(format!("invalid value: {shown}, expected {EXPECTED}"));
    match value {
        Came::Unsigned(number) => Ok(*number),
        Came::Signed(number) => {
            u64::try_from(*number).map_err(|_| unfit(&format_args!("integer `{number}`")))
        }
        Came::Text(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = if digits { text.parse().ok() } else { None };
            number.ok_or_else(|| unfit(&format_args!("string {text:?}")))
        }
        _ => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_read_from_json_and_from_a_path(number: u64) {
            let id = IntegrationId::new(number);
            let json = serde_json::to_value(id).unwrap();
            prop_assert_eq!(&json, &serde_json::json!(number));
            prop_assert_eq!(serde_json::from_value::<IntegrationId>(json).unwrap(), id);
            let text = serde_json::json!(id.to_string());
            prop_assert_eq!(serde_json::from_value::<IntegrationId>(text).unwrap(), id);
        }

        #[test]
        fn what_is_no_number_is_refused(text in "[^0-9]*[-+. a-z][^0-9]*") {
            prop_assert!(serde_json::from_value::<LeadId>(serde_json::json!(text)).is_err());
        }
    }

    #[test]
    fn signs_fractions_and_what_is_too_large_are_refused() {
        for wrong in ["-1", "1.5", "\"\"", "\"+1\"", "\"18446744073709551616\"", "null", "true"] {
            assert!(serde_json::from_str::<DeliveryId>(wrong).is_err(), "{wrong}");
        }
    }
}
