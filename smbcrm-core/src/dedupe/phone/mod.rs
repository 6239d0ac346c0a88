//! Telephone numbers, brought to E.164.
//!
//! The numbering plans are libphonenumber's ([`plans`], written by `plans.py`), and a number is read as libphonenumber
//! reads it ([`read`]). It is written out here because the libraries that do so are a port whose parts are forty-five
//! crates – a third of what an app with a client would build –, one that refused digits of other scripts and turned
//! `+800 1234 5678` into another number, and one that knows neither Argentina's mobile numbers nor Brazil's carriers.
//! Three thousand spellings are held against libphonenumber in the tests.

mod pattern;
mod plan;
mod plans;
mod read;

use thiserror::Error;

use plan::{Length, Plan};
use read::Unread;

/// Longer inputs are not telephone numbers, whatever they contain. In bytes.
const MAX_INPUT_LEN: usize = 100;

/// The most digits an E.164 number has, country code included.
const MAX_DIGITS: usize = 15;

/// Why a text is not a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing but white space.
    #[error("phone should not be empty")]
    Empty,
    /// No digits to speak of, or symbols that no telephone number has.
    #[error("phone must be a telephone number")]
    NotANumber,
    /// No country code, and the default region is not a two-letter country code known to the
    /// numbering plans.
    #[error("phone has no country code and {0:?} is not a country")]
    UnknownRegion(String),
    /// A `+` followed by a country code that nobody has.
    #[error("phone has an unknown country code")]
    UnknownCountryCode,
    /// Fewer digits than any number of the country; local numbers without an area code count here.
    #[error("phone is too short")]
    TooShort,
    /// More digits than any number of the country.
    #[error("phone is too long")]
    TooLong,
    /// A number of digits that no number of the country has.
    #[error("phone has a length that no number of its country has")]
    WrongLength,
}

/// Brings a telephone number to E.164 (`+` and at most 15 digits), the form the CRM stores,
/// compares and searches.
///
/// `default_region` is the sub-account's country (`US`, `GB`, …; case does not matter). It reads
/// numbers without a country code and is not consulted for those that start with `+`.
///
/// Accepted: spaces, dashes, dots, parentheses, `tel:`, a leading `00` or `011`, trunk zeros
/// (`+44 (0)20 …`), digits of any script, vanity letters (`1-800-FLOWERS`) and a label before the
/// number (`Mobile: …`). An extension is dropped, as E.164 has no room for one: two people behind
/// one switchboard share a number.
///
/// The check is of the *length* for the country, not of assignment: `+1 555 123 4567` passes
/// although the area code 555 does not exist, as test data and new number ranges need it to.
///
/// # Errors
///
/// [`PhoneError`] says what is wrong. A number that consists of zeros is refused as
/// [`PhoneError::NotANumber`]: it is the commonest placeholder, and accepting it would merge
/// strangers.
///
/// ```
/// use smbcrm_core::dedupe::{PhoneError, normalise_phone};
/// assert_eq!(normalise_phone("(202) 555-0123 ext. 9", "US").unwrap(), "+12025550123");
/// assert_eq!(normalise_phone("0044 (0)20 7946 0018", "US").unwrap(), "+442079460018");
/// assert_eq!(normalise_phone("call me", "US"), Err(PhoneError::NotANumber));
/// ```
pub fn normalise_phone(input: &str, default_region: &str) -> Result<String, PhoneError> {
    let trimmed = input.trim();
    if is_settled(trimmed.as_bytes()) {
        return Ok(trimmed.to_owned());
    }
    if trimmed.is_empty() {
        return Err(PhoneError::Empty);
    }
    if trimmed.len() > MAX_INPUT_LEN {
        return Err(PhoneError::TooLong);
    }
    let home = home(default_region);
    let mut number = match read(trimmed, home, default_region) {
        Ok(number) => number,
        // A foreign dialling prefix, typed by somebody who dials from elsewhere: `00` in the US,
        // `011` in Europe. Read as a number of the default region it is always too long.
        Err(error) => read_with_foreign_prefix(trimmed, home, default_region).ok_or(error)?,
    };
    // A trunk zero may hide behind another one (`+44 00 20…`). Reading again until nothing changes
    // makes the result canonical; two rounds are the rule, and each round shortens the number.
    for _ in 0..4 {
        if is_settled(number.as_bytes()) {
            return Ok(number);
        }
        let again = read(&number, home, default_region)?;
        if again == number {
            return Ok(number);
        }
        number = again;
    }
    Err(PhoneError::NotANumber)
}

