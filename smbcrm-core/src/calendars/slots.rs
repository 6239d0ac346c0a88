//! Free slots.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use crate::request;
use crate::shape::{Custom, Kind};
use crate::types::{EpochMillis, OffsetTime, Text, UserId};

/// Which slots to look for.
#[request]
pub struct FreeSlotsQuery {
    /// From when on.
    pub start_date: EpochMillis,
    /// Until when; 31 days later at most.
    pub end_date: EpochMillis,
    /// The time zone of the answer, an IANA name; the calendar's unless given.
    pub timezone: Option<Text>,
    /// With this member only.
    pub user_id: Option<UserId>,
    /// With these members only.
    pub user_ids: Option<Vec<UserId>>,
}

/// The free slots of a calendar by date. A date without any is not there.
///
/// The dates and the slots' offsets are those of the time zone that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FreeSlots {
    /// The slots of each date, in order.
    pub days: BTreeMap<NaiveDate, Vec<OffsetTime>>,
    /// The answer's trace id; the wire puts it beside the dates.
    pub trace_id: Option<Text>,
}

impl FreeSlots {
    /// All slots in order.
    pub fn iter(&self) -> impl Iterator<Item = OffsetTime> {
        self.days.values().flatten().copied()
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.days.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.days.values().all(Vec::is_empty)
    }
}

#[derive(Serialize, Deserialize)]
struct Day<S> {
    slots: S,
}

impl Serialize for FreeSlots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (date, slots) in &self.days {
            map.serialize_entry(&date.format("%Y-%m-%d").to_string(), &Day { slots })?;
        }
        if let Some(trace_id) = &self.trace_id {
            map.serialize_entry("traceId", trace_id)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for FreeSlots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Dates;
        impl<'de> Visitor<'de> for Dates {
            type Value = FreeSlots;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("slots by date")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FreeSlots, A::Error> {
                let mut read = FreeSlots::default();
                while let Some(key) = map.next_key::<Text>()? {
                    if key == *"traceId" {
                        read.trace_id = map.next_value()?;
                    } else if let Ok(date) = NaiveDate::parse_from_str(&key, "%Y-%m-%d") {
                        read.days.insert(date, map.next_value::<Day<Vec<OffsetTime>>>()?.slots);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(read)
            }
        }
        deserializer.deserialize_map(Dates)
    }
}

crate::serde_shape!(FreeSlots: Kind::Custom(&DAYS), Self::default());

/// How it looks: dates are keys, and the trace id stands among them.
static DAYS: Custom = Custom {
    name: "",
    schema: || {
        let slots = json!({ "type": "array", "items": { "type": "string", "format": "date-time" } });
        json!({
            "type": "object",
            "description": "The free slots by date. A date without any is not there.",
            "properties": { "traceId": { "type": "string", "format": "uuid" } },
            "additionalProperties": { "type": "object", "properties": { "slots": slots }, "required": ["slots"] },
        })
    },
    check: |_| Vec::new(), // nobody sends it
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wires_answer_reads_and_writes() {
        let text = r#"{"2026-07-16":{"slots":["2026-07-16T09:00:00-06:00","2026-07-16T09:30:00-06:00"]},"traceId":"t"}"#;
        let read: FreeSlots = serde_json::from_str(text).unwrap();
        assert_eq!((read.len(), read.trace_id.as_deref()), (2, Some("t")));
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert!(serde_json::from_str::<FreeSlots>("{}").unwrap().is_empty());
    }
}
