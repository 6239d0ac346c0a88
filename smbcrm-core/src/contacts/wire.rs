//! How answers spell a contact.
//!
//! One record, three spellings (behaviour a.1–a.3): fetched alone it leaves out what is not set; a search writes
//! nulls, `address` and `contactName`; the old list writes `firstName` in lower case beside `firstNameRaw`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Contact, ContactHit, ListedContact};
use crate::types::time;

struct Fields<M>(M);

impl<M: SerializeMap> Fields<M> {
    fn put<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    fn some<T: Serialize>(&mut self, key: &'static str, value: &Option<T>) -> Result<(), M::Error> {
        match value {
            Some(value) => self.put(key, value),
            None => Ok(()),
        }
    }

    /// What every spelling has in common.
    fn shared(&mut self, contact: &Contact) -> Result<(), M::Error> {
        self.put("additionalEmails", &contact.additional_emails)?;
        self.put("additionalPhones", &contact.additional_phones)?;
        self.put("type", &contact.kind)?;
        self.put("tags", &contact.tags)?;
        self.put("followers", &contact.followers)?;
        self.put("customFields", &contact.custom_fields)?;
        self.put("dnd", &contact.dnd)?;
        self.put("dateAdded", &Stamp(contact.date_added))?;
        self.put("dateUpdated", &Stamp(contact.date_updated))?;
        self.some("attributionSource", &contact.attribution_source)?;
        self.some("lastAttributionSource", &contact.last_attribution_source)?;
        for (key, value) in contact.extra.iter() {
            self.0.serialize_entry(key, value)?;
        }
        Ok(())
    }

    /// What is left out while it is not set.
    fn set(&mut self, contact: &Contact) -> Result<(), M::Error> {
        self.some("email", &contact.email)?;
        self.some("phone", &contact.phone)?;
        self.some("companyName", &contact.company_name)?;
        self.some("businessId", &contact.business_id)?;
        self.some("website", &contact.website)?;
        self.some("timezone", &contact.timezone)?;
        self.some("address1", &contact.address1)?;
        self.some("city", &contact.city)?;
        self.some("state", &contact.state)?;
        self.some("country", &contact.country)?;
        self.some("postalCode", &contact.postal_code)?;
        self.some("source", &contact.source)?;
        self.some("assignedTo", &contact.assigned_to)?;
        self.some("dateOfBirth", &contact.date_of_birth)?;
        self.some("dndSettings", &contact.dnd_settings)?;
        self.some("inboundDndSettings", &contact.inbound_dnd_settings)?;
        self.some("validEmail", &contact.valid_email)?;
        self.some("createdBy", &contact.created_by)?;
        self.some("lastActivity", &contact.last_activity.map(Stamp))
    }
}

struct Stamp(chrono::DateTime<chrono::Utc>);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        time::iso::serialize(&self.0, serializer)
    }
}

/// Text in lower case; null when there is none.
fn lower(text: Option<&str>) -> Option<String> {
    text.map(str::to_lowercase)
}

fn full_lower(contact: &Contact) -> Option<String> {
    let name = contact.full_name();
    (!name.is_empty()).then(|| name.to_lowercase())
}

impl Serialize for Contact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Fields(serializer.serialize_map(None)?);
        fields.put("id", &self.id)?;
        fields.put("locationId", &self.location_id)?;
        fields.some("firstName", &self.first_name)?;
        fields.some("lastName", &self.last_name)?;
        fields.some("firstNameLowerCase", &lower(self.first_name.as_deref()))?;
        fields.some("lastNameLowerCase", &lower(self.last_name.as_deref()))?;
        fields.some("fullNameLowerCase", &full_lower(self))?;
        fields.some("emailLowerCase", &self.email)?;
        fields.set(self)?;
        fields.shared(self)?;
        fields.0.end()
    }
}

impl Serialize for ContactHit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let contact = &*self.contact;
        let mut fields = Fields(serializer.serialize_map(None)?);
        fields.put("id", &contact.id)?;
        fields.put("locationId", &contact.location_id)?;
        fields.put("contactName", &full_lower(contact))?;
        fields.put("firstName", &contact.first_name)?;
        fields.put("lastName", &contact.last_name)?;
        fields.put("firstNameLowerCase", &lower(contact.first_name.as_deref()))?;
        fields.put("lastNameLowerCase", &lower(contact.last_name.as_deref()))?;
        fields.put("email", &contact.email)?;
        fields.put("phone", &contact.phone)?;
        fields.put("phoneLabel", &())?;
        fields.put("source", &contact.source)?;
        fields.put("assignedTo", &contact.assigned_to)?;
        fields.put("businessName", &contact.company_name)?;
        fields.put("businessId", &contact.business_id)?;
        fields.put("companyName", &contact.company_name)?;
        fields.put("website", &contact.website)?;
        fields.put("timezone", &contact.timezone)?;
        fields.put("address", &contact.address1)?;
        fields.put("city", &contact.city)?;
        fields.put("state", &contact.state)?;
        fields.put("country", &contact.country)?;
        fields.put("postalCode", &contact.postal_code)?;
        fields.put("dateOfBirth", &contact.date_of_birth)?;
        fields.put("validEmail", &contact.valid_email)?;
        fields.put("dndSettings", &contact.dnd_settings.as_deref().cloned().unwrap_or_default())?;
        fields.put(
            "inboundDndSettings",
            &contact.inbound_dnd_settings.as_deref().cloned().unwrap_or_default(),
        )?;
        fields.shared(contact)?;
        fields.some("createdBy", &contact.created_by)?;
        fields.some("lastActivity", &contact.last_activity.map(Stamp))?;
        fields.put("opportunities", &self.opportunities)?;
        fields.put("searchAfter", &self.search_after)?;
        fields.0.end()
    }
}

impl Serialize for ListedContact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let contact = &*self.contact;
        let mut fields = Fields(serializer.serialize_map(None)?);
        fields.put("id", &contact.id)?;
        fields.put("locationId", &contact.location_id)?;
        fields.put("contactName", &full_lower(contact))?;
        fields.put("firstName", &lower(contact.first_name.as_deref()))?;
        fields.put("lastName", &lower(contact.last_name.as_deref()))?;
        fields.put("firstNameRaw", &contact.first_name)?;
        fields.put("lastNameRaw", &contact.last_name)?;
        fields.set(contact)?;
        fields.shared(contact)?;
        fields.put("startAfter", &self.start_after)?;
        fields.0.end()
    }
}
