//! The in-memory CRM as a backend of the contract suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::contract::{Access, Backend, Hands, Level, Plant, Stage};
use smbcrm_core::locations::{Location, LocationSettings};
use smbcrm_core::operation::Loopback;
use smbcrm_core::types::{ContactId, LocationId, Text};
use smbcrm_core::{Crm, Result};
use smbcrm_mem::{MemCrm, RateLimits, Scopes, TokenLevel};

/// How calls reach the CRM.
type Door = fn(MemCrm) -> Arc<dyn Crm>;

/// The in-memory CRM behind one of its doors; each stage is a world of its own.
pub struct Mem {
    name: &'static str,
    door: Door,
}

impl Mem {
    /// Method calls.
    pub fn in_process() -> Self {
        Self { name: "in process", door: |crm| Arc::new(crm) }
    }

    /// Encoded and decoded, without HTTP.
    pub fn looped() -> Self {
        Self { name: "loopback", door: |crm| Arc::new(Loopback::new(crm)) }
    }
}

const OTHER: &str = "LOC00000000000000002";

fn scopes(access: &Access) -> Option<(Level, Scopes)> {
    match access {
        Access::Full(level) => Some((*level, Scopes::All)),
        Access::Scopes(level, scopes) => Some((*level, Scopes::only(scopes.iter().cloned()))),
        _ => None,
    }
}

/// The value of a token of this access in a world.
pub fn token(crm: &MemCrm, access: &Access) -> String {
    let Some((level, scopes)) = scopes(access) else {
        return match access {
            Access::Unknown => "pit-00000000-0000-0000-0000-000000000000".to_owned(),
            _ => "not-a-token".to_owned(),
        };
    };
    let level = match level {
        Level::Location => TokenLevel::Location(crm.location().clone()),
        Level::OtherLocation => TokenLevel::Location(OTHER.into()),
        _ => TokenLevel::Agency,
    };
    crm.admin().create_token("contract", level, scopes).1.expose().to_owned()
}

/// A world with two sub-accounts.
pub fn world() -> MemCrm {
    let crm = MemCrm::builder().rate_limits(RateLimits::off()).build();
    let mut other = Location::default();
    other.id = OTHER.into();
    other.name = "Elsewhere".into();
    crm.admin().add_location(other);
    crm
}

#[async_trait]
impl Backend for Mem {
    fn name(&self) -> &str {
        self.name
    }

    async fn stage(&self) -> Result<Stage> {
        let crm = world();
        let (door, hands) = (self.door, MemHands { crm: crm.clone(), door: self.door });
        let open = |level| door(crm.with_token(&token(&crm, &Access::Full(level))));
        Ok(Stage::new(open(Level::Location), crm.location())
            .with_agency(open(Level::Agency))
            .with_hands(hands))
    }
}

/// Everything that the owner of a world can do.
pub struct MemHands {
    crm: MemCrm,
    door: Door,
}

#[async_trait]
impl Hands for MemHands {
    async fn access(&self, access: Access) -> Option<Arc<dyn Crm>> {
        Some((self.door)(self.crm.with_token(&token(&self.crm, &access))))
    }

    async fn other_location(&self) -> Option<(LocationId, ContactId)> {
        let input = CreateContact::new(OTHER).first_name("Else").email("else@contract.example");
        let contact = self.crm.contacts().create(input).await.ok()?;
        Some((OTHER.into(), contact.id.clone()))
    }

    async fn settings(&self, settings: LocationSettings) -> Option<()> {
        self.crm.admin().set_settings(self.crm.location(), settings)
    }

    async fn plant(&self, plant: Plant) -> Option<Text> {
        plant_in(&self.crm, plant)
    }

    async fn advance(&self, by: Duration) -> Option<()> {
        self.crm.clock().advance(by);
        Some(())
    }
}

/// Plants a record in the world's first sub-account.
pub fn plant_in(crm: &MemCrm, plant: Plant) -> Option<Text> {
    let (admin, location) = (crm.admin(), crm.location());
    match plant {
        Plant::Pipeline(name, stages) => Some(admin.add_pipeline(location, name, stages)?.id.into()),
        Plant::LostReason(name) => Some(admin.add_lost_reason(location, name)?.id.into()),
        // Products add their line here as they land.
        _ => None,
    }
}