/// Whether the text is E.164 already, for the plans where that can be told at a glance: the length
/// is right and the first digit rules out a trunk prefix that would have to go.
///
/// Upserts and imports mostly carry such numbers; this takes 16 ns where the parser takes 700.
fn is_settled(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"+") else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    match digits {
        // North America: ten digits, the first of which is never 0 or 1.
        [b'1', b'2'..=b'9', rest @ ..] => rest.len() == 9,
        // Great Britain and Australia: trunk prefix 0.
        [b'4', b'4', b'1'..=b'9', rest @ ..] => rest.len() == 9,
        [b'6', b'1', b'2'..=b'9', rest @ ..] => rest.len() == 8,
        _ => false,
    }
}

fn home(region: &str) -> Option<&'static Plan> {
    let region = region.trim();
    let is_country = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_country { Plan::of_region(&region.to_ascii_uppercase()) } else { None }
}

fn read(text: &str, home: Option<&'static Plan>, region: &str) -> Result<String, PhoneError> {
    let number = read::read(text, home).map_err(|error| match error {
        Unread::Code if home.is_none() && !is_international(text) => {
            PhoneError::UnknownRegion(region.chars().take(20).collect())
        }
        Unread::Code => PhoneError::UnknownCountryCode,
        Unread::TooShortAfterAbroad | Unread::TooShort => PhoneError::TooShort,
        Unread::TooLong => PhoneError::TooLong,
        Unread::NotANumber => PhoneError::NotANumber,
    })?;
    match Plan::of_code(number.code).map(|plan| plan.length(&number.national)) {
        Some(Length::Possible) => {}
        // Seven digits dialled within one area: nobody else can call that.
        Some(Length::LocalOnly | Length::TooShort) => return Err(PhoneError::TooShort),
        Some(Length::TooLong) => return Err(PhoneError::TooLong),
        Some(Length::Wrong) => return Err(PhoneError::WrongLength),
        None => return Err(PhoneError::UnknownCountryCode),
    }
    if number.national.bytes().all(|digit| digit == b'0') {
        return Err(PhoneError::NotANumber);
    }
    let e164 = format!("+{}{}", number.code, number.national);
    // The plans of some countries (Germany's, for one) allow more digits than E.164 does.
    if e164.len() > 1 + MAX_DIGITS { Err(PhoneError::TooLong) } else { Ok(e164) }
}

fn is_international(text: &str) -> bool {
    text.find(|c: char| c.is_numeric()).is_some_and(|at| text[..at].contains(['+', '＋']))
        || text.contains("phone-context=+")
}

