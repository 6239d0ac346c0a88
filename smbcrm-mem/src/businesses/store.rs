//! Creating, changing, listing and deleting businesses.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::businesses::{Business, CreateBusiness, ListBusinesses, UpdateBusiness};
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::types::{BusinessId, ContactId, Text};

use super::missing;
use crate::locations::PageSize;
use crate::refusal;
use crate::world::State;

/// The most businesses that one page may hold (assumed).
const PAGE: PageSize = PageSize { default: 100, max: 1_000 };

impl State {
    pub(crate) fn business(&self, id: &BusinessId) -> Option<&Arc<Business>> {
        self.businesses.iter().find(|business| business.id == *id)
    }

    /// A page of the businesses, in the order they were made.
    pub(super) fn list_businesses(&self, query: &ListBusinesses) -> Result<Vec<Arc<Business>>> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(query.limit, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let skip = query.skip.unwrap_or(0) as usize;
        Ok(self.businesses.iter().skip(skip).take(limit).cloned().collect())
    }

    pub(crate) fn create_business(
        &mut self,
        input: CreateBusiness,
        now: DateTime<Utc>,
    ) -> Result<Arc<Business>> {
        let mut business = Business::default();
        Change::from(input).apply(&mut business)?;
        business.id = self.ids.record().into();
        business.location_id = self.location.id.clone();
        business.created_at = Some(now);
        business.updated_at = Some(now);
        let business = Arc::new(business);
        self.businesses.push(Arc::clone(&business));
        Ok(business)
    }

    pub(super) fn update_business(
        &mut self,
        id: &BusinessId,
        input: UpdateBusiness,
        now: DateTime<Utc>,
    ) -> Result<Arc<Business>> {
        let at = self.business_at(id)?;
        let mut business = Business::clone(&self.businesses[at]);
        Change::from(input).apply(&mut business)?;
        business.updated_at = Some(now);
        let business = Arc::new(business);
        self.businesses.edit()[at] = Arc::clone(&business);
        Ok(business)
    }

    /// Deletes a business. Its contacts stay and belong to none.
    pub(super) fn delete_business(&mut self, id: &BusinessId, now: DateTime<Utc>) -> Result<()> {
        let at = self.business_at(id)?;
        self.businesses.edit().remove(at);
        let members: Vec<ContactId> = self
            .contacts
            .iter()
            .filter(|contact| contact.business_id.as_ref() == Some(id))
            .map(|contact| contact.id.clone())
            .collect();
        for member in members {
            // The contact was found under this very lock, so that editing it cannot fail.
            let _ = self.edit_contact(&member, now, |contact| contact.business_id = None);
        }
        Ok(())
    }

    fn business_at(&self, id: &BusinessId) -> Result<usize> {
        self.businesses.iter().position(|business| business.id == *id).ok_or_else(|| missing(id))
    }
}

/// What a create and an update have in common.
struct Change {
    name: Option<Text>,
    phone: Option<Text>,
    email: Option<Text>,
    website: Option<Text>,
    address: Option<Text>,
    city: Option<Text>,
    state: Option<Text>,
    postal_code: Option<Text>,
    country: Option<Text>,
    description: Option<Text>,
}

macro_rules! change_from {
    ($($input:ty),*) => {$(
        impl From<$input> for Change {
            fn from(input: $input) -> Self {
                Self {
                    name: input.name.into(),
                    phone: input.phone,
                    email: input.email,
                    website: input.website,
                    address: input.address,
                    city: input.city,
                    state: input.state,
                    postal_code: input.postal_code,
                    country: input.country,
                    description: input.description,
                }
            }
        }
    )*};
}

change_from!(CreateBusiness, UpdateBusiness);

impl Change {
    /// Writes what is given into a business; an empty text empties its field. Nothing is written when anything is
    /// wrong.
    fn apply(mut self, business: &mut Business) -> Result<()> {
        let mut wrong = Vec::new();
        if self.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            wrong.push("name should not be empty".to_owned());
        }
        if let Some(email) = self.email.as_mut().filter(|email| !email.trim().is_empty()) {
            match normalise_email(email) {
                Ok(normal) => *email = normal.into(),
                Err(_) => wrong.push("email must be an email".to_owned()),
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(name) = self.name {
            business.name = name.trim().into();
        }
        macro_rules! set {
            ($($field:ident),*) => {$(
                if let Some(text) = self.$field {
                    business.$field = Some(Text::from(text.trim())).filter(|text| !text.is_empty());
                }
            )*};
        }
        set!(phone, email, website, address, city, state, postal_code, country, description);
        Ok(())
    }
}
