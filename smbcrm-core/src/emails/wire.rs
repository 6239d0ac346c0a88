//! What the wire writes in a way of its own: a total within a list, a flag as text.

/// A total that the wire writes as `[{"total": 5}]`.
pub(super) mod total {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Counted {
        total: u64,
    }

    /// What has been seen of it, or might be: a number is one as well.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Total {
        Counted(Vec<Counted>),
        Number(u64),
        Other(serde::de::IgnoredAny),
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands the field over as it is
    pub(in crate::emails) fn serialize<S: Serializer>(total: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        [Counted { total: *total }].serialize(serializer)
    }

    pub(in crate::emails) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        Ok(match Total::deserialize(from)? {
            Total::Counted(all) => all.first().map_or(0, |counted| counted.total),
            Total::Number(total) => total,
            Total::Other(_) => 0,
        })
    }
}

/// A flag that the wire writes as `"true"`.
pub(super) mod flag {
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::Value;

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands the field over as it is
    pub(in crate::emails) fn serialize<S: Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(flag)
    }

    pub(in crate::emails) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
        Ok(match Value::deserialize(from)? {
            Value::Bool(flag) => flag,
            Value::String(text) => text == "true",
            _ => false,
        })
    }
}
