//! Lists and numbers that the wire writes as one text.

use serde::{Deserialize, Deserializer, Serializer};

fn joined<T: AsRef<str>>(items: &[T]) -> String {
    items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",")
}

fn split<T: for<'a> From<&'a str>>(text: &str) -> Vec<T> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::from).collect()
}

pub(super) fn serialize<T: AsRef<str>, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&joined(items))
}

pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    Ok(split(&String::deserialize(deserializer)?))
}

/// The same, where there may be no list.
pub(super) mod option {
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::ref_option)] // serde hands the field over as it is
    pub(in crate::users) fn serialize<T: AsRef<str>, S: Serializer>(
        items: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match items {
            Some(items) => serializer.serialize_str(&super::joined(items)),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::users) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
    where
        T: for<'a> From<&'a str>,
        D: Deserializer<'de>,
    {
        Ok(Option::<String>::deserialize(deserializer)?.map(|text| super::split(&text)))
    }
}

/// A number, where there may be none.
pub(super) mod number {
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // serde hands the field over as it is
    pub(in crate::users) fn serialize<S: Serializer>(
        number: &Option<u32>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => serializer.collect_str(number),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::users) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<u32>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.trim().parse().map_err(|_| serde::de::Error::custom("must be a number string")))
            .transpose()
    }
}
