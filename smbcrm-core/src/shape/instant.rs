//! Instants as text: one form written, every form read.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Timelike, Utc};
use compact_str::CompactString;
use serde::de;

/// `2026-03-01T09:30:00.000Z`, without an allocation.
pub fn iso_text(at: &DateTime<Utc>) -> CompactString {
    if !(0..=9999).contains(&at.year()) {
        return at.to_rfc3339_opts(SecondsFormat::Millis, true).into();
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
    CompactString::new(std::str::from_utf8(&out).unwrap_or_default())
}

/// Reads any form the wire uses for an instant: ISO 8601 with an offset, without one (taken as UTC), a bare date.
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
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

/// Reads an instant from text of any form, or from milliseconds since 1970.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs)] // it holds nothing
pub struct InstantVisitor;

impl de::Visitor<'_> for InstantVisitor {
    type Value = DateTime<Utc>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ISO 8601 date")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse_instant(text).ok_or_else(|| E::custom(format!("`{text}` is not an ISO 8601 date")))
    }
    fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Self::Value, E> {
        Utc.timestamp_millis_opt(millis).single().ok_or_else(|| E::custom("the time is out of range"))
    }
    fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(millis).map_err(|_| E::custom("the time is out of range"))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_plain_forms_agree_with_chrono(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z)?"
        ) {
            if let Some(plain) = plain(&text) {
                proptest::prop_assert_eq!(Some(plain), any_form(&text), "{}", text);
            }
        }
    }
}
