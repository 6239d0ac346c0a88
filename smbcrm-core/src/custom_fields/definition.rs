//! What an id names: a field or a folder.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{FieldFolder, ObjectField};
use crate::shape::Kind;

/// A field or a folder, whichever has the id that was asked for. On the wire a field is told by its `dataType`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Definition {
    /// A field.
    Field(Arc<ObjectField>),
    /// A folder.
    Folder(Arc<FieldFolder>),
}

impl Definition {
    /// The field, unless it is a folder.
    pub fn field(&self) -> Option<&Arc<ObjectField>> {
        match self {
            Self::Field(field) => Some(field),
            Self::Folder(_) => None,
        }
    }

    /// The folder, unless it is a field.
    pub fn folder(&self) -> Option<&Arc<FieldFolder>> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Field(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Definition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = |error| serde::de::Error::custom(error);
        if value.get("dataType").is_some_and(|data_type| !data_type.is_null()) {
            return Arc::deserialize(value).map(Self::Field).map_err(read);
        }
        Arc::deserialize(value).map(Self::Folder).map_err(read)
    }
}

crate::serde_shape!(
    Definition: Kind::OneOf(&[ObjectField::KIND, FieldFolder::KIND]),
    Self::Folder(Arc::default())
);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_told_by_its_type() {
        let read = |value| serde_json::from_value::<Definition>(value).unwrap();
        let field = read(json!({ "id": "F", "dataType": "DATE", "colour": "red" }));
        assert_eq!(field.field().map(|field| field.data_type.as_str()), Some("DATE"));
        assert_eq!(field.field().and_then(|field| field.extra.get("colour")), Some(&json!("red")));
        let folder = read(json!({ "id": "F", "name": "Looks", "dataType": null }));
        assert_eq!(folder.folder().map(|folder| folder.name.as_str()), Some("Looks"));
        assert!(folder.field().is_none() && field.folder().is_none());
        for one in [field, folder] {
            assert_eq!(read(serde_json::to_value(&one).unwrap()), one);
        }
        assert!(serde_json::from_value::<Definition>(json!([])).is_err());
    }
}
