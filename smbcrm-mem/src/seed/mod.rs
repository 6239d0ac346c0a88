//! What a world begins with: nothing, a demo, or whatever a file says.

mod demo;
mod demo_shop;
mod draft;
mod people;
mod plant;
mod press;
mod products;
mod staff;
#[cfg(test)]
mod tests;
mod till;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use smbcrm_core::locations::Location;
use smbcrm_core::types::LocationId;

use crate::MemCrm;
use crate::locations::{filled, profile};
use crate::world::State;
use crate::world::ids::Ids;
use draft::{LocationDraft, PlanDraft};
use staff::Staff;

/// What a world begins with.
///
/// ```
/// use smbcrm_mem::{MemCrm, Seed};
///
/// let crm = MemCrm::builder().seed_with(Seed::Demo).build();
/// assert_eq!(crm.admin().locations()[0].name, "Demo");
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Seed {
    /// One sub-account with one pipeline, as a new one has, and nobody in it.
    #[default]
    Empty,
    /// One sub-account with sixty contacts, two pipelines of deals, and some of every other product.
    Demo,
    /// What a document says; see [`Seed::from_json`].
    Plan(Plan),
}

/// A checked document of a [`Seed`].
#[derive(Debug, Clone)]
pub struct Plan(Arc<PlanDraft>);

/// What is wrong with a seed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedError {
    /// The place in the document (`locations[0].contacts[3]`); the file's name when it cannot be read at all.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl SeedError {
    fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for SeedError {}

impl Seed {
    /// Reads a seed from a JSON document. Everything but `locations` may be left out; pipelines, stages, contacts,
    /// businesses, custom fields and lost reasons go by name (or by id, where one is given).
    ///
    /// ```
    /// use smbcrm_mem::{MemCrm, Seed};
    ///
    /// let seed = Seed::from_json(r#"{ "locations": [{
    ///     "name": "Vale Ltd", "country": "US", "timezone": "America/Chicago",
    ///     "settings": { "allowDuplicateOpportunity": true },
    ///     "pipelines": [{ "name": "Sales", "stages": ["New", "Won"] }],
    ///     "customFields": [{ "name": "Score", "dataType": "NUMERICAL" }],
    ///     "customValues": [{ "name": "Support email", "value": "help@vale.example" }],
    ///     "tags": ["vip"],
    ///     "templates": [{ "name": "Hello", "type": "sms", "body": "Hello {{contact.first_name}}" }],
    ///     "lostReasons": ["Price"],
    ///     "users": [{ "id": "USER1", "firstName": "Sam", "lastName": "Lee", "email": "sam@vale.example" }],
    ///     "businesses": [{ "name": "Harbor Logistics", "city": "Madison" }],
    ///     "calendars": [{
    ///         "name": "Visits", "members": ["USER1"], "slotDuration": 30,
    ///         "openHours": [{
    ///             "daysOfTheWeek": [1, 2, 3],
    ///             "hours": [{ "openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0 }]
    ///         }]
    ///     }],
    ///     "forms": [{ "name": "Contact us", "fields": ["first_name", { "name": "email", "required": true }] }],
    ///     "surveys": [{ "name": "How was it?", "fields": ["email", "stars"] }],
    ///     "fieldFolders": [{
    ///         "object": "business", "name": "Company",
    ///         "fields": [{ "name": "Industry", "fieldKey": "industry", "dataType": "TEXT" }]
    ///     }],
    ///     "agents": [{
    ///         "name": "Greeter",
    ///         "version": {
    ///             "nodes": [
    ///                 { "nodeId": "start", "type": "start" },
    ///                 { "nodeId": "hi", "type": "reply", "nodeConfig": { "text": "Hello {{contact.first_name}}" } }
    ///             ],
    ///             "edges": [{ "startNode": "start", "endNode": "hi" }]
    ///         }
    ///     }],
    ///     "contacts": [{
    ///         "name": "Ada Vale", "email": "ada@vale.example", "tags": ["vip"], "customFields": { "Score": 42 },
    ///         "business": "Harbor Logistics",
    ///         "notes": ["Met at the fair"],
    ///         "tasks": [{ "title": "Call back", "dueDate": "2026-02-01T09:00:00Z" }]
    ///     }],
    ///     "opportunities": [{
    ///         "name": "Ten chairs", "contact": "ada@vale.example", "stage": "Won", "status": "won",
    ///         "monetaryValue": 250
    ///     }]
    /// }] }"#).unwrap();
    /// let crm = MemCrm::builder().seed_with(seed).build();
    /// assert_eq!(crm.admin().locations()[0].name, "Vale Ltd");
    ///
    /// let wrong = Seed::from_json(r#"{ "locations": [{ "contacts": [{ "email": "ada" }] }] }"#).unwrap_err();
    /// assert_eq!(wrong.to_string(), "locations[0].contacts[0]: email must be an email");
    /// ```
    ///
    /// # Errors
    /// The first thing that is wrong, and where: what is no JSON, an unknown or ill-typed property, a name that
    /// refers to nothing, a record that the API would refuse.
    pub fn from_json(json: &str) -> Result<Self, SeedError> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let plan: PlanDraft = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            // What is no JSON at all has no place in the document.
            SeedError::new(if path == "?" { ".".to_owned() } else { path }, error.into_inner().to_string())
        })?;
        reader.end().map_err(|error| SeedError::new(".", error.to_string()))?;
        if plan.locations.is_empty() {
            return Err(SeedError::new("locations", "there must be at least one"));
        }
        // Planting it once into nowhere proves that planting it cannot fail.
        let now = crate::Clock::fixed().now();
        let mut staff = Staff::default();
        for (at, draft) in plan.locations.iter().enumerate() {
            let path = format!("locations[{at}]");
            let same = |other: &LocationDraft| draft.id.is_some() && other.id == draft.id;
            if plan.locations.iter().take(at).any(same) {
                return Err(SeedError::new(format!("{path}.id"), "another location has this id"));
            }
            let mut state = blank(draft, Location::default(), Ids::new(0, 0));
            state.plant(draft, &path, now)?;
            staff.add(draft, &state.location.id, &path)?;
        }
        Ok(Self::Plan(Plan(Arc::new(plan))))
    }

    /// Reads a seed from a file of JSON.
    ///
    /// # Errors
    /// The file cannot be read, or what [`Seed::from_json`] says of it.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SeedError> {
        let path = path.as_ref();
        let json = std::fs::read_to_string(path)
            .map_err(|error| SeedError::new(path.display().to_string(), error.to_string()))?;
        Self::from_json(&json)
    }

    /// The id of the first sub-account, where the seed names it.
    pub(crate) fn first_id(&self) -> Option<LocationId> {
        match self {
            Self::Plan(plan) => plan.0.locations.first()?.id.clone(),
            _ => None,
        }
    }

    fn plan(&self, now: chrono::DateTime<chrono::Utc>) -> Arc<PlanDraft> {
        match self {
            Self::Empty => Arc::new(PlanDraft { locations: vec![LocationDraft::default()] }),
            Self::Demo => Arc::new(demo::plan(now)),
            Self::Plan(plan) => Arc::clone(&plan.0),
        }
    }
}

