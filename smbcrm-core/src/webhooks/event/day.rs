//! Days, which the wire writes as a date or as that day's midnight.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

use crate::types::{Text, time};

pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = Option::<Text>::deserialize(deserializer)?;
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let at = time::parse(&text).ok_or_else(|| serde::de::Error::custom("not an ISO 8601 date"))?;
    Ok(Some(at.date_naive()))
}

/// `2026-03-01`, in invoices.
pub(super) mod date {
    use chrono::NaiveDate;
    use serde::Serializer;

    pub(crate) use super::read as deserialize;

    pub(crate) fn serialize<S: Serializer>(
        day: &Option<NaiveDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }
}

/// `2026-03-01T00:00:00.000Z`, in contacts.
pub(super) mod midnight {
    use chrono::NaiveDate;
    use serde::Serializer;

    pub(crate) use super::read as deserialize;

    pub(crate) fn serialize<S: Serializer>(
        day: &Option<NaiveDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(&format_args!("{day}T00:00:00.000Z")),
            None => serializer.serialize_none(),
        }
    }
}