fn read_with_foreign_prefix(text: &str, home: Option<&'static Plan>, region: &str) -> Option<String> {
    let digits = text.trim_start_matches(['(', '[', ' ']);
    let rest = digits.strip_prefix("011").or_else(|| digits.strip_prefix("00"))?;
    read(&format!("+{}", rest.trim_start_matches(|c: char| !c.is_numeric() && c != '(')), home, region).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn accepts(input: &str, region: &str, expected: &str) {
        assert_eq!(normalise_phone(input, region).as_deref(), Ok(expected), "{input:?} in {region}");
    }

    #[test]
    fn spellings_of_one_number() {
        for input in [
            "+12025550123",
            "(202) 555-0123",
            "202.555.0123",
            "1 202 555 0123",
            "1-202-555-0123",
            "+1 (202) 555 - 0123",
            "001 202 555 0123",
            "00 1 (202) 555-0123",
            "011 1 202 555 0123",
            "+1 202\u{a0}555\u{2011}0123",
            "２０２５５５０１２３",
            "+１２０２５５５０１２３",
            "٢٠٢٥٥٥٠١٢٣",
            "tel:+1-202-555-0123",
            "tel:555-0123;phone-context=+1202",
            "Mobile: 202 555 0123",
            "202 555 0123 ext. 45",
            "202 555 0123 x45",
            "+12025550123;ext=45",
        ] {
            accepts(input, "US", "+12025550123");
        }
        accepts("202 555 0123", " us ", "+12025550123");
        accepts("+12025550123", "nowhere", "+12025550123");
        accepts("1-800-FLOWERS", "US", "+18003569377");
    }

    #[test]
    fn other_countries() {
        for (input, region, expected) in [
            ("020 7946 0018", "GB", "+442079460018"),
            ("+44 (0)20 7946 0018", "US", "+442079460018"),
            ("0044 20 7946 0018", "US", "+442079460018"),
            ("0044 20 7946 0018", "DE", "+442079460018"),
            ("011 44 20 7946 0018", "US", "+442079460018"),
            ("011 44 20 7946 0018", "GB", "+442079460018"),
            ("442079460018", "GB", "+442079460018"),
            ("0412 345 678", "AU", "+61412345678"),
            ("0011 1 202 555 0123", "AU", "+12025550123"),
            ("06 698 12345", "IT", "+390669812345"),
            ("+39 06 698 12345", "US", "+390669812345"),
            ("011 15-2345-6789", "AR", "+5491123456789"),
            ("0 15 11 91234-5678", "BR", "+5511912345678"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            ("030/123456", "DE", "+4930123456"),
            ("+91 098765 43210", "IN", "+919876543210"),
            ("+800 1234 5678", "US", "+80012345678"),
            ("0549886377", "SM", "+3780549886377"),
        ] {
            accepts(input, region, expected);
        }
    }

    #[test]
    fn numbers_of_test_data_pass() {
        accepts("+1 888-888-8888", "US", "+18888888888");
        accepts("+15005550100", "US", "+15005550100");
        accepts("555 123 4567", "US", "+15551234567");
    }

    #[test]
    fn says_what_is_wrong() {
        for (input, region, expected) in [
            (" \t", "US", PhoneError::Empty),
            ("CALLMEMAYBE", "US", PhoneError::NotANumber),
            ("+", "US", PhoneError::NotANumber),
            ("🐱", "US", PhoneError::NotANumber),
            ("+1🐱2025550123", "US", PhoneError::NotANumber),
            ("000-000-0000", "US", PhoneError::NotANumber),
            ("+999123456789", "US", PhoneError::UnknownCountryCode),
            ("12", "US", PhoneError::TooShort),
            ("555 0123", "US", PhoneError::TooShort),
            ("911", "US", PhoneError::TooShort),
            ("+1 202 555 01234", "US", PhoneError::TooLong),
            ("+49 43921053324997", "US", PhoneError::TooLong),
            ("+1 202 555 0123 home", "US", PhoneError::TooLong),
            ("202 555 0123", "XX", PhoneError::UnknownRegion("XX".to_owned())),
            ("202 555 0123", "", PhoneError::UnknownRegion(String::new())),
        ] {
            assert_eq!(normalise_phone(input, region), Err(expected), "{input:?} in {region}");
        }
        assert_eq!(normalise_phone(&"9".repeat(1 << 20), "US"), Err(PhoneError::TooLong));
    }

    #[test]
    fn the_quick_path_agrees_with_the_parser() {
        for (code, length) in [("1", 10), ("44", 10), ("61", 9)] {
            for first in 1..=9 {
                for fill in ["0123456789", "2025550123", "9999999999", "1800800800"] {
                    let text = format!("+{code}{first}{}", &fill[..length - 1]);
                    if is_settled(text.as_bytes()) {
                        assert_eq!(read(&text, None, "").as_deref(), Ok(text.as_str()));
                    }
                }
            }
        }
    }

    fn any_region() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["US", "GB", "AU", "DE", "IT", "AR", "MX", "BR", "JP", "CI", "XX", ""])
    }

    proptest! {
        #[test]
        fn never_panics(input in any::<String>(), region in any::<String>()) {
            let _ = normalise_phone(&input, &region);
            let _ = normalise_phone(&input, "US");
        }

        #[test]
        fn idempotent(input in "[+＋]?[0-9０-９ ()./x-]{5,20}", region in any_region(), other in any_region()) {
            if let Ok(once) = normalise_phone(&input, region) {
                prop_assert!(once.starts_with('+') && once.len() <= 16, "{}", once);
                prop_assert_eq!(normalise_phone(&once, other), Ok(once.clone()));
            }
        }

        #[test]
        fn the_quick_path_agrees_with_the_parser_anywhere(text in "\\+(1[2-9][0-9]{9}|44[1-9][0-9]{9}|61[2-9][0-9]{8})") {
            prop_assert!(is_settled(text.as_bytes()));
            let read = read(&text, None, "");
            prop_assert_eq!(read.as_deref(), Ok(text.as_str()));
        }
    }
}
