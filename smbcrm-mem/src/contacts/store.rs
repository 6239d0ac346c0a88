//! Creating, updating and deleting contacts: the duplicate rule, and what follows from a write.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::{Contact, CreatedBy, DuplicateContact, FindDuplicate, UpsertedContact};
use smbcrm_core::dedupe::{Decision, Identifier, Matches, is_plain_email, normalise_email, normalise_phone};
use smbcrm_core::types::{ContactId, Text};

use super::fields::{Checked, Fields, nothing_given};
use crate::refusal;
use crate::search::Value;
use crate::world::{ByContact, ContactKey, State};

impl State {
    /// The contact with this primary e-mail; the oldest where duplicates are allowed.
    fn by_email(&self, email: &str) -> Option<&Arc<Contact>> {
        self.contacts.find_first(&ContactKey::Email, Value::Text(email), by_age)
    }

    fn by_additional_email(&self, email: &str) -> Option<&Arc<Contact>> {
        self.contacts.find_first(&ContactKey::AdditionalEmail, Value::Text(email), by_age)
    }

    fn by_phone(&self, phone: &str) -> Option<&Arc<Contact>> {
        self.contacts.find_first(&ContactKey::Phone, Value::Text(phone), by_age)
    }

    /// Which contacts an e-mail and a phone match. An additional e-mail matches where no primary one does.
    fn matching(&self, email: Option<&str>, phone: Option<&str>) -> Matches<&Arc<Contact>> {
        let by_email =
            email.and_then(|email| self.by_email(email).or_else(|| self.by_additional_email(email)));
        Matches::new().email(by_email).phone(phone.and_then(|phone| self.by_phone(phone)))
    }

    /// The same by id, for what goes on to change the contacts.
    pub(crate) fn matches(&self, email: Option<&str>, phone: Option<&str>) -> Matches<ContactId> {
        let found = self.matching(email, phone);
        let id = |contact: Option<&Arc<Contact>>| contact.map(|contact| contact.id.clone());
        Matches::new().email(id(found.email)).phone(id(found.phone))
    }

    /// The contact that a create with this e-mail or phone would collide with. What cannot be normalised matches
    /// nobody.
    pub(crate) fn find_duplicate(&self, query: &FindDuplicate) -> Result<DuplicateContact> {
        fn given(text: &Option<Text>) -> Option<&str> {
            text.as_deref().filter(|text| !text.trim().is_empty())
        }
        let (email, phone) = (given(&query.email), given(&query.number));
        if email.is_none() && phone.is_none() {
            return Err(refusal::bad_request("Pass at least one of number, email query parameter"));
        }
        let email = email.and_then(|email| match is_plain_email(email) {
            true => Some(Cow::Borrowed(email)),
            false => normalise_email(email).ok().map(Cow::Owned),
        });
        let phone = phone.and_then(|phone| normalise_phone(phone, self.region()).ok());
        let mut answer = DuplicateContact::default();
        // The contacts themselves are matched, not their ids: looking one up again would cost as much as finding it.
        let found = self.duplicate_rule().find(&self.matching(email.as_deref(), phone.as_deref()));
        answer.contact = found.map(|found| Arc::clone(found.id));
        Ok(answer)
    }

    fn refuse_duplicate(&self, id: &ContactId, field: Identifier) -> smbcrm_core::Error {
        let name = self.contacts.get(id.as_str()).map(|contact| contact.full_name()).unwrap_or_default();
        refusal::duplicate_contact(id.as_str(), &name, field.as_str())
    }

    pub(crate) fn create_contact(&mut self, fields: Fields, now: DateTime<Utc>) -> Result<Arc<Contact>> {
        if fields.is_empty() {
            return Err(nothing_given());
        }
        let checked = fields.check(self, None)?;
        let matches = self.matches(checked.email().map(|e| e.as_str()), checked.phone().map(|p| p.as_str()));
        match self.duplicate_rule().create(&matches) {
            Decision::Refuse { id, matching_field } => Err(self.refuse_duplicate(&id, matching_field)),
            _ => Ok(self.insert_contact(checked, now)),
        }
    }

    pub(crate) fn upsert_contact(
        &mut self,
        fields: Fields,
        create_new: bool,
        now: DateTime<Utc>,
    ) -> Result<UpsertedContact> {
        if fields.is_empty() {
            return Err(nothing_given());
        }
        let mut checked = fields.check(self, None)?;
        let matches = self.matches(checked.email().map(|e| e.as_str()), checked.phone().map(|p| p.as_str()));
        let mut done = UpsertedContact::default();
        match self.duplicate_rule().upsert(&matches, create_new) {
            Decision::Update { id, dropped_field, .. } => {
                match dropped_field {
                    Some(Identifier::Email) => checked.keep_email(),
                    Some(Identifier::Phone) => checked.keep_phone(),
                    _ => {}
                }
                done.contact = self.change_contact(&id, checked, now)?;
            }
            Decision::Refuse { id, matching_field } => return Err(self.refuse_duplicate(&id, matching_field)),
            _ => {
                done.new = true;
                done.contact = self.insert_contact(checked, now);
            }
        }
        Ok(done)
    }

