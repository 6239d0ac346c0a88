//! Lengths of time, times of day and windows, as people write them: `1h30m`, `09:00`, Monday to Friday.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{NaiveTime, Weekday};

use crate::request;
use crate::shape::{Kind, Node, ParseText, Shaped, Slot, View};

/// A length of time, to the millisecond: `15m`, `1h30m`, `2d`; with a sign where it may lie before something
/// (`-1d`). Units are `w`, `d`, `h`, `m`, `s` and `ms`; a day has 24 hours.
///
/// ```
/// use smbcrm_core::workflows::definition::Span;
///
/// let span: Span = "1h30m".parse().unwrap();
/// assert_eq!(span, Span::minutes(90));
/// assert_eq!(Span::minutes(90).to_string(), "1h30m");
/// assert_eq!("-2d".parse::<Span>().unwrap(), Span::days(-2));
/// assert!("soon".parse::<Span>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span(i64);

/// The units, longest first.
const UNITS: [(&str, i64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The longest span: ten thousand years, beyond all dates that the wire can write.
const MOST: i64 = 315_576_000_000_000;

impl Span {
    /// So many milliseconds.
    #[must_use]
    pub fn millis(millis: i64) -> Self {
        Self(millis.clamp(-MOST, MOST))
    }

    /// So many seconds.
    #[must_use]
    pub fn seconds(seconds: i64) -> Self {
        Self::millis(seconds.saturating_mul(1_000))
    }

    /// So many minutes.
    #[must_use]
    pub fn minutes(minutes: i64) -> Self {
        Self::millis(minutes.saturating_mul(60_000))
    }

    /// So many hours.
    #[must_use]
    pub fn hours(hours: i64) -> Self {
        Self::millis(hours.saturating_mul(3_600_000))
    }

    /// So many days of 24 hours.
    #[must_use]
    pub fn days(days: i64) -> Self {
        Self::millis(days.saturating_mul(86_400_000))
    }

    /// In milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self::millis(i64::try_from(duration.as_millis()).unwrap_or(MOST))
    }
}

/// A text that is no length of time or no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
#[non_exhaustive]
pub struct SpanError {
    text: String,
    wanted: &'static str,
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let wrong = || SpanError {
            text: text.chars().take(40).collect(),
            wanted: "a length of time such as `15m`, `1h30m` or `2d`",
        };
        let trimmed = text.trim();
        let (sign, mut rest) = match trimmed.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (mut sum, mut any) = (0i64, false);
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number: i64 = rest[..digits].parse().map_err(|_| wrong())?;
            rest = &rest[digits..];
            let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let (_, unit) = UNITS.iter().find(|(name, _)| *name == &rest[..letters]).ok_or_else(wrong)?;
            rest = rest[letters..].trim_start();
            sum = number.checked_mul(*unit).and_then(|part| sum.checked_add(part)).ok_or_else(wrong)?;
            any = true;
        }
        if any && sum <= MOST { Ok(Self(sign * sum)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.abs();
        // Weeks are read but not written: fourteen days say more than two weeks do.
        for (name, unit) in &UNITS[1..] {
            if rest >= *unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

/// A time of day, to the minute: `09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Hour (0 to 24) and minute; `None` for what no clock shows. 24:00 is the end of the day.
    #[must_use]
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let at = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && at <= 1440).then_some(Self(at))
    }

    /// Minutes since midnight, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The time; the end of the day counts as its last second.
    #[must_use]
    pub fn time(self) -> NaiveTime {
        let (hour, minute) = (u32::from(self.0) / 60, u32::from(self.0) % 60);
        NaiveTime::from_hms_opt(hour, minute, 0)
            .or_else(|| NaiveTime::from_hms_opt(23, 59, 59))
            .unwrap_or_default()
    }
}

impl FromStr for TimeOfDay {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let parts = text.trim().split_once(':');
        let parts = parts.and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
        parts.and_then(|(hour, minute)| Self::new(hour, minute)).ok_or_else(|| SpanError {
            text: text.chars().take(40).collect(),
            wanted: "a time of day such as `09:00`",
        })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

macro_rules! as_text {
    ($($name:ident: $description:literal);* $(;)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = crate::types::Text::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl Node for $name {
            fn view(&self) -> View<'_> {
                View::Owned(compact_str::format_compact!("{self}"))
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::Parse(self)
            }
        }

        impl ParseText for $name {
            fn parse_text(&mut self, text: &str) -> Result<(), String> {
                *self = text.parse().map_err(|error: SpanError| error.to_string())?;
                Ok(())
            }
        }

        impl Shaped for $name {
            const KIND: Kind = Kind::Described($description, &Kind::Text);
            fn blank() -> Self {
                Self(Default::default())
            }
        }
    )*};
}

as_text! {
    Span: "A length of time: 15m, 1h30m, 2d; units w, d, h, m, s, ms.";
    TimeOfDay: "A time of day: 09:00.";
}

/// Days of the week and hours in which something may happen.
///
/// A window that ends before it begins (`22:00` to `06:00`) goes on over midnight and belongs to the day it begins on.
#[request]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// On which days: `Mon`, `Tue`, …
    pub days: Vec<Weekday>,
    /// From when on.
    pub from: TimeOfDay,
    /// Until when, that minute excluded.
    pub to: TimeOfDay,
}

impl Window {
    /// Monday to Friday, nine to five.
    #[must_use]
    pub fn office_hours() -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        Self { days: vec![Mon, Tue, Wed, Thu, Fri], from: TimeOfDay(9 * 60), to: TimeOfDay(17 * 60) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_span_is_read_as_it_is_written(millis in -MOST..MOST) {
            let span = Span::millis(millis);
            prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
        }

        #[test]
        fn no_text_is_too_much(text in "\\PC{0,30}") {
            let _ = text.parse::<Span>();
            let _ = text.parse::<TimeOfDay>();
        }
    }

    #[test]
    fn what_no_clock_shows_is_refused() {
        for text in
            ["", "-", "5", "m", "1h m", "99999999999999999999d", "1.5h", "9", "24:01", "12:60", "-1:00"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
        assert_eq!("24:00".parse::<TimeOfDay>().unwrap().minutes(), 1440);
    }
}
