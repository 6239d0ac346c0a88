//! Dates of birth, in the formats that contact writes accept.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use thiserror::Error;

/// A date of birth that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum DateError {
    /// Not one of the accepted formats.
    #[error("dateOfBirth {0:?} must be YYYY-MM-DD or MM-DD-YYYY (separators - / . _) or an ISO 8601 stamp")]
    Format(String),
    /// The right format, but no such day: the 30th of February, or a day before the month.
    #[error("dateOfBirth {0:?} is not a day of the calendar; the month comes before the day")]
    NoSuchDay(String),
}

/// Reads a date of birth: `YYYY-MM-DD` or `MM-DD-YYYY`, separated by `-`, `/`, `.` or `_` (the same
/// one twice), or a full ISO 8601 stamp, of which the date is taken as written.
///
/// Month and day have two digits, the year four. The month always precedes the day.
///
/// # Errors
///
/// [`DateError`], which carries the text (at most its first 40 characters).
///
/// ```
/// use smbcrm_core::dedupe::parse_date_of_birth;
/// let birthday = parse_date_of_birth("12/25/1990").unwrap();
/// assert_eq!(birthday, parse_date_of_birth("1990_12_25").unwrap());
/// assert_eq!(birthday, parse_date_of_birth("1990-12-25T00:00:00.000Z").unwrap());
/// assert!(parse_date_of_birth("25/12/1990").is_err());
/// ```
pub fn parse_date_of_birth(input: &str) -> Result<NaiveDate, DateError> {
    let text = input.trim();
    let shown = || text.chars().take(40).collect::<String>();
    if let Some((year, month, day)) = plain_date(text.as_bytes()) {
        return i32::try_from(year)
            .ok()
            .filter(|year| *year > 0)
            .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
            .ok_or_else(|| DateError::NoSuchDay(shown()));
    }
    if let Ok(stamp) = DateTime::parse_from_rfc3339(text) {
        // Converting to UTC could move a birthday by a day; what was written is what was meant.
        return Ok(stamp.date_naive());
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .map(|stamp| stamp.date())
        .map_err(|_| DateError::Format(shown()))
}

/// Year, month and day of the eight plain formats; `None` when the text is none of them.
fn plain_date(text: &[u8]) -> Option<(u32, u32, u32)> {
    if text.len() != 10 {
        return None;
    }
    let (first, second) = if text[4].is_ascii_digit() { (2, 5) } else { (4, 7) };
    let separator = text[first];
    if separator != text[second] || !matches!(separator, b'-' | b'/' | b'.' | b'_') {
        return None;
    }
    let one = number(&text[..first])?;
    let two = number(&text[first + 1..second])?;
    let three = number(&text[second + 1..])?;
    Some(if first == 4 { (one, two, three) } else { (three, one, two) })
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_documented_format() {
        let expected = NaiveDate::from_ymd_opt(1990, 12, 25).unwrap();
        for input in [
            "1990/12/25",
            "12/25/1990",
            "1990-12-25",
            "12-25-1990",
            "1990.12.25",
            "12.25.1990",
            "1990_12_25",
            "12_25_1990",
            " 1990-12-25 ",
            "1990-12-25T09:30:00Z",
            "1990-12-25T09:30:00.123Z",
            "1990-12-25T23:30:00-11:00",
            "1990-12-25T09:30:00",
            "1990-12-25T09:30:00.000",
        ] {
            assert_eq!(parse_date_of_birth(input), Ok(expected), "{input}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for input in [
            "",
            "today",
            "1990-12/25",
            "1990 12 25",
            "90-12-25",
            "1990-2-3",
            "19901225",
            "1990-12-25T",
            "１９９０",
        ] {
            assert!(matches!(parse_date_of_birth(input), Err(DateError::Format(_))), "{input}");
        }
        for input in ["1990-02-30", "25/12/1990", "1990-00-01", "0000-01-01"] {
            assert!(matches!(parse_date_of_birth(input), Err(DateError::NoSuchDay(_))), "{input}");
        }
        assert!(parse_date_of_birth(&"9".repeat(1000)).unwrap_err().to_string().len() < 200);
    }

    proptest! {
        #[test]
        fn never_panics(input in any::<String>()) {
            let _ = parse_date_of_birth(&input);
        }

        #[test]
        fn reads_what_it_is_given(days in 1_i32..3_000_000, separator in "[-/._]") {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            for format in ["%Y-%m-%d", "%m-%d-%Y"] {
                let text = date.format(format).to_string().replace('-', &separator);
                prop_assert_eq!(parse_date_of_birth(&text), Ok(date));
            }
        }
    }
}
