//! Custom objects, their records, and the links among them.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::record;
use crate::types::{AssociationId, Extra, LocationId, ObjectSchemaId, RecordId, RelationId, Text, UserId};

/// A kind of link between two objects was defined, changed or deleted.
#[record]
pub struct AssociationEvent {
    /// The association.
    #[serde(skip_serializing_if = "AssociationId::is_empty")]
    pub id: AssociationId,
    /// `USER_DEFINED` or `SYSTEM_DEFINED`.
    pub association_type: Option<Text>,
    /// The one object's key.
    pub first_object_key: Option<Text>,
    /// What the one is to the other.
    pub first_object_label: Option<Text>,
    /// How many of the one may be linked, such as `MANY_TO_MANY`. Not with a create.
    pub first_object_to_second_object_cardinality: Option<Text>,
    /// The other object's key.
    pub second_object_key: Option<Text>,
    /// What the other is to the one.
    pub second_object_label: Option<Text>,
    /// How many of the other may be linked. Not with a create.
    pub second_object_to_first_object_cardinality: Option<Text>,
    /// The association's key.
    pub key: Option<Text>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for AssociationEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}

/// Two records were linked, or are no longer.
#[record]
pub struct RelationEvent {
    /// The link.
    #[serde(skip_serializing_if = "RelationId::is_empty")]
    pub id: RelationId,
    /// The one object's key, such as `contact`.
    pub first_object_key: Option<Text>,
    /// The one record.
    pub first_record_id: Option<RecordId>,
    /// The other object's key.
    pub second_object_key: Option<Text>,
    /// The other record.
    pub second_record_id: Option<RecordId>,
    /// The kind of link.
    pub association_id: Option<AssociationId>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for RelationEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}

/// A custom object was defined or its definition changed.
#[record]
pub struct ObjectSchemaEvent {
    /// The schema.
    #[serde(skip_serializing_if = "ObjectSchemaId::is_empty")]
    pub id: ObjectSchemaId,
    /// What one and several are called.
    pub labels: Option<ObjectLabels>,
    /// What it is for.
    pub description: Option<Text>,
    /// Keys of the fields that can be searched.
    pub searchable_properties: Option<Vec<Text>>,
    /// The key of the field that stands for the record.
    pub primary_display_property: Option<Text>,
    /// The object's key, such as `custom_objects.pets`.
    pub key: Option<Text>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was defined.
    pub created_at: Option<DateTime<Utc>>,
    /// `USER_DEFINED` or `SYSTEM_DEFINED`.
    pub object_type: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What one record of an object, and several, are called.
#[record]
pub struct ObjectLabels {
    /// One.
    pub singular: Option<Text>,
    /// Several.
    pub plural: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for ObjectSchemaEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}

/// A record of an object was created, changed or deleted.
#[record]
pub struct RecordEvent {
    /// The record.
    #[serde(skip_serializing_if = "RecordId::is_empty")]
    pub id: RecordId,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Users who own it.
    pub owners: Option<Vec<UserId>>,
    /// Users who follow it.
    pub followers: Option<Vec<UserId>>,
    /// Its values.
    pub properties: Option<Vec<RecordProperty>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// One value of a record.
#[record]
pub struct RecordProperty {
    /// The field's key.
    pub key: Text,
    /// The value, where it is text.
    pub value_string: Option<Text>,
    /// The value, where it is anything else, under the name of its form.
    pub extra: Extra,
}

impl Payload for RecordEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}
