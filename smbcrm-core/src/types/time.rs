//! Instants and the wire's several ways to write them.
//!
//! Records use [`chrono::DateTime<Utc>`]. The wire writes ISO 8601 in UTC with milliseconds for most stamps
//! ([`iso`]), epoch milliseconds in cursors and windows ([`epoch_millis`]), and naive local text in a few answers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serializer, de};

/// `2026-03-01T09:30:00.000Z`.
pub fn to_iso(instant: &DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads any form the wire uses for an instant: ISO 8601 with an offset, without one (taken as UTC), a bare date.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    plain(text).or_else(|| any_form(text))
}

/// The two forms that nearly every date has: `2026-03-01` and `2026-03-01T09:30:00.000Z`. Trying chrono's forms one
/// after the other costs a microsecond for the last of them, in every write with a date in it.
fn plain(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let number = |at: std::ops::Range<usize>| {
        bytes
            .get(at)?
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    if !is(4, b'-') || !is(7, b'-') {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(number(0..4)?.try_into().ok()?, number(5..7)?, number(8..10)?)?;
    let at = match bytes.len() {
        10 => date.and_hms_opt(0, 0, 0)?,
        24 if is(10, b'T') && is(13, b':') && is(16, b':') && is(19, b'.') && is(23, b'Z') => {
            date.and_hms_milli_opt(number(11..13)?, number(14..16)?, number(17..19)?, number(20..23)?)?
        }
        _ => return None,
    };
    Some(at.and_utc())
}

fn any_form(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(naive) = NaiveDateTime::parse_from_str(text, form) {
            return Some(naive.and_utc());
        }
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z"] {
        if let Ok(instant) = DateTime::parse_from_str(text, form) {
            return Some(instant.with_timezone(&Utc));
        }
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|naive| naive.and_utc())
}

/// The instant that many milliseconds after 1970-01-01; `None` beyond chrono's range.
pub fn from_millis(millis: i64) -> Option<DateTime<Utc>> {
    Utc.timestamp_millis_opt(millis).single()
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = DateTime<Utc>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an ISO 8601 date")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse(text).ok_or_else(|| E::custom(format!("`{text}` is not an ISO 8601 date")))
    }
    fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Self::Value, E> {
        from_millis(millis).ok_or_else(|| E::custom("the time is out of range"))
    }
    fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Self::Value, E> {
        i64::try_from(millis).ok().and_then(from_millis).ok_or_else(|| E::custom("the time is out of range"))
    }
}

/// ISO 8601 in UTC with milliseconds.
pub mod iso {
    use super::*;

    /// Writes `2026-03-01T09:30:00.000Z`.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Millis(instant))
    }

    /// Reads any form of [`parse`], or epoch milliseconds.
    ///
    /// # Errors
    /// The text is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        deserializer.deserialize_any(Visitor)
    }

    pub(super) struct Millis<'a>(pub(super) &'a DateTime<Utc>);

    impl std::fmt::Display for Millis<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            use chrono::{Datelike, Timelike};
            let at = self.0;
            if !(0..=9999).contains(&at.year()) {
                return f.write_str(&to_iso(at));
            }
            // chrono's formatter is general and slow; stamps are a third of the cost of writing a contact.
            let mut out = *b"0000-00-00T00:00:00.000Z";
            let mut put = |from: usize, digits: usize, mut value: u32| {
                for at in (from..from + digits).rev() {
                    out[at] = b'0' + (value % 10) as u8;
                    value /= 10;
                }
            };
            put(0, 4, at.year().unsigned_abs());
            put(5, 2, at.month());
            put(8, 2, at.day());
            put(11, 2, at.hour());
            put(14, 2, at.minute());
            put(17, 2, at.second());
            put(20, 3, at.timestamp_subsec_millis().min(999));
            f.write_str(std::str::from_utf8(&out).unwrap_or_default())
        }
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
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_milliseconds() {
        let at = parse("2026-03-01T09:30:00.5+02:00").unwrap();
        assert_eq!(to_iso(&at), "2026-03-01T07:30:00.500Z");
        assert_eq!(iso::Millis(&at).to_string(), to_iso(&at));
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
        fn the_plain_forms_agree_with_chrono(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z)?"
        ) {
            if let Some(plain) = plain(&text) {
                proptest::prop_assert_eq!(Some(plain), any_form(&text), "{}", text);
            }
        }

        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn millis_round_trip(millis in -62_135_596_800_000i64..253_402_300_799_999) {
            let at = from_millis(millis).unwrap();
            proptest::prop_assert_eq!(parse(&to_iso(&at)), Some(at));
            proptest::prop_assert_eq!(iso::Millis(&at).to_string(), to_iso(&at));
        }
    }
}
