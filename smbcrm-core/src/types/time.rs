//! Instants and the wire's several ways to write them.
//!
//! Records use [`chrono::DateTime<Utc>`]. The wire writes ISO 8601 in UTC with milliseconds for most stamps
//! ([`iso`]), epoch milliseconds in cursors and windows ([`epoch_millis`]), and naive local text in a few answers.

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serializer};

use crate::shape::{InstantVisitor, iso_text};

/// `2026-03-01T09:30:00.000Z`.
pub fn to_iso(instant: &DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub use crate::shape::parse_instant as parse;

/// The instant that many milliseconds after 1970-01-01; `None` beyond chrono's range.
pub fn from_millis(millis: i64) -> Option<DateTime<Utc>> {
    Utc.timestamp_millis_opt(millis).single()
}

/// ISO 8601 in UTC with milliseconds.
pub mod iso {
    use super::*;

    /// Writes `2026-03-01T09:30:00.000Z`.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&iso_text(instant))
    }

    /// Reads any form of [`parse`], or epoch milliseconds.
    ///
    /// # Errors
    /// The text is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        deserializer.deserialize_any(InstantVisitor)
    }
}

/// [`iso`], where the instant may be missing.
pub mod iso_option {
    use super::*;

    /// Writes the instant or null.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(
        instant: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match instant {
            Some(instant) => iso::serialize(instant, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads the instant; null is `None`.
    ///
    /// # Errors
    /// The text is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        #[derive(Deserialize)]
        struct Wrapped(#[serde(with = "iso")] DateTime<Utc>);
        Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
    }
}

/// [`iso`] for answers: null reads as 1970.
pub mod iso_lenient {
    use super::*;

    pub use super::iso::serialize;

    /// Reads the instant; null is the epoch.
    ///
    /// # Errors
    /// The text is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        Ok(iso_option::deserialize(deserializer)?.unwrap_or_default())
    }
}

/// Milliseconds since 1970-01-01, as a number.
pub mod epoch_millis {
    use super::*;

    /// Writes the number.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(instant.timestamp_millis())
    }

    /// Reads a number, or any form of [`parse`].
    ///
    /// # Errors
    /// Out of range, or no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        deserializer.deserialize_any(InstantVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_milliseconds() {
        let at = parse("2026-03-01T09:30:00.5+02:00").unwrap();
        assert_eq!(to_iso(&at), "2026-03-01T07:30:00.500Z");
        assert_eq!(iso_text(&at), to_iso(&at));
    }

    #[test]
    fn every_form_reads() {
        for text in
            ["2026-03-01", "2026-03-01T00:00:00Z", "2026-03-01 00:00:00", "2026-03-01T00:00:00.000+0000"]
        {
            assert_eq!(
                parse(text).map(|at| to_iso(&at)).as_deref(),
                Some("2026-03-01T00:00:00.000Z"),
                "{text}"
            );
        }
        assert_eq!(parse("yesterday"), None);
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn millis_round_trip(millis in -62_135_596_800_000i64..253_402_300_799_999) {
            let at = from_millis(millis).unwrap();
            proptest::prop_assert_eq!(parse(&to_iso(&at)), Some(at));
            proptest::prop_assert_eq!(iso_text(&at), to_iso(&at));
        }
    }
}
