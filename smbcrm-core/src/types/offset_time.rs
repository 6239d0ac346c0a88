//! Instants that remember the offset they were written with.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::{Came, Kind, Node, Scalar, Shaped, Slot, Trail, View, fill_node};

/// An instant with the offset it is shown in: `2026-07-16T09:00:00-06:00`.
///
/// Free slots and appointments are written this way. Send a slot back as it came: its text does not change.
///
/// ```
/// use smbcrm_core::types::OffsetTime;
/// let slot: OffsetTime = "2026-07-16T09:00:00-06:00".parse().unwrap();
/// assert_eq!(slot.to_string(), "2026-07-16T09:00:00-06:00");
/// assert_eq!(slot.instant().to_rfc3339(), "2026-07-16T15:00:00+00:00");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OffsetTime(DateTime<FixedOffset>);

impl OffsetTime {
    /// The instant, whatever its offset.
    pub fn instant(&self) -> DateTime<Utc> {
        self.0.with_timezone(&Utc)
    }

    /// The instant with its offset.
    pub fn get(&self) -> DateTime<FixedOffset> {
        self.0
    }
}

impl Default for OffsetTime {
    fn default() -> Self {
        Self::from(DateTime::<Utc>::UNIX_EPOCH)
    }
}

impl From<DateTime<FixedOffset>> for OffsetTime {
    fn from(at: DateTime<FixedOffset>) -> Self {
        Self(at)
    }
}

impl From<DateTime<Utc>> for OffsetTime {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.fixed_offset())
    }
}

impl From<&OffsetTime> for OffsetTime {
    fn from(at: &OffsetTime) -> Self {
        *at
    }
}

impl From<OffsetTime> for DateTime<Utc> {
    fn from(at: OffsetTime) -> Self {
        at.instant()
    }
}

/// The text is no ISO 8601 instant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoInstant;

impl fmt::Display for NoInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a valid ISO 8601 date string")
    }
}

impl std::error::Error for NoInstant {}

impl FromStr for OffsetTime {
    type Err = NoInstant;

    /// Reads an instant; one without an offset counts as UTC.
    fn from_str(text: &str) -> Result<Self, NoInstant> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
            return Ok(Self(at));
        }
        super::time::parse(text).map(Self::from).ok_or(NoInstant)
    }
}

impl fmt::Display for OffsetTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form =
            if self.0.timestamp_subsec_nanos() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        f.pad(&self.0.to_rfc3339_opts(form, false))
    }
}

impl Serialize for OffsetTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OffsetTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut at = Self::default();
        fill_node(&mut at, &Trail::default(), deserializer)?;
        Ok(at)
    }
}

impl Scalar for OffsetTime {
    fn expecting(&self) -> &'static str {
        "an ISO 8601 date"
    }
    fn take(&mut self, value: Came<'_>) -> Result<(), Option<String>> {
        let millis = match value {
            Came::Text(text) => {
                *self = text.parse().map_err(|_| format!("`{text}` is not an ISO 8601 date"))?;
                return Ok(());
            }
            Came::Signed(millis) => Some(millis),
            Came::Unsigned(millis) => i64::try_from(millis).ok(),
            _ => return Err(None),
        };
        let at = millis.and_then(|millis| Utc.timestamp_millis_opt(millis).single());
        *self = at.map(Self::from).ok_or_else(|| "the time is out of range".to_owned())?;
        Ok(())
    }
}

impl Node for OffsetTime {
    fn view(&self) -> View<'_> {
        View::Owned(compact_str::format_compact!("{self}"))
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Scalar(self)
    }
}

impl Shaped for OffsetTime {
    const KIND: Kind = Kind::Format("date-time");
    fn blank() -> Self {
        Self::default()
    }
}

/// An instant as milliseconds since 1970-01-01, as windows of time are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EpochMillis(i64);

impl EpochMillis {
    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }

    /// The instant; `None` beyond chrono's range.
    pub fn instant(self) -> Option<DateTime<Utc>> {
        super::time::from_millis(self.0)
    }
}

impl From<i64> for EpochMillis {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for EpochMillis {
    fn from(at: DateTime<Z>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl From<OffsetTime> for EpochMillis {
    fn from(at: OffsetTime) -> Self {
        Self(at.0.timestamp_millis())
    }
}

impl Node for EpochMillis {
    fn view(&self) -> View<'_> {
        View::Signed(self.0)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::I64(&mut self.0)
    }
}

impl Shaped for EpochMillis {
    const KIND: Kind = i64::KIND;
    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn text_survives_a_round_trip(seconds in 0i64..4_000_000_000, quarters in -48i32..56) {
            let offset = FixedOffset::east_opt(quarters * 900).unwrap();
            let at = OffsetTime(offset.timestamp_opt(seconds, 0).unwrap());
            let back: OffsetTime = at.to_string().parse().unwrap();
            proptest::prop_assert_eq!(back.to_string(), at.to_string());
            proptest::prop_assert_eq!(back.instant(), at.instant());
        }

        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = text.parse::<OffsetTime>();
        }
    }
}