    pub(crate) fn update_contact(
        &mut self,
        id: &ContactId,
        fields: Fields,
        now: DateTime<Utc>,
    ) -> Result<Arc<Contact>> {
        let Some(own) = self.contacts.get(id.as_str()) else { return Err(super::missing(id)) };
        let checked = fields.check(self, own.country.as_deref())?;
        // What the contact has already is no new collision, even where another has it too from a time when
        // duplicates were allowed.
        let email = checked.email().filter(|email| own.email.as_ref() != Some(*email));
        let phone = checked.phone().filter(|phone| own.phone.as_ref() != Some(*phone));
        let matches = self.matches(email.map(|e| e.as_str()), phone.map(|p| p.as_str()));
        if let Some(other) = self.duplicate_rule().conflict(id, &matches) {
            return Err(self.refuse_duplicate(&other.id, other.field));
        }
        self.change_contact(id, checked, now)
    }

    /// Stores a new contact; the definitions of its tags come with it. (Its conversation follows from its id.)
    fn insert_contact(&mut self, checked: Checked, now: DateTime<Utc>) -> Arc<Contact> {
        let mut contact = Contact::default();
        contact.id = self.ids.record().into();
        contact.location_id = self.location.id.clone();
        contact.date_added = now;
        contact.date_updated = now;
        let mut by = CreatedBy::default();
        by.source = Some("INTEGRATION".into());
        by.channel = Some("OAUTH".into());
        by.timestamp = Some(now);
        contact.created_by = Some(Box::new(by));
        checked.apply(&mut contact);
        self.put_new_contact(contact)
    }

    /// Stores a contact as it is, with what follows from it: also how seeds come in.
    pub(crate) fn put_new_contact(&mut self, contact: Contact) -> Arc<Contact> {
        self.define_tags(&contact.tags);
        let contact = Arc::new(contact);
        self.contacts.put(Arc::clone(&contact));
        self.begin_first_thread(&contact.id, contact.date_added.timestamp_millis());
        contact
    }

    fn change_contact(
        &mut self,
        id: &ContactId,
        checked: Checked,
        now: DateTime<Utc>,
    ) -> Result<Arc<Contact>> {
        if let Some(tags) = checked.tags() {
            let tags = tags.to_vec();
            self.define_tags(&tags);
        }
        self.edit_contact(id, now, |contact| {
            let was = contact.email.clone();
            checked.apply(contact);
            // An additional e-mail that becomes the primary one is additional no more; the old one is lost.
            if contact.email != was
                && let Some(email) = &contact.email
            {
                contact.additional_emails.retain(|known| known != email);
            }
        })
    }

    /// Changes a stored contact and stamps it; one that stays as it was is not stamped.
    pub(crate) fn edit_contact(
        &mut self,
        id: &ContactId,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut Contact),
    ) -> Result<Arc<Contact>> {
        let Some(known) = self.contacts.get(id.as_str()) else { return Err(super::missing(id)) };
        let mut contact = Contact::clone(known);
        change(&mut contact);
        if contact == **known {
            return Ok(Arc::clone(known));
        }
        contact.date_updated = now;
        let contact = Arc::new(contact);
        self.contacts.put(Arc::clone(&contact));
        Ok(contact)
    }

    /// Deletes a contact and what belongs to it: tasks, notes, opportunities, enrolments, appointments.
    pub(crate) fn delete_contact(&mut self, id: &ContactId) {
        macro_rules! remove_from {
            ($table:ident, $key:expr) => {{
                let of: Vec<Text> = self
                    .$table
                    .find(&$key, Value::Text(id.as_str()))
                    .map(|record| Text::from(crate::search::Record::id(record.as_ref())))
                    .collect();
                of.iter().for_each(|record| drop(self.$table.remove(record)));
            }};
        }
        remove_from!(tasks, ByContact);
        remove_from!(notes, ByContact);
        self.delete_threads_of(id);
        remove_from!(enrolments, ByContact);
        remove_from!(opportunities, crate::world::OpportunityKey::ContactId);
        self.book.forget_contact(id);
        self.contacts.remove(id.as_str());
    }
}

/// The oldest first.
fn by_age(a: &Contact, b: &Contact) -> Ordering {
    (a.date_added, &a.id).cmp(&(b.date_added, &b.id))
}