/// A sub-account as the draft describes it, with nothing in it.
fn blank(draft: &LocationDraft, mut location: Location, ids: Ids) -> State {
    draft.describe(&mut location);
    location.business = Some(profile(&location));
    location.settings = Some(filled(draft.settings.as_ref().map(Into::into).or(location.settings.take())));
    State::new(location, ids)
}

/// Makes a seed's sub-accounts; see [`crate::Admin::plant`].
pub(crate) fn plant(crm: &MemCrm, seed: &Seed) -> Result<Vec<LocationId>, SeedError> {
    let world = &crm.world;
    let now = world.clock.now();
    let plan = seed.plan(now);
    let mut directory = world.directory.write();
    let company = directory.company.clone();
    let mut fresh = directory.locations.len();
    let mut states = Vec::with_capacity(plan.locations.len());
    let mut staff = Staff::of(&directory);
    let home = crm.location();
    let mut home = plan.locations.iter().all(|draft| draft.id.as_ref() != Some(home)).then(|| home.clone());
    for (at, draft) in plan.locations.iter().enumerate() {
        let id = draft.id.clone().or_else(|| home.take());
        let known = id.as_ref().and_then(|id| directory.by_id.get(id).copied());
        let ordinal = known.unwrap_or_else(|| {
            fresh += 1;
            fresh - 1
        });
        let mut ids = Ids::new(world.seed, u32::try_from(ordinal).unwrap_or(u32::MAX));
        let sub = known.and_then(|ordinal| directory.locations.get(ordinal)?.as_ref());
        let mut location =
            sub.map_or_else(Location::default, |sub| Location::clone(&sub.state.read().location));
        location.id = id.unwrap_or_else(|| ids.record().into());
        location.company_id = Some(company.clone());
        let mut state = blank(draft, location, ids);
        let path = format!("locations[{at}]");
        state.plant(draft, &path, now)?;
        staff.add(draft, &state.location.id, &path)?;
        states.push((sub.cloned(), state));
    }
    let mut made = Vec::with_capacity(states.len());
    for (sub, state) in states {
        made.push(state.location.id.clone());
        match sub {
            Some(sub) => world.replace(&sub, state),
            None => world.arrange_directory_held(&mut directory, |directory| drop(directory.add(|_| state))),
        }
    }
    world.arrange_directory_held(&mut directory, |directory| {
        for user in staff.into_named() {
            directory.put_user(user, now);
        }
    });
    Ok(made)
}
