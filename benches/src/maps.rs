//! The limit: contacts in bare hash maps, without rules, gate, searches or forks.

use std::sync::Arc;

use smbcrm_core::contacts::Contact;
use smbcrm_core::types::Text;

type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// Contacts by id, e-mail and phone.
#[derive(Debug, Default)]
pub struct Maps {
    by_id: Map<Text, Arc<Contact>>,
    by_email: Map<Text, Arc<Contact>>,
    by_phone: Map<Text, Arc<Contact>>,
}

impl Maps {
    /// No contacts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a contact, or replaces the one of the same id.
    pub fn put(&mut self, contact: Contact) {
        let contact = Arc::new(contact);
        if let Some(email) = &contact.email {
            self.by_email.insert(email.clone(), Arc::clone(&contact));
        }
        if let Some(phone) = &contact.phone {
            self.by_phone.insert(phone.clone(), Arc::clone(&contact));
        }
        self.by_id.insert(contact.id.as_text().clone(), contact);
    }

    /// Adds a contact, or replaces the one of the same e-mail or else phone.
    pub fn upsert(&mut self, mut contact: Contact) {
        let known = contact.email.as_deref().and_then(|email| self.by_email.get(email));
        let known = known.or_else(|| contact.phone.as_deref().and_then(|phone| self.by_phone.get(phone)));
        if let Some(known) = known.map(Arc::clone) {
            contact.id = known.id.clone();
            contact.date_added = known.date_added;
            if let Some(email) = &known.email {
                self.by_email.remove(email.as_str());
            }
        }
        self.put(contact);
    }

    /// The contact with an id.
    pub fn get(&self, id: &str) -> Option<Arc<Contact>> {
        self.by_id.get(id).cloned()
    }

    /// The contact with an e-mail.
    pub fn by_email(&self, email: &str) -> Option<Arc<Contact>> {
        self.by_email.get(email).cloned()
    }
}
