//! Sub-accounts themselves: found, described, deleted.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::locations::{
    BusinessProfile, CreateLocation, Location, LocationSettings, Order, Prospect, SearchLocations, Social,
    UniqueIdentifier, UpdateLocation, WriteLocationSettings,
};
use smbcrm_core::types::{CompanyId, LocationId, Text};

use super::country;
use super::paging::PageSize;
use crate::refusal;
use crate::world::ids::Ids;
use crate::world::token::TokenLevel;
use crate::world::{Credential, Directory, Row, State, tape};

/// The most sub-accounts that one page of a search may hold (assumed).
const PAGE: PageSize = PageSize { default: 10, max: 1_000 };

/// The stages of the pipeline that a new sub-account has.
const FIRST_STAGES: [&str; 4] = ["New", "Contacted", "Proposal", "Closed"];

impl Directory {
    /// Refuses another agency.
    pub(crate) fn own(&self, company: &CompanyId) -> Result<()> {
        if *company == self.company { Ok(()) } else { Err(refusal::forbidden_resource()) }
    }

    /// The agency's sub-accounts by name.
    pub(crate) fn search_locations(&self, search: &SearchLocations) -> Result<Vec<Location>> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(search.limit, &mut wrong);
        let order = search.order.clone().unwrap_or(Order::Ascending);
        if !order.is_known() {
            wrong.push("order must be a valid enum value".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if let Some(company) = &search.company_id {
            self.own(company)?;
        }
        let wanted = search.email.as_deref().map(|email| email.trim().to_lowercase());
        let mut found: Vec<Arc<Location>> = self
            .locations
            .iter()
            .flatten()
            .map(|sub| Arc::clone(&sub.state.read().location))
            .filter(|location| {
                let email = location.email.as_deref().map(str::to_lowercase);
                wanted.is_none() || email == wanted
            })
            .collect();
        found.sort_by_cached_key(|location| (location.name.to_lowercase(), location.id.clone()));
        if order == Order::Descending {
            found.reverse();
        }
        let skip = search.skip.unwrap_or(0) as usize;
        Ok(found.iter().skip(skip).take(limit).map(|location| Location::clone(location)).collect())
    }

    /// Makes a sub-account as an agency's call describes it.
    pub(crate) fn create_location(
        &mut self,
        input: &CreateLocation,
        seed: u64,
        now: DateTime<Utc>,
    ) -> Result<Location> {
        let mut wrong = Vec::new();
        if input.company_id.is_empty() {
            wrong.push("companyId should not be empty".to_owned());
        }
        if input.name.trim().is_empty() {
            wrong.push("name should not be empty".to_owned());
        }
        let description = Description::from(input).check(&mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.own(&input.company_id)?;
        let mut location = Location::default();
        location.name = input.name.trim().into();
        description.apply(&mut location);
        let made = self.found(location, seed, now);
        Ok(Location::clone(&made))
    }

    /// Makes a sub-account of this description, with what every new one has: settings and a pipeline.
    ///
    /// An empty id is minted. Nothing happens when the id is taken already.
    pub(crate) fn found(&mut self, mut location: Location, seed: u64, now: DateTime<Utc>) -> Arc<Location> {
        let ordinal = u32::try_from(self.locations.len()).unwrap_or(u32::MAX);
        let mut ids = Ids::new(seed, ordinal);
        if location.id.is_empty() {
            location.id = ids.record().into();
            while self.location(location.id.as_str()).is_some() {
                location.id = ids.record().into();
            }
        } else if let Some(known) = self.location(location.id.as_str()) {
            return Arc::clone(&known.state.read().location);
        }
        location.company_id.get_or_insert_with(|| self.company.clone());
        location.settings = Some(filled(location.settings.take()));
        location.business = Some(profile(&location));
        let sub = self.add(|_| State::new(location, ids));
        let mut state = sub.state.write();
        tape::note(|| None, || Some(Row::Location(Arc::clone(&state.location))));
        state.add_pipeline("Sales", FIRST_STAGES, now);
        Arc::clone(&state.location)
    }

    /// Deletes a sub-account with everything in it; its tokens are revoked.
    pub(crate) fn delete_location(&mut self, id: &LocationId) -> Result<()> {
        let Some(sub) = self.location(id.as_str()) else { return Err(refusal::location()) };
        let location = Arc::clone(&sub.state.read().location);
        tape::note(|| Some(Row::Location(location)), || None);
        if let Some(ordinal) = self.by_id.remove(id)
            && let Some(slot) = self.locations.get_mut(ordinal)
        {
            *slot = None;
        }
        for credential in &mut self.tokens {
            if credential.token.info.level == TokenLevel::Location(id.clone()) {
                let mut token = credential.token.clone();
                token.info.revoked = true;
                *credential = Arc::new(Credential {
                    name: Arc::clone(&credential.name),
                    token,
                    meter: Arc::clone(&credential.meter),
                });
            }
        }
        self.index_tokens();
        self.unassign_users(id);
        Ok(())
    }

    /// Changes a sub-account as an agency's call describes it.
    pub(crate) fn update_location(&self, id: &LocationId, input: &UpdateLocation) -> Result<Location> {
        let mut wrong = Vec::new();
        if input.company_id.is_empty() {
            wrong.push("companyId should not be empty".to_owned());
        }
        if input.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            wrong.push("name should not be empty".to_owned());
        }
        let description = Description::from(input).check(&mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.own(&input.company_id)?;
        let sub = self.location(id.as_str()).ok_or_else(refusal::location)?;
        let mut state = sub.state.write();
        let mut location = Location::clone(&state.location);
        if let Some(name) = &input.name {
            location.name = name.trim().into();
        }
        description.apply(&mut location);
        location.business = Some(profile(&location));
        state.set_location(Arc::new(location.clone()));
        Ok(location)
    }
}

/// What a create and an update have in common, with what may be wrong about it.
struct Description {
    phone: Option<Text>,
    email: Option<Text>,
    address: Option<Text>,
    city: Option<Text>,
    state: Option<Text>,
    country: Option<Text>,
    postal_code: Option<Text>,
    website: Option<Text>,
    timezone: Option<Text>,
    prospect: Option<Prospect>,
    settings: Option<WriteLocationSettings>,
    social: Option<Social>,
}

macro_rules! described_by {
    ($($input:ty),*) => {$(
        impl From<&$input> for Description {
            fn from(input: &$input) -> Self {
                Self {
                    phone: input.phone.clone(),
                    email: input.email.clone(),
                    address: input.address.clone(),
                    city: input.city.clone(),
                    state: input.state.clone(),
                    country: input.country.clone(),
                    postal_code: input.postal_code.clone(),
                    website: input.website.clone(),
                    timezone: input.timezone.clone(),
                    prospect: input.prospect_info.clone(),
                    settings: input.settings.clone(),
                    social: input.social.clone(),
                }
            }
        }
    )*};
}

described_by!(CreateLocation, UpdateLocation);

impl Description {
    /// Normalises what has a form, and names what has it not.
    fn check(mut self, wrong: &mut Vec<String>) -> Self {
        if let Some(email) = &self.email {
            self.email = checked_email("email", email, wrong);
        }
        if let Some(code) = &self.country
            && !country::is_known(code)
        {
            wrong.push("country must be a valid enum value".to_owned());
        }
        if let Some(zone) = &self.timezone
            && zone.parse::<chrono_tz::Tz>().is_err()
        {
            wrong.push("timezone must be a valid IANA time zone".to_owned());
        }
        if let Some(prospect) = &mut self.prospect {
            for (name, text) in [("firstName", &prospect.first_name), ("lastName", &prospect.last_name)] {
                if text.trim().is_empty() {
                    wrong.push(format!("prospectInfo.{name} should not be empty"));
                }
            }
            if let Some(email) = checked_email("prospectInfo.email", &prospect.email, wrong) {
                prospect.email = email;
            }
        }
        self
    }

    /// Writes what is given into a sub-account. The prospect is whom it shows as its person.
    fn apply(self, location: &mut Location) {
        macro_rules! set {
            ($($field:ident),*) => {$(
                if self.$field.is_some() {
                    location.$field = self.$field;
                }
            )*};
        }
        if let Some(prospect) = self.prospect {
            location.first_name = Some(prospect.first_name);
            location.last_name = Some(prospect.last_name);
            location.email = Some(prospect.email);
        }
        set!(phone, email, address, city, state, country, postal_code, website, timezone);
        if let Some(changes) = self.settings {
            let settings = location.settings.get_or_insert_with(|| filled(None));
            macro_rules! change {
                ($($flag:ident),*) => {$(
                    if changes.$flag.is_some() {
                        settings.$flag = changes.$flag;
                    }
                )*};
            }
            change!(
                allow_duplicate_contact,
                allow_duplicate_opportunity,
                allow_facebook_name_merge,
                disable_contact_timezone
            );
        }
        if let Some(pages) = self.social {
            let social = location.social.get_or_insert_default();
            macro_rules! change {
                ($($page:ident),*) => {$(
                    if pages.$page.is_some() {
                        social.$page = pages.$page;
                    }
                )*};
            }
            change!(
                facebook_url,
                google_plus,
                linked_in,
                foursquare,
                twitter,
                yelp,
                instagram,
                youtube,
                pinterest,
                blog_rss,
                google_places_id
            );
        }
    }
}

fn checked_email(name: &str, email: &str, wrong: &mut Vec<String>) -> Option<Text> {
    match normalise_email(email) {
        Ok(email) => Some(email.into()),
        Err(_) => {
            wrong.push(format!("{name} must be an email"));
            None
        }
    }
}

/// Settings with the defaults of a new sub-account where nothing is said.
pub(crate) fn filled(settings: Option<LocationSettings>) -> LocationSettings {
    let mut settings = settings.unwrap_or_default();
    settings.allow_duplicate_contact.get_or_insert(false);
    settings.allow_duplicate_opportunity.get_or_insert(false);
    settings.allow_facebook_name_merge.get_or_insert(false);
    settings.disable_contact_timezone.get_or_insert(false);
    settings
        .contact_unique_identifiers
        .get_or_insert_with(|| vec![UniqueIdentifier::Email, UniqueIdentifier::Phone]);
    settings
}

/// The business behind a sub-account: it says what the sub-account says, and keeps what only it says.
pub(crate) fn profile(location: &Location) -> BusinessProfile {
    let mut business = location.business.clone().unwrap_or_default();
    business.name = Some(location.name.clone());
    business.address.clone_from(&location.address);
    business.city.clone_from(&location.city);
    business.state.clone_from(&location.state);
    business.country.clone_from(&location.country);
    business.postal_code.clone_from(&location.postal_code);
    business.website.clone_from(&location.website);
    business.timezone.clone_from(&location.timezone);
    business
}
